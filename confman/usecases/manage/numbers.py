"""An event in numbers, as its overview and its table show them: each is that of a filter, and finds as many rows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from confman.store import table_reads
from confman.usecases.events import EventView, reserve_left
from confman.usecases.manage.registrations import COUNTED, OVERDUE_AFTER, UNCHOSEN
from confman.usecases.programme import PartLine, Said, SessionLine, programme, said

ENDED = {"self": "cancelled", "organiser": "cancelled", "event": "cancelled", "lapse": "lapsed"}


@dataclass(frozen=True, slots=True)
class Bar:
    """A part or session: how many have it of how many. `more`: what it is called beside its name.

    `reserve`: of the places that are left, those kept back.
    """

    name: str
    more: Said
    capacity: int | None
    reserve: int
    held: int
    waiting: int
    query: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PartBars:
    part: Bar
    sessions: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Unchosen:
    """How many have a place in the part and no session in the slot, which is called `label`."""

    number: int
    label: str
    query: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Other:
    """How many there are of a category that takes no places."""

    name: Said
    number: int
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Numbers:
    """`registered`: live, of categories that take places; `others` are the rest.

    `needs` None: not for whoever asks. `registered_by`: the value of the filter for the first.
    """

    registered: int
    registered_by: str
    unconfirmed: int
    overdue: int
    waiting: int
    cancelled: int
    lapsed: int
    undeliverable: int
    needs: int | None
    others: tuple[Other, ...]
    bars: tuple[PartBars, ...]
    unchosen: tuple[Unchosen, ...]
    live: int
    total: int

    @property
    def fullest(self) -> Bar:
        """The part with most people: how many of them are in the house when it is fullest."""
        return max((each.part for each in self.bars), key=lambda bar: bar.held)

    @property
    def in_house(self) -> int:
        return self.fullest.held + sum(other.number for other in self.others)


def numbers(
    connection: Connection, event: EventView, now: datetime, language: str, *, sees_needs: bool = False
) -> Numbers:
    """Three statements."""
    counts = table_reads.counts(connection, event.id)
    units = table_reads.units(connection, event.id)
    to_do = table_reads.to_do(connection, event.id, now - OVERDUE_AFTER)
    live: dict[UUID, int] = {}
    states = {"unconfirmed": 0, "cancelled": 0, "lapsed": 0}
    for row in counts:
        if row.ended_by is None:
            live[row.category_id] = row.number
            states["unconfirmed"] += row.number - row.confirmed
        else:
            states[ENDED[row.ended_by]] += row.number
    counting = [row for row in event.categories.values() if row["counts"]]
    bars = tuple(_bars(event, units, language))
    return Numbers(
        registered=sum(live.get(row["id"], 0) for row in counting),
        registered_by=counting[0]["key"] if len(counting) == 1 else COUNTED,
        overdue=to_do.overdue,
        waiting=to_do.waiting,
        undeliverable=to_do.undeliverable,
        needs=to_do.needs if sees_needs else None,
        others=tuple(
            Other(said(row["titles"], language, key), live[row["id"]], {"category": key})
            for key, row in event.categories.items()
            if not row["counts"] and row["id"] in live
        ),
        bars=bars,
        unchosen=tuple(_unchosen(event, units, language)),
        live=sum(live.values()),
        total=sum(row.number for row in counts),
        **states,
    )


def _bars(event: EventView, units: Mapping[UUID, Any], language: str) -> Iterator[PartBars]:
    for part in programme(event, language):
        chosen = [session for slot in part.slots for session in slot.sessions if session.unit in units]
        sessions = tuple(_bar(session, units, {"forum": session.row["slug"]}) for session in chosen)
        yield PartBars(_bar(part, units, {"part": part.row["slug"]}), sessions)


def _bar(line: PartLine | SessionLine, units: Mapping[UUID, Any], query: Mapping[str, str]) -> Bar:
    assert line.unit is not None, "what has a bar has places"
    unit = units[line.unit]
    if isinstance(line, SessionLine) and line.label:
        title, language = line.title
        name, more = line.label, (title.removeprefix(line.label).lstrip(": –"), language)
    else:
        name, more = line.title[0], ("", "")
    return Bar(name, more, unit.capacity, reserve_left(unit), unit.held, unit.waiting, query)


def _unchosen(event: EventView, units: Mapping[UUID, Any], language: str) -> Iterator[Unchosen]:
    """Only where one is to be chosen: what is optional nobody misses."""
    for slot in event.slots.values():
        if slot.rule in {"pick_one", "ranked"} and slot.choices:
            chosen = sum(units[row["unit_id"]].held for row in slot.sessions if row["unit_id"] in units)
            number = units[event.parts[slot.part].unit].held - chosen
            if number > 0:
                label = said(slot.row["label"], language, slot.slug)[0]
                yield Unchosen(number, label, {"forum": f"{UNCHOSEN}{slot.slug}"})
