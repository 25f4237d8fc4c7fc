"""Entering a signed list: every step is one transaction with one row in the audit, and whoever made it can undo it.

All writers of an event's lists take its ledger first, so of two at once the second reads what the first has written.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from confman.domain.attendance import Typed, meant, numbers_in
from confman.kernel.clock import Clock
from confman.kernel.ids import new_id
from confman.store import attendances, clerk, ledger
from confman.usecases.events import EventView
from confman.usecases.manage.attendance import ADDED, Line, Sheet, Where, first_numbers, sheet, starts_at

PAPER = "paper"


@dataclass(frozen=True, slots=True)
class At:
    """Which list is entered, by whom."""

    event: EventView
    where: Where
    actor: str


# beginning and finishing


@dataclass(frozen=True, slots=True)
class Preset:
    """What everybody is at first: `like` another list of the part, by its key, else present or not."""

    present: bool = True
    like: str | None = None


@dataclass(frozen=True, slots=True)
class Values:
    """What is written of a line; `was` and `step` of a step that changed it, `source` where it is another one."""

    number: int
    present: bool
    was: bool | None = None
    step: int | None = None
    source: str | None = None


def begin(connection: Connection, at: At, preset: Preset, clock: Clock) -> bool:
    """Everybody gets a number. False where somebody has begun it already: then nothing is changed."""
    held = _held(connection, at, clock)
    if held.sheet.begun is not None:
        return False
    where = at.where
    others = attendances.numbers(connection, where.unit)
    like = {row.registration_id: bool(row.present) for row in others if row.half_day == preset.like}
    by_name = sorted((line.row for line in held.lines), key=lambda row: (row["sort_key"], row["id"]))
    numbers = first_numbers(by_name, others, starts_at(at.event, where.part))
    attendances.begin(connection, where.unit, where.key, at.actor, held.now)
    held.write((line, Values(numbers[line.id], _at_first(line, preset, like))) for line in held.lines)
    held.record("attendance-begun", people=len(held.lines))
    return True


def _at_first(line: Line, preset: Preset, like: Mapping[UUID, bool]) -> bool:
    if line.row["present"] is not None:  # whoever was ticked at the desk was there, whatever the others are
        return line.present
    return preset.present if preset.like is None else like.get(line.id, False)


def finish(connection: Connection, at: At, clock: Clock) -> None:
    """That all of it is entered; corrections are possible afterwards. Once more changes nothing."""
    held = _held(connection, at, clock)
    if held.sheet.begun is None or held.sheet.begun["finished_at"] is not None:
        return
    finished = {"finished_at": held.now, "finished_by": at.actor}
    attendances.mark(connection, at.where.unit, at.where.key, finished)
    held.record("attendance-finished", present=held.sheet.here, absent=held.sheet.away)


# entering


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers as typed: of each the other state than the page showed. `carried`: what it showed (`was_seen`)."""

    text: str
    carried: int | None


@dataclass(frozen=True, slots=True)
class States:
    """What they shall be, by number."""

    wanted: Mapping[int, bool]


@dataclass(frozen=True, slots=True)
class Everybody:
    present: bool


Entry = Numbers | States | Everybody


@dataclass(frozen=True, slots=True)
class Entered:
    """`already`: numbers that were as they were wanted, because somebody else was faster."""

    changed: tuple[int, ...]
    already: tuple[int, ...] = ()


def enter(connection: Connection, at: At, entry: Entry, clock: Clock) -> Entered | Typed:
    """`Typed` where something of it is no number of this list: then nothing is changed."""
    held = _held(connection, at, clock)
    wanted = _wanted(held.sheet, entry) if held.sheet.begun is not None else {}
    if isinstance(wanted, Typed):
        return wanted
    now = held.sheet.presence
    sets = {number: present for number, present in wanted.items() if now[number] != present}
    if sets:
        held.step(sets)
        held.record_states("attendance", sets)
    already = () if isinstance(entry, Everybody) else tuple(number for number in wanted if number not in sets)
    return Entered(tuple(sets), already)


