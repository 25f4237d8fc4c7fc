"""The team, as the operator keeps it: who belongs to it, and who may do what for which host or event."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection

from confman.domain.passwords import MOST_BYTES, SHORTEST, fault_of
from confman.domain.roles import Role
from confman.kernel.ids import new_id
from confman.kernel.seals import Proof, password_link, state_of
from confman.kernel.security import Secrets
from confman.store import access, members, signins
from confman.usecases.addresses import MissingAt, NotAnAddress, checked_address

OPERATOR: Final = "operator"
INVITATION_LIVES: Final = timedelta(days=3)
NO_HOST: Final = UUID(int=0)
"""Under which the audit tells of members who belong to no host (any more)."""


class MemberRefused(ValueError):
    """A member cannot be added, found or changed; the message is one line for the operator."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A role for a person. `event`: the only event it is for; None = all of the host. `host`, `event`: slugs."""

    host: str
    email: str
    role: Role
    name: str = ""
    event: str | None = None
    sees_needs: bool = False


def add(connection: Connection, wish: Wish, password_hash: str | None, now: datetime) -> UUID:
    """Gives the role, to a new member or to the one with that address; who was disabled is not any more.

    `password_hash` None: the password stays, or is yet to be set. Raises `MemberRefused`.
    """
    host_id, event_id = _reach(connection, wish.host, wish.event)
    member_id = _member(connection, wish, now)
    held = [
        row for row in members.roles_of(connection, member_id) if (row.host_id, row.event_id) == (host_id, event_id)
    ]
    members.revoke(connection, [row.id for row in held])
    facts = {"role": wish.role.value, "sees_needs": wish.sees_needs}
    row = {"id": new_id(), "member_id": member_id, "host_id": host_id, "event_id": event_id}
    members.grant(connection, row | facts)
    record(connection, Deed(OPERATOR, "role-granted", member_id, facts, host_id, event_id), now)
    if password_hash is not None:
        members.change(connection, member_id, password_hash=password_hash)
        signins.end_all(connection, member_id)
        record(connection, Deed(OPERATOR, "password-set", member_id), now)
    return member_id


def needs_password(connection: Connection, member_id: UUID) -> bool:
    found = members.by_id(connection, member_id)
    return found is not None and found.password_hash is None


def _member(connection: Connection, wish: Wish, now: datetime) -> UUID:
    found = members.by_address(connection, key_of(wish.email))
    if found is None:
        return _new(connection, wish, now)
    if found.disabled_at is not None:
        members.disable(connection, found.id, None)
    member_id: UUID = found.id
    return member_id


def _new(connection: Connection, wish: Wish, now: datetime) -> UUID:
    name = " ".join(wish.name.split())
    if not name:
        raise MemberRefused("a new member needs a name: --name")
    address = checked_address(wish.email)
    row = {"id": new_id(), "email": address.typed, "email_key": address.key, "name": name, "created_at": now}
    members.add(connection, row)
    return UUID(str(row["id"]))


def _reach(connection: Connection, host: str, event: str | None) -> tuple[UUID, UUID | None]:
    host_id = access.host_of(connection, host)
    if host_id is None:
        raise MemberRefused(f"there is no host {host!r}")
    event_id = None
    if event is not None and (event_id := access.event_of(connection, host_id, event)) is None:
        raise MemberRefused(f"the host {host!r} has no event {event!r}")
    return host_id, event_id


@dataclass(frozen=True, slots=True)
class Held:
    """What somebody may do for a host, or only what they may do for one event of it. Slugs, and their address."""

    host: str
    email: str
    event: str | None = None


def revoke(connection: Connection, wish: Held, now: datetime) -> int:
    """Takes these roles; how many there were. Raises `MemberRefused`."""
    host_id, event_id = _reach(connection, wish.host, wish.event)
    member_id = known(connection, wish.email).id
    held = [
        row
        for row in members.roles_of(connection, member_id)
        if row.host_id == host_id and (wish.event is None or row.event_id == event_id)
    ]
    members.revoke(connection, [row.id for row in held])
    for row in held:
        facts = {"role": row.role, "sees_needs": bool(row.sees_needs)}
        record(connection, Deed(OPERATOR, "role-revoked", member_id, facts, host_id, row.event_id), now)
    return len(held)


