"""The letters of an event as its team sees them: a page of them, one, and those that failed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, bindparam, func, or_, select

from confman.domain.letter_kinds import KINDS
from confman.store.base import Id, Instant
from confman.store.bulk import Update
from confman.store.outbox import ClaimedLetter, letter
from confman.store.registrations import registration

State = Literal["waiting", "leaving", "accepted", "retried", "failed", "superseded"]
SUPERSEDED: Final = "superseded"
_EVENT = bindparam("event", type_=Id())
_NOW = bindparam("now", type_=Instant())
_OPEN = and_(letter.c.accepted_at.is_(None), letter.c.failed_at.is_(None))
_DROPPED = func.coalesce(letter.c.failure, "") == SUPERSEDED
_FREE = or_(letter.c.lease_until.is_(None), letter.c.lease_until <= _NOW)

STATES: Final[Mapping[State, ColumnElement[bool]]] = {
    "waiting": and_(_OPEN, letter.c.attempts == 0, _FREE, letter.c.due_at > _NOW),
    "leaving": and_(_OPEN, or_(letter.c.lease_until > _NOW, and_(letter.c.attempts == 0, letter.c.due_at <= _NOW))),
    "accepted": letter.c.accepted_at.is_not(None),
    "retried": and_(_OPEN, letter.c.attempts > 0, _FREE),
    "failed": and_(letter.c.failed_at.is_not(None), ~_DROPPED),
    "superseded": and_(letter.c.failed_at.is_not(None), _DROPPED),
}
"""What has become of a letter; each has exactly one."""
_BY_THE_CLOCK = {"waiting", "leaving", "retried"}

_COLUMNS = (
    letter.c.id,
    letter.c.kind,
    letter.c.recipient,
    letter.c.created_at,
    letter.c.due_at,
    letter.c.attempts,
    letter.c.lease_until,
    letter.c.accepted_at,
    letter.c.failed_at,
    letter.c.failure,
    registration.c.code,
    registration.c.title,
    registration.c.given_name,
    registration.c.family_name,
)
_LETTERS = (
    select(*_COLUMNS)
    .outerjoin(registration, registration.c.id == letter.c.registration_id)
    .where(letter.c.event_id == _EVENT)
)


@dataclass(frozen=True, slots=True)
class Reach:
    """Of all, or of those in a state, from the one after `after` on."""

    state: State | None
    after: UUID | None
    at_most: int


def page(connection: Connection, event_id: UUID, reach: Reach, now: datetime) -> Sequence[RowMapping]:
    """The latest first."""
    found = _LETTERS.order_by(letter.c.id.desc()).limit(reach.at_most)
    asked: dict[str, Any] = {"event": event_id}
    if reach.state is not None:
        found = found.where(STATES[reach.state])
        asked |= {"now": now} if reach.state in _BY_THE_CLOCK else {}
    if reach.after is not None:
        found = found.where(letter.c.id < bindparam("after", type_=Id()))
        asked["after"] = reach.after
    return connection.execute(found, asked).mappings().all()


def state_of(row: RowMapping, now: datetime) -> State:
    """As STATES, of a row at hand."""
    if row["accepted_at"] is not None:
        return "accepted"
    if row["failed_at"] is not None:
        return "superseded" if row["failure"] == SUPERSEDED else "failed"
    if row["lease_until"] is not None and row["lease_until"] > now:
        return "leaving"
    if row["attempts"]:
        return "retried"
    return "waiting" if row["due_at"] > now else "leaving"


_THIS = letter.c.id == bindparam("id", type_=Id())
_ONE = _LETTERS.where(_THIS)
_CLAIMED = select(*(letter.c[name] for name in ClaimedLetter.__slots__)).where(_THIS)


def one(connection: Connection, event_id: UUID, letter_id: UUID) -> RowMapping | None:
    return connection.execute(_ONE, {"event": event_id, "id": letter_id}).mappings().one_or_none()


def claimed(connection: Connection, letter_id: UUID) -> ClaimedLetter:
    """As the postman gets it; nothing is claimed."""
    return ClaimedLetter(*connection.execute(_CLAIMED, {"id": letter_id}).one())


_ELSEWHERE = tuple(name for name, kind in KINDS.items() if kind.elsewhere)
_REPEATABLE = and_(
    letter.c.event_id == _EVENT,
    STATES["failed"],
    registration.c.email.is_not(None),
    letter.c.kind.not_in(_ELSEWHERE),
)
_OF_LIVE = registration.c.ended_by.is_(None)
_AGAIN = (
    select(letter.c.id, letter.c.kind, letter.c.registration_id, registration.c.email, registration.c.email_key)
    .join(registration, registration.c.id == letter.c.registration_id)
    .where(_REPEATABLE)
    .order_by(letter.c.id)
    .with_for_update(of=letter)
)
_RETRIES = Update(
    letter,
    (letter.c.recipient, letter.c.recipient_key, letter.c.due_at),
    "recipient = n.recipient, recipient_key = n.recipient_key, due_at = n.due_at, attempts = 0, lease_until = NULL,"
    " failed_at = NULL, failure = NULL",
)


def failed(connection: Connection, event_id: UUID, letter_id: UUID | None, at_most: int) -> Sequence[RowMapping]:
    """Those that can be sent again, with the address that the registration has now: that one, or all of `failures`."""
    found, asked = _AGAIN.limit(at_most), {"event": event_id}
    if letter_id is None:
        return connection.execute(found.where(_OF_LIVE), asked).mappings().all()
    return connection.execute(found.where(_THIS), {**asked, "id": letter_id}).mappings().all()


def send_again(connection: Connection, rows: Sequence[RowMapping], now: datetime) -> None:
    """They are due at once, to the address of today."""
    _RETRIES.run(connection, [(row["id"], row["email"], row["email_key"], now) for row in rows])


_FAILURES = (
    select(func.count())
    .select_from(letter)
    .join(registration, registration.c.id == letter.c.registration_id)
    .where(_REPEATABLE, _OF_LIVE)
)


def failures(connection: Connection, event_id: UUID) -> int:
    """How many are missing to people whose registration has not ended."""
    return int(connection.execute(_FAILURES, {"event": event_id}).scalar_one())
