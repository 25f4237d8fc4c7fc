"""The clerk in a process of its own, as a node on SQLite has it.

To answer requests and to settle them takes an interpreter about the same time each, and one interpreter does one thing
at a time. On PostgreSQL a second node does as much and more (docs/decisions/0016).
"""

import asyncio
import socket
import sys
from asyncio.subprocess import Process
from typing import Any, Final, cast
from uuid import UUID

import structlog

from confman.domain.errors import Interrupted, Overloaded
from confman.domain.ledger.requests import Outcome
from confman.usecases.clerk import AT_MOST_ASKING
from confman.usecases.clerk_frames import Frames, frame
from confman.usecases.registrar import Ask

CHILD: Final = "confman.usecases.clerk_child"
_log = structlog.get_logger("confman.clerk")


class ClerkProcess:
    """A `Clerk` as others see it. Where its process ends, whoever waits is told, and the next to ask starts another."""

    def __init__(self, database_url: str, log_level: str) -> None:
        self._opens_with = [database_url, log_level]
        self._line: _Line | None = None
        self._opening = asyncio.Lock()
        self._busy_since = 0.0
        self._closed = False

    async def ask(self, event_id: UUID, ask: Ask) -> Outcome:
        if self._closed or self.asking >= AT_MOST_ASKING:
            raise Overloaded
        line = self._line if self._line is not None and not self._line.is_lost else await self._opened()
        if not line.answers:
            self._busy_since = asyncio.get_running_loop().time()
        return await line.ask(event_id, ask)

    def busy_seconds(self) -> float:
        return asyncio.get_running_loop().time() - self._busy_since if self.asking else 0.0

    @property
    def asking(self) -> int:
        return 0 if self._line is None else len(self._line.answers)

    async def open(self) -> None:
        await self._opened()

    async def close(self) -> None:
        self._closed = True
        async with self._opening:
            if self._line is not None:
                await self._line.close()

    async def _opened(self) -> "_Line":
        async with self._opening:
            if self._closed:
                raise Overloaded
            if self._line is None or self._line.is_lost:
                try:
                    self._line = await _begun(self._opens_with)
                except OSError as error:  # no memory, too many files
                    _log.error("the clerk's process cannot be started", kind=type(error).__name__)
                    raise Overloaded from error
            return self._line


async def _begun(opens_with: list[str]) -> "_Line":
    ours, theirs = socket.socketpair()
    try:
        with theirs:
            process = await asyncio.create_subprocess_exec(sys.executable, "-m", CHILD, stdin=theirs.fileno())
        _, line = await asyncio.get_running_loop().create_unix_connection(lambda: _Line(process), sock=ours)
    except BaseException:
        ours.close()  # which ends the process, where there is one
        raise
    line.say(opens_with)  # kept out of its command line and its environment
    return line


class _Line(asyncio.Protocol):
    """The line to one process: asks with their numbers go out once a turn of the event loop, outcomes come back."""

    def __init__(self, process: Process) -> None:
        self.answers: dict[int, asyncio.Future[Outcome]] = {}
        self.is_lost = False
        self._process = process
        self._is_closing = False
        self._is_read = asyncio.Event()
        self._frames = Frames()
        self._asks: list[tuple[int, UUID, Ask]] = []
        self._asked = 0

    def ask(self, event_id: UUID, ask: Ask) -> asyncio.Future[Outcome]:
        loop = asyncio.get_running_loop()
        self._asked += 1
        answer = self.answers[self._asked] = loop.create_future()
        if not self._asks:
            loop.call_soon(self._send)
        self._asks.append((self._asked, event_id, ask))
        return answer

    def _send(self) -> None:
        asks, self._asks = self._asks, []
        if not asks or self.is_lost:
            return
        try:
            self.say(asks)
        except Exception as error:  # noqa: BLE001 - whatever cannot be sent: nobody is left without an answer
            if len(asks) == 1:
                self._tell([(asks[0][0], error)])
                return
            for ask in asks:
                self._asks = [ask]
                self._send()

    def say(self, told: list[Any]) -> None:
        self._transport.write(frame(told))

    async def close(self) -> None:
        """All that was asked is answered before the process ends."""
        self._is_closing = True
        if not self.is_lost:
            self._send()
            self._transport.write_eof()
        await self._is_read.wait()
        await self._process.wait()

    # called by the event loop

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        for outcomes in self._frames.taken(data):
            self._tell(outcomes)

    def connection_lost(self, _error: Exception | None) -> None:
        self.is_lost = True
        self._is_read.set()
        if not self._is_closing or self.answers:
            _log.error("the clerk's process ended", unanswered=len(self.answers))
        self._tell([(number, Interrupted()) for number in self.answers])

    def _tell(self, outcomes: list[tuple[int, Outcome | BaseException]]) -> None:
        for number, outcome in outcomes:
            answer = self.answers.pop(number)
            if answer.done():  # whoever asked has gone
                continue
            if isinstance(outcome, BaseException):
                answer.set_exception(outcome)
            else:
                answer.set_result(outcome)
