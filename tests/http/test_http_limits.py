"""How often one address may be tried on one node."""

from typing import Any
from uuid import UUID

from confman.http import limits
from confman.http.limits import TRIES_AN_HOUR, Tries

EVENT = UUID(int=1)


def exhausted(tries: Tries, address: str) -> None:
    assert [tries.count(EVENT, address, 0) for _ in range(TRIES_AN_HOUR + 1)] == [True] * TRIES_AN_HOUR + [False]


def test_many_other_addresses_do_not_reset_the_limit_of_those_tried_meanwhile(monkeypatch: Any) -> None:
    monkeypatch.setattr(limits, "AT_MOST_ADDRESSES", 3)
    tries = Tries()
    exhausted(tries, "anna")

    told = [(tries.count(EVENT, f"other {number}", 1), tries.count(EVENT, "anna", 1)) for number in range(10)]

    assert told == [(True, False)] * 10


def test_so_many_addresses_as_fit_are_remembered(monkeypatch: Any) -> None:
    monkeypatch.setattr(limits, "AT_MOST_ADDRESSES", 2)
    tries = Tries()
    for address in ("anna", "ben"):
        exhausted(tries, address)

    tries.count(EVENT, "cem", 1)

    assert [tries.count(EVENT, address, 1) for address in ("ben", "anna")] == [False, True]


def test_the_next_hour_begins_anew() -> None:
    tries = Tries()
    exhausted(tries, "anna")

    assert [tries.count(EVENT, "anna", seconds) for seconds in (3_599, 3_600)] == [False, True]
