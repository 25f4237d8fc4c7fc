"""Until when data are kept."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confman.domain.retention import (
    ErasureDays,
    Occasion,
    Standing,
    Terms,
    day_of_erasing,
    ended_before,
    erasure_days,
    last_day_before,
    local_day,
    terms_of,
)

ZONE = "Europe/Berlin"
CONFERENCE = Occasion(zone=ZONE, last_day=date(2027, 1, 26), closes_on=date(2027, 1, 20))


def the_days(occasion: Occasion = CONFERENCE, **terms: int) -> ErasureDays:
    return erasure_days(Terms(**terms), occasion)


def test_of_a_conference_in_january_all_days_are_told() -> None:
    days = the_days()

    assert days.unconfirmed_on == date(2027, 1, 27)
    assert days.answers_on(14) == date(2027, 2, 9)
    assert days.answers_on(30) == date(2027, 2, 25)
    assert days.cancelled_on == date(2027, 2, 25)
    assert days.registrations_on == date(2027, 7, 26)


def test_a_host_may_keep_registrations_for_a_number_of_days() -> None:
    assert the_days(registration_days=181).registrations_on == date(2027, 7, 26)
    assert the_days(registration_days=90).registrations_on == date(2027, 4, 26)


@pytest.mark.parametrize(
    ("last_day", "erased_on"),
    [
        (date(2027, 8, 31), date(2028, 2, 29)),
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2028, 2, 29), date(2028, 8, 29)),
        (date(2027, 12, 31), date(2028, 6, 30)),
        (date(2027, 6, 30), date(2027, 12, 30)),
        (date(2027, 7, 1), date(2028, 1, 1)),
    ],
)
def test_half_a_year_ends_on_the_day_of_the_same_number_or_the_last_of_its_month(
    last_day: date, erased_on: date
) -> None:
    assert the_days(replace(CONFERENCE, last_day=last_day, closes_on=None)).registrations_on == erased_on


def test_without_a_deadline_the_last_day_stands_for_it() -> None:
    assert the_days(replace(CONFERENCE, closes_on=None)).unconfirmed_on == date(2027, 2, 2)


def test_nothing_outlives_its_registration() -> None:
    days = the_days(registration_days=30, cancelled_days=300, unconfirmed_days=90)

    assert days.answers_on(3_000) == days.cancelled_on == days.unconfirmed_on == days.registrations_on


def test_an_event_that_was_called_off_is_over_on_that_day() -> None:
    days = the_days(replace(CONFERENCE, cancelled_on=date(2026, 12, 1)))

    assert days.over_on == date(2026, 12, 1)
    assert days.unconfirmed_on == date(2026, 12, 8)
    assert days.answers_on(14) == date(2026, 12, 15)
    assert days.registrations_on == date(2027, 6, 1)


def test_calling_it_off_afterwards_keeps_nothing_longer() -> None:
    assert the_days(replace(CONFERENCE, cancelled_on=date(2027, 3, 1))) == the_days()


def test_an_event_without_a_day_keeps_whom_it_still_expects() -> None:
    days = the_days(Occasion(zone=ZONE, last_day=None))

    assert days == ErasureDays(Terms(), None, None, None, None)
    assert days.answers_on(14) is None
    assert days.registration_on(Standing()) is None
    assert days.registration_on(Standing(holds=False)) is None


def test_an_event_without_a_day_does_not_keep_who_has_left() -> None:
    days = the_days(Occasion(zone=ZONE, last_day=None))
    left = date(2026, 12, 1)

    assert days.registration_on(Standing(ended_on=left)) == date(2026, 12, 31)
    assert days.registration_on(Standing(is_confirmed=False, ended_on=left)) == date(2026, 12, 8)


def test_each_registration_goes_on_the_day_of_its_kind() -> None:
    days = the_days()

    assert days.registration_on(Standing()) == days.registrations_on
    assert days.registration_on(Standing(holds=False)) == days.cancelled_on
    assert days.registration_on(Standing(ended_on=date(2026, 12, 1))) == days.cancelled_on
    assert days.registration_on(Standing(is_confirmed=False)) == days.unconfirmed_on
    assert days.registration_on(Standing(is_confirmed=False, ended_on=date(2026, 12, 1))) == days.unconfirmed_on


def test_terms_are_the_hosts_or_the_usual() -> None:
    assert terms_of(None) == Terms()
    assert terms_of({"needs_days": 7, "of_another_version": 1}) == Terms(needs_days=7)


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2027-01-26T01:59:59.999999+00:00", date(2027, 1, 25)),
        ("2027-01-26T02:00:00+00:00", date(2027, 1, 26)),
        # the night without an hour from two to three, and the one that has it twice
        ("2027-03-28T00:59:59+00:00", date(2027, 3, 27)),
        ("2027-03-28T01:00:00+00:00", date(2027, 3, 28)),
        ("2027-10-31T01:59:59+00:00", date(2027, 10, 30)),
        ("2027-10-31T02:00:00+00:00", date(2027, 10, 31)),
        ("2028-02-29T02:00:00+00:00", date(2028, 2, 29)),
    ],
)
def test_what_is_due_on_a_day_goes_from_three_in_the_morning(now: str, day: date) -> None:
    assert day_of_erasing(datetime.fromisoformat(now), ZONE) == day


def test_a_night_is_that_of_the_events_zone() -> None:
    now = datetime(2027, 1, 26, 2, 0, tzinfo=UTC)

    assert day_of_erasing(now, "America/New_York") == date(2027, 1, 25)
    assert day_of_erasing(now, "Asia/Tokyo") == date(2027, 1, 26)


def test_a_deadline_at_midnight_belongs_to_the_day_before() -> None:
    assert last_day_before(datetime(2027, 1, 20, 23, 0, tzinfo=UTC), ZONE) == date(2027, 1, 20)
    assert last_day_before(datetime(2027, 1, 20, 23, 0, 0, 1, tzinfo=UTC), ZONE) == date(2027, 1, 21)
    assert last_day_before(None, ZONE) is None
    assert local_day(datetime(2027, 1, 20, 23, 0, tzinfo=UTC), ZONE) == date(2027, 1, 21)
    assert local_day(None, ZONE) is None


_DAYS = st.dates(date(2020, 1, 1), date(2060, 1, 1))


@given(
    st.builds(
        Occasion,
        zone=st.just(ZONE),
        last_day=_DAYS | st.none(),
        closes_on=_DAYS | st.none(),
        cancelled_on=_DAYS | st.none(),
    ),
    st.integers(1, 4_000),
)
def test_whatever_happens_nothing_is_kept_longer_than_registrations(occasion: Occasion, days: int) -> None:
    told = the_days(occasion)

    later = [told.unconfirmed_on, told.cancelled_on, told.answers_on(days)]
    if told.registrations_on is not None:
        assert all(day is not None and day <= told.registrations_on for day in later)


@given(
    st.timedeltas(timedelta(0), timedelta(days=1_000)).map(lambda since: datetime(2026, 1, 1, tzinfo=UTC) + since),
    st.dates(date(2026, 1, 1), date(2028, 12, 31)),
    st.integers(1, 90),
)
def test_what_ended_before_that_instant_is_what_is_due(ended_at: datetime, day: date, days: int) -> None:
    standing = Standing(ended_on=local_day(ended_at, ZONE))
    told = erasure_days(Terms(cancelled_days=days), Occasion(zone=ZONE, last_day=None))

    erased_on = told.registration_on(standing)

    assert erased_on is not None
    assert (ended_at < ended_before(day, days, ZONE)) == (erased_on <= day)
