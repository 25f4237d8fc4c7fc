"""A real mail server for tests: takes what is sent, answers what a test tells it to, dies when told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP

TAKEN = "250 2.0.0 taken"
DIES = "dies"
"""Instead of an answer to DATA: the connection is gone."""
FORGETS = "forgets"
"""Takes the letter, and the connection is gone before it can say so."""


@dataclass(frozen=True)
class Received:
    """What came with one DATA, whatever it was answered."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    answer: str

    @property
    def mail(self) -> EmailMessage:
        read = message_from_bytes(self.content, policy=policy.default)
        assert isinstance(read, EmailMessage)
        return read

    @property
    def text(self) -> str:
        body = self.mail.get_body(("plain",))
        assert body is not None
        return str(body.get_content()).replace("\r\n", "\n")


@dataclass
class Sink:
    """`data` and `recipients`: answers to give in turn to DATA and RCPT; then all is taken."""

    data: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def taken(self) -> list[Received]:
        return [one for one in self.received if one.answer in {TAKEN, FORGETS}]

    async def handle_EHLO(self, server: SMTP, session: Any, envelope: Any, name: str, answers: list[str]) -> list[str]:  # noqa: N802 - aiosmtpd's name
        self.connections += 1
        session.host_name = name
        return answers

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802 - as above
        answer = self.recipients.pop(0) if self.recipients else TAKEN
        if answer == TAKEN:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802 - as above
        answer = self.data.pop(0) if self.data else TAKEN
        content = envelope.original_content
        self.received.append(Received(envelope.mail_from, tuple(envelope.rcpt_tos), content, answer))
        if answer in {DIES, FORGETS}:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return answer


class _Talk(SMTP):
    """A connection that can be ended from outside, so that no test leaves one open."""

    async def end(self) -> None:
        for transport in (self.transport, getattr(self, "_original_transport", None)):
            if isinstance(transport, asyncio.Transport):
                with suppress(AttributeError):  # CPython 3.11.2 cannot abort an encrypted connection that is closed
                    transport.abort()
        await asyncio.sleep(0)


@asynccontextmanager
async def listening(sink: Sink, **options: Any) -> AsyncIterator[Sink]:
    """The sink on a port of this machine, in the loop that asks; `options` are aiosmtpd's (tls_context, …)."""
    implicit = options.pop("implicit_tls", None)
    talks: list[_Talk] = []

    def talk() -> _Talk:
        talks.append(_Talk(sink, hostname="sink.example", **options))
        return talks[-1]

    server = await asyncio.get_running_loop().create_server(talk, "127.0.0.1", sink.port, ssl=implicit)
    sink.port = server.sockets[0].getsockname()[1]
    try:
        yield sink
    finally:
        server.close()
        for one in talks:
            await one.end()
        await server.wait_closed()
