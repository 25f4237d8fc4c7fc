"""Settles a batch of requests against the database: lock, read, settle, write. The caller commits."""

from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy import Connection

from confman.domain.errors import Outdated, Refusal, Unknown
from confman.domain.ledger import settle
from confman.domain.ledger.bulks import fingerprint
from confman.domain.ledger.requests import Bulk, BulkDone, Outcome, Refused, Request, Resize, Restore, Settled
from confman.kernel.clock import Clock
from confman.store import bulk_undoing, ledger
from confman.usecases.ledger import Reader, RulesCache, touched
from confman.usecases.recording import Ask, NewPerson, Recorder

_SPARE_HEADS = 8

Asks = Sequence[Ask] | Callable[[], Sequence[Ask]]
"""Who asks, or how to know that once the ledger is held."""


def settle_batch(
    connection: Connection, event_id: UUID, asks: Asks, clock: Clock, cache: RulesCache
) -> tuple[Outcome, ...]:
    """Outcomes parallel to the asks. `now` is read after the lock; a fixed number of statements whatever the size.

    Raises `Unknown` where the event has no ledger.
    """
    locked = ledger.lock(connection, [event_id])
    if not locked:
        raise Unknown((event_id,))
    asks = asks() if callable(asks) else asks
    reader = Reader(connection, locked[0], cache, clock())
    outdated = _outdated(connection, asks) | _no_more(reader, asks)
    while True:
        left = [index for index in range(len(asks)) if index not in outdated]
        settled, recorder = _settle(reader, [asks[index] for index in left])
        told = dict(zip(left, settled.outcomes, strict=True))
        if otherwise := {index for index, outcome in told.items() if _is_otherwise(asks[index], outcome)}:
            outdated |= otherwise
            continue
        recorder.record([asks[index] for index in left], settled)
        return tuple(told.get(index, Refused(Outdated())) for index in range(len(asks)))


def _outdated(connection: Connection, asks: Sequence[Ask]) -> frozenset[int]:
    """The places in the batch of those that expect another revision, also one that the batch may change before them."""
    if all(ask.revision is None for ask in asks):
        return frozenset()
    keys: list[UUID | None] = [getattr(ask.request, "id", None) for ask in asks]
    named = [key for key in keys if key is not None]
    revisions = ledger.revisions(connection, named)
    changing: set[UUID] = set()
    outdated: set[int] = set()
    for index, (ask, key) in enumerate(zip(asks, keys, strict=True)):
        if ask.revision is not None and (key is None or key in changing or revisions.get(key) != ask.revision):
            outdated.add(index)
        elif key is not None:
            changing.add(key)
    return frozenset(outdated)


def _no_more(reader: Reader, asks: Sequence[Ask]) -> frozenset[int]:
    """Those that would do a bulk that is done already, or take one back that cannot be taken back any more."""
    connection = reader.connection

    def is_closed(request: Request) -> bool:
        if isinstance(request, Bulk):
            return bulk_undoing.is_known(connection, request.id)
        if isinstance(request, Restore) and request.of_bulk:
            return not bulk_undoing.is_open(connection, request.id, reader.now)
        return False

    return frozenset(index for index, ask in enumerate(asks) if is_closed(ask.request))


def _is_otherwise(ask: Ask, outcome: Outcome) -> bool:
    """Whether a bulk would do something else than what whoever asks was shown."""
    return isinstance(outcome, BulkDone) and ask.bulk is not None and fingerprint(outcome) != ask.bulk.expects


def _settle(reader: Reader, asks: Sequence[Ask]) -> tuple[Settled, Recorder]:
    """Nothing is written yet: the recorder does that."""
    now = reader.now
    requests = [ask.request for ask in asks]
    batch = touched(requests)
    event, book = reader.book(batch, k := batch.frees + _SPARE_HEADS)
    while not isinstance(settled := settle(book, requests, now), Settled):
        event, book = reader.book(batch, k := k * 4)
    return settled, Recorder(reader.connection, reader.event_id, event, book, now)


def resize(
    connection: Connection,
    event_id: UUID,
    sizes: Sequence[tuple[UUID, int | None, int]],
    clock: Clock,
    *,
    insist: bool,
) -> tuple[Refusal | None, ...]:
    """Changed sizes through the ledger: (unit, capacity, reserve) each; a refusal where it cannot be, else None."""
    asks = [Ask(Resize(unit, capacity, reserve, insist), actor="organiser") for unit, capacity, reserve in sizes]
    outcomes = settle_batch(connection, event_id, asks, clock, RulesCache())
    return tuple(outcome.reason if isinstance(outcome, Refused) else None for outcome in outcomes)


__all__ = ["Ask", "NewPerson", "resize", "settle_batch"]
