"""The ledger's row (the one lock of an event's places) and what the clerk reads under it.

Each function is one statement whatever the batch or the event holds; lists go as one parameter.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    ForeignKey,
    Integer,
    LargeBinary,
    Table,
    and_,
    bindparam,
    func,
    literal_column,
    select,
    text,
)

from confman.domain.ledger.book import Kind
from confman.domain.letter_kinds import LIMITED
from confman.store.base import Found, Id, IdList, among_ids, among_texts, instant_from, metadata
from confman.store.events import event
from confman.store.ledger_people import PERSON
from confman.store.outbox import letter
from confman.store.programme import part, session, slot, unit
from confman.store.registrations import category, place, registration

ledger = Table(
    "ledger",
    metadata,
    Column("event_id", Id, ForeignKey("event.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", BigInteger, nullable=False, server_default="0"),
    Column("programme_version", Integer, nullable=False, server_default="1"),
    Column("audit_head", LargeBinary(32)),
)

_SEEN = (
    select(ledger.c.event_id, ledger.c.seq, ledger.c.programme_version)
    .where(among_ids(ledger.c.event_id, "events"))
    .order_by(ledger.c.event_id)
)
_LOCK = _SEEN.with_for_update()


def lock(connection: Connection, events: Sequence[UUID]) -> Found:
    """(event_id, seq, programme_version) of the ledgers, locked in the order of their ids; all else is read after."""
    return connection.execute(_LOCK, {"events": list(events)}).all()


def seen(connection: Connection, event_id: UUID) -> Any:
    """The same of one ledger without holding it: for who only wants to know what would be."""
    return connection.execute(_SEEN, {"events": [event_id]}).one()


_RULES = (
    select(
        event.c.host_id,
        event.c.zone,
        event.c.starts_on,
        event.c.starts_at,
        event.c.published_at,
        event.c.cancelled_at,
        event.c.offers_waiting,
        event.c.confirm_address,
        event.c.hold_hours,
        event.c.max_per_address,
        event.c.opens_at,
        event.c.closes_at,
        event.c.change_until,
        event.c.cancel_until,
        part.c.unit_id.label("part_unit"),
        part.c.starts_at.label("part_starts_at"),
        part.c.ends_at.label("part_ends_at"),
        part.c.opens_at.label("part_opens_at"),
        part.c.closes_at.label("part_closes_at"),
        part.c.change_until.label("part_change_until"),
        part.c.cancel_until.label("part_cancel_until"),
        slot.c.id.label("slot_id"),
        slot.c.choice_required,
        slot.c.choice_opens_at,
        slot.c.choice_closes_at,
        slot.c.starts_at.label("slot_starts_at"),
        slot.c.ends_at.label("slot_ends_at"),
        session.c.unit_id.label("session_unit"),
        session.c.starts_at.label("session_starts_at"),
        session.c.ends_at.label("session_ends_at"),
        session.c.cancelled_at.label("session_cancelled_at"),
    )
    .select_from(
        event.outerjoin(part, part.c.event_id == event.c.id)
        .outerjoin(slot, and_(slot.c.part_id == part.c.id, slot.c.rule != "everybody"))
        .outerjoin(session, and_(session.c.slot_id == slot.c.id, session.c.unit_id.is_not(None)))
    )
    .where(event.c.id == bindparam("event", type_=Id()))
    .order_by(part.c.position, slot.c.position, session.c.position)
)


def rules(connection: Connection, event_id: UUID) -> Found:
    """Parts, choice slots and their sessions of an event, one row per session, the event's own columns on each."""
    return connection.execute(_RULES, {"event": event_id}).all()


_UNITS = select(
    unit.c.id,
    unit.c.kind,
    unit.c.capacity,
    unit.c.reserve,
    unit.c.ceiling,
    unit.c.held,
    unit.c.waiting,
    unit.c.offers_waiting,
    unit.c.promotes_until,
).where(unit.c.event_id == bindparam("event", type_=Id()))


# one row of JSON on SQLite: its driver gives up the interpreter at every row, and in a rush waits to get it back
_UNITS_SQLITE = text(
    "SELECT json_group_array(json_array(hex(id), kind, capacity, reserve, ceiling, held, waiting,"
    " offers_waiting, promotes_until)) FROM unit WHERE event_id = :event"
).bindparams(bindparam("event", type_=Id()))


class UnitRow(NamedTuple):
    id: UUID
    kind: Kind
    capacity: int | None
    reserve: int
    ceiling: int | None
    held: int
    waiting: int
    offers_waiting: bool
    promotes_until: datetime | None


def units(connection: Connection, event_id: UUID) -> Sequence[UnitRow]:
    if connection.dialect.name == "postgresql":
        return [UnitRow._make(row) for row in connection.execute(_UNITS, {"event": event_id})]
    found = connection.execute(_UNITS_SQLITE, {"event": event_id}).scalar_one()
    return [
        UnitRow._make((UUID(hex=key), *numbers, bool(offers), None if until is None else instant_from(until)))
        for key, *numbers, offers, until in msgspec.json.decode(found)
    ]


