"""Coming back, taking one's data along, having them erased, and what opens none of it."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from confman.domain.ledger.requests import Cancel
from confman.kernel.security import Purpose
from confman.store.base import metadata
from confman.store.events import event
from confman.store.registrations import registration
from confman.usecases.registrar import Ask
from tests.api_node import Api
from tests.builders import NOW, STARTS, APart, ASession, ASlot, a_consent, a_question, an_event
from tests.web.attendee import BROWSER, FORM, Person, confirmed, lapse, register, settle, words_of

DOCUMENTED = Path(__file__).resolve().parents[2] / "docs" / "attendee-data.md"
SMALL = (APart("konferenz", 1),)
FORUMS = (APart("konferenz", 5, slots=(ASlot("foren", (ASession("f1", 1), ASession("f2", 5))),)),)
POSTED = ("confirmation", "cancellation", "return", "choices", "details", "consents", "address", "calendar", "erasure")

# coming back


def test_who_cancelled_comes_back_with_one_button(site: Api) -> None:
    made = site.write(an_event, FORUMS)
    anna = confirmed(site, made, "Adler", choices={"foren": "f1"})
    anna.send("cancellation")
    assert "Doch teilnehmen" in anna.reads()

    answer = anna.send("return")

    assert answer.status_code == 303
    assert "Bestätigt am 22. November 2026" in anna.reads()
    assert "Forum 1: f1, 10:30" in anna.reads()
    assert anna.letters() == ["confirm", "registered", "cancelled", "registered"]


def test_who_comes_back_finds_others_on_their_place_and_waits(site: Api) -> None:
    made = site.write(an_event, SMALL)
    anna, bela = confirmed(site, made, "Adler"), confirmed(site, made, "Bussard")
    anna.send("cancellation")

    anna.send("return")

    assert "Warteliste, Platz 1" in anna.reads()
    assert "Ihr Programm" in bela.reads()


def test_coming_back_ends_with_registration(sqlite_site: Api) -> None:
    anna = confirmed(sqlite_site, sqlite_site.write(an_event, SMALL), "Adler")
    anna.send("cancellation")
    sqlite_site.now = STARTS - timedelta(days=5)

    assert "Doch teilnehmen" not in anna.reads()
    assert anna.send("return").status_code == 409


def test_a_late_confirmation_brings_nobody_back_who_cancelled(sqlite_site: Api) -> None:
    anna = confirmed(sqlite_site, sqlite_site.write(an_event, SMALL), "Adler")
    anna.send("cancellation")

    assert anna.send("confirmation").status_code == 409
    assert anna.row().ended_by == "self"


# data


def test_ones_data_are_complete(site: Api) -> None:
    made = site.write(an_event, FORUMS)
    site.write(a_question, made, "ort")
    site.write(a_question, made, "essen", sensitive=True)
    site.write(a_consent, made, "needs")
    site.write(lambda c: c.execute(update(event).values(revision=event.c.revision + 1)))
    anna = confirmed(site, made, "Adler", choices={"foren": "f2"})
    sent = {"given_name": "Anna", "family_name": "Adler", "answer.ort": "Köln", "answer.essen": "vegan"}
    mark = anna.look().text.partition('name="seen" value="')[2][:32]
    anna.follow("details", {**sent, "consents": "needs", "seen": mark})

    answer = anna.site.get(f"/r/{anna.token()}/data.json")
    found = json.loads(answer.text)

    assert answer.headers["content-disposition"] == f'attachment; filename="{anna.row().code}.json"'
    assert answer.headers["cache-control"] == "no-store"
    assert found["registration"]["email"] == "adler@lindenbrueck.example"
    assert [(place["slug"], place["state"]) for place in found["places"]] == [("konferenz", "held"), ("f2", "held")]
    assert [(each["question"], each["value"]) for each in found["answers"]] == [("ort", "Köln")]
    assert [(each["question"], each["value"]) for each in found["sensitive_answers"]] == [("essen", "vegan")]
    assert [(each["key"], each["version"], each["withdrawn_at"]) for each in found["consents"]] == [("needs", 1, None)]
    assert [each["kind"] for each in found["letters"]] == ["confirm", "registered"]
    assert [each["verb"] for each in found["history"]] == ["register", "confirm", "change"]
    documented = re.findall(r"`(\w+)`", " ".join(re.findall(r"^\| (`[^|]+) \|", DOCUMENTED.read_text(), re.MULTILINE)))
    assert list(found) == documented


def test_every_column_kept_of_a_person_is_in_their_data_or_proves_a_link() -> None:
    from confman.usecases.my_data import _REGISTRATION

    inside = {"id", "event_id", "category_id", "speaker_id"}
    proofs = {"manage_generation", "ticket_generation", "feed_generation", "request_key", "request_digest"}
    told_first = {"first_answer"}

    columns = {column.name for column in registration.c}
    assert columns - inside - proofs - told_first == {*_REGISTRATION} - {"category"}


# the badge


def test_ones_badge_is_had_where_the_organisers_allow_it(site: Api) -> None:
    made = site.write(an_event, SMALL, badge_download=True)
    anna, bela = confirmed(site, made, "Adler"), confirmed(site, made, "Bussard")
    condor = register(site, made, "Condor")

    answer = site.get(f"/r/{anna.token()}/badge.pdf", headers=BROWSER)

    assert (answer.status_code, answer.content[:5], answer.headers["cache-control"]) == (200, b"%PDF-", "no-store")
    assert "Mein Namensschild (PDF)" in anna.reads()
    for person in (bela, condor):  # who waits, and who has not confirmed
        assert site.get(f"/r/{person.token()}/badge.pdf", headers=BROWSER).status_code == 404
        assert "Namensschild (PDF)" not in person.reads()


def test_nobody_prints_a_badge_where_nothing_was_said(sqlite_site: Api) -> None:
    anna = confirmed(sqlite_site, sqlite_site.write(an_event, SMALL), "Adler")

    assert sqlite_site.get(f"/r/{anna.token()}/badge.pdf", headers=BROWSER).status_code == 404


# erasure


def test_who_did_not_register_has_all_of_it_erased_at_once(site: Api) -> None:
    made = site.write(an_event, SMALL)
    anna = register(site, made, "Adler")
    bela = confirmed(site, made, "Bussard")
    assert "Das war ich nicht – Angaben löschen" in anna.reads()

    answer = anna.fill("erasure", {})

    assert answer.status_code == 200
    assert "Ihre Angaben sind gelöscht" in words_of(answer.text)
    assert anna.id not in {row.id for row in site.read(lambda c: c.execute(select(registration)).all())}
    assert "Ihr Programm" in bela.reads()
    assert [bytes_of(site, word) for word in ("adler@", "Adler")] == [0, 0]


def bytes_of(site: Api, word: str) -> int:
    """In how many rows of all tables a word stands."""
    found = 0
    for table in metadata.sorted_tables:
        found += sum(word in str(tuple(row)) for row in site.read(lambda c, of=table: c.execute(select(of)).all()))
    return found


def test_the_link_of_an_erased_registration_says_so(sqlite_site: Api) -> None:
    anna = register(sqlite_site, sqlite_site.write(an_event, SMALL), "Adler")
    anna.fill("erasure", {})

    answer = anna.look()

    assert answer.status_code == 410
    assert "Wir haben diese Anmeldung am 22. November 2026 gelöscht" in words_of(answer.text)
    assert anna.fill("erasure", {}).status_code == 404


def test_who_has_confirmed_is_not_erased_by_an_old_page(site: Api) -> None:
    anna = confirmed(site, site.write(an_event, SMALL), "Adler")

    answer = anna.fill("erasure", {})

    assert answer.status_code == 409
    assert "Diese Anmeldung wurde inzwischen bestätigt." in words_of(answer.text)
    assert anna.row().ended_at is None


def test_the_page_says_when_it_will_be_erased(sqlite_site: Api) -> None:
    made = sqlite_site.write(an_event, SMALL)
    anna = confirmed(sqlite_site, made, "Adler")
    bela = register(sqlite_site, made, "Bussard")
    held = anna.reads()
    anna.send("cancellation")

    assert "Wir löschen Ihre Anmeldung am 26. Juli 2027." in held
    assert "Wir löschen Ihre Anmeldung am 25. Februar 2027." in anna.reads()
    assert "Wir löschen Ihre Anmeldung am 28. Januar 2027." in bela.reads()


# the personal calendar


def test_the_calendar_gets_a_new_address_and_the_old_one_opens_nothing(site: Api) -> None:
    anna = confirmed(site, site.write(an_event, SMALL), "Adler")
    before = f"/my/{anna.token(Purpose.FEED)}/calendar.ics"
    assert site.get(before).status_code == 200

    shown = anna.follow("calendar", {})

    assert "Für Ihren Kalender gilt die Adresse, die hier steht. Eine frühere gilt nicht mehr." in shown
    assert site.get(before).status_code == 404
    after = f"/my/{anna.token(Purpose.FEED, generation=1)}/calendar.ics"
    assert after in anna.look().text
    assert site.get(after).status_code == 200
    assert anna.look().status_code == 200


# what opens nothing


@pytest.mark.parametrize("purpose", [purpose for purpose in Purpose if purpose is not Purpose.MANAGE])
def test_links_of_other_purposes_open_no_address_of_this_page(sqlite_site: Api, purpose: Purpose) -> None:
    anna = confirmed(sqlite_site, sqlite_site.write(an_event, SMALL), "Adler")
    before, token = anna.row(), anna.token(purpose)

    answers = [sqlite_site.get(f"/r/{token}{path}", headers=BROWSER) for path in ("", "/data.json", "/badge.pdf")]
    answers += [sqlite_site.ask("POST", f"/r/{token}/{what}", headers=FORM, content="") for what in POSTED]

    assert {answer.status_code for answer in answers} == {404}
    assert anna.row() == before


def test_the_managing_link_is_no_calendar_and_no_badge(sqlite_site: Api) -> None:
    anna = confirmed(sqlite_site, sqlite_site.write(an_event, SMALL), "Adler")

    for path in (f"/my/{anna.token()}/calendar.ics", f"/t/{anna.token()}", f"/r/{anna.token(Purpose.FEED)}"):
        assert sqlite_site.get(path, headers=BROWSER).status_code == 404


@pytest.mark.parametrize("what", POSTED)
def test_a_scanner_that_follows_links_changes_nothing(sqlite_site: Api, what: str) -> None:
    anna = confirmed(sqlite_site, sqlite_site.write(an_event, SMALL), "Adler")
    before = anna.row()

    for method in ("GET", "HEAD"):
        answer = sqlite_site.ask(method, f"/r/{anna.token()}/{what}", headers=BROWSER)
        assert answer.status_code == 405
    assert anna.row() == before


@pytest.mark.parametrize("what", POSTED)
def test_no_other_site_presses_a_button(sqlite_site: Api, what: str) -> None:
    anna = confirmed(sqlite_site, sqlite_site.write(an_event, SMALL), "Adler")
    before = anna.row()

    answer = sqlite_site.ask(
        "POST", f"/r/{anna.token()}/{what}", headers={**FORM, "sec-fetch-site": "cross-site"}, content=""
    )

    assert answer.status_code == 403
    assert anna.row() == before


@pytest.mark.parametrize("what", ["choices", "details", "consents", "address"])
@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"%ff", "application/x-www-form-urlencoded", 400),
        (b"a=1&" * 300, "application/x-www-form-urlencoded", 400),
        (b"a=" + b"x" * 70_000, "application/x-www-form-urlencoded", 413),
        (b"{}", "application/json", 415),
        (b"", "multipart/form-data; boundary=x", 415),
    ],
)
def test_bad_bodies_get_a_page(sqlite_site: Api, what: str, content: bytes, kind: str, status: int) -> None:
    anna = confirmed(sqlite_site, sqlite_site.write(an_event, SMALL), "Adler")

    answer = sqlite_site.ask(
        "POST", f"/r/{anna.token()}/{what}", headers={**FORM, "content-type": kind}, content=content
    )

    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")


def test_whatever_the_state_the_page_is_the_same_number_of_statements(site: Api) -> None:
    made = site.write(an_event, FORUMS)
    people = {
        "unconfirmed": register(site, made, "Adler", choices={"foren": "f1"}),
        "waiting": confirmed(site, made, "Bussard", choices={"foren": ("f1", "f2")}),
        "withdrawn": confirmed(site, made, "Condor"),
        "lapsed": register(site, made, "Drossel"),
    }
    settle(site, made, Ask(Cancel(people["withdrawn"].id)))
    site.now = NOW + timedelta(days=4)
    lapse(site, made, people["lapsed"])
    site.node.catalogue._FRESH_SECONDS = 600  # however slow this machine is
    people["waiting"].look()

    numbers = {name: statements(site, person) for name, person in people.items()}

    assert numbers == dict.fromkeys(people, 7)


def statements(site: Api, person: Person) -> int:
    with site.counted() as sent:
        person.look()
    return len(sent)
