"""What an import changes for people, they are written: one letter each, with the old and the new."""

from datetime import timedelta
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import event as listening_to
from sqlalchemy import select, update

from confman.domain.ledger.requests import Confirm
from confman.kernel.db import Database
from confman.kernel.security import Secrets
from confman.render.letter_values import LetterValues
from confman.render.letters import render
from confman.store import outbox
from confman.store.audit import audit
from confman.store.events import event
from confman.store.outbox import letter
from confman.store.registrations import registration
from confman.usecases import letters, work
from confman.usecases.ledger import RulesCache
from confman.usecases.registrar import Ask, settle_batch
from tests.usecases.importing_desk import BOOK, LATER, NOW, Desk, changed

MOVED = ("starts: 10:00\n                ends: 11:00", "starts: 10:15\n                ends: 11:15")
OTHER_ROOM = ("capacity: 2, room: saal, speakers", "capacity: 2, speakers")
GONE = ("title: F1, capacity: 2", "title: F1, cancelled: yes, capacity: 2")
CANCELLED = (
    "title: Tagung\n",
    "title: Tagung\n        cancelled: yes\n        cancel_reason: Der Saal ist gesperrt.\n",
)
POSTPONED = ("date: 2027-01-26", "date: 2027-02-02\n        postponed_from: 2027-01-26")
ELSEWHERE = ("title: Tagung\n", "title: Tagung\n        venue: {name: Rathaus, city: Lindenbrück}\n")


@pytest.fixture
def desk(database: Database) -> Desk:
    made = Desk(database)
    made.take()
    return made


def confirmed(desk: Desk, *names: str, **wishes: Any) -> None:
    for name in names:
        asks = [Ask(Confirm(desk.register(name, **wishes)))]
        work.write(desk.database, settle_batch, desk.one(event)["id"], asks, lambda: LATER, RulesCache())


def imported(desk: Desk, *pairs: tuple[str, str], now: Any = LATER, tells: bool = True) -> list[LetterValues]:
    """What the letters of this import say."""
    kept = work.write(desk.database, lambda connection: connection.execute(update(letter).values(accepted_at=NOW)))
    assert kept is not None
    report = desk.take(changed(*pairs), now, tells=tells)
    claimed = work.write(desk.database, outbox.claim, now, 100)
    found = work.read(desk.database, letters.prepare, claimed, "https://x.example", Secrets((b"s" * 32,)))
    assert report.letters == len(found)
    return sorted(found, key=lambda values: values.recipient)


def lines(values: LetterValues) -> list[str]:
    """What the letter names as changed."""
    text = render(values).text
    block = text.partition("Geändert:\n")[2].partition("\n\n")[0].replace("\n  ", " ")
    return [line.removeprefix("- ") for line in block.splitlines()]


def names(found: list[LetterValues]) -> list[str]:
    return [values.recipient.partition("@")[0] for values in found]


def dates(values: LetterValues) -> list[tuple[str, str]]:
    assert values.ics is not None
    return [(str(entry["summary"]), str(entry["status"])) for entry in Calendar.from_ical(values.ics).walk("VEVENT")]


def test_who_sits_in_a_session_that_moves_is_told_when_it_was_and_is(desk: Desk) -> None:
    confirmed(desk, "Ada", forum="f1")
    confirmed(desk, "Ben")

    found = imported(desk, MOVED)

    assert [(values.kind, values.recipient) for values in found] == [("programme_changed", "Ada@x.example")]
    assert lines(found[0]) == ["Forum 1: F1, 10:15 bis 11:15 Uhr (bisher 10:00 bis 11:00 Uhr)"]
    assert render(found[0]).subject == "Änderung im Programm: Tagung, 26. Januar 2027"
    assert dates(found[0]) == [("Tagung: Vormittag", "CONFIRMED"), ("Forum 1: F1", "CONFIRMED")]