_PLACES = select(
    place.c.registration_id,
    place.c.unit_id,
    place.c.lane,
    place.c.state,
    place.c.counted,
    place.c.seq,
    place.c.given_by,
    place.c.was,
).where(among_ids(place.c.registration_id, "ids"))


def places(connection: Connection, registrations: Sequence[UUID]) -> Found:
    return connection.execute(_PLACES, {"ids": registrations}).all()


# `state` as a literal, so that the partial index serves; a window function took 262 ms at 100,000 waiting, this 0.9 ms
_FIRST_SQLITE = text(
    "SELECT p.unit_id, p.seq, p.registration_id FROM json_each(:units) AS u"
    " JOIN place AS p ON p.unit_id = unhex(u.value) AND p.state = 'waiting'"
    " WHERE p.seq IN (SELECT q.seq FROM place AS q WHERE q.unit_id = unhex(u.value) AND q.state = 'waiting'"
    " ORDER BY q.seq LIMIT :k)"
)
_FIRST_POSTGRESQL = text(
    "SELECT p.unit_id, p.seq, p.registration_id FROM unnest(:units) AS u(id)"
    " CROSS JOIN LATERAL (SELECT q.unit_id, q.seq, q.registration_id FROM place AS q"
    " WHERE q.unit_id = u.id AND q.state = 'waiting' ORDER BY q.seq LIMIT :k) AS p"
)


def _heads(first: Any) -> Any:
    waiting = first.bindparams(bindparam("units", type_=IdList()), bindparam("k")).columns(
        unit_id=Id(), seq=BigInteger(), registration_id=Id()
    )
    head = waiting.subquery("head")
    joined = head.join(registration, registration.c.id == head.c.registration_id).join(
        category, category.c.id == registration.c.category_id
    )
    return select(head.c.unit_id, head.c.seq, *PERSON).select_from(joined).order_by(head.c.unit_id, head.c.seq)


_HEADS = {"sqlite": _heads(_FIRST_SQLITE), "postgresql": _heads(_FIRST_POSTGRESQL)}


def heads(connection: Connection, units_waited_for: Sequence[UUID], k: int) -> Found:
    """The first `k` who wait for each unit, by seq: (unit_id, seq, the registration's columns as in `people`)."""
    return connection.execute(_HEADS[connection.dialect.name], {"units": units_waited_for, "k": k}).all()


_PASSED = (
    select(place.c.unit_id, place.c.seq, *PERSON)
    .join(registration, registration.c.id == place.c.registration_id)
    .join(category, category.c.id == registration.c.category_id)
    .where(
        among_ids(place.c.unit_id, "units"),
        place.c.state == literal_column("'held'"),
        place.c.counted,
        place.c.given_by.is_(None),
        place.c.seq > bindparam("least"),
    )
)


def passed(connection: Connection, units_waited_for: Sequence[UUID], least: int) -> Found:
    """Who sits there, not by a hand, with a larger number than `least`; columns as in `heads`."""
    return connection.execute(_PASSED, {"units": units_waited_for, "least": least}).all()


_HOUR = timedelta(hours=1)
_REVISIONS = select(registration.c.id, registration.c.revision).where(among_ids(registration.c.id, "ids"))


def revisions(connection: Connection, registrations: Sequence[UUID]) -> dict[UUID, int]:
    """How often each was changed; only asked for where somebody changes what they saw at a known revision."""
    return {row.id: row.revision for row in connection.execute(_REVISIONS, {"ids": registrations})}


_RECENT = (
    select(
        letter.c.recipient_key,
        func.count().label("letters"),
        func.count(letter.c.due_at.distinct()).label("mails"),
        func.max(letter.c.due_at).label("last_due_at"),
    )
    .where(
        among_texts(letter.c.recipient_key, "addresses"),
        letter.c.due_at > bindparam("since", type_=letter.c.due_at.type),
        letter.c.created_at > bindparam("created_since", type_=letter.c.created_at.type),
        letter.c.kind.in_(LIMITED),
        # what was never sent bothers nobody, and must not keep the next letter back
        func.coalesce(letter.c.failure, "") != "superseded",
    )
    .group_by(letter.c.recipient_key)
)


def recent_letters(connection: Connection, addresses: Sequence[str], since: datetime) -> Found:
    """(recipient_key, letters, mails, last_due_at) of the letters anybody can cause, for the addresses that had any.

    Counted are those due after `since`; the index finds them by when they were made, which is at most an hour earlier.
    """
    made_since = since - _HOUR
    return connection.execute(_RECENT, {"addresses": addresses, "since": since, "created_since": made_since}).all()
