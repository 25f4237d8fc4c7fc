"""Files that are made in the background: whole, given up, taken over, and never too many at once."""

import asyncio
import sys
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import delete, func, select, update

from confman.domain.roles import Role
from confman.jobs.downloading import forget_expired
from confman.kernel.db import Database, open_database
from confman.store import downloads
from confman.store.downloads import LEASE, download_piece
from confman.store.hosts import member, role
from confman.store.registrations import erasure
from confman.usecases import work
from confman.usecases.badges import Checks, Tickets
from confman.usecases.manage import download_making as making
from confman.usecases.manage.download_files import made_of
from confman.usecases.manage.download_wishes import Kind, Wish
from confman.usecases.work import Work
from tests.builders import NOW
from tests.databases import quick_database
from tests.jobs.download_turns import asked, file_of, kept, many_people, one_turn
from tests.jobs.letter_office import BASE, SECRETS, registered, str_of, the_event

ROOT = Path(__file__).parents[2]
SLUG = "abschlusskonferenz"
BADGES = Wish(Kind.BADGES, NOW)
LATER = NOW + LEASE


def turn(database: Database, **options: Any) -> int:
    return asyncio.run(one_turn(str_of(database), **options))


def taken(database: Database, now: Any = NOW) -> making.Taken | None:
    return work.write(database, making.take, now)


def test_a_file_made_in_the_background_has_the_bytes_of_one_made_at_once(database: Database) -> None:
    event = the_event(database)
    registered(database, event, "Adler", "Bussard", "Donaudampfschifffahrtsgesellschaftskapitän")
    key = asked(database, event, BADGES)

    assert turn(database) == 1

    at_once = work.read(database, made_of, SLUG, BADGES, Tickets(BASE, SECRETS), lambda _done: None)
    row = kept(database, key)
    assert file_of(database, key) == at_once.content
    assert (row.size, row.done, row.total, row.attempts) == (len(at_once.content), 3, 3, 1)
    assert (row.finished_at, row.expires_at, row.lease_until) == (NOW, NOW + timedelta(hours=1), None)
    assert making.checks_of(row.checks) == at_once.checks
    assert at_once.checks.number == 1


def test_what_is_cancelled_is_made_no_further(local: Database) -> None:
    event = the_event(local)
    work.write(local, many_people, event, 1_000)
    key = asked(local, event, BADGES)

    async def cancelled() -> tuple[int, psutil.Process]:
        others = set(psutil.Process().children())
        making_ = asyncio.create_task(one_turn(str_of(local)))
        while not (born := set(psutil.Process().children()) - others):  # noqa: ASYNC110 - they tell nobody of it
            await asyncio.sleep(0.05)
        work.write(local, downloads.forget, [key])
        return await making_, born.pop()

    ended, child = asyncio.run(cancelled())

    assert ended == 1
    assert not child.is_running()
    assert work.read(local, lambda conn: conn.execute(select(func.count()).select_from(download_piece)).scalar()) == 0


