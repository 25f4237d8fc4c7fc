"""The pages of the demonstration in a real browser: nothing sticks out, nothing shuts anybody out, nothing is from elsewhere."""

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import httpx
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Route
from sqlalchemy import select

from confman.kernel.security import Purpose
from confman.store.registrations import registration
from confman.usecases import demonstration_load
from tests.api_node import Api
from tests.browser.visiting import AXE, NEEDS_A_BROWSER, RULES
from tests.builders import NOW

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
Screen = tuple[int, Literal["dark", "light"]]
SCREENS: tuple[Screen, ...] = ((1280, "light"), (320, "dark"))
MORE_SCREENS: tuple[Screen, ...] = ((1280, "dark"), (390, "light"), (320, "light"))
"""For the pages that have most on them."""

pytestmark = NEEDS_A_BROWSER


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


@dataclass
class Seen:
    """By screen, but for what the page loads and complains of."""

    findings: dict[Screen, list[Any]] = field(default_factory=dict)
    too_wide: dict[Screen, int] = field(default_factory=dict)
    elsewhere: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


def _look(browser: Browser, pages: Pages, name: str, screens: Sequence[Screen]) -> Seen:
    """Opened once and turned to each screen."""
    seen = Seen()
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()

    def answer(route: Route) -> None:
        known = pages.answers.get(route.request.url)
        if known is None:
            seen.elsewhere.append(route.request.url)
            route.abort()
        else:
            route.fulfill(status=known.status_code, headers=dict(known.headers), body=known.content)

    def complain(message: ConsoleMessage) -> None:
        if message.type == "error" and "status of 404" not in message.text:  # what is asked for may be nowhere
            seen.complaints.append(message.text)

    page.route("**/*", answer)
    page.on("console", complain)
    page.goto(pages.addresses[name])
    page.evaluate(AXE.read_text())
    for width, scheme in screens:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        found = page.evaluate(f"axe.run(document, {RULES})")
        if found["violations"]:
            violations = [(each["id"], [node["html"] for node in each["nodes"]]) for each in found["violations"]]
            seen.findings[width, scheme] = violations
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            seen.too_wide[width, scheme] = wide
    context.close()
    return seen


@pytest.mark.parametrize("name", [*PAGES, "mine"])
def test_pages_fit_the_screen_and_shut_nobody_out(browser: Browser, pages: Pages, name: str) -> None:
    screens = SCREENS + (MORE_SCREENS if name in {"list", "open", "mine"} else ())

    assert _look(browser, pages, name, screens) == Seen()
