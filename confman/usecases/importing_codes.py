"""The code that opens an event of visibility `code`: only a slow hash of it is kept.

Codes are typed from paper and on phones, so capitals and blanks make no difference.
"""

import base64
import hashlib
import hmac
import os
import unicodedata

_COST, _BLOCK, _LANES = 2**14, 8, 1
_SALT_BYTES = 16


def sealed(code: str) -> str:
    salt = os.urandom(_SALT_BYTES)
    return f"scrypt${_text(salt)}${_text(_hash(code, salt))}"


def opens(code: str, kept: str | None) -> bool:
    """Whether the code is the one of which `kept` was made."""
    _, _, rest = (kept or "").partition("scrypt$")
    salt, _, expected = rest.partition("$")
    if not expected:
        return False
    return hmac.compare_digest(_hash(code, base64.b64decode(salt)), base64.b64decode(expected))


def _hash(code: str, salt: bytes) -> bytes:
    return hashlib.scrypt(_folded(code).encode(), salt=salt, n=_COST, r=_BLOCK, p=_LANES)


def _folded(code: str) -> str:
    return "".join(unicodedata.normalize("NFKC", code).casefold().split())


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
