"""What the page of an event shows, and until when: its view, what is around it, and the words for its places."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection

from confman.domain.deadlines import start_of_day, zone_of
from confman.domain.errors import NotFound
from confman.store import document_reads, page_reads
from confman.usecases import events
from confman.usecases.events import EventView, Places, Row
from confman.usecases.life import end_of, life
from confman.usecases.looks import NEVER, Look

MARKED = timedelta(days=14)
"""For so long, the programme marks what has moved in it."""

LAST_DAYS = 3
"""So many days before it closes, the page counts the days that are left."""


@dataclass(frozen=True, slots=True)
class EventPage:
    """`places` by unit, empty while nobody can register. `neighbours`: all of the series, drafts and itself too."""

    event: EventView
    now: datetime
    places: Mapping[UUID, Places]
    bodies: tuple[Row, ...]
    neighbours: tuple[Row, ...]
    documents: tuple[Row, ...]


def look(kept: EventView, connection: Connection, now: datetime, known: Look | None) -> Look:
    """One statement, two while people can register; more only where the event is new. Raises `NotFound`.

    `kept`: the view as the catalogue has it, perhaps of yesterday.
    """
    found = page_reads.version(connection, kept.slug)
    if found is None:
        raise NotFound
    version = (found.id, found.revision, found.programme_version, found.series_version)
    if known is not None and known.version[0] == version:
        page: EventPage = known.facts
    else:
        page = _page(connection, version, kept)
    event = page.event
    if not event.is_visible(now):
        raise NotFound
    available = events.availability(connection, event, now) if life(event, now) == "open" else {}
    turns = sorted({*_turns(page), *(found.promotes_until for found in available.values() if found.promotes_until)})
    passed = bisect_right(turns, now)
    places = {unit: available.places for unit, available in available.items()}
    return Look(
        version=(version, passed, tuple(sorted(places.items()))),
        facts=replace(page, now=now, places=places),
        fresh_until=turns[passed] if passed < len(turns) else NEVER,
    )


def _page(connection: Connection, version: tuple[UUID, int, int, int], kept: EventView) -> EventPage:
    is_current = (kept.id, *kept.version) == version[:3]
    event = kept if is_current else events.view(connection, version[0], version[1:3])
    series_id = event.row["series_id"]
    neighbours = page_reads.neighbours(connection, series_id) if series_id is not None else ()
    return EventPage(
        event=event,
        now=event.row["changed_at"],
        places={},
        bodies=tuple(page_reads.bodies(connection, event.id)),
        neighbours=tuple(neighbours),
        documents=tuple(document_reads.of_event(connection, event.id)),
    )


def _turns(page: EventPage) -> Iterator[datetime]:
    """All instants at which the clock alone changes what is shown."""
    event, row = page.event, page.event.row
    for shown in (row, *page.neighbours):
        yield from (shown[name] for name in ("announced_at", "published_at", "cancelled_at") if shown[name] is not None)
    for part in event.rules.rules.parts.values():
        yield from (instant for instant in (part.opens_at, part.closes_at) if instant is not None)
    end = end_of(row)
    if end is not None:
        yield end
    yield from (document["published_at"] for document in page.documents if document["published_at"] is not None)
    for slot in event.slots.values():
        if slot.row["choice_opens_at"] is not None:
            yield slot.row["choice_opens_at"]
        moves = (session["moved_from"] for session in slot.sessions if session["moved_from"] is not None)
        yield from (datetime.fromisoformat(move["at"]) + MARKED for move in moves)
    _, closes_at = events.window(event)
    if closes_at is not None:
        last = (closes_at - timedelta(microseconds=1)).astimezone(zone_of(row["zone"])).date()
        yield from (start_of_day(last - timedelta(days=days), row["zone"]) for days in range(LAST_DAYS))
