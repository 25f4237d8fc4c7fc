"""Signed lists of an event: which there are, who stands on them under which number, and who was there.

Whoever holds a part stands on its list. Numbers are given when the entry begins, by name as lists are printed; whoever
comes later follows after the last, first come first, and keeps the number from the next step on.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping

from confman.domain.attendance import HalfDay, half_days, whole_days
from confman.domain.errors import NotFound
from confman.domain.people import full_name
from confman.store import attendances
from confman.usecases.events import EventView, PartView
from confman.usecases.programme import days_of, times_of

WALK_IN = "walk-in"
"""The source of who was written below the list by hand."""
ADMITTED, WAITED = "admitted", "waited"
"""The same of who was registered already: for something else only, or waiting for this part."""
ADDED = frozenset((WALK_IN, ADMITTED, WAITED))


@dataclass(frozen=True, slots=True)
class Where:
    """Which list: a half-day of a part; `halves` are all of that part. `is_alone`: the event has no other list."""

    part: PartView
    half: HalfDay
    halves: tuple[HalfDay, ...]
    is_alone: bool

    @property
    def unit(self) -> UUID:
        return self.part.unit

    @property
    def key(self) -> str:
        return self.half.key


def lists_of(event: EventView) -> tuple[Where, ...]:
    """In the order of the programme."""
    halves = {slug: _halves(event, part) for slug, part in event.parts.items()}
    is_alone = sum(map(len, halves.values())) == 1
    return tuple(Where(event.parts[slug], half, mine, is_alone) for slug, mine in halves.items() for half in mine)


def _halves(event: EventView, part: PartView) -> tuple[HalfDay, ...]:
    starts_at, ends_at = times_of(event.row, part.row, is_only=len(event.parts) == 1)
    if starts_at is None:
        return whole_days(*days_of(event.row, part.row))
    return half_days(starts_at, ends_at, event.row["zone"])


def list_of(event: EventView, part: str, half_day: str) -> Where:
    """Raises `NotFound` where the event has no such part or half-day."""
    found = (where for where in lists_of(event) if (where.part.slug, where.key) == (part, half_day))
    where = next(found, None)
    if where is None:
        raise NotFound
    return where


# who stands on one


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody on a list; `row` as `attendances.lines` reads it. `is_new`: the number is not kept yet."""

    row: RowMapping
    number: int
    present: bool
    is_new: bool

    @property
    def id(self) -> UUID:
        key: UUID = self.row["id"]
        return key

    @property
    def name(self) -> str:
        return full_name(self.row["title"], self.row["given_name"], self.row["family_name"])

    @property
    def surname_first(self) -> str:
        return ", ".join(filter(None, (self.row["family_name"], self.row["given_name"])))

    @property
    def institution(self) -> str:
        return self.row["institution"] or ""

    @property
    def is_gone(self) -> bool:
        """On the list, but has given the place back since."""
        return bool(self.row["state"] != "held")

    @property
    def is_walk_in(self) -> bool:
        return bool(self.row["source"] == WALK_IN)

    @property
    def was_added(self) -> bool:
        """By the step that made the line, together with the place."""
        return self.row["source"] in ADDED and self.row["was"] is None


def numbered(rows: Iterable[RowMapping]) -> tuple[Line, ...]:
    """In the order of their numbers."""
    rows = list(rows)
    kept = sorted((row for row in rows if row["number"] is not None), key=lambda row: int(row["number"]))
    new = sorted((row for row in rows if row["number"] is None), key=lambda row: (row["changed_at"], row["id"]))
    last = kept[-1]["number"] if kept else 0
    lines = [Line(row, row["number"], bool(row["present"]), is_new=False) for row in kept]
    lines += [Line(row, last + after, bool(row["present"]), is_new=True) for after, row in enumerate(new, start=1)]
    return tuple(lines)


