"""Entering a signed list by its row numbers."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from confman.domain.ledger.requests import Cancel, Hand
from confman.store.audit import audit
from confman.store.registrations import attendance, registration
from confman.usecases.registrar import Ask
from tests.builders import STARTS, AnEvent, APart, a_registration, an_event
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


def test_typed_numbers_switch_and_the_answer_says_whom(office: Office, made: AnEvent) -> None:
    member = begun(office, made)
    assert list(states(office)) == [*NAMES]  # by surname, as the rows of the paper

    answer = enter(member, "2 4-5")
    page = shown(member)

    assert answer.status_code == 303
    assert states(office) == {"Ahorn": True, "Birke": False, "Dorn": True, "Eiche": False, "Fichte": False}
    for said in ("2 Anna Birke · 4 Anna Eiche · 5 Anna Fichte: nicht da", "2 da · 3 nicht da"):
        assert said in page


def test_what_is_no_number_of_the_list_changes_nothing_and_stays_typed(sqlite_office: Office) -> None:
    made = filled(sqlite_office)
    member = begun(sqlite_office, made)

    for typed, told in (
        ("2 Schmidt", "„Schmidt“ ist keine Nummer"),
        ("2 6", "Die Nummer 6 steht nicht"),
        ("", "Bitte geben Sie"),
    ):
        answer = enter(member, typed)
        kept = f'name="numbers" value="{typed}"'
        assert (answer.status_code, told in answer.text, kept in answer.text) == (422, True, True)
    assert states(sqlite_office) == dict.fromkeys(NAMES, True)


def test_everybody_can_be_absent_at_first(sqlite_office: Office) -> None:
    member = begun(sqlite_office, filled(sqlite_office), "absent")

    enter(member, "1")

    assert [name for name, here in states(sqlite_office).items() if here] == ["Ahorn"]


def test_a_button_says_what_it_sets_so_that_pressing_twice_is_once(sqlite_office: Office) -> None:
    member = begun(sqlite_office, filled(sqlite_office))

    answers = [member.send(f"{HOME}/entries", set="3:absent") for _ in range(2)]

    assert [answer.headers["location"] for answer in answers] == [f"{HOME}#n3", f"{HOME}?already=3#n3"]
    assert [name for name, here in states(sqlite_office).items() if not here] == ["Dorn"]
    assert member.send(f"{HOME}/entries", set="9:absent").status_code == 422


def test_all_are_set_at_once(sqlite_office: Office) -> None:
    member = begun(sqlite_office, filled(sqlite_office))

    member.send(f"{HOME}/entries", set="all:absent")

    assert states(sqlite_office) == dict.fromkeys(NAMES, False)
    assert "5 Zeilen geändert" not in shown(member)  # few are named one by one
    assert "4 Anna Eiche · 5 Anna Fichte: nicht da" in shown(member)


def test_two_colleagues_do_not_undo_each_other(office: Office, made: AnEvent) -> None:
    erika, other = begun(office, made), office.signed_in_as(made)
    page = shown(other)
    enter(erika, "2 3")

    answer = enter(other, "3 4", page)

    assert [name for name, here in states(office).items() if not here] == ["Birke", "Dorn", "Eiche"]
    assert answer.headers["location"] == f"{HOME}?already=3"
    assert "3 Anna Dorn: ist schon als „nicht da“ eingetragen (Erika Beispiel" in shown(other, already="3")


def test_both_entries_count_when_they_come_at_the_same_time(office: Office, made: AnEvent) -> None:
    members = [begun(office, made), office.signed_in_as(made)]
    page = shown(members[0])
    [carried] = set(re.findall(r'name="seen" value="(\w+)"', page))
    sent = [
        {
            "headers": {**member.headers, "origin": "https://events.example.org"},
            "data": {"csrf": member.session.csrf, "numbers": str(number), "seen": carried},
        }
        for number, member in enumerate(members * 2, start=1)
    ]

    answers = office.all_at_once([("POST", f"{HOME}/entries", each) for each in sent])

    assert {answer.status_code for answer in answers} == {303}
    assert [name for name, here in states(office).items() if here] == ["Fichte"]
    assert len(audited(office, "attendance")) == 4


def test_the_last_step_can_be_undone_and_done_again(office: Office, made: AnEvent) -> None:
    member, other = begun(office, made), office.signed_in_as(made)
    enter(member, "2 3")
    enter(other, "5")
    page = shown(member)

    undone = member.send(f"{HOME}/undo", step=step_of(page))
    twice = member.send(f"{HOME}/undo", step=step_of(page))

    assert [name for name, here in states(office).items() if not here] == ["Fichte"]
    assert [answer.headers["location"] for answer in (undone, twice)] == [HOME, f"{HOME}?undone=late"]
    assert "nicht mehr Ihr letzter Schritt" in shown(member, undone="late")
    member.send(f"{HOME}/undo", step=step_of(shown(member)))
    assert [name for name, here in states(office).items() if not here] == ["Birke", "Dorn", "Fichte"]


def test_nobody_undoes_what_somebody_else_has_changed_since(sqlite_office: Office) -> None:
    made = filled(sqlite_office)
    member, other = begun(sqlite_office, made), sqlite_office.signed_in_as(made)
    enter(member, "2 3")
    step = step_of(shown(member))
    enter(other, "3")

    member.send(f"{HOME}/undo", step=step)

    assert states(sqlite_office) == dict.fromkeys(NAMES, True)


def test_every_step_is_one_row_of_the_audit_without_names(sqlite_office: Office) -> None:
    made = filled(sqlite_office)
    member = begun(sqlite_office, made)
    enter(member, "2 3")
    member.send(f"{HOME}/undo", step=step_of(shown(member)))
    member.send(f"{HOME}/finish")
    member.send(f"{HOME}/finish")

    half = {"half_day": "2027-01-26am"}
    assert audited(sqlite_office, "attendance%") == [
        ("attendance-begun", member.actor, half | {"people": 5}),
        ("attendance", member.actor, half | {"present": 0, "absent": 2}),
        ("attendance-undone", member.actor, half | {"present": 2, "absent": 0}),
        ("attendance-finished", member.actor, half | {"present": 5, "absent": 0}),
    ]


def test_finishing_says_what_follows_and_corrections_stay_possible(sqlite_office: Office) -> None:
    member = begun(sqlite_office, filled(sqlite_office))

    answer = member.send(f"{HOME}/finish")
    page = member.see(answer.headers["location"]).text

    assert "Fertig eingetragen" in page
    assert "Bescheinigungen und Berichte richten sich danach." in page
    assert enter(member, "1").status_code == 303
    assert not states(sqlite_office)["Ahorn"]


def test_a_second_beginning_changes_nothing(sqlite_office: Office) -> None:
    made = filled(sqlite_office)
    member = begun(sqlite_office, made)
    enter(member, "1")

    begun(sqlite_office, made, "present")

    assert not states(sqlite_office)["Ahorn"]


def test_nothing_is_entered_before_the_beginning(sqlite_office: Office) -> None:
    member = sqlite_office.signed_in_as(filled(sqlite_office))

    sent = [
        member.send(f"{HOME}/entries", numbers="1"),
        member.send(f"{HOME}/undo", step="1"),
        member.send(f"{HOME}/finish"),
    ]

    assert [answer.status_code for answer in sent] == [303, 303, 303]
    assert states(sqlite_office) == {}
    assert "Was soll zuerst für alle gelten?" in shown(member)


# who comes and goes while it is entered


def test_who_comes_later_stands_below_and_who_leaves_keeps_the_number(office: Office, made: AnEvent) -> None:
    member = begun(office, made)
    office.now += timedelta(minutes=5)
    gone = office.read(lambda connection: connection.execute(select(registration.c.id).where(_NAMED_DORN)).scalar_one())
    office.loop.run(office.node.clerk.ask(made.id, Ask(Cancel(gone, "self"))))  # the sixth moves up

    page = shown(member)
    enter(member, "6", page)

    assert re.search(r"Dorn, Anna <span[^>]*>\(abgesagt\)", page)
    assert states(office) == dict.fromkeys(NAMES, True) | {"Zeder": True}
    assert "6 da · 0 nicht da" in shown(member)


def test_lists_of_one_part_have_the_same_numbers(office: Office) -> None:
    made = filled(office, APart(places=7, hours=8))
    member = begun(office, made)
    afternoon = HOME.replace("am", "pm")
    enter(member, "2")
    office.now = STARTS + timedelta(hours=1)
    office.loop.run(office.node.clerk.ask(made.id, by_hand(made, "Aarau", "conference")))
    member = office.signed_in_as(made, "desk")

    assert "wie auf der Liste „Vormittag“" in shown(member, afternoon)
    member.send(f"{afternoon}/beginning", preset="like:2027-01-26am")

    before = {"Ahorn": True, "Birke": False, "Dorn": True, "Eiche": True, "Fichte": True, "Zeder": True}
    assert list(states(office, "2027-01-26pm").items()) == list((before | {"Aarau": False}).items())
    overview = member.see("/manage/events/abschlusskonferenz/attendance").text
    assert "5 da · 2 nicht da" in overview  # of both: the newcomer was not there in the morning either
    assert overview.count("5 da · 2 nicht da") == 2


def test_who_registered_at_the_door_stands_below_the_printed_names(sqlite_office: Office) -> None:
    made = filled(sqlite_office, APart(hours=4))
    sqlite_office.now = STARTS + timedelta(minutes=5)
    sqlite_office.loop.run(sqlite_office.node.clerk.ask(made.id, by_hand(made, "Aarau", "conference")))
    begun(sqlite_office, made)

    assert list(states(sqlite_office)) == [*NAMES, "Zeder", "Aarau"]


# who may


def test_the_desk_sees_names_and_nothing_else(sqlite_office: Office) -> None:
    made = filled(sqlite_office)
    member = begun(sqlite_office, made)

    page = shown(member)

    assert "Ahorn, Anna" in page
    assert "@" not in page.replace("@container", "")
    assert sqlite_office.signed_in_as(made, "reader").see(HOME).status_code == 403


def test_a_list_that_does_not_exist_is_not_found(sqlite_office: Office) -> None:
    member = begun(sqlite_office, filled(sqlite_office))

    for path in ("x/2027-01-26am", "conference/2027-01-26pm", "conference/x", "conference/%00"):
        address = f"/manage/events/abschlusskonferenz/attendance/{path}"
        answers = [member.see(address), member.send(f"{address}/entries", numbers="1")]
        assert [answer.status_code for answer in answers] == [404, 404]


def test_where_there_is_one_list_the_way_leads_straight_to_it(sqlite_office: Office) -> None:
    member = begun(sqlite_office, filled(sqlite_office))

    assert member.see("/manage/events/abschlusskonferenz/attendance").headers["location"] == HOME


def test_the_pages_cost_a_fixed_number_of_statements(office: Office) -> None:
    made = filled(office, APart(hours=8))
    member = begun(office, made)

    def costs() -> list[int]:
        counts = []
        for path in (HOME, "/manage/events/abschlusskonferenz/attendance"):
            member.see(path)
            with office.counted() as sent:
                member.see(path)
            counts.append(len([each for each in sent if "programme_version" not in each]))
        with office.counted() as sent:
            member.send(f"{HOME}/entries", set="1:absent")
            member.send(f"{HOME}/entries", set="all:present")
        return [*counts, len([each for each in sent if "programme_version" not in each])]

    first = costs()
    for number in range(12):
        office.loop.run(office.node.clerk.ask(made.id, a_registration(made, f"Linde{number}")))

    assert [costs(), costs()] == [first, first]
    assert first[:2] == [4, 4]


_NAMED_DORN = registration.c.family_name == "Dorn"


def by_hand(made: AnEvent, family: str, *parts: str) -> Ask:
    return a_registration(made, family, *parts, hand=Hand("organiser", ignores_deadlines=True, tells=False))


def audited(office: Office, like: str) -> list[tuple[str, str, Any]]:
    found = select(audit.c.verb, audit.c.actor, audit.c.facts).where(audit.c.verb.like(like)).order_by(audit.c.id)
    return [tuple(row) for row in office.read(lambda connection: connection.execute(found).all())]
