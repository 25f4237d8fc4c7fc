"""The list of all who are registered, as a table for organisers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Connection

from confman.domain.deadlines import zone_of
from confman.kernel.i18n import N_, Sentences, sentences_in
from confman.store import list_reads
from confman.usecases import events
from confman.usecases.events import EventView
from confman.usecases.programme import PartLine, SessionLine, programme, said, units

T = TypeVar("T")
COLUMNS = (
    N_("Surname"),
    N_("Given name"),
    N_("Title"),
    N_("Institution"),
    N_("E-mail"),
    N_("Category"),
    N_("Status"),
    N_("Parts"),
    N_("Forum"),
    N_("Received"),
)
"""What the team needs; answers of any kind are in no list."""

_ENDS = {
    "self": N_("cancelled"),
    "organiser": N_("cancelled by us"),
    "event": N_("event cancelled"),
    "lapse": N_("reservation ended"),
}


@dataclass(frozen=True, slots=True)
class Person:
    """A registration with its places: state by unit. `row` has the columns of `store.list_reads.people`."""

    row: Any
    places: Mapping[UUID, str]


class Counted(Iterator[T]):
    """What is taken one by one, and how many were taken."""

    def __init__(self, items: Iterator[T]) -> None:
        self._items = items
        self.number = 0

    def __next__(self) -> T:
        item = next(self._items)
        self.number += 1
        return item


@dataclass(frozen=True, slots=True)
class Participants:
    """A table of texts, None where there is none; `rows` are read while they are taken, on the connection it was asked for."""

    title: str
    language: str
    header: tuple[str, ...]
    rows: Counted[tuple[str | None, ...]]


def people(connection: Connection, event_id: UUID, *, ended: bool = False) -> Iterator[Person]:
    """All of an event by name, in one statement and bounded memory."""
    for _, rows in groupby(list_reads.people(connection, event_id, ended=ended), attrgetter("id")):
        found = list(rows)
        yield Person(found[0], {row.unit_id: row.state for row in found if row.unit_id is not None})


def participants(
    connection: Connection, slug: str, language: str | None = None, *, ended: bool = False
) -> Participants:
    """The list in that language, else in the event's; of drafts too. Raises `NotFound` where there is no such event."""
    event = events.current(connection, slug)
    spoken = language or event.row["languages"][0]
    speech = sentences_in(spoken)
    table = _Table(event, spoken, speech, units(programme(event, spoken)))
    return Participants(
        title=said(event.row["titles"], spoken, slug)[0],
        language=speech.language,
        header=tuple(speech.say(name) for name in COLUMNS),
        rows=Counted(table.row(person) for person in people(connection, event.id, ended=ended)),
    )


@dataclass(frozen=True, slots=True)
class _Table:
    event: EventView
    language: str
    speech: Sentences
    lines: Mapping[UUID, PartLine | SessionLine]

    def row(self, person: Person) -> tuple[str | None, ...]:
        row = person.row
        parts = [self._place(line, person) for unit, line in self.lines.items() if _is_part(line, unit, person)]
        forums = [self._place(line, person) for unit, line in self.lines.items() if _is_session(line, unit, person)]
        return (
            row.family_name or None,
            row.given_name or None,
            row.title,
            row.institution,
            row.email,
            said(row.category_titles, self.language)[0],
            self._status(person),
            ", ".join(parts) or None,
            ", ".join(forums) or None,
            _wall(row.created_at, self.event.row["zone"]),
        )

    def _status(self, person: Person) -> str:
        row = person.row
        if row.ended_by is not None:
            return self.speech.say(_ENDS[row.ended_by])
        if row.confirmed_at is None:
            return self.speech.say(N_("waits for confirmation"))
        has_part = any(person.places.get(part.unit) == "held" for part in self.event.parts.values())
        return self.speech.say(N_("registered")) if has_part else self.speech.say(N_("waiting list"))

    def _place(self, line: PartLine | SessionLine, person: Person) -> str:
        assert line.unit is not None, "only what has places is in the table"
        name = line.name if isinstance(line, SessionLine) else line.title[0]
        match person.places[line.unit]:
            case "waiting":
                return self.speech.say(N_("{name} (waiting list)"), name=name)
            case "wished":
                return self.speech.say(N_("{name} (once there is a place)"), name=name)
            case _:
                return name


def _is_part(line: PartLine | SessionLine, unit: UUID, person: Person) -> bool:
    return isinstance(line, PartLine) and unit in person.places


def _is_session(line: PartLine | SessionLine, unit: UUID, person: Person) -> bool:
    return isinstance(line, SessionLine) and unit in person.places


def _wall(instant: datetime, zone: str) -> str:
    """By the event's clocks, so that it sorts as a text too: 2026-11-22 13:00."""
    return f"{instant.astimezone(zone_of(zone)):%Y-%m-%d %H:%M}"
