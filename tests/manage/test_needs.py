"""What is still to do for people, seen only by who may; and what the kitchen gets of it."""

import html
import re
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from confman.store.audit import audit
from confman.store.registrations import need_met
from tests.builders import AnEvent, a_consent, a_question, an_event
from tests.office import Member, Office

HOME = "/manage/events/abschlusskonferenz"
OPTIONS = [
    {"value": key, "labels": {"de": said}} for key, said in (("dgs", "Gebärdensprache"), ("platz", "Rollstuhlplatz"))
]
FOOD = [{"value": key, "labels": {"de": key}} for key in ("vegan", "vegetarisch")]


@pytest.fixture
def made(office: Office) -> AnEvent:
    return filled(office)


@pytest.fixture
def sqlite_made(sqlite_office: Office) -> AnEvent:
    return filled(sqlite_office)


def filled(office: Office) -> AnEvent:
    event: AnEvent = office.write(an_event)
    office.write(a_consent, event, "needs")
    office.write(a_question, event, "hilfe", "many", options=OPTIONS, sensitive=True, erase_days=14)
    office.write(a_question, event, "anderes", sensitive=True, position=1)
    for key, kind, more in (
        ("essen", "yes_no", {}),
        ("kost", "one", {"options": FOOD, "sensitive": True}),
        ("allergie", "text", {"sensitive": True}),
    ):
        office.write(a_question, event, key, kind, visible_to="kitchen", position=2, **more)
    return event


def add(office: Office, family: str, **answers: Any) -> None:
    sent = {"answers": answers, "consents": ["needs"] if answers else []}
    assert office.register("abschlusskonferenz", family, **sent).status_code == 202


