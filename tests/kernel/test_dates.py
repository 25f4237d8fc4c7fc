from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from confman.kernel.dates import Dates

BERLIN = "Europe/Berlin"
DE, EN = Dates("de"), Dates("en")
_TUESDAY = date(2027, 1, 26)


def _at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo(BERLIN)).astimezone(UTC)  # type: ignore[misc,arg-type] # parts never hold a zone


def test_days_are_written_like_people_write_them() -> None:
    assert (DE.day(_TUESDAY), EN.day(_TUESDAY)) == ("26. Januar 2027", "26 January 2027")
    assert (DE.day_long(_TUESDAY), EN.day_long(_TUESDAY)) == ("Dienstag, 26. Januar 2027", "Tuesday, 26 January 2027")
    assert (DE.day_in_year(_TUESDAY), EN.day_in_year(_TUESDAY)) == ("Dienstag, 26. Januar", "Tuesday, 26 January")


@pytest.mark.parametrize(
    ("first", "last", "german", "english"),
    [
        (_TUESDAY, _TUESDAY, "26. Januar 2027", "26 January 2027"),
        (date(2018, 9, 18), date(2018, 9, 19), "18. bis 19. September 2018", "18 to 19 September 2018"),
        (date(2018, 9, 30), date(2018, 10, 1), "30. September bis 1. Oktober 2018", "30 September to 1 October 2018"),
        (
            date(2018, 12, 31),
            date(2019, 1, 1),
            "31. Dezember 2018 bis 1. Januar 2019",
            "31 December 2018 to 1 January 2019",
        ),
    ],
)
def test_a_range_of_days_says_nothing_twice(first: date, last: date, german: str, english: str) -> None:
    assert (DE.days(first, last), EN.days(first, last)) == (german, english)


@pytest.mark.parametrize(
    ("first", "last", "german"),
    [
        (_TUESDAY, _TUESDAY, "Dienstag, 26. Januar 2027"),
        (date(2018, 9, 18), date(2018, 9, 19), "Dienstag, 18. bis Mittwoch, 19. September 2018"),
        (date(2018, 9, 30), date(2018, 10, 1), "Sonntag, 30. September bis Montag, 1. Oktober 2018"),
        (date(2018, 12, 31), date(2019, 1, 1), "Montag, 31. Dezember 2018 bis Dienstag, 1. Januar 2019"),
    ],
)
def test_a_range_may_name_its_weekdays(first: date, last: date, german: str) -> None:
    assert DE.days_long(first, last) == german


def test_times_are_those_of_the_clocks_in_the_zone() -> None:
    instant = datetime(2027, 7, 1, 7, 5, tzinfo=UTC)

    assert (DE.clock(instant, BERLIN), EN.clock(instant, BERLIN)) == ("9:05 Uhr", "9:05")
    assert DE.clock(instant, "America/New_York") == "3:05 Uhr"
    assert DE.clock(datetime(2027, 1, 1, 8, 5, tzinfo=UTC), BERLIN) == "9:05 Uhr"


def test_a_span_has_one_uhr() -> None:
    starts, ends = _at(2027, 1, 26, 9, 30), _at(2027, 1, 26, 13)

    assert (DE.span(starts, ends, BERLIN), EN.span(starts, ends, BERLIN)) == ("9:30 bis 13:00 Uhr", "9:30 to 13:00")
    assert DE.day_and_span(starts, ends, BERLIN) == "Dienstag, 26. Januar 2027, 9:30 bis 13:00 Uhr"


def test_a_span_without_end_is_its_start() -> None:
    starts = _at(2027, 1, 26, 9, 30)

    assert DE.span(starts, None, BERLIN) == "9:30 Uhr"
    assert EN.day_and_span(starts, None, BERLIN) == "Tuesday, 26 January 2027, 9:30"


def test_a_span_over_midnight_needs_no_day_but_one_of_a_day_and_longer_does() -> None:
    starts = _at(2027, 1, 26, 20)
    long = "Dienstag, 26. Januar 2027, 20:00 Uhr bis Mittwoch, 27. Januar 2027, 20:00 Uhr"

    assert DE.span(starts, starts + timedelta(hours=6), BERLIN) == "20:00 bis 2:00 Uhr"
    assert DE.span(starts, starts + timedelta(hours=24), BERLIN) == long
    assert DE.day_and_span(starts, starts + timedelta(hours=24), BERLIN) == long


def test_a_moment_has_day_and_clock() -> None:
    instant = _at(2026, 11, 25, 18)

    assert DE.day_and_clock(instant, BERLIN) == "Mittwoch, 25. November 2026, 18:00 Uhr"
    assert EN.day_and_clock(instant, BERLIN) == "Wednesday, 25 November 2026, 18:00"


def test_a_moment_in_a_table_is_short() -> None:
    moments = [datetime(2026, 11, 25, 17, tzinfo=UTC), datetime(2026, 11, 25, 17, 5, tzinfo=UTC)]

    assert [[Dates(language).soon(at, "Europe/Berlin") for at in moments] for language in ("de", "en")] == [
        ["Mi. 25. Nov., 18 Uhr", "Mi. 25. Nov., 18:05 Uhr"],
        ["Wed 25 Nov, 18:00", "Wed 25 Nov, 18:05"],
    ]


def test_a_deadline_at_midnight_is_the_day_before_and_includes_it() -> None:
    closes = _at(2027, 1, 21)

    assert DE.closing(closes, BERLIN) == "Mittwoch, 20. Januar 2027"
    assert DE.until(closes, BERLIN) == "bis einschließlich Mittwoch, 20. Januar 2027"
    assert EN.until(closes, BERLIN) == "up to and including Wednesday, 20 January 2027"


def test_a_deadline_in_the_day_has_its_clock() -> None:
    closes = _at(2026, 11, 25, 18)

    assert DE.closing(closes, BERLIN) == "Mittwoch, 25. November 2026, 18:00 Uhr"
    assert DE.until(closes, BERLIN) == "bis Mittwoch, 25. November 2026, 18:00 Uhr"


def test_an_instant_is_no_day() -> None:
    with pytest.raises(TypeError, match="only in a zone"):
        DE.day_long(_at(2027, 1, 26))
