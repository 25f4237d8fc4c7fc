"""What was done to one registration, the newest first, page by page."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, RowMapping, bindparam, literal, select, tuple_

from confman.store.audit import audit
from confman.store.base import Id, Instant

_ABOUT = (
    select(audit.c.id, audit.c.at, audit.c.actor, audit.c.verb, audit.c.facts)
    .where(audit.c.event_id == bindparam("event", type_=Id()), audit.c.subject == bindparam("subject"))
    .order_by(audit.c.at.desc(), audit.c.id.desc())
    .limit(bindparam("at_most"))
)
_LAST = select(audit.c.at, audit.c.id).where(
    audit.c.id == bindparam("last", type_=Id()),
    audit.c.event_id == bindparam("event", type_=Id()),
    audit.c.subject == bindparam("subject"),
)


def page(
    connection: Connection, event_id: UUID, registration_id: UUID, at_most: int, after: UUID | None = None
) -> Sequence[RowMapping]:
    """`after`: the last line that was seen, at the cost of one more statement; where there is none, the newest."""
    about = {"event": event_id, "subject": registration_id.hex}
    seen = None if after is None else connection.execute(_LAST, {**about, "last": after}).one_or_none()
    lines = _ABOUT if seen is None else _ABOUT.where(_older_than(seen.at, seen.id))
    return connection.execute(lines, {**about, "at_most": at_most}).mappings().all()


def _older_than(at: datetime, key: UUID) -> ColumnElement[bool]:
    return tuple_(audit.c.at, audit.c.id) < tuple_(literal(at, Instant()), literal(key, Id()))
