"""One batch equals the same requests in any smaller batches: places, outcomes, numbers and letters."""

from collections.abc import Sequence
from itertools import pairwise
from random import Random
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from confman.domain.ledger.requests import Request
from tests.domain.ledger_histories import Crowd, a_programme, plain, sizes
from tests.domain.ledger_rows import Rows
from tests.domain.ledger_world import World
from tests.domain.test_ledger_machine import FULL, SEEDS

Letters = tuple[list[Any], dict[tuple[UUID, str, UUID | None], Any]]


def merged(rows: Rows) -> Letters:
    """Of several letters about changes to one person what one tells: the first `before` and the last `places`."""
    single: list[Any] = []
    several: dict[tuple[UUID, str, UUID | None], Any] = {}
    for at, letter in rows.letters:
        if letter.kind not in {"changed", "promoted"}:
            single.append((at, letter))
            continue
        before = several.get((letter.id, letter.kind, letter.bulk), (letter.before,))[0]
        several[letter.id, letter.kind, letter.bulk] = before, letter.places, letter.contact, letter.email_key
    return single, several


def a_world(seed: int, *, confirms: bool) -> World:
    random = Random(seed)
    world = World(confirms_address=confirms, max_per_address=random.randint(2, 6))
    a_programme(world, sizes(random))
    world.forward(hours=1)
    return world


def one_by_one(world: World, seed: int, count: int) -> tuple[list[Request], list[object]]:
    """Made up as they are settled, so that they are about people who are there: the requests and their outcomes."""
    crowd = Crowd(Random(seed))
    requests: list[Request] = []
    outcomes: list[object] = []
    for _ in range(count):
        requests += crowd.asks(1)
        outcomes += map(plain, world.ask(requests[-1]))
        crowd.look_around(world.rows.people)
    return requests, outcomes


def in_batches(world: World, requests: Sequence[Request], ends: Sequence[int]) -> list[object]:
    outcomes: list[object] = []
    for start, end in pairwise([0, *sorted(ends), len(requests)]):
        outcomes += map(plain, world.ask(*requests[start:end]))
    return outcomes


@settings(max_examples=5000 if FULL else 60, deadline=None)
@given(seed=SEEDS, count=st.integers(2, 40), ends=st.lists(st.integers(0, 40), max_size=10), confirms=st.booleans())
def test_any_split_of_a_batch_gives_the_same(seed: int, count: int, ends: list[int], confirms: bool) -> None:
    singly = a_world(seed, confirms=confirms)
    requests, outcomes = one_by_one(singly, seed, count)

    for batches in ([], [min(end, count) for end in ends]):
        world = a_world(seed, confirms=confirms)
        assert in_batches(world, requests, batches) == outcomes
        assert world.rows.people == singly.rows.people
        assert world.rows.units == singly.rows.units
        assert (world.rows.seq, world.rows.keys) == (singly.rows.seq, singly.rows.keys)
        assert merged(world.rows) == merged(singly.rows)
