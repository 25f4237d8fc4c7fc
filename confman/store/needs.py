"""What people ask for so as to take part well (Art. 9 GDPR), that it was seen to, and what the kitchen must know."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    CompoundSelect,
    Connection,
    RowMapping,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal_column,
    select,
    union_all,
)

from confman.store.base import Found, Id, among_texts
from confman.store.programme import consent_text, question, unit
from confman.store.registrations import (
    SHOWN_AS,
    answer,
    answer_sensitive,
    consent,
    need_met,
    place,
    registration,
)

_EVENT = bindparam("event", type_=Id())
_AGREED_AT = (
    select(func.max(consent.c.given_at))
    .join(consent_text, consent_text.c.id == consent.c.consent_text_id)
    .where(
        consent.c.registration_id == registration.c.id,
        consent_text.c.key == bindparam("agreement"),
        consent.c.withdrawn_at.is_(None),
    )
    .scalar_subquery()
)
_ASKED: Select[Any] = (
    select(
        registration.c.id,
        *SHOWN_AS,
        registration.c.ended_at,
        func.coalesce(_AGREED_AT, registration.c.created_at).label("asked_at"),
        question.c.id.label("question_id"),
        question.c.key,
        question.c.labels,
        question.c.options,
        answer_sensitive.c.value,
    )
    .select_from(
        answer_sensitive.join(question, question.c.id == answer_sensitive.c.question_id).join(
            registration, registration.c.id == answer_sensitive.c.registration_id
        )
    )
    .where(question.c.event_id == _EVENT, ~among_texts(question.c.key, "without"))
)


def asked(connection: Connection, event_id: UUID, without: Sequence[str], agreement: str) -> Sequence[RowMapping]:
    """Each sensitive answer with whose it is, but for questions of the keys `without`.

    `asked_at`: when they agreed that it is used, by the consent of the key `agreement`; else when they registered.
    """
    values = {"event": event_id, "without": list(without), "agreement": agreement}
    return connection.execute(_ASKED, values).mappings().all()


_ONE = _ASKED.where(registration.c.code == bindparam("code"), question.c.key == bindparam("key"))


def asked_by(connection: Connection, event_id: UUID, code: str, key: str, agreement: str) -> Sequence[RowMapping]:
    """One person's answers to one question, in all its versions."""
    values = {"event": event_id, "without": [], "agreement": agreement, "code": code, "key": key}
    return connection.execute(_ONE, values).mappings().all()


_MET = select(need_met).join(question, question.c.id == need_met.c.question_id).where(question.c.event_id == _EVENT)


def met(connection: Connection, event_id: UUID) -> Sequence[RowMapping]:
    return connection.execute(_MET, {"event": event_id}).mappings().all()


class Key(NamedTuple):
    """Which item of which answer."""

    registration_id: UUID
    question_id: UUID
    item: str


def meet(connection: Connection, key: Key, by: str, now: datetime) -> None:
    connection.execute(insert(need_met).values(**key._asdict(), met_at=now, met_by=by))


def open_again(connection: Connection, key: Key) -> bool:
    """False where nobody had seen to it."""
    mine = (need_met.c[name] == value for name, value in key._asdict().items())
    return bool(connection.execute(delete(need_met).where(*mine)).rowcount)


# the kitchen

_COMES = and_(
    registration.c.event_id == _EVENT,
    registration.c.ended_at.is_(None),
    exists()
    .where(place.c.registration_id == registration.c.id, place.c.state == literal_column("'held'"))
    .where(place.c.unit_id.in_(select(unit.c.id).where(unit.c.event_id == _EVENT, unit.c.kind == "part"))),
)
_COMING = select(registration.c.id).where(_COMES)


def coming(connection: Connection, event_id: UUID) -> set[UUID]:
    """Who holds a part."""
    return set(connection.execute(_COMING, {"event": event_id}).scalars())


def _of_who_comes(*, with_value: bool) -> CompoundSelect[Any]:
    return union_all(
        *(
            select(table.c.registration_id, question.c.key, *([table.c.value] if with_value else []))
            .join(question, question.c.id == table.c.question_id)
            .join(registration, registration.c.id == table.c.registration_id)
            .where(question.c.event_id == _EVENT, among_texts(question.c.key, "keys"), _COMES)
            for table in (answer, answer_sensitive)
        )
    )


_ANSWERS, _WHOSE = _of_who_comes(with_value=True), _of_who_comes(with_value=False)


def answers(connection: Connection, event_id: UUID, keys: Sequence[str]) -> Found:
    """(registration_id, key, value) of who comes, plain and sensitive."""
    return connection.execute(_ANSWERS, {"event": event_id, "keys": list(keys)}).all()


def who_answered(connection: Connection, event_id: UUID, keys: Sequence[str]) -> set[UUID]:
    """Of who comes; what they answered is not read."""
    return {row.registration_id for row in connection.execute(_WHOSE, {"event": event_id, "keys": list(keys)})}
