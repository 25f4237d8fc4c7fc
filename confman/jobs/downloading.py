"""Makes large lists and badges in the background, each in a short-lived process of its own.

So the pages of this node keep the interpreter, what the file takes of memory is given back, and cancelling is killing.
The child only reads; what it makes comes through a pipe and is kept in pieces by short transactions of this process.
"""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import structlog

from confman.store.downloads import PIECE_BYTES
from confman.usecases.manage import download_making as making
from confman.usecases.manage.download_making import Taken
from confman.usecases.work import Work

_log = structlog.get_logger("confman.jobs")
CHILD = "confman.jobs.download_child"
BEAT_SECONDS = 1.0
_LONGEST_LINE = 1024 * 1024
"""What to look at of so many badges as are named."""


class NotOurs(Exception):
    """It was cancelled, or another makes it."""


@dataclass(frozen=True)
class Sources:
    """What a child reads from: kept out of its command line and its environment."""

    database_url: str
    base_url: str
    secrets: tuple[bytes, ...] = field(repr=False)

    def order(self, taken: Taken) -> bytes:
        """One line."""
        secrets = [secret.hex() for secret in self.secrets]
        words = {"database_url": self.database_url, "base_url": self.base_url, "secrets": secrets}
        return json.dumps({**words, "slug": taken.slug, "wish": taken.wish}).encode() + b"\n"


@dataclass(frozen=True)
class Maker:
    """`is_stopping`: the node goes down, and what is half made is for another."""

    work: Work
    sources: Sources
    is_stopping: Callable[[], bool] = lambda: False

    async def make_due(self) -> int:
        """All that waits, as many at a time as may be; returns how many were ended, one way or another."""
        running: set[asyncio.Task[None]] = set()
        ended = 0
        try:
            while True:
                running |= await self._begun()
                if not running:
                    return ended
                done, running = await asyncio.wait(running, timeout=BEAT_SECONDS)
                ended += len(done)
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def _begun(self) -> set[asyncio.Task[None]]:
        begun: set[asyncio.Task[None]] = set()
        while not self.is_stopping() and await self.work.read(making.is_due, self.work.clock()):
            taken = await self.work.write(making.take, self.work.clock())
            if taken is None:
                break
            begun.add(asyncio.create_task(self._make(taken)))
        return begun

    async def _make(self, taken: Taken) -> None:
        """Never raises: one file's trouble is not another's. What is not ended here is taken over after the lease."""
        try:
            # a session of its own: what interrupts this process at a terminal is answered by this process alone
            child = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", CHILD), stdin=PIPE, stdout=PIPE, limit=_LONGEST_LINE, start_new_session=True
            )
            try:
                await self._watched(_Making(self.work, taken, child), self.sources.order(taken))
            finally:
                await _ended(child)
        except NotOurs:
            _log.info("download given up", download=taken.id.hex)
        except Exception as error:  # noqa: BLE001 - see above
            _log.error("could not make a download", download=taken.id.hex, kind=type(error).__name__)

    async def _watched(self, making_: "_Making", order: bytes) -> None:
        """Each second a word to the database; a child of what is no longer ours dies."""
        making_.stdin.write(order)
        reading = asyncio.create_task(making_.read())
        try:
            while not (await asyncio.wait({reading}, timeout=BEAT_SECONDS))[0]:
                if self.is_stopping():
                    await self.work.write(making.release, making_.taken)
                    raise NotOurs
                await making_.beat()
            await reading
        finally:
            reading.cancel()


class _Making:
    """One child and what it says: lines of progress, a line about the file, the file."""

    def __init__(self, work: Work, taken: Taken, child: Process) -> None:
        assert child.stdin is not None, "it is a pipe"
        assert child.stdout is not None, "it is a pipe"
        self.taken = taken
        self.stdin = child.stdin
        self._stdout = child.stdout
        self._work = work
        self._done = 0

    async def beat(self) -> None:
        if not await self._work.write(making.progress, self.taken, self._done, self._work.clock()):
            raise NotOurs

    async def read(self) -> None:
        while line := await self._stdout.readline():
            said = json.loads(line)
            match said:
                case {"done": done}:
                    self._done = done
                case {"fault": fault}:
                    _log.error("a download's child failed", download=self.taken.id.hex, fault=fault)
                    break
                case _:
                    return await self._keep(said)
        await self._work.write(making.fail, self.taken, self._work.clock())
        return None

    async def _keep(self, made: dict[str, Any]) -> None:
        self._done = made["number"]
        left, position = made["size"], 0
        while left:
            content = await self._stdout.readexactly(min(left, PIECE_BYTES))
            if not await self._work.write(making.keep, self.taken, position, content):
                raise NotOurs
            left, position = left - len(content), position + 1
        checks = making.checks_of(made["checks"])
        if not await self._work.write(making.finish, self.taken, made["number"], checks, self._work.clock()):
            raise NotOurs


async def _ended(child: Process) -> None:
    if child.returncode is None:
        child.kill()
    await child.wait()


async def forget_expired(work: Work) -> int:
    """Files whose hour is over; returns how many."""
    now = work.clock()
    if not await work.read(making.has_expired, now):
        return 0
    return await work.write(making.forget_expired, now)
