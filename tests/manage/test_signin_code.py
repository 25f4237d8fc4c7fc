"""The second factor: codes of an authenticator, each once, and recovery codes."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pyotp
import pytest

from confman.kernel import one_time
from confman.kernel.one_time import recovery_hash
from confman.kernel.seals import Proof, password_link, state_of
from tests.builders import AnEvent, an_event
from tests.office import Office
from tests.signing_in import ERIKA, Browser, emptied, erika, give, hidden, row_of

SALT = one_time.new_salt()
CODES = one_time.new_recovery_codes()
SENTENCE = "Dieser Code stimmt nicht oder wurde schon benutzt."


def with_second(office: Office) -> UUID:
    made: AnEvent = office.write(an_event, slug="quartierlabore")
    found: UUID = office.write(erika, made)
    office.write(give, found, totp_secret=SALT, recovery=[recovery_hash(found, code) for code in CODES])
    return found


@pytest.fixture
def sqlite_office(shared_office: Office) -> Office:
    return emptied(shared_office)


@pytest.fixture
def member_id(office: Office) -> UUID:
    return with_second(office)


@pytest.fixture
def own(sqlite_office: Office) -> UUID:
    return with_second(sqlite_office)


def code_of(office: Office, member_id: UUID, seconds: int = 0) -> str:
    key = one_time.key_of(office.node.secrets, member_id, SALT)
    return str(pyotp.TOTP(key).at(office.now + timedelta(seconds=seconds)))


def enter(browser: Browser, code: str, **fields: str) -> Any:
    """Password and code, one after the other."""
    return browser.fill(browser.sign_in(), "/manage/signin/code", code=code, **fields)


def test_with_a_second_factor_the_password_alone_opens_nothing(sqlite_office: Office, own: UUID) -> None:
    office = sqlite_office
    member_id = own
    browser = Browser(office)

    asked = browser.sign_in()

    assert (asked.status_code, "Code eingeben" in asked.text, browser.session) == (200, True, "")
    assert browser.see("/manage").status_code == 303
    answer = browser.fill(asked, "/manage/signin/code", code=code_of(office, member_id))
    assert (answer.status_code, answer.headers["location"]) == (303, "/manage")
    assert browser.see("/manage").status_code == 200


def test_a_code_is_good_once(sqlite_office: Office, own: UUID) -> None:
    office = sqlite_office
    member_id = own
    code = code_of(office, member_id)

    answers = [enter(Browser(office), sent) for sent in (code, code, code_of(office, member_id, -30))]

    assert [answer.status_code for answer in answers] == [303, 422, 422]
    assert [SENTENCE in answer.text for answer in answers[1:]] == [True, True]
    assert enter(Browser(office), code_of(office, member_id, 30)).status_code == 303


def test_of_one_code_sent_by_many_at_once_one_is_let_in(office: Office, member_id: UUID) -> None:
    browser = Browser(office)
    form = {**hidden(browser.sign_in()), "code": code_of(office, member_id)}
    jar = {"cookie": f"__Host-confman-form={browser.cookies['__Host-confman-form']}"}
    asked = [("POST", "/manage/signin/code", {"data": form, "headers": jar})] * 6

    answers = office.all_at_once(asked)

    assert sorted(answer.status_code for answer in answers) == [303] + [422] * 5


def test_a_recovery_code_is_good_once_however_it_is_typed(office: Office, member_id: UUID) -> None:
    answers = [enter(Browser(office), code).status_code for code in (CODES[3].lower(), CODES[3], CODES[4])]

    assert answers == [303, 422, 303]
    assert len(office.read(row_of, member_id).recovery) == 8


def test_what_is_no_code_is_said_at_the_field(sqlite_office: Office, own: UUID) -> None:
    answers = [enter(Browser(sqlite_office), code) for code in ("", "   ", "000", "x" * 5_000)]

    assert {(answer.status_code, 'aria-invalid="true"' in answer.text) for answer in answers} == {(422, True)}


def test_ten_wrong_codes_shut_out(sqlite_office: Office, own: UUID) -> None:
    answers = [enter(Browser(sqlite_office), "12345x").status_code for _ in range(10)]
    locked = enter(Browser(sqlite_office), code_of(sqlite_office, own))

    assert (answers, locked.status_code, locked.headers["retry-after"]) == ([422] * 10, 429, "900")
    sqlite_office.now += timedelta(minutes=16)
    assert enter(Browser(sqlite_office), code_of(sqlite_office, own)).status_code == 303


def test_the_password_that_was_right_is_good_for_ten_minutes_and_in_its_browser(
    sqlite_office: Office, own: UUID
) -> None:
    mine, other = Browser(sqlite_office), Browser(sqlite_office)
    asked, theirs = mine.sign_in(), hidden(other.see("/manage/signin"))
    step = hidden(asked)["step"]

    elsewhere = other.send("/manage/signin/code", csrf=theirs["csrf"], step=step, code=code_of(sqlite_office, own))
    forged = mine.fill(asked, "/manage/signin/code", step="x" * 60, code=code_of(sqlite_office, own))
    sqlite_office.now += timedelta(minutes=10)
    late = mine.fill(asked, "/manage/signin/code", code=code_of(sqlite_office, own))

    assert [answer.status_code for answer in (elsewhere, forged, late)] == [403] * 3
    assert [browser.session for browser in (mine, other)] == ["", ""]


def test_the_second_step_ends_with_what_the_first_has_shown(sqlite_office: Office, own: UUID) -> None:
    kept = sqlite_office.read(row_of, own)
    for changed in ({"password_hash": None}, {"totp_secret": None}, {"email_key": "x@y.example"}):
        browser = Browser(sqlite_office)
        asked = browser.sign_in()
        sqlite_office.write(give, own, **changed)
        answer = browser.fill(asked, "/manage/signin/code", code=code_of(sqlite_office, own))
        sqlite_office.write(give, own, **{name: getattr(kept, name) for name in changed})
        assert (answer.status_code, browser.session) == (403, "")


def test_a_new_password_by_letter_does_not_pass_the_second_factor_by(sqlite_office: Office, own: UUID) -> None:
    row = sqlite_office.read(row_of, own)
    proof = Proof(own, sqlite_office.now + timedelta(minutes=30), state_of(row.password_hash, ERIKA))
    link, new = password_link(sqlite_office.node.secrets, proof), "neun Boxkämpfer jagen Viktor"
    browser = Browser(sqlite_office)
    browser.send(f"/manage/password/{link}", new_password=new, repeated=new)

    assert "Code eingeben" in browser.sign_in(new).text
    assert browser.session == ""
