"""Whom organisers have chosen, as far as acting on many needs to know them: one statement whatever their number."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, bindparam, func, select

from confman.store.base import Id, among_ids, among_texts
from confman.store.outbox import letter
from confman.store.registrations import registration

_EVENT = bindparam("event", type_=Id())
_PEOPLE = (
    select(
        registration.c.id,
        registration.c.code,
        registration.c.title,
        registration.c.given_name,
        registration.c.family_name,
        registration.c.sort_key,
        registration.c.email,
        registration.c.email_key,
        registration.c.language,
        registration.c.ended_by,
        registration.c.confirmed_at,
    )
    .where(registration.c.event_id == _EVENT)
    .order_by(registration.c.id)
)


def by_codes(connection: Connection, event_id: UUID, codes: Sequence[str]) -> Sequence[Any]:
    """In the order in which they came."""
    return _people(connection, event_id, among_texts(registration.c.code, "named"), codes)


def by_ids(connection: Connection, event_id: UUID, ids: Sequence[UUID]) -> Sequence[Any]:
    """As `by_codes`."""
    return _people(connection, event_id, among_ids(registration.c.id, "named"), ids)


def _people(connection: Connection, event_id: UUID, which: ColumnElement[bool], named: Sequence[Any]) -> Sequence[Any]:
    return connection.execute(_PEOPLE.where(which), {"event": event_id, "named": list(named)}).mappings().all()


_UNREACHED = (
    select(letter.c.registration_id)
    .distinct()
    .join(registration, registration.c.id == letter.c.registration_id)
    .where(
        letter.c.event_id == _EVENT,
        letter.c.failed_at.is_not(None),
        func.coalesce(letter.c.failure, "") != "superseded",
        letter.c.recipient_key == registration.c.email_key,
    )
)


def unreached(connection: Connection, event_id: UUID) -> frozenset[UUID]:
    """Whom a letter to the address that they have did not reach."""
    return frozenset(connection.execute(_UNREACHED, {"event": event_id}).scalars())
