from datetime import UTC, datetime

import pytest

from confman.domain.daytime import is_day


@pytest.mark.parametrize(
    ("utc", "day"),
    [
        (datetime(2027, 1, 26, 5, 59, 59, tzinfo=UTC), False),
        (datetime(2027, 1, 26, 6, tzinfo=UTC), True),
        (datetime(2027, 1, 26, 18, 59, 59, tzinfo=UTC), True),
        (datetime(2027, 1, 26, 19, tzinfo=UTC), False),
        (datetime(2027, 7, 26, 5, tzinfo=UTC), True),  # in summer an hour earlier
        (datetime(2027, 7, 26, 18, tzinfo=UTC), False),
    ],
)
def test_by_day_is_from_seven_to_twenty_by_the_clocks_of_the_place(utc: datetime, day: bool) -> None:
    assert is_day(utc, "Europe/Berlin") == day
