"""„Mein Konto“: what a member changes, and what it does to their sessions."""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import UUID

import pyotp
import pytest
from sqlalchemy import Connection, select

from confman.store.audit import audit
from tests.builders import AnEvent, an_event
from tests.office import Office
from tests.signing_in import ERIKA, PASSWORD, Browser, cookies_of, emptied, erika, hidden, row_of

ACCOUNT, SECOND = "/manage/account", "/manage/account/second-factor"
NEW = "neun Boxkämpfer jagen Viktor"


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


def signed_in(office: Office) -> Browser:
    browser = Browser(office)
    browser.sign_in()
    return browser


def fill(browser: Browser, path: str, **fields: str) -> Any:
    return browser.send(path, csrf=hidden(browser.see(ACCOUNT))["csrf"], **fields)


def verbs(connection: Connection) -> list[str]:
    rows = connection.execute(select(audit).order_by(audit.c.at, audit.c.id)).all()
    assert [row for row in rows if "Beispiel" in repr(row) or "lindenbrueck" in repr(row)] == []
    return [row.verb for row in rows if row.verb != "signed-in"]


def subjects(office: Office) -> list[str]:
    office.run_jobs()
    return office.subjects_to("erika.beispiel")


def test_a_member_changes_their_name(sqlite_office: Office, own: UUID) -> None:
    office = sqlite_office
    member_id = own
    browser = signed_in(office)
    done = fill(browser, f"{ACCOUNT}/name", name="  Erika   Musterfrau ")

    assert (done.status_code, done.headers["location"]) == (303, f"{ACCOUNT}?done=name")
    assert "Ihr Name ist gespeichert" in browser.see(f"{ACCOUNT}?done=name").text
    assert (office.read(row_of, member_id).name, office.read(verbs)) == ("Erika Musterfrau", ["name-changed"])


def test_a_name_that_is_none_is_kept_to_be_mended(sqlite_office: Office, own: UUID) -> None:
    browser = signed_in(sqlite_office)
    names = ("", "   ", "x" * 201, "Erika\nBeispiel", "Erika\x1b[31m")
    answers = [fill(browser, f"{ACCOUNT}/name", name=name) for name in names]

    assert {(answer.status_code, 'id="name-error"' in answer.text) for answer in answers} == {(422, True)}
    assert sqlite_office.read(row_of, own).name == "Erika Beispiel"


def test_a_new_password_ends_all_sessions_but_a_new_one_here(office: Office, member_id: UUID) -> None:
    browser, elsewhere = signed_in(office), signed_in(office)
    old = browser.session

    done = fill(browser, f"{ACCOUNT}/password", old_password=PASSWORD, new_password=NEW, repeated=NEW)

    stale = Browser(office)
    stale.cookies = {"__Host-confman": old}
    assert (done.status_code, done.headers["location"]) == (303, f"{ACCOUNT}?done=password")
    assert cookies_of(done) == ["__Host-confman; HttpOnly; Path=/; SameSite=lax; Secure"]
    assert [each.see(ACCOUNT).status_code for each in (browser, elsewhere, stale)] == [200, 303, 303]
    assert [Browser(office).sign_in(password).status_code for password in (PASSWORD, NEW)] == [422, 303]
    assert (office.read(verbs), subjects(office)) == (["password-changed"], ["Ihr Konto wurde geändert"])


FAULTS = (
    (("falsch und falsch", NEW, NEW), ["old_password"]),
    (("", NEW, NEW), ["old_password"]),
    ((PASSWORD, "kurz", "kurz"), ["new_password"]),
    ((PASSWORD, NEW, "x"), ["repeated"]),
    (("falsch", "", ""), ["old_password", "new_password"]),
)


def test_changing_the_password_needs_the_present_one_and_a_good_one(sqlite_office: Office, own: UUID) -> None:
    browser = signed_in(sqlite_office)

    for (old, new, repeated), wrong in FAULTS:
        answer = fill(browser, f"{ACCOUNT}/password", old_password=old, new_password=new, repeated=repeated)
        assert (answer.status_code, re.findall(r'id="(\w+)-error"', answer.text)) == (422, wrong)
        assert (NEW in answer.text, PASSWORD in answer.text) == (False, False)
    assert browser.see(ACCOUNT).status_code == 200


