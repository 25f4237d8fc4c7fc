"""Registering, as people do it: on a phone, with a slip of the finger, for a colleague, by keyboard, without a script."""

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from confman.store.registrations import registration
from confman.usecases.ledger import RulesCache
from confman.usecases.registrar import settle_batch
from tests.browser.visiting import NEEDS_A_BROWSER, Site, findings, visiting
from tests.builders import NOW, AnEvent, APart, ASession, ASlot, a_consent, a_question, a_registration
from tests.races.harness import FAR, an_open_event

pytestmark = NEEDS_A_BROWSER

SESSIONS = (ASession("f1", 1), ASession("f2", 30), ASession("f3", 24))
SCREENS = [(1280, "light", "de"), (390, "dark", "en"), (320, "light", "en"), (320, "dark", "de")]


def an_event_with_forums(site: Site, slug: str) -> AnEvent:
    """Open; one part without and one with forums, of which the first is full; questions of both kinds."""
    forums = ASlot("foren", SESSIONS)
    later = APart("konferenz", 120, (forums,), starts_at=FAR + timedelta(hours=4), hours=4)
    made: AnEvent = site.write(
        an_open_event, slug, [APart("werkstatt", 40, starts_at=FAR, hours=3), later], languages=["de", "en"]
    )
    site.write(a_question, made, "ort", labels={"de": "Woher kommen Sie?", "en": "Where from?"})
    food = [{"value": "vegan", "labels": {"de": "vegan", "en": "vegan"}}]
    site.write(
        a_question, made, "essen", "one", labels={"de": "Verpflegung", "en": "Food"}, options=food, sensitive=True
    )
    site.write(a_consent, made, "needs", texts={"de": "Ich willige ein.", "en": "I agree."})
    site.write(
        a_consent, made, "list", texts={"de": "Mein Name darf in der Liste stehen.", "en": "My name may be listed."}
    )
    asks = [a_registration(made, name, "konferenz", choices={"foren": "f1"}) for name in ("Erste", "Zweite")]
    site.write(lambda c: settle_batch(c, made.id, asks, lambda: NOW, RulesCache()))
    return made


def people(site: Site, made: AnEvent) -> list[tuple[str, str | None]]:
    """(given name, address) of the live registrations that came by the form, in their order."""
    found = (
        select(registration.c.given_name, registration.c.email)
        .where(registration.c.event_id == made.id, registration.c.ended_at.is_(None), registration.c.source == "form")
        .order_by(registration.c.id)
    )
    return [(row.given_name, row.email) for row in site.read(lambda c: c.execute(found).all())]


def fill_person(page: Page, given: str, family: str, address: str) -> None:
    page.get_by_label("Vorname").fill(given)
    page.get_by_label("Nachname").fill(family)
    page.get_by_label("E-Mail-Adresse").fill(address)


def send(page: Page) -> None:
    page.get_by_role("button", name="Anmeldung absenden").click()


