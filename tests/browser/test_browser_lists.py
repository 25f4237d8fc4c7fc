"""Finding events and their documents, on a phone, by keyboard, without a script; and passing the code of an invitation."""

import hashlib
from datetime import UTC, date, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import Connection, insert

from confman.kernel.ids import new_id
from confman.store import files
from confman.store.events import document
from confman.store.importing import EVERYWHERE, raise_stamps
from confman.usecases.importing_codes import sealed
from tests.browser.visiting import NEEDS_A_BROWSER, Site, findings, visiting
from tests.builders import NOW, an_event
from tests.races.harness import FAR, an_open_event

pytestmark = NEEDS_A_BROWSER

CONTENT = b"%PDF-1.4 " + b"x" * 300_000


def told(connection: Connection) -> None:
    raise_stamps(connection, [("all", EVERYWHERE)], NOW)


@pytest.fixture(scope="module")
def archive(site: Site) -> Site:
    """Something that was, with its minutes; something that comes; and a training behind a code."""
    past: dict[str, Any] = {
        "starts_on": date(2019, 4, 2),
        "ends_on": date(2019, 4, 3),
        "starts_at": None,
        "ends_at": None,
    }
    was = site.write(an_event, slug="war-einmal", titles={"de": "Räume teilen"}, venue_city="Köln", **past)
    site.write(_minutes, was.host_id, was.id)
    site.write(an_open_event, "kommt-noch", titles={"de": "Räume öffnen"}, kind="training")
    began = datetime(2026, 1, 1, tzinfo=UTC)
    hidden = {"visibility": "code", "access_code_hash": sealed("Linde 7"), "titles": {"de": "Schulung im Haus"}}
    site.write(an_event, slug="schulung", announced_at=began, published_at=began, starts_at=FAR, **hidden)
    site.write(told)
    return site


def _minutes(connection: Connection, host_id: Any, event_id: Any) -> None:
    content_hash = hashlib.sha256(CONTENT).hexdigest()
    files.put(connection, content_hash, "application/pdf", CONTENT)
    facts = {
        "name": "protokoll.pdf",
        "media_type": "application/pdf",
        "size": len(CONTENT),
        "content_hash": content_hash,
    }
    told_of = {"key": "protokoll", "titles": {"de": "Protokoll"}, "position": 0, "event_id": event_id, **facts}
    connection.execute(insert(document).values(id=new_id(), host_id=host_id, **told_of))


@pytest.mark.parametrize("script", [True, False])
def test_somebody_finds_the_minutes_of_years_ago_by_keyboard(browser: Browser, archive: Site, script: bool) -> None:
    with visiting(browser, archive, java_script_enabled=script) as page:
        page.goto(f"{archive.url}/archive")
        page.get_by_label("Suchen", exact=True).focus()
        page.keyboard.type("teilen raume koeln")
        page.keyboard.press("Enter")

        expect(page.get_by_text("1 Veranstaltung gefunden.")).to_be_visible()
        expect(page.get_by_role("heading", name="2019")).to_be_visible()
        with page.expect_download() as download:
            page.get_by_role("link", name="Protokoll (PDF, 300 kB)").click()

        assert download.value.suggested_filename == "protokoll.pdf"
        assert download.value.path().read_bytes() == CONTENT


def test_somebody_filters_what_is_to_come_and_finds_the_way_back(browser: Browser, archive: Site) -> None:
    with visiting(browser, archive, viewport={"width": 320, "height": 700}, color_scheme="dark") as page:
        page.goto(f"{archive.url}/?kind=training")
        expect(page.get_by_label("Art der Veranstaltung")).to_have_value("training")
        expect(page.get_by_role("link", name="Räume öffnen")).to_be_visible()
        assert findings(page) == []

        page.get_by_label("Art der Veranstaltung").select_option("Alle")
        page.get_by_role("button", name="Anzeigen").click()

        expect(page.get_by_role("link", name="Räume öffnen")).to_be_visible()
        expect(page.get_by_label("Art der Veranstaltung")).to_be_hidden()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
def test_an_invited_person_passes_the_code_and_stays_in(
    browser: Browser, archive: Site, width: int, scheme: Any
) -> None:
    with visiting(browser, archive, viewport={"width": width, "height": 800}, color_scheme=scheme) as page:
        page.goto(f"{archive.url}/events/schulung")
        expect(page.get_by_role("heading", level=1)).to_have_text("Veranstaltung mit Einladung")
        assert findings(page) == []

        page.get_by_label("Code").fill("Eiche")
        page.get_by_role("button", name="Weiter zur Veranstaltung").click()
        expect(page.get_by_role("alert")).to_contain_text("Dieser Code passt nicht.")
        assert findings(page) == []

        page.get_by_label("Code").fill("linde 7")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Schulung im Haus")

        page.get_by_role("link", name="English").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Schulung im Haus")


@pytest.mark.parametrize("path", ["/archive", "/archive?search=zebra", "/?city=Bonn", "/events/schulung/entry?lang=en"])
@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (320, "dark")])
def test_lists_in_every_state_fit_and_shut_nobody_out(
    browser: Browser, archive: Site, path: str, width: int, scheme: Any
) -> None:
    with visiting(browser, archive, viewport={"width": width, "height": 800}, color_scheme=scheme) as page:
        page.goto(archive.url + path)

        assert findings(page) == []
