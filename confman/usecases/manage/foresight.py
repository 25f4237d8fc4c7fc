"""What would come of a request of the team, before it is asked: settled by the same rule, and nothing written."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy import Connection, RowMapping

from confman.domain.errors import Full, Outdated
from confman.domain.ledger import settle
from confman.domain.ledger.book import WAITING, Book
from confman.domain.ledger.requests import (
    Accepted,
    Confirm,
    Hand,
    Moved,
    Outcome,
    Promoted,
    Refused,
    Request,
    Settled,
    Standing,
)
from confman.store import ledger, person_reads
from confman.usecases.acting import Acting
from confman.usecases.events import EventView, reserve_left
from confman.usecases.ledger import Reader, RulesCache, touched
from confman.usecases.registrar import Ask
from confman.usecases.registration_views import row_of

_HEADS = 8
NAMED_AT_MOST = 20


@dataclass(frozen=True, slots=True)
class Decided:
    """Of what is full: where they wait, of what they get one more, and what from its reserve. `tells`: by letter."""

    waits: frozenset[UUID] = frozenset()
    beyond: frozenset[UUID] = frozenset()
    spares: frozenset[UUID] = frozenset()
    tells: bool = True

    def hand(self, who: Acting) -> Hand:
        hand = who.hand(beyond_capacity=bool(self.beyond), tells=self.tells)
        return replace(hand, only=self.beyond, spares=self.spares)

    @property
    def units(self) -> frozenset[UUID]:
        """About which something is decided."""
        return self.waits | self.beyond | self.spares


class Act(Protocol):
    """Something asked for about one registration."""

    def ask(self, event: EventView, row: RowMapping, hand: Hand, *, waits: bool) -> Ask:
        """The request for the ledger. Raises `Malformed`."""


@dataclass(frozen=True, slots=True)
class FullUnit:
    """A part or session of which nothing is left but the `reserve`; `may_wait`: there is a waiting list.

    `waiting` on it.
    """

    unit: UUID
    held: int
    waiting: int
    may_wait: bool
    reserve: int = 0


@dataclass(frozen=True, slots=True)
class Foreseen:
    """`full`: about which nothing is decided yet; then the rest is as if they would wait there, where they may."""

    row: RowMapping
    outcome: Outcome
    full: tuple[FullUnit, ...] = ()
    moves: tuple[Moved, ...] = ()
    others: tuple[Promoted, ...] = ()
    names: Mapping[UUID, RowMapping] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """What is meant, of whom, at which revision they were seen (None = at any), and what is decided."""

    event: EventView
    code: str
    act: Act
    decided: Decided = Decided()
    revision: int | None = None


def foresee(connection: Connection, asked: Question, who: Acting, now: datetime, cache: RulesCache) -> Foreseen:
    """A fixed number of statements. Raises `NotFound`, `Malformed`."""
    row = row_of(connection, asked.event.id, asked.code)
    if asked.revision is not None and row["revision"] != asked.revision:
        return Foreseen(row, Refused(Outdated()))
    hand = asked.decided.hand(who)
    first = asked.act.ask(
        asked.event, row, replace(hand, beyond_capacity=False, spares=frozenset()), waits=False
    ).request
    reader = Reader(connection, ledger.seen(connection, asked.event.id), cache, now)
    trial = _Trial(reader, first)
    full = [unit for unit in trial.full() if unit not in asked.decided.units]
    chosen = asked.act.ask(asked.event, row, hand, waits=True).request
    settled = trial.settle(chosen)
    outcome = settled.outcomes[0]
    shut = outcome.reason.units if isinstance(outcome, Refused) and isinstance(outcome.reason, Full) else ()
    undecided = tuple(trial.full_unit(unit, may_wait=unit not in shut) for unit in dict.fromkeys((*full, *shut)))
    others = settled.changes.promoted
    names = person_reads.named(connection, [one.id for one in others[:NAMED_AT_MOST]])
    return Foreseen(row, outcome, undecided, _moves(outcome), others, names)


def _moves(outcome: Outcome) -> tuple[Moved, ...]:
    if isinstance(outcome, Accepted):
        return tuple(_given(place, outcome) for place in outcome.places)
    return getattr(outcome, "moves", ())


def _given(place: Standing, outcome: Accepted) -> Moved:
    return Moved(place.unit, None, place.state, place.unit in outcome.beyond, place.unit in outcome.spared)


class _Trial:
    """Settles variants of one request against the book as it is now."""

    def __init__(self, reader: Reader, first: Request) -> None:
        self._reader = reader
        self._first = first
        self._k = touched([first]).frees + _HEADS
        self._book: Book = self._read()

    def _read(self) -> Book:
        return self._reader.book(touched([self._first]), self._k)[1]

    def settle(self, request: Request) -> Settled:
        while not isinstance(settled := settle(self._book, [request], self._reader.now), Settled):
            self._k *= 4
            self._book = self._read()
        return settled

    def full(self) -> tuple[UUID, ...]:
        """Of what nothing is left even for a hand."""
        outcome = self.settle(self._first).outcomes[0]
        if isinstance(outcome, Refused) and isinstance(outcome.reason, Full):
            return outcome.reason.units
        if isinstance(outcome, Accepted) and isinstance(self._first, Confirm):  # who comes back waits where it is full
            return tuple(place.unit for place in outcome.places if place.state == WAITING)
        return ()

    def full_unit(self, unit: UUID, *, may_wait: bool) -> FullUnit:
        found = self._book.units[unit]
        return FullUnit(unit, found.held, found.waiting, may_wait, reserve_left(found))
