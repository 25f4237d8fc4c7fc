"""Reading one registration for whoever has a link to it: each function is one statement."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, RowMapping, bindparam, case, func, literal_column, select, union_all

from confman.store.audit import audit
from confman.store.base import Id, Instant
from confman.store.events import event
from confman.store.outbox import letter
from confman.store.programme import consent_text, question
from confman.store.registrations import (
    answer,
    answer_sensitive,
    attendance,
    category,
    consent,
    place,
    registration,
    submission,
)

_ID = bindparam("id", type_=Id())

_BY_ID = (
    select(
        *(column for column in registration.c if column.name not in {"request_key", "request_digest", "first_answer"}),
        event.c.slug,
        event.c.host_id,
        category.c.titles.label("category_titles"),
        category.c.key.label("category"),
    )
    .join(event, event.c.id == registration.c.event_id)
    .join(category, category.c.id == registration.c.category_id)
    .where(registration.c.id == _ID)
)


def registration_by_id(connection: Connection, registration_id: UUID) -> RowMapping | None:
    """The registration with its event's slug; None where there is none (any more)."""
    found: Any = connection.execute(_BY_ID, {"id": registration_id}).mappings().one_or_none()
    row: RowMapping | None = found
    return row


_ahead = place.alias("ahead")
# the state as a literal, so that the partial index on waiting places serves
_WAITING: ColumnElement[str] = literal_column("'waiting'")
_position = (
    select(func.count() + 1)
    .where(_ahead.c.unit_id == place.c.unit_id, _ahead.c.seq < place.c.seq, _ahead.c.state == _WAITING)
    .scalar_subquery()
)
_PLACES = (
    select(
        place.c.unit_id,
        place.c.lane,
        place.c.state,
        place.c.was,
        place.c.changed_at,
        case((place.c.state == _WAITING, _position)).label("position"),
    )
    .where(place.c.registration_id == _ID)
    .order_by(place.c.seq)
)


def places(connection: Connection, registration_id: UUID) -> Sequence[RowMapping]:
    """All it ever had, also what was given up; the position, from 1, where it waits."""
    return _rows(connection, _PLACES, registration_id)


_ANSWERS = union_all(
    *(
        select(
            question.c.key,
            question.c.labels,
            question.c.version,
            question.c.position,
            question.c.sensitive,
            question.c.id.label("question_id"),
            table.c.value,
        )
        .join(question, question.c.id == table.c.question_id)
        .where(table.c.registration_id == _ID)
        for table in (answer, answer_sensitive)
    )
).order_by("position", "version")


def answers(connection: Connection, registration_id: UUID) -> Sequence[RowMapping]:
    """To all questions, the sensitive ones too, older versions first: only for the person themselves."""
    return _rows(connection, _ANSWERS, registration_id)


_CONSENTS = (
    select(
        consent.c.consent_text_id,
        consent.c.given_at,
        consent.c.withdrawn_at,
        consent_text.c.key,
        consent_text.c.version,
        consent_text.c.texts,
    )
    .join(consent_text, consent_text.c.id == consent.c.consent_text_id)
    .where(consent.c.registration_id == _ID)
    .order_by(consent_text.c.position, consent_text.c.version, consent.c.given_at)
)


def consents(connection: Connection, registration_id: UUID) -> Sequence[RowMapping]:
    """Given ever, in the order of the form."""
    return _rows(connection, _CONSENTS, registration_id)


_LETTERS = (
    select(letter.c.kind, letter.c.recipient, letter.c.created_at, letter.c.accepted_at, letter.c.failed_at)
    .where(letter.c.registration_id == _ID)
    .order_by(letter.c.created_at, letter.c.id)
)


def letters(connection: Connection, registration_id: UUID) -> Sequence[RowMapping]:
    return _rows(connection, _LETTERS, registration_id)


_HISTORY = (
    select(audit.c.at, audit.c.actor, audit.c.verb, audit.c.facts)
    .where(audit.c.event_id == bindparam("event", type_=Id()), audit.c.subject == bindparam("subject"))
    .order_by(audit.c.at, audit.c.id)
)


def history(connection: Connection, event_id: UUID, registration_id: UUID) -> Sequence[RowMapping]:
    """What was done to it, and by whom."""
    return connection.execute(_HISTORY, {"event": event_id, "subject": registration_id.hex}).mappings().all()


_ATTENDANCE = (
    select(attendance.c.half_day, attendance.c.present, attendance.c.source, attendance.c.at)
    .where(attendance.c.registration_id == _ID)
    .order_by(attendance.c.half_day, attendance.c.at)
)


def attendances(connection: Connection, registration_id: UUID) -> Sequence[RowMapping]:
    return _rows(connection, _ATTENDANCE, registration_id)


_FORMS = (
    select(submission.c.body, submission.c.expires_at)
    .where(submission.c.registration_id == _ID)
    .order_by(submission.c.expires_at)
)


def forms(connection: Connection, registration_id: UUID) -> Sequence[RowMapping]:
    """Forms as they were sent, kept for the page that tells of their receipt."""
    return _rows(connection, _FORMS, registration_id)


_LETTER = select(
    letter.c.registration_id, letter.c.kind, letter.c.recipient, letter.c.facts, letter.c.created_at
).where(letter.c.id == _ID)


def letter_by_id(connection: Connection, letter_id: UUID) -> RowMapping | None:
    return next(iter(_rows(connection, _LETTER, letter_id)), None)


_DONE_SINCE = (
    select(func.count())
    .select_from(audit)
    .where(
        audit.c.event_id == bindparam("event", type_=Id()),
        audit.c.subject == bindparam("subject"),
        audit.c.verb == bindparam("verb"),
        audit.c.at > bindparam("since", type_=Instant()),
    )
)


def times_since(connection: Connection, registration: RowMapping, verb: str, since: datetime) -> int:
    """How often the history has it; `registration`: id and event_id."""
    about = {"event": registration["event_id"], "subject": registration["id"].hex, "verb": verb, "since": since}
    found: int = connection.execute(_DONE_SINCE, about).scalar_one()
    return found


def _rows(connection: Connection, statement: Any, registration_id: UUID) -> Sequence[RowMapping]:
    found: Sequence[RowMapping] = connection.execute(statement, {"id": registration_id}).mappings().all()
    return found
