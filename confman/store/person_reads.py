"""Reading one registration for the team: each function is one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, bindparam, select, union, union_all

from confman.store.audit import audit
from confman.store.base import Id, among_ids, among_texts
from confman.store.hosts import member, token
from confman.store.outbox import letter
from confman.store.programme import question
from confman.store.registrations import SHOWN_AS, answer, answer_sensitive, registration

_ID = bindparam("id", type_=Id())
_EVENT = bindparam("event", type_=Id())


def _answers_in(table: Any) -> Any:
    return (
        select(question.c.key, question.c.labels, question.c.version, question.c.position, question.c.sensitive)
        .add_columns(question.c.kind, question.c.options, table.c.value)
        .join(question, question.c.id == table.c.question_id)
        .where(table.c.registration_id == _ID)
    )


_ANSWERS = {
    False: _answers_in(answer).order_by("position", "version"),
    True: union_all(_answers_in(answer), _answers_in(answer_sensitive)).order_by("position", "version"),
}


def answers(connection: Connection, registration_id: UUID, *, needs: bool) -> Sequence[RowMapping]:
    """The sensitive ones only where `needs` are to be seen: their table is not even asked otherwise."""
    return connection.execute(_ANSWERS[needs], {"id": registration_id}).mappings().all()


_LETTERS = (
    select(
        letter.c.id,
        letter.c.kind,
        letter.c.recipient,
        letter.c.recipient_key,
        letter.c.created_at,
        letter.c.due_at,
        letter.c.attempts,
        letter.c.accepted_at,
        letter.c.failed_at,
        letter.c.failure,
    )
    .where(letter.c.registration_id == _ID)
    .order_by(letter.c.created_at.desc(), letter.c.id.desc())
    .limit(bindparam("at_most"))
)


def letters(connection: Connection, registration_id: UUID, at_most: int) -> Sequence[RowMapping]:
    """To this person, the newest first."""
    return connection.execute(_LETTERS, {"id": registration_id, "at_most": at_most}).mappings().all()


# who might be the same person

_SHOWN = (
    registration.c.id,
    *SHOWN_AS,
    registration.c.email_key,
    registration.c.name_key,
    registration.c.sort_key,
)
_LIVE = (registration.c.event_id == _EVENT, registration.c.ended_at.is_(None))
_SAME_ADDRESS = select(*_SHOWN).where(*_LIVE, registration.c.email_key == bindparam("address"))
_SAME_BEGINNING = select(*_SHOWN).where(
    *_LIVE, registration.c.sort_key >= bindparam("begins"), registration.c.sort_key < bindparam("ends")
)


@dataclass(frozen=True, slots=True)
class Alike:
    """`begins`: what sort keys of near names begin with."""

    address: str | None
    begins: str


def alike(connection: Connection, event_id: UUID, of: Alike, at_most: int) -> Sequence[RowMapping]:
    """Live registrations over the same address, and at most so many whose name begins the same; by two indexes."""
    begun = _SAME_BEGINNING.order_by(registration.c.sort_key, registration.c.id).limit(at_most).subquery()
    found = union(_SAME_ADDRESS.limit(at_most).subquery().select(), begun.select())
    values = {"event": event_id, "address": of.address, "begins": of.begins, "ends": _after(of.begins)}
    return connection.execute(found, values).mappings().all()


_NAMED = select(*_SHOWN).where(among_ids(registration.c.id, "ids"))


def named(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, RowMapping]:
    return {row["id"]: row for row in connection.execute(_NAMED, {"ids": list(ids)}).mappings()}


_CODED = select(*_SHOWN).where(registration.c.event_id == _EVENT, among_texts(registration.c.code, "codes"))


def coded(connection: Connection, event_id: UUID, codes: Sequence[str]) -> Sequence[RowMapping]:
    return connection.execute(_CODED, {"event": event_id, "codes": list(codes)}).mappings().all()


def _after(beginning: str) -> str:
    """The first text that does not begin so, in whatever order the database sorts letters."""
    return beginning[:-1] + chr(ord(beginning[-1]) + 1)


# whose deed it was

_MEMBERS = select(member.c.id, member.c.name).where(among_ids(member.c.id, "ids"))


def member_names(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, str]:
    return {row.id: row.name for row in connection.execute(_MEMBERS, {"ids": list(ids)})}


_TOKENS = select(token.c.hash, token.c.name).where(token.c.host_id == bindparam("host", type_=Id()))


def token_names(connection: Connection, host_id: UUID) -> Sequence[tuple[bytes, str]]:
    """(hash, name) of the host's programs, also of those that may nothing any more."""
    return [(row.hash, row.name) for row in connection.execute(_TOKENS, {"host": host_id})]


_BEYOND = select(audit.c.at, audit.c.facts).where(
    audit.c.event_id == _EVENT,
    audit.c.subject == bindparam("subject"),
    audit.c.verb.in_(("register", "change", "confirm")),
)


def given_beyond(connection: Connection, event_id: UUID, registration_id: UUID) -> list[tuple[datetime, str]]:
    """(when, unit as hexadecimal) of each place that was one more."""
    found = connection.execute(_BEYOND, {"event": event_id, "subject": registration_id.hex})
    return [(row.at, unit) for row in found for unit in (row.facts or {}).get("beyond", ())]
