"""Adding people by hand: each line is answered by itself, and nobody is added twice."""

import re

from sqlalchemy import Connection, select

from confman.store.registrations import registration
from tests.builders import APart, an_event
from tests.by_hand import letters
from tests.manage.person_desk import an_event_with_forums, audited, fields, has, people, send, size
from tests.manage.test_person_page import said
from tests.office import Office

PATH = "/manage/events/abschlusskonferenz/registrations/new"
MANY = """Karla; Neu; Stadtwerke; karla.neu@lindenbrueck.example
Hans Peter
Anna; Beispiel; Hochschule; kaputt@
Ada; Bo; ; bo@lindenbrueck.example

Lena\tNeu"""


def found(connection: Connection) -> dict[str, tuple[str, str | None, str]]:
    """(code, address, source) by name."""
    rows = connection.execute(select(registration)).all()
    return {f"{row.given_name} {row.family_name}": (row.code, row.email, row.source) for row in rows}


def test_one_is_added_by_phone_in_one_line_without_an_address(office: Office) -> None:
    made = an_event_with_forums(office)
    office.token = None
    erika = office.signed_in_as(made)

    answer = send(
        erika, PATH, lines="Anna; Beispiel; Stadt Lindenbrück", parts=["konferenz"], **{"choice.foren": "verkehr"}
    )
    page = erika.see(answer.headers["location"])

    code, address, source = office.read(found)["Anna Beispiel"]
    assert (answer.status_code, address, source) == (303, None, "hand")
    assert has(office, made, code) == {"konferenz": "held", "verkehr": "held"}
    assert [row[:2] for row in audited(office)] == [("register", erika.actor), ("token-added", "operator")]
    assert "Anna Beispiel : hinzugefügt" in said(page)
    assert fields(page)["parts"] == ["konferenz"]
    assert fields(page)["choice.foren"] == ["verkehr"]


def test_each_of_many_lines_is_answered_by_itself_and_wrong_ones_stay(office: Office) -> None:
    made = an_event_with_forums(office)
    codes = people(office)
    erika = office.signed_in_as(made)

    answer = send(erika, PATH, lines=MANY, parts=["konferenz"])

    words = said(answer)
    assert answer.status_code == 422
    assert "Karla Neu : hinzugefügt" in words
    assert "Lena Neu : hinzugefügt" in words
    assert "Ada Bo : ist schon angemeldet" in words
    assert f"/registrations/{codes['Bo']}" in answer.text
    assert "Hans Peter: Bitte mit Semikolon trennen" in words
    assert "kaputt@: An diese Adresse lässt sich keine E-Mail schicken" in words
    [kept] = re.findall(r"<textarea[^>]*>\n?(.*?)</textarea>", answer.text, re.DOTALL)
    assert kept.split("\n") == ["Hans Peter", "Anna; Beispiel; Hochschule; kaputt@"]
    assert sorted(office.read(found)) == ["Ada Ada", "Ada Bo", "Ada Cem", "Ada Dora", "Karla Neu", "Lena Neu"]


def test_sending_twice_adds_nobody_twice(sqlite_office: Office) -> None:
    office = sqlite_office
    made = an_event_with_forums(office)
    office.token = None
    erika = office.signed_in_as(made)
    form = {**fields(erika.see(PATH)), "lines": "Anna; Beispiel\nJonas; Muster", "parts": ["konferenz"]}

    answers = [erika.send(PATH, **form) for _ in range(2)]
    corrected = erika.send(PATH, **{**form, "lines": "Anna; Beispiel\nLena; Neu", "category": "contributor"})

    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert corrected.status_code == 422
    assert sorted(office.read(found)) == ["Anna Beispiel", "Jonas Muster", "Lena Neu"]
    assert size(office, made, "konferenz")[0] == 2  # who contributes takes no place


def test_beyond_capacity_it_is_decided_first(sqlite_office: Office) -> None:
    office = sqlite_office
    made = an_event_with_forums(office)
    people(office)
    erika = office.signed_in_as(made)
    chosen = {"lines": "Eva; Erste\nEmil; Zweiter", "parts": ["konferenz"], "choice.foren": "klima"}

    asked = send(erika, PATH, **chosen)
    assert "Forum 1 ist ausgebucht, 2 Personen warten. auf die Warteliste zusätzlich zulassen (dann 3 Plätze)" in said(
        asked
    )
    assert size(office, made, "konferenz")[0] == 4
    [name] = set(re.findall(r'name="(full\.\w+)"', asked.text))
    answer = send(erika, PATH, asked, **chosen, **{name: "beyond"})

    assert answer.status_code == 303
    assert size(office, made, "klima") == (4, 2, 4)
    assert "(dann 5 Plätze)" in said(send(erika, PATH, **{**chosen, "lines": "Egon; Dritter"}))
    assert [row[2]["beyond"] for row in audited(office) if row[1] == erika.actor] == [[made.units["klima"].hex]] * 2


