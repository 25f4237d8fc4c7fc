"""Several processes that ask for the same few places at the same moment, each with connections of its own."""

import multiprocessing
import random
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from threading import Barrier
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from confman.domain.ledger.requests import Accepted, Outcome, Refused, Register
from confman.kernel.clock import Clock, system_clock
from confman.kernel.db import Database, constraint_of, open_database
from confman.usecases import work
from confman.usecases.ledger import RulesCache
from confman.usecases.registrar import Ask, settle_batch
from tests.builders import AnEvent, a_registration

Settler = Callable[[Connection, UUID, Sequence[Ask], Clock, RulesCache], tuple[Outcome, ...]]
_PATIENCE_SECONDS = 60
_SHARED = 6  # one of so many requests is for somebody for whom all others ask too


@dataclass(frozen=True)
class Contest:
    """`events` one after the other, each asked for by all contenders at once in batches of 1 to `largest` requests.

    `accepts_waiting`: the slugs of events where people would wait. `settler`, `opens`: other ways, for the controls.
    """

    url: str
    events: Sequence[AnEvent]
    accepts_waiting: frozenset[str] = frozenset()
    processes: int = 4
    threads: int = 1
    largest: int = 16
    settler: Settler = settle_batch
    opens: Callable[[str], Database] = open_database

    @property
    def contenders(self) -> int:
        return self.processes * self.threads


@dataclass
class Told:
    """What contenders were told. `held`: places given, by event."""

    attempts: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    held: Counter[UUID] = field(default_factory=Counter)

    def add(self, made: AnEvent, outcomes: Sequence[Outcome]) -> None:
        self.attempts += len(outcomes)
        for outcome in outcomes:
            self.outcomes[_name(outcome)] += 1
            self.held[made.id] += isinstance(outcome, Accepted) and outcome.answer.outcome == "held"

    def refuse(self, error: IntegrityError, attempts: int) -> None:
        self.attempts += attempts
        self.outcomes[f"refused by {constraint_of(error)}"] += attempts

    def merge(self, other: "Told") -> None:
        self.attempts += other.attempts
        self.outcomes += other.outcomes
        self.held += other.held


def _name(outcome: Outcome) -> str:
    match outcome:
        case Accepted(answer=answer):
            return answer.outcome
        case Refused(reason):
            return reason.slug
        case _:
            return type(outcome).__name__


def run(contest: Contest) -> Told:
    """Starts the processes, waits for all, adds up."""
    context = multiprocessing.get_context("forkserver")  # never forks this process with its connections
    context.set_forkserver_preload([__name__])
    barrier = context.Barrier(contest.contenders)
    told = Told()
    with ProcessPoolExecutor(contest.processes, context, _enter, (contest, barrier)) as pool:
        for one in pool.map(_contend, range(contest.processes)):
            told.merge(one)
    return told


def applicants(contest: Contest, made: AnEvent) -> int:
    """How many people ask for a place of the event in this contest."""
    asks = [ask for contender in range(contest.contenders) for ask in _asks(contest, made, contender)]
    return len({ask.request.identity for ask in asks if isinstance(ask.request, Register)})


class _Here:
    """What a contending process was given when it started."""

    contest: Contest
    barrier: Barrier


def _enter(contest: Contest, barrier: Barrier) -> None:
    _Here.contest, _Here.barrier = contest, barrier


def _contend(process: int) -> Told:
    contest, told = _Here.contest, Told()
    database, cache = contest.opens(contest.url), RulesCache()
    with ThreadPoolExecutor(contest.threads) as pool:
        places = [process * contest.threads + thread for thread in range(contest.threads)]
        for one in pool.map(lambda place: _ask_for_all(database, cache, place), places):
            told.merge(one)
    database.dispose()
    return told


def _ask_for_all(database: Database, cache: RulesCache, contender: int) -> Told:
    contest, told = _Here.contest, Told()
    try:
        for made in contest.events:
            asks = _asks(contest, made, contender)
            _Here.barrier.wait(_PATIENCE_SECONDS)
            try:
                told.add(made, work.write(database, contest.settler, made.id, asks, system_clock, cache))
            except IntegrityError as error:
                told.refuse(error, len(asks))
    except BaseException:
        _Here.barrier.abort()  # the others need not wait for us
        raise
    return told


def _asks(contest: Contest, made: AnEvent, contender: int) -> list[Ask]:
    """The same again for the same contender and event; some are for people for whom the other contenders ask too."""
    chance = random.Random(f"{made.slug} {contender}")
    waits = made.slug in contest.accepts_waiting
    asks = []
    for number in range(chance.randint(1, contest.largest)):
        if chance.randrange(_SHARED) == 0:
            asks.append(_shared(a_registration(made, f"Both{number % 3}", accept_waiting=waits), chance))
        else:
            asks.append(a_registration(made, f"By{contender}n{number}", accept_waiting=waits))
    return asks


def _shared(ask: Ask, chance: random.Random) -> Ask:
    """Every other one is the same request sent twice, the rest are people who press the button in two windows."""
    assert isinstance(ask.request, Register)
    if chance.randrange(2):
        return ask
    name = ask.request.identity.name_key
    return replace(ask, request=replace(ask.request, key=f"api:{name}", digest=name.encode().ljust(32)))
