"""Who came without being on the list, typed below it."""

import re
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from confman.store.outbox import letter
from confman.store.programme import unit
from confman.store.registrations import attendance, place, registration
from tests.builders import STARTS, AnEvent, APart, an_event
from tests.office import Member, Office

HOME = "/manage/events/abschlusskonferenz/attendance/morning/2027-01-26am"


@pytest.fixture
def made(office: Office) -> AnEvent:
    return filled(office)


@pytest.fixture
def sqlite_made(sqlite_office: Office) -> AnEvent:
    return filled(sqlite_office)


def filled(office: Office) -> AnEvent:
    """Two hold the morning, which is full then; the third waits for it; the fourth has the walk only."""
    parts = [APart("morning", 2, hours=4), APart("walk", hours=1, starts_at=STARTS + timedelta(hours=5))]
    event: AnEvent = office.write(an_event, parts)
    for name, part in (("Ahorn", "morning"), ("Birke", "morning"), ("Dorn", "morning"), ("Eiche", "walk")):
        assert office.register("abschlusskonferenz", name, parts=[part]).status_code == 202
    return event


def begun(office: Office, made: AnEvent) -> Member:
    member = office.signed_in_as(made, "desk")
    member.send(f"{HOME}/beginning", preset="present")
    return member


def add(member: Member, typed: str, **fields: str) -> httpx.Response:
    [key] = re.findall(r'name="key" value="([\w-]+)"', member.see(HOME).text)
    return member.send(f"{HOME}/walk-ins", **({"walk_in": typed, "key": key} | fields))


def there(office: Office) -> dict[str, bool]:
    found = (
        select(registration.c.given_name, registration.c.family_name, attendance.c.present)
        .join(attendance, attendance.c.registration_id == registration.c.id)
        .order_by(attendance.c.number)
    )
    rows = office.read(lambda connection: connection.execute(found).all())
    return {f"{row.given_name} {row.family_name}".strip(): row.present for row in rows}


def number(office: Office, what: Any) -> Any:
    return office.read(lambda connection: connection.execute(what).scalar_one())


def test_a_line_adds_somebody_who_was_there(office: Office, made: AnEvent) -> None:
    member = begun(office, made)

    answer = add(member, "Nele; Neumann; Bürgerverein")
    page = member.see(answer.headers["location"]).text

    assert there(office) == {"Anna Ahorn": True, "Anna Birke": True, "Nele Neumann": True}
    assert "3 Nele Neumann: da" in page
    assert "Zusätzlich zugelassen: Jetzt sind 3 Plätze belegt." in page
    assert re.search(r'id="walk_in"[^>]* autofocus', page)
    row = office.read(
        lambda connection: connection.execute(select(registration).where(registration.c.family_name == "Neumann")).one()
    )
    assert (row.source, row.email, row.institution, row.confirmed_at) == ("hand", None, "Bürgerverein", office.now)
    assert number(office, select(func.count()).where(letter.c.registration_id == row.id)) == 0
    assert number(office, select(func.count()).where(place.c.registration_id == row.id, place.c.state == "held")) == 1


def test_undoing_takes_the_person_away_again(office: Office, made: AnEvent) -> None:
    member = begun(office, made)
    add(member, "Nele; Neumann")
    [step] = re.findall(r'name="step" value="(\d+)"', member.see(HOME).text)

    answer = member.send(f"{HOME}/undo", step=step)

    assert answer.headers["location"] == HOME
    assert there(office) == {"Anna Ahorn": True, "Anna Birke": True}
    assert number(office, select(registration.c.ended_by).where(registration.c.family_name == "Neumann")) == "organiser"
    held = select(unit.c.held).where(unit.c.id == made.units["morning"])
    assert number(office, held) == 2
    add(member, "Nele; Neumann")
    assert list(there(office)) == ["Anna Ahorn", "Anna Birke", "Nele Neumann"]


def test_a_line_that_is_no_person_is_told_and_stays_typed(sqlite_office: Office) -> None:
    member = begun(sqlite_office, filled(sqlite_office))

    for line, told in (
        ("", "Bitte geben Sie einen Namen ein."),
        (" ; ; ", "Bitte geben Sie einen Namen ein."),
        ("Nele Neumann", "Bitte so eingeben: Vorname; Nachname; Institution."),
        ("Nele; Neumann; Verein; nele@verein.example", "Bitte so eingeben"),
        ("Nele;; Verein", "Bitte so eingeben"),
        ("Nele; " + "N" * 101, "Bitte kürzen Sie"),
    ):
        answer = add(member, line)
        assert (answer.status_code, told in answer.text, f'value="{line}"' in answer.text) == (422, True, True)
    assert len(there(sqlite_office)) == 2


