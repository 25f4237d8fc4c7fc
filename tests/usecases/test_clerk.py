import asyncio
from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, func, select

from confman.domain.ledger.requests import Accepted, Outcome
from confman.kernel.db import Database
from confman.store.programme import unit
from confman.store.registrations import place
from confman.usecases import work
from confman.usecases.clerk import Clerk
from confman.usecases.recording import Ask
from confman.usecases.work import Work
from tests.builders import NOW, APart, a_registration, an_event


def test_a_rush_for_fifty_places_gives_exactly_fifty(database: Database) -> None:
    made = work.write(database, an_event, [APart(places=50)])

    outcomes = asyncio.run(_all_at_once(database, [a_registration(made, f"Rush{i}") for i in range(300)], made.id))

    assert Counter(outcome.answer.outcome for outcome in outcomes if isinstance(outcome, Accepted)) == {
        "held": 50,
        "waiting": 250,
    }
    assert work.read(database, _states) == {"held": 50, "waiting": 250}
    assert work.read(database, _counts) == [(50, 250)]


async def _all_at_once(database: Database, asks: Sequence[Ask], event_id: UUID) -> list[Outcome]:
    running = Work(database, lambda: NOW)
    clerk = Clerk(running)
    outcomes = await asyncio.gather(*(clerk.ask(event_id, ask) for ask in asks))
    await clerk.close()
    running.close()
    return outcomes


def _states(connection: Connection) -> dict[str, int]:
    counted = select(place.c.state, func.count().label("number")).group_by(place.c.state)
    return {row.state: row.number for row in connection.execute(counted)}


def _counts(connection: Connection) -> list[tuple[int, int]]:
    return [(row.held, row.waiting) for row in connection.execute(select(unit.c.held, unit.c.waiting))]