def test_who_sits_at_an_open_session_cannot_try_passwords_endlessly(sqlite_office: Office, own: UUID) -> None:
    browser = signed_in(sqlite_office)
    wrong = {"old_password": "falsch und falsch", "new_password": NEW, "repeated": NEW}
    for _ in range(10):
        fill(browser, f"{ACCOUNT}/password", **wrong)

    answer = fill(browser, f"{ACCOUNT}/password", **(wrong | {"old_password": PASSWORD}))

    assert (answer.status_code, "Bitte versuchen Sie es in 15 Minuten noch einmal." in answer.text) == (422, True)


def test_signing_out_everywhere_ends_all_sessions(sqlite_office: Office, own: UUID) -> None:
    office = sqlite_office
    browser, elsewhere = signed_in(office), signed_in(office)
    shown = browser.see(ACCOUNT).text

    done = fill(browser, f"{ACCOUNT}/signouts")

    assert (shown.count("In diesem Browser"), shown.count("In einem anderen Browser")) == (1, 1)
    assert (done.status_code, done.headers["location"]) == (303, "/manage/signin?done=out")
    assert [each.see(ACCOUNT).status_code for each in (browser, elsewhere)] == [303, 303]
    assert office.read(verbs) == ["signed-out-everywhere"]


# the second factor


def set_up(office: Office, browser: Browser) -> tuple[Any, list[str], str]:
    """The answer, the recovery codes that it shows, and the key."""
    page = browser.see(SECOND)
    key = "".join(re.findall(r"<span>([A-Z2-7]{4})</span>", page.text))
    answer = browser.fill(page, SECOND, password=PASSWORD, code=str(pyotp.TOTP(key).at(office.now)))
    return answer, re.findall(r"<li>([2-9A-Z]{4}(?:-[2-9A-Z]{4}){3})</li>", answer.text), key


def test_a_member_sets_a_second_factor_up_and_switches_it_off(office: Office, member_id: UUID) -> None:
    browser, elsewhere = signed_in(office), signed_in(office)
    before = browser.session

    answer, codes, key = set_up(office, browser)
    kept = repr(tuple(office.read(row_of, member_id)))
    ended = (elsewhere.see(ACCOUNT).status_code, browser.session == before)
    asked = Browser(office).sign_in()
    office.now += timedelta(minutes=1)
    off = browser.fill(browser.see(SECOND), f"{SECOND}/removal", password=PASSWORD)

    assert (answer.status_code, len(codes), ended) == (200, 10, (303, False))
    assert [part for part in (key, *codes) if part in kept] == []
    assert "Code eingeben" in asked.text
    assert (off.status_code, off.headers["location"]) == (303, f"{ACCOUNT}?done=off")
    assert Browser(office).sign_in().status_code == 303
    assert office.read(verbs) == ["second-factor-on", "second-factor-off"]
    assert subjects(office) == ["Ihr Konto wurde geändert"] * 2


def test_the_code_that_switched_it_on_signs_nobody_in(sqlite_office: Office, own: UUID) -> None:
    _, _, key = set_up(sqlite_office, signed_in(sqlite_office))
    browser = Browser(sqlite_office)
    code = str(pyotp.TOTP(key).at(sqlite_office.now))

    assert browser.fill(browser.sign_in(), "/manage/signin/code", code=code).status_code == 422


def test_a_wrong_code_shows_the_same_key_again(sqlite_office: Office, own: UUID) -> None:
    browser = signed_in(sqlite_office)
    page = browser.see(SECOND)

    answer = browser.fill(page, SECOND, password=PASSWORD, code="000000x")
    spoiled = browser.fill(page, SECOND, code="000000", salt="x")

    key = "".join(re.findall(r"<span>([A-Z2-7]{4})</span>", page.text))
    stranger = browser.fill(page, SECOND, password="x", code=str(pyotp.TOTP(key).at(sqlite_office.now)))

    assert (answer.status_code, hidden(answer)["salt"]) == (422, hidden(page)["salt"])
    assert (stranger.status_code, 'id="password-error"' in stranger.text) == (422, True)
    assert (spoiled.status_code, sqlite_office.read(row_of, own).totp_secret) == (200, None)


