"""Where letters go: a mail server, or without one a folder of .eml files."""

import asyncio
import contextlib
import os
import re
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib

from confman.kernel.settings import BadSetting, Settings

LETTERS = "letters"
"""The folder in the data directory that takes letters where there is no mail server."""
ANSWER_SECONDS = 30.0
"""How long one answer of the mail server may take."""
LETTER_SECONDS = 90.0
"""How long one letter may take in all, however slowly the server takes its bytes."""
_CLOSING_SECONDS = 5.0
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")


class DeliveryError(Exception):
    """`reason` is shown to organisers and logged: codes only, because servers like to repeat the address."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ServerAway(DeliveryError):
    """The server cannot be reached, turns us away or went; says nothing about any letter."""


class LetterPostponed(DeliveryError):
    """The server asks to try this letter later (4xx)."""


class LetterRefused(DeliveryError):
    """The server will never take this letter (5xx)."""


@dataclass(frozen=True, slots=True)
class Post:
    """One message for one recipient; addresses are plain ASCII, `content` has CRLF line ends."""

    sender: str
    recipient: str
    message_id: str
    content: bytes


Send = Callable[[Post], Awaitable[None]]


class Mailer(Protocol):
    """`session` connects (raises `ServerAway`) and gives the function that sends; it returns once the post is taken."""

    def session(self) -> AbstractAsyncContextManager[Send]: ...


def mailer_for(settings: Settings) -> Mailer:
    """The server of `CONFMAN_SMTP_URL`, else `letters/` in the data directory. Raises `BadSetting`."""
    if settings.smtp_url is None:
        return Folder(settings.data_dir / LETTERS)
    return server_at(settings.smtp_url)


@dataclass(frozen=True)
class Folder:
    """One .eml file per message id, whole or not at all; the same message again replaces it."""

    path: Path

    @contextlib.asynccontextmanager
    async def session(self) -> AsyncIterator[Send]:
        yield self._send

    async def _send(self, post: Post) -> None:
        try:
            await asyncio.to_thread(self._write, post)
        except OSError as error:
            raise ServerAway(f"cannot write to the folder of letters: {error.strerror}") from error

    def _write(self, post: Post) -> None:
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = re.sub(r"[^A-Za-z0-9@.-]", "_", post.message_id.strip("<>"))
        target = self.path / f"{name}.eml"
        unfinished = self.path / f".{name}.{os.getpid()}"
        with unfinished.open("wb") as file:
            file.write(post.content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(target)


@dataclass(frozen=True)
class Server:
    """`tls`: from the first byte; `starttls`: refused unless the server upgrades. Neither: only to this machine."""

    host: str
    port: int
    tls: bool
    starttls: bool
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    cafile: str | None = None
    answer_seconds: float = ANSWER_SECONDS
    letter_seconds: float = LETTER_SECONDS

    @contextlib.asynccontextmanager
    async def session(self) -> AsyncIterator[Send]:
        client = aiosmtplib.SMTP(
            hostname=self.host,
            port=self.port,
            username=self.user,
            password=self.password,
            use_tls=self.tls,
            start_tls=self.starttls,
            tls_context=ssl.create_default_context(cafile=self.cafile) if self.tls or self.starttls else None,
            timeout=self.answer_seconds,
        )
        try:
            await self._connect(client)
            yield lambda post: self._send(client, post)
        finally:
            with contextlib.suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
                await client.quit(timeout=_CLOSING_SECONDS)
            client.close()

    async def _connect(self, client: aiosmtplib.SMTP) -> None:
        try:
            async with asyncio.timeout(self.letter_seconds):
                await client.connect()
        except aiosmtplib.SMTPResponseException as error:
            raise ServerAway(f"the mail server turns us away: {_codes(error.code, error.message)}") from error
        except ssl.SSLError as error:
            raise ServerAway(f"the mail server's TLS cannot be trusted: {error.reason}") from error
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            raise ServerAway(f"the mail server cannot be reached: {type(error).__name__}") from error

    async def _send(self, client: aiosmtplib.SMTP, post: Post) -> None:
        try:
            async with asyncio.timeout(self.letter_seconds):
                await client.sendmail(post.sender, [post.recipient], post.content)
        except aiosmtplib.SMTPRecipientsRefused as error:
            refused = error.recipients[0]
            raise _verdict(refused.code, refused.message) from error
        except aiosmtplib.SMTPDataError as error:
            raise _verdict(error.code, error.message) from error
        except aiosmtplib.SMTPResponseException as error:
            # before the recipient was named: a wrong sender or a closed account must not fail every letter for good
            raise ServerAway(f"the mail server turns us away: {_codes(error.code, error.message)}") from error
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            raise ServerAway(f"the mail server went away: {type(error).__name__}") from error


def server_at(url: str) -> Server:
    """Reads `smtp://user:password@host:587?starttls=required` or `smtps://…`; `cafile=` names own authorities.

    STARTTLS is required unless the host is this machine. Raises `BadSetting`.
    """
    parts = urlsplit(url)
    options = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or parts.path.strip("/") or parts.fragment:
        raise BadSetting("CONFMAN_SMTP_URL: must look like smtp://user:password@mail.example.org:587")
    if not options.keys() <= {"starttls", "cafile"} or options.get("starttls", "required") != "required":
        raise BadSetting("CONFMAN_SMTP_URL: knows ?starttls=required and ?cafile=FILE only")
    try:
        port = parts.port
    except ValueError as error:
        raise BadSetting("CONFMAN_SMTP_URL: the port must be a number up to 65535") from error
    tls = parts.scheme == "smtps"
    starttls = not tls and ("starttls" in options or not _is_this_machine(parts.hostname))
    return Server(
        host=parts.hostname,
        port=port or (465 if tls else 587 if starttls else 25),
        tls=tls,
        starttls=starttls,
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        cafile=options.get("cafile"),
    )


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _verdict(code: int, message: str) -> DeliveryError:
    if code == 421:  # the server is closing; whoever comes next gets the same
        return ServerAway(f"the mail server turns us away: {_codes(code, message)}")
    if 500 <= code <= 599:
        return LetterRefused(_codes(code, message))
    return LetterPostponed(_codes(code, message))


def _codes(code: int, message: str) -> str:
    """The reply code and, if there is one, the enhanced status code (RFC 3463)."""
    status = _STATUS.match(message.lstrip())
    return f"{code} {status.group()}" if status else str(code)