def test_what_a_killed_node_made_is_taken_over_after_its_lease(local: Database) -> None:
    event = the_event(local)
    work.write(local, many_people, event, 1_000)
    key = asked(local, event, BADGES)

    async def killed() -> tuple[int, bytes]:
        words = ("-m", "tests.jobs.dying_maker", str_of(local), "2")
        dying = await asyncio.create_subprocess_exec(sys.executable, *words, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
        said, _ = await dying.communicate()
        return dying.returncode or 0, said

    code, said = asyncio.run(killed())
    _, orphans = psutil.wait_procs(
        [psutil.Process(int(pid)) for pid in said.split() if psutil.pid_exists(int(pid))], 30
    )
    at_once, later = turn(local), turn(local, now=LATER)

    assert (code, orphans) == (-9, [])
    assert (at_once, later) == (0, 1)
    row = kept(local, key)
    assert (row.attempts, row.done, row.size) == (2, 1_000, len(file_of(local, key)))


def test_a_node_that_stops_leaves_its_file_to_another(local: Database) -> None:
    event = the_event(local)
    work.write(local, many_people, event, 1_000)
    key = asked(local, event, BADGES)
    asked_whether_it_stops = count()

    assert turn(local, is_stopping=lambda: next(asked_whether_it_stops) > 1) == 1

    row = kept(local, key)
    assert (row.attempts, row.lease_until, row.finished_at, row.failed_at) == (0, None, None, None)


def test_a_file_that_cannot_be_made_has_failed(local: Database) -> None:
    event = the_event(local)
    key = asked(local, event, Wish(Kind.CSV, NOW, {"forum": "there-is-none"}))

    assert turn(local) == 1

    row = kept(local, key)
    assert (row.failed_at, row.finished_at, row.expires_at) == (NOW, None, NOW + timedelta(hours=1))


def test_two_are_made_at_a_time_and_the_eldest_first(database: Database) -> None:
    event = the_event(database)
    keys = [asked(database, event, BADGES) for _ in range(3)]

    first, second, third = (taken(database) for _ in range(3))

    assert [one and one.id for one in (first, second, third)] == [*keys[:2], None]
    assert work.read(database, making.is_due, NOW) is False
    assert first is not None
    assert work.write(database, making.finish, first, 3, Checks(), NOW)
    assert work.read(database, making.is_due, NOW) is True
    assert getattr(taken(database), "id", None) == keys[2]


def test_two_nodes_never_take_the_same(database: Database) -> None:
    event = the_event(database)
    keys = [asked(database, event, BADGES) for _ in range(4)]
    url = str_of(database)

    async def four() -> list[making.Taken | None]:
        nodes = [Work(open_database(url), lambda: NOW) for _ in range(4)]
        found = await asyncio.gather(*(node.write(making.take, NOW) for node in nodes))
        for node in nodes:
            node.close()
        return found

    assert {one.id for one in asyncio.run(four()) if one} == set(keys[:2])


def test_who_was_overtaken_changes_nothing_any_more(local: Database) -> None:
    event = the_event(local)
    key = asked(local, event, BADGES)
    slow, quick = taken(local), taken(local, LATER)
    assert slow is not None
    assert quick is not None

    assert work.write(local, making.progress, slow, 1, LATER) is False
    assert work.write(local, making.keep, slow, 0, b"old") is False
    assert work.write(local, making.finish, slow, 3, Checks(), LATER) is False
    work.write(local, making.fail, slow, LATER)
    work.write(local, making.release, slow)
    assert work.write(local, making.keep, quick, 0, b"new") is True
    assert work.write(local, making.finish, quick, 3, Checks(), LATER) is True
    assert file_of(local, key) == b"new"


def test_what_has_killed_its_maker_three_times_is_not_tried_again(local: Database) -> None:
    event = the_event(local)
    key = asked(local, event, BADGES)
    for attempt in range(making.TRIES):
        assert taken(local, NOW + attempt * LEASE)

    assert taken(local, NOW + making.TRIES * LEASE) is None

    assert kept(local, key).failed_at == NOW + making.TRIES * LEASE


@pytest.mark.parametrize(
    "change",
    [
        delete(role),
        update(role).values(role=Role.DESK.value),
        update(member).values(disabled_at=NOW),
    ],
    ids=["role taken away", "made desk", "disabled"],
)
def test_nothing_is_made_for_who_may_not_have_it_any_more(local: Database, change: Any) -> None:
    event = the_event(local)
    key = asked(local, event, BADGES)
    work.write(local, lambda conn: conn.execute(change))

    assert taken(local) is None

    assert kept(local, key) is None


def test_after_an_hour_a_file_is_gone_and_the_night_wipes_its_bytes(database: Database) -> None:
    event = the_event(database)
    key = asked(database, event, BADGES)
    one = taken(database)
    assert one is not None
    assert work.write(database, making.keep, one, 0, b"content")
    assert work.write(database, making.finish, one, 3, Checks(), NOW)

    forgotten = [forgotten_at(database, NOW + timedelta(minutes=minutes)) for minutes in (59, 60, 61)]

    assert forgotten == [0, 1, 0]
    assert (kept(database, key), file_of(database, key)) == (None, b"")
    noted = work.read(database, lambda conn: conn.execute(select(erasure)).mappings().one())
    assert (noted["what"], noted["number"], noted["event_id"], noted["wiped_at"]) == ("downloads", 1, event.id, None)


def forgotten_at(database: Database, now: Any) -> int:
    async def run() -> int:
        node = Work(quick_database(str_of(database)), lambda: now)
        try:
            return await forget_expired(node)
        finally:
            node.close()

    return asyncio.run(run())