def test_the_picture_says_the_same_as_the_key(sqlite_office: Office, own: UUID) -> None:
    import zxingcpp
    from PIL import Image, ImageDraw

    page = signed_in(sqlite_office).see(SECOND).text
    side, path = re.findall(r'viewBox="0 0 (\d+) \d+".*? d="([^"]+)"', page)[0]
    picture = Image.new("L", (int(side) * 4, int(side) * 4), 255)
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path):
        box = (int(x) * 4, int(y) * 4, (int(x) + int(width)) * 4 - 1, int(y) * 4 + 3)
        ImageDraw.Draw(picture).rectangle(box, fill=0)
    [read] = zxingcpp.read_barcodes(picture)

    key = "".join(re.findall(r"<span>([A-Z2-7]{4})</span>", page))
    assert (
        read.text
        == f"otpauth://totp/events.example.org%3Aerika.beispiel%40lindenbrueck.example?secret={key}&issuer=events.example.org"
    )


def test_new_recovery_codes_end_the_former(sqlite_office: Office, own: UUID) -> None:
    browser = signed_in(sqlite_office)
    _, former, _ = set_up(sqlite_office, browser)

    answer = browser.fill(browser.see(SECOND), f"{SECOND}/codes", password_for_codes=PASSWORD)
    new = re.findall(r"<li>([2-9A-Z]{4}(?:-[2-9A-Z]{4}){3})</li>", answer.text)
    visitor = Browser(sqlite_office)
    entered = [
        visitor.fill(visitor.sign_in(), "/manage/signin/code", code=code).status_code for code in (former[0], new[0])
    ]

    assert (answer.status_code, len(new), entered) == (200, 10, [422, 303])
    assert "9 Ersatzcodes sind noch übrig." in visitor.see(ACCOUNT).text


def test_changing_the_second_factor_needs_the_password(sqlite_office: Office, own: UUID) -> None:
    browser = signed_in(sqlite_office)
    set_up(sqlite_office, browser)
    before = sqlite_office.read(row_of, own)

    for path, field in (("removal", "password"), ("codes", "password_for_codes")):
        answer = browser.fill(browser.see(SECOND), f"{SECOND}/{path}", **{field: "falsch und falsch"})
        assert (answer.status_code, f'id="{field}-error"' in answer.text) == (422, True)
    assert sqlite_office.read(row_of, own) == before


def test_what_is_not_switched_on_cannot_be_switched_off(sqlite_office: Office, own: UUID) -> None:
    browser = signed_in(sqlite_office)

    answers = [
        fill(browser, f"{SECOND}/removal", password=PASSWORD),
        fill(browser, f"{SECOND}/codes", password_for_codes=PASSWORD),
    ]

    assert ([answer.status_code for answer in answers], sqlite_office.read(verbs)) == ([303, 303], [])


def test_a_page_of_the_account_is_a_fixed_number_of_statements(sqlite_office: Office, own: UUID) -> None:
    office = sqlite_office
    browser = signed_in(office)
    for _ in range(3):
        signed_in(office)
    with office.counted() as statements:
        text = browser.see(ACCOUNT).text

    assert (len(statements), unescape(text).count("anderen Browser")) == (4, 3)


def test_the_pages_of_the_team_are_kept_nowhere(sqlite_office: Office, own: UUID) -> None:
    browser = signed_in(sqlite_office)
    answers = [browser.see(path) for path in ("/manage", ACCOUNT, SECOND, "/manage/signin", "/manage/password")]

    assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}
    assert ERIKA in answers[1].text


def test_a_name_holds_nothing_that_turns_the_page_around(sqlite_office: Office, own: UUID) -> None:
    browser = signed_in(sqlite_office)

    answer = browser.fill(browser.see(ACCOUNT), f"{ACCOUNT}/name", name="Erika\u202eleipsieB")

    assert (answer.status_code, 'id="name-error"' in answer.text) == (422, True)
    assert sqlite_office.read(row_of, own).name == "Erika Beispiel"
