"""What tests of the clerk ask and read, wherever it works."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, func, select

from confman.domain.ledger.requests import Outcome
from confman.store.registrations import place, registration
from confman.usecases.clerk import Clerk
from confman.usecases.registrar import Ask


async def answers(clerk: Clerk, event_id: UUID, asks: Sequence[Ask]) -> list[Outcome | BaseException]:
    """Of all asked at once."""
    return await asyncio.gather(*(clerk.ask(event_id, ask) for ask in asks), return_exceptions=True)


def states(connection: Connection) -> dict[str, int]:
    found = connection.execute(select(place.c.state, func.count()).group_by(place.c.state))
    return {row[0]: row[1] for row in found}


def registrations(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(registration)).scalar_one()
