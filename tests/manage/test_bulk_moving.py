"""Moving and cancelling many: what is shown before, what is done, and undoing it."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import Connection, select

from confman.store.outbox import letter
from confman.store.programme import unit
from confman.store.registrations import place, registration
from tests.builders import AnEvent
from tests.manage.person_desk import an_event_with_forums, fields, people, states
from tests.office import Member, Office


def first(member: Member, made: AnEvent, what: str, codes: Sequence[str], **more: Any) -> httpx.Response:
    return member.send(f"/manage/events/{made.slug}/bulk/{what}", codes=list(codes), **more)


def then(member: Member, made: AnEvent, what: str, page: httpx.Response, **changed: Any) -> httpx.Response:
    """The form of a page about many, as it stands but for what is changed."""
    return member.send(f"/manage/events/{made.slug}/bulk/{what}", **{**fields(page), **changed})


def lines(page: httpx.Response) -> list[str]:
    """What a preview says, in the order of the page."""
    found = re.search(r'<ul class="[^"]*preview">(.*?)</ul>', page.text, re.DOTALL)
    items = re.findall(r"<li>(.*?)</li>", found[1], re.DOTALL) if found else []
    return [" ".join(item.split()) for item in items]


def a_desk(office: Office) -> tuple[AnEvent, dict[str, str], Member]:
    made = an_event_with_forums(office)
    return made, people(office), office.signed_in_as(made)


def book(connection: Connection) -> list[list[tuple[Any, ...]]]:
    """Everything that the ledger holds of anybody; what was given up leaves no trace."""
    columns = (place.c.registration_id, place.c.unit_id, place.c.lane, place.c.state, place.c.counted, place.c.seq)
    asked = (
        select(*columns, place.c.given_by, place.c.was).where(place.c.state != "released"),
        select(unit.c.id, unit.c.held, unit.c.waiting, unit.c.ceiling, unit.c.reserve),
        select(registration.c.id, registration.c.ended_at, registration.c.ended_by),
    )
    return [sorted(map(tuple, connection.execute(each)), key=repr) for each in asked]


def held(connection: Connection) -> list[tuple[str, Any]]:
    """Letters to be sent later: kind and when."""
    rows = select(letter.c.kind, letter.c.due_at).where(letter.c.bulk_action_id.is_not(None))
    return sorted(map(tuple, connection.execute(rows)))


def test_moving_is_shown_first_and_says_who_moves_up(office: Office) -> None:
    made, codes, erika = a_desk(office)
    before = office.read(book)

    page = first(erika, made, "move", [codes["Ada"], codes["Bo"]])
    page = then(erika, made, "move", page, target="verkehr")

    assert lines(page) == [
        "2 Personen wechseln von Forum 1 nach Forum 2.",
        "2 von 2 Wartenden rücken in Forum 1 nach. 1 davon kommt aus Forum 2.",
        "Danach sind in Forum 2 noch 3 Plätze frei.",
    ]
    assert "Alle 4 per E-Mail informieren" in page.text
    assert office.read(book) == before


def test_many_are_moved_and_taken_back(office: Office) -> None:
    made, codes, erika = a_desk(office)
    before = office.read(book)
    page = first(erika, made, "move", [codes["Ada"], codes["Bo"]], target="verkehr")

    done = then(erika, made, "move", page, do="yes")
    assert done.status_code == 303
    result = erika.see(done.headers["location"])
    assert "2 Personen umgebucht." in result.text
    assert office.read(states, codes["Cem"])[made.units["klima"].hex] == "held"
    assert office.read(held) == [
        (kind, office.now + timedelta(minutes=5)) for kind in ["changed"] * 2 + ["promoted"] * 2
    ]

    undone = erika.send(done.headers["location"] + "/undo")

    assert undone.status_code == 303
    assert office.read(book) == before
    assert office.read(held) == []
    assert "Alles ist wieder so wie vorher." in erika.see(undone.headers["location"]).text
    assert erika.send(done.headers["location"] + "/undo").status_code == 303  # once more is harmless
    assert office.read(book) == before
