"""The calendar entries of one person: what they hold, and marked as given up what they held before.

The UID of each is the person's own, made of the registration and the public UID: in a calendar that several share, one
person's cancellation must not take the entry of another. SEQUENCE is the sum of two numbers that only rise, that of the
part or session and the revision of the registration, so it rises whichever of them changes.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from uuid import UUID, uuid5

from confman.kernel.i18n import N_, sentences_in
from confman.render.calendar import Entry, Feed, calendar_bytes, event_bytes
from confman.usecases.event_rows import EventRows, session_lines
from confman.usecases.events import Row
from confman.usecases.feed_entries import part_entry, session_entry
from confman.usecases.feed_values import How

_PERSONAL = UUID("4a5f7f0c-2a53-5f0b-8f54-0f6f6a2d5c8e")  # a name space of our own, for life


def entries(
    rows: EventRows, registration: Row, held: Collection[UUID], given_up: Collection[UUID], how: How
) -> Iterator[Entry]:
    """Of the units that are held, and as cancelled of those given up; in the order of the programme."""
    for unit, entry in _of_units(rows, how):
        if unit in held:
            yield _own(entry, rows.event, registration, how)
        elif unit in given_up:
            yield _given_up(_own(entry, rows.event, registration, how), how)


def file_of(some: Iterable[Entry], zone: str) -> bytes | None:
    """The entries as a file to keep; None where there are none."""
    found = list(some)
    return calendar_of(found, "", zone, is_file=True) if found else None


def calendar_of(some: Iterable[Entry], name: str, zone: str, *, is_file: bool) -> bytes:
    """The entries as a calendar of that name to subscribe to, or as a file to keep."""
    written = [event_bytes(entry) for entry in some]
    return calendar_bytes(
        Feed(name, "", None, None, zone), written, {zone} if written else (), "PUBLISH" if is_file else None
    )


def _of_units(rows: EventRows, how: How) -> Iterator[tuple[UUID, Entry]]:
    lines = list(session_lines(rows, how.language or ""))
    for part in rows.parts:
        entry = part_entry(rows.event, part, how, is_only=len(rows.parts) == 1)
        if entry is not None:
            yield part["unit_id"], entry
        for line in lines:
            if line.unit is not None and line.row["part_id"] == part["id"]:
                entry = session_entry(rows.event, line, line.day, how)
                if entry is not None:
                    yield line.unit, entry


def _own(entry: Entry, event: Row, registration: Row, how: How) -> Entry:
    """Without what is not theirs to pass on; where an event is online, whoever is registered is told the address."""
    page = f"{how.base_url}/events/{event['slug']}" if event["visibility"] != "code" else None
    online = event["online_url"]
    return replace(
        entry,
        uid=str(uuid5(_PERSONAL, f"{registration['id']} {entry.uid}")),
        sequence=entry.sequence + registration["revision"],
        changed_at=max(entry.changed_at, registration["changed_at"]),
        description="\n".join(filter(None, [online, page])),
        location=online if online and not event["venue_name"] else entry.location,
        url=page,
    )


def _given_up(entry: Entry, how: How) -> Entry:
    if entry.status == "CANCELLED":
        return entry
    summary = sentences_in(how.language or "").say(N_("PARTICIPATION CANCELLED: {title}"), title=entry.summary)
    return replace(entry, status="CANCELLED", summary=summary)
