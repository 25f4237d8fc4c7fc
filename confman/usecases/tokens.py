"""Tokens with which programs act for an organiser: of one host, of all its events or of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection

from confman.domain.errors import NotAllowed, NotSignedIn
from confman.domain.ledger.requests import Hand
from confman.kernel.ids import new_id
from confman.kernel.security import hash_of, new_token
from confman.store import access

READ: Final = "registrations:read"
WRITE: Final = "registrations:write"
SCOPES: Final = (READ, WRITE)
_NAME_DIGITS = 12


class TokenRefused(ValueError):
    """A token cannot be made or found; the message is one line for the operator."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whoever sent a valid token. `actor` names the token in the audit, as `confman token list` shows it."""

    host_id: UUID
    event_id: UUID | None
    scopes: frozenset[str]
    actor: str

    def reaches(self, host_id: UUID, event_id: UUID) -> bool:
        return self.host_id == host_id and self.event_id in {None, event_id}

    def check(self, scope: str) -> None:
        """Raises `NotAllowed` where the token was not made for this."""
        if scope not in self.scopes:
            raise NotAllowed

    def hand(self, *, ignores_deadlines: bool = True, beyond_capacity: bool = False, tells: bool = True) -> Hand:
        return Hand(self.actor, ignores_deadlines, beyond_capacity, tells)


def bearer(connection: Connection, plain: str) -> Bearer:
    """Whose token this is, asked anew for each request. Raises `NotSignedIn` where it is unknown or revoked."""
    token_hash = hash_of(plain)
    found = access.valid(connection, token_hash)
    if found is None:
        raise NotSignedIn
    return Bearer(found.host_id, found.event_id, frozenset(found.scopes), f"token {name_of(token_hash)}")


def name_of(token_hash: bytes) -> str:
    """What a token is called in lists and in the audit: it opens nothing."""
    return token_hash.hex()[:_NAME_DIGITS]


@dataclass(frozen=True, slots=True)
class TokenWish:
    """`event`: the only event it is good for; None = all of the host. Slugs."""

    host: str
    event: str | None
    name: str
    scopes: Sequence[str] = SCOPES


def add(connection: Connection, wish: TokenWish, now: datetime) -> str:
    """The plain token, told this once. Raises `TokenRefused`."""
    host_id = access.host_of(connection, wish.host)
    if host_id is None:
        raise TokenRefused(f"there is no host {wish.host!r}")
    event_id = None
    if wish.event is not None and (event_id := access.event_of(connection, host_id, wish.event)) is None:
        raise TokenRefused(f"the host {wish.host!r} has no event {wish.event!r}")
    made = new_token()
    row = {"host_id": host_id, "event_id": event_id, "name": wish.name, "scopes": sorted(set(wish.scopes))}
    access.add(connection, {**row, "hash": made.hash, "created_at": now})
    _record(connection, "token-added", row | {"hash": made.hash}, now)
    return made.plain


@dataclass(frozen=True, slots=True)
class TokenShown:
    id: str
    host: str
    event: str | None
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    revoked_at: datetime | None


def listed(connection: Connection) -> list[TokenShown]:
    return [
        TokenShown(
            name_of(row.hash),
            row.host_slug,
            row.event_slug,
            row.name,
            tuple(row.scopes),
            row.created_at,
            row.revoked_at,
        )
        for row in access.tokens(connection)
    ]


def revoke(connection: Connection, shown_id: str, now: datetime) -> None:
    """Ends a token by the id it is listed under; ended ones stay as they are. Raises `TokenRefused`."""
    found = [row for row in access.tokens(connection) if shown_id and row.hash.hex().startswith(shown_id.lower())]
    if len(found) != 1:
        raise TokenRefused(
            f"there is no token {shown_id!r}" if not found else f"several tokens begin with {shown_id!r}"
        )
    row = found[0]
    if row.revoked_at is None:
        access.revoke(connection, row.hash, now)
        _record(connection, "token-revoked", {"host_id": row.host_id, "event_id": row.event_id, "hash": row.hash}, now)


def _record(connection: Connection, verb: str, row: dict[str, Any], now: datetime) -> None:
    facts = {"scopes": row["scopes"]} if "scopes" in row else None
    access.record(
        connection,
        {
            "id": new_id(),
            "event_id": row["event_id"],
            "host_id": row["host_id"],
            "at": now,
            "actor": "operator",
            "verb": verb,
            "subject": name_of(row["hash"]),
            "facts": facts,
        },
    )
