"""The plain pages in a real browser: nothing sticks out, nothing shuts anybody out."""

import re
import shutil
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Route

from confman.kernel.security import Purpose
from confman.usecases.ledger import RulesCache
from confman.usecases.registrar import settle_batch
from tests.api_node import Api
from tests.builders import NOW, APart, ASession, ASlot, a_registration, an_event

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = Path("/usr/bin/chromium")
FORUMS = (APart("konferenz", 2, slots=(ASlot("foren", (ASession("f1", 1), ASession("f2", 40))),)),)
RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists() or not AXE.exists(), reason="needs Chromium and axe-core"),
]


@dataclass(frozen=True)
class Pages:
    """Addresses by name, and the answer to each."""

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
    made = site.write(an_event, FORUMS, subtitles={"de": "Was von den Laboren bleibt"})
    ask = a_registration(made, "Żółkiewski", choices={"foren": "f1"})
    site.write(lambda c: settle_batch(c, made.id, [ask], lambda: NOW, RulesCache()))
    token = site.node.secrets.sign_link(Purpose.MANAGE, ask.request.id, 0)  # type: ignore[union-attr]  # a Register has one
    paths = {"list": "/", "event": "/events/abschlusskonferenz", "mine": f"/r/{token}", "nothing": "/nirgends"}
    paths |= {"imprint": "/imprint", "privacy": "/privacy"}
    found = {
        name: site.get(path, headers={"accept": "text/html", "accept-language": "de"}) for name, path in paths.items()
    }
    [sheet] = re.findall(r'rel="stylesheet" href="([^"]+)"', found["list"].text)
    answers = [*found.values(), site.get(sheet)]
    site.close()
    return Pages(
        {name: str(answer.request.url) for name, answer in found.items()},
        {str(answer.request.url): answer for answer in answers},
    )


@pytest.mark.parametrize("name", ["list", "event", "mine", "nothing", "imprint", "privacy"])
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
def test_pages_fit_the_screen_and_shut_nobody_out(
    browser: Browser, pages: Pages, name: str, width: int, scheme: Any
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    elsewhere: list[str] = []

    def answer(route: Route) -> None:
        known = pages.answers.get(route.request.url)
        if known is None:
            elsewhere.append(route.request.url)
            route.abort()
        else:
            route.fulfill(status=known.status_code, headers=dict(known.headers), body=known.content)

    page.route("**/*", answer)
    page.goto(pages.addresses[name])
    page.evaluate(AXE.read_text())
    found = page.evaluate(f"axe.run(document, {RULES})")
    wide = page.evaluate("document.documentElement.scrollWidth")
    context.close()

    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found["violations"]] == []
    assert wide <= width
    assert [url for url in elsewhere if not url.endswith("/favicon.ico")] == []
