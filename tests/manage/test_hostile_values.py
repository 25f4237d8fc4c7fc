"""Values that no browser sends, in every field of every form of the team: nothing of it is an error of ours.

On PostgreSQL, which refuses a NUL that SQLite takes.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from confman.http.policy import POLICY
from confman.store.registrations import registration
from tests.builders import APart, ASession, ASlot, a_question, an_event
from tests.office import Member, Office

EVENT = "/manage/events/abschlusskonferenz"
SHEET = f"{EVENT}/attendance/conference/2027-01-26am"
ACTION = str(UUID(int=7))
NUL, LONG = "\x00x", "x" * 2_000

SIGNIN = {"email": "erika@lindenbrueck.example", "password": "x", "next": "/manage", "kept": "x"}
SELECTION = {"codes": "CODE", "action": ACTION, "all": "", "q": "a", "part": "conference", "status": "live"}
SURE = {"revision": "1", "tells": "yes", "sure": "yes", "full.x": "wait"}
PERSON = {"title": "Dr.", "given_name": "Anna", "family_name": "Ahorn", "badge_name": "Anna", "institution": "Amt"}
CHOICES = {"parts": "conference", "choice.forums": "a", "was.forums": ""}
FORMS: dict[str, dict[str, str]] = {
    "/manage/signin": SIGNIN,
    "/manage/password": {"email": "erika@lindenbrueck.example"},
    "/manage/signin/code": {"step": "x", "code": "000000", "next": "/manage"},
    "/manage/password/x": {"new_password": "x", "repeated": "x"},
    "/manage/account/name": {"name": "Erika Beispiel"},
    "/manage/account/password": {"old_password": "x", "new_password": "x", "repeated": "x"},
    "/manage/account/second-factor": {"salt": "x", "code": "000000", "password": "x"},
    "/manage/account/second-factor/codes": {"password_for_codes": "x"},
    "/manage/account/second-factor/removal": {"password": "x"},
    f"{EVENT}/registrations/new": {
        "lines": "Anna; Neu",
        "key": "0" * 32,
        "category": "attendee",
        "language": "de",
        **CHOICES,
        **SURE,
    },
    f"{EVENT}/registrations/CODE/details": {
        **PERSON,
        "email": "",
        "language": "de",
        "category": "attendee",
        "no_list": "yes",
        "no_photo": "yes",
        **SURE,
    },
    f"{EVENT}/registrations/CODE/places": {**CHOICES, **SURE},
    f"{EVENT}/registrations/CODE/cancellation": SURE,
    f"{EVENT}/registrations/CODE/return": SURE,
    f"{EVENT}/registrations/CODE/confirmation": SURE,
    f"{EVENT}/registrations/CODE/letters": {"letter": ACTION},
    f"{EVENT}/speakers": {"do": "take"},
    f"{EVENT}/speakers/x": {"email": "", "tells": "yes", "connect": "CODE"},
    f"{EVENT}/bulk/move": {
        **SELECTION,
        "target": "a",
        "if_full": "skip",
        "tells": "yes",
        "seen": "yes",
        "do": "yes",
        "expects": "x",
    },
    f"{EVENT}/bulk/cancel": {**SELECTION, "tells": "yes", "seen": "yes", "do": "yes", "expects": "x"},
    f"{EVENT}/bulk/letter": {**SELECTION, "seen": "yes", "do": "yes", "subject": "Raum", "body": "Guten Tag"},
    f"{EVENT}/bulk/{ACTION}/undo": {},
    f"{EVENT}/letters/retries": {"letter": ACTION, "all": "yes"},
    f"{EVENT}/needs": {"code": "CODE", "question": "hilfe", "option": "", "done": "yes"},
    f"{EVENT}/downloads": {"kind": "xlsx", "columns": "name", "sheet": "", "start_at": "1", "blanks": "0", "q": "a"},
    f"{EVENT}/downloads/{ACTION}/removal": {},
    f"{SHEET}/beginning": {"preset": "present"},
    f"{SHEET}/entries": {"numbers": "1", "seen": "", "set": ""},
    f"{SHEET}/undo": {"step": "1"},
    f"{SHEET}/walk-ins": {"walk_in": "Nele; Neumann", "key": "0" * 32, "another": "yes", "line": "", "admit": ""},
    f"{SHEET}/finish": {},
}
ADDRESSES = {
    f"{EVENT}/registrations": ("q", "part", "order", "after", "before", "status", "mark"),
    f"{EVENT}/registrations/new": ("added", "parts", "choice.forums", "category", "language"),
    f"{EVENT}/registrations/CODE": ("done", "after"),
    f"{EVENT}/letters": ("state", "after", "again"),
    f"{EVENT}/speakers": ("taken", "connected"),
    f"{EVENT}/downloads": ("q", "columns", "sheet", "start_at", "kind"),
    SHEET: ("already", "added", "taken", "late"),
    "/manage/events": ("page",),
    "/manage/account": ("done",),
    "/manage/signin": ("next",),
}


@pytest.fixture
def desk(postgresql_url: str, tmp_path: Path) -> Iterator[tuple[Member, str]]:
    office = Office(postgresql_url, tmp_path)
    made = office.write(an_event, [APart(slots=[ASlot("forums", [ASession("a"), ASession("b")])])])
    office.write(a_question, made, "hilfe", sensitive=True)
    assert office.register(made.slug, "Ahorn", parts=["conference"]).status_code == 202
    member = office.signed_in_as(made, "owner", needs=True)
    code = office.read(lambda connection: connection.execute(select(registration.c.code)).scalar_one())
    yield member, code
    office.close()


def test_every_form_of_the_team_is_tried() -> None:
    """A new one stands in the table above."""
    known = {re.sub(r"\{\w+:\w+\}", "X", path) for path, method in POLICY if method == "POST"}
    told = {
        re.sub(f"abschlusskonferenz|2027-01-26am|(?<=attendance/)conference|CODE|{ACTION}|(?<=/)x$", "X", path)
        for path in FORMS
    }
    assert told == {path for path in known if path.startswith("/manage")} - {
        "/manage/signout",
        "/manage/account/signouts",
    }


def test_no_value_in_any_field_is_an_error_of_ours(desk: tuple[Member, str]) -> None:
    member, code = desk
    member.send(f"{SHEET}/beginning")

    for path, fields in FORMS.items():
        valid = {field: sent.replace("CODE", code) for field, sent in fields.items()}
        member.send(path.replace("CODE", code), **dict.fromkeys(fields, LONG))
        for name in fields:
            member.send(path.replace("CODE", code), **{**valid, name: NUL})  # asserts that it is none
    for path, names in ADDRESSES.items():
        member.see(path.replace("CODE", code), params=dict.fromkeys(names, LONG))
        for name in names:
            member.see(path.replace("CODE", code), params={name: NUL})
