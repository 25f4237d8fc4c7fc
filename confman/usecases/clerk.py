"""The clerk: one queue per event, drained in batches; an answer means committed.

A node on SQLite has it in a process of its own (`clerk_process`); this is the clerk itself, wherever it works.
"""

import asyncio
from collections import deque
from collections.abc import Iterable
from threading import Lock
from typing import Protocol
from uuid import UUID

from sqlalchemy.exc import DataError, IntegrityError

from confman.domain.errors import Interrupted, Overloaded
from confman.domain.ledger.requests import Outcome
from confman.usecases.ledger import RulesCache
from confman.usecases.registrar import Ask, settle_batch
from confman.usecases.work import Work

BATCH = 128
AT_MOST_ASKING = 2_000
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

    def __init__(self, work: Work) -> None:
        self._work = work
        self._cache = RulesCache()
        self._queues: dict[UUID, deque[_Waiting]] = {}
        self._drains: set[asyncio.Task[None]] = set()
        self._batches = asyncio.Semaphore(AT_MOST_BATCHES)
        self._asking = 0
        self._busy_since = 0.0
        self._closed = False

    async def open(self) -> None:
        """Nothing takes a while here."""

    async def ask(self, event_id: UUID, ask: Ask) -> Outcome:
        return await self.hand_in(event_id, ask)

    def hand_in(self, event_id: UUID, ask: Ask) -> asyncio.Future[Outcome]:
        """As `ask`, for whoever fetches many answers. Raises `Overloaded` at once."""
        if self._closed or self._asking >= AT_MOST_ASKING:
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
        self._asking += 1
        return answer

    def busy_seconds(self) -> float:
        return asyncio.get_running_loop().time() - self._busy_since if self._queues else 0.0

    @property
    def asking(self) -> int:
        return self._asking

    async def close(self) -> None:
        self._closed = True
        while self._drains:
            await asyncio.wait(self._drains)

    async def _drain(self, event_id: UUID, queue: deque[_Waiting]) -> None:
        batch = _Batch(queue)
        try:
            while queue:
                async with self._batches:
                    await self._settle(event_id, batch)
                self._asking -= len(batch.taken)
                batch = _Batch(queue)
        finally:  # somebody is left without an answer only where this was cancelled
            del self._queues[event_id]
            batch.close()
            self._asking -= len(batch.taken) + len(queue)
            _refuse(batch.taken, Interrupted())
            _refuse(queue, Overloaded())

    async def _settle(self, event_id: UUID, batch: "_Batch") -> None:
        try:
            outcomes = await self._work.write(settle_batch, event_id, batch.asks, self._work.clock, self._cache)
        except (IntegrityError, DataError) as error:
            await self._one_by_one(event_id, batch, error)
        except Exception as error:  # noqa: BLE001 - whatever it is, everybody who waits for this batch is told
            if not batch.taken:  # it came before the ledger was held
                batch.asks()
            _refuse(batch.taken, error)
        else:
            for (_, answer), outcome in zip(batch.taken, outcomes, strict=True):
                if not answer.done():  # whoever asked may have gone
                    answer.set_result(outcome)

    async def _one_by_one(self, event_id: UUID, batch: "_Batch", error: Exception) -> None:
        """Only after an error that names data: so one bad request does not take the others with it."""
        if len(batch.taken) == 1:
            _refuse(batch.taken, error)
            return
        for waiting in batch.taken:
            await self._settle(event_id, _Batch(deque([waiting])))


class _Batch:
    """The next of an event's queue. Who is in it is decided as late as may be: when the ledger is held.

    With two nodes each waits for the other as long as a batch takes, and what came meanwhile needs none of its own.
    """

    def __init__(self, queue: deque[_Waiting]) -> None:
        self.taken: list[_Waiting] = []
        self._queue = queue
        self._closed = False
        self._lock = Lock()

    def asks(self) -> list[Ask]:
        """In the writer's thread; again, and with more perhaps, where its transaction is tried again."""
        with self._lock:
            while self._queue and len(self.taken) < BATCH and not self._closed:
                self.taken.append(self._queue.popleft())
        return [ask for ask, _ in self.taken]

    def close(self) -> None:
        """Nobody is taken any more."""
        with self._lock:
            self._closed = True


def _refuse(waiting: Iterable[_Waiting], error: Exception) -> None:
    """Tells those who have no answer yet."""
    for _, answer in waiting:
        if not answer.done():
            answer.set_exception(error)
