"""The list of all who are registered, as a table for organisers."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress
from typing import Any, Final, TypeVar

from sqlalchemy import Connection

from confman.domain.deadlines import zone_of
from confman.kernel.i18n import N_, Sentences, sentences_in
from confman.store import list_reads
from confman.store.registration_table import Wanted
from confman.usecases import events
from confman.usecases.events import EventView
from confman.usecases.programme import PartLine, SessionLine, programme, said, units

T = TypeVar("T")
COLUMNS: Final[Mapping[str, str]] = {
    "family_name": N_("Surname"),
    "given_name": N_("Given name"),
    "title": N_("Title"),
    "institution": N_("Institution"),
    "email": N_("E-mail"),
    "category": N_("Category"),
    "status": N_("Status"),
    "parts": N_("Parts"),
    "forum": N_("Forum"),
    "received": N_("Received"),
}
"""What the team needs; answers of any kind are in no list."""

_ENDS = {
    "self": N_("cancelled"),
    "organiser": N_("cancelled by us"),
    "event": N_("event cancelled"),
    "lapse": N_("reservation ended"),
}


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
    """A table of texts, None for no text; `rows` are read while they are taken, on the connection it was asked for."""

    title: str
    language: str
    header: tuple[str, ...]
    rows: Counted[tuple[str | None, ...]]


def participants(
    connection: Connection, slug: str, language: str | None = None, *, ended: bool = False
) -> Participants:
    """The list in that language, else in the event's; of drafts too. Raises `NotFound` where there is no such event."""
    return listed(connection, events.current(connection, slug), language, Wanted("all" if ended else "live"))


def listed(
    connection: Connection,
    event: EventView,
    language: str | None,
    wanted: Wanted,
    columns: Collection[str] = COLUMNS,
) -> Participants:
    """As `participants`, of whom is wanted and with these columns, in the order that all have."""
    spoken = language or event.row["languages"][0]
    speech = sentences_in(spoken)
    table = _Table(event, spoken, speech)
    shown = [key in columns for key in COLUMNS]
    rows = map(table.row, list_reads.listed(connection, event.id, wanted))
    return Participants(
        title=said(event.row["titles"], spoken, event.slug)[0],
        language=speech.language,
        header=tuple(compress((speech.say(name) for name in COLUMNS.values()), shown)),
        rows=Counted(rows if all(shown) else (tuple(compress(row, shown)) for row in rows)),
    )


def states(places: str | None) -> dict[str, str]:
    """The state by unit key of a row's `places`."""
    return dict(pair.split(":") for pair in places.split(" ")) if places else {}


@dataclass(frozen=True, slots=True)
class _Seats:
    """What the places of a person come to in words."""

    has_part: bool
    parts: str | None
    forums: str | None


class _Table:
    def __init__(self, event: EventView, language: str, speech: Sentences) -> None:
        self._speech = speech
        self._zone = zone_of(event.row["zone"])
        self._lines = {list_reads.unit_key(unit): line for unit, line in units(programme(event, language)).items()}
        self._categories = {key: said(row["titles"], language, key)[0] for key, row in event.categories.items()}
        self._ends = {by: speech.say(says) for by, says in _ENDS.items()}
        self._unconfirmed = speech.say(N_("waits for confirmation"))
        self._registered = {True: speech.say(N_("registered")), False: speech.say(N_("waiting list"))}
        self._seats = lru_cache(maxsize=10_000)(self._seated)  # people differ more than what they have chosen

    def row(self, found: Any) -> tuple[str | None, ...]:
        seats = self._seats(found.places)
        return (
            found.family_name or None,
            found.given_name or None,
            found.title,
            found.institution,
            found.email,
            self._categories[found.category],
            self._status(found, seats),
            seats.parts,
            seats.forums,
            # by the event's clocks, so that it sorts as a text too: 2026-11-22 13:00
            found.created_at.astimezone(self._zone).isoformat(" ", "minutes")[:16],
        )

    def _status(self, found: Any, seats: _Seats) -> str:
        if found.ended_by is not None:
            return self._ends[found.ended_by]
        return self._registered[seats.has_part] if found.is_confirmed else self._unconfirmed

    def _seated(self, places: str | None) -> _Seats:
        held = states(places)
        named = [(line, self._place(line, held[key])) for key, line in self._lines.items() if key in held]
        parts = [name for line, name in named if isinstance(line, PartLine)]
        forums = [name for line, name in named if isinstance(line, SessionLine)]
        has_part = any(held.get(key) == "held" and isinstance(line, PartLine) for key, line in self._lines.items())
        return _Seats(has_part, ", ".join(parts) or None, ", ".join(forums) or None)

    def _place(self, line: PartLine | SessionLine, state: str) -> str:
        name = line.name if isinstance(line, SessionLine) else line.title[0]
        match state:
            case "waiting":
                return self._speech.say(N_("{name} (waiting list)"), name=name)
            case "wished":
                return self._speech.say(N_("{name} (once there is a place)"), name=name)
            case _:
                return name
