"""What the demonstration writes beside the ledger: a past that letters have already left."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, bindparam, select, update

from confman.store.events import event
from confman.store.hosts import host
from confman.store.outbox import letter
from confman.store.programme import speaker
from confman.store.registrations import registration


def is_there(connection: Connection, host_slug: str) -> bool:
    return connection.execute(select(host.c.id).where(host.c.slug == host_slug)).first() is not None


def speakers(connection: Connection, event_id: UUID) -> dict[str, UUID]:
    found = select(speaker.c.slug, speaker.c.id).where(speaker.c.event_id == event_id)
    return {row.slug: row.id for row in connection.execute(found)}


def came(connection: Connection, instants: Sequence[tuple[UUID, datetime]]) -> None:
    """When each registration came in, to the minute."""
    statement = update(registration).where(registration.c.id == bindparam("key")).values(created_at=bindparam("at"))
    connection.execute(statement, [{"key": key, "at": at} for key, at in instants])


def letters_are_sent(connection: Connection, event_id: UUID) -> None:
    """What the past caused to be written has arrived in the past; nothing of it is sent now."""
    due = update(letter).where(letter.c.event_id == event_id, letter.c.accepted_at.is_(None))
    connection.execute(due.values(accepted_at=letter.c.created_at, attempts=1))


def letters_came_back(connection: Connection, registration_id: UUID, failure: str) -> None:
    to_them = update(letter).where(letter.c.registration_id == registration_id)
    connection.execute(to_them.values(accepted_at=None, failed_at=letter.c.created_at, failure=failure))


def hold_until(connection: Connection, registration_id: UUID, confirm_by: datetime) -> None:
    values: dict[str, Any] = {"confirm_by": confirm_by}
    connection.execute(update(registration).where(registration.c.id == registration_id).values(values))


def holder_of(connection: Connection, event_slug: str, email: str) -> RowMapping | None:
    """(id, manage_generation) of the registration over that address."""
    mine = (event.c.slug == event_slug, registration.c.email == email)
    found = select(registration.c.id, registration.c.manage_generation).join(event).where(*mine)
    return connection.execute(found).mappings().first()
