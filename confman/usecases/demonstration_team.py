"""The team of the demonstration: one of each role in the invented city, and the owner of another host.

All have one password, which is derived from the demonstration's own secret: nobody has to remember it, and no two
demonstrations share it.
"""

import hmac
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from confman.domain.codes import ALPHABET
from confman.domain.roles import Role
from confman.kernel.passwords import hashed
from confman.kernel.security import Secrets
from confman.store import members as store
from confman.usecases import members
from confman.usecases.members import Wish

ORGANISER: Final = "erika.beispiel@lindenbrueck.example"
_CITY, _OTHER = "lindenbrueck", "kosi-lab"
_SIGNS = 12
_TEAM: Final = (
    Wish(_CITY, "otto.beispiel@lindenbrueck.example", Role.OWNER, "Otto Beispiel"),
    Wish(_CITY, ORGANISER, Role.ORGANISER, "Erika Beispiel", sees_needs=True),
    Wish(_CITY, "dana.beispiel@lindenbrueck.example", Role.DESK, "Dana Beispiel"),
    Wish(_CITY, "rita.beispiel@lindenbrueck.example", Role.READER, "Rita Beispiel"),
    Wish(_OTHER, "karin.beispiel@labor.example", Role.OWNER, "Karin Beispiel"),
)


def password_of(secrets: Secrets) -> str:
    """As people read it: k7m4-29qx-h3nb."""
    number = int.from_bytes(hmac.digest(secrets.values[0], b"the demonstration's team", "sha256"))
    signs = []
    for _ in range(_SIGNS):
        number, at = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[at].lower())
    return "-".join("".join(signs[at : at + 4]) for at in range(0, _SIGNS, 4))


def make(connection: Connection, secrets: Secrets, now: datetime) -> None:
    """Done once; what somebody tried out with these accounts stays."""
    if store.by_address(connection, ORGANISER) is not None:
        return
    password_hash = hashed(password_of(secrets))
    for wish in _TEAM:
        members.add(connection, wish, password_hash, now)
