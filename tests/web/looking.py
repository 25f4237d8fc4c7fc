"""Looking at pages, and changing what they show."""

import asyncio
import re
from html import unescape
from typing import Any

from sqlalchemy import Connection, update

from confman.store.events import event
from confman.usecases.ledger import RulesCache
from confman.usecases.registrar import settle_batch
from tests.api_node import Api
from tests.builders import NOW, a_registration

BROWSER = {"accept": "text/html,application/xhtml+xml", "accept-language": "de"}
PAGE = "/events/abschlusskonferenz"


def show(site: Api, path: str = PAGE, **headers: str) -> Any:
    return site.get(path, headers={**BROWSER, **headers})


def text(answer: Any) -> str:
    """What a reader reads: no tags, single blanks."""
    body = re.sub(r"<head>.*?</head>", " ", answer.text, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def register(site: Api, made: Any, *families: str, **choices: Any) -> None:
    asks = [a_registration(made, family, **choices) for family in families]
    site.write(lambda connection: settle_batch(connection, made.id, asks, lambda: NOW, RulesCache()))


def set_event(connection: Connection, **values: Any) -> None:
    connection.execute(update(event).values(revision=event.c.revision + 1, **values))


def later(site: Api) -> None:
    """Versions are compared at most every 100 ms, which now are over."""
    site.loop.run(asyncio.sleep(0.11))