def test_a_letter_is_sent_only_where_it_is_wanted(sqlite_office: Office) -> None:
    office = sqlite_office
    made = an_event_with_forums(office)
    office.token = None
    erika = office.signed_in_as(made)
    lines = {
        tells: f"Anna; {family}; ; {family}@lindenbrueck.example" for tells, family in (("yes", "mit"), (None, "ohne"))
    }

    for tells, line in lines.items():
        send(erika, PATH, lines=line, parts=["konferenz"], tells=tells, language="en")

    assert office.read(letters) == [("registered", "mit@lindenbrueck.example")]


def test_what_cannot_be_added_at_all_is_told_and_kept(sqlite_office: Office) -> None:
    office = sqlite_office
    made = an_event_with_forums(office)
    office.token = None
    erika = office.signed_in_as(made)
    crowd = "\n".join(f"Anna; Beispiel{number}" for number in range(51))

    answers = {
        "Bitte geben Sie eine Zeile ein": send(erika, PATH, lines=" \n;", parts=["konferenz"]),
        "Das sind 51 Zeilen; bitte höchstens 50 auf einmal": send(erika, PATH, lines=crowd, parts=["konferenz"]),
        "Bitte wählen Sie mindestens einen Teil aus": send(erika, PATH, lines="Anna; Beispiel"),
        "Diese Kategorie gibt es nicht": send(
            erika, PATH, lines="Anna; Beispiel", parts=["konferenz"], category="x", key="<b>"
        ),
        "überschneiden sich": send(
            erika, PATH, lines="Anna; Beispiel", parts=["rundgang"], **{"choice.foren": "verkehr"}
        ),
    }

    for says, answer in answers.items():
        assert (answer.status_code, says in said(answer)) == (422, True), says
    assert office.read(found) == {}


def test_who_might_be_here_already_is_told_after_adding(sqlite_office: Office) -> None:
    office = sqlite_office
    made = an_event_with_forums(office)
    codes = people(office)
    erika = office.signed_in_as(made)

    answer = send(erika, PATH, lines="Ada; Cem", parts=["konferenz"])
    page = erika.see(answer.headers["location"])
    strange = erika.see(PATH + "?added=x,,2222-2222,%00&parts=erfunden&choice.foren=%00&category=%3Cb%3E")

    assert f"/registrations/{codes['Cem']}" in page.text
    assert "(gleicher Name)" in said(page)
    assert strange.status_code == 200


def test_only_who_may_act_adds_people(sqlite_office: Office) -> None:
    made = an_event_with_forums(sqlite_office)
    sqlite_office.token = None
    for role, status in (("owner", 200), ("reader", 403), ("desk", 403)):
        member = sqlite_office.signed_in_as(made, role)
        posted = member.send(PATH, lines="Anna; Beispiel")
        assert (member.see(PATH).status_code, posted.status_code) == (status, 422 if status == 200 else 403)


def test_a_place_that_is_kept_back_is_given_only_where_that_is_decided(sqlite_office: Office) -> None:
    made = sqlite_office.write(an_event, [APart("konferenz", 2, reserve=1)])
    sqlite_office.token = None
    for name in ("Ahorn", "Birke"):
        sqlite_office.register(made.slug, name, parts=["konferenz"], accept_waiting=True)
    erika = sqlite_office.signed_in_as(made)
    form = erika.see(PATH)

    asked = send(erika, PATH, form, lines="Anna; Neu", parts=["konferenz"])
    decision = f"full.{made.units['konferenz'].hex}"
    done = send(erika, PATH, asked, lines="Anna; Neu", **{decision: "reserve"})

    code = sqlite_office.read(found)["Anna Neu"][0]
    assert "ausgebucht, eine Person wartet, 1 zurückgehalten" in said(form)
    assert (asked.status_code, done.status_code) == (422, 303)
    assert "einen zurückgehaltenen Platz geben (noch 1)" in said(asked)
    assert "zusätzlich zulassen" not in said(asked)
    assert has(sqlite_office, made, code) == {"konferenz": "held"}
    assert "aus der Reserve" in said(erika.see(f"/manage/events/{made.slug}/registrations/{code}"))


def test_far_too_much_is_refused_with_a_page_that_says_how_to_go_on(sqlite_office: Office) -> None:
    erika = sqlite_office.signed_in_as(an_event_with_forums(sqlite_office))

    answer = send(erika, PATH, lines="Anna; Neu\n" * 10_000, parts=["konferenz"])

    assert (answer.status_code, answer.headers["connection"]) == (413, "close")
    assert "höchstens 50 Zeilen" in said(answer)
