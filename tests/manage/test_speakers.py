"""Speakers of the programme taken over as registrations."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from sqlalchemy import Connection, delete, func, insert, select, update

from confman.kernel.ids import new_id
from confman.store.events import event
from confman.store.ledger import ledger
from confman.store.outbox import letter
from confman.store.programme import session, session_speaker, speaker, unit
from confman.store.registrations import category, place, registration
from tests.builders import AnEvent, APart, ASession, ASlot, a_registration, an_event
from tests.office import Member, Office

HOME = "/manage/events/abschlusskonferenz/speakers"
FORUMS = (ASession("f1", 1), ASession("f2", 5))


@pytest.fixture
def made(office: Office) -> AnEvent:
    return filled(office)


@pytest.fixture
def sqlite_made(sqlite_office: Office) -> AnEvent:
    return filled(sqlite_office)


def filled(office: Office) -> AnEvent:
    found: AnEvent = office.write(an_event, [APart(places=5, slots=[ASlot("foren", FORUMS)])])
    office.write(cast, found, {"Uferkamp": ["f1"], "Tannengrund": ["f2"], "Moosbacher": ["f2"]})
    return found


def cast(connection: Connection, made: AnEvent, who: Mapping[str, Sequence[str]]) -> None:
    """Speakers by their surnames, in these sessions; the programme is another one from now on."""
    for family, sessions in who.items():
        key = connection.execute(select(speaker.c.id).where(speaker.c.slug == family.lower())).scalar_one_or_none()
        if key is None:
            key, name = new_id(), {"given_name": "Anna", "family_name": family}
            connection.execute(insert(speaker).values(id=key, event_id=made.id, slug=family.lower(), **name))
        connection.execute(delete(session_speaker).where(session_speaker.c.speaker_id == key))
        for slug in sessions:
            where = connection.execute(select(session.c.id).where(session.c.unit_id == made.units[slug])).scalar_one()
            row = {"session_id": where, "speaker_id": key, "role": "speaker", "position": 0}
            connection.execute(insert(session_speaker).values(**row))
    connection.execute(update(event).where(event.c.id == made.id).values(revision=event.c.revision + 1))
    connection.execute(update(ledger).values(programme_version=ledger.c.programme_version + 1))


def forget(office: Office) -> None:
    """What the node knows of events, as if a tenth of a second had gone by."""
    office.node.catalogue._known.clear()


def sits(office: Office) -> dict[str, list[str]]:
    """Who is live, with the parts and sessions they hold and their category."""

    def read(connection: Connection) -> dict[str, list[str]]:
        named = connection.execute(select(session.c.unit_id, session.c.slug)).all()
        names = {row.unit_id: row.slug for row in named}
        rows = connection.execute(
            select(registration.c.family_name, category.c.key, place.c.unit_id)
            .join(category, category.c.id == registration.c.category_id)
            .join(place, place.c.registration_id == registration.c.id)
            .where(registration.c.ended_at.is_(None), place.c.state == "held")
        ).all()
        people: dict[str, list[str]] = {row.family_name: [row.key] for row in rows}
        for row in rows:
            people[row.family_name].append(names.get(row.unit_id, "part"))
        return {name: sorted(has) for name, has in people.items()}

    found: dict[str, list[str]] = office.read(read)
    return found


def number(office: Office, what: Any) -> Any:
    return office.read(lambda connection: connection.execute(what).scalar_one())


def test_one_click_takes_over_everybody_in_the_programme(office: Office, made: AnEvent) -> None:
    office.loop.run(office.node.clerk.ask(made.id, a_registration(made, "Ahorn", choices={"foren": "f1"})))
    member = office.signed_in_as(made)
    assert "3 Mitwirkende übernehmen" in member.see(HOME).text

    answer = member.send(HOME, do="take")

    assert answer.headers["location"] == f"{HOME}?taken=3"
    assert "3 Mitwirkende übernommen" in member.see(answer.headers["location"]).text
    assert sits(office) == {
        "Ahorn": ["attendee", "f1", "part"],
        "Uferkamp": ["contributor", "f1", "part"],  # though Forum 1 is full
        "Tannengrund": ["contributor", "f2", "part"],
        "Moosbacher": ["contributor", "f2", "part"],
    }
    assert number(office, select(func.sum(unit.c.held))) == 2
    confirmed = select(func.count()).where(
        registration.c.speaker_id.is_not(None), registration.c.confirmed_at.is_not(None)
    )
    assert number(office, confirmed) == 3
    assert number(office, select(func.count()).where(letter.c.recipient.not_like("ahorn%"))) == 0


def test_nobody_is_taken_over_twice(office: Office, made: AnEvent) -> None:
    members = [office.signed_in_as(made) for _ in range(2)]
    body = [("POST", HOME, _as_sent(member, do="take")) for member in members]

    answers = office.all_at_once(body)
    members[0].send(HOME, do="take")
    members[0].send(f"{HOME}/uferkamp")

    assert [answer.status_code for answer in answers] == [303, 303]
    assert number(office, select(func.count()).select_from(registration)) == 3


def test_whoever_was_cancelled_can_be_taken_over_again(sqlite_office: Office, sqlite_made: AnEvent) -> None:
    member = sqlite_office.signed_in_as(sqlite_made)
    member.send(HOME, do="take")
    code = number(sqlite_office, select(registration.c.code).where(registration.c.family_name == "Uferkamp"))
    token = sqlite_office.signed_in(sqlite_made)
    assert token.delete(f"events/abschlusskonferenz/registrations/{code}").status_code in {200, 204}

    assert member.send(f"{HOME}/uferkamp").headers["location"] == f"{HOME}?taken=1"

    assert sits(sqlite_office)["Uferkamp"] == ["contributor", "f1", "part"]


def test_a_letter_leaves_only_with_an_address_and_a_tick(sqlite_office: Office, sqlite_made: AnEvent) -> None:
    member = sqlite_office.signed_in_as(sqlite_made)

    sent = [
        member.send(f"{HOME}/uferkamp", email="uferkamp@lindenbrueck.example", tells="yes"),
        member.send(f"{HOME}/tannengrund", email="tannengrund@lindenbrueck.example"),
        member.send(f"{HOME}/moosbacher", tells="yes"),
    ]
    sqlite_office.run_jobs()

    assert [answer.status_code for answer in sent] == [303, 303, 303]
    assert [sqlite_office.subjects_to(name) != [] for name in ("Uferkamp", "Tannengrund", "Moosbacher")] == [
        True,
        False,
        False,
    ]


def test_an_address_that_is_none_is_told_at_its_field(sqlite_office: Office) -> None:
    found = sqlite_office.write(an_event, [APart(slots=[ASlot("foren", FORUMS)])])
    sqlite_office.write(cast, found, {"Uferkamp": ["f1"]})

    answer = sqlite_office.signed_in_as(found).send(f"{HOME}/uferkamp", email="uferkamp", tells="yes")

    assert answer.status_code == 422
    assert 'value="uferkamp"' in answer.text
    assert re.search(r'name="tells" value="yes" checked', answer.text)
    assert "fehlt das @-Zeichen" in answer.text


def test_who_is_registered_under_the_name_is_connected_and_takes_no_place_any_more(
    office: Office, made: AnEvent
) -> None:
    assert office.register("abschlusskonferenz", "Uferkamp", choices={"foren": "f2"}).status_code == 202
    member = office.signed_in_as(made)
    assert "2 Mitwirkende übernehmen" in member.see(HOME).text
    page = member.see(f"{HOME}/uferkamp").text
    [code] = re.findall(r'name="connect" value="([\w-]+)"', page)

    answer = member.send(f"{HOME}/uferkamp", connect=code)

    assert answer.headers["location"] == f"{HOME}?connected=yes"
    assert sits(office) == {"Uferkamp": ["contributor", "f1", "part"]}
    assert number(office, select(func.sum(unit.c.held))) == 0
    assert number(office, select(func.count()).where(registration.c.speaker_id.is_not(None))) == 1
    assert member.send(f"{HOME}/uferkamp", connect="K7M4-29QX").status_code == 409


def test_a_changed_programme_moves_the_speakers(office: Office, made: AnEvent) -> None:
    member = office.signed_in_as(made)
    member.send(HOME, do="take")
    office.write(cast, made, {"Uferkamp": ["f2"], "Moosbacher": []})
    forget(office)

    page = member.see(HOME).text
    assert "1 Person aktualisieren" in page or "1 Anmeldung aktualisieren" in page
    assert "Nicht mehr im Programm" in page
    answer = member.send(HOME, do="follow")

    assert answer.headers["location"] == f"{HOME}?followed=1"
    assert sits(office)["Uferkamp"] == ["contributor", "f2", "part"]
    assert "aktualisieren" not in member.see(HOME).text


def test_readers_see_it_and_desks_do_not_and_only_organisers_act(sqlite_office: Office) -> None:
    found = sqlite_office.write(an_event, [APart(slots=[ASlot("foren", FORUMS)])])
    sqlite_office.write(cast, found, {"Uferkamp": ["f1"]})
    reader, desk = (sqlite_office.signed_in_as(found, role) for role in ("reader", "desk"))

    seen = reader.see(HOME)
    acts = [reader.send(HOME, do="take"), reader.send(f"{HOME}/uferkamp"), desk.see(HOME), desk.send(HOME, do="take")]

    assert (seen.status_code, "übernehmen" in seen.text) == (200, False)
    assert [answer.status_code for answer in acts] == [403, 403, 403, 403]
    assert reader.see(f"{HOME}/niemand").status_code == 404


def test_drafts_are_not_taken_over(sqlite_office: Office) -> None:
    found = sqlite_office.write(an_event, [APart(slots=[ASlot("foren", FORUMS)])], published_at=None)
    sqlite_office.write(cast, found, {"Uferkamp": ["f1"]})
    member = sqlite_office.signed_in_as(found)

    assert "Sobald das Programm veröffentlicht ist" in member.see(HOME).text
    assert member.send(HOME, do="take").headers["location"] == f"{HOME}?taken=0"
    assert member.send(f"{HOME}/uferkamp").status_code == 409
    assert number(sqlite_office, select(func.count()).select_from(registration)) == 0


def test_the_page_costs_a_fixed_number_of_statements(office: Office, made: AnEvent) -> None:
    member = office.signed_in_as(made)

    def costs() -> int:
        forget(office)
        member.see(HOME)
        with office.counted() as sent:
            member.see(HOME)
        return len([each for each in sent if "programme_version" not in each])

    first = costs()
    member.send(HOME, do="take")
    office.write(cast, made, {name: ["f2"] for name in ("Ahorn", "Birke", "Dorn", "Eiche")})

    assert costs() == first == 4


def _as_sent(member: Member, **fields: str) -> dict[str, Any]:
    headers = {**member.headers, "origin": "https://events.example.org"}
    return {"headers": headers, "data": {"csrf": member.session.csrf, **fields}}
