"""Few places, asked for by several processes at once, straight through the clerk's own transaction."""

import random
from uuid import UUID

import pytest
from sqlalchemy import Connection, func, select

from confman.store.registrations import place
from confman.usecases import work
from tests.builders import APart
from tests.races import contending
from tests.races.contending import Contest
from tests.races.harness import FAR, SHARES, SIZE, Stopwatch, an_open_event, copies, faults_of, kind_of, opened, tell

LARGEST = 40
SEATS = (1, 1, 1, 2, 5)


@pytest.mark.parametrize("share", SHARES)
def test_contending_processes_never_get_a_place_twice(database_url: str, share: int) -> None:
    attempts = SIZE.settle // len(SHARES)
    contest = a_contest(database_url, attempts, f"race-{share}")
    watch = Stopwatch()

    told = contending.run(contest)

    seconds = watch.seconds
    with opened(database_url) as database:
        assert faults_of(database) == {}
        held = work.read(database, held_by_event)
    seats = zip(contest.events, seats_in_turn(len(contest.events)), strict=True)
    assert held == {made.id: min(places, contending.applicants(contest, made)) for made, places in seats}
    assert told.held == held  # everybody who was told "held" holds a place, and nobody else
    assert told.attempts >= attempts
    tell(f"settling on {kind_of(database_url)}", told.attempts, seconds, **told.outcomes)


def a_contest(url: str, attempts: int, name: str) -> Contest:
    """On SQLite two processes, each with its one writing connection; on PostgreSQL four."""
    processes, threads = (2, 2) if url.startswith("sqlite") else (4, 1)
    count = attempts * 11 // (10 * processes * threads * (LARGEST + 1) // 2)  # some more than must be
    events = []
    with opened(url) as database:
        seats = seats_in_turn(count)
        for number in sorted(set(SEATS)):
            made = work.write(database, an_open_event, f"{name}-{number}", [APart(places=number, starts_at=FAR)])
            events += work.write(database, copies, made, seats.count(number))
    chance = random.Random(name)
    waiting = frozenset(made.slug for made in events if chance.randrange(8) == 0)
    return Contest(url, events, waiting, processes, threads, LARGEST)


def seats_in_turn(count: int) -> list[int]:
    """In the order in which the events stand in the contest."""
    return sorted(SEATS[number % len(SEATS)] for number in range(count))


def held_by_event(connection: Connection) -> dict[UUID, int]:
    held = select(place.c.event_id, func.count()).where(place.c.state == "held").group_by(place.c.event_id)
    return {row.event_id: row[1] for row in connection.execute(held)}
