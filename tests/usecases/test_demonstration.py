"""The demonstration is what it says, whenever it is loaded."""

import asyncio
import shutil
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from confman.domain.ledger.requests import Cancel, Hand
from confman.jobs.lapsing import lapse_due
from confman.jobs.reminding import remind_due
from confman.kernel.db import Database, open_database
from confman.store.audit import audit
from confman.store.events import event
from confman.store.outbox import letter
from confman.store.programme import part, question, session, unit
from confman.store.registrations import category, place, registration
from confman.usecases import demonstration, work
from confman.usecases.book_nodes import Scalar
from confman.usecases.book_values import Book
from confman.usecases.clerk import LocalClerk
from confman.usecases.demonstration_dates import main_day, told_from
from confman.usecases.demonstration_load import load
from confman.usecases.demonstration_people import Wanted, people
from confman.usecases.events import current
from confman.usecases.importing import Importer, apply_book
from confman.usecases.ledger import RulesCache
from confman.usecases.manage import attendance, needs
from confman.usecases.registrar import Ask, settle_batch
from confman.usecases.work import Work

LOADED = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = LOADED + timedelta(hours=1)


# dates


def test_the_main_event_is_a_tuesday_nine_weeks_ahead() -> None:
    assert main_day(date(2026, 11, 22)) == date(2027, 1, 26)


@pytest.mark.parametrize(
    ("loaded_on", "main"),
    [
        (date(2026, 10, 26), date(2027, 1, 12)),  # 29 December and 5 January: between the years
        (date(2029, 2, 26), date(2029, 5, 8)),  # 1 May
        (date(2028, 7, 30), date(2028, 10, 10)),  # 3 October
        (date(2022, 8, 30), date(2022, 11, 8)),  # 1 November
    ],
)
def test_the_main_event_avoids_holidays(loaded_on: date, main: date) -> None:
    assert main_day(loaded_on) == main


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("E", "2027-01-26"),
        ("E-6", "2027-01-20"),
        ("E-4 12:00", "2027-01-22 12:00"),
        ("L-12", "2026-11-10"),
        ("L-6w Mon 9:00", "2026-10-12 9:00"),
        ("L+16w Wed+1", "2027-03-18"),
        ("L+5w Thu", "2027-01-07"),  # the 31 December is no day for an event
        ("Erik", "Erik"),
        ("E-mail", "E-mail"),
        ("", ""),
    ],
)
def test_dates_are_told_from_the_day_of_the_load(told: str, meant: str) -> None:
    assert told_from(date(2026, 11, 22), Scalar(told, 1)).text == meant


def test_the_invented_city_is_in_order_on_every_day_of_a_year() -> None:
    for days in range(0, 371, 9):  # 9 and 7 have no common divisor: every weekday in every season
        now = LOADED + timedelta(days=days)
        book = demonstration.city(now)
        told = [
            at for found in book.events for at in (found.announced_at, found.published_at, found.cancelled_at) if at
        ]
        assert max(told) <= now


def test_the_deadlines_are_those_of_the_scenario() -> None:
    main = demonstration.city(LOADED).events[0]

    assert (main.announced_at, main.opens_at, main.closes_at, main.change_until, main.print_close_at) == (
        datetime(2026, 10, 12, 7, tzinfo=UTC),
        datetime(2026, 11, 2, 8, tzinfo=UTC),
        datetime(2027, 1, 20, 23, tzinfo=UTC),
        datetime(2027, 1, 22, 11, tzinfo=UTC),
        datetime(2027, 1, 22, 11, tzinfo=UTC),
    )


def test_the_companions_are_there() -> None:
    events = {found.slug: found for found in demonstration.city(LOADED).events}

    assert list(events) == [
        "werkstatt-5-lindenbrueck",
        "werkstatt-4-lindenbrueck",
        "fachdialog-leerstand",
        "werkstatt-6-lindenbrueck",
        "buergerforum-speicherufer",
        "fortbildung-moderation",
    ]
    assert events["fachdialog-leerstand"].starts_on == date(2026, 11, 10)
    assert events["werkstatt-6-lindenbrueck"].starts_on is None
    assert events["buergerforum-speicherufer"].is_cancelled
    assert events["fortbildung-moderation"].opens_at == datetime(2026, 11, 23, 8, tzinfo=UTC)


