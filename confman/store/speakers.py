"""Speakers and the registrations they have, by which they sit in their sessions; each function is one statement."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, RowMapping, bindparam, select

from confman.store.base import Found, Id, among_ids, among_texts
from confman.store.programme import speaker
from confman.store.registrations import SHOWN_AS, category, place, registration

_EVENT = bindparam("event", type_=Id())
_REGISTRATION = (
    select(
        registration.c.id,
        *SHOWN_AS,
        registration.c.sort_key,
        registration.c.ended_at,
        registration.c.speaker_id,
        category.c.key.label("category"),
        category.c.counts,
    )
    .join(category, category.c.id == registration.c.category_id)
    .order_by(registration.c.id)
)
_LINKED = _REGISTRATION.join(speaker, speaker.c.id == registration.c.speaker_id).where(speaker.c.event_id == _EVENT)


def linked(connection: Connection, event_id: UUID) -> Sequence[RowMapping]:
    """All that speakers of the event have or had."""
    return connection.execute(_LINKED, {"event": event_id}).mappings().all()


_NAMED = _REGISTRATION.where(
    registration.c.event_id == _EVENT,
    among_texts(registration.c.sort_key, "sort_keys"),
    registration.c.ended_at.is_(None),
    registration.c.speaker_id.is_(None),
)


def named(connection: Connection, event_id: UUID, sort_keys: Sequence[str]) -> Sequence[RowMapping]:
    """Live ones of these names that belong to no speaker."""
    return connection.execute(_NAMED, {"event": event_id, "sort_keys": list(sort_keys)}).mappings().all()


_PLACES = select(place.c.registration_id, place.c.unit_id, place.c.state).where(
    among_ids(place.c.registration_id, "ids"), place.c.state != "released"
)


def places(connection: Connection, registrations: Sequence[UUID]) -> Found:
    return connection.execute(_PLACES, {"ids": list(registrations)}).all()
