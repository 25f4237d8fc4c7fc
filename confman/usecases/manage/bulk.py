"""Moving and cancelling many at once: what would come of it, doing it, and taking it back while the letters wait."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import Connection, RowMapping

from confman.domain.errors import Full, NotFound, Outdated, Refusal
from confman.domain.ledger import settle
from confman.domain.ledger.book import HELD, RELEASED, WAITING, Unit
from confman.domain.ledger.bulks import fingerprint
from confman.domain.ledger.requests import (
    Bulk,
    BulkDone,
    Cancel,
    Change,
    Choice,
    Done,
    PersonTrace,
    Refused,
    Settled,
    Want,
)
from confman.store import bulk_reads, bulk_undoing, ledger
from confman.usecases.acting import Acting
from confman.usecases.bulk_recording import BulkNote, restore_from
from confman.usecases.clerk import Clerk
from confman.usecases.events import EventView
from confman.usecases.ledger import Reader, RulesCache, touched
from confman.usecases.manage import bulk_letters
from confman.usecases.manage.bulk_people import HELD_FOR, Chosen, Row, Selection, chosen
from confman.usecases.registrar import Ask
from confman.usecases.work import Work

MOST: Final = 500
"""More are not moved or cancelled in one step."""
_HEADS = 8
IfFull = Literal["skip", "wait", "beyond"]


@dataclass(frozen=True, slots=True)
class Target:
    """Where people are moved to: a session of a slot, by their ids."""

    slot: UUID
    unit: UUID


@dataclass(frozen=True, slots=True)
class Errand:
    """What is to be done with whom. `id`: of this very deed; `target` None: they are cancelled."""

    id: UUID
    selection: Selection
    target: Target | None = None
    if_full: IfFull = "skip"
    tells: bool = True

    def request(self, rows: Iterable[Row], who: Acting) -> Bulk:
        """For all of them as one."""
        hand = who.hand(beyond_capacity=self.if_full == "beyond")
        keys = [row["id"] for row in rows]
        if self.target is None:
            return Bulk(self.id, tuple(Cancel(key, "organiser", hand) for key in keys), HELD_FOR, self.tells)
        want = Want(None, {self.target.slot: Choice(self.target.unit)})
        waits = self.if_full == "wait"
        return Bulk(self.id, tuple(Change(key, want, waits, hand=hand) for key in keys), HELD_FOR, self.tells)


@dataclass(frozen=True, slots=True)
class Upward:
    """How many of those who wait for a unit move up, and how many of them from which other unit of its slot."""

    unit: UUID
    moved: int
    waited: int
    left: tuple[tuple[UUID, int], ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """`ways`: how many of whom get the target in which state, by what they had there; None: nothing.

    `spared`: how many of these places were kept back. `refused`: who stays as they are, and why; None: there was
    nothing to do. `told`: how many can be written to, `untold`: how many have no address.
    """

    errand: Errand
    chosen: Chosen
    expects: str
    changed: int
    ways: Mapping[tuple[UUID | None, str], int]
    spared: int
    given_up: Mapping[UUID, int]
    refused: tuple[tuple[Row, Refusal | None], ...]
    upward: tuple[Upward, ...]
    after: Unit | None
    told: int
    untold: int
    moved_up: Mapping[UUID, RowMapping] = field(default_factory=dict)

    @property
    def is_full(self) -> bool:
        """Whether it matters what is done where there is no place."""
        return self.errand.if_full != "skip" or any(isinstance(reason, Full) for _, reason in self.refused)


def preview(connection: Connection, event: EventView, errand: Errand, who: Acting, now: datetime) -> Preview | Chosen:
    """What would come of it now, by the ledger's own rule; nothing is written. Chosen: nobody, or too many.

    A fixed number of statements.
    """
    people = chosen(connection, event, errand.selection)
    if not 0 < len(people.rows) <= MOST:
        return people
    bulk = errand.request(people.rows, who)
    reader = Reader(connection, ledger.seen(connection, event.id), RulesCache(), now)
    batch = touched([bulk])
    _, book = reader.book(batch, k := batch.frees + _HEADS)
    while not isinstance(settled := settle(book, [bulk], now), Settled):
        _, book = reader.book(batch, k := k * 4)
    done = _done(settled)
    others = {trace.id for trace in done.people} - {row["id"] for row in people.rows}
    named = {row["id"]: row for row in bulk_reads.by_ids(connection, event.id, sorted(others))}
    return _seen(errand, people, settled, _after(errand, book.units, done), named)


def _done(settled: Settled) -> BulkDone:
    done = settled.outcomes[0]
    assert isinstance(done, BulkDone), "a bulk has this outcome"
    return done


def _after(errand: Errand, units: Mapping[UUID, Unit], done: BulkDone) -> Unit | None:
    """The target as it will be."""
    if errand.target is None or errand.target.unit not in units:
        return None
    unit = units[errand.target.unit].copy()
    for trace in done.units:
        if trace.unit == unit.id:
            unit.held, unit.waiting, unit.reserve = trace.after.held, trace.after.waiting, trace.after.reserve
    return unit


def _seen(
    errand: Errand,
    people: Chosen,
    settled: Settled,
    after: Unit | None,
    named: Mapping[UUID, RowMapping],
) -> Preview:
    done = _done(settled)
    traces = {trace.id: trace for trace in done.people}
    changed, refused = [], []
    for row, outcome in zip(people.rows, done.outcomes, strict=True):
        if isinstance(outcome, Done) and outcome.changed:
            changed.append(traces[row["id"]])
        else:
            refused.append((row, outcome.reason if isinstance(outcome, Refused) else None))
    concerned = {trace.id for trace in changed} | named.keys()
    addresses = {row["id"]: row["email"] for row in (*people.rows, *named.values())}
    return Preview(
        errand=errand,
        chosen=people,
        expects=fingerprint(done),
        changed=len(changed),
        ways=_ways(errand, changed),
        spared=_spared(errand, done),
        given_up=_given_up(errand, changed),
        refused=tuple(refused),
        upward=tuple(_upward(settled, done)),
        after=after,
        told=sum(bool(addresses[key]) for key in concerned),
        untold=sum(not addresses[key] for key in concerned),
        moved_up=named,
    )


def _ways(errand: Errand, changed: Iterable[PersonTrace]) -> Mapping[tuple[UUID | None, str], int]:
    ways: Counter[tuple[UUID | None, str]] = Counter()
    if errand.target is None:
        return ways
    for trace in changed:
        held = next((row.unit for row in trace.before if row.lane == errand.target.slot and row.state == HELD), None)
        state = next(row.state for row in trace.after if row.unit == errand.target.unit)
        ways[held, state] += 1
    return ways


def _spared(errand: Errand, done: BulkDone) -> int:
    target = None if errand.target is None else errand.target.unit
    return sum(trace.before.reserve - trace.after.reserve for trace in done.units if trace.unit == target)


def _given_up(errand: Errand, changed: Iterable[PersonTrace]) -> Mapping[UUID, int]:
    """How many waited for something else in this slot, and do no more."""
    given_up: Counter[UUID] = Counter()
    if errand.target is None:
        return given_up
    for trace in changed:
        after = {row.unit: row.state for row in trace.after}
        for row in trace.before:
            if row.lane == errand.target.slot and row.state == WAITING and after[row.unit] == RELEASED:
                given_up[row.unit] += 1
    return given_up


def _upward(settled: Settled, done: BulkDone) -> Iterable[Upward]:
    moved: Counter[UUID] = Counter()
    left: dict[UUID, Counter[UUID]] = {}
    traces = {trace.id: trace for trace in done.people}
    for key in dict.fromkeys(one.id for one in settled.changes.promoted if one.id in traces):
        before = {row.unit: row for row in traces[key].before}
        after = {row.unit: row for row in traces[key].after}
        for unit, row in after.items():
            if row.state == HELD and unit in before and before[unit].state == WAITING:
                moved[unit] += 1
                from_ = left.setdefault(unit, Counter())
                from_.update(
                    old.unit
                    for old in before.values()
                    if old.lane is not None and old.lane == row.lane and old.state == HELD
                )
    waited = {trace.unit: trace.before.waiting for trace in done.units}
    for unit, number in moved.items():
        yield Upward(unit, number, max(waited.get(unit, number), number), tuple(left[unit].items()))


@dataclass(frozen=True, slots=True)
class Office:
    """Where it is asked for, and by whom."""

    work: Work
    clerk: Clerk
    event: EventView
    who: Acting


async def carry_out(at: Office, errand: Errand, expects: str) -> BulkDone | None:
    """None: it would do something else than was seen, or it is done already (`is_known`)."""
    people = await at.work.read(chosen, at.event, errand.selection)
    if not 0 < len(people.rows) <= MOST:
        return None
    note = BulkNote("cancel" if errand.target is None else "move", expects)
    ask = Ask(errand.request(people.rows, at.who), actor=at.who.actor, bulk=note)
    outcome = await at.clerk.ask(at.event.id, ask)
    if isinstance(outcome, Refused) and isinstance(outcome.reason, Outdated):
        return None
    assert isinstance(outcome, BulkDone), "a bulk is done or outdated"
    return outcome


# afterwards


@dataclass(frozen=True, slots=True)
class Action:
    """`row`: the columns of bulk_action. `letters`: how many it has caused that there still are."""

    row: RowMapping
    letters: int

    def is_open(self, now: datetime) -> bool:
        """Whether it may still be taken back."""
        return self.row["undone_at"] is None and now < self.row["until"]


def action(connection: Connection, event: EventView, action_id: UUID) -> Action:
    """Two statements. Raises `NotFound`."""
    row = bulk_undoing.one(connection, event.id, action_id)
    if row is None:
        raise NotFound
    return Action(row, bulk_undoing.letters_of(connection, action_id))


def is_known(connection: Connection, event: EventView, action_id: UUID) -> bool:
    return bulk_undoing.one(connection, event.id, action_id) is not None


async def take_back(at: Office, action_id: UUID) -> Refusal | None:
    """None: it is as if it had not been done, also where it was taken back before. `Outdated`: the letters have left.

    Raises `NotFound`.
    """
    found = await at.work.read(action, at.event, action_id)
    if found.row["undone_at"] is not None:
        return None
    if found.row["kind"] == "letter":
        return await at.work.write(bulk_letters.take_back, at.event, action_id, at.who, at.work.clock)
    if found.row["facts"] is None:
        return Outdated()
    request = restore_from(action_id, found.row["facts"])
    outcome = await at.clerk.ask(at.event.id, Ask(request, actor=at.who.actor))
    if not isinstance(outcome, Refused):
        return None
    again = await at.work.read(action, at.event, action_id)
    return None if again.row["undone_at"] is not None else outcome.reason


def named(connection: Connection, event: EventView, ids: Iterable[UUID]) -> dict[UUID, Any]:
    """Names by registration."""
    return {row["id"]: row for row in bulk_reads.by_ids(connection, event.id, sorted(set(ids)))}
