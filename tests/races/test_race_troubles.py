"""The database is locked, slow, cut off or refuses for a moment: nobody gets a wrong answer, and none is recorded twice."""

import asyncio
import resource
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from sqlalchemy import Connection, create_engine, event, func, select, text
from sqlalchemy.exc import OperationalError

from confman.domain.errors import Interrupted
from confman.kernel.clock import system_clock
from confman.store.registrations import registration
from confman.usecases import work
from confman.usecases.clerk import AT_MOST_ASKING
from confman.usecases.ledger import RulesCache
from confman.usecases.registrar import settle_batch
from tests.builders import AnEvent, APart, a_registration
from tests.races.calling import Answer, Call, Caller, registering
from tests.races.harness import FAR, an_open_event, faults_of, opened
from tests.races.sites import POSTGRESQL, SQLITE, Site

on_sqlite = pytest.mark.parametrize("site_of_the_run", [SQLITE], indirect=True)
on_postgresql = pytest.mark.parametrize("site_of_the_run", [POSTGRESQL], indirect=True)
PATIENCE_SECONDS = 30
CROWD = AT_MOST_ASKING + 200
LEDGER = "SELECT 1 FROM ledger WHERE event_id = :event FOR UPDATE"
LETTERS = "LOCK TABLE letter IN EXCLUSIVE MODE"


def an_event_here(site: Site, slug: str) -> AnEvent:
    return work.write(site.database, an_open_event, slug, [APart(places=5, starts_at=FAR)])


async def ask(site: Site, call: Call) -> Answer:
    async with Caller(site.ports[0]) as caller:
        return await caller.ask(call)


def registrations_of(connection: Connection, made: AnEvent) -> int:
    mine = registration.c.event_id == made.id
    return connection.execute(select(func.count()).select_from(registration).where(mine)).scalar_one()


@contextmanager
def an_outsider(site: Site) -> Iterator[Connection]:
    """A connection of somebody else in a transaction of its own."""
    with site.database.write.connect() as connection, connection.begin() as transaction:
        yield connection
        if transaction.is_active:
            transaction.rollback()


async def waiting_backend(site: Site, query: str) -> int:
    """The process of the database that waits for a lock with a statement like that."""
    waiting = text(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        " AND query LIKE :query"
    )
    ends = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < ends:
        with site.database.read.connect() as connection:
            found = connection.execute(waiting, {"query": query}).scalars().all()
        if found:
            return int(found[0])
        await asyncio.sleep(0.02)
    raise AssertionError(f"nobody waits with {query}")


# cut off


@on_postgresql
@pytest.mark.parametrize(("when", "waits"), [("early", "%FOR UPDATE%"), ("late", "INSERT INTO letter%")])
def test_a_connection_cut_in_mid_batch_is_told_and_sending_again_is_safe(site: Site, when: str, waits: str) -> None:
    """Once before the batch has its lock, once when it has written almost all."""
    lock = LEDGER if when == "early" else LETTERS
    made = an_event_here(site, f"cut-{when}")
    call = registering(made.slug, "Ada", key="once")

    cut = asyncio.run(_cut(site, made, call, lock, waits))

    assert (cut.status, cut.json["type"]) == (503, "/problems/interrupted")
    assert cut.headers["content-type"] == "application/problem+json"
    assert int(cut.headers["retry-after"]) > 0
    again = [asyncio.run(ask(site, call)) for _ in range(2)]
    assert [(answer.status, answer.outcome) for answer in again] == [(202, "held")] * 2
    assert work.read(site.database, registrations_of, made) == 1
    assert faults_of(site.database) == {}


async def _cut(site: Site, made: AnEvent, call: Call, lock: str, waits: str) -> Answer:
    with an_outsider(site) as outsider:
        outsider.execute(text(lock), {"event": made.id} if ":event" in lock else {})
        asking = asyncio.create_task(ask(site, call))
        pid = await waiting_backend(site, waits)
        outsider.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        return await asking


