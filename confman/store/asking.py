"""Letters that somebody asked for by typing an address: kept for a day, whether the address is known or not."""

from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, delete, exists, or_, select

from confman.store.base import Instant
from confman.store.outbox import letter

_OLD = and_(
    letter.c.kind == "links",
    letter.c.created_at <= bindparam("before", type_=Instant()),
    or_(letter.c.accepted_at.is_not(None), letter.c.failed_at.is_not(None)),
)
_HAS_OLD = select(exists().where(_OLD))
_FORGET = delete(letter).where(_OLD)


def has_old(connection: Connection, before: datetime) -> bool:
    """Whether `forget` would find anything; for readers, so that nobody takes the write lock for nothing."""
    return bool(connection.execute(_HAS_OLD, {"before": before}).scalar_one())


def forget(connection: Connection, before: datetime) -> int:
    """Those made before, sent or dropped; how many there were."""
    return connection.execute(_FORGET, {"before": before}).rowcount
