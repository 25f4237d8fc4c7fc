"""What the nightly erasing reads and deletes; each function a fixed number of statements, each delete a bounded one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Table,
    and_,
    bindparam,
    case,
    delete,
    exists,
    false,
    func,
    insert,
    literal_column,
    or_,
    select,
    true,
    update,
)

from confman.domain.letter_kinds import ANYBODYS
from confman.store.audit import audit
from confman.store.base import Id, Instant, among_ids, among_texts
from confman.store.bulk_actions import bulk_action, bulk_undo
from confman.store.events import event
from confman.store.hosts import attempt, host, signin
from confman.store.outbox import letter
from confman.store.programme import question
from confman.store.registrations import answer, answer_sensitive, erased, erasure, place, registration, submission

ANSWERS: Mapping[str, Table] = {"answers": answer, "needs": answer_sensitive}
"""Tables of answers by the word of the protocol."""

_EVENT = bindparam("event", type_=Id())
_HAS_PEOPLE = exists().where(registration.c.event_id == event.c.id)
_DATES = (
    select(
        event.c.id,
        event.c.zone,
        event.c.starts_on,
        event.c.ends_on,
        event.c.cancelled_at,
        host.c.retention.label("host_retention"),
    )
    .join(host, host.c.id == event.c.host_id)
    .where(event.c.id == _EVENT)
)
_WITH_PEOPLE = select(event.c.id).where(_HAS_PEOPLE).order_by(event.c.id)


def events_with_people(connection: Connection) -> Sequence[UUID]:
    """All events that anybody is kept of."""
    return connection.execute(_WITH_PEOPLE).scalars().all()


def dates(connection: Connection, event_id: UUID) -> Mapping[str, Any] | None:
    """What the days of erasing are reckoned from; None where there is no such event (any more)."""
    row = connection.execute(_DATES, {"event": event_id}).mappings().one_or_none()
    return None if row is None else {**row}


# whom


@dataclass(frozen=True, slots=True)
class Due:
    """Whom it is time to erase: all, or those who ended before an instant (None: nobody of that kind).

    `left_before` those who had confirmed, `lapsed_before` those who had not. `waiting`: who has no place.
    """

    everybody: bool
    waiting: bool
    left_before: datetime | None
    lapsed_before: datetime | None


def _state(state: str) -> ColumnElement[Any]:
    return literal_column(f"'{state}'")  # so that the partial indexes serve


_HOLDS = exists().where(place.c.registration_id == registration.c.id, place.c.state == _state("held"))
_LIVE = registration.c.ended_at.is_(None)
_CONFIRMED = registration.c.confirmed_at.is_not(None)


def _is_due(due: Due) -> ColumnElement[bool]:
    if due.everybody:
        return true()
    kinds = [and_(_CONFIRMED, _LIVE, ~_HOLDS)] if due.waiting else []
    for of_kind, before in ((_CONFIRMED, due.left_before), (~_CONFIRMED, due.lapsed_before)):
        if before is not None:
            kinds.append(and_(of_kind, registration.c.ended_at < before))
    return or_(false(), *kinds)


_WHAT = case(
    (~_CONFIRMED, "unconfirmed"), (and_(_LIVE, _HOLDS), "registrations"), else_="cancelled"
).label("what")  # fmt: skip


def due_people(connection: Connection, event_id: UUID, due: Due, at_most: int) -> Sequence[RowMapping]:
    """(id, manage_generation, what)"""
    found = select(registration.c.id, registration.c.manage_generation, _WHAT)
    found = found.where(registration.c.event_id == _EVENT, _is_due(due)).limit(at_most)
    return connection.execute(found, {"event": event_id}).mappings().all()


def unconfirmed(connection: Connection, event_id: UUID, now: datetime, at_most: int) -> list[UUID]:
    """Live ones whose time to confirm is over, whatever became of the letter."""
    waiting = and_(_LIVE, ~_CONFIRMED, registration.c.confirm_by <= now)
    found = select(registration.c.id).where(registration.c.event_id == _EVENT, waiting).limit(at_most)
    return list(connection.execute(found, {"event": event_id}).scalars())


_HELD = func.coalesce(func.sum(case((and_(place.c.state == "held", place.c.counted), 1), else_=0)), 0)
_WAITS = func.coalesce(func.sum(case((place.c.state == "waiting", 1), else_=0)), 0)
_OF_PEOPLE = among_ids(place.c.registration_id, "ids")
_OF_UNITS = among_ids(place.c.unit_id, "units")
_COUNTED = (
    select(place.c.unit_id, _HELD.label("held"), _WAITS.label("waiting"))
    .where(_OF_PEOPLE, place.c.state.in_(("held", "waiting")))
    .group_by(place.c.unit_id)
    .order_by(place.c.unit_id)
)
_COUNTED_OF_UNITS = _COUNTED.where(_OF_UNITS)


def places(connection: Connection, ids: Sequence[UUID], units: Sequence[UUID] | None = None) -> Sequence[RowMapping]:
    """(unit_id, held, waiting) as the units count them; `units` None: of all."""
    if units is None:
        return connection.execute(_COUNTED, {"ids": ids}).mappings().all()
    return connection.execute(_COUNTED_OF_UNITS, {"ids": ids, "units": units}).mappings().all()


_MINE = letter.alias("mine")
_SAME_MAIL = delete(letter).where(
    letter.c.kind.in_(ANYBODYS),
    letter.c.id.in_(
        select(letter.c.id)
        .join(_MINE, and_(_MINE.c.recipient_key == letter.c.recipient_key, _MINE.c.accepted_at == letter.c.accepted_at))
        .where(among_ids(_MINE.c.registration_id, "ids"), _MINE.c.kind.in_(ANYBODYS))
    ),
)
_LETTERS = delete(letter).where(among_ids(letter.c.registration_id, "ids"))
_AUDITS = (
    update(audit)
    .where(audit.c.event_id == _EVENT, among_texts(audit.c.subject, "subjects"))
    .values(subject="", facts=None)
)
_REGISTRATIONS = delete(registration).where(among_ids(registration.c.id, "ids"))


def delete_people(connection: Connection, event_id: UUID, ids: Sequence[UUID]) -> int:
    """With all that hangs on them; returns how many letters went. The history keeps that something was done, and when.

    One mail may have told of several registrations of a mailbox: then what is left of it goes with the first of them.
    """
    given = {"ids": ids}
    letters = connection.execute(_SAME_MAIL, given).rowcount + connection.execute(_LETTERS, given).rowcount
    connection.execute(_AUDITS, {"event": event_id, "subjects": [key.hex for key in ids]})
    connection.execute(_REGISTRATIONS, given)
    return letters


# answers


_QUESTIONS = select(question.c.id, question.c.erase_days, question.c.options).where(question.c.event_id == _EVENT)


def questions(connection: Connection, event_id: UUID) -> Sequence[RowMapping]:
    return connection.execute(_QUESTIONS, {"event": event_id}).mappings().all()


def answered(connection: Connection, table: Table, questions_: Sequence[UUID], at_most: int) -> list[UUID]:
    """Who has answered any of them."""
    found = select(table.c.registration_id).where(among_ids(table.c.question_id, "questions")).limit(at_most)
    return list(connection.execute(found, {"questions": questions_}).scalars())


def delete_answers(
    connection: Connection, table: Table, questions_: Sequence[UUID], ids: Sequence[UUID], now: datetime
) -> int:
    """Returns how many; the registrations are at a new revision then."""
    mine = (among_ids(table.c.question_id, "questions"), among_ids(table.c.registration_id, "ids"))
    gone = connection.execute(delete(table).where(*mine), {"questions": questions_, "ids": ids}).rowcount
    connection.execute(_TOUCHED, {"ids": ids, "now": now})
    return gone


_TOUCHED = (
    update(registration)
    .where(among_ids(registration.c.id, "ids"))
    .values(revision=registration.c.revision + 1, changed_at=bindparam("now", type_=Instant()))
)
_CHOSEN = delete(place).where(_OF_PEOPLE, _OF_UNITS)


def delete_places(connection: Connection, ids: Sequence[UUID], units: Sequence[UUID]) -> None:
    connection.execute(_CHOSEN, {"ids": ids, "units": units})


# what is left to tell


def note(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Lines of the protocol: id, event_id, unit_id, what, number, at."""
    if rows:
        connection.execute(insert(erasure), rows)


