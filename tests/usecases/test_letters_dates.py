"""The calendar file that goes along with a letter: exactly what is held at that moment, and what no longer is."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from icalendar import Calendar
from sqlalchemy import update

from confman.domain.ledger.requests import Cancel, Change, Choice, Confirm, Want
from confman.kernel.db import Database
from confman.store import outbox
from confman.store.events import event
from confman.store.registrations import registration
from confman.usecases import letters, work
from tests.builders import NOW, STARTS, AnEvent, APart, ASession, ASlot
from tests.jobs.letter_office import BASE, SECRETS, registered, settled, the_event

HOUR = timedelta(hours=1)
FORUMS = ASlot("forums", [ASession("leerstand", 1), ASession("wirkung")])
DAY = [APart("morning", hours=1), APart("conference", starts_at=STARTS + 2 * HOUR, slots=[FORUMS])]


def files(database: Database, kind: str, now: Any = NOW + 2 * HOUR) -> list[bytes | None]:
    """Of the letters of this kind that are due."""
    claimed = work.write(database, outbox.claim, now, 100)
    return [
        values.ics for values in work.read(database, letters.prepare, claimed, BASE, SECRETS) if values.kind == kind
    ]


def entries(file: bytes | None) -> list[Any]:
    assert file is not None
    calendar = Calendar.from_ical(file)
    assert (calendar["method"], "x-wr-calname" in calendar) == ("PUBLISH", False)
    return list(calendar.walk("VEVENT"))


def shown(file: bytes | None) -> list[tuple[str, str]]:
    return [(str(entry["summary"]), str(entry["status"])) for entry in entries(file)]


def confirmed(database: Database, made: AnEvent, *names: str, **fields: Any) -> list[UUID]:
    people = registered(database, made, *names, **fields)
    settled(database, made, *(Confirm(person) for person in people))
    return people


def chosen(made: AnEvent, forum: str, until: str | None = None) -> Want:
    choice = Choice(made.units[forum], made.units[until] if until else None)
    return Want(parts=None, choices={made.slots["forums"]: choice})


def test_what_is_held_goes_along_and_what_is_waited_for_does_not(database: Database) -> None:
    made = the_event(database, DAY)
    registered(database, made, "Erste", choices={"forums": "leerstand"})
    (second,) = registered(database, made, "Zweite", choices={"forums": "wirkung"})
    settled(database, made, Change(second, chosen(made, "leerstand", "wirkung"), accept_waiting=True), Confirm(second))

    [file] = files(database, "registered")

    assert shown(file) == [
        ("5. Werkstatt und Abschlusskonferenz: morning", "CONFIRMED"),
        ("5. Werkstatt und Abschlusskonferenz: conference", "CONFIRMED"),
        ("Forum 2: wirkung", "CONFIRMED"),
    ]
    assert [entry["dtstart"].dt for entry in entries(file)] == [STARTS, STARTS + 2 * HOUR, STARTS + 3 * HOUR]
    assert {str(entry["url"]) for entry in entries(file)} == {f"{BASE}/events/abschlusskonferenz"}
    assert [name for name in (b"Anna", b"Zweite", b"/r/", b"ORGANIZER", b"ATTENDEE") if name in (file or b"")] == []


def test_the_letter_that_asks_to_confirm_has_no_dates(database: Database) -> None:
    made = the_event(database, DAY)
    registered(database, made, "Beispiel")

    assert files(database, "confirm") == [None]


def test_who_only_waits_has_no_dates(database: Database) -> None:
    made = the_event(database, [APart(places=0)], confirm_address=False)
    registered(database, made, "Beispiel")

    assert files(database, "waiting") == [None]


def test_a_change_takes_back_what_was_given_up_under_the_same_identity(database: Database) -> None:
    made = the_event(database, DAY)
    (anna,) = confirmed(database, made, "Beispiel", choices={"forums": "leerstand"})
    [before] = files(database, "registered")
    settled(database, made, Change(anna, chosen(made, "wirkung")), now=NOW + HOUR)

    [after] = files(database, "changed")

    assert shown(after)[2:] == [
        ("TEILNAHME ABGESAGT: Forum 1: leerstand", "CANCELLED"),
        ("Forum 2: wirkung", "CONFIRMED"),
    ]
    assert [entry["uid"] for entry in entries(after)[:3]] == [entry["uid"] for entry in entries(before)]
    rose = [new["sequence"] - old["sequence"] for new, old in zip(entries(after)[:3], entries(before), strict=True)]
    assert min(rose) >= 1


def test_who_moves_up_is_told_both(database: Database) -> None:
    made = the_event(database, DAY)
    (first,) = confirmed(database, made, "Erste", choices={"forums": "leerstand"})
    (second,) = confirmed(database, made, "Zweite", choices={"forums": "wirkung"})
    settled(database, made, Change(second, chosen(made, "leerstand", "wirkung"), accept_waiting=True))
    settled(database, made, Cancel(first), now=NOW + HOUR)

    [file] = files(database, "promoted")

    assert shown(file)[2:] == [
        ("Forum 1: leerstand", "CONFIRMED"),
        ("TEILNAHME ABGESAGT: Forum 2: wirkung", "CANCELLED"),
    ]


def test_who_cancels_gets_all_that_was_held_as_cancelled(database: Database) -> None:
    made = the_event(database, DAY)
    (anna,) = confirmed(database, made, "Beispiel", choices={"forums": "wirkung"})
    settled(database, made, Cancel(anna), now=NOW + HOUR)

    [file] = files(database, "cancelled")

    assert [status for _, status in shown(file)] == ["CANCELLED"] * 3


def test_a_letter_told_late_has_what_is_held_by_then(database: Database) -> None:
    made = the_event(database, DAY)
    (anna,) = confirmed(database, made, "Beispiel", choices={"forums": "leerstand"})
    settled(database, made, Change(anna, chosen(made, "wirkung")), now=NOW + HOUR)

    [file] = files(database, "registered")

    assert [summary for summary, _ in shown(file)][2:] == ["Forum 2: wirkung"]


def test_two_people_never_share_an_identity(database: Database) -> None:
    made = the_event(database, DAY)
    confirmed(database, made, "Eins", "Zwei")

    uids = [str(entry["uid"]) for file in files(database, "registered") for entry in entries(file)]

    assert len(set(uids)) == 4


@pytest.mark.parametrize("place", ["Altes Speicherhaus", None])
def test_whoever_is_registered_is_told_where_it_is_online(database: Database, place: str | None) -> None:
    made = the_event(database, venue_name=place, venue_city=None, online_url="https://meet.example/werkstatt")
    confirmed(database, made, "Beispiel")

    [[entry]] = [entries(file) for file in files(database, "registered")]

    assert str(entry["location"]) == place or "https://meet.example/werkstatt"
    assert str(entry["description"]).startswith("https://meet.example/werkstatt\n")


def test_the_page_of_an_event_behind_a_code_stands_in_no_calendar(database: Database) -> None:
    made = the_event(database)
    confirmed(database, made, "Beispiel")
    work.write(database, lambda connection: connection.execute(update(event).values(visibility="code")))

    [[entry]] = [entries(file) for file in files(database, "registered")]

    assert "url" not in entry
    assert "description" not in entry


def test_a_later_change_of_anything_is_a_later_stamp(database: Database) -> None:
    made = the_event(database)
    confirmed(database, made, "Beispiel")
    work.write(database, lambda connection: connection.execute(update(registration).values(changed_at=NOW + 5 * HOUR)))

    [[entry]] = [entries(file) for file in files(database, "registered")]

    assert entry["last-modified"].dt == NOW + 5 * HOUR
