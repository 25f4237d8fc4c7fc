"""Signing in as a colleague does: by keyboard, with the code, and with a form that was left open too long."""

from uuid import UUID

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from confman.kernel.clock import system_clock
from confman.kernel.ids import new_id
from confman.store import signins
from tests.browser.visiting import NEEDS_A_BROWSER, Site, findings, visiting
from tests.builders import AnEvent
from tests.office import a_member
from tests.races.harness import an_open_event
from tests.signing_in import HASHED, PASSWORD, give

pytestmark = NEEDS_A_BROWSER


@pytest.fixture
def colleague(site: Site) -> tuple[UUID, str]:
    """A member with a password, and the address."""
    made: AnEvent = site.write(an_open_event, f"konto-{new_id().hex[-8:]}")
    member_id: UUID = site.write(a_member, made, "organiser")
    email = f"{member_id.hex[-8:]}@lindenbrueck.example"
    site.write(give, member_id, email=email, email_key=email, password_hash=HASHED)
    return member_id, email


def type_in(page: Page, *texts: str) -> None:
    """From the field that has the focus on, one after the other, then Enter."""
    for at, text in enumerate(texts):
        if at:
            page.keyboard.press("Tab")
        page.keyboard.type(text)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    page.locator("#email").focus()
    type_in(page, email, password)


def heading(page: Page) -> str:
    return page.locator("h1").inner_text()


def test_a_colleague_signs_in_sets_the_code_up_and_signs_in_with_it(
    browser: Browser, site: Site, colleague: tuple[UUID, str]
) -> None:
    _, email = colleague
    with visiting(browser, site) as page:
        page.goto(f"{site.url}/manage/account/second-factor")
        sign_in(page, email)
        key = page.locator(".key").inner_text().replace(" ", "").replace("\n", "")
        page.locator("#code").focus()
        type_in(page, pyotp.TOTP(key).at(system_clock()), PASSWORD)
        codes = page.locator(".recovery-codes li").all_inner_texts()
        assert (heading(page), len(codes)) == ("Ihre Ersatzcodes", 10)
        page.get_by_role("button", name="Ausloggen").press("Enter")
        expect(page.get_by_text("Sie sind ausgeloggt")).to_be_visible()
        sign_in(page, email)
        assert heading(page) == "Code eingeben"
        type_in(page, codes[0].lower())
        assert page.url == f"{site.url}/manage"
        page.context.clear_cookies()


def test_a_form_left_open_too_long_is_sent_after_signing_in_again(
    browser: Browser, site: Site, colleague: tuple[UUID, str]
) -> None:
    member_id, email = colleague
    with visiting(browser, site) as page:
        page.goto(f"{site.url}/manage/account")
        sign_in(page, email)
        site.write(signins.end_all, member_id)
        page.locator("#name").press("End")
        type_in(page, " und mehr")
        expect(page.get_by_text("Sie sind nicht mehr eingeloggt")).to_be_visible()
        sign_in(page, email)
        assert heading(page) == "Sie sind wieder eingeloggt"
        with page.expect_navigation():
            page.keyboard.press("Enter")
        expect(page.get_by_text("Ihr Name ist gespeichert")).to_be_visible()
        expect(page.locator("#name")).to_have_value("Erika Beispiel und mehr")
        page.context.clear_cookies()


@pytest.mark.parametrize("screen", [(1366, "light", "de"), (390, "dark", "en")], ids=str)
def test_the_pages_of_signing_in_have_no_barrier(
    browser: Browser, site: Site, colleague: tuple[UUID, str], screen: tuple[int, str, str]
) -> None:
    (width, scheme, language), (_, email) = screen, colleague
    with visiting(browser, site, viewport={"width": width, "height": 900}, color_scheme=scheme) as page:
        found = {}
        for path in ("signin?", "password?", "password?sent=1&"):
            page.goto(f"{site.url}/manage/{path}lang={language}")
            found[path] = findings(page)
        page.goto(f"{site.url}/manage/signin?lang={language}")
        sign_in(page, email, "falsch und falsch")
        found["wrong"] = findings(page)
        page.locator("#password").focus()
        type_in(page, PASSWORD)
        for path in ("account", "account/second-factor"):
            page.goto(f"{site.url}/manage/{path}?lang={language}")
            found[path] = findings(page)
        page.context.clear_cookies()

    assert {path: each for path, each in found.items() if each} == {}
