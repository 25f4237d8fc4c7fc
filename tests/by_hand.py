"""What an organiser's program does, in one word each."""

from typing import Any

from sqlalchemy import Connection, select

from confman.store.audit import audit
from confman.store.outbox import letter
from tests.api_node import Api
from tests.builders import APart, ASession, ASlot

EVENT = "abschlusskonferenz"
PATH = f"events/{EVENT}/registrations"
FORUMS = [APart(places=3, slots=[ASlot("foren", [ASession("klima", 1), ASession("verkehr", 5)])])]


def added(api: Api, family_name: str, **body: Any) -> str:
    """The code."""
    answer = api.post(PATH, {"given_name": "Ada", "family_name": family_name, **body})
    assert answer.status_code == 201, answer.text
    code: str = answer.json()["code"]
    return code


def places(told: dict[str, Any]) -> dict[str, tuple[str, int | None]]:
    """State and position by slug."""
    return {place["slug"]: (place["state"], place["position"]) for place in told["places"]}


def letters(connection: Connection) -> list[tuple[str, str]]:
    """Kind and recipient, in the order in which they were written."""
    found = connection.execute(select(letter.c.kind, letter.c.recipient).order_by(letter.c.id))
    return [(row.kind, row.recipient) for row in found]


def audited(connection: Connection) -> list[tuple[str, str]]:
    """Verb and actor."""
    return [(row.verb, row.actor) for row in connection.execute(select(audit).order_by(audit.c.id))]