def heading(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


def test_a_person_registers_on_a_phone_and_confirms(browser: Browser, site: Site) -> None:
    made = an_event_with_forums(site, "telefon")
    with visiting(browser, site, has_touch=True, is_mobile=True) as page:
        page.goto(f"{site.url}/events/telefon/registration")
        page.get_by_label("konferenz").tap()
        page.get_by_label("Forum 3: f3").tap()
        fill_person(page, "Anna", "Beispiel", "anna.telefon@lindenbrueck.example")
        send(page)

        assert heading(page) == "Fast geschafft: Bitte bestätigen Sie Ihre Anmeldung"
        expect(page.get_by_text("anna.telefon@lindenbrueck.example")).to_be_visible()
        expect(page.get_by_text("Forum 3: f3")).to_be_visible()

        page.goto(site.link_in(site.letter_to("anna.telefon@lindenbrueck.example")))
        page.get_by_role("button", name="Ja, ich nehme teil").click()

        expect(page.get_by_text("Bestätigt am")).to_be_visible()
    assert people(site, made) == [("Anna", "anna.telefon@lindenbrueck.example")]


def test_a_mistyped_address_is_mended_on_the_page_that_shows_it(browser: Browser, site: Site) -> None:
    made = site.write(an_open_event, "vertippt")
    with visiting(browser, site) as page:
        page.goto(f"{site.url}/events/vertippt/registration")
        fill_person(page, "Anna", "Beispiel", "ana.vertippt@lindenbrueck.example")
        send(page)
        page.get_by_label("E-Mail-Adresse").fill("anna.vertippt@lindenbrueck.example")
        page.get_by_role("button", name="Korrigieren und erneut senden").click()

        expect(page.get_by_role("alert")).to_contain_text(
            "Die E-Mail ist jetzt an anna.vertippt@lindenbrueck.example unterwegs. Der frühere Link gilt nicht mehr."
        )
        page.goto(site.link_in(site.letter_to("anna.vertippt@lindenbrueck.example")))
        assert heading(page) == "Anmeldung bestätigen"
    assert people(site, made) == [("Anna", "anna.vertippt@lindenbrueck.example")]


def test_a_slip_in_a_common_provider_is_asked_about(browser: Browser, site: Site) -> None:
    made = site.write(an_open_event, "anbieter")
    with visiting(browser, site) as page:
        page.goto(f"{site.url}/events/anbieter/registration")
        fill_person(page, "Anna", "Beispiel", "anna@t-onlien.de")
        send(page)

        expect(page.get_by_role("alert")).to_contain_text("Meinten Sie anna@t-online.de?")
        page.get_by_label("ja, anna@t-online.de übernehmen").check()
        send(page)

        assert heading(page).startswith("Fast geschafft")
    assert people(site, made) == [("Anna", "anna@t-online.de")]


def test_a_second_person_is_registered_over_the_same_mailbox(browser: Browser, site: Site) -> None:
    made = site.write(an_open_event, "vorzimmer")
    with visiting(browser, site) as page:
        page.goto(f"{site.url}/events/vorzimmer/registration")
        fill_person(page, "Anna", "Beispiel", "vorzimmer@lindenbrueck.example")
        page.get_by_label("Institution").fill("Stadt Lindenbrück")
        send(page)
        page.get_by_role("link", name="Weitere Person anmelden").click()

        expect(page.get_by_label("E-Mail-Adresse")).to_have_value("vorzimmer@lindenbrueck.example")
        expect(page.get_by_label("Institution")).to_have_value("Stadt Lindenbrück")
        expect(page.get_by_label("Nachname")).to_have_value("")
        page.get_by_label("Vorname").fill("Jonas")
        page.get_by_label("Nachname").fill("Muster")
        send(page)

        assert heading(page).startswith("Fast geschafft")
    assert people(site, made) == [(name, "vorzimmer@lindenbrueck.example") for name in ("Anna", "Jonas")]


def test_waiting_for_a_full_forum_with_a_seat_meanwhile(browser: Browser, site: Site) -> None:
    an_event_with_forums(site, "warten")
    with visiting(browser, site) as page:
        page.goto(f"{site.url}/events/warten/registration")
        expect(page.get_by_label("Forum 1: f1")).to_be_hidden()
        page.get_by_label("konferenz").check()
        expect(page.get_by_label("Ich möchte auf die Warteliste.")).to_be_hidden()
        page.get_by_label("Forum 1: f1").check()
        page.get_by_label("Ich möchte auf die Warteliste.").check()
        page.get_by_label("Bis dahin nehme ich einen Platz in:").select_option("Forum 3: f3")
        fill_person(page, "Anna", "Wartend", "anna.wartend@lindenbrueck.example")
        send(page)

        expect(page.get_by_text("Forum 3: f3")).to_contain_text("(bis auf Weiteres)")
        expect(page.get_by_role("heading", name="Warteliste")).to_be_visible()


def test_consent_is_asked_only_where_something_needs_it(browser: Browser, site: Site) -> None:
    an_event_with_forums(site, "einwilligung")
    with visiting(browser, site) as page:
        page.goto(f"{site.url}/events/einwilligung/registration")
        expect(page.get_by_label("Ich willige ein.")).to_be_hidden()
        page.get_by_label("vegan").check()
        expect(page.get_by_label("Ich willige ein.")).to_be_visible()
        page.get_by_label("ohne Angabe").check()
        expect(page.get_by_label("Ich willige ein.")).to_be_hidden()


def test_by_keyboard_alone(browser: Browser, site: Site) -> None:
    made = site.write(an_open_event, "tastatur")
    with visiting(browser, site, viewport={"width": 1280, "height": 800}) as page:
        page.goto(f"{site.url}/events/tastatur/registration")
        page.keyboard.press("Tab")
        expect(page.locator(":focus")).to_have_text("Zum Inhalt")
        _tab_to(page, "Anmeldung absenden")
        page.keyboard.press("Enter")

        expect(page.locator(":focus")).to_have_attribute("role", "alert")
        assert page.title().startswith("Fehler: ")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")  # the first message leads to its field
        expect(page.locator(":focus")).to_have_attribute("name", "family_name")
        page.keyboard.type("Beispiel")
        page.keyboard.press("Tab")
        page.keyboard.type("tastatur@lindenbrueck.example")
        page.keyboard.press("Enter")

        page.wait_for_url("**/received/*")
    assert people(site, made) == [("", "tastatur@lindenbrueck.example")]


def _tab_to(page: Page, text: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.locator(":focus").inner_text().strip() == text:
            return
    raise AssertionError(f"{text} is not reached by Tab")


def test_without_a_script_everything_works(browser: Browser, site: Site) -> None:
    made = an_event_with_forums(site, "ohne-skript")
    with visiting(browser, site, java_script_enabled=False) as page:
        page.goto(f"{site.url}/events/ohne-skript/registration")
        page.get_by_label("werkstatt").check()
        send(page)
        fill_person(page, "Anna", "Beispiel", "ohne.skript@lindenbrueck.example")
        assert page.get_by_label("werkstatt").is_checked()
        send(page)
        page.get_by_label("E-Mail-Adresse").fill("ohne.skript2@lindenbrueck.example")
        page.get_by_role("button", name="Korrigieren und erneut senden").click()

        expect(page.get_by_role("alert")).to_contain_text("Adresse korrigiert")
    assert people(site, made) == [("Anna", "ohne.skript2@lindenbrueck.example")]


@pytest.fixture(scope="module")
def looked_at(site: Site) -> AnEvent:
    return an_event_with_forums(site, "angesehen")


@pytest.mark.parametrize("screen", SCREENS, ids=str)
def test_the_form_and_what_follows_shut_nobody_out(
    browser: Browser, site: Site, looked_at: AnEvent, screen: tuple[int, Any, str]
) -> None:
    width, scheme, language = screen
    form = f"{site.url}/events/{looked_at.slug}/registration?lang={language}"
    found = {}
    with visiting(browser, site, viewport={"width": width, "height": 800}, color_scheme=scheme) as page:
        page.goto(form)
        page.locator("[name=parts]").last.check()
        page.locator("[name='choice.foren']").first.check()
        page.locator("[name=accept_waiting]").last.check()
        page.locator("[value=vegan]").check()
        found["form"] = findings(page)
        page.locator("form button").click()
        found["with messages"] = findings(page)
        page.locator("[name=family_name]").fill("Beispiel")
        page.locator("[name=email]").fill(f"anna{width}@t-onlien.de")
        page.locator("[id='consents.needs']").check()
        page.locator("form button").click()
        found["with a question"] = findings(page)
        page.locator("[name=email_meant]").last.check()
        page.locator("form button").click()
        page.wait_for_url(re.compile("/received/"))
        found["received"] = findings(page)
        page.locator("[name=email]").fill("anna")
        page.locator("form button").click()
        found["not mended"] = findings(page)
        page.goto(f"{site.url}/events/{looked_at.slug}/registration/received/{'x' * 43}?lang={language}")
        found["expired"] = findings(page)

    assert [(name, each) for name, each in found.items() if each] == []
