"""A sign-in that has ended loses nothing: what was sent goes through the sign-in form and is sent again by its owner."""

import base64
import re
import zlib
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pyotp
import pytest
from sqlalchemy import select

from confman.http.onward import Onward
from confman.kernel import one_time
from confman.store.hosts import member
from confman.usecases import signins
from tests.builders import AnEvent, an_event
from tests.office import Office
from tests.signing_in import ERIKA, PASSWORD, Browser, emptied, erika, give, hidden

FORM = "/manage/account/name"
FIELDS = {"line": "Jörg Beispiel, 030 1234", "tick": ["a", "b"], "text": "Zeile 1\nZeile 2 & <b>", "empty": ""}
_FIELD = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"')


@pytest.fixture
def sqlite_office(shared_office: Office) -> Office:
    return emptied(shared_office)


@pytest.fixture
def own(sqlite_office: Office) -> AnEvent:
    made: AnEvent = sqlite_office.write(an_event, slug="quartierlabore")
    sqlite_office.write(erika, made)
    return made


def expired(office: Office) -> Browser:
    browser = Browser(office)
    browser.sign_in()
    office.now += signins.IDLE
    return browser


def pairs(page: Any) -> list[tuple[str, str]]:
    return [(unescape(name), unescape(value)) for name, value in _FIELD.findall(page.text) if name != "csrf"]


def test_a_form_sent_too_late_meets_the_sign_in_and_is_sent_afterwards(sqlite_office: Office, own: AnEvent) -> None:
    browser = expired(sqlite_office)

    met = browser.send(f"{FORM}?state=all", csrf="of long ago", **FIELDS)
    wrong = browser.fill(met, "/manage/signin", email=ERIKA, password="falsch")
    again = browser.fill(wrong, "/manage/signin", email=ERIKA, password=PASSWORD)

    assert (met.status_code, "Ihre Eingaben sind nicht verloren" in met.text) == (401, True)
    assert (again.status_code, "Sie sind wieder eingeloggt" in again.text) == (200, True)
    assert f'action="{FORM}?state=all"' in again.text
    assert pairs(again) == [
        ("line", "Jörg Beispiel, 030 1234"),
        ("tick", "a"),
        ("tick", "b"),
        ("text", "Zeile 1\nZeile 2 & <b>"),
        ("empty", ""),
    ]
    who = sqlite_office.read(signins.signed_in, browser.session, sqlite_office.now)
    assert hidden(again)["csrf"] == who.csrf


def test_a_page_asked_for_too_late_is_shown_after_signing_in(sqlite_office: Office, own: AnEvent) -> None:
    browser = expired(sqlite_office)

    asked = browser.see("/manage/events/quartierlabore")

    assert (asked.status_code, browser.sign_in(path=asked.headers["location"]).headers["location"]) == (
        303,
        "/manage/events/quartierlabore",
    )


def test_whom_somebody_searched_for_is_in_no_address_of_the_sign_in(sqlite_office: Office, own: AnEvent) -> None:
    page = "/manage/events/quartierlabore/registrations"

    asked = expired(sqlite_office).see(f"{page}?status=all&q=J%C3%B6rg&%71=x&order=name")

    assert parse_qs(urlsplit(asked.headers["location"]).query) == {"next": [f"{page}?status=all&order=name"]}


@pytest.mark.parametrize("form", ["/manage/signout", "/manage/events/quartierlabore/bulk/move", "/manage/nowhere"])
def test_signing_in_does_not_lead_to_what_is_no_page(sqlite_office: Office, own: AnEvent, form: str) -> None:
    browser = Browser(sqlite_office)

    page = browser.see(f"/manage/signin?next={form}")
    done = browser.fill(page, "/manage/signin", email=ERIKA, password=PASSWORD, next=form, kept="of nobody")

    assert (done.status_code, done.headers["location"]) == (303, "/manage")


def test_a_form_of_before_sent_in_a_new_session_is_shown_and_not_done(sqlite_office: Office, own: AnEvent) -> None:
    """Somebody has signed in anew in another window meanwhile."""
    browser = expired(sqlite_office)
    browser.sign_in()

    ours = browser.send(FORM, csrf="of long ago", **FIELDS)
    foreign = browser._ask("POST", FORM, data={"csrf": "", **FIELDS}, origin="https://events.example.org", site="none")

    assert (ours.status_code, len(pairs(ours))) == (403, 5)
    assert (foreign.status_code, pairs(foreign)) == (403, [])


def test_passwords_and_the_like_are_never_kept(sqlite_office: Office, own: AnEvent) -> None:
    browser = expired(sqlite_office)
    for path in ("/manage/account/second-factor/codes", "/manage/account/password", "/manage/signout"):
        met = browser.send(path, csrf="x", old_password="geheim", new_password="geheim")
        assert (met.status_code, "kept" in hidden(met), "geheim" in met.text) == (401, False, False)


def test_what_is_kept_survives_the_second_step(sqlite_office: Office, own: AnEvent) -> None:
    browser, salt = expired(sqlite_office), one_time.new_salt()
    member_id: UUID = sqlite_office.read(_only_member)
    sqlite_office.write(give, member_id, totp_secret=salt)
    code = pyotp.TOTP(one_time.key_of(sqlite_office.node.secrets, member_id, salt)).at(sqlite_office.now)

    met = browser.send(FORM, csrf="x", **FIELDS)
    step = browser.fill(met, "/manage/signin", email=ERIKA, password=PASSWORD)
    again = browser.fill(step, "/manage/signin/code", code=code)

    assert (again.status_code, len(pairs(again))) == (200, 5)


def _only_member(connection: Any) -> Any:
    return connection.execute(select(member.c.id)).scalar_one()


@pytest.mark.parametrize("kept", ["", "x", "!!!", "eJw", "AAAA", "\x00", "ä"])
def test_what_was_not_packed_by_us_is_nothing(kept: str) -> None:
    assert Onward(kept=kept).fields in {None, ()}


def test_a_small_package_cannot_unfold_into_a_large_one() -> None:
    bomb = base64.urlsafe_b64encode(zlib.compress(b"a=" + b"x" * 10_000_000)).decode()

    [(_, value)] = Onward(kept=bomb).fields or ()
    assert len(value) < 128 * 1024


def test_a_button_alone_is_sent_again_as_well(sqlite_office: Office, own: AnEvent) -> None:
    browser = expired(sqlite_office)

    met = browser.send(FORM, csrf="of long ago")
    again = browser.fill(met, "/manage/signin", email=ERIKA, password=PASSWORD)
    stale = browser.send(FORM, csrf="of long ago")

    assert [(page.status_code, pairs(page), f'action="{FORM}"' in page.text) for page in (again, stale)] == [
        (200, [], True),
        (403, [], True),
    ]


def test_a_sign_in_page_left_open_for_a_day_is_offered_again(sqlite_office: Office, own: AnEvent) -> None:
    browser = Browser(sqlite_office)
    page = browser.see("/manage/signin?next=/manage/account")
    sqlite_office.now += timedelta(days=1)

    late = browser.fill(page, "/manage/signin", email=ERIKA, password=PASSWORD)
    done = browser.fill(late, "/manage/signin", email=ERIKA, password=PASSWORD)

    assert (late.status_code, ERIKA in late.text, PASSWORD in late.text) == (403, True, False)
    assert (done.status_code, done.headers["location"]) == (303, "/manage/account")