def _wanted(before: Sheet, entry: Entry) -> dict[int, bool] | Typed:
    match entry:
        case Numbers(text, carried):
            typed = numbers_in(text, before.by_number)
            return typed if typed.unreadable or typed.unknown else meant(typed.numbers, before.presence, carried)
        case States(wanted):
            strange = tuple(str(number) for number in wanted if number not in before.by_number)
            return Typed(unknown=strange) if strange else dict(wanted)
        case Everybody(present):
            # who has given the place back is there only where somebody says so
            return {line.number: present for line in before.lines if not (present and line.is_gone)}


# undoing


def undo(connection: Connection, at: At, step: int, clock: Clock) -> bool:
    """That member's last step, which is undone by the same again. False where it is another one by now."""
    held = _held(connection, at, clock)
    last, mine = held.sheet.last_step(at.actor)
    sets = {line.number: bool(line.row["was"]) for line in mine if line.row["was"] is not None}
    if not sets or last != step:
        return False
    held.step(sets)
    held.record_states("attendance-undone", sets)
    return True


# who comes besides


def add(connection: Connection, at: At, registration: UUID, source: str, clock: Clock) -> int | None:
    """Somebody who has just been given the part was there; returns their number. Once more changes nothing.

    None where they are not on the list (any more), or it has not begun.
    """
    held = _held(connection, at, clock)
    line = next((line for line in held.lines if line.id == registration), None)
    if line is None or held.sheet.begun is None:
        return None
    if line.is_new or not line.present:
        held.step({line.number: True}, source)
        held.record_states("attendance", {line.number: True}, walk_in=True)
    return line.number


def remove(connection: Connection, at: At, registrations: Sequence[UUID], clock: Clock) -> None:
    """Those who were written below the list by mistake, and whose registration has ended."""
    held = _held(connection, at, clock)
    attendances.forget(connection, at.where.unit, at.where.key, registrations)
    held.record("attendance-undone", walk_in=True, people=len(registrations))


# all of these


@dataclass(frozen=True, slots=True)
class _Held:
    """The list as it stands while nobody else can change it."""

    connection: Connection
    at: At
    sheet: Sheet
    now: datetime

    @property
    def lines(self) -> tuple[Line, ...]:
        return self.sheet.lines

    def write(self, rows: Iterable[tuple[Line, Values]]) -> None:
        where = self.at.where
        attendances.LINES.run(
            self.connection,
            [
                (
                    line.id,
                    *(where.unit, where.key, values.number, values.present, values.was, values.step),
                    values.source or line.row["source"] or PAPER,
                    *(self.now, self.at.actor),
                )
                for line, values in rows
            ],
        )

    def step(self, sets: Mapping[int, bool], source: str | None = None) -> None:
        """Sets what these numbers shall be, and keeps the numbers of who came since the last step."""
        assert self.sheet.begun is not None, "nobody has a number before the entry begins"
        step = self.sheet.begun["steps"] + 1
        new = source in ADDED
        self.write(
            (
                line,
                Values(line.number, sets[line.number], None if new and line.is_new else line.present, step, source)
                if line.number in sets
                else Values(line.number, line.present),
            )
            for line in self.lines
            if line.is_new or line.number in sets
        )
        attendances.mark(self.connection, self.at.where.unit, self.at.where.key, {"steps": step})

    def record(self, verb: str, **facts: Any) -> None:
        """About the list, not about anybody on it."""
        at = self.at
        about = {"half_day": at.where.key, **facts}
        row = (new_id(), at.event.id, at.event.host_id, self.now, at.actor, verb, at.where.unit.hex, about)
        clerk.AUDITS.run(self.connection, [row])

    def record_states(self, verb: str, sets: Mapping[int, bool], **facts: Any) -> None:
        here = sum(sets.values())
        self.record(verb, present=here, absent=len(sets) - here, **facts)


def _held(connection: Connection, at: At, clock: Clock) -> _Held:
    ledger.lock(connection, [at.event.id])
    now = clock()
    return _Held(connection, at, sheet(connection, at.event, at.where), now)