@on_postgresql
def test_while_the_database_takes_no_connection_all_are_told_and_soon_after_all_is_well(site: Site) -> None:
    made = an_event_here(site, "away")
    call = registering("away", "Ada", key="once")
    assert asyncio.run(ask(site, Call("GET", "/health/ready"))).status == 200

    with no_connections(site):
        told = asyncio.run(_several(site, call))

    assert [(answer.status, answer.json["type"]) for answer in told[:3]] == [(503, "/problems/interrupted")] * 3
    assert [answer.headers["retry-after"] for answer in told[:3]] == ["10"] * 3
    assert [answer.status for answer in told[3:]] == [503, 200]
    assert asyncio.run(ask(site, call)).status == 202
    assert asyncio.run(ask(site, Call("GET", "/health/ready"))).status == 200
    assert work.read(site.database, registrations_of, made) == 1


async def _several(site: Site, call: Call) -> list[Answer]:
    """Somebody who signs up twice, somebody who looks, the two questions of whoever supervises."""
    page = Call("GET", call.path.removesuffix("/registrations"))
    calls = [call, call, page, Call("GET", "/health/ready"), Call("GET", "/health/live")]
    return [await ask(site, one) for one in calls]


@contextmanager
def no_connections(site: Site) -> Iterator[None]:
    """Cuts all connections of the site's database and allows no new ones."""
    url = site.database.write.url
    admin = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    site.database.dispose()
    with admin.connect() as connection:
        connection.execute(text(f"ALTER DATABASE {url.database} WITH ALLOW_CONNECTIONS false"))
        connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"), {"name": url.database}
        )
        try:
            yield
        finally:
            connection.execute(text(f"ALTER DATABASE {url.database} WITH ALLOW_CONNECTIONS true"))
    admin.dispose()


# refused for a moment


@on_postgresql
def test_a_deadlock_is_repeated_unseen(site: Site) -> None:
    made = an_event_here(site, "deadlock")

    answer = asyncio.run(_deadlock(site, made))

    assert (answer.status, answer.outcome) == (202, "held")
    assert work.read(site.database, registrations_of, made) == 1
    assert faults_of(site.database) == {}


async def _deadlock(site: Site, made: AnEvent) -> Answer:
    """The outsider holds a unit and wants the ledger, the batch holds the ledger and wants the unit: the batch loses."""
    before = _deadlocks(site)
    with an_outsider(site) as outsider:
        # the batch looks for deadlocks after 1 s; the outsider never, and has given up when the batch looks again
        outsider.execute(text("SET LOCAL deadlock_timeout = '20s'"))
        outsider.execute(text("SET LOCAL lock_timeout = '1500ms'"))
        outsider.execute(text("UPDATE unit SET held = held WHERE event_id = :event"), {"event": made.id})
        asking = asyncio.create_task(ask(site, registering("deadlock", "Ada")))
        await waiting_backend(site, "UPDATE unit%")
        with suppress(OperationalError):
            await asyncio.to_thread(outsider.execute, text(LEDGER), {"event": made.id})
    answer = await asking
    async with asyncio.timeout(PATIENCE_SECONDS):
        while _deadlocks(site) == before:  # noqa: ASYNC110 - the database counts with a delay
            await asyncio.sleep(0.1)
    return answer


def _deadlocks(site: Site) -> int:
    counted = text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    with site.database.read.connect() as connection:
        return int(connection.execute(counted).scalar_one())


@on_postgresql
@pytest.mark.parametrize(("times", "status"), [(1, 202), (3, 202), (100, 503)])
def test_a_serialization_failure_is_repeated_unseen_up_to_three_times(site: Site, times: int, status: int) -> None:
    made = an_event_here(site, f"serialization-{times}")
    work.write(site.database, fails_at_first, made, times)
    call = registering(made.slug, "Ada", key="once")

    answer = asyncio.run(ask(site, call))

    assert answer.status == status
    assert work.read(site.database, registrations_of, made) == (1 if status == 202 else 0)
    assert work.read(site.database, tries_of, times) == (times + 1 if status == 202 else 4)
    assert faults_of(site.database) == {}


