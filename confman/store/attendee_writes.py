"""What people write to their own registration beside its places; always under the ledger's lock."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete, update

from confman.kernel.ids import new_id
from confman.store import clerk
from confman.store.base import Id, among_ids
from confman.store.registrations import answer, answer_sensitive, consent

_ID = bindparam("of", type_=Id())


def forget_answers(connection: Connection, registration_id: UUID, questions: Sequence[UUID]) -> None:
    """Plain and sensitive ones."""
    for table in (answer, answer_sensitive):
        mine = (table.c.registration_id == _ID, among_ids(table.c.question_id, "ids"))
        connection.execute(delete(table).where(*mine), {"of": registration_id, "ids": list(questions)})


def write_answers(
    connection: Connection, registration_id: UUID, plain: Mapping[UUID, Any], sensitive: Mapping[UUID, Any]
) -> None:
    """By question."""
    for insert, given in ((clerk.ANSWERS, plain), (clerk.SENSITIVE_ANSWERS, sensitive)):
        insert.run(connection, [(registration_id, key, value) for key, value in given.items()])


def forget_sensitive_answers(connection: Connection, registration_id: UUID) -> None:
    connection.execute(delete(answer_sensitive).where(answer_sensitive.c.registration_id == registration_id))


def withdraw_consents(connection: Connection, registration_id: UUID, texts: Sequence[UUID], now: datetime) -> None:
    """Of those that hold."""
    mine = (
        consent.c.registration_id == _ID,
        among_ids(consent.c.consent_text_id, "ids"),
        consent.c.withdrawn_at.is_(None),
    )
    statement = update(consent).where(*mine).values(withdrawn_at=now)
    connection.execute(statement, {"of": registration_id, "ids": list(texts)})


def give_consents(connection: Connection, registration_id: UUID, texts: Iterable[UUID], now: datetime) -> None:
    clerk.CONSENTS.run(connection, [(registration_id, key, now) for key in texts])


def note(connection: Connection, registration: Any, verb: str, now: datetime) -> None:
    """In the history; `registration`: id, event_id and the event's host_id."""
    row = (new_id(), registration["event_id"], registration["host_id"], now, "attendee", verb, registration["id"].hex)
    clerk.AUDITS.run(connection, [(*row, None)])
