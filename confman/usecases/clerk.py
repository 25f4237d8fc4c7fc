"""The clerk: one queue per event, drained in batches; an answer means committed.

A node that serves has it in a process of its own (`clerk_process`); this is the clerk itself, wherever it works.
"""

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Protocol
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.exc import DataError, IntegrityError

from confman.domain.errors import Interrupted, Overloaded
from confman.domain.ledger.requests import Outcome
from confman.kernel.clock import Clock
from confman.usecases.ledger import RulesCache
from confman.usecases.registrar import Ask, Settler, settle_batch
from confman.usecases.work import Work

BATCH = 128
AT_MOST_WAITING = 2_000
AT_MOST_BATCHES = 4

_Waiting = tuple[Ask, asyncio.Future[Outcome]]


class Clerk(Protocol):
    """Takes requests for any event; requests of one event are settled in the order they came."""

    async def ask(self, event_id: UUID, ask: Ask) -> Outcome:
        """Raises `Overloaded` (nothing recorded) or `Interrupted` (may be recorded; sending again is safe)."""
        ...

    def busy_seconds(self) -> float:
        """For how long without a pause somebody has been waiting for an answer; 0 while nobody is."""
        ...

    @property
    def asking(self) -> int:
        """How many requests have no answer yet."""
        ...

    async def open(self) -> None:
        """Makes ready what takes a while; without it the first to ask waits for that."""
        ...

    async def close(self) -> None:
        """Takes nothing more, answers all that waits."""
        ...


class LocalClerk:
    """The clerk in this process.

    No timer: who is alone is settled at once, who comes while a batch is under way is in the next one.
    """

    def __init__(self, work: Work, settler: Settler = settle_batch) -> None:
        self._work = work
        self._settler = settler
        self._cache = RulesCache()
        self._queues: dict[UUID, deque[_Waiting]] = {}
        self._drains: set[asyncio.Task[None]] = set()
        self._batches = asyncio.Semaphore(AT_MOST_BATCHES)
        self._waiting = 0
        self._asking = 0
        self._busy_since = 0.0
        self._closed = False

    async def open(self) -> None:
        """Nothing takes a while here."""

    async def ask(self, event_id: UUID, ask: Ask) -> Outcome:
        answer = self.hand_in(event_id, ask)
        self._asking += 1
        try:
            return await answer
        finally:
            self._asking -= 1

    def hand_in(self, event_id: UUID, ask: Ask) -> asyncio.Future[Outcome]:
        """As `ask`, for whoever fetches many answers. Raises `Overloaded` at once."""
        if self._closed or self._waiting >= AT_MOST_WAITING:
            raise Overloaded
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        queue = self._queues.get(event_id)
        if queue is None:
            if not self._queues:
                self._busy_since = asyncio.get_running_loop().time()
            queue = self._queues[event_id] = deque()
            drain = asyncio.create_task(self._drain(event_id, queue))
            self._drains.add(drain)
            drain.add_done_callback(self._drains.discard)
        queue.append((ask, answer))
        self._waiting += 1
        return answer

    def busy_seconds(self) -> float:
        return asyncio.get_running_loop().time() - self._busy_since if self._queues else 0.0

    @property
    def waiting(self) -> int:
        """How many requests are in no batch yet."""
        return self._waiting

    @property
    def asking(self) -> int:
        return self._asking

    async def close(self) -> None:
        self._closed = True
        while self._drains:
            await asyncio.wait(self._drains)

    async def _drain(self, event_id: UUID, queue: deque[_Waiting]) -> None:
        batch: Sequence[_Waiting] = ()
        try:
            while queue:
                async with self._batches:
                    batch = [queue.popleft() for _ in range(min(BATCH, len(queue)))]
                    self._waiting -= len(batch)
                    await self._settle(event_id, batch)
        finally:  # somebody is left without an answer only where this was cancelled
            del self._queues[event_id]
            self._waiting -= len(queue)
            _refuse(batch, Interrupted())
            _refuse(queue, Overloaded())

    async def _settle(self, event_id: UUID, batch: Sequence[_Waiting]) -> None:
        try:
            outcomes = await self._work.write(_run, self._settler, event_id, [ask for ask, _ in batch], self)
        except (IntegrityError, DataError) as error:
            await self._one_by_one(event_id, batch, error)
        except Exception as error:  # noqa: BLE001 - whatever it is, everybody who waits for this batch is told
            _refuse(batch, error)
        else:
            for (_, answer), outcome in zip(batch, outcomes, strict=True):
                if not answer.done():  # whoever asked may have gone
                    answer.set_result(outcome)

    async def _one_by_one(self, event_id: UUID, batch: Sequence[_Waiting], error: Exception) -> None:
        """Only after an error that names data: so one bad request does not take the others with it."""
        if len(batch) == 1:
            _refuse(batch, error)
            return
        for waiting in batch:
            await self._settle(event_id, [waiting])

    @property
    def clock(self) -> Clock:
        return self._work.clock

    @property
    def cache(self) -> RulesCache:
        return self._cache


def _refuse(waiting: Iterable[_Waiting], error: Exception) -> None:
    """Tells those who have no answer yet."""
    for _, answer in waiting:
        if not answer.done():
            answer.set_exception(error)


def _run(
    connection: Connection, settler: Settler, event_id: UUID, asks: Sequence[Ask], of: LocalClerk
) -> tuple[Outcome, ...]:
    return settler(connection, event_id, asks, of.clock, of.cache)
