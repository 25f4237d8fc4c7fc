"""Somebody registered, and what they do with the link of their letter: shared by the tests of „My registration“."""

import re
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy import select

from confman.domain.ledger.requests import Confirm, Lapse
from confman.kernel.security import Purpose
from confman.store.outbox import letter
from confman.store.registrations import registration
from confman.usecases.ledger import RulesCache
from confman.usecases.registrar import Ask, settle_batch
from tests.api_node import Api
from tests.builders import AnEvent, a_registration

BROWSER = {"accept": "text/html", "accept-language": "de"}
FORM = {**BROWSER, "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}


@dataclass
class Person:
    site: Api
    id: UUID

    def token(self, purpose: Purpose = Purpose.MANAGE, generation: int = 0) -> str:
        return self.site.node.secrets.sign_link(purpose, self.id, generation)

    def look(self, query: str = "", **headers: str) -> Any:
        return self.site.get(f"/r/{self.token()}{query}", headers={**BROWSER, **headers})

    def reads(self) -> str:
        return words_of(self.look().text)

    def send(self, what: str, **headers: str) -> Any:
        """A button."""
        return self.site.ask("POST", f"/r/{self.token()}/{what}", headers={**BROWSER, **headers})

    def fill(self, what: str, fields: dict[str, Any]) -> Any:
        """A form; a list is a name sent several times."""
        return self.site.ask("POST", f"/r/{self.token()}/{what}", headers=FORM, content=urlencode(fields, doseq=True))

    def follow(self, what: str, fields: dict[str, Any]) -> str:
        """What is read after a form that was taken."""
        answer = self.fill(what, fields)
        assert answer.status_code == 303, words_of(answer.text)
        return words_of(self.site.get(answer.headers["location"], headers=BROWSER).text)

    def row(self) -> Any:
        return self.site.read(lambda c: c.execute(select(registration).where(registration.c.id == self.id)).one())

    def letters(self) -> list[str]:
        """Their kinds, in the order in which they came to be."""
        rows = select(letter.c.kind).where(letter.c.registration_id == self.id)
        return [
            row.kind
            for row in self.site.read(lambda c: c.execute(rows.order_by(letter.c.created_at, letter.c.id)).all())
        ]


def words_of(page: str) -> str:
    body = re.sub(r"<head>.*?</head>", " ", page, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def settle(site: Api, made: AnEvent, *asks: Ask) -> None:
    site.write(lambda connection: settle_batch(connection, made.id, asks, lambda: site.now, RulesCache()))


def register(site: Api, made: AnEvent, family: str, *parts: str, **choices: Any) -> Person:
    ask = a_registration(made, family, *parts, **choices)
    settle(site, made, ask)
    return Person(site, UUID(str(ask.request.id)))  # type: ignore[union-attr]  # a Register has one


def confirmed(site: Api, made: AnEvent, family: str, *parts: str, **choices: Any) -> Person:
    person = register(site, made, family, *parts, **choices)
    settle(site, made, Ask(Confirm(person.id)))
    return person


def lapse(site: Api, made: AnEvent, *people: Person) -> None:
    settle(site, made, Ask(Lapse(tuple(person.id for person in people)), actor="clock"))
