"""What proves itself: links derived from the secret, form keys, and random tokens of which only a hash is kept.

A link is not stored. It carries the registration's id, the generation it was made in and a MAC over both and its
purpose, so that it is verified before anything is asked of the database; the generation is then compared with the
registration's column. Why the generation is inside: without it a MAC could only be checked after a query, or by
trying generations one after another. Raising the column revokes all links of that purpose and no others.
"""

import base64
import binascii
import hashlib
import hmac
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

FORM_KEY_LIVES: Final = timedelta(hours=24)
NONCE_BYTES: Final = 12
_ID_BYTES = 16
_TIME_BYTES = 5
_LONGEST_TEXT = 128
_HIGHEST_GENERATION = 2**28 - 1  # four bytes of seven bits


class Purpose(StrEnum):
    """What a link is good for; no link is good for anything else."""

    MANAGE = "manage"  # see and change the registration: in letters only
    TICKET = "ticket"  # on the badge: shows and changes nothing without a signed-in desk
    FEED = "feed"  # read the personal calendar
    CERTIFICATE = "certificate"  # see that a certificate is genuine


@dataclass(frozen=True, slots=True)
class Link:
    """What a genuine link says; it still counts only if `generation` is the registration's present one."""

    registration_id: UUID
    generation: int


@dataclass(frozen=True, slots=True)
class FormKey:
    """What a genuine key of a registration form says; `nonce` tells forms of the same second apart."""

    event_id: UUID
    issued_at: datetime
    nonce: bytes

    def has_lapsed(self, now: datetime) -> bool:
        return now >= self.issued_at + FORM_KEY_LIVES


@dataclass(frozen=True, slots=True)
class Secrets:
    """The installation's secrets, of at least 32 bytes each: the first signs, all verify."""

    values: tuple[bytes, ...] = field(repr=False)

    def __post_init__(self) -> None:
        if not self.values or min(map(len, self.values)) < 32:
            raise ValueError("secrets have at least 32 bytes, and there is at least one")

    def sign_link(self, purpose: Purpose, registration_id: UUID, generation: int) -> str:
        """The token of a link: 44 characters of base64url; a ticket 40 of base32 in capitals.

        Capitals and digits are what a QR code packs tightest, and a ticket, which opens nothing, has a MAC of 8
        instead of 16 bytes, so that its address fits a code of version 3.
        """
        payload = registration_id.bytes + _varint(generation)
        token = payload + _mac(self.values[0], f"link {purpose}", payload, _mac_bytes(purpose))
        return _base32(token) if purpose is Purpose.TICKET else _base64(token)

    def read_link(self, purpose: Purpose, token: str) -> Link | None:
        """What the token says, if it was signed for this purpose; else None. Tickets may be in small letters."""
        raw = _from_base32(token) if purpose is Purpose.TICKET else _from_base64(token)
        payload = self._verified(f"link {purpose}", raw, _mac_bytes(purpose))
        if payload is None:
            return None
        return Link(UUID(bytes=payload[:_ID_BYTES]), _from_varint(payload[_ID_BYTES:]))

    def sign_form_key(self, event_id: UUID, issued_at: datetime, nonce: bytes) -> str:
        """The one-time key of a registration form: 66 characters; the instant is kept in whole seconds.

        nonce: NONCE_BYTES random bytes (`new_nonce`). Also the idempotency key: one form is one registration.
        """
        if len(nonce) != NONCE_BYTES:
            raise ValueError(f"a nonce has {NONCE_BYTES} bytes")
        payload = event_id.bytes + int(issued_at.timestamp()).to_bytes(_TIME_BYTES, "big") + nonce
        return _base64(payload + _mac(self.values[0], "form", payload, 16))

    def read_form_key(self, key: str) -> FormKey | None:
        """What the key says, if we signed it; else None. Whether event and age are right is for the caller to ask."""
        payload = self._verified("form", _from_base64(key), 16)
        if payload is None:
            return None
        seconds = int.from_bytes(payload[_ID_BYTES : _ID_BYTES + _TIME_BYTES], "big")
        issued_at = datetime.fromtimestamp(seconds, UTC)
        return FormKey(UUID(bytes=payload[:_ID_BYTES]), issued_at, payload[_ID_BYTES + _TIME_BYTES :])

    def sign_new_address(self, letter_id: UUID) -> str:
        """The token in the letter that asks a new mailbox: 43 characters, which name that letter and nobody."""
        return _base64(letter_id.bytes + _mac(self.values[0], "address", letter_id.bytes, 16))

    def read_new_address(self, token: str) -> UUID | None:
        """The letter that asks; what it is about, and for how long, stands in its row."""
        payload = self._verified("address", _from_base64(token), 16)
        return None if payload is None else UUID(bytes=payload)

    def sign_entry(self, event_id: UUID, sealed_code: str) -> str:
        """What passes the code of one event: 22 characters, good until the event gets another code."""
        return _base64(_mac(self.values[0], "entry", event_id.bytes + sealed_code.encode(), 16))

    def is_entry(self, event_id: UUID, sealed_code: str, token: str) -> bool:
        """Whether we signed this entry, for this event and the code it has now."""
        payload = event_id.bytes + sealed_code.encode()
        return self._verified("entry", payload + _from_base64(token), 16) == payload

    def seal(self, label: str, payload: bytes) -> str:
        """`payload` in the open and proof that we wrote it; `label` says what for, and is of a `kernel/seals` alone."""
        return _base64(payload + _mac(self.values[0], label, payload, 16))

    def unseal(self, label: str, sealed: str) -> bytes | None:
        return self._verified(label, _from_base64(sealed), 16)

    def _verified(self, label: str, raw: bytes, mac_bytes: int) -> bytes | None:
        payload, mac = raw[:-mac_bytes], raw[-mac_bytes:]
        genuine = [hmac.compare_digest(mac, _mac(secret, label, payload, mac_bytes)) for secret in self.values]
        return payload if any(genuine) else None


