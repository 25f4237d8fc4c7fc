"""Writes calendars from the database: first their version, and only where that is new the rest of it."""

from collections.abc import Iterable, Iterator, MutableMapping
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, Literal

from sqlalchemy import Connection

from confman.domain.errors import NotFound
from confman.kernel.i18n import LANGUAGES, N_, sentences_in
from confman.render.calendar import Feed, calendar_bytes, event_bytes
from confman.store import event_reads, feed_reads
from confman.usecases import events
from confman.usecases.events import Row
from confman.usecases.feed_entries import is_public, language_of, part_entry, session_entries, state_of, turns
from confman.usecases.feed_values import How, Version, Wanted, Written
from confman.usecases.programme import said

_END_OF_TIME = datetime.max.replace(tzinfo=UTC)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

Entries = MutableMapping[tuple[object, ...], bytes]
"""What was written of each part, by all that it depends on."""


def current(connection: Connection, wanted: Wanted, known: Written | None, how: How, entries: Entries) -> Written:
    """The known calendar where it is still current, found out with one row; else a new one.

    Raises NotFound where there is no such event or line of events, or the event is shown to nobody.
    """
    if wanted.of == "event":
        return _of_event(connection, wanted, known, how)
    return _of_line(connection, wanted, known, how, entries)


def _of_event(connection: Connection, wanted: Wanted, known: Written | None, how: How) -> Written:
    found = event_reads.version(connection, wanted.slug)
    if found is None:
        raise NotFound
    version = (found.id, found.revision, found.programme_version)
    if known is not None and known.is_current(version, how.now):
        return known
    event = events.view(connection, found.id, (found.revision, found.programme_version))
    if not is_public(event.row, how.now, is_invited=wanted.is_invited):
        raise NotFound
    language = language_of(event.row, how)
    name = said(event.row["titles"], language, event.slug)[0]
    entries = list(_written(event.row, [part.row for part in event.parts.values()], how, {}))
    sessions: list[Row] = []
    if wanted.sessions:
        sessions = [row for slot in event.slots.values() for row in slot.sessions]
        entries += map(event_bytes, session_entries(event, how))
        name = sentences_in(language).say(N_("{title} – whole programme"), title=name)
    about = said(event.row["subtitles"], language)[0]
    feed = Feed(name, about, f"{how.base_url}/events/{event.slug}", None, event.row["zone"])
    body = calendar_bytes(feed, entries, {event.row["zone"]} if entries else (), _method(wanted))
    return _between(version, body, [event.row["changed_at"], *turns(event.row, sessions)], how.now)


def _of_line(connection: Connection, wanted: Wanted, known: Written | None, how: How, entries: Entries) -> Written:
    assert wanted.of != "event", "an event is no line of events"
    found = feed_reads.version(connection, wanted.of, wanted.slug)
    if found is None:
        raise NotFound
    version = (found.id, found.version)
    if known is not None and known.is_current(version, how.now):
        return known
    rows = feed_reads.events(connection, wanted.of, found.id)
    parts = feed_reads.parts(connection, wanted.of, found.id)
    by_event = {key: list(some) for key, some in groupby(parts, itemgetter("event_id"))}
    shown = [row for row in rows if is_public(row, how.now)]
    blocks = [block for row in shown for block in _written(row, by_event.get(row["id"], []), how, entries)]
    changes = [row["changed_at"] for row in shown] + [turn for row in rows for turn in turns(row)]
    if found.changed_at is not None:
        changes.append(found.changed_at)
    body = calendar_bytes(_line(found, wanted, how, shown), blocks, {row["zone"] for row in shown}, _method(wanted))
    return _between(version, body, changes, how.now)


def _method(wanted: Wanted) -> Literal["PUBLISH"] | None:
    return "PUBLISH" if wanted.is_file else None


def _line(found: Any, wanted: Wanted, how: How, shown: list[Row]) -> Feed:
    language = how.language or found.language or LANGUAGES[0]
    name = sentences_in(language).say(N_("All events"))
    if wanted.of == "host":
        name = found.name
    elif wanted.of != "all":
        name = said(found.titles, language, wanted.slug)[0]
    zone = found.zone or (shown[-1]["zone"] if shown else "UTC")
    return Feed(name, "", f"{how.base_url}/" if wanted.of == "all" else None, None, zone)


def _written(event: Row, parts: list[Row], how: How, kept: Entries) -> Iterator[bytes]:
    """The entries of an event's parts; revision and state say all that can change in them."""
    for part in parts:
        key = (part["id"], event["revision"], state_of(event, how.now), language_of(event, how))
        if key not in kept:
            entry = part_entry(event, part, how, is_only=len(parts) == 1)
            kept[key] = b"" if entry is None else event_bytes(entry)
        yield kept[key]


def _between(version: Version, body: bytes, changes: Iterable[datetime], now: datetime) -> Written:
    """`changes`: the instants at which it became or becomes something else."""
    found = sorted(changes)
    return Written(
        version,
        body,
        changed_at=max((at for at in found if at <= now), default=_LONG_AGO),
        fresh_until=min((at for at in found if at > now), default=_END_OF_TIME),
    )
