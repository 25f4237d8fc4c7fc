"""Whom a change of an event concerns; each function is one statement, however many people there are."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, select

from confman.store.base import Id, among_ids
from confman.store.registrations import place, registration

_EVERYBODY = select(registration.c.id).where(
    registration.c.event_id == bindparam("event", type_=Id()), registration.c.ended_at.is_(None)
)
_PLACES = select(place.c.unit_id, place.c.registration_id, place.c.state).where(
    among_ids(place.c.unit_id, "units"), place.c.state != "released"
)
_PEOPLE = (
    select(registration.c.id, registration.c.language, registration.c.email, registration.c.email_key)
    .where(among_ids(registration.c.id, "ids"), registration.c.ended_at.is_(None), registration.c.email.is_not(None))
    .order_by(registration.c.id)
)


def everybody(connection: Connection, event_id: UUID) -> Sequence[UUID]:
    """All live registrations of the event."""
    return connection.execute(_EVERYBODY, {"event": event_id}).scalars().all()


def places(connection: Connection, units: Sequence[UUID]) -> Sequence[Any]:
    """(unit_id, registration_id, state) of all who hold, wait for or wish one of these units."""
    return connection.execute(_PLACES, {"units": units}).mappings().all()


def people(connection: Connection, registrations: Sequence[UUID]) -> Sequence[Any]:
    """(id, language, email, email_key) of those who are registered still and can be written to."""
    return connection.execute(_PEOPLE, {"ids": registrations}).mappings().all()
