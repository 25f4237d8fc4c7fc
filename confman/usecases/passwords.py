"""Forgotten passwords: a letter to whoever asks, a link in it that is good once, and the new password.

The address is written down alike whether it is known or not; the postman finds out (usecases/team_letters). The link is
derived from what is kept of the member, so it ends with the password or the address that it was made for.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection

from confman.kernel.ids import new_id
from confman.kernel.seals import Proof, state_of
from confman.store import attempts, clerk, members, signins
from confman.usecases.addresses import Address
from confman.usecases.members import Deed, record

LETTER: Final = "password"
LINK_LIVES: Final = timedelta(minutes=30)
LETTERS_AN_HOUR: Final = 3
_HOUR: Final = timedelta(hours=1)


def ask(connection: Connection, address: Address, language: str, now: datetime) -> None:
    """At most so many letters an hour go to one address, whoever asks; what is beyond that is not written down."""
    key, minute = hashlib.sha256(b"password\0" + address.key.encode()).digest(), now.replace(second=0, microsecond=0)
    attempts.count(connection, key, minute)
    if attempts.since(connection, key, minute - _HOUR) > LETTERS_AN_HOUR:
        attempts.take_back(connection, key, minute)
        return
    letter_id, to = new_id(), (address.typed, address.key)
    clerk.LETTERS.run(connection, [(letter_id, None, None, LETTER, language, *to, {}, letter_id.hex, now, now)])


def proof_for(row: Any, created_at: datetime) -> Proof:
    """What the letter of that instant carries. `row`: id, password_hash, email_key of the member."""
    return Proof(row["id"], created_at + LINK_LIVES, state_of(row["password_hash"], row["email_key"]))


def opened(connection: Connection, proof: Proof, now: datetime) -> Any:
    """The member who may set a password with it; None where it is used, too old, or not theirs any more."""
    found = members.by_id(connection, proof.member_id) if now < proof.until else None
    if found is None or found.disabled_at is not None or state_of(found.password_hash, found.email_key) != proof.state:
        return None
    return found


def set_new(connection: Connection, proof: Proof, password_hash: str, now: datetime) -> bool:
    """False where the link is good no longer; of several at once one succeeds. All their sessions end."""
    found = opened(connection, proof, now)
    if found is None or not members.replace_password(connection, found.id, found.password_hash, password_hash):
        return False
    signins.end_all(connection, found.id)
    record(connection, Deed(f"member {found.id}", "password-reset", found.id), now)
    return True
