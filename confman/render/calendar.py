"""iCalendar (RFC 5545, RFC 7986): entries and the feeds made of them.

Entries are written with the `icalendar` library, typed properties only (it escapes and folds rightly); time zones with
`confman.render.timezones`, because the library's are misread by ical.js. No ORGANIZER anywhere: a published entry must
not carry one (RFC 5545 3.8.4.3), and calendars would ask people to answer an invitation nobody sent.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Literal
from urllib.parse import quote
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vDuration, vText

from confman.render.timezones import expressible, vtimezone

PRODID = "-//confman//Calendar 1//EN"

_END = b"END:VCALENDAR\r\n"
# Whatever some reader takes for the end of a line: vdirsyncer cuts with str.splitlines, which knows all of these.
_BREAK = re.compile(r"\r\n|[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff]")  # U+FEFF: a byte order mark on its way into a line
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_uri = partial(quote, safe="%/:?#[]@!$&'()*+,;=~")


@dataclass(frozen=True)
class Entry:
    """One entry of a calendar, in the language of its reader.

    `starts` and `ends` are both aware instants, shown in `zone` (IANA), `ends` exclusive; or both dates: all-day,
    `ends` the last day itself. Without `ends`: a date is one day, an instant has no length that we know.
    `uid` stays for life and holds nothing about people; `sequence` rises with time, place and status only.
    `changed_at` is the last change of anything rendered; prefixes such as "Save the Date" are part of `summary`.
    Empty texts are left out. Raises ValueError where times are mixed, naive or end before they start.
    """

    uid: str
    sequence: int
    changed_at: datetime
    summary: str
    description: str
    location: str
    url: str | None
    starts: datetime | date
    ends: datetime | date | None
    zone: str
    status: Literal["CONFIRMED", "TENTATIVE", "CANCELLED"]
    transparent: bool
    categories: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        moments = [moment for moment in (self.starts, self.ends) if moment is not None]
        if len({isinstance(moment, datetime) for moment in moments}) > 1:
            raise ValueError(f"entry {self.uid} mixes a day with an instant")
        if any(isinstance(moment, datetime) and moment.tzinfo is None for moment in [self.changed_at, *moments]):
            raise ValueError(f"entry {self.uid} has an instant without offset")
        if moments != sorted(moments):
            raise ValueError(f"entry {self.uid} ends before it starts")


@dataclass(frozen=True)
class Feed:
    """What a calendar program shows of a subscription: `url` a page to read, `colour` a CSS3 name, `zone` IANA."""

    name: str
    description: str
    url: str | None
    colour: str | None
    zone: str
    refresh_minutes: int = 60


def event_bytes(entry: Entry) -> bytes:
    """One VEVENT, lines ending in CRLF; depends on the entry alone, so it may be kept for as long as the entry stays.

    Times that the zone's rule in force does not express (before it began, in a doubled hour, zones without a rule)
    are written in UTC, which every reader understands alike.
    """
    event = Event()
    event.add("uid", _line(entry.uid))
    event.add("sequence", entry.sequence)
    changed_at = entry.changed_at.astimezone(UTC)
    event.add("dtstamp", changed_at)  # the same, because nothing here is an answer to anybody (RFC 5545 3.8.7.2)
    event.add("last-modified", changed_at)
    for name, moment in _times(entry):
        event.add(name, moment)
    event.add("status", entry.status)
    event.add("transp", "TRANSPARENT" if entry.transparent else "OPAQUE")
    event.add("summary", _line(entry.summary))
    for name, text in (
        ("description", _text(entry.description)),
        ("location", _line(entry.location)),
        ("url", _uri(_line(entry.url or ""))),
        ("categories", [category for category in map(_line, entry.categories) if category]),
    ):
        if text:
            event.add(name, text)
    written: bytes = event.to_ical()
    return written


def calendar_bytes(
    feed: Feed, entries: Iterable[bytes], zones: Iterable[str], method: Literal["PUBLISH"] | None = None
) -> bytes:
    """A calendar of entries from `event_bytes`, in their order; `zones` are the zones of those entries.

    Without `method` a feed to subscribe to. With PUBLISH a file to keep, for letters and single downloads: without a
    name, because Outlook opens a named file as a calendar of its own. No BOM: ical.js and vdirsyncer refuse it.
    """
    head = Calendar()
    head.add("version", "2.0")
    head.add("prodid", PRODID)
    head.add("calscale", "GREGORIAN")
    if method is None:
        _describe(head, feed)
    else:
        head.add("method", method)
    opening: bytes = head.to_ical().removesuffix(_END)
    vtimezones = (vtimezone(zone) or b"" for zone in sorted(set(zones)))
    return b"".join([opening, *vtimezones, *entries, _END])


def _describe(head: Calendar, feed: Feed) -> None:
    for name in ("name", "x-wr-calname"):
        head.add(name, vText(_line(feed.name)))
    if description := _text(feed.description):
        for name in ("description", "x-wr-caldesc"):
            head.add(name, vText(description))  # the library escapes no X- property of its own accord
    if feed.url:
        head.add("url", _uri(_line(feed.url)))
    if feed.colour:
        head.add("color", _line(feed.colour))
    head.add("x-wr-timezone", vText(feed.zone))
    refresh = timedelta(minutes=feed.refresh_minutes)
    head.add("refresh-interval", vDuration(refresh), parameters={"VALUE": "DURATION"})
    head.add("x-published-ttl", vDuration(refresh))


def _times(entry: Entry) -> list[tuple[str, datetime | date]]:
    """DTSTART and, where there is one, DTEND; never one equal to DTSTART, which khal warns of."""
    if not isinstance(entry.starts, datetime):
        last_day = entry.ends or entry.starts
        return [("dtstart", entry.starts), ("dtend", last_day + timedelta(days=1))]
    moments = [entry.starts]
    if isinstance(entry.ends, datetime) and entry.ends > entry.starts:
        moments.append(entry.ends)
    walls = [moment.astimezone(ZoneInfo(entry.zone)) for moment in moments]
    if not all(expressible(wall.replace(tzinfo=None), entry.zone) for wall in walls):
        walls = [moment.astimezone(UTC) for moment in moments]
    return list(zip(("dtstart", "dtend"), walls, strict=False))


def _text(text: str) -> str:
    """The text with line feeds as its only breaks, without control characters; half a character becomes U+FFFD."""
    return _SURROGATE.sub("\ufffd", _CONTROL.sub("", _BREAK.sub("\n", text)))


def _line(text: str) -> str:
    return _text(text).replace("\n", " ").strip()
