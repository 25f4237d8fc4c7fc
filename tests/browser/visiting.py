"""People in front of a browser: what they open, what they read in their mailbox, and what must never happen meanwhile."""

import email
import email.policy
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request

from confman.kernel.db import Database
from confman.usecases import work

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = Path("/usr/bin/chromium")
_TAGS = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']"
RULES = f"{{runOnly: {_TAGS}, resultTypes: ['violations']}}"
NEEDS_A_BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists() or not AXE.exists(), reason="needs Chromium and axe-core"),
]


@dataclass(frozen=True)
class Site:
    """A running installation; `url` without a slash at its end."""

    url: str
    data: Path
    database: Database

    def write(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return work.write(self.database, fn, *args, **kwargs)

    def read(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return work.read(self.database, fn, *args, **kwargs)

    def letters_to(self, address: str) -> list[EmailMessage]:
        """All that have arrived there, in the order they were sent."""
        files = sorted((self.data / "letters").glob("*.eml"), key=lambda path: (path.stat().st_mtime_ns, path.name))
        found = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in files]
        return [letter for letter in found if letter["To"] == address]

    def letter_to(self, address: str, number: int = 1) -> EmailMessage:
        """The so many-th letter to that address, as soon as it is there."""
        for _ in range(600):
            found = self.letters_to(address)
            if len(found) >= number:
                return found[number - 1]
            time.sleep(0.1)
        raise AssertionError(f"no letter number {number} to {address} within a minute")

    def link_in(self, letter: EmailMessage) -> str:
        """The address of the registration that the letter tells of."""
        body = letter.get_body(("plain",))
        assert body is not None
        return str(re.findall(rf"{re.escape(self.url)}/r/[\w-]+", body.get_content())[0])


@contextmanager
def visiting(browser: Browser, site: Site, **options: Any) -> Iterator[Page]:
    """A page in a browser of its own: German, 390 px wide unless told; no cookie, nothing foreign, no message."""
    chosen = {"viewport": {"width": 390, "height": 844}, "locale": "de-DE", **options}
    context = browser.new_context(**chosen)
    page = context.new_page()
    foreign: list[str] = []
    messages: list[str] = []

    def note_request(request: Request) -> None:
        if not request.url.startswith((site.url, "data:")):
            foreign.append(request.url)

    def note_message(message: ConsoleMessage) -> None:
        # the browser itself notes every answer from 400 on; those are part of the stories
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            messages.append(message.text)

    page.on("request", note_request)
    page.on("console", note_message)
    try:
        yield page
        assert (foreign, messages, context.cookies()) == ([], [], [])
    finally:
        context.close()


def findings(page: Page) -> list[tuple[str, list[str]]]:
    """What axe finds, as (rule, elements), and what is wider than the window."""
    page.evaluate(AXE.read_text())
    found = page.evaluate(f"axe.run(document, {RULES})")
    violations = [(each["id"], [node["html"] for node in each["nodes"]]) for each in found["violations"]]
    width = page.evaluate("document.documentElement.scrollWidth")
    room = page.evaluate("window.innerWidth")
    return violations + ([("wider than the window", [f"{width} > {room}"])] if width > room else [])
