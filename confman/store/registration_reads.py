"""Reading registrations for people and jobs; never under the ledger's lock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Text,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    literal_column,
    select,
    tuple_,
)

from confman.store.base import Found, Id, Instant, among_ids
from confman.store.outbox import letter
from confman.store.programme import consent_text, question, unit
from confman.store.registrations import answer, category, consent, place, registration

# what the mail server refused for good is as if it had been had: else made-up addresses would hold places for ever
_HAD_AT = case((letter.c.failure == "superseded", None), else_=func.coalesce(letter.c.accepted_at, letter.c.failed_at))
_LETTER_IN_TIME = exists().where(
    and_(
        letter.c.registration_id == registration.c.id,
        letter.c.kind == "confirm",
        bindparam("had_by", type_=Instant()) >= _HAD_AT,
    )
)
_LETTER_LATER = exists().where(
    and_(
        letter.c.registration_id == registration.c.id,
        letter.c.kind == "confirm",
        bindparam("had_by", type_=Instant()) < _HAD_AT,
    )
)
_UNCONFIRMED = (
    select(registration.c.id, registration.c.event_id)
    .where(
        registration.c.confirmed_at.is_(None),
        registration.c.ended_at.is_(None),
        registration.c.confirm_by <= bindparam("now", type_=Instant()),
        _LETTER_IN_TIME,
        ~_LETTER_LATER,
    )
    .order_by(registration.c.confirm_by)
    .limit(bindparam("at_most"))
)


def unconfirmed(connection: Connection, now: datetime, had_by: datetime, at_most: int) -> Found:
    """(id, event_id) of live registrations past their confirm_by, all of whose requests to confirm were had by then.

    Had: taken by the mail server, or refused by it for good.
    """
    values = {"now": now, "had_by": had_by, "at_most": at_most}
    return connection.execute(_UNCONFIRMED, values).all()


# for organisers

_SHOWN = (
    select(
        registration.c.id,
        registration.c.code,
        registration.c.title,
        registration.c.given_name,
        registration.c.family_name,
        registration.c.badge_name,
        registration.c.institution,
        registration.c.language,
        registration.c.email,
        registration.c.email_key,
        registration.c.name_key,
        registration.c.sort_key,
        registration.c.search_key,
        registration.c.source,
        registration.c.created_at,
        registration.c.changed_at,
        registration.c.confirm_by,
        registration.c.confirmed_at,
        registration.c.ended_at,
        registration.c.ended_by,
        registration.c.no_list,
        registration.c.no_photo,
        registration.c.revision,
        registration.c.manage_generation,
        registration.c.feed_generation,
        registration.c.first_answer,
        category.c.key.label("category"),
    )
    .select_from(registration.join(category, category.c.id == registration.c.category_id))
    .where(registration.c.event_id == bindparam("event", type_=Id()))
)
_BY_CODE = _SHOWN.where(registration.c.code == bindparam("code"))
_BY_ID = _SHOWN.where(registration.c.id == bindparam("id", type_=Id()))


def by_code(connection: Connection, event_id: UUID, code: str) -> RowMapping | None:
    return connection.execute(_BY_CODE, {"event": event_id, "code": code}).mappings().one_or_none()


def by_id(connection: Connection, event_id: UUID, registration_id: UUID) -> RowMapping:
    return connection.execute(_BY_ID, {"event": event_id, "id": registration_id}).mappings().one()


def find(connection: Connection, event_id: UUID, registration_id: UUID) -> RowMapping | None:
    return connection.execute(_BY_ID, {"event": event_id, "id": registration_id}).mappings().one_or_none()


@dataclass(frozen=True, slots=True)
class Selection:
    """`terms` as `people.search_terms` gives them; `after`: the last one that was seen."""

    limit: int
    state: str | None = None
    terms: tuple[str, ...] = ()
    code: str | None = None
    after: UUID | None = None


_WAITING = (
    select(place.c.registration_id)
    # the state as a literal, so that the partial index on waiting places serves
    .where(
        place.c.unit_id.in_(select(unit.c.id).where(unit.c.event_id == bindparam("event", type_=Id()))),
        place.c.state == literal_column("'waiting'"),
    )
)
STATES: Mapping[str, tuple[ColumnElement[bool], ...]] = {
    "live": (registration.c.ended_at.is_(None),),
    "ended": (registration.c.ended_at.is_not(None),),
    "waiting": (registration.c.ended_at.is_(None), registration.c.id.in_(_WAITING)),
    "unconfirmed": (registration.c.ended_at.is_(None), registration.c.confirmed_at.is_(None)),
}


_SORT_KEY = select(registration.c.sort_key).where(
    registration.c.id == bindparam("id", type_=Id()), registration.c.event_id == bindparam("event", type_=Id())
)


def page(connection: Connection, event_id: UUID, wanted: Selection) -> Sequence[RowMapping] | None:
    """In the order of the sort keys, by one index whatever comes before or after; None if `after` is not there."""
    conditions = list(STATES[wanted.state]) if wanted.state else []
    conditions += [registration.c.search_key.contains(f" {term}") for term in wanted.terms]
    if wanted.code is not None:
        conditions.append(registration.c.code == wanted.code)
    if wanted.after is not None:
        sort_key = connection.execute(_SORT_KEY, {"event": event_id, "id": wanted.after}).scalar_one_or_none()
        if sort_key is None:
            return None
        last = tuple_(literal(sort_key, Text()), literal(wanted.after, Id()))
        conditions.append(tuple_(registration.c.sort_key, registration.c.id) > last)
    found = _SHOWN.where(*conditions).order_by(registration.c.sort_key, registration.c.id).limit(wanted.limit)
    return connection.execute(found, {"event": event_id}).mappings().all()


_PLACES = (
    select(place.c.registration_id, place.c.unit_id, place.c.state)
    .where(among_ids(place.c.registration_id, "ids"), place.c.state != "released")
    .order_by(place.c.seq)
)


def places(connection: Connection, registrations: Sequence[UUID]) -> Found:
    """What they have, without positions: those are counted for one person at a time (`outbox_queries.places`)."""
    return connection.execute(_PLACES, {"ids": registrations}).all()


_ANSWERS = (
    select(answer.c.registration_id, question.c.key, answer.c.value)
    .join(question, question.c.id == answer.c.question_id)
    .where(among_ids(answer.c.registration_id, "ids"), question.c.sensitive.is_(False))
    .order_by(question.c.position)
)


def plain_answers(connection: Connection, registrations: Sequence[UUID]) -> Found:
    """(registration_id, key, value); sensitive ones have a table and rights of their own."""
    return connection.execute(_ANSWERS, {"ids": registrations}).all()


_CONSENTS = (
    select(consent.c.registration_id, consent_text.c.key, consent_text.c.version, consent.c.given_at)
    .join(consent_text, consent_text.c.id == consent.c.consent_text_id)
    .where(among_ids(consent.c.registration_id, "ids"), consent.c.withdrawn_at.is_(None))
    .order_by(consent_text.c.position, consent_text.c.version)
)


def consents(connection: Connection, registrations: Sequence[UUID]) -> Found:
    """(registration_id, key, version, given_at) of what holds."""
    return connection.execute(_CONSENTS, {"ids": registrations}).all()
