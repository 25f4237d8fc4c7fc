"""Signing up by program: public while open; the answer tells nobody who is registered."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from confman.api.schemas import Received
from confman.domain.errors import N_, Fault, Full, Malformed, Refusal
from confman.domain.ledger.requests import Accepted, AlreadyRegistered, Refused, Repeated
from confman.http.bodies import json_body
from confman.http.language import language_of
from confman.http.problems import problem
from confman.http.node import Node
from confman.usecases.events import EventView
from confman.usecases.submissions import Origin, Submission, ask_to_register

_LONGEST_KEY = 255


@post("/events/{slug:str}/registrations", status_code=202)
async def register(
    request: Request[Any, Any, Any], slug: FromPath[str], node: NamedDependency[Node]
) -> Response[bytes]:
    """Answers a repeated person as a newcomer would have been."""
    sent = await json_body(request, Submission)
    event = await node.catalogue.get(slug)
    language = language_of(request, event.row["languages"][0])
    ask = ask_to_register(event, sent, Origin("api", key=idempotency_key(request, "api"), language=language))
    node.tries.check(event.id, ask.request, node.clock())
    outcome = await node.clerk.ask(event.id, ask)
    match outcome:
        case Accepted(answer=answer) | AlreadyRegistered(answer=answer) | Repeated(answer=answer):
            body = msgspec.json.encode(Received(answer.outcome, answer.confirm_by))
            headers = {"Cache-Control": "no-store"}
            return Response(body, status_code=202, media_type="application/json", headers=headers)
        case Refused(reason):
            return problem(reason, language, **named(event, reason))
        case _:
            raise AssertionError("a registration is accepted or refused")


def idempotency_key(request: Request[Any, Any, Any], scope: str) -> str | None:
    """The caller's key, apart from those of other callers. Raises `Malformed` where it is too long or unreadable."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not 0 < len(key) <= _LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise Malformed((Fault(("Idempotency-Key",), N_("The key must have 1 to 255 visible ASCII characters.")),))
    return f"{scope}:{key}"


def named(event: EventView, reason: Refusal) -> dict[str, list[str]]:
    """The parts, sessions and slots that a refusal is about, by their slugs."""
    units: tuple[UUID, ...] = getattr(reason, "units", ())
    slots: tuple[UUID, ...] = getattr(reason, "slots", ())
    if isinstance(reason, Full) or units or slots:
        parts = {part.unit: part.slug for part in event.parts.values()}
        sessions = {c.unit: c.slug for slot in event.slots.values() for c in slot.choices.values()}
        found = {
            "parts": [parts[unit] for unit in units if unit in parts],
            "sessions": [sessions[unit] for unit in units if unit in sessions],
            "slots": [slot.slug for slot in event.slots.values() if slot.id in slots],
        }
        return {name: slugs for name, slugs in found.items() if slugs}
    return {}