def disable(connection: Connection, email: str, now: datetime) -> None:
    """From now on they are signed in nowhere and cannot sign in; what they did stays known. Raises `MemberRefused`."""
    found = known(connection, email)
    members.disable(connection, found.id, now)
    signins.end_all(connection, found.id)
    record(connection, Deed(OPERATOR, "member-disabled", found.id), now)


def invitation(connection: Connection, email: str, secrets: Secrets, now: datetime) -> str:
    """The path with which a password is set, once and within three days. Raises `MemberRefused`."""
    found = known(connection, email)
    state = state_of(found.password_hash, found.email_key)
    return f"/manage/password/{password_link(secrets, Proof(found.id, now + INVITATION_LIVES, state))}"


def checked_password(plain: str, wish: Wish, site: str) -> str:
    """Raises `MemberRefused` for one that is not taken."""
    fault = fault_of(plain, (wish.name, wish.email, site))
    if fault is not None:
        raise MemberRefused(fault.format(shortest=SHORTEST, most=MOST_BYTES))
    return plain


def remove_second_factor(connection: Connection, email: str, now: datetime) -> None:
    """For who has lost telephone and recovery codes. Raises `MemberRefused`."""
    member_id = known(connection, email).id
    members.change(connection, member_id, totp_secret=None, totp_last=None, recovery=None)
    signins.end_all(connection, member_id)
    record(connection, Deed(OPERATOR, "second-factor-off", member_id), now)


def known(connection: Connection, email: str) -> Any:
    """The member with that address. Raises `MemberRefused`."""
    found = members.by_address(connection, key_of(email))
    if found is None:
        raise MemberRefused(f"there is no member {email!r}")
    return found


def key_of(email: str) -> str:
    """Raises `MemberRefused` for what is no address."""
    try:
        return checked_address(email).key
    except (MissingAt, NotAnAddress):
        raise MemberRefused(f"no e-mail can be sent to {email!r}") from None


@dataclass(frozen=True, slots=True)
class MemberShown:
    """`roles`: "organiser of lindenbruecke/werkstatt-5" and the like."""

    email: str
    name: str
    roles: tuple[str, ...]
    remarks: tuple[str, ...]


def listed(connection: Connection) -> list[MemberShown]:
    return [_shown(list(rows)) for _, rows in groupby(members.listed(connection), key=lambda row: row.id)]


def _shown(rows: Sequence[Any]) -> MemberShown:
    first = rows[0]
    return MemberShown(first.email, first.name, tuple(_role(row) for row in rows if row.role), tuple(_remarks(first)))


def _role(row: Any) -> str:
    where = f"{row.host_slug}/{row.event_slug}" if row.event_slug else row.host_slug
    return f"{row.role} of {where}" + (" (sees needs)" if row.sees_needs else "")


def _remarks(row: Any) -> Iterator[str]:
    if row.disabled_at is not None:
        yield f"disabled {row.disabled_at:%Y-%m-%d}"
    if not row.has_password:
        yield "no password yet"
    if row.has_second:
        yield "second factor"


# the audit


@dataclass(frozen=True, slots=True)
class Deed:
    """What was done to a member's account or roles. `host_id` None: of the first host they belong to."""

    actor: str
    verb: str
    member_id: UUID
    facts: dict[str, Any] | None = None
    host_id: UUID | None = None
    event_id: UUID | None = None


def record(connection: Connection, deed: Deed, now: datetime) -> None:
    held = [] if deed.host_id else members.roles_of(connection, deed.member_id)
    access.record(
        connection,
        {
            "id": new_id(),
            "event_id": deed.event_id,
            "host_id": deed.host_id or (held[0].host_id if held else NO_HOST),
            "at": now,
            "actor": deed.actor,
            "verb": deed.verb,
            "subject": str(deed.member_id),
            "facts": deed.facts,
        },
    )
