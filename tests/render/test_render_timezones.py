from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from icalendar import Timezone

from confman.render.timezones import expressible, vtimezone

# One of each kind: last and nth weekday, both hemispheres, half an hour, an evening before, a rule across two months
# (Cairo), a summer below its standard (Dublin), no change at all.
ZONES = [
    "Africa/Cairo",
    "America/New_York",
    "America/Nuuk",
    "America/Santiago",
    "Asia/Beirut",
    "Asia/Jerusalem",
    "Asia/Kolkata",
    "Atlantic/Reykjavik",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Europe/Dublin",
    "Europe/Istanbul",
    "Pacific/Chatham",
]


def test_berlin_is_written_like_this() -> None:
    assert vtimezone("Europe/Berlin") == (
        b"BEGIN:VTIMEZONE\r\n"
        b"TZID:Europe/Berlin\r\n"
        b"BEGIN:DAYLIGHT\r\n"
        b"DTSTART:19700329T020000\r\n"
        b"RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\n"
        b"TZNAME:CEST\r\n"
        b"TZOFFSETFROM:+0100\r\n"
        b"TZOFFSETTO:+0200\r\n"
        b"END:DAYLIGHT\r\n"
        b"BEGIN:STANDARD\r\n"
        b"DTSTART:19701025T030000\r\n"
        b"RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\n"
        b"TZNAME:CET\r\n"
        b"TZOFFSETFROM:+0200\r\n"
        b"TZOFFSETTO:+0100\r\n"
        b"END:STANDARD\r\n"
        b"END:VTIMEZONE\r\n"
    )


def test_a_zone_without_summer_time_has_one_offset() -> None:
    assert vtimezone("Asia/Kolkata") == (
        b"BEGIN:VTIMEZONE\r\n"
        b"TZID:Asia/Kolkata\r\n"
        b"BEGIN:STANDARD\r\n"
        b"DTSTART:19700101T000000\r\n"
        b"TZNAME:IST\r\n"
        b"TZOFFSETFROM:+0530\r\n"
        b"TZOFFSETTO:+0530\r\n"
        b"END:STANDARD\r\n"
        b"END:VTIMEZONE\r\n"
    )


@pytest.mark.parametrize("zone", ["UTC", "Etc/UTC", "Africa/Casablanca", "Africa/El_Aaiun", "Asia/Gaza"])
def test_a_zone_without_a_yearly_rule_is_not_written(zone: str) -> None:
    assert vtimezone(zone) is None
    assert not expressible(datetime(2027, 7, 1, 12), zone)  # noqa: DTZ001 - a wall time


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        vtimezone("Europe/Ratisbon")


@pytest.mark.parametrize("zone", ZONES)
def test_the_written_rule_tells_the_same_offset_as_the_zone(zone: str) -> None:
    component = Timezone.from_ical(vtimezone(zone) or b"")
    assert isinstance(component, Timezone)
    written = component.to_tz(lookup_tzid=False)
    actual = ZoneInfo(zone)

    told = 0
    for instant in instants(actual):
        wall = instant.astimezone(actual).replace(tzinfo=None)
        if expressible(wall, zone):
            assert wall.replace(tzinfo=written).utcoffset() == wall.replace(tzinfo=actual).utcoffset()
            told += 1
    assert told > 500


def instants(zone: ZoneInfo) -> list[datetime]:
    """Every sixth day of 2025 to 2034, and every ten minutes around each change of offset."""
    days = [datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=6 * n) for n in range(608)]
    found = list(days)
    for day, later in pairwise(days):
        if day.astimezone(zone).utcoffset() != later.astimezone(zone).utcoffset():
            minutes = [day + timedelta(minutes=10 * n) for n in range(6 * 144 + 1)]
            change = next(at for at in minutes if at.astimezone(zone).utcoffset() != day.astimezone(zone).utcoffset())
            found += [change + timedelta(minutes=10 * n, seconds=s) for n in range(-12, 13) for s in (-1, 0, 1)]
    return found


@pytest.mark.parametrize(
    ("zone", "year"),
    [("Europe/Berlin", 1996), ("America/New_York", 2007), ("Europe/Istanbul", 2017), ("Africa/Cairo", 2023)],
)
def test_a_rule_holds_from_its_first_whole_year(zone: str, year: int) -> None:
    assert not expressible(datetime(year - 1, 12, 31, 12), zone)  # noqa: DTZ001 - a wall time
    assert expressible(datetime(year, 1, 1, 12), zone)  # noqa: DTZ001 - a wall time


def test_a_doubled_hour_is_not_expressible_and_the_hours_beside_it_are() -> None:
    walls = [datetime(2027, 10, 31, 1, 59), datetime(2027, 10, 31, 2), datetime(2027, 10, 31, 2, 59)]  # noqa: DTZ001 - walls have no zone

    assert [expressible(wall, "Europe/Berlin") for wall in walls] == [True, False, False]
    assert expressible(datetime(2027, 10, 31, 3), "Europe/Berlin")  # noqa: DTZ001 - a wall time