def test_the_same_form_twice_adds_nobody_twice(sqlite_office: Office, sqlite_made: AnEvent) -> None:
    member = begun(sqlite_office, sqlite_made)
    [key] = re.findall(r'name="key" value="([\w-]+)"', member.see(HOME).text)
    sent = {"walk_in": "Nele; Neumann", "key": key, "another": "yes"}

    answers = [member.send(f"{HOME}/walk-ins", **sent) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert list(there(sqlite_office)) == ["Anna Ahorn", "Anna Birke", "Nele Neumann"]


def test_somebody_on_the_list_is_asked_about_and_entered_by_their_number(
    sqlite_office: Office, sqlite_made: AnEvent
) -> None:
    member = begun(sqlite_office, sqlite_made)
    member.send(f"{HOME}/entries", set="1:absent")

    asked = add(member, "anna; AHORN")
    answer = add(member, "anna; AHORN", line="1")

    assert asked.status_code == 422
    for said in ("Unter diesem Namen ist schon jemand angemeldet", "Nummer 1 auf dieser Liste", 'value="anna; AHORN"'):
        assert said in asked.text
    assert (answer.status_code, there(sqlite_office)) == (303, {"Anna Ahorn": True, "Anna Birke": True})


def test_another_person_of_the_same_name_can_be_added(sqlite_office: Office) -> None:
    member = begun(sqlite_office, filled(sqlite_office))

    answer = add(member, "Anna; Ahorn; Bürgerverein", another="yes")
    add(member, "Wulandari")  # a single word is a surname

    assert answer.status_code == 303
    assert "Wulandari" in there(sqlite_office)
    assert number(sqlite_office, select(func.count()).where(registration.c.family_name == "Ahorn")) == 2


@pytest.mark.parametrize("name", ["Dorn", "Eiche"])
def test_who_waits_or_is_registered_for_another_part_is_admitted_additionally(
    sqlite_office: Office, sqlite_made: AnEvent, name: str
) -> None:
    member = begun(sqlite_office, sqlite_made)
    asked = add(member, f"Anna; {name}")
    [code] = re.findall(r'name="admit" value="([\w-]+)"', asked.text)

    answer = add(member, f"Anna; {name}", admit=code)

    assert answer.headers["location"] == f"{HOME}?added=3&taken=3"
    assert there(sqlite_office) == {"Anna Ahorn": True, "Anna Birke": True, f"Anna {name}": True}
    places = (
        select(func.count())
        .select_from(place)
        .join(registration)
        .where(registration.c.family_name == name, place.c.state == "held")
    )
    assert number(sqlite_office, places) == {"Dorn": 1, "Eiche": 2}[name]
    assert add(member, "x", admit="K7M4-29QX").status_code == 404
    assert add(member, "Anna; Ahorn", admit=code).status_code == 404  # somebody else's


def test_undoing_gives_the_place_back_and_who_waited_waits_again_in_their_turn(
    sqlite_office: Office, sqlite_made: AnEvent
) -> None:
    member, before = begun(sqlite_office, sqlite_made), standing(sqlite_office)
    sqlite_office.register("abschlusskonferenz", "Fichte", parts=["morning"])
    fichte = standing(sqlite_office)["Fichte"]

    for name in ("Dorn", "Eiche"):
        [code] = re.findall(r'name="admit" value="([\w-]+)"', add(member, f"Anna; {name}").text)
        add(member, f"Anna; {name}", admit=code)
        [step] = re.findall(r'name="step" value="(\d+)"', member.see(HOME).text)
        undone = member.send(f"{HOME}/undo", step=step)
        assert undone.headers["location"] == f"{HOME}?undone=given-back"

    assert standing(sqlite_office) == {**before, "Fichte": fichte}
    assert number(sqlite_office, select(unit.c.held).where(unit.c.id == sqlite_made.units["morning"])) == 2
    assert list(there(sqlite_office)) == ["Anna Ahorn", "Anna Birke"]
    assert "Der Platz ist wieder frei." in member.see(HOME, params={"undone": "given-back"}).text


def standing(office: Office) -> dict[str, list[tuple[str, int]]]:
    """What everybody has, and their number in the line."""
    found = (
        select(registration.c.family_name, place.c.state, place.c.seq)
        .join(place, place.c.registration_id == registration.c.id)
        .where(registration.c.ended_at.is_(None), place.c.state != "released")
    )
    standings: dict[str, list[tuple[str, int]]] = {}
    for row in office.read(lambda connection: connection.execute(found).all()):
        standings.setdefault(row.family_name, []).append((row.state, row.seq))
    return standings


def test_a_cancelled_event_takes_nobody_any_more(sqlite_office: Office) -> None:
    event = sqlite_office.write(an_event, [APart("morning", hours=4)], cancelled_at=sqlite_office.now)
    member = begun(sqlite_office, event)

    answer = add(member, "Nele; Neumann")

    assert (answer.status_code, "abgesagt" in answer.text) == (422, True)


def test_beginning_long_before_the_day_says_so(sqlite_office: Office, sqlite_made: AnEvent) -> None:
    member = sqlite_office.signed_in_as(sqlite_made, "desk")

    assert "Die Veranstaltung ist erst am Dienstag, 26. Januar 2027." in member.see(HOME).text
