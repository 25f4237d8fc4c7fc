"""A person's own calendar: their parts and chosen sessions at one event, behind a secret address of its own.

What they wait for stands in no calendar. What was held when they cancelled stays marked for 60 days, like a cancelled
event, because some calendars keep what has only vanished.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from confman.domain.ledger.book import HELD
from confman.kernel.i18n import N_, sentences_in
from confman.kernel.security import Link, Purpose, Secrets
from confman.store import feed_reads
from confman.usecases import event_rows, my_registration
from confman.usecases.event_rows import EventRows, is_sure
from confman.usecases.events import Row
from confman.usecases.feed_values import CANCELLED_STAYS, How
from confman.usecases.my_registration import Mine
from confman.usecases.programme import said

_DIGEST_BYTES = 16


@dataclass(frozen=True, slots=True)
class MyCalendar:
    """`version` names what is in it; `body` is None where the asker has that version already."""

    version: str
    body: bytes | None


def path_of(secrets: Secrets, registration: Row) -> str:
    """Where the calendar is subscribed to; with `?download=1` it is a file to keep."""
    token = secrets.sign_link(Purpose.FEED, registration["id"], registration["feed_generation"])
    return f"/my/{token}/calendar.ics"


def read(connection: Connection, link: Link, how: How, known: frozenset[str], *, is_file: bool) -> MyCalendar:
    """Three statements where one of the `known` versions is current, else six.

    Raises `NotFound` for erased registrations and addresses called back.
    """
    registration = my_registration.mine(connection, link, Purpose.FEED)
    version = _version(connection, registration, how.now, is_file=is_file)
    if version in known:
        return MyCalendar(version, None)
    rows = event_rows.read(connection, [registration.event_id])[registration.event_id]
    how = How(how.now, how.base_url, registration.row["language"])
    return MyCalendar(version, _written(rows, registration, how, is_file=is_file))


def _version(connection: Connection, registration: Mine, now: datetime, *, is_file: bool) -> str:
    """Of all that the calendar is made of."""
    row, event = registration.row, feed_reads.event_version(connection, registration.event_id)
    forgotten = [_is_forgotten(at, now) for at in (row["ended_at"], event.cancelled_at)]
    facts = (row["id"], row["revision"], event.revision, event.programme_version, forgotten, is_file)
    return hashlib.blake2b(repr(facts).encode(), digest_size=_DIGEST_BYTES).hexdigest()


def _is_forgotten(at: datetime | None, now: datetime) -> bool:
    return at is not None and now >= at + CANCELLED_STAYS


def _written(rows: EventRows, registration: Mine, how: How, *, is_file: bool) -> bytes:
    from confman.usecases import personal_entries  # noqa: PLC0415 - loads icalendar: not before the first calendar

    row: Row = {**registration.row}
    held = {unit for unit, seat in registration.seats.items() if seat["state"] == HELD}
    gone = {unit for unit, seat in registration.seats.items() if seat["was"] == HELD}
    if not is_sure(row) or _is_forgotten(row["ended_at"], how.now):
        held, gone = set(), set()
    name = said(rows.event["titles"], row["language"], rows.event["slug"])[0]
    name = sentences_in(row["language"]).say(N_("{title} – my programme"), title=name)
    entries = personal_entries.entries(rows, row, held, gone, how)
    return personal_entries.calendar_of(entries, name, rows.event["zone"], is_file=is_file)
