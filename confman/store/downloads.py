"""Lists and badges that are made in the background: what was asked for, how far it is, and the file in pieces.

In the database, so that every node can make it, show how far it is and hand it out. All of it goes after an hour.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    RowMapping,
    String,
    Table,
    and_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    text,
    update,
)

from confman.store.base import Id, Instant, Json, among_ids, metadata, reference
from confman.store.events import event
from confman.store.hosts import member, role

PIECE_BYTES = 256 * 1024
LEASE = timedelta(seconds=30)
"""How long a file belongs to who makes it without a word from them; they give one each second."""

download = Table(
    "download",
    metadata,
    Column("id", Id, primary_key=True),
    reference("event"),
    reference("member"),
    Column("kind", String(8), nullable=False),
    Column("wish", Json(), nullable=False),
    Column("total", Integer, nullable=False),
    Column("done", Integer, nullable=False, server_default="0"),
    Column("asked_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("lease_until", Instant),
    Column("finished_at", Instant),
    Column("failed_at", Instant),
    Column("size", Integer, nullable=False, server_default="0"),
    Column("checks", Json()),
    Column("expires_at", Instant, nullable=False, index=True),
)
_UNDONE = "finished_at IS NULL AND failed_at IS NULL"
Index("ix_download_undone", download.c.asked_at, sqlite_where=text(_UNDONE), postgresql_where=text(_UNDONE))

download_piece = Table(
    "download_piece",
    metadata,
    Column("download_id", Id, ForeignKey("download.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

_ID: Any = bindparam("key", type_=Id())
_EVENT: Any = bindparam("event", type_=Id())
_MEMBER: Any = bindparam("member", type_=Id())
_NOW: Any = bindparam("now", type_=Instant())
_IS_UNDONE = and_(download.c.finished_at.is_(None), download.c.failed_at.is_(None))
_KEPT = download.c.expires_at > _NOW


def add(connection: Connection, row: Mapping[str, Any]) -> None:
    connection.execute(insert(download).values(**row))


# whoever asked for them


_LOCKED = select(member.c.id).where(member.c.id == _MEMBER).with_for_update()
_OF_MEMBER = select(func.count()).select_from(download).where(download.c.member_id == _MEMBER, _KEPT)


def number_of(connection: Connection, member_id: UUID, now: datetime) -> int:
    """How many files of theirs there are; until the end of the transaction they ask for no other."""
    connection.execute(_LOCKED, {"member": member_id})
    found: int = connection.execute(_OF_MEMBER, {"member": member_id, "now": now}).scalar_one()
    return found


_MINE = select(download).where(download.c.event_id == _EVENT, download.c.member_id == _MEMBER, _KEPT)
_MINE_IN_ORDER = _MINE.order_by(download.c.asked_at.desc(), download.c.id.desc())
_ONE = _MINE.where(download.c.id == _ID)


def of_member(connection: Connection, event_id: UUID, member_id: UUID, now: datetime) -> Sequence[RowMapping]:
    """Theirs of that event, the newest first."""
    asked = {"event": event_id, "member": member_id, "now": now}
    return connection.execute(_MINE_IN_ORDER, asked).mappings().all()


def one(connection: Connection, mine: Mapping[str, Any]) -> RowMapping | None:
    """`mine`: key, event, member, now."""
    return connection.execute(_ONE, mine).mappings().one_or_none()


_SAME_TIME = and_(download.c.asked_at == bindparam("at", type_=Instant()), download.c.id < _ID)
_BEFORE = (
    select(func.count())
    .select_from(download)
    .where(_IS_UNDONE, _KEPT, or_(download.c.asked_at < bindparam("at", type_=Instant()), _SAME_TIME))
)


def before(connection: Connection, row: RowMapping, now: datetime) -> int:
    """How many of all members were asked for earlier than this one and are not made yet."""
    asked = {"at": row["asked_at"], "key": row["id"], "now": now}
    found: int = connection.execute(_BEFORE, asked).scalar_one()
    return found


_REMOVE = delete(download).where(download.c.event_id == _EVENT, download.c.member_id == _MEMBER, download.c.id == _ID)


def remove(connection: Connection, mine: Mapping[str, Any]) -> bool:
    """With its file; whoever makes it stops within seconds."""
    asked = {name: mine[name] for name in ("key", "event", "member")}
    return connection.execute(_REMOVE, asked).rowcount == 1


_PIECE = select(download_piece.c.content).where(
    download_piece.c.download_id == _ID, download_piece.c.position == bindparam("position")
)


def piece(connection: Connection, key: UUID, position: int) -> bytes:
    """The piece at that position from 0; none is empty but those behind the end."""
    found = connection.execute(_PIECE, {"key": key, "position": position}).scalar_one_or_none()
    return bytes(found or b"")


# whoever makes them


_WAITS = select(download.c.id).where(_IS_UNDONE, _KEPT)
_FREE = download.c.lease_until.is_(None) | (download.c.lease_until <= _NOW)
_UNDONE_ROWS = (
    select(download, event.c.slug, event.c.host_id)
    .join(event, event.c.id == download.c.event_id)
    .where(_IS_UNDONE, _KEPT)
    .order_by(download.c.asked_at, download.c.id)
)
_UNDONE_LOCKED = _UNDONE_ROWS.with_for_update(of=download)
_TAKE = update(download).where(download.c.id == _ID)
_PIECES = delete(download_piece).where(download_piece.c.download_id == _ID)


def has_free(connection: Connection, now: datetime) -> bool:
    """Whether any waits for somebody to make it; for readers, so that nobody takes the write lock for nothing."""
    return connection.execute(_WAITS.where(_FREE).limit(1), {"now": now}).first() is not None


def undone(connection: Connection, now: datetime, *, lock: bool) -> Sequence[RowMapping]:
    """All that are not made yet, the eldest first, with slug and host of their event; `lock`: others have to wait."""
    return connection.execute(_UNDONE_LOCKED if lock else _UNDONE_ROWS, {"now": now}).mappings().all()


def take(connection: Connection, key: UUID, attempts: int, now: datetime) -> None:
    """From the start: what another has made of it so far is gone."""
    connection.execute(_PIECES, {"key": key})
    taken = {"attempts": attempts, "lease_until": now + LEASE, "done": 0}
    connection.execute(_TAKE.values(**taken), {"key": key})


def release(connection: Connection, key: UUID, attempts: int) -> None:
    """As if it had not been taken that last time; anybody may take it at once."""
    mine = _TAKE.where(_IS_UNDONE, download.c.attempts == attempts)
    connection.execute(mine.values(attempts=attempts - 1, lease_until=None, done=0), {"key": key})


def change(connection: Connection, key: UUID, attempts: int, values: Mapping[str, Any]) -> bool:
    """False where it is no longer theirs to make: cancelled, taken by another, erased."""
    mine = _TAKE.where(_IS_UNDONE, download.c.attempts == attempts)
    return connection.execute(mine.values(**values), {"key": key}).rowcount == 1


def put(connection: Connection, key: UUID, position: int, content: bytes) -> None:
    connection.execute(insert(download_piece), {"download_id": key, "position": position, "content": content})


_ROLES = (
    select(role.c.role, role.c.host_id, role.c.event_id, role.c.sees_needs)
    .join(member, member.c.id == role.c.member_id)
    .where(member.c.id == _MEMBER, member.c.disabled_at.is_(None))
)


def roles(connection: Connection, member_id: UUID) -> Sequence[RowMapping]:
    """What they hold now; nothing where they are of the team no longer."""
    return connection.execute(_ROLES, {"member": member_id}).mappings().all()


# when their time is over


_OVER = select(download.c.id, download.c.event_id).where(download.c.expires_at <= _NOW).limit(100)
_GONE = delete(download).where(among_ids(download.c.id, "keys"))
_OF_EVENT = delete(download).where(download.c.event_id == _EVENT)


def over(connection: Connection, now: datetime) -> Sequence[RowMapping]:
    """(id, event_id) of up to a hundred whose time is over."""
    return connection.execute(_OVER, {"now": now}).mappings().all()


def forget(connection: Connection, keys: Sequence[UUID]) -> None:
    connection.execute(_GONE, {"keys": keys})


def forget_event(connection: Connection, event_id: UUID) -> int:
    """All of an event, whoever asked; returns how many."""
    return connection.execute(_OF_EVENT, {"event": event_id}).rowcount
