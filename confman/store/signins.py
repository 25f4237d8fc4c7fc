"""Who is signed in: found by the hash of what the cookie says."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, LargeBinary, bindparam, delete, insert, select, update

from confman.store.base import Found, Instant
from confman.store.hosts import member, role, signin

_VALID = (
    select(
        member.c.id,
        member.c.name,
        member.c.email,
        signin.c.csrf,
        signin.c.created_at,
        signin.c.seen_at,
        role.c.host_id,
        role.c.event_id,
        role.c.role,
        role.c.sees_needs,
    )
    .select_from(
        signin.join(member, member.c.id == signin.c.member_id).outerjoin(role, role.c.member_id == member.c.id)
    )
    .where(
        signin.c.id_hash == bindparam("hash", type_=LargeBinary()),
        signin.c.expires_at > bindparam("now", type_=Instant()),
        member.c.disabled_at.is_(None),
    )
    .order_by(role.c.host_id, role.c.id)
)


def valid(connection: Connection, id_hash: bytes, now: datetime) -> Found:
    """One row for each role of the member, one with empty role columns where there is none; nothing where nobody is."""
    return connection.execute(_VALID, {"hash": id_hash, "now": now}).all()


def add(connection: Connection, row: Mapping[str, Any]) -> None:
    connection.execute(insert(signin).values(**row))


def end(connection: Connection, id_hash: bytes) -> None:
    connection.execute(delete(signin).where(signin.c.id_hash == id_hash))


def seen(connection: Connection, id_hash: bytes, now: datetime, expires_at: datetime) -> None:
    mine = update(signin).where(signin.c.id_hash == id_hash, signin.c.seen_at < now)
    connection.execute(mine.values(seen_at=now, expires_at=expires_at))


def end_all(connection: Connection, member_id: UUID) -> None:
    connection.execute(delete(signin).where(signin.c.member_id == member_id))


def of_member(connection: Connection, member_id: UUID, now: datetime) -> Found:
    """(id_hash, created_at, seen_at), the latest first."""
    mine = select(signin.c.id_hash, signin.c.created_at, signin.c.seen_at).where(
        signin.c.member_id == member_id, signin.c.expires_at > now
    )
    return connection.execute(mine.order_by(signin.c.seen_at.desc(), signin.c.id_hash)).all()
