import json
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from confman.render.calendar import Entry, Feed, calendar_bytes, event_bytes

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
BERLIN = ZoneInfo("Europe/Berlin")
FEED = Feed(name="Werkstätten", description="", url=None, colour=None, zone="Europe/Berlin")
WERKSTATT = Entry(
    uid="6f1c0e5a9d3b4c7f8a2e1d0c9b8a7f6e",
    sequence=0,
    changed_at=datetime(2027, 1, 4, 9, 30, tzinfo=UTC),
    summary="2. Werkstatt",
    description="",
    location="",
    url=None,
    starts=datetime(2027, 7, 1, 8, 0, tzinfo=UTC),
    ends=datetime(2027, 7, 1, 10, 30, tzinfo=UTC),
    zone="Europe/Berlin",
    status="CONFIRMED",
    transparent=False,
)
# Everything a person can type, and a few things only a program can send.
TEXTS = st.text(
    st.characters() | st.sampled_from('\r\n\x00\x0b\x1c\x85\u2028\u2029\ufeff,;\\:"ä€😀\ud800'), max_size=300
)


def calendar_of(*entries: Entry) -> bytes:
    return calendar_bytes(FEED, map(event_bytes, entries), {entry.zone for entry in entries})


def event_of(entry: Entry) -> Any:
    [event] = Calendar.from_ical(calendar_of(entry)).walk("VEVENT")
    return event


def lines_of(written: bytes) -> list[str]:
    return written.decode().replace("\r\n ", "").removesuffix("\r\n").split("\r\n")


def names_of(written: bytes) -> list[str]:
    return [line.split(":")[0].split(";")[0] for line in lines_of(written)]


def property_of(entry: Entry, name: str) -> str:
    [line] = [line for line in lines_of(event_bytes(entry)) if line.startswith((f"{name}:", f"{name};"))]
    return line


def test_an_entry_is_written_line_by_line_like_this() -> None:
    entry = replace(
        WERKSTATT,
        sequence=3,
        description="Ein Tag.\nMit Pause.",
        location="Haus der Dialoge, Saal 1",
        url="https://example.org/events/werkstatt-2",
        categories=("Werkstatt", "Wärme, Strom"),
    )

    written = event_bytes(entry)

    assert written.decode().split("\r\n") == [
        "BEGIN:VEVENT",
        "SUMMARY:2. Werkstatt",
        "DTSTART;TZID=Europe/Berlin:20270701T100000",
        "DTEND;TZID=Europe/Berlin:20270701T123000",
        "DTSTAMP:20270104T093000Z",
        "UID:6f1c0e5a9d3b4c7f8a2e1d0c9b8a7f6e",
        "SEQUENCE:3",
        "CATEGORIES:Werkstatt,Wärme\\, Strom",
        "DESCRIPTION:Ein Tag.\\nMit Pause.",
        "LAST-MODIFIED:20270104T093000Z",
        "LOCATION:Haus der Dialoge\\, Saal 1",
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
        "URL:https://example.org/events/werkstatt-2",
        "END:VEVENT",
        "",
    ]


def test_a_feed_says_its_name_its_zone_and_when_to_come_again() -> None:
    feed = Feed("Werkstätten, alle", "Termine\nder Reihe", "https://example.org/series/w", "teal", "Europe/Berlin", 90)

    written = calendar_bytes(feed, [], set())

    assert lines_of(written) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//confman//Calendar 1//EN",
        "CALSCALE:GREGORIAN",
        "DESCRIPTION:Termine\\nder Reihe",
        "X-WR-CALDESC:Termine\\nder Reihe",
        "NAME:Werkstätten\\, alle",
        "X-WR-CALNAME:Werkstätten\\, alle",
        "COLOR:teal",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H30M",
        "URL:https://example.org/series/w",
        "X-PUBLISHED-TTL:PT1H30M",
        "X-WR-TIMEZONE:Europe/Berlin",
        "END:VCALENDAR",
    ]


