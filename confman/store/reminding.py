"""Whom to remind that they have not confirmed yet; each function is one statement."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, exists, select
from sqlalchemy.dialects import postgresql, sqlite

from confman.store.base import Instant
from confman.store.events import event
from confman.store.outbox import letter
from confman.store.registrations import registration

_NOW = bindparam("now", type_=Instant())
_LEFT = registration.c.confirm_by - _NOW
_REQUEST = and_(letter.c.registration_id == registration.c.id, letter.c.kind == "confirm")
_FIRST_FACTS = select(letter.c.facts).where(_REQUEST).order_by(letter.c.created_at.desc()).limit(1).scalar_subquery()
_DUE = (
    select(
        registration.c.id,
        registration.c.event_id,
        registration.c.language,
        registration.c.email,
        registration.c.email_key,
        registration.c.confirm_by,
        event.c.zone,
        _FIRST_FACTS.label("facts"),
    )
    .join(event, event.c.id == registration.c.event_id)
    .where(
        registration.c.confirmed_at.is_(None),
        registration.c.ended_at.is_(None),
        registration.c.email.is_not(None),
        registration.c.confirm_by >= bindparam("ends_from", type_=Instant()),
        event.c.cancelled_at.is_(None),
        # half of the time is over, and half of what was left when the mail server took the request to confirm
        _NOW - registration.c.created_at >= _LEFT,
        exists().where(_REQUEST, _NOW - letter.c.accepted_at >= _LEFT),
        ~exists().where(_REQUEST, letter.c.failed_at.is_(None), letter.c.accepted_at.is_(None)),
        ~exists().where(_REQUEST, _NOW - letter.c.accepted_at < _LEFT),
        ~exists().where(letter.c.registration_id == registration.c.id, letter.c.kind == "reminder"),
    )
    .order_by(registration.c.confirm_by, registration.c.id)
    .limit(bindparam("at_most"))
)


def due(connection: Connection, now: datetime, ends_from: datetime, at_most: int) -> Sequence[Mapping[str, Any]]:
    """Whose half of the time to confirm is over, its end not before `ends_from`, and who was not reminded.

    `facts` are those of the first letter.
    """
    values = {"now": now, "ends_from": ends_from, "at_most": at_most}
    return [{**row} for row in connection.execute(_DUE, values).mappings()]


def add(connection: Connection, letters: Sequence[Mapping[str, Any]]) -> None:
    """Rows of the outbox; those whose message id is there already stay as they are, for two may run at once."""
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    connection.execute(dialect.insert(letter).on_conflict_do_nothing(index_elements=["message_id"]), letters)