@dataclass(frozen=True)
class Sheet:
    """A list as it stands. `begun`: its row of `attendance_sheet`; None: nobody has begun, and nobody has a number.

    `others`: lists of the same part that have begun, by their key. `names`: of members, by their actor.
    """

    where: Where
    begun: RowMapping | None
    others: Mapping[str, RowMapping]
    lines: tuple[Line, ...]
    names: Mapping[str, str]

    @cached_property
    def by_number(self) -> dict[int, Line]:
        return {line.number: line for line in self.lines}

    @cached_property
    def presence(self) -> dict[int, bool]:
        return {line.number: line.present for line in self.lines}

    @property
    def here(self) -> int:
        return sum(line.present for line in self.lines)

    @property
    def away(self) -> int:
        """Without those who said before that they would not come."""
        return sum(not line.present and not line.is_gone for line in self.lines)

    @property
    def absent(self) -> list[Line]:
        return [line for line in self.lines if not line.present and not line.is_gone]

    def last_step(self, actor: str) -> tuple[int, tuple[Line, ...]]:
        """What that member did last here, as far as nobody has changed it since; 0 where they did nothing."""
        steps = [line.row["step"] for line in self.lines if line.row["actor"] == actor and line.row["step"]]
        last = max(steps, default=0)
        lines = (line for line in self.lines if line.row["actor"] == actor and line.row["step"] == last)
        return last, tuple(lines) if last else ()

    def who(self, actor: str | None) -> str:
        """The member's name; empty for who has left the team."""
        return self.names.get(actor or "", "")


def sheet(connection: Connection, event: EventView, where: Where) -> Sheet:
    """Three statements."""
    begun = {row["half_day"]: row for row in attendances.sheets(connection, event.id) if row["unit_id"] == where.unit}
    mine = begun.pop(where.key, None)
    rows = attendances.lines(connection, where.unit, where.key)
    actors = {row["actor"] for row in rows} | ({mine["begun_by"], mine["finished_by"]} if mine else set())
    names = names_of(connection, filter(None, actors))
    return Sheet(where, mine, begun, numbered(rows), names)


def names_of(connection: Connection, actors: Iterable[str]) -> dict[str, str]:
    """What members are called, by the word for them in the audit."""
    ids = {actor: _member(actor) for actor in actors}
    found = attendances.member_names(connection, [key for key in ids.values() if key is not None])
    return {actor: found[key] for actor, key in ids.items() if key in found}


def _member(actor: str) -> UUID | None:
    kind, _, key = actor.partition(" ")
    return UUID(key) if kind == "member" else None


# all of an event


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a list is; `begun` None: not begun, and `away` are all who are expected."""

    where: Where
    begun: RowMapping | None
    here: int
    away: int


def progress(connection: Connection, event: EventView) -> list[Progress]:
    """Three statements, whatever there are."""
    begun = {(row["unit_id"], row["half_day"]): row for row in attendances.sheets(connection, event.id)}
    holders = {(row.unit_id, row.half_day): row for row in attendances.holders(connection, event.id)}
    present = {(row.unit_id, row.half_day): row.present for row in attendances.present(connection, event.id)}
    found = []
    for where in lists_of(event):
        key = (where.unit, where.key)
        mine = holders.get(key)
        others = (row.holders for (unit, _), row in holders.items() if unit == where.unit)
        expected = mine.holders if mine else next(others, 0)
        away = expected - (mine.present if mine else 0)
        found.append(Progress(where, begun.get(key), present.get(key, 0), away))
    return found


def starts_at(event: EventView, part: PartView) -> datetime | None:
    return times_of(event.row, part.row, is_only=len(event.parts) == 1)[0]


def first_numbers(rows: Sequence[RowMapping], before: Iterable[Any], starts: datetime | None) -> dict[UUID, int]:
    """By name, as lists are printed; who registered only after the part had begun stands below.

    `before`: numbers of other lists of the part, for the paper is the same: they are kept, and others follow.
    """
    used: dict[int, UUID] = {}
    numbers: dict[UUID, int] = {}
    for row in before:
        if row.registration_id not in numbers and row.number not in used:
            used[row.number], numbers[row.registration_id] = row.registration_id, row.number
    late = {row["id"]: starts is not None and row["created_at"] >= starts for row in rows}
    new = sorted((row for row in rows if row["id"] not in numbers), key=lambda row: bool(late[row["id"]]))
    last = max(used, default=0)
    return numbers | {row["id"]: last + after for after, row in enumerate(new, start=1)}