def test_only_those_of_the_session_hear_of_another_room(desk: Desk) -> None:
    confirmed(desk, "Ada", forum="f1")
    confirmed(desk, "Ben", forum="f2")
    desk.register("Cem", forum="f1")
    desk.register("Dora", forum="f1")

    found = imported(desk, OTHER_ROOM)

    assert names(found) == ["Ada", "Cem", "Dora"]
    assert lines(found[0]) == ["Forum 1: F1, noch offen (bisher Saal)"]
    assert [values.ics is None for values in found] == [False, True, True]


def test_a_talk_for_everybody_concerns_all_of_its_part(desk: Desk) -> None:
    confirmed(desk, "Ada", forum="f1")
    confirmed(desk, "Ben")
    talk = ("title: Schluss}", "title: Schluss, starts: 12:00, ends: 12:30}")
    desk.take(changed(talk), NOW)

    found = imported(desk, ("title: Schluss}", "title: Schluss, starts: 12:15, ends: 12:45}"))

    assert names(found) == ["Ada", "Ben"]
    assert lines(found[0]) == ["Schluss, 12:15 bis 12:45 Uhr (bisher 12:00 bis 12:30 Uhr)"]


def test_a_part_that_moves_takes_its_sessions_along_in_one_line(desk: Desk) -> None:
    confirmed(desk, "Ada", forum="f1")

    found = imported(desk, ("starts: 9:30", "starts: 9:00"), ("ends: 13:00", "ends: 12:30"), MOVED_BACK)

    assert [values.kind for values in found] == ["event_moved"]
    assert lines(found[0]) == ["Vormittag, 9:00 bis 12:30 Uhr (bisher 9:30 bis 13:00 Uhr)"]


MOVED_BACK = ("starts: 10:00\n                ends: 11:00", "starts: 9:30\n                ends: 10:30")


def test_another_day_is_told_to_all_with_the_old_one(desk: Desk) -> None:
    confirmed(desk, "Ada", forum="f1")
    desk.register("Ben", forum="f1")

    found = imported(desk, POSTPONED, ("closes: 2027-01-20", "closes: 2027-01-27"))

    assert names(found) == ["Ada", "Ben"]
    assert lines(found[0]) == [
        "Vormittag, Dienstag, 2. Februar 2027, 9:30 bis 13:00 Uhr (bisher Dienstag, 26. Januar 2027, 9:30 bis 13:00 Uhr)"
    ]
    assert render(found[0]).subject == "Verlegt: Tagung, 2. Februar 2027"


def test_sessions_of_a_part_without_times_move_along_with_its_day(desk: Desk) -> None:
    timeless = ("            starts: 9:30\n            ends: 13:00\n", "")
    desk.take(changed(timeless), NOW)
    confirmed(desk, "Ada", forum="f1")

    found = imported(desk, timeless, POSTPONED, ("closes: 2027-01-20", "closes: 2027-01-27"))

    assert lines(found[0]) == ["Vormittag, Dienstag, 2. Februar 2027 (bisher Dienstag, 26. Januar 2027)"]


def test_another_place_is_told_to_everybody(desk: Desk) -> None:
    confirmed(desk, "Ada", forum="f1")

    found = imported(desk, ELSEWHERE)

    assert [values.kind for values in found] == ["event_moved"]
    assert lines(found[0]) == ["Ort: Rathaus, Lindenbrück"]


def test_a_session_that_falls_out_is_told_to_who_loses_a_place(desk: Desk) -> None:
    confirmed(desk, "Ada", forum="f1")
    confirmed(desk, "Ben", forum="f1")
    confirmed(desk, "Cem", forum="f1", until="f2")
    confirmed(desk, "Dora", forum="f2")

    found = imported(desk, GONE)

    assert [(values.kind, values.recipient[0]) for values in found] == [
        ("programme_changed", "A"),
        ("programme_changed", "B"),
        ("programme_changed", "C"),
    ]
    assert lines(found[0]) == ["Entfällt: Forum 1: F1"]
    assert "#choices" in render(found[0]).text
    assert dates(found[0]) == [("Tagung: Vormittag", "CONFIRMED"), ("ABGESAGT: Forum 1: F1", "CANCELLED")]
    assert dates(found[2]) == [("Tagung: Vormittag", "CONFIRMED"), ("Forum 2: F2", "CONFIRMED")]


