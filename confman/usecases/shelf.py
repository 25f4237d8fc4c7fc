"""What stands in the lists of a site, kept until anything public changes; searching it asks the database nothing."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from confman.domain import deadlines
from confman.domain.deadlines import Span
from confman.domain.people import search_terms
from confman.domain.values import Texts
from confman.store import shelf_reads
from confman.usecases.events import Places, Row, available, is_shown
from confman.usecases.life import end_of
from confman.usecases.looks import NEVER, Look

_DAY = timedelta(days=1)
_BEST: Sequence[Places] = ("free", "few", "waiting", "full")


@dataclass(frozen=True, slots=True)
class Listed:
    """A public event as lists show it: `row` of shelf_reads, its projects by slug, its documents.

    `found_by`: every word of it after a blank, as `people.search_terms` spells them.
    """

    row: Row
    projects: Mapping[str, Texts]
    documents: tuple[Row, ...]
    found_by: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """All public events by day, those without one last; drafts too, for only the clock says what is one.

    `turns`: when the clock alone changes which are shown and where.
    """

    version: int
    events: tuple[Listed, ...]
    turns: tuple[datetime, ...]

    def visible(self, now: datetime) -> Iterator[Listed]:
        return (listed for listed in self.events if is_shown(listed.row, now))


@dataclass(frozen=True, slots=True)
class Filling:
    """How full an event is as lists tell it: the best that any of its parts offers who registers now.

    `turns`: when the clock alone changes it.
    """

    windows: tuple[Span, ...] = ()
    places: Places | None = None
    turns: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """What lists are made of at an instant: `fillings` of the events to come."""

    shelf: Shelf
    fillings: Mapping[UUID, Filling]
    now: datetime


class Shelves:
    """The present shelf of a node, shared by all its lists; reader's threads ask for it."""

    def __init__(self) -> None:
        self._known: Shelf | None = None

    def current(self, connection: Connection) -> Shelf:
        """In one statement where nothing has changed. Two threads may read a new one at once, which is harmless."""
        self._known = known = current(connection, self._known)
        return known


def current(connection: Connection, known: Shelf | None = None) -> Shelf:
    """The known one where it still is, else a new one, in a fixed number of statements."""
    version = shelf_reads.version(connection)
    if known is not None and known.version == version:
        return known
    projects: dict[UUID, dict[str, Texts]] = {}
    for row in shelf_reads.projects(connection):
        projects.setdefault(row.event_id, {})[row.slug] = row.titles
    documents: dict[UUID, list[Row]] = {}
    for row in shelf_reads.documents(connection):
        documents.setdefault(row["event_id"], []).append(row)
    said: dict[UUID, list[str]] = {}
    for row in shelf_reads.said(connection):
        said.setdefault(row.event_id, []).extend(_words(row.titles, row.given_name, row.family_name))
    rows = shelf_reads.events(connection)
    events = tuple(
        _listed(row, projects.get(row["id"], {}), tuple(documents.get(row["id"], ())), said.get(row["id"], []))
        for row in rows
    )
    return Shelf(version, events, tuple(sorted({turn for listed in events for turn in _turns(listed)})))


def fillings(connection: Connection, now: datetime) -> dict[UUID, Filling]:
    """Of the events to come, in one statement."""
    found: dict[UUID, list[Any]] = {}
    for row in shelf_reads.places(connection, now.date() - _DAY):  # some zone is a day behind
        found.setdefault(row.event_id, []).append(row)
    return {event_id: _filling(rows, now) for event_id, rows in found.items()}


def _filling(rows: list[Any], now: datetime) -> Filling:
    windows = tuple((row.opens_at, row.closes_at or _begins(row)) for row in rows)
    open_rows = [row for row, window in zip(rows, windows, strict=True) if deadlines.is_open(*window, now)]
    words = {_places(row, now) for row in open_rows}
    instants = (*(instant for window in windows for instant in window), *(_promotes_until(row) for row in open_rows))
    turns = tuple(instant for instant in instants if instant is not None)
    return Filling(windows, next((word for word in _BEST if word in words), None), turns)


def _begins(row: Any) -> datetime:
    begins: datetime | None = row.starts_at or row.event_starts_at
    return begins or deadlines.start_of_day(row.starts_on, row.zone)


def _places(row: Any, now: datetime) -> Places:
    return available(row, _promotes_until(row), now, offers_waiting=row.event_offers_waiting).places


def _promotes_until(row: Any) -> datetime | None:
    until: datetime | None = row.promotes_until
    return until or deadlines.promotes_until(row.event_starts_at, row.starts_on, row.zone)


_FOUND_BY = ("titles", "subtitles", "date_text", "series_titles", "venue_name", "venue_city", "host_name")


def _words(*told: Texts | str | None) -> Iterator[str]:
    """All that is said, in every language."""
    for each in told:
        if each:
            yield from (each,) if isinstance(each, str) else each.values()


def _turns(listed: Listed) -> Iterator[datetime]:
    row = listed.row
    instants = (
        row["announced_at"],
        row["published_at"],
        end_of(row),
        *(each["published_at"] for each in listed.documents),
    )
    yield from (instant for instant in instants if instant is not None)


def _listed(row: Row, projects: Mapping[str, Texts], documents: tuple[Row, ...], said: Sequence[str]) -> Listed:
    words = list(_words(*(row[name] for name in _FOUND_BY), *projects.values()))
    words += _words(*(document["titles"] for document in documents), *said)
    if row["starts_on"] is not None:
        words.append(str(row["starts_on"].year))
    return Listed(row, projects, documents, " " + " ".join(search_terms(" ".join(words))))


def look(shelves: Shelves, connection: Connection, now: datetime, _known: Look | None) -> Look:
    """What lists of events show, in two statements where nothing has changed."""
    shelf = shelves.current(connection)
    found = fillings(connection, now)
    turns = sorted({*shelf.turns, *(turn for filling in found.values() for turn in filling.turns)})
    passed = bisect_right(turns, now)
    words = tuple((event_id, filling.places) for event_id, filling in sorted(found.items()))
    return Look(
        version=(shelf.version, passed, words),
        facts=Shown(shelf, found, now),
        fresh_until=turns[passed] if passed < len(turns) else NEVER,
    )
