"""What proves itself around signing in, so that nothing of it has to be kept: see docs/decisions on sign-ins.

Each is good for one purpose only. Instants are kept in whole seconds.
"""

import hashlib
import hmac
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from confman.kernel.security import Secrets

FORM_LIVES: Final = timedelta(hours=12)
STEP_LIVES: Final = timedelta(minutes=10)
_ID = 16
_TIME = 5
_NONCE = 12
_STATE = 8
_FORM, _FORM_FIELD, _DEVICE, _PASSWORD, _STEP = (
    f"signin {name}" for name in ("form", "form field", "device", "password", "step")
)


# the form itself: a cookie of the browser that opened it, and the field that only a page sent to that browser carries


def new_form(secrets: Secrets, now: datetime) -> str:
    """The cookie."""
    return secrets.seal(_FORM, os.urandom(_NONCE) + _time(now))


def is_form(secrets: Secrets, cookie: str, now: datetime) -> bool:
    """Whether we made this cookie, and not too long ago; another one is never taken over."""
    payload = secrets.unseal(_FORM, cookie)
    return payload is not None and now < _instant(payload[_NONCE:]) + FORM_LIVES


def form_field(secrets: Secrets, cookie: str) -> str:
    return secrets.seal(_FORM_FIELD, _digest(cookie))


def is_form_field(secrets: Secrets, cookie: str, field: str) -> bool:
    return secrets.unseal(_FORM_FIELD, field) == _digest(cookie)


# a browser that somebody has signed in with before


def new_device(secrets: Secrets, member_id: UUID) -> str:
    return secrets.seal(_DEVICE, member_id.bytes + os.urandom(_NONCE))


def device_of(secrets: Secrets, cookie: str) -> tuple[UUID, bytes] | None:
    """Whose browser it is, and which."""
    payload = secrets.unseal(_DEVICE, cookie)
    return None if payload is None else (UUID(bytes=payload[:_ID]), payload[_ID:])


# a link with which a password is set, and a password that was right while the code is still missing


@dataclass(frozen=True, slots=True)
class Proof:
    """`state`: what was then of the member (see `state_of`); what follows from the proof holds while it is the same."""

    member_id: UUID
    until: datetime
    state: bytes


def state_of(password_hash: str | None, email_key: str) -> bytes:
    """Changes with the password and the address."""
    return hashlib.sha256(f"{password_hash or ''}\0{email_key}".encode()).digest()[:_STATE]


def password_link(secrets: Secrets, proof: Proof) -> str:
    return secrets.seal(_PASSWORD, _proof(proof))


def read_password_link(secrets: Secrets, token: str) -> Proof | None:
    payload = secrets.unseal(_PASSWORD, token)
    return None if payload is None else _read_proof(payload)


def second_step(secrets: Secrets, proof: Proof, form: str) -> str:
    """`form`: the cookie of the browser in which the password was right."""
    return secrets.seal(_STEP, _proof(proof) + _digest(form))


def read_second_step(secrets: Secrets, token: str, form: str) -> Proof | None:
    payload = secrets.unseal(_STEP, token)
    if payload is None or not hmac.compare_digest(payload[_ID + _TIME + _STATE :], _digest(form)):
        return None
    return _read_proof(payload)


def _proof(proof: Proof) -> bytes:
    return proof.member_id.bytes + _time(proof.until) + proof.state


def _read_proof(payload: bytes) -> Proof:
    state = payload[_ID + _TIME : _ID + _TIME + _STATE]
    return Proof(UUID(bytes=payload[:_ID]), _instant(payload[_ID : _ID + _TIME]), state)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]


def _time(instant: datetime) -> bytes:
    return int(instant.timestamp()).to_bytes(_TIME, "big")


def _instant(raw: bytes) -> datetime:
    return datetime.fromtimestamp(int.from_bytes(raw, "big"), UTC)
