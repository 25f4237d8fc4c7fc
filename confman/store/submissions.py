"""Forms that were sent, for an hour: what their receipts open. Each function is one statement."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, select, update

from confman.store.base import Instant
from confman.store.bulk import Insert
from confman.store.events import event
from confman.store.outbox import letter
from confman.store.registrations import submission

SUBMISSIONS = Insert(
    submission,
    ("receipt_hash", "event_id", "registration_id", "body", "answer", "corrections", "expires_at"),
    replacing=("registration_id", "body", "answer"),
)
_MINE = submission.c.receipt_hash == bindparam("hash")
_ALIVE = submission.c.expires_at > bindparam("now", type_=Instant())
_ONE = (
    select(submission, event.c.slug)
    .join(event, event.c.id == submission.c.event_id)
    .where(_MINE, _ALIVE, event.c.slug == bindparam("slug"))
)
_CLAIM = (
    update(submission)
    .where(_MINE, _ALIVE, submission.c.corrections < bindparam("at_most"))
    .values(corrections=submission.c.corrections + 1)
)
_READDRESS = update(submission).where(_MINE).values(body=bindparam("to"))
_OLDEST_DUE = (
    select(letter.c.due_at)
    .where(
        letter.c.accepted_at.is_(None),
        letter.c.failed_at.is_(None),
        letter.c.due_at <= bindparam("now", type_=Instant()),
    )
    .order_by(letter.c.due_at)
    .limit(1)
)


def one(connection: Connection, slug: str, receipt_hash: bytes, now: datetime) -> RowMapping | None:
    """The submission behind a receipt of the event at that address, unless its time is over."""
    values = {"slug": slug, "hash": receipt_hash, "now": now}
    return connection.execute(_ONE, values).mappings().one_or_none()


def claim_correction(connection: Connection, receipt_hash: bytes, now: datetime, at_most: int) -> bool:
    """One more correction, if there may be one; also of several at once."""
    return connection.execute(_CLAIM, {"hash": receipt_hash, "now": now, "at_most": at_most}).rowcount == 1


def readdress(connection: Connection, receipt_hash: bytes, body: Mapping[str, Any]) -> None:
    connection.execute(_READDRESS, {"hash": receipt_hash, "to": body})


def oldest_due_letter(connection: Connection, now: datetime) -> datetime | None:
    """Since when the letter that has been due for the longest has been so."""
    return connection.execute(_OLDEST_DUE, {"now": now}).scalar_one_or_none()
