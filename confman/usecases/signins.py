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

LIVES: Final = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A member with a valid session; `csrf` belongs to that session."""

    member_id: UUID
    name: str
    email: str
    csrf: str
    grants: tuple[Grant, ...]

    @property
    def actor(self) -> str:
        """How the audit names them: without a name."""
        return f"member {self.member_id}"

    def reaches(self, host_id: UUID, event_id: UUID) -> bool:
        return any(grant.reaches(host_id, event_id) for grant in self.grants)

    def may(self, right: Right, host_id: UUID, event_id: UUID) -> bool:
        return any(right in grant.rights and grant.reaches(host_id, event_id) for grant in self.grants)

    def hand(self, *, ignores_deadlines: bool = True, beyond_capacity: bool = False, tells: bool = True) -> Hand:
        return Hand(self.actor, ignores_deadlines, beyond_capacity, tells)


@dataclass(frozen=True, slots=True)
class NewSession:
    """`cookie` is told to the browser and kept nowhere."""

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
    return SignedIn(rows[0].id, rows[0].name, rows[0].email, rows[0].csrf, grants)


def start(connection: Connection, member_id: UUID, now: datetime) -> NewSession:
    """A session under a name of its own, whatever the browser sent before."""
    session, csrf = new_receipt(), new_receipt().plain
    row = {"id_hash": session.hash, "member_id": member_id, "csrf": csrf, "expires_at": now + LIVES}
    signins.add(connection, row | {"created_at": now, "seen_at": now})
    return NewSession(session.plain, csrf, now + LIVES)


def end(connection: Connection, cookie: str) -> None:
    signins.end(connection, hash_of(cookie))
