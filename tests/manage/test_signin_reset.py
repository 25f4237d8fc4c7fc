"""A forgotten password: a letter to whoever asks, and a link in it that is good once."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from confman.kernel.passwords import compared
from confman.store.hosts import attempt
from confman.store.outbox import letter
from tests.builders import AnEvent, an_event
from tests.office import Office
from tests.signing_in import ERIKA, PASSWORD, Browser, cookies_of, emptied, erika, give, row_of

NEW = "neun Boxkämpfer jagen Viktor"
NOBODY = "niemand@lindenbrueck.example"


@pytest.fixture
def sqlite_office(shared_office: Office) -> Office:
    return emptied(shared_office)


@pytest.fixture
def member_id(office: Office) -> UUID:
    made: AnEvent = office.write(an_event, slug="quartierlabore")
    found: UUID = office.write(erika, made)
    return found


@pytest.fixture
def own(sqlite_office: Office) -> UUID:
    made: AnEvent = sqlite_office.write(an_event, slug="quartierlabore")
    found: UUID = sqlite_office.write(erika, made)
    return found


def asks(office: Office, email: str = ERIKA, **query: str) -> Any:
    browser = Browser(office)
    return browser.fill(browser.see("/manage/password"), "/manage/password", email=email)


def link_in(office: Office) -> str:
    """The path that the last letter leads to."""
    office.run_jobs()
    text = office.letters_to("erika.beispiel")[-1].get_body(("plain",)).get_content()  # type: ignore[union-attr]  # there is one
    [link] = re.findall(r"https://events\.example\.org(/manage/password/\S+)", text)
    return str(link)


def sets(office: Office, link: str, new: str = NEW, repeated: str | None = None) -> Any:
    return Browser(office).send(link, new_password=new, repeated=new if repeated is None else repeated)


def test_a_forgotten_password_is_set_anew_by_letter(office: Office, member_id: UUID) -> None:
    here, elsewhere = Browser(office), Browser(office)
    elsewhere.sign_in()
    asked = asks(office)
    link = link_in(office)

    page = here.see(link)
    done = here.send(link, new_password=NEW, repeated=NEW)

    assert (asked.status_code, asked.headers["location"]) == (303, "/manage/password?sent=1")
    assert (page.status_code, page.headers["cache-control"], page.headers["referrer-policy"]) == (
        200,
        "no-store",
        "same-origin",
    )
    assert (done.status_code, done.headers["location"]) == (303, "/manage/signin?done=password")
    assert cookies_of(done) == ["__Host-confman-device; HttpOnly; Max-Age=31536000; Path=/; SameSite=lax; Secure"]
    assert [elsewhere.see("/manage").status_code, here.see("/manage").status_code] == [303, 303]
    assert [Browser(office).sign_in(password).status_code for password in (PASSWORD, NEW)] == [422, 303]


def test_who_sets_a_new_password_is_not_kept_out_by_who_guesses(sqlite_office: Office, own: UUID) -> None:
    for _ in range(10):
        Browser(sqlite_office).sign_in("geraten und geraten")
    browser = Browser(sqlite_office)
    asks(sqlite_office)
    browser.send(link_in(sqlite_office), new_password=NEW, repeated=NEW)

    assert [Browser(sqlite_office).sign_in(NEW).status_code, browser.sign_in(NEW).status_code] == [429, 303]


def test_everybody_who_asks_is_answered_alike(sqlite_office: Office, own: UUID) -> None:
    office = sqlite_office
    seen = []
    for email in (ERIKA, NOBODY):
        browser = Browser(office)
        page = browser.see("/manage/password")
        with office.counted() as statements:
            answer = browser.fill(page, "/manage/password", email=email)
        seen.append((answer.status_code, answer.content, answer.headers, statements))
    shown = Browser(office).see("/manage/password?sent=1")
    office.run_jobs()

    assert seen[0] == seen[1]
    assert "Falls es zu dieser Adresse ein Konto gibt, ist eine E-Mail unterwegs." in shown.text
    assert len(list((office.data_dir / "letters").glob("*.eml"))) == 1


def test_the_letter_speaks_the_language_it_was_asked_in_and_tells_until_when(sqlite_office: Office, own: UUID) -> None:
    asks(sqlite_office)
    sqlite_office.run_jobs()
    [sent] = sqlite_office.letters_to("erika.beispiel")
    text = sent.get_body(("plain",)).get_content()  # type: ignore[union-attr]  # there is one

    assert sent["Subject"] == "Neues Passwort setzen"
    assert "Guten Tag Erika Beispiel," in text
    assert "Der Link gilt einmal und bis Sonntag, 22. November 2026, 13:30 Uhr." in " ".join(text.split())


def test_the_database_holds_no_link(sqlite_office: Office, own: UUID) -> None:
    asks(sqlite_office)
    token = link_in(sqlite_office).rpartition("/")[2]

    rows = sqlite_office.read(lambda connection: connection.execute(select(letter)).all())

    assert [row.facts for row in rows] == [{}]
    assert token not in repr(rows)


def test_at_most_three_letters_an_hour_go_to_one_address(sqlite_office: Office, own: UUID) -> None:
    office = sqlite_office
    answers = [asks(office).status_code for _ in range(5)]
    count = select(func.count()).select_from(letter)
    first = office.read(lambda connection: connection.execute(count).scalar_one())
    office.now += timedelta(hours=1, minutes=1)
    answers.append(asks(office).status_code)

    assert answers == [303] * 6
    assert (first, office.read(lambda connection: connection.execute(count).scalar_one())) == (3, 4)


# when a link is good no longer


def is_gone(answer: Any) -> bool:
    return answer.status_code == 410 and "Neuen Link anfordern" in answer.text


def test_a_link_is_good_once_also_of_many_at_the_same_time(office: Office, member_id: UUID) -> None:
    asks(office)
    link, fields = link_in(office), {"new_password": NEW, "repeated": NEW}
    asked = [("POST", link, {"data": fields, "headers": {"accept": "text/html"}})] * 6

    answers = office.all_at_once(asked)

    assert sorted(answer.status_code for answer in answers) == [303] + [410] * 5
    assert [is_gone(sets(office, link)), is_gone(Browser(office).see(link))] == [True, True]


def test_a_link_is_good_for_half_an_hour(sqlite_office: Office, own: UUID) -> None:
    asks(sqlite_office)
    link = link_in(sqlite_office)
    sqlite_office.now += timedelta(minutes=29, seconds=59)
    in_time = Browser(sqlite_office).see(link).status_code
    sqlite_office.now += timedelta(seconds=1)

    assert (in_time, is_gone(Browser(sqlite_office).see(link)), is_gone(sets(sqlite_office, link))) == (200, True, True)
    assert compared(sqlite_office.read(row_of, own).password_hash, PASSWORD).is_right


def test_a_link_ends_with_what_it_was_made_for(sqlite_office: Office, own: UUID) -> None:
    asks(sqlite_office)
    link, kept = link_in(sqlite_office), sqlite_office.read(row_of, own)
    for changed in (
        {"email_key": "erika@lindenbrueck.example"},
        {"disabled_at": sqlite_office.now},
        {"password_hash": None},
    ):
        sqlite_office.write(give, own, **changed)
        assert [is_gone(Browser(sqlite_office).see(link)), is_gone(sets(sqlite_office, link))] == [True, True]
        sqlite_office.write(give, own, **{name: getattr(kept, name) for name in changed})

    assert Browser(sqlite_office).see(link).status_code == 200


def test_looking_at_a_link_does_not_use_it_up(sqlite_office: Office, own: UUID) -> None:
    """Mail scanners open what letters lead to."""
    asks(sqlite_office)
    link = link_in(sqlite_office)
    looked = [sqlite_office.ask(method, link).status_code for method in ("GET", "HEAD", "OPTIONS", "GET")]

    assert (looked, sets(sqlite_office, link).status_code) == ([200, 200, 204, 200], 303)


def test_what_we_did_not_sign_is_not_there(sqlite_office: Office) -> None:
    tokens = ("x", "A" * 60, "AA", "%00", "ä")

    assert {Browser(sqlite_office).see(f"/manage/password/{token}").status_code for token in tokens} == {404}


NOT_TAKEN = (
    ("", "", "Bitte geben Sie ein neues Passwort ein."),
    ("kurz", "kurz", "Bitte verwenden Sie mindestens 8 Zeichen."),
    ("Sommer2026!", "Sommer2026!", "Dieses Passwort ist leicht zu erraten."),
    ("ErikaBeispiel1", "ErikaBeispiel1", "Dieses Passwort ist leicht zu erraten."),
    ("ü" * 600, "ü" * 600, "Das ist zu lang für ein Passwort."),
    (NEW, NEW[:-1], "Das ist nicht dasselbe wie oben."),
)


def test_a_password_that_is_not_taken_is_said_at_its_field(sqlite_office: Office, own: UUID) -> None:
    asks(sqlite_office)
    link = link_in(sqlite_office)

    for new, repeated, message in NOT_TAKEN:
        answer = sets(sqlite_office, link, new, repeated)
        assert (answer.status_code, message in answer.text) == (422, True)
        assert new == "" or new not in answer.text
    assert sets(sqlite_office, link).status_code == 303


def test_asking_needs_our_own_page_and_an_address(sqlite_office: Office, own: UUID) -> None:
    browser = Browser(sqlite_office)
    without = browser.send("/manage/password", email=ERIKA)
    page = browser.see("/manage/password")
    foreign = browser._ask("POST", "/manage/password", data={"email": ERIKA}, origin="https://evil.example", site="")
    empty = browser.fill(page, "/manage/password", email="")

    assert [answer.status_code for answer in (without, foreign, empty)] == [403, 403, 422]
    assert "Bitte geben Sie Ihre E-Mail-Adresse ein, zum Beispiel name@beispiel.de." in empty.text
    count = select(func.count()).select_from(attempt)
    assert sqlite_office.read(lambda connection: connection.execute(count).scalar_one()) == 0
