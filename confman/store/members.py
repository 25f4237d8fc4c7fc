"""The team: members and their roles. Each function is one statement."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, delete, insert, select, update

from confman.store.base import Found, among_ids, among_texts
from confman.store.events import event
from confman.store.hosts import host, member, role

AnyRow = Row[*tuple[Any, ...]]


def by_address(connection: Connection, email_key: str) -> AnyRow | None:
    return connection.execute(select(member).where(member.c.email_key == email_key)).one_or_none()


def by_id(connection: Connection, member_id: UUID, *, holds: bool = False) -> AnyRow | None:
    """`holds`: nobody else changes it until the transaction ends."""
    found: Select[Any] = select(member).where(member.c.id == member_id)
    return connection.execute(found.with_for_update() if holds else found).one_or_none()


def add(connection: Connection, row: Mapping[str, Any]) -> None:
    connection.execute(insert(member).values(**row))


def change(connection: Connection, member_id: UUID, **values: Any) -> None:
    connection.execute(update(member).where(member.c.id == member_id).values(**values))


def replace_password(connection: Connection, member_id: UUID, old: str | None, new: str) -> bool:
    """False where it is not the old one any more: of two at once the second changes nothing."""
    mine = update(member).where(member.c.id == member_id, member.c.password_hash.is_not_distinct_from(old))
    return connection.execute(mine.values(password_hash=new)).rowcount == 1


def use_step(connection: Connection, member_id: UUID, step: int) -> bool:
    """False where a code of that step or a later one has been used."""
    mine = update(member).where(member.c.id == member_id, member.c.totp_last.is_(None) | (member.c.totp_last < step))
    return connection.execute(mine.values(totp_last=step)).rowcount == 1


# roles


def grant(connection: Connection, row: Mapping[str, Any]) -> None:
    connection.execute(insert(role).values(**row))


def roles_of(connection: Connection, member_id: UUID) -> Found:
    """In the order of their hosts; of all events of the host first."""
    held = select(role).where(role.c.member_id == member_id)
    return connection.execute(held.order_by(role.c.host_id, role.c.id)).all()


def revoke(connection: Connection, role_ids: Sequence[UUID]) -> None:
    connection.execute(delete(role).where(among_ids(role.c.id, "ids")), {"ids": list(role_ids)})


def listed(connection: Connection) -> Found:
    """All members, each with a row for each role (or one without), by address, host and event."""
    rows = (
        select(
            member.c.id,
            member.c.email,
            member.c.name,
            member.c.disabled_at,
            member.c.password_hash.is_not(None).label("has_password"),
            member.c.totp_secret.is_not(None).label("has_second"),
            host.c.slug.label("host_slug"),
            event.c.slug.label("event_slug"),
            role.c.role,
            role.c.sees_needs,
        )
        .select_from(
            member.outerjoin(role, role.c.member_id == member.c.id)
            .outerjoin(host, host.c.id == role.c.host_id)
            .outerjoin(event, event.c.id == role.c.event_id)
        )
        .order_by(member.c.email_key, host.c.slug, event.c.slug.nulls_first(), role.c.role)
    )
    return connection.execute(rows).all()


def addressed(connection: Connection, email_keys: Sequence[str]) -> Sequence[Any]:
    """For letters: who has these addresses and is not disabled, each once for each host, in the order of roles."""
    rows = (
        select(
            member,
            host.c.name.label("host_name"),
            host.c.slug.label("host_slug"),
            host.c.email.label("host_email"),
            host.c.phone.label("host_phone"),
            host.c.zone,
        )
        .select_from(
            member.outerjoin(role, role.c.member_id == member.c.id).outerjoin(host, host.c.id == role.c.host_id)
        )
        .where(among_texts(member.c.email_key, "keys"), member.c.disabled_at.is_(None))
        .order_by(role.c.host_id, role.c.id)
    )
    return connection.execute(rows, {"keys": list(email_keys)}).mappings().all()


def disable(connection: Connection, member_id: UUID, now: datetime | None) -> None:
    """`now` None: enabled again."""
    change(connection, member_id, disabled_at=now)
