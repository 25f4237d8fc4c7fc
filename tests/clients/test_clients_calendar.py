"""ical.js, node-ical, khal and vdirsyncer must show what we meant, to the second, in summer and in winter."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar

from confman.render.calendar import Entry, Feed, calendar_bytes, event_bytes
from tests.clients.reading import (
    SCRIPTS,
    Seen,
    Subscription,
    Unreadable,
    icaljs,
    khal_import,
    nodeical,
    served,
    versions,
)

pytestmark = pytest.mark.clients

FEED = Feed("Werkstätten, alle", "Was war; was kommt", "https://example.org/", "teal", "Europe/Berlin")
Reader = Callable[[bytes, Path], list[Seen]]
READERS: list[Reader] = [icaljs, nodeical, khal_import]

# A backslash before an n is left out: node-ical takes the escaped one for a line break.
HARMLESS = 'Wärme, Strom; "Netze": \\ C:\\Saal 😀' + "👩‍🔬ä€" * 40
NASTY = HARMLESS + "\x00\x07\u2028BEGIN:VEVENT\r\nEND:VCALENDAR"
NASTY_LINE = HARMLESS + " BEGIN:VEVENT END:VCALENDAR"
NASTY_TEXT = HARMLESS + "\nBEGIN:VEVENT\nEND:VCALENDAR"


def an_entry(number: int, starts: datetime | date, zone: str = "Europe/Berlin") -> Entry:
    return Entry(
        uid=f"{number:032x}",
        sequence=number,
        changed_at=datetime(2026, 11, 22, 8, tzinfo=UTC),
        summary=f"{number}. Werkstatt",
        description="",
        location="",
        url="https://example.org/events/werkstatt",
        starts=starts,
        ends=starts + timedelta(minutes=95) if isinstance(starts, datetime) else None,
        zone=zone,
        status="CONFIRMED",
        transparent=False,
        categories=("Werkstatt",),
    )


def instant(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2027, month, day, hour, minute, tzinfo=UTC)


# The clocks of 2027 change on 28 March and 31 October (Berlin), 14 March and 7 November (New York), 4 April and
# 26 September (Auckland), 4 April and 3 October (Lord Howe, by half an hour), 30 April and 29 October (Cairo, Fridays),
# 27 March in the evening and 31 October (Nuuk), 26 March (Jerusalem, the Friday before the last Sunday) and 31 October.
PROGRAMME = [
    an_entry(1, instant(1, 14, 8, 30)),
    an_entry(2, instant(7, 1, 7, 30)),
    an_entry(3, instant(3, 27, 9)),
    an_entry(4, instant(3, 28, 0, 15)),  # over the change
    an_entry(5, instant(3, 28, 1)),  # at the change
    an_entry(6, instant(10, 30, 22, 45)),  # begins before the doubled hour, ends in it
    an_entry(7, instant(10, 31, 2)),  # right after it
    an_entry(8, instant(1, 14, 14), "America/New_York"),
    an_entry(9, instant(7, 1, 13), "America/New_York"),
    an_entry(10, instant(3, 20, 13), "America/New_York"),  # summer there, winter in Berlin
    an_entry(11, instant(1, 14, 1), "Pacific/Auckland"),
    an_entry(12, instant(7, 1, 1), "Pacific/Auckland"),
    an_entry(13, instant(1, 14, 1), "Australia/Lord_Howe"),
    an_entry(14, instant(7, 1, 1), "Australia/Lord_Howe"),
    an_entry(15, instant(4, 30, 9), "Africa/Cairo"),
    an_entry(16, instant(10, 29, 9), "Africa/Cairo"),
    an_entry(17, instant(3, 28, 9), "America/Nuuk"),
    an_entry(18, instant(3, 26, 9), "Asia/Jerusalem"),
    an_entry(19, instant(7, 1, 9), "Africa/Casablanca"),  # written in UTC
    an_entry(20, instant(7, 1, 9), "Asia/Kolkata"),  # no summer time
    an_entry(21, date(2027, 3, 28)),
    replace(an_entry(22, date(2027, 9, 18)), ends=date(2027, 9, 19), transparent=True),
    replace(an_entry(23, instant(7, 2, 7)), status="CANCELLED", summary="ABGESAGT: Werkstatt"),
    replace(an_entry(24, instant(7, 3, 7)), status="TENTATIVE", summary="Save the Date: Werkstatt"),
    replace(an_entry(25, instant(7, 4, 7)), summary=NASTY, description=NASTY, location=NASTY, categories=(NASTY,)),
]


def written(entries: Iterable[Entry]) -> bytes:
    kept = list(entries)
    return calendar_bytes(FEED, map(event_bytes, kept), {entry.zone for entry in kept})


def meant(entries: Iterable[Entry]) -> list[Seen]:
    """What a reader should see, computed without a calendar library."""
    return sorted(
        Seen(
            entry.summary if entry.summary != NASTY else NASTY_LINE,
            entry.description if entry.description != NASTY else NASTY_TEXT,
            entry.location if entry.location != NASTY else NASTY_LINE,
            entry.starts,
            entry.ends if isinstance(entry.ends, datetime) else (entry.ends or entry.starts) + timedelta(days=1),
            entry.status,
        )
        for entry in entries
    )


@pytest.mark.parametrize("reader", READERS)
def test_every_program_shows_what_was_meant(reader: Reader, tmp_path: Path) -> None:
    assert reader(written(PROGRAMME), tmp_path) == meant(PROGRAMME)


@pytest.mark.parametrize("script", SCRIPTS)
def test_an_entry_keeps_its_identity_and_tells_its_version(script: str, tmp_path: Path) -> None:
    assert versions(script, written(PROGRAMME), tmp_path) == {entry.uid: entry.sequence for entry in PROGRAMME}


@pytest.mark.parametrize("reader", READERS)
def test_every_program_reads_an_empty_programme(reader: Reader, tmp_path: Path) -> None:
    assert reader(written([]), tmp_path) == []


@pytest.mark.parametrize("reader", READERS)
def test_every_program_reads_a_file_to_keep(reader: Reader, tmp_path: Path) -> None:
    [entry] = kept = PROGRAMME[1:2]

    published = calendar_bytes(FEED, [event_bytes(entry)], {entry.zone}, method="PUBLISH")

    assert reader(published, tmp_path) == meant(kept)


def test_a_subscription_shows_what_was_meant_and_follows_a_change(tmp_path: Path) -> None:
    unchanged, moved, withdrawn = PROGRAMME[0], PROGRAMME[1], PROGRAMME[2]
    later = [
        unchanged,
        replace(moved, sequence=8, starts=instant(7, 1, 10), ends=instant(7, 1, 12)),
        replace(withdrawn, sequence=9, status="CANCELLED"),
    ]
    body = [written(PROGRAMME)]

    with served(body) as address:
        subscription = Subscription(address, tmp_path)
        first = subscription.poll()
        body.append(written(later))
        second = subscription.poll()

    assert (first, second) == (meant(PROGRAMME), meant(later))
    assert subscription.sequences() == [1, 8, 9]


def without_zones(feed: bytes) -> bytes:
    return re.sub(rb"BEGIN:VTIMEZONE\r\n.*?END:VTIMEZONE\r\n", b"", feed, flags=re.DOTALL)


def with_dates_instead_of_rules(feed: bytes) -> bytes:
    calendar = Calendar.from_ical(without_zones(feed))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def hours_off(feed: bytes, tmp_path: Path) -> list[float]:
    [shown] = icaljs(feed, tmp_path)
    assert isinstance(shown.starts, datetime)
    return [(shown.starts - instant(7, 1, 7, 30)).total_seconds() / 3_600]


@pytest.mark.parametrize(
    ("spoiled", "hours"),
    [(bytes, 0), (with_dates_instead_of_rules, 1), (without_zones, 2)],
    ids=["as it is", "dates instead of rules", "without zones"],
)
def test_a_spoiled_time_zone_would_be_noticed(spoiled: Callable[[bytes], bytes], hours: int, tmp_path: Path) -> None:
    """The control of the tests above: the library's own time zones, and none, are read wrongly in summer."""
    feed = spoiled(written(PROGRAMME[1:2]))

    assert hours_off(feed, tmp_path) == [hours]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda feed: b"\xef\xbb\xbf" + feed,
        lambda feed: feed.replace(b";VALUE=DATE", b""),
        lambda feed: feed.replace(b"\\nEND:VCALENDAR", b"\r\nEND_VCALENDAR"),
    ],
    ids=["byte order mark", "day without VALUE=DATE", "raw line break"],
)
def test_a_spoiled_file_would_be_noticed(spoil: Callable[[bytes], bytes], tmp_path: Path) -> None:
    with pytest.raises(Unreadable):
        icaljs(spoil(written(PROGRAMME)), tmp_path)
