from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confman.domain.deadlines import (
    SkippedWallTime,
    Span,
    UnknownZone,
    confirm_by,
    end_of_day,
    instant_of,
    is_open,
    promotes_until,
    span_of,
    start_of_day,
    zone_of,
)

BERLIN = "Europe/Berlin"
_ZONES = st.sampled_from(
    [BERLIN, "America/New_York", "UTC", "Africa/Cairo", "America/Nuuk", "Asia/Kathmandu", "Australia/Lord_Howe"]
)
_DAYS = st.dates(date(2015, 1, 1), date(2037, 12, 31))
_INSTANTS = st.integers(0, 23 * 365 * 86_400).map(
    lambda seconds: datetime(2015, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
_MICROSECOND = timedelta(microseconds=1)


def _utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type] # parts never hold a zone


def _berlin(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=zone_of(BERLIN))  # type: ignore[misc,arg-type] # parts never hold a zone


def test_it_is_open_from_the_opening_to_before_the_closing() -> None:
    opens, closes = _utc(2027, 1, 1), _utc(2027, 1, 2)

    assert not is_open(opens, closes, opens - _MICROSECOND)
    assert is_open(opens, closes, opens)
    assert is_open(opens, closes, closes - _MICROSECOND)
    assert not is_open(opens, closes, closes)


def test_what_has_no_bound_is_open_on_that_side() -> None:
    now = _utc(2027, 1, 1)

    assert is_open(None, None, now)
    assert is_open(None, now + _MICROSECOND, now)
    assert is_open(now, None, now)


def test_a_wall_time_means_the_clocks_of_the_events_zone() -> None:
    assert instant_of(date(2027, 1, 26), time(9, 30), BERLIN) == _utc(2027, 1, 26, 8, 30)
    assert instant_of(date(2027, 7, 26), time(9, 30), BERLIN) == _utc(2027, 7, 26, 7, 30)
    assert instant_of(date(2027, 7, 26), time(9, 30), "America/New_York") == _utc(2027, 7, 26, 13, 30)


@pytest.mark.parametrize(
    ("zone", "day", "wall"),
    [
        (BERLIN, date(2027, 3, 28), time(2, 0)),
        (BERLIN, date(2027, 3, 28), time(2, 59)),
        ("America/New_York", date(2027, 3, 14), time(2, 30)),
    ],
)
def test_a_wall_time_that_spring_skips_is_refused(zone: str, day: date, wall: time) -> None:
    with pytest.raises(SkippedWallTime) as refused:
        instant_of(day, wall, zone)

    assert (refused.value.day, refused.value.wall, refused.value.zone) == (day, wall, zone)


def test_of_the_doubled_hour_the_earlier_is_meant() -> None:
    assert instant_of(date(2027, 10, 31), time(2, 30), BERLIN) == _utc(2027, 10, 31, 0, 30)
    assert instant_of(date(2027, 10, 31), time(2, 30, fold=1), BERLIN) == _utc(2027, 10, 31, 0, 30)


@given(_INSTANTS, _ZONES)
def test_what_a_clock_showed_leads_back_to_the_instant_or_to_its_earlier_twin(instant: datetime, zone: str) -> None:
    local = instant.astimezone(zone_of(zone))

    back = instant_of(local.date(), local.time(), zone)

    assert back == instant if not local.fold else back < instant
    assert back.astimezone(zone_of(zone)).replace(tzinfo=None) == local.replace(tzinfo=None, fold=0)


@pytest.mark.parametrize("zone", ["Europe/Lindenbrück", "Europe", "../Berlin", ""])
def test_an_unknown_zone_is_refused(zone: str) -> None:
    with pytest.raises(UnknownZone) as refused:
        zone_of(zone)

    assert refused.value.zone == zone


def test_up_to_and_including_the_27th_ends_with_that_day() -> None:
    assert end_of_day(date(2027, 3, 27), BERLIN) == _utc(2027, 3, 27, 23)
    assert end_of_day(date(2027, 3, 28), BERLIN) == _utc(2027, 3, 28, 22)


@given(_DAYS, _ZONES)
def test_a_day_starts_with_its_first_instant(day: date, zone: str) -> None:
    start = start_of_day(day, zone)

    assert start.astimezone(zone_of(zone)).date() == day
    assert (start - _MICROSECOND).astimezone(zone_of(zone)).date() == day - timedelta(days=1)
    assert end_of_day(day - timedelta(days=1), zone) == start


def test_where_midnight_is_skipped_the_day_starts_at_one() -> None:
    assert start_of_day(date(2027, 4, 30), "Africa/Cairo") == _utc(2027, 4, 29, 22)
    assert start_of_day(date(2027, 4, 30), "Africa/Cairo").astimezone(zone_of("Africa/Cairo")).time() == time(1)


@pytest.mark.parametrize(
    ("submitted", "until"),
    [
        (_berlin(2026, 11, 22, 10), _berlin(2026, 11, 25, 18)),  # Sunday: three days are Wednesday
        (_berlin(2026, 11, 23, 18), _berlin(2026, 11, 26, 18)),
        (_berlin(2026, 11, 23, 18, 0, 1), _berlin(2026, 11, 27, 18)),
        (_berlin(2026, 11, 24, 18, 1), _berlin(2026, 11, 30, 18)),  # Friday after hours: Monday
        (_berlin(2026, 11, 25, 9), _berlin(2026, 11, 30, 18)),  # Saturday: Monday
        (_berlin(2026, 11, 26, 23), _berlin(2026, 11, 30, 18)),  # Sunday: Monday
        (_berlin(2027, 3, 25, 9), _berlin(2027, 3, 29, 18)),  # over the change of the clocks
        (_berlin(2027, 10, 29, 17, 30), _berlin(2027, 11, 1, 18)),
    ],
)
def test_a_hold_lasts_until_six_of_the_working_day_on_which_it_ends(submitted: datetime, until: datetime) -> None:
    assert confirm_by(submitted, 72, BERLIN, None) == until


def test_a_hold_ends_with_the_start_at_the_latest() -> None:
    starts_at = _berlin(2026, 11, 24, 9)

    assert confirm_by(_berlin(2026, 11, 23, 10), 72, BERLIN, starts_at) == starts_at


@given(_INSTANTS, st.integers(0, 400), _ZONES, st.none() | _INSTANTS)
def test_a_hold_is_never_cut_short_but_by_the_start(
    submitted: datetime, hours: int, zone: str, starts_at: datetime | None
) -> None:
    until = confirm_by(submitted, hours, zone, starts_at)

    local = until.astimezone(zone_of(zone))
    hold_ends = submitted + timedelta(hours=hours)
    assert until.tzinfo is UTC
    if until == starts_at:
        assert until <= confirm_by(submitted, hours, zone, None)
    else:
        assert (local.hour, local.minute, local.weekday() < 5) == (18, 0, True)
        assert hold_ends <= until < hold_ends + timedelta(days=3, hours=1)


def test_who_waits_moves_up_until_noon_of_the_day_before() -> None:
    assert promotes_until(_berlin(2027, 1, 26, 9, 30), None, BERLIN) == _berlin(2027, 1, 25, 12)
    assert promotes_until(_berlin(2027, 3, 29, 9), None, BERLIN) == _utc(2027, 3, 28, 10)


def test_without_a_time_the_day_counts_and_without_a_day_there_is_no_end_yet() -> None:
    assert promotes_until(None, date(2027, 1, 26), BERLIN) == _berlin(2027, 1, 25, 12)
    assert promotes_until(None, None, BERLIN) is None


def test_the_day_before_is_counted_in_the_events_zone() -> None:
    assert promotes_until(_utc(2027, 1, 26, 23, 30), None, BERLIN) == _berlin(2027, 1, 26, 12)


@pytest.mark.parametrize(
    ("windows", "whole"),
    [
        ([], (None, None)),
        ([(_utc(2027, 1, 1), _utc(2027, 1, 2))], (_utc(2027, 1, 1), _utc(2027, 1, 2))),
        ([(_utc(2027, 1, 3), None), (_utc(2027, 1, 1), _utc(2027, 1, 2))], (_utc(2027, 1, 1), None)),
        ([(None, _utc(2027, 1, 1)), (_utc(2027, 1, 2), _utc(2027, 1, 3))], (None, _utc(2027, 1, 3))),
    ],
)
def test_several_windows_open_with_the_first_and_close_with_the_last(windows: list[Span], whole: Span) -> None:
    assert span_of(windows) == whole
