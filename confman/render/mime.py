"""A letter as the bytes that go to a mail server (RFC 5322, MIME); its headers hold nothing that we did not put there.

Python's header objects are not used: assigned text is parsed, encoded words in it are decoded, and a line end hidden in
one comes out as a new header (CVE-2024-6923, in Python until 3.11.9). Here a header's text is encoded, never parsed.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime
from hashlib import sha256
from typing import Self

_POLICY = SMTP.clone(max_line_length=76, cte_type="7bit")
_PLAIN = re.compile(r"[A-Za-z0-9 ,.:;!()/+-]{1,60}")
_PHRASE = re.compile(r"[A-Za-z0-9 ]{1,60}")
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_UNPRINTABLE = {"Cc", "Cs", "Zl", "Zp"}
_LONGEST_ADDRESS = 254


class BadAddress(ValueError):
    """Not one plain address that every mail server takes. Holds no address: it may come into logs."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who gets it from whom. `message_id`: with or without angle brackets; the same however often it is sent."""

    message_id: str
    created_at: datetime
    language: str
    sender: str
    sender_name: str
    recipient: str
    reply_to: str | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """`text` and `html` end with a line end; `ics` goes along as an attachment."""

    subject: str
    text: str
    html: str
    ics: bytes | None = None


def message(envelope: Envelope, letter: Letter) -> bytes:
    """The whole message: 7-bit, CRLF, lines of at most 76 octets but for addresses. Raises `BadAddress`."""
    mail = EmailMessage(policy=_POLICY)
    for name, value in _headers(envelope, letter.subject):
        mail[name] = _Ready(name, value)
    mail.set_content(letter.text, cte="quoted-printable")
    mail.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    if letter.ics is not None:
        params = {"method": "PUBLISH", "charset": "utf-8"}
        mail.add_attachment(
            letter.ics, maintype="text", subtype="calendar", cte="base64", filename="calendar.ics", params=params
        )
    mail["Content-Language"] = _Ready("Content-Language", plain_language(envelope.language))  # set_content drops it
    # not random, so that the same letter is the same bytes; "=_" cannot occur in quoted-printable or base64
    mark = sha256(envelope.message_id.encode("utf-8", "replace")).hexdigest()[:24]
    for number, part in enumerate(part for part in mail.walk() if part.is_multipart()):
        part.set_boundary(f"=_{mark}_{number}")
    return mail.as_bytes()


def one_line(text: str) -> str:
    """The text without control characters, line and paragraph ends of whatever kind, and doubled blanks."""
    return " ".join("".join(" " if unicodedata.category(sign) in _UNPRINTABLE else sign for sign in text).split())


def plain_address(text: str) -> str:
    """One address as `RCPT TO` takes it everywhere: an international domain in its ASCII form. Raises `BadAddress`."""
    local, at, domain = text.rpartition("@")
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode("ascii")
        except UnicodeError as error:
            raise BadAddress("the address's domain has no ASCII form") from error
    address = f"{local}{at}{domain}"
    if len(address) > _LONGEST_ADDRESS or "=?" in address or not _ADDRESS.fullmatch(address):
        raise BadAddress("not one plain ASCII address")
    return address


def plain_message_id(text: str) -> str:
    """With its angle brackets. Raises `BadAddress`."""
    return f"<{plain_address(text.removeprefix('<').removesuffix('>'))}>"


def _headers(envelope: Envelope, subject: str) -> list[tuple[str, str]]:
    sender = plain_address(envelope.sender)
    name = one_line(envelope.sender_name)
    headers = [
        ("From", f"{_encoded('From', name, _PHRASE)} <{sender}>" if name else sender),
        ("To", plain_address(envelope.recipient)),
        ("Subject", _encoded("Subject", one_line(subject), _PLAIN)),
        ("Date", format_datetime(envelope.created_at)),
        ("Message-ID", plain_message_id(envelope.message_id)),
        ("Auto-Submitted", "auto-generated"),
        # Exchange knows only this: keeps absence notes out of the organisers' mailbox
        ("X-Auto-Response-Suppress", "OOF, AutoReply"),
    ]
    if envelope.reply_to:
        headers.insert(1, ("Reply-To", plain_address(envelope.reply_to)))
    return headers


def plain_language(text: str) -> str:
    """A language tag's ASCII letters, digits and hyphens."""
    return re.sub(r"[^A-Za-z0-9-]", "", text)


def _encoded(name: str, text: str, plain: re.Pattern[str]) -> str:
    """As it stands if short and harmless, else as encoded words (RFC 2047), which hold nothing but ASCII."""
    if plain.fullmatch(text):
        return text
    return Header(text, charset="utf-8", header_name=name, maxlinelen=75).encode(linesep="\r\n")


class _Ready(str):
    """A header's value as it goes out. `name` and `fold` are how email.policy knows values it need not parse."""

    __slots__ = ("name",)
    name: str

    def __new__(cls, name: str, value: str) -> Self:
        ready = super().__new__(cls, value)
        ready.name = name
        return ready

    def fold(self, *, policy: EmailPolicy) -> str:
        return f"{self.name}: {self}{policy.linesep}"
