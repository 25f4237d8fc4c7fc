"""Places change through the ledger only, and what people hang on does not vanish under them."""

from collections.abc import Callable
from dataclasses import replace
from textwrap import dedent
from typing import Any

import pytest
from sqlalchemy import select

from confman.kernel.db import Database
from confman.store.events import document
from confman.store.outbox import letter
from confman.store.programme import consent_text, part, question, room, session, slot, unit
from confman.store.registrations import place
from confman.usecases.book import read_book
from tests.usecases.importing_desk import BOOK, LATER, Desk, changed

F1 = "events[0].parts[0].slots[0].sessions[0]"


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


def places_of(desk: Desk, slug: str) -> tuple[int | None, int, int]:
    table = part if slug in {"vormittag", "nachmittag"} else session
    row = desk.one(unit, id=desk.one(table, slug=slug)["unit_id"])
    return row["capacity"], row["held"], row["waiting"]


def test_more_capacity_goes_to_those_who_wait_with_a_letter(desk: Desk) -> None:
    desk.take()
    for name in ("ada", "bea", "cem"):
        desk.register(name, forum="f1")
    letters = desk.count(letter)

    desk.take(changed(("capacity: 2, room", "capacity: 3, room")), LATER)

    assert places_of(desk, "f1") == (3, 3, 0)
    assert desk.count(letter) == letters + 1


def test_capacity_below_the_held_places_is_refused_with_the_number_and_the_line(desk: Desk) -> None:
    desk.take()
    for name in ("ada", "bea"):
        desk.register(name, forum="f1")
    before = desk.everything()

    told = desk.refused(changed(("capacity: 2, room", "capacity: 1, room")))

    assert told == [f"{F1}.capacity: 2 places are taken; the capacity cannot be 1 unless you insist."]
    assert desk.everything() == before


def test_who_insists_takes_no_place_away(desk: Desk) -> None:
    desk.take()
    for name in ("ada", "bea"):
        desk.register(name, forum="f1")

    desk.take(changed(("capacity: 2, room", "capacity: 1, room")), LATER, insist=True)

    assert places_of(desk, "f1") == (1, 2, 0)


def test_a_freed_reserve_is_given_on(desk: Desk) -> None:
    desk.take()
    for name in ("ada", "bea", "cem", "dan"):
        desk.register(name)

    desk.take(changed(("reserve: 1", "reserve: 0")), LATER)

    assert places_of(desk, "vormittag") == (4, 4, 0)


def test_a_session_with_people_cannot_go(desk: Desk) -> None:
    desk.take()
    desk.register("ada", forum="f1")
    before = desk.everything()
    without = "\n".join(line for line in BOOK.split("\n") if "slug: f1" not in line)

    assert desk.refused(without) == ["events[0]: the session “f1” must stay (people in it: 1)"]
    assert desk.everything() == before


def test_a_part_with_people_cannot_go(desk: Desk) -> None:
    desk.take()
    desk.register("ada")

    told = desk.refused(changed(("slug: vormittag", "slug: morgens")))

    assert told == ["events[0]: the part “vormittag” must stay (people in it: 1)"]


def test_a_session_that_everybody_has_left_goes_with_its_places(desk: Desk) -> None:
    desk.take()
    desk.register("ada", forum="f1")
    with desk.database.write.begin() as connection:
        f1 = connection.execute(select(session.c.unit_id).where(session.c.slug == "f1")).scalar_one()
        connection.execute(place.update().where(place.c.unit_id == f1).values(state="released"))
        connection.execute(unit.update().where(unit.c.id == f1).values(held=0))

    desk.take("\n".join(line for line in BOOK.split("\n") if "slug: f1" not in line), LATER)

    assert set(desk.sequences()) == {"f2", "schluss"}
    assert desk.count(unit) == 4


def test_parts_and_slots_without_people_go(desk: Desk) -> None:
    desk.take()

    desk.take(BOOK.split("\n        rooms:", maxsplit=1)[0], LATER)

    assert [desk.count(table) for table in (part, slot, session, room, question, consent_text, document, unit)] == [
        1, 0, 0, 0, 0, 0, 0, 1,
    ]  # fmt: skip


def test_a_cancelled_session_releases_its_places(desk: Desk) -> None:
    desk.take()
    desk.register("ada", forum="f1")

    desk.take(changed(("title: F1,", "title: F1, cancelled: yes,")), LATER)

    assert places_of(desk, "f1") == (2, 0, 0)
    assert desk.one(session, slug="f1")["cancelled_at"] == LATER


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "rule: pick_one",
            "rule: everybody",
            "events[0].parts[0].slots[0].rule: its rule and its part must stay (people who chose here: 1)",
        ),
        (
            "- sessions: [{slug: schluss",
            "- sessions: [{slug: f1, title: F1}, {slug: schluss",
            "events[0].parts[0].slots[1].sessions[0]: must stay in its slot (people in it: 1)",
        ),
    ],
)
def test_choices_of_people_do_not_turn_into_something_else(desk: Desk, old: str, new: str, says: str) -> None:
    desk.take()
    desk.register("ada", forum="f1")
    text = changed((old, new))
    if "slug: f1, title: F1}" in new:
        text = "\n".join(line for line in text.split("\n") if "kind: forum, title: F1" not in line)

    assert says in desk.refused(text)


def test_an_option_gets_and_loses_its_limit(desk: Desk) -> None:
    desk.take()
    options = desk.one(question)["options"]

    desk.take(changed(("label: Ja, capacity: 5", "label: Ja")), LATER)

    assert [(option["value"], "unit_id" in option) for option in options] == [("ja", True), ("nein", False)]
    assert desk.count(unit) == 4
    assert desk.one(question)["version"] == 2


def test_a_book_says_which_sizes_it_changed(desk: Desk) -> None:
    desk.take()

    report = desk.take(changed(("capacity: 4", "capacity: 5")), LATER)

    assert [(line.what, line.key, line.fields) for line in report.of("changed")] == [("event", "tagung", ("places",))]


def test_categories_keep_their_meaning_while_people_are_in_them(desk: Desk) -> None:
    desk.take()
    desk.register("ada")

    told = desk.refused(BOOK + "\n    categories: [{key: attendee, title: Teilnehmende, counts: no}]")

    assert told == ["categories[0].counts: cannot change (people registered in this category: 1)"]


def test_warnings_come_with_the_report(desk: Desk) -> None:
    report = desk.take(changed(("seats: 90", "seats: 1")))

    assert [warning.text("b.yaml").partition(": ")[2] for warning in report.warnings] == [
        "events[0].parts[0].slots[0].sessions[0].capacity: 2 places, but the room has only 1 seats"
    ]


def test_equal_books_are_equal_wherever_they_stand() -> None:
    read: Callable[[str], Any] = lambda text: read_book("b.yaml", dedent(text).encode())  # noqa: E731 - one use each line

    assert replace(read(BOOK), warnings=()) == replace(read("\n\n" + BOOK), warnings=())
