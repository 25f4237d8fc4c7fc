"""What is to be done after the commit: letters and jobs, as rows of the same transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    case,
    or_,
    select,
    text,
    update,
)

from confman.domain.letter_kinds import ANYBODYS, KINDS, RANKS
from confman.store.base import Id, Instant, Json, among_ids, among_texts, metadata, reference
from confman.store.bulk_actions import bulk_action

letter = Table(
    "letter",
    metadata,
    Column("id", Id, primary_key=True),
    Column("event_id", Id),  # its registration's; guarded by the key below
    reference("registration", nullable=True, on_delete="SET NULL"),
    Column("kind", String(24), nullable=False),
    Column("language", String(8), nullable=False),
    Column("recipient", Text),
    Column("recipient_key", Text),
    Column("facts", Json()),
    Column("message_id", Text, nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("lease_until", Instant),
    Column("accepted_at", Instant),
    Column("failed_at", Instant),
    Column("failure", Text),
    # of letters to many: what they are taken back with, and whose words they have
    Column("bulk_action_id", Id, ForeignKey(bulk_action.c.id, ondelete="SET NULL")),
)
_OPEN = "accepted_at IS NULL AND failed_at IS NULL"
Index("ix_letter_due", letter.c.due_at, sqlite_where=text(_OPEN), postgresql_where=text(_OPEN))
_FAILED = "failed_at IS NOT NULL"
Index(
    "ix_letter_failed",
    letter.c.event_id,
    letter.c.registration_id,
    sqlite_where=text(_FAILED),
    postgresql_where=text(_FAILED),
)
Index("ix_letter_of_event", letter.c.event_id, letter.c.id)
_OF_MANY = "bulk_action_id IS NOT NULL"
Index(
    "ix_letter_bulk_action",
    letter.c.bulk_action_id,
    sqlite_where=text(_OF_MANY),
    postgresql_where=text(_OF_MANY),
)
Index("ix_letter_recipient", letter.c.recipient_key, letter.c.created_at)

job = Table(
    "job",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(40), nullable=False),
    Column("key", Text, nullable=False),
    Column("facts", Json()),
    Column("due_at", Instant, nullable=False, index=True),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("lease_until", Instant),
    Column("failed_at", Instant),
    Column("failure", Text),
    UniqueConstraint("name", "key"),
)

LEASE = timedelta(minutes=10)
"""How long a claimed letter belongs to who claimed it; whoever sends stops well before (jobs/postman)."""


@dataclass(frozen=True, slots=True)
class ClaimedLetter:
    """A row of the outbox as far as sending needs it; recipient and facts are None once they are erased."""

    id: UUID
    event_id: UUID | None
    registration_id: UUID | None
    kind: str
    language: str
    recipient: str | None
    recipient_key: str | None
    facts: dict[str, Any] | None
    message_id: str
    created_at: datetime
    attempts: int


_CLAIMED = tuple(letter.c[name] for name in ClaimedLetter.__slots__)


def has_due(conn: Connection, now: datetime) -> bool:
    """Whether `claim` would find anything; for readers, so that an idle postman never takes the write lock."""
    return conn.execute(select(letter.c.id).where(_is_free(now)).limit(1)).first() is not None


def claim(conn: Connection, now: datetime, limit: int) -> list[ClaimedLetter]:
    """Takes up to `limit` due letters for `LEASE`, and with one that anybody can cause all such to that mailbox.

    Two that claim at once get different letters. Newest confirmations first (somebody sits and waits for them), then
    what else somebody's action caused in the order it happened; reminders and what goes to many people last.
    """
    # FOR UPDATE SKIP LOCKED is left out on SQLite, where the transaction holds the one write lock anyway. As a CTE
    # PostgreSQL evaluates it once; a plain subquery may run again per row and take more than the limit.
    chosen = select(letter.c.id).where(_is_free(now)).order_by(*_order()).limit(limit)
    claimed = _take(conn, chosen, now)
    mailboxes = {row.recipient_key for row in claimed if row.kind in ANYBODYS and row.recipient_key is not None}
    if mailboxes:
        beside = _is_free(now) & letter.c.kind.in_(ANYBODYS) & among_texts(letter.c.recipient_key, "mailboxes")
        claimed += _take(conn, select(letter.c.id).where(beside), now, mailboxes=sorted(mailboxes))
    return sorted(claimed, key=_rank)


def accepted(conn: Connection, ids: Sequence[UUID], now: datetime) -> None:
    """The mail server has taken them over."""
    _write(conn, ids, accepted_at=now, failure=None)


def failed(conn: Connection, ids: Sequence[UUID], now: datetime, failure: str) -> None:
    """They will not be tried again; `failure` is shown to the organiser and holds no address."""
    _write(conn, ids, failed_at=now, failure=failure)


def postponed(conn: Connection, ids: Sequence[UUID], due_at: datetime, failure: str) -> None:
    """One more attempt has failed; the next is due at `due_at`."""
    _write(conn, ids, due_at=due_at, failure=failure, attempts=letter.c.attempts + 1)


def released(conn: Connection, ids: Sequence[UUID]) -> None:
    """Claimed but not tried: anybody may claim them at once."""
    _write(conn, ids)


def _write(conn: Connection, ids: Sequence[UUID], **values: Any) -> None:
    mine = among_ids(letter.c.id, "ids") & letter.c.accepted_at.is_(None) & letter.c.failed_at.is_(None)
    conn.execute(update(letter).where(mine).values(lease_until=None, **values), {"ids": list(ids)})


def _take(conn: Connection, chosen: Any, now: datetime, **params: Any) -> list[ClaimedLetter]:
    locked = chosen.with_for_update(skip_locked=True).cte("chosen")
    take = update(letter).where(letter.c.id.in_(select(locked.c.id))).values(lease_until=now + LEASE)
    return [ClaimedLetter(*row) for row in conn.execute(take.returning(*_CLAIMED), params)]


def _is_free(now: datetime) -> ColumnElement[bool]:
    return and_(
        letter.c.accepted_at.is_(None),
        letter.c.failed_at.is_(None),
        letter.c.due_at <= now,
        or_(letter.c.lease_until.is_(None), letter.c.lease_until <= now),
    )


def _order() -> tuple[ColumnElement[Any], ...]:
    is_first = letter.c.kind.in_(RANKS[0])
    return (
        case((is_first, 0), (letter.c.kind.in_(RANKS[2]), 2), else_=1),
        case((is_first, letter.c.created_at), else_=None).desc(),
        letter.c.created_at,
        letter.c.id,
    )


def _rank(row: ClaimedLetter) -> tuple[int, float, UUID]:
    """As `_order`, for rows at hand: UPDATE … RETURNING keeps no order."""
    age, kind = row.created_at.timestamp(), KINDS.get(row.kind)
    rank = 1 if kind is None else kind.rank
    return rank, -age if rank == 0 else age, row.id
