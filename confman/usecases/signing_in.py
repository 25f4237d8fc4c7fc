"""Signing in: password, then the second factor where there is one; counted before it is looked at.

What is wrong is counted for the address and the browser together: a browser that a member has signed in with before is
counted by itself, all others together. So who guesses shuts unknown browsers out for a while, never the member's own.
The slow comparison of passwords happens between `begin` and `finish`, in no transaction.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection

from confman.domain.errors import NotSignedIn, TooOften
from confman.kernel.one_time import keys_of, recovery_hash, step_of
from confman.kernel.seals import STEP_LIVES, Proof, state_of
from confman.kernel.security import Secrets
from confman.store import attempts, members
from confman.usecases import signins
from confman.usecases.members import Deed, record
from confman.usecases.signins import NewSession

WRONG_TRIES: Final = 10
WITHIN: Final = timedelta(minutes=15)
_MINUTE: Final = timedelta(minutes=1)

Device = tuple[UUID, bytes]
"""Whose browser it is, as its cookie says (kernel/seals), and which."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Whoever gave an address, known or not. `member_id` None: nobody who could sign in has it.

    `key`, `counted_at`: where this try was counted.
    """

    key: bytes
    counted_at: datetime
    member_id: UUID | None = None
    password_hash: str | None = None
    state: bytes = b""
    has_second: bool = False


def begin(connection: Connection, email_key: str, device: Device | None, now: datetime) -> Candidate:
    """Counts the try, for known and unknown addresses alike and with the same statements. Raises `TooOften`."""
    found = members.by_address(connection, email_key)
    own = device[1] if found is not None and device is not None and device[0] == found.id else b""
    key = hashlib.sha256(b"signin\0" + email_key.encode() + b"\0" + own).digest()
    counted_at = _count(connection, key, now)
    if found is None or found.disabled_at is not None:
        return Candidate(key, counted_at)
    state, has_second = state_of(found.password_hash, found.email_key), found.totp_secret is not None
    return Candidate(key, counted_at, found.id, found.password_hash, state, has_second)


def give_back(connection: Connection, candidate: Candidate) -> None:
    """The try that was counted did not take place."""
    attempts.take_back(connection, candidate.key, candidate.counted_at)


def finish(
    connection: Connection, candidate: Candidate, anew: str | None, leaves: str, now: datetime
) -> NewSession | Proof | None:
    """The password was right: a session, or proof of that while the second factor is asked for.

    `anew`: the password hashed again, where it was kept with parameters of the past. `leaves`: the session's cookie
    that the browser had. None where the password was changed or the member disabled meanwhile.
    """
    attempts.take_back(connection, candidate.key, candidate.counted_at)
    found = _still(connection, candidate.member_id, candidate.state)
    if found is None:
        return None
    if anew is not None:
        members.replace_password(connection, found.id, candidate.password_hash, anew)
    if candidate.has_second:
        state = candidate.state if anew is None else state_of(anew, found.email_key)
        return Proof(found.id, now + STEP_LIVES, state)
    return _session(connection, found.id, leaves, now, {"second_factor": False})


@dataclass(frozen=True, slots=True)
class Code:
    """A second factor as sent: of the authenticator or of the recovery codes, by the browser with that `device`."""

    text: str
    device: Device | None
    leaves: str


def second(connection: Connection, proof: Proof, code: Code, secrets: Secrets, now: datetime) -> NewSession | None:
    """None where the code is wrong or used. Raises `TooOften`, and `NotSignedIn` where the proof holds no longer."""
    found = _still(connection, proof.member_id, proof.state) if now < proof.until else None
    if found is None or found.totp_secret is None:
        raise NotSignedIn
    own = code.device[1] if code.device is not None and code.device[0] == found.id else b""
    key = hashlib.sha256(b"code\0" + found.id.bytes + own).digest()
    counted_at = _count(connection, key, now)
    facts = _used(connection, found, code.text, secrets, now)
    if facts is None:
        return None
    attempts.take_back(connection, key, counted_at)
    return _session(connection, found.id, code.leaves, now, facts)


def _used(connection: Connection, row: Any, code: str, secrets: Secrets, now: datetime) -> dict[str, Any] | None:
    step = step_of(keys_of(secrets, row.id, row.totp_secret), code, now, row.totp_last)
    if step is not None:
        return {"second_factor": True} if members.use_step(connection, row.id, step) else None
    sent, kept = recovery_hash(row.id, code), list(row.recovery or ())
    if sent not in kept:
        return None
    kept.remove(sent)
    members.change(connection, row.id, recovery=kept)
    return {"recovery_code": True, "left": len(kept)}


def _still(connection: Connection, member_id: UUID | None, state: bytes) -> Any:
    found = None if member_id is None else members.by_id(connection, member_id, holds=True)
    if found is None or found.disabled_at is not None or state_of(found.password_hash, found.email_key) != state:
        return None
    return found


def _session(connection: Connection, member_id: UUID, leaves: str, now: datetime, facts: dict[str, Any]) -> NewSession:
    if leaves:
        signins.end(connection, leaves)
    record(connection, Deed(f"member {member_id}", "signed-in", member_id, facts), now)
    return signins.start(connection, member_id, now)


def _count(connection: Connection, key: bytes, now: datetime) -> datetime:
    """By the minute, over the last quarter of an hour; those beyond the limit do not count, so that it ends."""
    minute = now.replace(second=0, microsecond=0)
    attempts.count(connection, key, minute)
    if attempts.since(connection, key, minute - WITHIN) > WRONG_TRIES:
        attempts.take_back(connection, key, minute)
        raise TooOften(int(WITHIN.total_seconds()))
    return minute