def test_the_room_of_forum_5_is_too_small_on_purpose() -> None:
    assert [(warning.facts["capacity"], warning.facts["seats"]) for warning in demonstration.city(LOADED).warnings] == [
        (20, 18)
    ]


# people


@pytest.fixture(scope="module")
def everybody() -> list[Wanted]:
    return people(demonstration.city(LOADED).events[0], LOADED)


@pytest.fixture(scope="module")
def live(everybody: list[Wanted]) -> list[Wanted]:
    return [wanted for wanted in everybody if wanted.category == "attendee" and wanted.ends is None]


def test_the_sums_of_people_are_those_of_the_scenario(everybody: list[Wanted], live: list[Wanted]) -> None:
    assert Counter(wanted.category for wanted in everybody if wanted.ends is None) == {
        "attendee": 111,
        "contributor": 8,
        "team": 2,
        "press": 1,
    }
    assert Counter(wanted.ends for wanted in everybody if wanted.ends) == {"self": 4, "lapse": 2}
    assert [sum(not wanted.confirmed for wanted in live), sum(wanted.undeliverable for wanted in live)] == [5, 1]


def test_the_sums_of_parts_are_those_of_the_scenario(live: list[Wanted]) -> None:
    parts = Counter(wanted.parts for wanted in live)

    assert parts == {
        ("werkstatt",): 9,
        ("werkstatt", "abschlusskonferenz"): 31 + 3,
        ("quartiersspaziergang", "abschlusskonferenz"): 12,
        ("abschlusskonferenz",): 56,
    }


def test_nobody_is_there_twice(everybody: list[Wanted]) -> None:
    assert len({(wanted.given_name, wanted.family_name, wanted.email) for wanted in everybody}) == len(everybody)


def test_one_of_each_kind_is_among_them(live: list[Wanted]) -> None:
    names = Counter(f"{wanted.given_name} {wanted.family_name}".strip() for wanted in live)
    boxes = Counter(wanted.email for wanted in live)
    support = Counter(need for wanted in live for need in wanted.answers.get("unterstuetzung", ()))

    assert names["Anna Schmidt"] == 2
    assert {"Łukasz Żółkiewski", "Thị Hạnh Nguyễn", "Şahin Öztürk", "Ursula von der Wiese", "Wulandari"} <= set(names)
    assert (boxes["vorzimmer@lindenbrueck.example"], boxes[None]) == (3, 1)
    assert support == {"gebaerdensprache": 1, "rollstuhlplatz": 1, "assistenz": 1}
    assert (sum(wanted.no_list for wanted in live), sum(wanted.no_photo for wanted in live)) == (1, 1)


def test_addresses_lead_nowhere(everybody: list[Wanted]) -> None:
    assert {wanted.email[-8:] for wanted in everybody if wanted.email} == {".example"}


def test_the_kitchen_knows_what_to_cook(live: list[Wanted]) -> None:
    eating = [wanted for wanted in live if wanted.answers.get("mittagessen")]

    assert len(eating) == 61
    assert Counter(wanted.answers.get("verpflegung") for wanted in eating) == {None: 32, "vegetarisch": 21, "vegan": 8}
    assert sum("unvertraeglichkeit" in wanted.answers for wanted in eating) == 4


def test_needs_are_told_with_consent_only(live: list[Wanted]) -> None:
    sensitive = {"verpflegung", "unvertraeglichkeit", "unterstuetzung"}

    assert all(bool(wanted.answers.keys() & sensitive) == ("needs" in wanted.consents) for wanted in live)
    assert sum("follow-up" in wanted.consents for wanted in live) == 38


# what the ledger makes of them


