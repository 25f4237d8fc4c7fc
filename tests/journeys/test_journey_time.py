"""Clocks that are put forward and back, by law or by mistake."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from textwrap import dedent

import pytest
from sqlalchemy import Connection, select

from confman.store.outbox import letter
from confman.store.registrations import place, registration
from confman.usecases.book import read_book
from confman.usecases.importing import Importer, apply_book
from tests.builders import NOW, APart, an_event
from tests.journeys.nights import ALL_DUE, FORUMS, SLUG, are_right, confirmed, families, link_to, night
from tests.world import World

A_MOMENT = timedelta(microseconds=1)
HOUR = timedelta(hours=1)
BOOK = """
    host: {slug: stadt, name: Stadt, zone: Europe/Berlin}
    events:
      - slug: tagung
        kind: conference
        life: published
        title: Tagung
        date: 2028-06-01
        registration: {opens: 2026-01-01, closes: %s}
        parts: [{slug: vormittag, title: Vormittag, starts: "9:00", ends: "12:00"}]
"""


def imported(conn: Connection, closes: str) -> None:
    book = read_book("b.yaml", dedent(BOOK % closes).encode())
    apply_book(conn, book, Importer(datetime(2026, 1, 1, tzinfo=UTC), "operator"))


@pytest.mark.parametrize(
    ("closes", "instant"),
    [
        ("2027-03-28", "2027-03-28T22:00:00+00:00"),  # a day of 23 hours
        ("2026-10-25", "2026-10-25T23:00:00+00:00"),  # of 25
        ("2028-02-29", "2028-02-29T23:00:00+00:00"),
        ("2026-12-31", "2026-12-31T23:00:00+00:00"),
        ("2026-10-25 2:30", "2026-10-25T00:30:00+00:00"),  # the earlier of two
    ],
)
def test_a_deadline_is_one_instant_for_page_interface_and_ledger(world: World, closes: str, instant: str) -> None:
    world.write(imported, closes)
    closes_at = datetime.fromisoformat(instant)

    told = []
    for number, now in enumerate((closes_at - A_MOMENT, closes_at, closes_at + A_MOMENT)):
        world.now = now
        world.loop.run(_a_while())
        answer = world.register("tagung", f"Person{number}")
        is_open = world.get("events/tagung/availability").json()["open"]
        form = world.get("/events/tagung/registration", headers={"accept": "text/html"})
        told.append((answer.status_code, is_open, "given_name" in form.text))

    assert told == [(202, True, True), (409, False, False), (409, False, False)]
    assert families(world) == ["Person0"]


async def _a_while() -> None:
    """Longer than a view of the event is used without asking whether it is current."""
    await asyncio.sleep(0.15)


@pytest.mark.parametrize(
    ("submitted", "until"),
    [
        ("2027-03-25T17:30:00+00:00", "2027-03-29T16:00:00+00:00"),  # Thursday evening, over the night of spring
        ("2026-10-22T17:30:00+00:00", "2026-10-26T17:00:00+00:00"),  # over the night of autumn
    ],
)
def test_a_hold_ends_at_six_by_the_clocks_of_that_day(world: World, submitted: str, until: str) -> None:
    world.write(imported, "2028-05-01")
    world.now = datetime.fromisoformat(submitted)

    answer = world.register("tagung", "Adler").json()

    assert datetime.fromisoformat(answer["confirm_by"]) == datetime.fromisoformat(until)


def test_who_came_first_stays_first_when_the_clock_is_put_back(world: World) -> None:
    world.write(an_event, (APart("konferenz", 1),))
    for family in ("Adler", "Bussard"):
        confirmed(world, family)
    world.now = NOW - 2 * HOUR
    confirmed(world, "Zander")

    world.press(f"{link_to(world, 'Adler')}/cancellation")

    held = select(registration.c.family_name).join(place).where(place.c.state == "held")
    assert world.read(lambda conn: conn.execute(held).scalars().all()) == ["Bussard"]
    assert are_right(world)


def test_a_clock_that_is_put_back_and_forth_lapses_and_writes_once(world: World) -> None:
    world.write(an_event, FORUMS)
    world.register(SLUG, "Vergessen")
    for hours in (0, 24 * 9, 24 * 2, 24 * 9, 0, 24 * 10):
        world.now = NOW + hours * HOUR
        world.run_jobs()

    ends = select(registration.c.ended_by)
    assert world.read(lambda conn: conn.execute(ends).scalars().all()) == ["lapse"]
    kinds = world.read(lambda conn: conn.execute(select(letter.c.kind)).scalars().all())
    assert sorted(kinds) == sorted(set(kinds))


def test_nobody_comes_back_when_the_clock_is_put_back_behind_an_erasure(world: World) -> None:
    world.write(an_event, FORUMS)
    confirmed(world, "Adler")
    link = link_to(world, "Adler")
    night(world, ALL_DUE)

    night(world, NOW)
    world.run_jobs()

    assert families(world) == []
    assert world.get(link).status_code == 410
    assert world.register(SLUG, "Adler").status_code == 202


def test_an_event_of_the_last_possible_day_stops_no_page_and_no_night(world: World) -> None:
    last = date(2199, 12, 31)
    world.write(an_event, FORUMS, SLUG, starts_on=last, ends_on=last)
    confirmed(world, "Adler")

    night(world, datetime(2199, 12, 31, 23, 59, 59, tzinfo=UTC))

    assert families(world) == ["Adler"]
    assert "30. Juni 2200" in world.page(link_to(world, "Adler"))
    assert world.get(f"/events/{SLUG}").status_code == 200
