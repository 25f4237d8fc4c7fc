from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confman.domain.values import Window, text_in

_NINE = datetime(2027, 1, 26, 9, tzinfo=UTC)


def _hours(start: float, end: float) -> Window:
    return Window(_NINE + timedelta(hours=start), _NINE + timedelta(hours=end))


def test_the_reader_gets_the_text_in_their_language() -> None:
    assert text_in({"de": "Werkstatt", "en": "Workshop"}, "en") == ("Workshop", "en")


def test_without_it_the_reader_gets_the_first_and_is_told_its_language() -> None:
    assert text_in({"de": "Werkstatt"}, "en") == ("Werkstatt", "de")


def test_a_text_that_says_nothing_counts_as_missing() -> None:
    assert text_in({"de": "", "en": "Workshop"}, "de") == ("Workshop", "en")


def test_no_text_at_all_is_said_so() -> None:
    assert text_in({}, "de") is None
    assert text_in({"de": ""}, "de") is None


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        (_hours(0, 1), _hours(1, 2), False),
        (_hours(0, 1), _hours(2, 3), False),
        (_hours(0, 1.5), _hours(1, 2), True),
        (_hours(0, 3), _hours(1, 2), True),
        (_hours(0, 1), _hours(0, 1), True),
    ],
)
def test_windows_overlap_but_do_not_by_touching(one: Window, other: Window, overlap: bool) -> None:
    assert (one.overlaps(other), other.overlaps(one)) == (overlap, overlap)


@given(st.integers(0, 20), st.integers(1, 20), st.integers(0, 20), st.integers(1, 20), st.integers(0, 40))
def test_an_instant_in_both_windows_is_an_overlap(a: int, a_long: int, b: int, b_long: int, at: int) -> None:
    in_both = a <= at < a + a_long and b <= at < b + b_long

    assert _hours(a, a + a_long).overlaps(_hours(b, b + b_long)) or not in_both


def test_a_window_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="a window ends after it starts"):
        _hours(1, 1)
