"""Raw HTTP/1.1 over connections that stay open: what was sent, what came back, and whether it came back at all."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self

_PATIENCE_SECONDS = 90


class Unanswered(ConnectionError):
    """The connection ended before the answer was complete. `sent`: whether the request may have arrived."""

    def __init__(self, *, sent: bool) -> None:
        super().__init__("sent" if sent else "not sent")
        self.sent = sent


@dataclass(frozen=True)
class Call:
    """One request; `body` goes as JSON."""

    method: str
    path: str
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def encoded(self) -> bytes:
        body = b"" if self.body is None else json.dumps(self.body).encode()
        lines = [f"{self.method} {self.path} HTTP/1.1", "Host: localhost", f"Content-Length: {len(body)}"]
        if body:
            lines.append("Content-Type: application/json")
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@dataclass(frozen=True)
class Answer:
    """Header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def outcome(self) -> str:
        """What a person was told: held, waiting, or the problem's address."""
        told: str = self.json["outcome"] if self.status == 202 else self.json["type"]
        return told


class Caller:
    """One connection at a time to one port; opened when first needed and again after it ended."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def connect(self) -> None:
        """Raises `Unanswered` where nobody listens."""
        if self._streams is None:
            try:
                self._streams = await asyncio.open_connection("127.0.0.1", self._port)
            except OSError:
                raise Unanswered(sent=False) from None

    async def ask(self, call: Call) -> Answer:
        """Raises `Unanswered`."""
        await self.connect()
        assert self._streams is not None
        reader, writer = self._streams
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                writer.write(call.encoded())
                await writer.drain()
                answer = await _answer(reader)
        except (OSError, asyncio.IncompleteReadError):
            await self.close()
            raise Unanswered(sent=True) from None
        if answer.headers.get("connection", "").lower() == "close":
            await self.close()
        return answer

    async def close(self) -> None:
        if self._streams is not None:
            _, writer = self._streams
            self._streams = None
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


async def _answer(reader: asyncio.StreamReader) -> Answer:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.rstrip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Answer(int(first.split()[1]), headers, body)


async def at_once(ports: Sequence[int], calls: Sequence[Call]) -> list[Answer]:
    """Each over a connection of its own, all of which stand before the first request is sent."""
    callers = [Caller(ports[number % len(ports)]) for number in range(len(calls))]
    await asyncio.gather(*(caller.connect() for caller in callers))
    try:
        return await asyncio.gather(*(caller.ask(call) for caller, call in zip(callers, calls, strict=True)))
    finally:
        await asyncio.gather(*(caller.close() for caller in callers))


async def in_turn(ports: Sequence[int], calls: Sequence[Call], clients: int) -> list[Answer]:
    """Over so many connections; each takes the next call when its last was answered. Answers parallel to the calls."""
    answers: list[Answer | None] = [None] * len(calls)
    waiting = iter(range(len(calls)))

    async def work_off(port: int) -> None:
        async with Caller(port) as caller:
            for number in waiting:
                answers[number] = await caller.ask(calls[number])

    await asyncio.gather(*(work_off(ports[number % len(ports)]) for number in range(clients)))
    return [answer for answer in answers if answer is not None]


def registering(slug: str, name: str, *, key: str | None = None, **fields: Any) -> Call:
    """Anna `name` signs up; `key`: the Idempotency-Key."""
    address = f"{name.lower()}@lindenbrueck.example"
    body = {"given_name": "Anna", "family_name": name, "email": address, "accept_waiting": True, **fields}
    return Call("POST", f"/api/v1/events/{slug}/registrations", body, {} if key is None else {"Idempotency-Key": key})