def test_a_file_to_keep_is_published_and_does_not_become_a_calendar_of_its_own() -> None:
    written = calendar_bytes(FEED, [], set(), method="PUBLISH")

    assert lines_of(written) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//confman//Calendar 1//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "END:VCALENDAR",
    ]


def test_nobody_is_asked_to_answer_an_entry() -> None:
    written = calendar_of(replace(WERKSTATT, description="Fragen an kontakt@example.org"))

    assert {"METHOD", "ORGANIZER", "ATTENDEE", "VALARM"} & set(names_of(written)) == set()


def test_equal_values_give_equal_bytes() -> None:
    again = replace(WERKSTATT)

    assert calendar_of(again) == calendar_of(WERKSTATT)


def test_zones_come_in_one_order_whatever_the_set_says() -> None:
    zones = ["Europe/Berlin", "America/New_York", "Asia/Kolkata"]

    assert calendar_bytes(FEED, [], zones) == calendar_bytes(FEED, [], [*reversed(zones), "Asia/Kolkata"])


def test_a_calendar_begins_with_its_first_letter_and_ends_every_line_with_crlf() -> None:
    written = calendar_of(WERKSTATT)

    assert written[:17] == b"BEGIN:VCALENDAR\r\n"
    assert written.count(b"\n") == written.count(b"\r\n") == written.count(b"\r")


@pytest.mark.parametrize("status", ["CONFIRMED", "TENTATIVE", "CANCELLED"])
def test_the_status_is_told(status: Any) -> None:
    assert property_of(replace(WERKSTATT, status=status), "STATUS") == f"STATUS:{status}"


def test_several_days_are_one_entry_that_ends_before_the_day_after() -> None:
    conference = replace(WERKSTATT, starts=date(2027, 9, 18), ends=date(2027, 9, 19), transparent=True)

    assert property_of(conference, "DTSTART") == "DTSTART;VALUE=DATE:20270918"
    assert property_of(conference, "DTEND") == "DTEND;VALUE=DATE:20270920"
    assert property_of(conference, "TRANSP") == "TRANSP:TRANSPARENT"


def test_a_day_without_time_is_all_day() -> None:
    event = event_of(replace(WERKSTATT, starts=date(2027, 9, 18), ends=None))

    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2027, 9, 18), date(2027, 9, 19))


@pytest.mark.parametrize("ends", [None, WERKSTATT.starts])
def test_a_start_without_end_has_no_end(ends: datetime | None) -> None:
    assert "DTEND" not in event_of(replace(WERKSTATT, ends=ends))


@pytest.mark.parametrize(
    ("zone", "starts"),
    [
        ("Europe/Berlin", datetime(1995, 7, 1, 8, tzinfo=UTC)),  # the rule in force began in 1996
        ("Europe/Berlin", datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),  # 02:30, which comes twice that night
        ("Europe/Berlin", datetime(2027, 10, 31, 1, 30, tzinfo=UTC)),
        ("Africa/Casablanca", datetime(2027, 7, 1, 8, tzinfo=UTC)),  # follows Ramadan, no yearly rule
        ("Asia/Gaza", datetime(2027, 7, 1, 8, tzinfo=UTC)),
        ("UTC", datetime(2027, 7, 1, 8, tzinfo=UTC)),
    ],
)
def test_times_no_rule_expresses_are_written_in_utc(zone: str, starts: datetime) -> None:
    entry = replace(WERKSTATT, zone=zone, starts=starts, ends=starts + timedelta(days=180))

    assert property_of(entry, "DTSTART") == f"DTSTART:{starts:%Y%m%dT%H%M%SZ}"
    assert property_of(entry, "DTEND") == f"DTEND:{starts + timedelta(days=180):%Y%m%dT%H%M%SZ}"


@given(
    st.integers(-20 * 366, 50 * 365).map(lambda days: datetime(2010, 1, 1, tzinfo=UTC) + timedelta(days=days)),
    st.integers(0, 86_399),
    st.integers(1, 300 * 86_400),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Casablanca"]),
)
@settings(max_examples=150, deadline=None)
def test_the_instants_come_back_to_the_second(day: datetime, second: int, seconds: int, zone: str) -> None:
    starts = day + timedelta(seconds=second)
    ends = starts + timedelta(seconds=seconds)

    event = event_of(replace(WERKSTATT, starts=starts, ends=ends, zone=zone))

    assert (event["DTSTART"].dt, event["DTEND"].dt) == (starts, ends)


