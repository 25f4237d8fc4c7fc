"""What members change of their own account. What signing in depends on ends all other sessions and is told by letter.

What asks for the password is done in three steps: `begin` counts the try, the password is compared in no transaction,
and then the change is made, if the account is still the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from confman.domain.errors import NotSignedIn
from confman.kernel.one_time import keys_of, new_recovery_codes, recovery_hash, step_of
from confman.kernel.seals import state_of
from confman.kernel.security import Secrets
from confman.store import attempts, members, signins
from confman.usecases import signing_in
from confman.usecases.members import Deed, record
from confman.usecases.signing_in import Candidate, Device
from confman.usecases.signins import NewSession, Session, SignedIn, of_member, start_anew
from confman.usecases.team_letters import ZONE, tell

LONGEST_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class Account:
    """`codes_left`: recovery codes; None where there is no second factor. `zone`: of the first host they belong to."""

    name: str
    email: str
    zone: str
    codes_left: int | None
    sessions: Sequence[Session]


def of(connection: Connection, who: SignedIn, cookie: str, now: datetime) -> Account:
    row = _row(connection, who)
    found = members.addressed(connection, [row.email_key])
    left = None if row.totp_secret is None else len(row.recovery or ())
    zone = found[0]["zone"] if found else None
    return Account(row.name, row.email, zone or ZONE, left, of_member(connection, who.member_id, cookie, now))


def rename(connection: Connection, who: SignedIn, name: str, now: datetime) -> None:
    members.change(connection, who.member_id, name=name)
    record(connection, Deed(who.actor, "name-changed", who.member_id), now)


def sign_out_everywhere(connection: Connection, who: SignedIn, now: datetime) -> None:
    signins.end_all(connection, who.member_id)
    record(connection, Deed(who.actor, "signed-out-everywhere", who.member_id), now)


# with the password


def begin(connection: Connection, who: SignedIn, device: Device | None, now: datetime) -> Candidate:
    """Raises `TooOften`."""
    return signing_in.begin(connection, _row(connection, who).email_key, device, now)


@dataclass(frozen=True, slots=True)
class Proven:
    """A member who has just given their password; `language`: of the letter that tells them."""

    who: SignedIn
    candidate: Candidate
    language: str
    now: datetime


def change_password(connection: Connection, proven: Proven, password_hash: str) -> NewSession:
    """Raises `NotSignedIn` where the account has changed meanwhile, as the others below."""
    row = _still(connection, proven)
    members.change(connection, row.id, password_hash=password_hash)
    return _done(connection, proven, row, "password-changed", "password")


def turn_off(connection: Connection, proven: Proven) -> NewSession:
    row = _still(connection, proven)
    if row.totp_secret is None:
        raise NotSignedIn
    members.change(connection, row.id, totp_secret=None, totp_last=None, recovery=None)
    return _done(connection, proven, row, "second-factor-off", "second-off")


def renew_codes(connection: Connection, proven: Proven) -> tuple[NewSession, list[str]]:
    """New recovery codes, told this once; those before have ended."""
    row, codes = _still(connection, proven), new_recovery_codes()
    if row.totp_secret is None:
        raise NotSignedIn
    members.change(connection, row.id, recovery=[recovery_hash(row.id, code) for code in codes])
    return _done(connection, proven, row, "recovery-codes-renewed", "codes"), codes


def _still(connection: Connection, proven: Proven) -> Any:
    attempts.take_back(connection, proven.candidate.key, proven.candidate.counted_at)
    row = _row(connection, proven.who, holds=True)
    if state_of(row.password_hash, row.email_key) != proven.candidate.state:
        raise NotSignedIn
    return row


def _done(connection: Connection, proven: Proven, row: Any, verb: str, what: str) -> NewSession:
    record(connection, Deed(proven.who.actor, verb, row.id), proven.now)
    tell(connection, row, what, proven.language, proven.now)
    return start_anew(connection, row.id, proven.now)


# with a code of the authenticator that is being set up


@dataclass(frozen=True, slots=True)
class SetUp:
    """`salt`: from which the key was made that the page has shown."""

    salt: str
    code: str


def turn_on(
    connection: Connection, proven: Proven, set_up: SetUp, secrets: Secrets
) -> tuple[NewSession, list[str]] | None:
    """The recovery codes, told this once; None where the code is not right. Raises `NotSignedIn` where it is on."""
    row = _still(connection, proven)
    if row.totp_secret is not None:
        raise NotSignedIn
    step = step_of(keys_of(secrets, row.id, set_up.salt)[:1], set_up.code, proven.now, None)
    if step is None:
        return None
    codes = new_recovery_codes()
    hashes = [recovery_hash(row.id, code) for code in codes]
    members.change(connection, row.id, totp_secret=set_up.salt, totp_last=step, recovery=hashes)
    return _done(connection, proven, row, "second-factor-on", "second-on"), codes


def _row(connection: Connection, who: SignedIn, *, holds: bool = False) -> Any:
    row = members.by_id(connection, who.member_id, holds=holds)
    if row is None or row.disabled_at is not None:
        raise NotSignedIn
    return row
