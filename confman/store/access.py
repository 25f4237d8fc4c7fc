"""Tokens of programs: found by the hash of what was sent; the token itself is kept nowhere."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, LargeBinary, Row, bindparam, insert, select, update

from confman.store.audit import audit
from confman.store.base import Found
from confman.store.events import event
from confman.store.hosts import host, token

_HASH = bindparam("hash", type_=LargeBinary())
_VALID = select(token.c.host_id, token.c.event_id, token.c.scopes).where(
    token.c.hash == _HASH, token.c.revoked_at.is_(None)
)


def valid(connection: Connection, token_hash: bytes) -> Row[*tuple[Any, ...]] | None:
    """(host_id, event_id, scopes) of a token that is known and not revoked."""
    return connection.execute(_VALID, {"hash": token_hash}).one_or_none()


def host_of(connection: Connection, slug: str) -> UUID | None:
    return connection.execute(select(host.c.id).where(host.c.slug == slug)).scalar_one_or_none()


def event_of(connection: Connection, host_id: UUID, slug: str) -> UUID | None:
    found = select(event.c.id).where(event.c.slug == slug, event.c.host_id == host_id)
    return connection.execute(found).scalar_one_or_none()


def tokens(connection: Connection) -> Found:
    """All tokens, also revoked ones, oldest first, with the slugs of host and event."""
    found = (
        select(token, host.c.slug.label("host_slug"), event.c.slug.label("event_slug"))
        .select_from(token.join(host, host.c.id == token.c.host_id).outerjoin(event, event.c.id == token.c.event_id))
        .order_by(token.c.created_at, token.c.hash)
    )
    return connection.execute(found).all()


def add(connection: Connection, row: Mapping[str, Any]) -> None:
    connection.execute(insert(token).values(**row))


def revoke(connection: Connection, token_hash: bytes, now: datetime) -> None:
    connection.execute(update(token).where(token.c.hash == token_hash).values(revoked_at=now))


def record(connection: Connection, row: Mapping[str, Any]) -> None:
    """Writes to the audit."""
    connection.execute(insert(audit).values(**row))
