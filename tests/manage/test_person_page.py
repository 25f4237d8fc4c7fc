"""The page of one registration: what it shows, and to whom."""

import re
from collections.abc import Mapping
from typing import Any

import httpx
from sqlalchemy import Connection, insert, select, update

from confman.kernel.ids import new_id
from confman.store.outbox import letter
from confman.store.registrations import answer_sensitive, registration
from tests.api.test_api_statements import essential
from tests.builders import NOW, a_consent, a_question, an_event, hand_over
from tests.by_hand import added
from tests.manage.person_desk import an_event_with_forums, fields, here, people, send
from tests.office import Office

PAGES = ("", "details", "places", "cancellation", "return")
FORMS = ("details", "places", "cancellation", "return", "confirmation", "letters")


def said(page: httpx.Response) -> str:
    """The words of the page's content, with single blanks."""
    content = page.text[page.text.index("<main") : page.text.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", content).split())


def an_id(connection: Connection, code: str) -> object:
    return connection.execute(select(registration.c.id).where(registration.c.code == code)).scalar_one()


def test_the_page_tells_where_somebody_stands_and_what_was_done(office: Office) -> None:
    made = an_event_with_forums(office)
    codes = people(office)
    erika = office.signed_in_as(made)
    send(erika, here(made, codes["Cem"], "details"), institution="Stadt Lindenbrück")
    send(erika, here(made, codes["Ada"], "cancellation"))

    cem, dora, ada = (said(erika.see(here(made, codes[name]))) for name in ("Cem", "Dora", "Ada"))

    assert "Ada Cem angemeldet" in cem
    assert "konferenz Platz Forum 1 Platz" in cem
    assert "22.11.2026, 13:00 Uhr – System: nachgerückt; von Forum 2 nach Forum 1 umgebucht" in cem
    assert "22.11.2026, 13:00 Uhr – Erika Beispiel: Angaben geändert: Institution" in cem
    assert "Programm „Anmeldesystem“: angemeldet; auf die Warteliste" in cem
    assert "Forum 1 Warteliste 1" in dora
    assert "Ada Ada abgesagt" in ada
    assert "Bis zum Ende dabei: konferenz und Forum 1" in ada
    assert "Wieder zulassen" in ada


def test_long_histories_are_turned_page_by_page(sqlite_office: Office) -> None:
    office = sqlite_office
    made = an_event_with_forums(office)
    code = people(office)["Ada"]
    erika = office.signed_in_as(made)
    sent = fields(erika.see(here(made, code, "details")))
    for number in range(22):
        erika.send(here(made, code, "details"), **{**sent, "revision": str(number + 1), "institution": f"Amt {number}"})

    first = erika.see(here(made, code))
    [older] = re.findall(r'href="([^"]*after=[^"]*)#history"', first.text)
    second = erika.see(older)
    invented = erika.see(here(made, code) + "?after=" + new_id().hex)

    assert [said(page).count(" Uhr – ") for page in (first, second, invented)] == [20, 3, 20]
    assert "angemeldet" in said(second).partition("Verlauf")[2]


def test_sensitive_answers_are_seen_by_nobody_without_the_right_not_even_that_there_are_any(office: Office) -> None:
    made = office.write(an_event)
    key = office.write(a_question, made, "unterstuetzung", "text", sensitive=True, labels={"de": "Gebärdensprache"})
    office.write(a_question, made, "ort", "text", labels={"de": "Ort"})
    office.write(a_consent, made, "needs")
    office.signed_in(made)
    code = added(office, "Beispiel", answers={"ort": "Köln"})
    plain = added(office, "Ohne", answers={"ort": "Köln"})
    office.write(
        lambda connection: connection.execute(
            insert(answer_sensitive).values(registration_id=an_id(connection, code), question_id=key, value="CANARY")
        )
    )
    office.token = None
    pages = {
        needs: said(office.signed_in_as(made, needs=needs).see(here(made, code))).replace(code, "")
        for needs in (True, False)
    }
    without = said(office.signed_in_as(made).see(here(made, plain))).replace(plain, "").replace("Ohne", "Beispiel")

    assert "Gebärdensprache CANARY vertraulich" in pages[True]
    assert "Ort Köln" in pages[False]
    assert pages[False] == without


def test_who_might_be_the_same_person_is_shown_with_a_link(office: Office) -> None:
    made = office.write(an_event)
    office.signed_in(made)
    codes = {
        name: added(office, family, given_name=given, email=address)
        for name, given, family, address in (
            ("one", "Hans-Peter", "Müller", "hp@lindenbrueck.example"),
            ("near", "Hans Peter", "Müller", None),
            ("mailbox", "Jonas", "Muster", "hp@lindenbrueck.example"),
            ("gone", "Hans-Peter", "Müller", None),
            ("other", "Hans", "Maier", None),
        )
    }
    office.delete(f"events/{made.slug}/registrations/{codes['gone']}")
    office.token = None

    page = office.signed_in_as(made).see(here(made, codes["one"])).text

    assert set(re.findall(r'registrations/([A-Z0-9-]{9})"', page)) == {codes["near"], codes["mailbox"]}
    assert "(ähnlicher Name)" in page
    assert "(gleiche E-Mail-Adresse)" in page


LETTERS: dict[str, dict[str, Any]] = {
    "unterwegs": {},
    "angenommen am 22.11.2026, 13:00 Uhr": {"accepted_at": NOW},
    "wird am 22.11.2026, 13:00 Uhr wieder versucht 451 später": {"attempts": 2, "failure": "451 später"},
    "unzustellbar 550 unbekannt Erneut senden": {"failed_at": NOW, "failure": "550 unbekannt"},
    "nicht gesendet, weil überholt": {"failed_at": NOW, "failure": "superseded"},
}


def change_letters(connection: Connection, columns: Mapping[str, Any]) -> None:
    untried = {"accepted_at": None, "failed_at": None, "failure": None, "attempts": 0}
    connection.execute(update(letter).values({**untried, **columns}))


def test_each_letter_is_shown_with_its_state(sqlite_office: Office) -> None:
    made = an_event_with_forums(sqlite_office)
    code = people(sqlite_office)["Ada"]
    erika = sqlite_office.signed_in_as(made)
    shown = []
    for columns in LETTERS.values():
        sqlite_office.write(change_letters, columns)
        shown.append(said(erika.see(here(made, code))).partition("Angemeldet 22.11.2026, 13:00 Uhr ")[2])

    assert [words for words, page in zip(LETTERS, shown, strict=True) if not page.startswith(words)] == []
    [text] = set(re.findall(r'href="([^"]*/letters/\w+)"', erika.see(here(made, code)).text))
    assert erika.see(text).status_code == 200


def test_a_letter_that_was_given_up_is_sent_once_more(sqlite_office: Office) -> None:
    office = sqlite_office
    made = an_event_with_forums(office)
    code = people(office)["Ada"]
    gone = {"failed_at": NOW, "failure": "550", "attempts": 3}
    office.write(lambda connection: connection.execute(update(letter).values(**gone)))
    erika = office.signed_in_as(made)
    [key] = re.findall(r'name="letter" value="(\w+)"', erika.see(here(made, code)).text)

    sent = [erika.send(here(made, code, "letters"), letter=key).headers["location"] for _ in range(2)]

    assert [address.partition("done=")[2] for address in sent] == ["letter", "no-letter"]
    office.run_jobs()
    assert len(office.letters_to("Ada")) == 1


def test_a_letter_of_somebody_else_is_not_sent_from_here(sqlite_office: Office) -> None:
    made = an_event_with_forums(sqlite_office)
    codes = people(sqlite_office)
    sqlite_office.write(lambda connection: connection.execute(update(letter).values(failed_at=NOW, failure="550")))
    erika = sqlite_office.signed_in_as(made)
    [key] = re.findall(r'name="letter" value="(\w+)"', erika.see(here(made, codes["Ada"])).text)

    answer = erika.send(here(made, codes["Bo"], "letters"), letter=key)

    assert "done=no-letter" in answer.headers["location"]
    sqlite_office.run_jobs()
    assert sqlite_office.letters_to("Ada") == []


def test_the_link_is_sent_again(sqlite_office: Office) -> None:
    office = sqlite_office
    made = an_event_with_forums(office)
    code = people(office)["Ada"]
    office.run_jobs()

    office.signed_in_as(made).send(here(made, code, "letters"))
    office.run_jobs()

    assert office.subjects_to("Ada")[-1] == "Link zu Ihrer Anmeldung: 5. Werkstatt und Abschlusskonferenz"
    assert office.link_of("Ada").startswith("/r/")


def test_what_is_not_of_this_event_looks_like_what_does_not_exist(sqlite_office: Office) -> None:
    office = sqlite_office
    made = an_event_with_forums(office)
    own, other = (office.write(an_event, slug=slug) for slug in ("zweite", "fremd"))
    office.write(hand_over, own, made)
    codes = ["XXXX-XXXX", "new%00", "%C3%A4"]
    for event, host in ((own, made), (other, other)):
        sent = office.signed_in(host).post(f"events/{event.slug}/registrations", {"family_name": "Fremd"})
        codes.append(sent.json()["code"])
    office.token = None
    erika = office.signed_in_as(made)
    missing = erika.see(here(made, "2222-2222"))

    answers = [erika.see(here(made, code, name)) for code in codes for name in PAGES]
    posts = [erika.send(here(made, code, name), revision="1") for code in codes for name in FORMS]

    assert {answer.status_code for answer in (*answers, *posts)} == {404}
    assert {answer.text for answer in answers} == {missing.text}


def test_readers_see_and_organisers_act(sqlite_office: Office) -> None:
    office = sqlite_office
    made = an_event_with_forums(office)
    code = people(office)["Ada"]
    for role, sees, acts in (("owner", 200, 303), ("organiser", 200, 303), ("reader", 200, 403), ("desk", 403, 403)):
        member = office.signed_in_as(made, role)
        page = member.see(here(made, code))
        others = {member.see(here(made, code, name)).status_code for name in PAGES[1:]}
        letters = member.send(here(made, code, "letters"))

        assert (page.status_code, letters.status_code) == (sees, acts)
        assert others == {200 if acts == 303 else 403}
        if sees == 200:
            assert ("<form" in page.text[page.text.index("<main") :]) == (acts == 303)


def test_pages_cost_a_fixed_number_of_statements(office: Office) -> None:
    made = an_event_with_forums(office)
    codes = people(office)
    erika = office.signed_in_as(made)

    def costs() -> dict[str, int]:
        found = {}
        for name in ("", "details", "places", "cancellation"):
            erika.see(here(made, codes["Bo"]))
            with office.counted() as sent:
                assert erika.see(here(made, codes["Bo"], name)).status_code == 200
            found[name] = len(essential(sent))
        return found

    first = costs()
    office.signed_in(made)
    for number in range(6):
        added(office, "Bo", email=f"bo{number}@lindenbrueck.example", choices={"foren": "klima"}, accept_waiting=True)
    office.token = None
    send(erika, here(made, codes["Bo"], "details"), institution="Amt")

    assert costs() == first
    assert first == {"": 11, "details": 11, "places": 12, "cancellation": 20}
