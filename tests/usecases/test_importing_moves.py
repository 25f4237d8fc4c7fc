"""What programme points tell of their last move, so that the page can mark it."""

from datetime import timedelta
from typing import Any

import pytest

from confman.kernel.db import Database
from confman.store.programme import session
from tests.usecases.importing_desk import LATER, NOW, Desk, changed

SLOT = "starts: 10:00\n                ends: 11:00"
FORUM = "room: saal, speakers: [rede]}"


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


def before(desk: Desk, slug: str = "f1") -> Any:
    return desk.one(session, slug=slug)["moved_from"]


def test_a_session_that_moves_remembers_when_and_where_it_was(desk: Desk) -> None:
    desk.take()

    desk.take(changed((SLOT, "starts: 10:30\n                ends: 11:30")), LATER)

    was = {"at": "2026-11-22T13:00:00+00:00", "starts_at": "2027-01-26T09:00:00+00:00"}
    assert before(desk) == {**was, "ends_at": "2027-01-26T10:00:00+00:00", "room": "Saal"}
    assert before(desk, "f2") == {**was, "ends_at": "2027-01-26T10:00:00+00:00", "room": None}
    assert before(desk, "schluss") is None


def test_another_room_is_a_move_and_its_new_name_too(desk: Desk) -> None:
    desk.take()

    desk.take(changed(("name: Saal", "name: Foyer")), LATER)

    assert (before(desk)["room"], before(desk, "f2")) == ("Saal", None)


def test_the_same_book_again_keeps_the_mark_and_changes_nothing(desk: Desk) -> None:
    desk.take()
    moved = changed((FORUM, "speakers: [rede]}"))
    desk.take(moved, LATER)
    mark = before(desk)

    report = desk.take(moved, LATER + timedelta(days=1))

    assert (before(desk), report.of("changed")) == (mark, ())


def test_who_moves_back_has_not_moved(desk: Desk) -> None:
    desk.take()
    desk.take(changed((FORUM, "speakers: [rede]}")), LATER)

    desk.take(changed(), LATER + timedelta(days=1))

    assert before(desk) is None


def test_nothing_is_marked_in_a_draft_or_when_the_whole_event_moves_to_another_day(desk: Desk) -> None:
    desk.take(changed(("life: published", "life: draft")))
    desk.take(changed((SLOT, "starts: 10:30\n                ends: 11:30")), LATER)
    assert before(desk) is None

    desk.take(changed(("date: 2027-01-26", "date: 2027-02-02")), LATER)

    assert before(desk) is None
    assert desk.one(session, slug="f1")["changed_at"] > NOW
