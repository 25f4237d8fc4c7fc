"""What the demonstration writes beside the ledger: a past that letters have already left."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, RowMapping, bindparam, or_, select, update

from confman.store.audit import audit
from confman.store.events import event
from confman.store.hosts import host
from confman.store.outbox import letter
from confman.store.programme import speaker
from confman.store.registrations import consent, registration


def is_there(connection: Connection, host_slug: str) -> bool:
    return connection.execute(select(host.c.id).where(host.c.slug == host_slug)).first() is not None


def speakers(connection: Connection, event_id: UUID) -> dict[str, UUID]:
    found = select(speaker.c.slug, speaker.c.id).where(speaker.c.event_id == event_id)
    return {row.slug: row.id for row in connection.execute(found)}


class Came(NamedTuple):
    """When a registration came in, and when it was confirmed, where it was; to the minute."""

    key: UUID
    at: datetime
    confirmed_at: datetime | None


def came(connection: Connection, registrations: Sequence[Came]) -> None:
    """What the ledger did by whole days tells its own minute: the registrations, their letters and their history."""
    instants = [{"key": key, "called": key.hex, "when": at} for key, at, _ in registrations]
    confirmed = [
        {"key": key, "called": key.hex, "when": confirmed_at} for key, _, confirmed_at in registrations if confirmed_at
    ]
    at: Any = bindparam("when")
    of = registration.c.id == bindparam("key")
    written = update(letter).where(letter.c.registration_id == bindparam("key")).values(created_at=at, due_at=at)
    noted = update(audit).where(audit.c.subject == bindparam("called")).values(at=at)
    agreed = update(consent).where(consent.c.registration_id == bindparam("key")).values(given_at=at)
    connection.execute(update(registration).where(of).values(created_at=at), instants)
    connection.execute(agreed, instants)
    connection.execute(written, instants)
    connection.execute(noted.where(audit.c.verb == "register"), instants)
    connection.execute(update(registration).where(of).values(confirmed_at=at), confirmed)
    connection.execute(written.where(or_(letter.c.kind == "registered", letter.c.kind == "waiting")), confirmed)
    connection.execute(noted.where(audit.c.verb == "confirm"), confirmed)


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