@dataclass(frozen=True, slots=True)
class Token:
    """A random token: `plain` is told once, `hash` is kept."""

    plain: str = field(repr=False)
    hash: bytes


def new_token() -> Token:
    """A token for the API, with a name that scanners for leaked secrets can look for."""
    return _token("confman_")


def new_receipt() -> Token:
    """The receipt of one submission, which opens its „received“ page."""
    return _token("")


def hash_of(plain: str) -> bytes:
    """The 32 bytes under which a token is kept. Random tokens of 32 bytes need neither salt nor stretching."""
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).digest()


def new_nonce() -> bytes:
    """NONCE_BYTES random bytes for a form key."""
    return os.urandom(NONCE_BYTES)


def _token(prefix: str) -> Token:
    plain = prefix + _base64(os.urandom(32))
    return Token(plain, hash_of(plain))


def _mac_bytes(purpose: Purpose) -> int:
    return 8 if purpose is Purpose.TICKET else 16


def _mac(secret: bytes, label: str, payload: bytes, length: int) -> bytes:
    # labels have no NUL, so that no label and payload can be read as another's
    return hmac.digest(secret, label.encode() + b"\0" + payload, "sha256")[:length]


# --- bytes and texts: one text for each value, so that no token has a second spelling


def _varint(number: int) -> bytes:
    if not 0 <= number <= _HIGHEST_GENERATION:
        raise ValueError(f"no generation: {number}")
    groups = [number & 0x7F]
    while number := number >> 7:
        groups.append(number & 0x7F | 0x80)
    return bytes(reversed(groups))


def _from_varint(groups: bytes) -> int:
    """Only for bytes that were signed, and therefore well made."""
    number = 0
    for group in groups:
        number = number << 7 | group & 0x7F
    return number


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _from_base64(text: str) -> bytes:
    """The bytes; none if the text is not exactly what `_base64` writes."""
    if len(text) > _LONGEST_TEXT or not text.isascii():
        return b""
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        return b""
    return raw if _base64(raw) == text else b""


def _base32(raw: bytes) -> str:
    return base64.b32encode(raw).rstrip(b"=").decode()


def _from_base32(text: str) -> bytes:
    """As `_from_base64`, in capitals or small letters."""
    if len(text) > _LONGEST_TEXT or not text.isascii():
        return b""
    try:
        raw = base64.b32decode(text.upper() + "=" * (-len(text) % 8))
    except binascii.Error:
        return b""
    return raw if _base32(raw) == text.upper() else b""