def texts(answer: httpx.Response) -> str:
    """The words of a page, each blank one."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text.partition("<main")[2])).split())


def ticked(member: Member, option: str = "dgs", done: str = "yes", **fields: str) -> int:
    code = re.findall(r'name="code" value="(\w[\w-]+)"', member.see(f"{HOME}/needs").text)[0]
    sent = {"code": code, "question": "hilfe", "option": option, "done": done, **fields}
    return member.send(f"{HOME}/needs", **sent).status_code


def test_each_need_is_an_item_until_it_is_ticked_off(office: Office, made: AnEvent) -> None:
    add(office, "Ahorn", hilfe=["dgs", "platz"], anderes="Bitte vorn")
    member = office.signed_in_as(made, needs=True)

    page = texts(member.see(f"{HOME}/needs"))

    assert "3 noch offen" in page
    for said in ("Gebärdensprache Anna Ahorn angefragt am 22. November 2026, noch offen", "„Bitte vorn“"):
        assert said in page
    assert ticked(member) == 303
    page = texts(member.see(f"{HOME}/needs"))
    assert "2 noch offen" in page
    assert "erledigt am 22. November 2026 (Erika Beispiel)" in page


def test_a_tick_can_be_taken_back_and_ticking_twice_is_one_row(office: Office, made: AnEvent) -> None:
    add(office, "Ahorn", hilfe=["dgs"])
    member, colleague = (office.signed_in_as(made, needs=True) for _ in range(2))

    assert [ticked(member), ticked(colleague)] == [303, 303]
    assert office.read(_ticks) == [("dgs", member.actor)]
    assert [ticked(member, done="no"), ticked(member, done="no")] == [303, 303]

    assert office.read(_ticks) == []
    assert office.read(_audited) == ["need-met", "need-open"]


def test_only_who_may_see_needs_sees_them(sqlite_office: Office, sqlite_made: AnEvent) -> None:
    add(sqlite_office, "Ahorn", hilfe=["dgs"])

    for role in ("owner", "organiser", "desk", "reader"):
        member = sqlite_office.signed_in_as(sqlite_made, role)
        answers = [member.see(f"{HOME}/needs"), member.send(f"{HOME}/needs", code="x"), member.see(HOME)]
        assert [answer.status_code for answer in answers] == [403, 403, 200]
        assert not any("needs" in answer.text or "Gebärdensprache" in answer.text for answer in answers)
    assert sqlite_office.signed_in_as(sqlite_made, "reader", needs=True).see(f"{HOME}/needs").status_code == 200


def test_what_nobody_asks_for_cannot_be_ticked(sqlite_office: Office, sqlite_made: AnEvent) -> None:
    add(sqlite_office, "Ahorn", hilfe=["dgs"])
    other = sqlite_office.write(an_event, slug="anderswo")
    member = sqlite_office.signed_in_as(sqlite_made, needs=True)

    wrong = [
        {"option": "platz"},
        {"option": ""},
        {"question": "anderes"},
        {"code": "K7M4-29QX"},
        {"code": "\ud800x"[1:]},
    ]

    assert [ticked(member, **{"option": "dgs", **fields}) for fields in wrong] == [404] * len(wrong)
    stranger = sqlite_office.signed_in_as(other, needs=True)
    code = re.findall(r'name="code" value="(\w[\w-]+)"', member.see(f"{HOME}/needs").text)[0]
    fields = {"code": code, "question": "hilfe", "option": "dgs"}
    assert stranger.send("/manage/events/anderswo/needs", **fields).status_code == 404
    assert sqlite_office.read(_ticks) == []


def test_who_cancels_leaves_only_what_has_to_be_called_off(sqlite_office: Office, sqlite_made: AnEvent) -> None:
    for name in ("Ahorn", "Birke"):
        add(sqlite_office, name, hilfe=["dgs"])
    member = sqlite_office.signed_in_as(sqlite_made, needs=True)
    ticked(member)
    sqlite_office.run_jobs()

    for name in ("Ahorn", "Birke"):
        sqlite_office.press(f"{sqlite_office.link_of(name)}/cancellation")

    page = texts(member.see(f"{HOME}/needs"))
    assert page.count("Diese Person hat abgesagt.") == 1
    assert "noch offen" not in page


def test_a_tick_stays_while_the_answer_stays_and_goes_with_it(office: Office, made: AnEvent) -> None:
    add(office, "Ahorn", hilfe=["dgs"])
    member = office.signed_in_as(made, needs=True)
    ticked(member)
    office.run_jobs()
    link = office.link_of("Ahorn")
    office.press(f"{link}/confirmation")

    def change(given_name: str, *helps: str) -> None:
        office.now += timedelta(minutes=1)
        [seen] = set(re.findall(r'name="seen" value="(\w+)"', office.page(link)))
        fields = {
            "given_name": given_name,
            "family_name": "Ahorn",
            "answer.hilfe": helps,
            "consents": "needs",
            "seen": seen,
        }
        headers = {"accept": "text/html", "sec-fetch-site": "same-origin"}
        assert office.ask("POST", f"{link}/details", data=fields, headers=headers).status_code == 303

    change("Anne", "dgs")
    assert len(office.read(_ticks)) == 1
    change("Anne", "dgs", "platz")

    assert office.read(_ticks) == []


def test_ticks_are_erased_with_the_needs(office: Office, made: AnEvent) -> None:
    add(office, "Ahorn", hilfe=["dgs"])
    ticked(office.signed_in_as(made, needs=True))

    office.now += timedelta(days=14)
    office.run_jobs()
    office.now += timedelta(days=65)
    office.run_night()

    assert office.read(_ticks) == []


def test_the_kitchen_gets_numbers_and_no_names(office: Office, made: AnEvent) -> None:
    add(office, "Ahorn", essen=True, kost="vegan")
    add(office, "Birke", essen=True, kost="vegan", allergie="Nüsse")
    add(office, "Dorn", essen=True)
    add(office, "Eiche", kost="vegetarisch", allergie="Milch")

    answer = office.signed_in_as(made, "reader").see(f"{HOME}/kitchen")
    page = texts(answer)

    assert "3 Essen 2 vegan 1 ohne Wunsch 1 Hinweis ohne Namen" in page
    assert not any(said in answer.text for said in ("Ahorn", "Birke", "Nüsse", "Milch", "vegetarisch"))
    assert office.signed_in_as(made, "desk").see(f"{HOME}/kitchen").status_code == 403
    with_notes = texts(office.signed_in_as(made, "reader", needs=True).see(f"{HOME}/kitchen"))
    assert "Hinweise Milch Nüsse" in with_notes


def test_where_nobody_is_asked_whether_they_eat_all_who_come_do(sqlite_office: Office) -> None:
    event = sqlite_office.write(an_event)
    member = sqlite_office.signed_in_as(event)
    add(sqlite_office, "Ahorn")
    assert "fragt nichts für die Küche" in texts(member.see(f"{HOME}/kitchen"))

    sqlite_office.write(a_question, event, "kost", "one", options=FOOD, visible_to="kitchen")
    sqlite_office.loop.run(sqlite_office.node.catalogue._ask("abschlusskonferenz", None))

    assert "1 Essen 1 ohne Wunsch 0 Hinweise" in texts(member.see(f"{HOME}/kitchen"))


def _ticks(connection: Any) -> list[tuple[str, str]]:
    return [tuple(row) for row in connection.execute(select(need_met.c.item, need_met.c.met_by))]


def _audited(connection: Any) -> list[str]:
    found = select(audit.c.verb).where(audit.c.verb.like("need-%")).order_by(audit.c.at, audit.c.id)
    return list(connection.execute(found).scalars())


def test_the_pages_cost_a_fixed_number_of_statements(office: Office, made: AnEvent) -> None:
    member = office.signed_in_as(made, needs=True)

    def costs() -> list[int]:
        counts = []
        for page in ("needs", "kitchen"):
            member.see(f"{HOME}/{page}")
            with office.counted() as sent:
                member.see(f"{HOME}/{page}")
            # whether the node's view of the event is current is asked ten times a second
            counts.append(len([each for each in sent if "programme_version" not in each]))
        return counts

    add(office, "Ahorn", hilfe=["dgs"], essen=True)
    first = costs()
    for name in ("Birke", "Dorn", "Eiche"):
        add(office, name, hilfe=["dgs", "platz"], essen=True, allergie=name)

    assert costs() == first == [4, 4]
    assert office.read(lambda connection: connection.execute(select(func.count()).select_from(need_met)).scalar()) == 0
