"""The pages of the demonstration in a real browser: nothing sticks out, nothing shuts anybody out, nothing is from elsewhere."""

import re
import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Route
from sqlalchemy import select

from confman.kernel.security import Purpose
from confman.store.registrations import registration
from confman.usecases import demonstration_load
from tests.api_node import Api
from tests.builders import NOW

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = Path("/usr/bin/chromium")
RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}"
LOADED = re.compile(r"""(?:<link rel="stylesheet" href|<script src|<img[^>]* src)="([^"]+)"|url\('(/static/[^']+)'\)""")

PAGES = {
    "list": "/",
    "archive": "/archive",
    "open": "/events/werkstatt-5-lindenbrueck",
    "english": "/events/werkstatt-5-lindenbrueck?lang=en",
    "announced": "/events/werkstatt-6-lindenbrueck",
    "opens": "/events/fortbildung-moderation",
    "cancelled": "/events/buergerforum-speicherufer",
    "over": "/events/fachkonferenz-2018",
    "elsewhere": "/events/wissensnacht-ruhr",
    "series": "/series/werkstattreihe-quartierlabore",
    "project": "/projects/quartierlabore",
    "imprint": "/imprint",
    "privacy": "/privacy",
    "accessibility": "/accessibility",
    "nothing": "/nirgends",
    "api": "/api/docs",
}
SCREENS = ((1280, "light"), (320, "dark"))
MORE_SCREENS = ((1280, "dark"), (390, "light"), (320, "light"))
"""For the pages that have most on them."""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists() or not AXE.exists(), reason="needs Chromium and axe-core"),
]


@dataclass(frozen=True)
class Pages:
    """Addresses by name, and the answer to each and to all that they load."""

    addresses: Mapping[str, str]
    answers: Mapping[str, httpx.Response]


@pytest.fixture(scope="module")
def pages(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Pages:
    """Fetched beforehand and on a thread of their own: two loops do not run in one."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copy(sqlite_template, folder / "confman.sqlite")
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(_fetched, folder).result()


def _fetched(folder: Path) -> Pages:
    site = Api(f"sqlite:///{folder / 'confman.sqlite'}", folder)
    site.write(demonstration_load.load, NOW)
    somebody = site.read(
        lambda c: c.execute(select(registration.c.id).where(registration.c.family_name == "Wulandari"))
    )
    token = site.node.secrets.sign_link(Purpose.MANAGE, somebody.scalar_one(), 0)
    found = {name: _get(site, path) for name, path in {**PAGES, "mine": f"/r/{token}"}.items()}
    answers = {str(answer.request.url): answer for answer in found.values()}
    wanted = ["/favicon.ico", *(path for answer in found.values() for path in _loaded(answer))]
    while wanted:
        answer = _get(site, wanted.pop())
        if str(answer.request.url) not in answers:
            answers[str(answer.request.url)] = answer
            wanted += _loaded(answer)
    site.close()
    return Pages({name: str(answer.request.url) for name, answer in found.items()}, answers)


def _get(site: Api, path: str) -> httpx.Response:
    headers = {"accept": "text/html", "accept-language": "de", "accept-encoding": "identity"}
    return site.loop.run(site.client.get(path, headers=headers))  # pictures have a policy of their own


def _loaded(answer: httpx.Response) -> Iterator[str]:
    if answer.headers["content-type"].startswith(("text/html", "text/css")):
        yield from (first or second for first, second in LOADED.findall(answer.text))


@dataclass(frozen=True)
class Seen:
    findings: list[Any]
    width: int
    elsewhere: list[str]
    complaints: list[str]


def _look(browser: Browser, pages: Pages, name: str, width: int, scheme: Any) -> Seen:
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    elsewhere: list[str] = []
    complaints: list[str] = []

    def answer(route: Route) -> None:
        known = pages.answers.get(route.request.url)
        if known is None:
            elsewhere.append(route.request.url)
            route.abort()
        else:
            route.fulfill(status=known.status_code, headers=dict(known.headers), body=known.content)

    def complain(message: ConsoleMessage) -> None:
        if message.type == "error" and "status of 404" not in message.text:  # what is asked for may be nowhere
            complaints.append(message.text)

    page.route("**/*", answer)
    page.on("console", complain)
    page.goto(pages.addresses[name])
    page.evaluate(AXE.read_text())
    found = page.evaluate(f"axe.run(document, {RULES})")
    findings = [(each["id"], [node["html"] for node in each["nodes"]]) for each in found["violations"]]
    wide = page.evaluate("document.documentElement.scrollWidth")
    context.close()
    return Seen(findings, wide, elsewhere, complaints)


@pytest.mark.parametrize("name", [*PAGES, "mine"])
def test_pages_fit_the_screen_and_shut_nobody_out(browser: Browser, pages: Pages, name: str) -> None:
    screens = SCREENS + (MORE_SCREENS if name in {"list", "open", "mine"} else ())

    seen = {(width, scheme): _look(browser, pages, name, width, scheme) for width, scheme in screens}

    assert {screen: look.findings for screen, look in seen.items() if look.findings} == {}
    assert {screen: look.width for screen, look in seen.items() if look.width > screen[0]} == {}
    assert {screen: look.elsewhere for screen, look in seen.items() if look.elsewhere} == {}
    assert {screen: look.complaints for screen, look in seen.items() if look.complaints} == {}


def test_parallel_forums_stand_side_by_side_and_on_a_phone_one_below_the_other(browser: Browser, pages: Pages) -> None:
    tops = {}
    for width in (1280, 390):
        context = browser.new_context(viewport={"width": width, "height": 800})
        page = context.new_page()
        page.route("**/*", lambda route: route.fulfill(**_as_answered(pages, route)))
        page.goto(pages.addresses["open"])
        forums = page.locator(".parallel").last.locator("> li")
        tops_of = forums.evaluate_all("all => all.map(each => Math.round(each.getBoundingClientRect().top))")
        tops[width] = (len(tops_of), len(set(tops_of)), "Forum 1 von 5" in forums.first.inner_text())
        context.close()

    assert tops == {1280: (5, 1, False), 390: (5, 5, True)}


def _as_answered(pages: Pages, route: Route) -> dict[str, Any]:
    known = pages.answers[route.request.url]
    return {"status": known.status_code, "headers": dict(known.headers), "body": known.content}


def test_who_uses_only_the_keyboard_skips_to_the_content(browser: Browser, pages: Pages) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.route("**/*", lambda route: route.fulfill(**_as_answered(pages, route)))
    page.goto(pages.addresses["open"])

    page.keyboard.press("Tab")
    skip = page.evaluate(
        "[document.activeElement.textContent, document.activeElement.getBoundingClientRect().left >= 0]"
    )
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.textContent.trim()")
    context.close()

    assert skip == ["Zum Inhalt", True]
    assert first == "Jetzt anmelden"
