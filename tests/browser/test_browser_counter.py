"""A colleague at the counter who never saw it: finds, adds, moves, writes and enters attendance, by keyboard alone.

A picture of each step is kept in test-results/counter.
"""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from bench import servers
from confman.kernel.db import open_database
from confman.kernel.security import Secrets
from confman.usecases import demonstration_load, demonstration_team
from confman.usecases.demonstration import MAIN_EVENT
from tests.browser.visiting import NEEDS_A_BROWSER, ROOT, Site, findings

pytestmark = NEEDS_A_BROWSER

PICTURES = ROOT / "test-results" / "counter"
SECRETS = Secrets((servers.SECRET.encode(),))
EVENT = f"/manage/events/{MAIN_EVENT}"
MOST_TABS = 150
WIDTHS = pytest.mark.parametrize("width", [1366, 390])


@pytest.fixture(scope="module")
def demonstration(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("demonstration")
    shutil.copy(sqlite_template, folder / "confman.sqlite")
    url = f"sqlite:///{folder / 'confman.sqlite'}"
    database = open_database(url)
    with servers.confman(url, folder) as server:
        site = Site(f"http://localhost:{server.port}", folder, database)
        now = datetime.now(UTC)
        site.write(demonstration_load.load, now)
        site.write(demonstration_team.make, SECRETS, now)
        yield site
    database.dispose()


class Colleague:
    """In front of the counter; types, presses keys, reads."""

    def __init__(self, page: Page, site: Site, width: int) -> None:
        self.page, self.site, self.width = page, site, width

    def sign_in(self, address: str = demonstration_team.ORGANISER) -> None:
        self.page.goto(f"{self.site.url}/manage")
        self.reach(self.page.get_by_label("E-Mail-Adresse"))
        self.page.keyboard.type(address)
        self.page.keyboard.press("Tab")
        self.page.keyboard.type(demonstration_team.password_of(SECRETS))
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_role("heading", level=1)).to_have_text("Meine Veranstaltungen")

    def open(self, path: str) -> None:
        self.page.goto(f"{self.site.url}{EVENT}{path}")

    def reach(self, target: Locator, key: str = "Tab") -> None:
        """By the tabulator, as who has no mouse."""
        element = target.element_handle()
        for _ in range(MOST_TABS):
            if element.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press(key)
        raise AssertionError(f"the keyboard does not lead to {target}")

    def press(self, name: str, role: Literal["button", "link"] = "button", key: str = "Tab") -> None:
        """What leads to another page."""
        self.reach(self.page.get_by_role(role, name=name, exact=True).first, key)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def tick(self, box: Locator) -> None:
        self.reach(box)
        self.page.keyboard.press("Space")

    def pick(self, radio: Locator) -> None:
        """Of several, with the arrows."""
        group = f"[name='{radio.get_attribute('name')}']"
        self.reach(self.page.locator(f"{group}:checked, {group}:not(form:has({group}:checked) {group})").first)
        for _ in range(MOST_TABS):
            if radio.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the arrows do not lead to {radio}")

    def unfold(self, summary: str) -> None:
        """What is folded on a phone only."""
        folded = self.page.locator("summary", has_text=summary)
        if folded.is_visible():
            self.reach(folded)
            self.page.keyboard.press("Enter")

    def choose(self, field: Locator, beginning: str) -> None:
        """Of a list, by typing how it begins."""
        self.reach(field)
        self.page.keyboard.type(beginning)

    def enter(self, text: str) -> None:
        """Into the field that has the focus; Enter sends it."""
        self.page.keyboard.type(text)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def looks(self, name: str) -> None:
        """Keeps a picture; nothing shuts anybody out, nothing is wider than the window."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{name}-{self.width}.png", full_page=True)
        assert findings(self.page) == []


@pytest.fixture
def colleague(browser: Browser, demonstration: Site, width: int) -> Iterator[Colleague]:
    context = browser.new_context(viewport={"width": width, "height": 800}, locale="de-DE")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    yield Colleague(page, demonstration, width)
    assert [said for said in complaints if "Failed to load resource" not in said] == []
    context.close()


@WIDTHS
def test_somebody_is_found_by_half_a_name_without_accents(colleague: Colleague) -> None:
    colleague.sign_in()
    colleague.looks("events")
    colleague.press("5. Werkstatt und Abschlusskonferenz", role="link")
    colleague.looks("overview")
    colleague.press("Anmeldungen", role="link")
    colleague.looks("registrations")

    colleague.reach(colleague.page.get_by_label("Name, Institution oder Anmeldenummer"))
    colleague.enter("zolk lu")
    colleague.press("Żółkiewski, Łukasz", role="link")

    expect(colleague.page.get_by_role("heading", level=1)).to_contain_text("Łukasz Żółkiewski")
    colleague.looks("person")


@WIDTHS
def test_a_hundred_and_more_are_entered_from_paper(colleague: Colleague) -> None:
    colleague.sign_in()
    colleague.open("/attendance")
    colleague.press("Abschlusskonferenz", role="link")
    if colleague.page.get_by_role("button", name="Beginnen").count():
        colleague.press("Beginnen")

    numbers = colleague.page.get_by_label("Nummer der Liste")
    for typed in ("3", "17", "40-44"):
        expect(numbers).to_be_focused()
        colleague.enter(typed)
        expect(numbers).to_have_value("")
    colleague.looks("attendance")


@WIDTHS
def test_five_people_are_moved_and_moved_back(colleague: Colleague) -> None:
    page = colleague.page
    colleague.sign_in()
    colleague.open("/registrations")
    colleague.unfold("Filter und Spalten")
    colleague.choose(page.get_by_role("combobox", name="Forum"), "Forum 1")
    colleague.press("Anzeigen")
    boxes = page.get_by_role("checkbox", name="auswählen")
    for number in range(12, 17):  # behind those who came last and wait
        colleague.tick(boxes.nth(number))
    colleague.looks("chosen")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Zur Auswahl")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Umbuchen")
    expect(page.locator("#chosen .selection__some")).to_be_visible()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    colleague.choose(page.get_by_label("Wohin?"), "Forum 3")
    colleague.press("Vorschau ansehen")
    expect(page.get_by_role("main")).to_contain_text("5 Personen wechseln von Forum 1 nach Forum 3.")
    colleague.looks("moving")

    colleague.press("5 Personen umbuchen")
    expect(page.get_by_role("status")).to_contain_text("5 Personen umgebucht.")
    colleague.looks("moved")
    colleague.press("Rückgängig")

    expect(page.get_by_role("status")).to_contain_text("Alles ist wieder so wie vorher.")
    colleague.open("/registrations")
    expect(page.get_by_role("main")).to_contain_text("30 von 30, 6 warten")


@WIDTHS
def test_somebody_calls_and_is_let_in_beyond_what_is_free(colleague: Colleague) -> None:
    page = colleague.page
    colleague.sign_in()
    colleague.open("/registrations")
    colleague.press("Anmeldung hinzufügen", "link", "Shift+Tab")
    expect(page.get_by_label("Vorname; Nachname; Institution; E-Mail (leer erlaubt)")).to_be_focused()
    page.keyboard.type(f"Nina; Beispiel{colleague.width}; Stadt Lindenbrück")
    colleague.tick(page.get_by_role("checkbox", name="Abschlusskonferenz"))
    colleague.pick(page.get_by_role("radio", name="Forum 1"))
    colleague.looks("adding")
    colleague.press("Hinzufügen")
    expect(page.get_by_role("main")).to_contain_text("ausgebucht, 6 Personen warten")
    colleague.pick(page.get_by_role("radio", name="zusätzlich zulassen"))
    colleague.looks("full")

    colleague.press("Hinzufügen")

    expect(page.get_by_role("main")).to_contain_text(f"Nina Beispiel{colleague.width}: hinzugefügt")
    colleague.looks("added")


@WIDTHS
def test_everybody_in_a_forum_gets_a_letter(colleague: Colleague) -> None:
    page = colleague.page
    colleague.sign_in()
    colleague.open("/registrations")
    colleague.unfold("Filter und Spalten")
    colleague.choose(page.get_by_role("combobox", name="Forum"), "Forum 2")
    colleague.press("Anzeigen")
    colleague.tick(page.get_by_role("checkbox", name="dieser Auswahl"))
    colleague.press("E-Mail schreiben")
    colleague.reach(page.get_by_label("Betreff"))
    page.keyboard.type("Forum 2 beginnt im Saal")
    colleague.reach(page.get_by_label("Text", exact=True))
    page.keyboard.type("Forum 2 beginnt nicht im Raum 2.02, sondern im Saal.")
    colleague.looks("writing")
    colleague.press("Vorschau ansehen")
    expect(page.get_by_role("main")).to_contain_text("Forum 2 beginnt nicht im Raum 2.02, sondern im Saal.")
    colleague.looks("letter")
    sending = page.get_by_role("button", name="senden")
    colleague.press(sending.inner_text())

    expect(page.get_by_role("status")).to_contain_text("Die E-Mails gehen um")
    colleague.press("Rückgängig")
    expect(page.get_by_role("status")).to_contain_text("Die E-Mails sind zurückgenommen; niemand bekommt sie.")
