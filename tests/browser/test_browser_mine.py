"""„Meine Anmeldung“, as people use it: waiting and moving up, changing, cancelling, coming back, by keyboard."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect

from bench import servers
from confman.domain.ledger.requests import Confirm
from confman.kernel.clock import system_clock
from confman.kernel.security import Purpose, Secrets
from confman.usecases.ledger import RulesCache
from confman.usecases.registrar import Ask, settle_batch
from tests.browser.visiting import NEEDS_A_BROWSER, Site, findings, visiting
from tests.builders import AnEvent, APart, ASession, ASlot, a_consent, a_question, a_registration
from tests.races.harness import FAR, an_open_event

pytestmark = NEEDS_A_BROWSER

FORUMS = ASlot("foren", (ASession("f1", 1), ASession("f2", 30), ASession("f3", 24)))
SCREENS = [(1280, "light", "de"), (390, "dark", "en"), (320, "light", "en"), (320, "dark", "de")]


def an_event_with_forums(site: Site, slug: str) -> AnEvent:
    later = APart("konferenz", 120, (FORUMS,), starts_at=FAR + timedelta(hours=4), hours=4)
    parts = [APart("werkstatt", 1, starts_at=FAR, hours=3), later]
    made: AnEvent = site.write(an_open_event, slug, parts, languages=["de", "en"], contact_phone="0221 4710 123")
    food = [{"value": value, "labels": {"de": value, "en": value}} for value in ("vegan", "vegetarisch")]
    site.write(a_question, made, "ort", labels={"de": "Woher kommen Sie?", "en": "Where from?"})
    labels = {"de": "Verpflegung", "en": "Food"}
    site.write(a_question, made, "essen", "one", labels=labels, options=food, sensitive=True)
    site.write(a_consent, made, "needs", texts={"de": "Ich willige ein.", "en": "I agree."})
    listed = {"de": "Mein Name darf in der Liste stehen.", "en": "My name may be listed."}
    site.write(a_consent, made, "list", texts=listed)
    return made


def confirmed(site: Site, made: AnEvent, family: str, *parts: str, **choices: Any) -> str:
    """The address of the page of somebody who has confirmed."""
    ask = a_registration(made, family, *parts, **choices)
    key: UUID = ask.request.id  # type: ignore[union-attr]  # a Register has one
    for each in (ask, Ask(Confirm(key))):
        site.write(lambda c, of=each: settle_batch(c, made.id, [of], system_clock, RulesCache()))
    return f"{site.url}/r/{Secrets((servers.SECRET.encode(),)).sign_link(Purpose.MANAGE, key, 0)}"


def told_of(site: Site, address: str, subject: str) -> None:
    """Waits for that letter; how many came before depends on how quickly the postman comes round."""
    number = 1
    while site.letter_to(address, number)["Subject"] != subject:
        number += 1


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def open_(page: Page, name: str) -> None:
    page.locator("summary", has_text=name).click()


def programme(page: Page) -> str:
    return " ".join(page.locator("#programme").inner_text().split())


def answer(page: Page) -> str:
    return page.locator("#answer").inner_text()


def test_who_waits_in_another_forum_moves_up_when_somebody_cancels(browser: Browser, site: Site) -> None:
    made = an_event_with_forums(site, "nachruecken")
    bela = confirmed(site, made, "Bussard", "konferenz", choices={"foren": "f1"})
    anna = confirmed(site, made, "Adler", "konferenz", choices={"foren": "f3"})
    with visiting(browser, site) as page:
        page.goto(anna)
        open_(page, "Forum wechseln")
        page.get_by_label("Forum 1: f1").check()
        press(page, "Wechsel speichern")
        assert (
            answer(page)
            == "Sie stehen auf der Warteliste für Forum 1, Platz 1. Ihren Platz in Forum 3 behalten Sie so lange."
        )
        assert "Forum 3: f3" in programme(page)

        with visiting(browser, site) as elsewhere:
            elsewhere.goto(f"{bela}#cancel")
            press(elsewhere, "Ja, absagen")
            expect(elsewhere.locator("#state")).to_contain_text("Danke, dass Sie Bescheid geben.")

        page.goto(anna)
        assert "Forum 1: f1" in programme(page)
        assert "Warteliste" not in programme(page)
        told_of(site, "adler@lindenbrueck.example", "Ein Platz ist frei geworden: Sie sind in Forum 1")

        open_(page, "Forum wechseln")
        press(page, "Zurück in Forum 3")
        assert answer(page) == "Gewechselt: Sie sind jetzt in Forum 3."


def test_somebody_changes_forum_cancels_and_comes_back(browser: Browser, site: Site) -> None:
    made = an_event_with_forums(site, "hin-und-zurueck")
    with visiting(browser, site) as page:
        page.goto(confirmed(site, made, "Condor", "konferenz", choices={"foren": "f2"}))
        open_(page, "Forum wechseln")
        page.get_by_label("Forum 3: f3").check()
        press(page, "Wechsel speichern")
        assert answer(page) == "Gewechselt: Sie sind jetzt in Forum 3."

        open_(page, "Teilnahme absagen")
        press(page, "Ja, absagen")
        expect(page.locator("#state")).to_contain_text("Ihre Teilnahme ist abgesagt.")

        press(page, "Doch teilnehmen")
        expect(page.locator("#state")).to_contain_text("Bestätigt am")
        assert "Forum 3: f3" in programme(page)


def test_a_forum_that_was_filled_meanwhile_leaves_one_where_one_was(browser: Browser, site: Site) -> None:
    made = an_event_with_forums(site, "eben-voll")
    with visiting(browser, site) as page:
        page.goto(confirmed(site, made, "Drossel", "konferenz", choices={"foren": "f3"}))
        open_(page, "Forum wechseln")
        page.get_by_label("Forum 1: f1").check()
        confirmed(site, made, "Elster", "konferenz", choices={"foren": "f1"})
        press(page, "Wechsel speichern")

        assert answer(page) == "Forum 1 wurde eben ausgebucht. Sie bleiben in Forum 3."
        expect(page.get_by_label("Forum 1: f1")).to_be_visible()


def test_details_needs_and_wishes_are_changed_and_taken_back(browser: Browser, site: Site) -> None:
    made = an_event_with_forums(site, "angaben")
    with visiting(browser, site) as page:
        page.goto(confirmed(site, made, "Falke", "konferenz"))
        open_(page, "Angaben ändern")
        page.get_by_label("Institution").fill("Stadt Köln")
        page.get_by_label("vegan").check()
        press(page, "Angaben speichern")
        expect(page.locator("#errors")).to_contain_text("brauchen wir Ihre Einwilligung")
        expect(page.get_by_label("Institution")).to_have_value("Stadt Köln")

        page.locator("#change-details").get_by_label("Ich willige ein.").check()
        press(page, "Angaben speichern")
        assert answer(page) == "Ihre Angaben sind gespeichert."
        expect(page.locator("#details")).to_contain_text("vegan")

        page.get_by_label("Mein Name darf in der Liste stehen.").check()
        page.locator("#wishes").get_by_label("Ich willige ein.").uncheck()
        press(page, "Wünsche speichern")
        assert answer(page) == "Ihre Wünsche sind gespeichert."
        expect(page.locator("#details dl")).not_to_contain_text("vegan")
        expect(page.get_by_label("Mein Name darf in der Liste stehen.")).to_be_checked()


def test_a_part_is_waited_for_and_given_up(browser: Browser, site: Site) -> None:
    made = an_event_with_forums(site, "teile")
    confirmed(site, made, "Geier", "werkstatt")
    with visiting(browser, site) as page:
        page.goto(confirmed(site, made, "Habicht", "konferenz"))
        open_(page, "Dazunehmen: werkstatt")
        press(page, "Auf die Warteliste")
        assert answer(page) == "Sie stehen auf der Warteliste: werkstatt."

        open_(page, "Abgeben: werkstatt")
        press(page, "Diesen Teil abgeben")
        assert answer(page) == "Abgegeben: werkstatt."


def test_another_address_is_asked_first(browser: Browser, site: Site) -> None:
    made = an_event_with_forums(site, "adresse")
    with visiting(browser, site) as page:
        page.goto(confirmed(site, made, "Ibis", "konferenz"))
        open_(page, "E-Mail-Adresse ändern")
        page.get_by_label("Neue E-Mail-Adresse").fill("ibis@neu.example")
        press(page, "Link an die neue Adresse senden")
        expect(page.locator("#details")).to_contain_text("ibis@lindenbrueck.example")

        body = site.letter_to("ibis@neu.example").get_body(("plain",))
        assert body is not None
        [link] = [word for word in body.get_content().split() if "/address/" in word]
        page.goto(link)
        assert findings(page) == []
        press(page, "Diese Adresse verwenden")
        expect(page.locator("#details")).to_contain_text("ibis@neu.example")


def test_all_of_it_by_keyboard(browser: Browser, site: Site) -> None:
    made = an_event_with_forums(site, "nur-tasten")
    with visiting(browser, site) as page:
        page.goto(confirmed(site, made, "Kranich", "konferenz", choices={"foren": "f2"}))
        tab_to(page, "Forum wechseln")
        page.keyboard.press("Enter")
        tab_to(page, "Forum 2: f2")
        page.keyboard.press("ArrowDown")
        tab_to(page, "Wechsel speichern")
        page.keyboard.press("Enter")
        assert answer(page) == "Gewechselt: Sie sind jetzt in Forum 3."

        tab_to(page, "Teilnahme absagen")
        page.keyboard.press("Enter")
        tab_to(page, "Ja, absagen")
        page.keyboard.press("Enter")
        expect(page.locator("#state")).to_contain_text("Ihre Teilnahme ist abgesagt.")


def tab_to(page: Page, name: str) -> None:
    """Until what has the focus is called so; each on the way shows that it has it."""
    focused = """() => { const e = document.activeElement; const l = e.labels && e.labels[0];
        return [(l || e).textContent.trim(), getComputedStyle(e).outlineStyle, getComputedStyle(e).boxShadow]; }"""
    for _ in range(80):
        page.keyboard.press("Tab")
        called, outline, shadow = page.evaluate(focused)
        assert (outline, shadow) != ("none", "none"), called
        if called == name:
            return
    raise AssertionError(f"{name} is not reached by keyboard")


@pytest.mark.parametrize(("width", "scheme", "language"), SCREENS)
def test_the_page_fits_and_shuts_nobody_out(
    browser: Browser, site: Site, width: int, scheme: Any, language: str
) -> None:
    made = an_event_with_forums(site, f"schirm-{width}-{scheme}-{language}")
    confirmed(site, made, "Lerche", "konferenz", choices={"foren": "f1"})
    mine = confirmed(site, made, "Milan", "konferenz", choices={"foren": ("f1", "f3")})
    size = {"width": width, "height": 800}
    with visiting(browser, site, viewport=size, color_scheme=scheme) as page:
        page.goto(f"{mine}?lang={language}")
        assert findings(page) == []
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
        assert findings(page) == []
        page.locator("#family_name").fill(" ")
        page.locator("#change-details button[type=submit]").click()
        expect(page.locator("#errors")).to_be_focused()
        assert findings(page) == []
