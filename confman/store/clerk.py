"""What the clerk writes after a settlement: one statement per table, whatever the number of rows."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, Integer, bindparam, update

from confman.store.audit import audit
from confman.store.base import Instant
from confman.store.bulk import Insert, Update
from confman.store.ledger import ledger
from confman.store.outbox import letter
from confman.store.programme import unit
from confman.store.registrations import answer, answer_sensitive, consent, place, registration

REGISTRATIONS = Insert(
    registration,
    (
        "id",
        "event_id",
        "code",
        "category_id",
        "title",
        "given_name",
        "family_name",
        "badge_name",
        "sort_key",
        "search_key",
        "name_key",
        "institution",
        "language",
        "email",
        "email_key",
        "source",
        "speaker_id",
        "created_at",
        "confirm_by",
        "confirmed_at",
        "ended_at",
        "ended_by",
        "request_key",
        "request_digest",
        "first_answer",
        "no_list",
        "no_photo",
        "changed_at",
    ),
)

PLACES = Insert(
    place,
    (
        "registration_id",
        "unit_id",
        "event_id",
        "lane",
        "state",
        "counted",
        "seq",
        "given_by",
        "was",
        "changed_at",
    ),
    replacing=("lane", "state", "counted", "seq", "given_by", "was", "changed_at"),
)

_LETTER = (
    "id",
    "event_id",
    "registration_id",
    "kind",
    "language",
    "recipient",
    "recipient_key",
    "facts",
    "message_id",
    "created_at",
    "due_at",
)
LETTERS = Insert(letter, _LETTER)
BULK_LETTERS = Insert(letter, (*_LETTER, "bulk_action_id"))
AUDITS = Insert(audit, ("id", "event_id", "host_id", "at", "actor", "verb", "subject", "facts"))
ANSWERS = Insert(answer, ("registration_id", "question_id", "value"))
SENSITIVE_ANSWERS = Insert(answer_sensitive, ("registration_id", "question_id", "value"))
CONSENTS = Insert(consent, ("registration_id", "consent_text_id", "given_at"))


def _number(name: str) -> Column[int]:
    return Column(name, Integer)


UNITS = Update(
    unit,
    (_number("held_by"), _number("waiting_by"), _number("ceiling_by"), _number("reserve_by")),
    # as deltas, so that a forgotten lock trips the constraint
    "held = held + n.held_by, waiting = waiting + n.waiting_by,"
    " ceiling = ceiling + n.ceiling_by, reserve = reserve + n.reserve_by",
)
SIZES = Update(
    unit,
    (
        _number("to_capacity"),
        _number("to_reserve"),
        _number("to_ceiling"),
        _number("held_by"),
        _number("waiting_by"),
    ),
    "capacity = n.to_capacity, reserve = n.to_reserve, ceiling = n.to_ceiling,"
    " held = held + n.held_by, waiting = waiting + n.waiting_by",
)
CHANGES = Update(
    registration,
    (
        Column("to_ended_at", Instant),
        registration.c.ended_by,
        Column("to_confirmed_at", Instant),
        registration.c.changed_at,
    ),
    "ended_at = n.to_ended_at, ended_by = n.ended_by, confirmed_at = coalesce(confirmed_at, n.to_confirmed_at),"
    " changed_at = n.changed_at, revision = revision + 1",
)

_SEQ = update(ledger).where(ledger.c.event_id == bindparam("event")).values(seq=bindparam("to"))


def write_seq(connection: Connection, event_id: UUID, seq: int) -> None:
    connection.execute(_SEQ, {"event": event_id, "to": seq})


def amend(
    connection: Connection, registration_id: UUID, values: Mapping[str, Any], now: datetime, *, raises: bool
) -> None:
    """Other columns of a registration: name, address, institution …; `raises` its revision too."""
    changed = {**values, "changed_at": now, "revision": registration.c.revision + int(raises)}
    connection.execute(update(registration).where(registration.c.id == registration_id).values(changed))
