"""Somebody at the registration form of an event: opens it, fills it, reads what comes back."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
from sqlalchemy import Connection, select

from confman.store.outbox import letter
from confman.store.programme import unit
from confman.store.registrations import place, registration
from confman.usecases.ledger import RulesCache
from confman.usecases.registrar import settle_batch
from tests.api_node import Api
from tests.builders import NOW, STARTS, AnEvent, APart, ASession, ASlot, a_question, a_registration, an_event

EVENT = "abschlusskonferenz"
FORM = f"/events/{EVENT}/registration"
FORUMS = ASlot("foren", (ASession("f1", 1), ASession("f2", 30), ASession("f3", 2)))
TWO_PARTS = (
    APart("werkstatt", 40, hours=4),
    APart("konferenz", 120, slots=(FORUMS,), starts_at=STARTS + timedelta(hours=5), hours=4),
)
EVERYTHING = {
    "title": "Dr.",
    "given_name": "Łukasz",
    "family_name": "Żółkiewski",
    "email": "lukasz@lindenbrueck.example",
    "institution": "Amt „für“ <Beispiele> & mehr",
    "answer.ort": "Köln",
    "answer.frage": "eins\nzwei",
    "no_photo": "yes",
    "choice.foren": "f2",
}
BROWSER = {"accept": "text/html", "accept-language": "de", "sec-fetch-site": "same-origin"}
ANNA = {"given_name": "Anna", "family_name": "Beispiel", "email": "anna@lindenbrueck.example"}


@dataclass
class Visitor:
    """`key`: of the form opened last; None leaves it out."""

    site: Api
    key: str | None = None
    language: str = "de"

    def open(self, path: str = FORM) -> "Page":
        page = self.look(path)
        if page.answer.status_code == 200:
            self.key = page.value("key")
        return page

    def look(self, path: str) -> "Page":
        return Page(self.site.get(path, headers=self._headers))

    def send(self, fields: dict[str, Any] | None = None, path: str = FORM, **more: Any) -> "Page":
        """Posts the fields; a list is sent as several values."""
        filled = {"key": self.key, **(fields or {}), **more}
        return self.post(
            urlencode([(name, value) for name, value in filled.items() if value is not None], doseq=True), path
        )

    def post(self, body: str | bytes, path: str = FORM, kind: str = "application/x-www-form-urlencoded") -> "Page":
        return Page(self.site.ask("POST", path, content=body, headers={**self._headers, "content-type": kind}))

    def register(self, fields: dict[str, Any] | None = None, **more: Any) -> "Page":
        """Opens the form, sends it, and follows to the page after it."""
        self.open()
        sent = self.send({**ANNA, **(fields or {}), **more})
        assert sent.answer.status_code == 303, sent.messages
        return self.look(sent.address)

    @property
    def _headers(self) -> dict[str, str]:
        return {**BROWSER, "accept-language": self.language}


@dataclass
class Page:
    answer: httpx.Response

    @property
    def status(self) -> int:
        return self.answer.status_code

    @property
    def address(self) -> str:
        """Where it leads."""
        return self.answer.headers["location"]

    @property
    def text(self) -> str:
        """The words of the page's content."""
        return words(self.answer.text.partition("<main")[2].partition(">")[2].partition("</main>")[0])

    @property
    def heading(self) -> str:
        return words(one(r"<h1>(.*?)</h1>", self.answer.text))

    @property
    def title(self) -> str:
        return words(one(r"<title>(.*?)</title>", self.answer.text))

    @property
    def messages(self) -> dict[str, str]:
        """All messages by field, as listed at the top."""
        found = re.findall(r'<li><a class="kern-link" href="#([^"]*)">(.*?)</a></li>', self.answer.text, re.DOTALL)
        return {name: words(says) for name, says in found}

    def wrong(self, field: str) -> str:
        """The message at the field."""
        return words(one(rf'id="{re.escape(field)}(?:-group)?-error">(.*?)</p>', self.answer.text))

    def value(self, name: str) -> str:
        """What a field of one line holds."""
        return html.unescape(one(rf'<input[^>]* name="{re.escape(name)}" value="([^"]*)"', self.answer.text))

    @property
    def chosen(self) -> set[tuple[str, str]]:
        """What is ticked, as (name, value)."""
        inputs = re.findall(r'<input[^>]* name="([^"]*)" value="([^"]*)"([^>]*)>', self.answer.text)
        return {(name, html.unescape(value)) for name, value, rest in inputs if " checked" in rest}

    @property
    def labels(self) -> dict[str, str]:
        """Of boxes and radios by value, each with its hint, in the order of the page."""
        found = re.findall(
            r'value="([^"]*)"[^>]*>\s*<label class="kern-label"[^>]*>(.*?)</label>(?:\s*<div class="kern-hint"[^>]*>(.*?)</div>)?',
            self.answer.text,
            re.DOTALL,
        )
        return {value: " | ".join(filter(None, [words(label), words(hint)])) for value, label, hint in found}


def one(pattern: str, text: str) -> str:
    found = re.search(pattern, text, re.DOTALL)
    return found.group(1) if found else ""


def words(markup: str) -> str:
    flowing = re.sub(r"</?(?:span|strong|a)\b[^>]*>", "", markup)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", flowing)).split())


def people(connection: Connection) -> list[tuple[str, str | None]]:
    """(surname, address) of the live registrations, in the order they came."""
    found = select(registration.c.family_name, registration.c.email).where(registration.c.ended_at.is_(None))
    return [(row.family_name, row.email) for row in connection.execute(found.order_by(registration.c.id))]


def places(connection: Connection, family: str) -> dict[str, str]:
    """State by unit id of who has that name."""
    found = (
        select(place.c.unit_id, place.c.state)
        .join(registration, registration.c.id == place.c.registration_id)
        .join(unit, unit.c.id == place.c.unit_id)
        .where(registration.c.family_name == family, place.c.state != "released")
    )
    return {row.unit_id: row.state for row in connection.execute(found)}


def letters(connection: Connection) -> Sequence[tuple[str, str | None]]:
    """(kind, recipient) of all letters, in the order they were written."""
    found = select(letter.c.kind, letter.c.recipient).order_by(letter.c.id)
    return [(row.kind, row.recipient) for row in connection.execute(found)]


def taken(site: Api, made: AnEvent, families: Sequence[str], *parts: str, **choices: str) -> None:
    """Others were here before."""
    asks = [a_registration(made, family, *parts, choices=dict(choices)) for family in families]
    site.write(lambda c: settle_batch(c, made.id, asks, lambda: NOW, RulesCache()))


def a_full_form(site: Api) -> Visitor:
    made = site.write(an_event, (APart("konferenz", slots=(FORUMS,)),))
    site.write(a_question, made, "ort")
    site.write(a_question, made, "frage", "long")
    visitor = Visitor(site)
    visitor.open()
    return visitor