@pytest.fixture(scope="module")
def loaded_file(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demonstration") / "confman.sqlite"
    shutil.copy(sqlite_template, path)
    database = open_database(f"sqlite:///{path}")
    work.write(database, load, LOADED)
    database.dispose()
    return path


@pytest.fixture
def loaded(loaded_file: Path, tmp_path: Path) -> Iterator[Database]:
    """A copy for this test alone."""
    shutil.copy(loaded_file, tmp_path / "confman.sqlite")
    database = open_database(f"sqlite:///{tmp_path / 'confman.sqlite'}")
    yield database
    database.dispose()


def states(database: Database) -> dict[str, tuple[int, int]]:
    """Held and waiting of the main event's parts and sessions by slug."""
    with database.read.connect() as connection:
        main = connection.execute(select(event.c.id).where(event.c.slug == demonstration.MAIN_EVENT)).scalar_one()
        found: dict[str, tuple[int, int]] = {}
        for table in (part, session):
            rows = select(table.c.slug, unit.c.held, unit.c.waiting).join(unit, unit.c.id == table.c.unit_id)
            found |= {row[0]: (row[1], row[2]) for row in connection.execute(rows.where(table.c.event_id == main))}
        return found


def test_the_ledger_makes_the_state_of_the_scenario(database: Database) -> None:
    work.write(database, load, LOADED)

    assert states(database) == {
        "werkstatt": (40, 3),
        "quartiersspaziergang": (12, 0),
        "abschlusskonferenz": (102, 0),
        "tisch-geld": (13, 0),
        "tisch-menschen": (13, 0),
        "tisch-raeume": (12, 0),
        "gruppe-ufer": (7, 0),
        "gruppe-hof": (5, 0),
        "forum-1": (30, 6),
        "forum-2": (28, 0),
        "forum-3": (9, 0),
        "forum-4": (16, 1),
        "forum-5": (4, 0),
    }


def test_61_of_80_lunches_are_taken(loaded: Database) -> None:
    with loaded.read.connect() as connection:
        (option,) = connection.execute(select(question.c.options).where(question.c.key == "mittagessen")).scalar_one()
        lunch = select(unit.c.capacity, unit.c.held).where(unit.c.id == UUID(hex=option["unit_id"]))

        assert connection.execute(lunch).one() == (80, 61)


def test_registrations_are_in_their_categories(loaded: Database) -> None:
    with loaded.read.connect() as connection:
        main = select(event.c.id).where(event.c.slug == demonstration.MAIN_EVENT)
        live = select(category.c.key, func.count()).join(registration).where(registration.c.ended_at.is_(None))
        live = live.where(registration.c.event_id.in_(main))
        counted = {row[0]: row[1] for row in connection.execute(live.group_by(category.c.key))}

    assert counted == {"attendee": 111, "contributor": 8, "team": 2, "press": 1}


def test_two_needs_are_still_to_do_and_half_of_a_signed_list_to_enter(loaded: Database) -> None:
    with loaded.read.connect() as connection:
        main, before = (current(connection, slug) for slug in (demonstration.MAIN_EVENT, demonstration.DIALOGUE))
        found = [(item.option, item.met is None) for item in needs.items(connection, main)]
        [half] = attendance.progress(connection, before)

    assert sorted(found) == [("assistenz", True), ("gebaerdensprache", True), ("rollstuhlplatz", False)]
    assert half.begun is not None
    assert (half.begun["finished_at"], half.here, half.away) == (None, 27, 4)


def seats_of(database: Database, slug: str, state: str) -> list[UUID]:
    with database.read.connect() as connection:
        key = connection.execute(select(session.c.unit_id).where(session.c.slug == slug)).scalar_one()
        found = select(place.c.registration_id).where(place.c.unit_id == key, place.c.state == state, place.c.counted)
        return list(connection.execute(found.order_by(place.c.seq)).scalars())


def test_the_first_third_and_fifth_who_wait_for_forum_1_sit_in_forum_3(loaded: Database) -> None:
    waiting, sitting = seats_of(loaded, "forum-1", "waiting"), seats_of(loaded, "forum-3", "held")

    assert [key in sitting for key in waiting] == [True, False, True, False, True, False]


def settle(database: Database, request: Any, now: datetime) -> None:
    with database.write.begin() as connection:
        main = connection.execute(select(event.c.id).where(event.c.slug == demonstration.MAIN_EVENT)).scalar_one()
        settle_batch(connection, main, [Ask(request, actor="organiser")], lambda: now, RulesCache())


def at_work(database: Database, now: datetime, job: Callable[[Work], Awaitable[int]]) -> int:
    """What the job returns at that instant."""

    async def run() -> int:
        running = Work(open_database(str(database.write.url)), lambda: now)
        try:
            return await job(running)
        finally:
            running.close()

    return asyncio.run(run())


async def lapse(running: Work) -> int:
    return await lapse_due(running, LocalClerk(running))


def test_cancelling_the_anna_schmidt_of_forum_1_moves_two(loaded: Database) -> None:
    first = seats_of(loaded, "forum-1", "waiting")[0]
    with loaded.read.connect() as connection:
        annas = select(registration.c.id).where(registration.c.family_name == "Schmidt")
        (anna,) = set(connection.execute(annas).scalars()) & set(seats_of(loaded, "forum-1", "held"))

    settle(loaded, Cancel(anna, "organiser", Hand("organiser", ignores_deadlines=True)), LATER)

    assert first in seats_of(loaded, "forum-1", "held")
    assert (states(loaded)["forum-1"], states(loaded)["forum-3"]) == ((30, 5), (8, 0))


def test_two_reservations_of_forum_4_lapse_soon_and_who_waits_moves_up(loaded: Database) -> None:
    (first,) = seats_of(loaded, "forum-4", "waiting")

    early, lapsed = (at_work(loaded, LOADED + timedelta(minutes=minutes), lapse) for minutes in (9, 11))

    assert (early, lapsed) == (0, 1)
    assert first in seats_of(loaded, "forum-4", "held")
    assert (states(loaded)["forum-4"], states(loaded)["forum-2"]) == ((15, 0), (27, 0))
    told = select(letter.c.kind, letter.c.registration_id == first).where(letter.c.accepted_at.is_(None))
    with loaded.read.connect() as connection:
        promoted = [row.kind for row in connection.execute(told.where(letter.c.failed_at.is_(None))) if row[1]]
    assert promoted == ["promoted"]


def test_nobody_is_reminded_of_what_ends_within_minutes(loaded: Database) -> None:
    at_work(loaded, LOADED, remind_due)

    reminded = select(registration.c.confirm_by).join(letter).where(letter.c.kind == "reminder")
    with loaded.read.connect() as connection:
        ends = list(connection.execute(reminded).scalars())

    assert [end for end in ends if end < LOADED + timedelta(hours=1)] == []


def test_no_letter_of_the_past_is_sent_now(loaded: Database) -> None:
    with loaded.read.connect() as connection:
        open_letters = select(letter).where(letter.c.accepted_at.is_(None), letter.c.failed_at.is_(None))
        came_back = select(func.count()).select_from(letter).where(letter.c.failed_at.is_not(None))

        assert connection.execute(open_letters).all() == []
        assert connection.execute(came_back).scalar_one() == 1


def test_the_history_of_everybody_tells_the_minutes_of_their_registration(loaded: Database) -> None:
    with loaded.read.connect() as connection:
        rows = connection.execute(select(registration.c.id, registration.c.created_at)).all()
        noted = connection.execute(select(audit.c.subject, audit.c.verb, audit.c.at))
        at = {(row.subject, row.verb): row.at for row in noted}

    assert [at[row.id.hex, "register"] for row in rows] == [row.created_at for row in rows]
    later = [at[key, "confirm"] - at[key, "register"] for key, verb in at if verb == "confirm"]
    assert set(later) == {timedelta(minutes=7)}


def test_it_is_loaded_once(loaded: Database) -> None:
    assert work.write(loaded, load, LATER) is False


def test_its_books_taken_again_change_nothing(loaded: Database) -> None:
    def again(connection: Any, book: Book) -> set[str]:
        return {line.became for line in apply_book(connection, book, Importer(LATER, "organiser")).lines}

    assert [work.write(loaded, again, book) for book in demonstration.books(LOADED)] == [{"unchanged"}] * 2