def mark(connection: Connection, marks: Sequence[bytes], day: date) -> None:
    connection.execute(insert(erased), [{"mark": each, "on_day": day} for each in marks])


_MARKED = select(erased.c.on_day).where(erased.c.mark == bindparam("mark"))


def marked(connection: Connection, mark_: bytes) -> date | None:
    """The day on which the registration of that mark was erased."""
    day: date | None = connection.execute(_MARKED, {"mark": mark_}).scalar_one_or_none()
    return day


_UNWIPED = select(erasure.c.id, erasure.c.at).where(erasure.c.wiped_at.is_(None))
_WIPED = update(erasure).where(among_ids(erasure.c.id, "ids"))


def unwiped(connection: Connection) -> Sequence[RowMapping]:
    """(id, at) of the protocol's lines about data whose bytes may still stand in the database's files."""
    return connection.execute(_UNWIPED).mappings().all()


def wiped(connection: Connection, ids: Sequence[UUID], now: datetime) -> None:
    connection.execute(_WIPED.values(wiped_at=now), {"ids": ids})


# what nobody is kept for


_OF_BULK = letter.c.bulk_action_id == bulk_action.c.id
_OVER = {
    "receipts": (submission.c.receipt_hash, submission.c.expires_at, true()),
    "signins": (signin.c.id_hash, signin.c.expires_at, true()),
    "attempts": (attempt.c.key_hash, attempt.c.window_at, true()),
    "marks": (erased.c.mark, erased.c.on_day, true()),
    "undos": (bulk_undo.c.bulk_action_id, bulk_undo.c.until, true()),
    "bulk_actions": (bulk_action.c.id, bulk_action.c.until, ~exists().where(_OF_BULK)),
    "letters": (letter.c.id, letter.c.created_at, letter.c.registration_id.is_(None)),
}
KINDS = tuple(_OVER)


def forget(connection: Connection, before: Mapping[str, date], at_most: int) -> int:
    """Of each kind what has its time by that of its kind; how many there were.

    Receipts, sign-ins, counted attempts, marks, what can no longer be taken back, what was done to many and has no
    letters (any more), and letters that belong to no registration.
    """
    gone = 0
    for kind, (key, time, which) in _OVER.items():
        over = select(key).where(which, time <= before[kind]).limit(at_most)
        gone += connection.execute(delete(key.table).where(key.in_(over), time <= before[kind])).rowcount
    return gone


def has_forgettable(connection: Connection, before: Mapping[str, date]) -> bool:
    """Whether `forget` would find anything; for readers, so that nobody takes the write lock for nothing."""
    found = or_(*(exists().where(which, time <= before[kind]) for kind, (_, time, which) in _OVER.items()))
    return bool(connection.execute(select(found)).scalar_one())


_KEPT = select(letter.c.message_id).where(among_texts(letter.c.message_id, "named"))


def letters_kept(connection: Connection, message_ids: Sequence[str]) -> set[str]:
    """Those of them that there still are."""
    return set(connection.execute(_KEPT, {"named": message_ids}).scalars())
