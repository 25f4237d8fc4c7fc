"""The second factor: codes of an authenticator (TOTP, RFC 6238), and recovery codes on paper.

The key that an authenticator holds is not kept: it is derived from the installation's secret and a random salt that is
kept with the member. Recovery codes are 80 random bits each, of which a hash is kept.
"""

import base64
import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from urllib.parse import quote
from uuid import UUID

from confman.domain.codes import ALPHABET
from confman.kernel.security import Secrets

STEP_SECONDS: Final = 30
RECOVERY_CODES: Final = 10
_DRIFT = 1  # steps a clock may be off
_KEY_BYTES = 20
_SALT = re.compile(r"[A-Z2-7]{32}")
_DIGITS = re.compile(r"[0-9]{6}")
_SIGNS = 16
_BETWEEN = re.compile(r"[\s‐-―−-]+")


def new_salt() -> str:
    return base64.b32encode(os.urandom(_KEY_BYTES)).decode()


def is_salt(text: str) -> bool:
    return _SALT.fullmatch(text) is not None


def key_of(secrets_: Secrets, member_id: UUID, salt: str) -> str:
    """The key for an authenticator that is set up now, in base32."""
    return _keys(secrets_, member_id, salt)[0]


def address_of(key: str, account: str, site: str) -> str:
    """What the QR code says; `site` and `account` are shown by the authenticator."""
    label = quote(f"{site.replace(':', ' ')}:{account}", safe="")
    return f"otpauth://totp/{label}?secret={key}&issuer={quote(site.replace(':', ' '), safe='')}"


def step_of(keys: Iterable[str], code: str, now: datetime, last: int | None) -> int | None:
    """The step whose code it is, within one of the present; None where it is wrong or not after the `last` used one."""
    from pyotp import TOTP  # noqa: PLC0415 - not before the first member with a second factor

    digits = _BETWEEN.sub("", code)
    if not _DIGITS.fullmatch(digits):
        return None
    present, found = int(now.timestamp()) // STEP_SECONDS, None
    for key in keys:
        generator = TOTP(key)
        for step in range(present - _DRIFT, present + _DRIFT + 1):
            is_it = hmac.compare_digest(generator.generate_otp(step), digits)
            if is_it and (last is None or step > last):
                found = step
    return found


def keys_of(secrets_: Secrets, member_id: UUID, salt: str) -> Sequence[str]:
    """That of each of the installation's secrets, for it may have been set up under an earlier one."""
    return _keys(secrets_, member_id, salt)


def _keys(secrets_: Secrets, member_id: UUID, salt: str) -> list[str]:
    derived = (hmac.digest(each, b"one-time\0" + member_id.bytes + salt.encode(), "sha256") for each in secrets_.values)
    return [base64.b32encode(each[:_KEY_BYTES]).decode() for each in derived]


# recovery codes


def new_recovery_codes() -> list[str]:
    """As people read them: K7M4-29QX-…"""
    codes = ("".join(secrets.choice(ALPHABET) for _ in range(_SIGNS)) for _ in range(RECOVERY_CODES))
    return ["-".join(code[at : at + 4] for at in range(0, _SIGNS, 4)) for code in codes]


def recovery_hash(member_id: UUID, code: str) -> str:
    """Typed in whatever case, with or without dashes and blanks."""
    signs = _BETWEEN.sub("", code).upper()
    return hashlib.sha256(b"recovery\0" + member_id.bytes + signs.encode("utf-8", "surrogatepass")).hexdigest()
