"""The race of the field: many people, few places, everybody at the same moment, over real servers."""

import asyncio
import random
from collections import Counter

import pytest
from sqlalchemy import Connection, select

from confman.kernel.db import Database
from confman.store.registrations import place, registration
from confman.usecases import work
from tests.builders import AnEvent, APart
from tests.races.calling import Answer, Call, at_once, in_turn, registering
from tests.races.harness import FAR, SHARES, SIZE, Stopwatch, an_open_event, copies, counts, faults_of, tell
from tests.races.sites import SQLITE, Site

PEOPLE, PLACES = 500, 50


def test_of_five_hundred_at_once_fifty_get_a_place_and_the_rest_wait_in_order(site: Site) -> None:
    made = work.write(site.database, an_open_event, "rush", [APart(places=PLACES, starts_at=FAR)])
    watch = Stopwatch()

    answers = asyncio.run(at_once(site.ports, [registering("rush", f"Rush{n}") for n in range(PEOPLE)]))

    seconds = watch.seconds
    assert Counter(answer.status for answer in answers) == {202: PEOPLE}
    told = [answer.outcome for answer in answers]
    assert Counter(told) == {"held": PLACES, "waiting": PEOPLE - PLACES}
    assert work.read(site.database, counts, made) == {"conference": (PLACES, PEOPLE - PLACES)}
    assert faults_of(site.database) == {}
    queue = work.read(site.database, in_order, made)
    assert [state for _, state in queue] == ["held"] * PLACES + ["waiting"] * (PEOPLE - PLACES)
    assert dict(queue) == {f"rush{n}": outcome for n, outcome in enumerate(told)}
    tell(f"{PEOPLE} at once for {PLACES} places on {site.name}", PEOPLE, seconds, held=PLACES)


def test_where_nobody_waits_all_others_are_refused_as_full(site: Site) -> None:
    made = work.write(site.database, an_open_event, "no-waiting", [APart(places=PLACES, starts_at=FAR)])
    calls = [registering("no-waiting", f"Rush{n}", accept_waiting=False) for n in range(PEOPLE)]

    answers = asyncio.run(at_once(site.ports, calls))

    assert Counter((answer.status, answer.outcome) for answer in answers) == {
        (202, "held"): PLACES,
        (409, "/problems/full"): PEOPLE - PLACES,
    }
    assert work.read(site.database, counts, made) == {"conference": (PLACES, 0)}
    assert faults_of(site.database) == {}


def in_order(connection: Connection, made: AnEvent) -> list[tuple[str, str]]:
    """(mailbox, state) by the ledger's numbers, which must be 1, 2, 3 …"""
    query = select(registration.c.email_key, place.c.state, place.c.seq).join(place).order_by(place.c.seq)
    found = connection.execute(query.where(place.c.event_id == made.id)).all()
    assert [row.seq for row in found] == list(range(1, len(found) + 1))
    return [(row.email_key.partition("@")[0], row.state) for row in found]


@pytest.mark.parametrize("share", SHARES)
def test_many_small_events_are_filled_to_the_last_place_and_no_further(site: Site, share: int) -> None:
    """Some send twice at about the same time, with one key."""
    made = work.write(site.database, an_open_event, f"small-{share}", [APart(places=3, starts_at=FAR)])
    attempts = SIZE.http // len(SHARES) // (1 if site.name == SQLITE else 2)  # PostgreSQL is raced twice
    events = work.write(site.database, copies, made, attempts // 34 + 1)
    chance = random.Random(share)
    calls = [call for one in events for call in _calls(chance, one.slug)]
    watch = Stopwatch()

    answers = asyncio.run(in_turn(site.ports, calls, clients=64))

    seconds = watch.seconds
    assert len(answers) == len(calls) >= attempts
    assert {answer.status for answer in answers} == {202, 409}
    assert faults_of(site.database) == {}
    assert {one.slug: _held(site.database, one) for one in events} == {one.slug: 3 for one in events}
    assert_same_key_same_answer(calls, answers)
    told = Counter(answer.outcome for answer in answers)
    tell(f"requests on {site.name}", len(answers), seconds, **{key.lstrip("/"): n for key, n in told.items()})


def _calls(chance: random.Random, slug: str) -> list[Call]:
    """34 for people of whom at most 30 are different, mixed."""
    calls = [registering(slug, f"Only{n}", accept_waiting=n % 4 == 0) for n in range(24)]
    for n in range(5):
        calls += [registering(slug, f"Twice{n}", key=f"{slug}-{n}", accept_waiting=n % 2 == 0)] * 2
    chance.shuffle(calls)
    return calls


def _held(database: Database, made: AnEvent) -> int:
    held, _ = work.read(database, counts, made)["conference"]
    return held


def assert_same_key_same_answer(calls: list[Call], answers: list[Answer]) -> None:
    """Where both were accepted; who was refused and sends again is asked anew."""
    told: dict[str, set[bytes]] = {}
    for call, answer in zip(calls, answers, strict=True):
        if "Idempotency-Key" in call.headers and answer.status == 202:
            told.setdefault(call.headers["Idempotency-Key"], set()).add(answer.body)
    assert {key: bodies for key, bodies in told.items() if len(bodies) > 1} == {}
