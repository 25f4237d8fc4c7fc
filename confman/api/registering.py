"""Signing up by program: public while open; the answer tells nobody who is registered."""

from typing import Any

import msgspec
from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from confman.api import registrations
from confman.api.parameters import idempotency_key
from confman.api.responses import JSON, NOT_KEPT, named
from confman.api.schemas import Received
from confman.domain.ledger.requests import Accepted, AlreadyRegistered, Refused, Repeated
from confman.http import pace
from confman.http.bodies import json_body
from confman.http.express import express
from confman.http.identity import event_seen_by, sends_token
from confman.http.language import language_of
from confman.http.node import Node
from confman.http.problems import problem
from confman.usecases.registrations import register as register_with
from confman.usecases.submissions import Origin, Submission, ask_to_register


@post("/events/{slug:str}/registrations", status_code=202, middleware=[express])
async def register(
    request: Request[Any, Any, Any], slug: FromPath[str], node: NamedDependency[Node]
) -> Response[bytes]:
    """Answers a repeated person as a newcomer would have been. With a token it adds by hand."""
    arrived = pace.arrival(node)
    if sends_token(request):
        return await registrations.add(request, slug, node)
    sent = await json_body(request, Submission)
    event = await event_seen_by(node, slug, None)
    language = language_of(request, event.row["languages"][0])
    ask = ask_to_register(event, sent, Origin("api", key=idempotency_key(request, "api"), language=language))
    node.tries.check(event.id, ask.request, node.clock())
    outcome = await register_with(node.clerk, event, ask)
    await pace.even(arrived)
    match outcome:
        case Accepted(answer=answer) | AlreadyRegistered(answer=answer) | Repeated(answer=answer):
            body = msgspec.json.encode(Received(answer.outcome, answer.confirm_by))
            return Response(body, status_code=202, media_type=JSON, headers=NOT_KEPT)
        case Refused(reason):
            return problem(reason, language, **named(event, reason))
        case _:
            raise AssertionError("a registration is accepted or refused")