def fails_at_first(connection: Connection, made: AnEvent, times: int) -> None:
    """The database itself refuses the first `times` registrations for the event. A sequence is never rolled back."""
    function = (
        f"CREATE FUNCTION fail_{times}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF nextval('tries_{times}') <= {times} THEN"
        " RAISE EXCEPTION 'could not serialize access' USING ERRCODE = 'serialization_failure'; END IF;"
        " RETURN NEW; END $$"
    )
    trigger = (
        f"CREATE TRIGGER fail_{times} BEFORE INSERT ON registration FOR EACH ROW"
        f" WHEN (NEW.event_id = '{made.id}') EXECUTE FUNCTION fail_{times}()"
    )
    for statement in (f"CREATE SEQUENCE tries_{times}", function, trigger):
        connection.execute(text(statement))


def tries_of(connection: Connection, times: int) -> int:
    return int(connection.execute(text(f"SELECT last_value FROM tries_{times}")).scalar_one())


# locked


@on_sqlite
def test_who_comes_while_another_program_holds_the_write_lock_waits_and_gets_a_place(site: Site) -> None:
    made = an_event_here(site, "locked")

    early, answer = asyncio.run(_while_locked(site, seconds=3))

    assert not early
    assert (answer.status, answer.outcome) == (202, "held")
    assert work.read(site.database, registrations_of, made) == 1


async def _while_locked(site: Site, seconds: float) -> tuple[bool, Answer]:
    """(whether it was answered while the lock was held, the answer)."""
    with an_outsider(site):
        asking = asyncio.create_task(ask(site, registering("locked", "Ada")))
        await asyncio.sleep(seconds)
        early = asking.done()
    return early, await asking


def test_a_batch_that_waited_too_long_for_the_write_lock_is_told_so_and_leaves_nothing(sqlite_url: str) -> None:
    with opened(sqlite_url) as database, opened(sqlite_url) as other:
        event.listen(database.write, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout = 100"))
        made = work.write(other, an_open_event)

        with (
            other.write.connect() as outsider,
            outsider.begin(),
            pytest.raises(Interrupted),
        ):
            work.write(database, settle_batch, made.id, [a_registration(made, "Ada")], system_clock, RulesCache())

        assert work.read(database, registrations_of, made) == 0


# too many


@pytest.mark.skipif(
    resource.getrlimit(resource.RLIMIT_NOFILE)[1] < 3 * CROWD, reason="the system allows too few connections"
)
@pytest.mark.parametrize("site_of_the_run", [SQLITE, POSTGRESQL], indirect=True)
def test_more_than_two_thousand_in_the_queue_are_sent_away_and_nothing_of_them_is_recorded(site: Site) -> None:
    made = an_event_here(site, "crowd")

    answers = asyncio.run(_crowd(site, made))

    told = Counter((answer.status, answer.outcome) for answer in answers)
    away = told.pop((503, "/problems/overloaded"))
    assert told == {(202, "held"): 5, (202, "waiting"): CROWD - away - 5}
    assert CROWD - away == AT_MOST_ASKING
    assert {answer.headers.get("retry-after") for answer in answers if answer.status == 503} == {"30"}
    assert work.read(site.database, registrations_of, made) == CROWD - away
    assert faults_of(site.database) == {}


async def _crowd(site: Site, made: AnEvent) -> list[Answer]:
    """All come while somebody else holds the lock; it is let go when as many were sent away as must be."""
    answers: list[Answer] = []

    async def come(number: int) -> None:
        answers.append(await ask(site, registering(made.slug, f"Crowd{number}")))

    async with asyncio.TaskGroup() as tasks:
        with an_outsider(site) as outsider:
            if site.name == POSTGRESQL:
                outsider.execute(text(LEDGER), {"event": made.id})
            for number in range(CROWD):
                tasks.create_task(come(number))
            async with asyncio.timeout(PATIENCE_SECONDS):
                while len(answers) < CROWD - AT_MOST_ASKING:  # noqa: ASYNC110 - counts what comes from outside
                    await asyncio.sleep(0.05)
    return answers
