"""Reading registrations for people and jobs; never under the ledger's lock."""

from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, exists, select

from confman.store.base import Found, Instant
from confman.store.outbox import letter
from confman.store.registrations import registration

_LETTER_IN_TIME = exists().where(
    and_(
        letter.c.registration_id == registration.c.id,
        letter.c.kind == "confirm",
        letter.c.accepted_at <= bindparam("accepted_by", type_=Instant()),
    )
)
_LETTER_LATER = exists().where(
    and_(
        letter.c.registration_id == registration.c.id,
        letter.c.kind == "confirm",
        letter.c.accepted_at > bindparam("accepted_by", type_=Instant()),
    )
)
_UNCONFIRMED = (
    select(registration.c.id, registration.c.event_id)
    .where(
        registration.c.confirmed_at.is_(None),
        registration.c.ended_at.is_(None),
        registration.c.confirm_by <= bindparam("now", type_=Instant()),
        _LETTER_IN_TIME,
        ~_LETTER_LATER,
    )
    .order_by(registration.c.confirm_by)
    .limit(bindparam("at_most"))
)


def unconfirmed(connection: Connection, now: datetime, accepted_by: datetime, at_most: int) -> Found:
    """(id, event_id) of live registrations past their confirm_by, all of whose requests to confirm left by then."""
    values = {"now": now, "accepted_by": accepted_by, "at_most": at_most}
    return connection.execute(_UNCONFIRMED, values).all()