def test_a_cancelled_event_is_told_once_to_all_who_are_registered(desk: Desk) -> None:
    confirmed(desk, "Ada", forum="f1")
    desk.register("Ben")

    found = imported(desk, CANCELLED, MOVED)

    assert [(values.kind, values.ics is None) for values in found] == [
        ("event_cancelled", False),
        ("event_cancelled", True),
    ]
    assert "Der Saal ist gesperrt." in render(found[0]).text
    assert dates(found[0]) == [("ABGESAGT: Tagung: Vormittag", "CANCELLED"), ("ABGESAGT: Forum 1: F1", "CANCELLED")]
    assert imported(desk, CANCELLED) == []


def test_what_takes_place_after_all_is_told_too(desk: Desk) -> None:
    confirmed(desk, "Ada")
    imported(desk, CANCELLED)

    found = imported(desk, ("title: Tagung\n", "title: Tagung\n        cancelled: no\n"))

    assert [render(values).subject for values in found] == ["Findet doch statt: Tagung, 26. Januar 2027"]
    assert dates(found[0]) == [("Tagung: Vormittag", "CONFIRMED")]


@pytest.mark.parametrize("pairs", [[], [("title: Tagung", "title: Fachtagung")], [("title: F1", "title: F3")]])
def test_what_concerns_nobody_is_told_to_nobody(desk: Desk, pairs: list[tuple[str, str]]) -> None:
    confirmed(desk, "Ada", forum="f1")

    assert imported(desk, *pairs) == []


def test_the_same_book_twice_writes_once(desk: Desk) -> None:
    confirmed(desk, "Ada", forum="f1")

    assert len(imported(desk, MOVED)) == 1
    assert imported(desk, MOVED) == []


def test_of_what_is_over_nobody_is_told(desk: Desk) -> None:
    confirmed(desk, "Ada", forum="f1")

    assert imported(desk, MOVED, now=LATER + timedelta(days=90)) == []


def test_who_is_not_registered_any_more_or_has_no_address_is_not_told(desk: Desk) -> None:
    confirmed(desk, "Ada", "Ben", "Cem", forum="f2")

    def leave(connection: Any) -> None:
        gone = update(registration).where(registration.c.family_name == "Ada")
        connection.execute(gone.values(ended_at=NOW, ended_by="self"))
        mute = update(registration).where(registration.c.family_name == "Ben")
        connection.execute(mute.values(email=None, email_key=None))

    work.write(desk.database, leave)

    assert names(imported(desk, MOVED)) == ["Cem"]


def test_without_letters_only_who_loses_a_place_is_told(desk: Desk) -> None:
    confirmed(desk, "Ada", forum="f1")
    confirmed(desk, "Ben", forum="f2")

    found = imported(desk, GONE, MOVED, ELSEWHERE, tells=False)

    assert names(found) == ["Ada"]
    assert imported(desk, CANCELLED, tells=False) == []


def test_how_many_were_told_is_kept_without_names(desk: Desk) -> None:
    confirmed(desk, "Ada", "Ben", forum="f2")
    imported(desk, MOVED)

    with desk.database.read.connect() as connection:
        facts = connection.execute(select(audit.c.facts).where(audit.c.verb == "event.told")).scalars().all()
    assert facts == [{"letters": 2}]


def test_a_thousand_are_told_in_as_many_statements_as_one(desk: Desk) -> None:
    counts = []
    for many in (1, 30):
        confirmed(desk, *(f"P{many}x{number}" for number in range(many)), forum="f2")
        sent: list[str] = []

        def count(*call: Any, sent: list[str] = sent) -> None:
            sent.append(call[2])

        listening_to.listen(desk.database.write, "before_cursor_execute", count)
        start = (f"starts: 10:{many}\n", f"ends: 11:{many}\n") if many > 1 else ("starts: 10:05\n", "ends: 11:05\n")
        desk.take(BOOK.replace("starts: 10:00\n", start[0]).replace("ends: 11:00\n", start[1]), LATER)
        listening_to.remove(desk.database.write, "before_cursor_execute", count)
        counts.append(len(sent))

    assert counts[0] == counts[1]
