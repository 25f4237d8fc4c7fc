"""Members who are signed in. What they may do is read anew at each request, so what is taken away is gone at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Connection

from confman.domain.ledger.requests import Hand
from confman.domain.roles import Grant, Right, Role
from confman.kernel.security import hash_of, new_receipt
from confman.store import signins

IDLE: Final = timedelta(hours=8)
"""A session that nothing is asked with for so long has ended."""
LIVES: Final = timedelta(hours=24)
"""And every session, however much is asked with it: longer than any day of an event."""
_NOTED_AFTER: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A member with a valid session; `csrf` belongs to that session, `began_at` and `seen_at` are of it."""

    member_id: UUID
    name: str
    email: str
    csrf: str
    grants: tuple[Grant, ...]
    began_at: datetime
    seen_at: datetime

    @property
    def actor(self) -> str:
        """How the audit names them: without a name."""
        return f"member {self.member_id}"

    def is_to_note(self, now: datetime) -> bool:
        """Whether `seen` has anything to write down: not at each request."""
        return now >= self.seen_at + _NOTED_AFTER

    def reaches(self, host_id: UUID, event_id: UUID) -> bool:
        return any(grant.reaches(host_id, event_id) for grant in self.grants)

    def may(self, right: Right, host_id: UUID, event_id: UUID) -> bool:
        return any(right in grant.rights and grant.reaches(host_id, event_id) for grant in self.grants)

    def hand(self, *, ignores_deadlines: bool = True, beyond_capacity: bool = False, tells: bool = True) -> Hand:
        return Hand(self.actor, ignores_deadlines, beyond_capacity, tells)


@dataclass(frozen=True, slots=True)
class NewSession:
    """`cookie` is told to the browser and kept nowhere."""

    member_id: UUID
    cookie: str
    csrf: str
    expires_at: datetime


def signed_in(connection: Connection, cookie: str, now: datetime) -> SignedIn | None:
    """Who is signed in with that cookie; one statement."""
    rows = signins.valid(connection, hash_of(cookie), now)
    if not rows:
        return None
    grants = tuple(
        Grant(Role(row.role), row.host_id, row.event_id, bool(row.sees_needs)) for row in rows if row.role is not None
    )
    first = rows[0]
    return SignedIn(first.id, first.name, first.email, first.csrf, grants, first.created_at, first.seen_at)


def seen(connection: Connection, cookie: str, who: SignedIn, now: datetime) -> None:
    """Something was asked with it: it goes on for `IDLE`, but not beyond `LIVES`."""
    signins.seen(connection, hash_of(cookie), now, min(now + IDLE, who.began_at + LIVES))


def start(connection: Connection, member_id: UUID, now: datetime) -> NewSession:
    """A session under a name of its own, whatever the browser sent before."""
    session, csrf, expires_at = new_receipt(), new_receipt().plain, now + min(IDLE, LIVES)
    row = {"id_hash": session.hash, "member_id": member_id, "csrf": csrf, "expires_at": expires_at}
    signins.add(connection, row | {"created_at": now, "seen_at": now})
    return NewSession(member_id, session.plain, csrf, expires_at)


def start_anew(connection: Connection, member_id: UUID, now: datetime) -> NewSession:
    """All sessions of the member end, and one begins: whoever else was signed in as them is not any more."""
    signins.end_all(connection, member_id)
    return start(connection, member_id, now)


def end(connection: Connection, cookie: str) -> None:
    signins.end(connection, hash_of(cookie))


@dataclass(frozen=True, slots=True)
class Session:
    """`is_this`: that of the browser that asks."""

    began_at: datetime
    seen_at: datetime
    is_this: bool


def of_member(connection: Connection, member_id: UUID, cookie: str, now: datetime) -> list[Session]:
    """Where they are signed in, the latest first."""
    this = hash_of(cookie)
    rows = signins.of_member(connection, member_id, now)
    return [Session(row.created_at, row.seen_at, row.id_hash == this) for row in rows]