def cleaned(text: str, *, one_line: bool) -> str:
    """What a reader must get: breaks are line feeds (or spaces), no control but the tabulator, no half characters."""
    kept = "\n".join(text.replace("\r\n", "\n").replace("\r", "\n").splitlines() + [""] * text.endswith(BREAKS))
    kept = "".join(sign for sign in kept if sign in "\n\t" or unicodedata.category(sign) != "Cc")
    kept = kept.replace("\ufeff", "")
    kept = "".join("\ufffd" if "\ud800" <= sign <= "\udfff" else sign for sign in kept)
    return kept.replace("\n", " ").strip() if one_line else kept


BREAKS = ("\r", "\n", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029")


@given(summary=TEXTS, description=TEXTS, location=TEXTS, category=TEXTS, url=TEXTS)
@settings(max_examples=150, deadline=None)
def test_any_text_comes_back_equal_or_cleaned(
    summary: str, description: str, location: str, category: str, url: str
) -> None:
    entry = replace(
        WERKSTATT, summary=summary, description=description, location=location, categories=(category, "b"), url=url
    )

    event = event_of(entry)

    assert str(event.get("SUMMARY")) == cleaned(summary, one_line=True)
    assert str(event.get("DESCRIPTION", "")) == cleaned(description, one_line=False)
    assert str(event.get("LOCATION", "")) == cleaned(location, one_line=True)
    assert [str(each) for each in event["CATEGORIES"].cats if each] == [
        text for text in (cleaned(category, one_line=True), "b") if text
    ]
    assert [name for name in names_of(event_bytes(entry)) if name not in OPTIONAL] == ALWAYS


ALWAYS = names_of(event_bytes(WERKSTATT))
OPTIONAL = ("CATEGORIES", "DESCRIPTION", "LOCATION", "URL")


@given(TEXTS)
@settings(max_examples=150, deadline=None)
def test_no_line_is_longer_than_75_octets_nor_cuts_a_character(text: str) -> None:
    feed = replace(FEED, name=text, description=text, url=text, colour=text)
    entry = replace(WERKSTATT, uid=text, summary=text, description=text, location=text, url=text, categories=(text,))

    written = calendar_bytes(feed, [event_bytes(entry)], {"Europe/Berlin"})

    lines = written.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert [line.decode() for line in lines[:-1]] == written.decode().splitlines()


def naughty_texts() -> Iterator[str]:
    """Texts that broke other programs: the list of naughty strings, and summaries of other people's test calendars."""
    yield from json.loads((SHARED / "names-blns" / "blns.json").read_text())
    for path in sorted(SHARED.glob("ics-*/*.ics")):
        yield path.read_bytes().decode(errors="surrogateescape")[:2_000]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the collection of naughty texts is not here")
def test_naughty_texts_come_back_and_stay_in_their_place() -> None:
    for text in naughty_texts():
        event = event_of(replace(WERKSTATT, summary=text, description=text))

        assert str(event["SUMMARY"]) == cleaned(text, one_line=True)
        assert str(event.get("DESCRIPTION", "")) == cleaned(text, one_line=False)


@pytest.mark.parametrize(
    "wrong",
    [
        {"starts": date(2027, 7, 1)},
        {"starts": datetime(2027, 7, 1, 8)},  # noqa: DTZ001 - the mistake this is about
        {"changed_at": datetime(2027, 7, 1, 8)},  # noqa: DTZ001 - the mistake this is about
        {"ends": datetime(2027, 7, 1, 7, 59, tzinfo=UTC)},
        {"starts": date(2027, 7, 2), "ends": date(2027, 7, 1)},
    ],
)
def test_an_entry_that_would_mislead_calendars_cannot_be_made(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=WERKSTATT.uid):
        replace(WERKSTATT, **wrong)
