"""The key of a form that adds people: sending the same form twice adds nobody twice."""

import re

from confman.http.forms import Sent
from confman.kernel.security import new_nonce

_KEY = re.compile(r"[0-9a-f]{16,64}")


def new_key() -> str:
    return new_nonce().hex()


def key_of(sent: Sent) -> str:
    """As the page gave it; a new one where this is none of ours."""
    typed = sent.text("key")
    return typed if _KEY.fullmatch(typed) else new_key()
