"""Reading one registration for whoever has a link to it: each function is one statement."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, bindparam, select

from confman.store.base import Id
from confman.store.events import event
from confman.store.registrations import registration

_BY_ID = (
    select(
        registration.c.id,
        registration.c.event_id,
        registration.c.code,
        registration.c.title,
        registration.c.given_name,
        registration.c.family_name,
        registration.c.language,
        registration.c.created_at,
        registration.c.confirm_by,
        registration.c.confirmed_at,
        registration.c.ended_at,
        registration.c.ended_by,
        registration.c.manage_generation,
        registration.c.ticket_generation,
        registration.c.revision,
        event.c.slug,
    )
    .join(event, event.c.id == registration.c.event_id)
    .where(registration.c.id == bindparam("id", type_=Id()))
)


def registration_by_id(connection: Connection, registration_id: UUID) -> RowMapping | None:
    """The registration with its event's slug; None where there is none (any more)."""
    found: Any = connection.execute(_BY_ID, {"id": registration_id}).mappings().one_or_none()
    row: RowMapping | None = found
    return row
