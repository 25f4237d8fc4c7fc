"""The process of a node's clerk: takes asks from its standard input, a socket, and sends outcomes back.

It ends when the node closes its side or dies, after all that was asked until then is settled.
"""

import asyncio
import signal
import socket
from asyncio import Future
from functools import partial
from typing import cast
from uuid import UUID

import structlog
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError

from confman.domain.errors import Refusal
from confman.domain.ledger.requests import Outcome
from confman.kernel.clock import system_clock
from confman.kernel.db import open_database
from confman.kernel.interpreter import ready_for_a_rush
from confman.kernel.logs import configure_log, place_of
from confman.usecases.clerk import LocalClerk
from confman.usecases.clerk_frames import Frames, SettlingFailed, frame
from confman.usecases.registrar import Ask
from confman.usecases.work import Work

_log = structlog.get_logger("confman.clerk")
Told = Outcome | BaseException


def main() -> None:
    # a terminal and a service manager tell all processes at once; the node closes the line when it is done
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    ready_for_a_rush()
    asyncio.run(_serve())


async def _serve() -> None:
    line = _Line()
    await asyncio.get_running_loop().create_unix_connection(lambda: line, sock=socket.socket(fileno=0))
    await line.ended.wait()
    await line.settle_all()


class _Line(asyncio.Protocol):
    """The line to the node. The first thing that it says is which database, and what is logged."""

    def __init__(self) -> None:
        self.ended = asyncio.Event()
        self._is_lost = asyncio.Event()
        self._work: Work | None = None
        self._frames = Frames()
        self._outcomes: list[tuple[int, Told]] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        for told in self._frames.taken(data):
            if self._work is None:
                self._begin(*told)
            else:
                for number, event_id, ask in told:
                    self._hand_in(number, event_id, ask)

    def eof_received(self) -> bool:
        self.ended.set()
        return True  # the other direction stays open, for the outcomes

    def connection_lost(self, _error: Exception | None) -> None:
        self.ended.set()
        self._is_lost.set()

    async def settle_all(self) -> None:
        if self._work is None:
            return
        await self._clerk.close()
        self._send()
        self._work.close()
        self._transport.close()
        await self._is_lost.wait()  # until the last outcome is out

    def _begin(self, database_url: str, log_level: str) -> None:
        configure_log(log_level)
        self._work = Work(open_database(database_url), system_clock)
        self._clerk = LocalClerk(self._work)

    def _hand_in(self, number: int, event_id: UUID, ask: Ask) -> None:
        try:
            answer = self._clerk.hand_in(event_id, ask)
        except Refusal as refusal:
            self._note(number, refusal)
        else:
            answer.add_done_callback(partial(self._answered, number))

    def _answered(self, number: int, answer: Future[Outcome]) -> None:
        error = answer.exception()
        self._note(number, answer.result() if error is None else _tellable(error))

    def _note(self, number: int, told: Told) -> None:
        if not self._outcomes:
            asyncio.get_running_loop().call_soon(self._send)
        self._outcomes.append((number, told))

    def _send(self) -> None:
        outcomes, self._outcomes = self._outcomes, []
        if not outcomes or self._transport.is_closing():
            return
        try:
            self._transport.write(frame(outcomes))
        except Exception as error:  # noqa: BLE001 - nobody may wait for ever: all are told that it may be recorded
            _log.error("outcomes cannot be told", kind=type(error).__name__, where=place_of(error))
            self._transport.abort()


def _tellable(error: BaseException) -> BaseException:
    """What the node can be told of it."""
    if isinstance(error, Refusal):
        return error
    if not isinstance(error, IntegrityError | DataError):
        _log.error("settling failed", kind=type(error).__name__, where=place_of(error))
    try:
        list(Frames().taken(frame([error])))
    except Exception:  # noqa: BLE001 - whatever a driver's errors carry with them
        return SettlingFailed(type(error).__name__)
    return error if isinstance(error, SQLAlchemyError) else SettlingFailed(type(error).__name__)


if __name__ == "__main__":
    main()
