import asyncio
from collections import Counter

from sqlalchemy import func, select

from builders import NOW, APart, ASession, ASlot, a_registration, an_event
from confman.domain.ledger.requests import Accepted
from confman.kernel.db import Database
from confman.store.outbox import letter
from confman.store.programme import unit
from confman.store.registrations import place
from confman.usecases import work
from confman.usecases.clerk import Clerk
from confman.usecases.work import Work


def test_a_rush_for_fifty_places_gives_exactly_fifty(database: Database) -> None:
    made = work.write(database, an_event, [APart(places=50)])

    outcomes = asyncio.run(_all_at_once(database, [a_registration(made, f"Rush{i}") for i in range(300)], made.id))

    assert Counter(outcome.answer.outcome for outcome in outcomes if isinstance(outcome, Accepted)) == {
        "held": 50,
        "waiting": 250,
    }
    assert work.read(database, _states) == {"held": 50, "waiting": 250}
    assert work.read(database, _counts) == [(50, 250)]


async def _all_at_once(database: Database, asks, event_id):  # type: ignore[no-untyped-def]
    running = Work(database, lambda: NOW)
    clerk = Clerk(running)
    outcomes = await asyncio.gather(*(clerk.ask(event_id, ask) for ask in asks))
    await clerk.close()
    running.close()
    return outcomes


def _states(connection):  # type: ignore[no-untyped-def]
    return dict(connection.execute(select(place.c.state, func.count()).group_by(place.c.state)).all())


def _counts(connection):  # type: ignore[no-untyped-def]
    return [tuple(row) for row in connection.execute(select(unit.c.held, unit.c.waiting))]
