"""Entering a signed list by its row numbers."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from confman.store.registrations import attendance, registration
from tests.builders import AnEvent, APart, a_registration, an_event
from tests.office import Member, Office

NAMES = ("Ahorn", "Birke", "Dorn", "Eiche", "Fichte")
HOME = "/manage/events/abschlusskonferenz/attendance/conference/2027-01-26am"


@pytest.fixture
def made(office: Office) -> AnEvent:
    return filled(office)


def filled(office: Office, *parts: APart) -> AnEvent:
    """Five people hold the first part, which is in the morning; the sixth waits for it."""
    event: AnEvent = office.write(an_event, parts or [APart(places=5, hours=4)])
    for name in (*reversed(NAMES), "Zeder"):
        office.loop.run(office.node.clerk.ask(event.id, a_registration(event, name, next(iter(event.parts)))))
    return event


def begun(office: Office, made: AnEvent, preset: str = "present") -> Member:
    member = office.signed_in_as(made, "desk")
    assert member.send(f"{HOME}/beginning", preset=preset).status_code == 303
    return member


def shown(member: Member, home: str = HOME, **query: str) -> str:
    answer = member.see(home, params=query)
    assert answer.status_code == 200
    return answer.text


def states(office: Office, half_day: str = "2027-01-26am") -> dict[str, bool]:
    """By surname, in the order of the numbers."""
    found = (
        select(registration.c.family_name, attendance.c.present)
        .join(attendance, attendance.c.registration_id == registration.c.id)
        .where(attendance.c.half_day == half_day)
        .order_by(attendance.c.number)
    )
    return {row.family_name: row.present for row in office.read(lambda connection: connection.execute(found).all())}


def enter(member: Member, numbers: str, page: str | None = None, home: str = HOME) -> Any:
    """As a browser sends it, from the page that is shown now or from an older one."""
    [carried] = set(re.findall(r'name="seen" value="(\w+)"', page or shown(member, home)))
    return member.send(f"{home}/entries", numbers=numbers, seen=carried)


def step_of(page: str) -> str:
    return str(re.findall(r'name="step" value="(\d+)"', page)[0])


def test_a_list_has_the_numbers_of_its_rows_by_surname(office: Office, made: AnEvent) -> None:
    begun(office, made)

    assert states(office) == dict.fromkeys(NAMES, True)


def test_typed_numbers_switch_and_the_answer_says_whom(office: Office, made: AnEvent) -> None:
    member = begun(office, made)

    answer = enter(member, "2 4-5")
    page = shown(member)

    assert answer.status_code == 303
    assert states(office) == {"Ahorn": True, "Birke": False, "Dorn": True, "Eiche": False, "Fichte": False}
    for said in ("2 Anna Birke: nicht da", "4 Anna Eiche: nicht da", "2 da · 3 nicht da"):
        assert said in page
