"""Half-days of parts, and what the numbers mean that somebody types from a signed list."""

from datetime import UTC, date, datetime

import pytest

from confman.domain.attendance import HalfDay, Typed, half_days, meant, numbers_in, seen, was_seen, whole_days

ZONE = "Europe/Berlin"
KNOWN = range(1, 121)


def at(day: int, clock: str) -> datetime:
    """An instant of January 2027 by the clocks of Berlin."""
    hour, minute = map(int, clock.split(":"))
    return datetime(2027, 1, day, hour - 1, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("starts", "ends", "keys"),
    [
        ((26, "9:30"), (26, "13:00"), ["2027-01-26am"]),
        ((26, "14:00"), (26, "17:30"), ["2027-01-26pm"]),
        ((26, "9:00"), (26, "16:30"), ["2027-01-26am", "2027-01-26pm"]),
        ((26, "9:00"), (26, "14:30"), ["2027-01-26am"]),  # lunch after a morning is no afternoon
        ((26, "12:45"), (26, "13:45"), ["2027-01-26pm"]),
        ((26, "12:00"), (26, "14:00"), ["2027-01-26am"]),
        ((26, "19:00"), (27, "1:00"), ["2027-01-26pm"]),  # nobody signs for the hour after midnight
        ((26, "13:00"), (27, "12:00"), ["2027-01-26pm", "2027-01-27am"]),
        ((26, "9:00"), (27, "16:00"), ["2027-01-26am", "2027-01-26pm", "2027-01-27am", "2027-01-27pm"]),
    ],
)
def test_a_part_has_the_half_days_that_it_really_takes(
    starts: tuple[int, str], ends: tuple[int, str], keys: list[str]
) -> None:
    assert [half.key for half in half_days(at(*starts), at(*ends), ZONE)] == keys


@pytest.mark.parametrize(("starts", "key"), [("9:30", "2027-01-26am"), ("18:00", "2027-01-26pm")])
def test_without_an_end_a_part_is_where_it_starts(starts: str, key: str) -> None:
    assert [half.key for half in half_days(at(26, starts), None, ZONE)] == [key]


def test_half_days_are_those_of_the_clocks_on_the_wall() -> None:
    late = datetime(2027, 1, 25, 23, 30, tzinfo=UTC)  # half past midnight in Berlin

    assert half_days(late, None, ZONE) == (HalfDay(date(2027, 1, 26), "am"),)


def test_without_times_there_is_a_list_for_each_day() -> None:
    assert [half.key for half in whole_days(date(2027, 1, 26), date(2027, 1, 27))] == ["2027-01-26", "2027-01-27"]
    assert [half.key for half in whole_days(date(2027, 1, 26), None)] == ["2027-01-26"]
    assert [half.key for half in whole_days(None, None)] == ["all"]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("17", (17,)),
        ("3 17 40-44", (3, 17, 40, 41, 42, 43, 44)),
        (" 3,17; 40 – 42.", (3, 17, 40, 41, 42)),
        ("44-40", (40, 41, 42, 43, 44)),
        ("17 17 16-18", (17, 16, 18)),
        ("007", (7,)),
        ("", ()),
    ],
)
def test_numbers_are_read_as_people_type_them(text: str, numbers: tuple[int, ...]) -> None:
    assert numbers_in(text, KNOWN) == Typed(numbers)


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("3 Schmidt", Typed((3,), unreadable=("Schmidt",))),
        ("3 121", Typed((3,), unknown=("121",))),
        ("1-999999", Typed(unknown=("1-999999",))),
        ("-5", Typed(unreadable=("-5",))),
        ("1-2-3", Typed(unreadable=("1-2-3",))),
        ("٣", Typed(unreadable=("٣",))),
        ("9999999", Typed(unreadable=("9999999",))),
    ],
)
def test_what_is_no_number_of_the_list_is_named_as_it_was_typed(text: str, typed: Typed) -> None:
    assert numbers_in(text, KNOWN) == typed


def test_a_long_text_is_read_as_quickly_as_a_short_one() -> None:
    assert numbers_in("1" + " " * 60_000 + "2", KNOWN) == Typed((1, 2))


def test_a_span_leaves_out_the_numbers_that_are_gone() -> None:
    assert numbers_in("1-4", [1, 2, 4]) == Typed((1, 2, 4))


def test_a_number_means_the_other_state_than_the_one_on_the_page() -> None:
    page = was_seen(seen({1: True, 2: False, 3: True}))
    meanwhile = {1: True, 2: False, 3: False, 4: True}

    assert meant([1, 2, 3, 4], meanwhile, page) == {1: False, 2: True, 3: False, 4: True}


@pytest.mark.parametrize("carried", ["", "xyz", "-1", "a" * 30_001])
def test_without_knowing_the_page_a_number_means_the_other_state_than_the_one_kept(carried: str) -> None:
    assert meant([1, 2], {1: True, 2: False}, was_seen(carried)) == {1: False, 2: True}


def test_an_empty_page_can_be_carried_too() -> None:
    assert was_seen(seen({})) == 0
