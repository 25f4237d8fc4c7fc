"""Would the races see it? Without the clerk, and without its look at the capacity, they must."""

from dataclasses import replace

from confman.kernel.db import Database
from confman.usecases import work
from tests.builders import AnEvent, APart
from tests.races import contending, naive
from tests.races.contending import Contest
from tests.races.harness import FAR, IS_FULL, Stopwatch, an_open_event, copies, counts, faults_of, kind_of, opened, tell

ROUNDS = 100 if IS_FULL else 20


def test_whoever_looks_first_and_then_writes_gives_places_twice(database_url: str) -> None:
    naive.without_the_check(database_url)
    contest = replace(a_contest(database_url), settler=naive.first_look_then_write, opens=naive.opens_deferred)
    watch = Stopwatch()

    told = contending.run(contest)

    with opened(database_url) as database:
        oversold = faults_of(database).get("no_place_is_given_twice", 0)
    assert oversold >= 1
    assert sum(held > 1 for held in told.held.values()) == oversold  # and people were told so
    tell(f"control: naive clerk on {kind_of(database_url)}", told.attempts, watch.seconds, events_oversold=oversold)


def test_the_check_refuses_what_the_clerk_would_give_twice(database_url: str) -> None:
    contest = replace(a_contest(database_url), settler=naive.without_looking)
    watch = Stopwatch()

    told = contending.run(contest)

    refused = told.outcomes[f"refused by {naive.GUARD}"]
    with opened(database_url) as database:
        assert faults_of(database) == {}
        assert [held_in(database, made) for made in contest.events] == [1] * ROUNDS
    assert refused > ROUNDS
    assert told.outcomes == {"held": ROUNDS, f"refused by {naive.GUARD}": refused} | {
        name: told.outcomes[name] for name in ("AlreadyRegistered", "Repeated") if told.outcomes[name]
    }
    tell(f"control: CHECK on {kind_of(database_url)}", told.attempts, watch.seconds, refused=refused)


def a_contest(url: str) -> Contest:
    """One place each, 8 connections that ask for it once."""
    with opened(url) as database:
        made = work.write(database, an_open_event, "one-place", [APart(places=1, starts_at=FAR)])
        events = work.write(database, copies, made, ROUNDS)
    return Contest(url, events, processes=4, threads=naive.CONNECTIONS // 4, largest=1)


def held_in(database: Database, made: AnEvent) -> int:
    return work.read(database, counts, made)["conference"][0]
