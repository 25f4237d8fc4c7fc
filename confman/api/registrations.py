"""Registrations for organisers' programs: read, add by hand, correct, cancel. Everything here needs a token."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request, Response, delete, patch
from litestar.di import NamedDependency
from litestar.params import FromPath

from confman.api import parameters, registration_views
from confman.api.responses import NOT_KEPT, named, next_link, told
from confman.api.schemas import Registrations
from confman.domain import codes, people
from confman.domain.errors import N_, IdentityTaken
from confman.domain.ledger.requests import Accepted, AlreadyRegistered, Outcome, Refused, Repeated
from confman.http.bodies import json_body
from confman.http.identity import allowed, event_of
from confman.http.language import language_of
from confman.http.node import Node
from confman.http.problems import problem
from confman.http.routing import readable
from confman.usecases import registration_views as views
from confman.usecases import registrations
from confman.usecases.events import EventView
from confman.usecases.registrations import Addition, Correction, Target
from confman.usecases.tokens import READ, WRITE, Bearer

AnyRequest = Request[Any, Any, Any]
_PATH = "/events/{slug:str}/registrations"


@dataclass(frozen=True, slots=True)
class _Desk:
    """A request that may be answered: who asks, about which event."""

    request: AnyRequest
    node: Node
    who: Bearer
    event: EventView

    @property
    def language(self) -> str:
        return language_of(self.request, self.event.row["languages"][0])

    def registration(self, shown: views.Shown) -> Response[bytes]:
        links = registration_views.LinkMaker(self.node.settings.base_url, self.node.secrets, self.event.slug)
        body = registration_views.shown(shown, links.of(shown.row, may_write=WRITE in self.who.scopes))
        return told(body, headers={"ETag": parameters.revision_tag(shown.row["revision"])})


async def _desk(request: AnyRequest, node: Node, slug: str, scope: str) -> _Desk:
    who = await allowed(request, node, scope)
    return _Desk(request, node, who, await event_of(node, slug, who))


@readable(_PATH)
async def listed(request: AnyRequest, slug: FromPath[str], node: NamedDependency[Node]) -> Response[bytes]:
    """By name. `q` finds beginnings of words in names and institutions, or a code."""
    desk = await _desk(request, node, slug, READ)
    size = parameters.limit(request)
    sought = parameters.text(request, "q") or ""
    code = codes.normalised(sought)
    after = parameters.after(request, tuple[UUID])
    wanted = views.Selection(
        limit=size + 1,
        state=parameters.one_of(request, "state", views.STATES),
        terms=() if code else people.search_terms(sought),
        code=code,
        after=after[0] if after else None,
    )
    found = await node.work.read(views.page, desk.event, wanted)
    if found is None:
        raise parameters.fault("after", N_("No page begins here. Please take the address from the Link header."))
    headers = {}
    if len(found) > size:
        cursor = parameters.cursor(found[size - 1].row["id"])
        headers["Link"] = next_link(request, node.settings.base_url, cursor)
    return told(Registrations([registration_views.listed(shown) for shown in found[:size]]), headers=headers)


@readable(_PATH + "/{code:str}")
async def shown(
    request: AnyRequest, slug: FromPath[str], code: FromPath[str], node: NamedDependency[Node]
) -> Response[bytes]:
    desk = await _desk(request, node, slug, READ)
    return desk.registration(await node.work.read(views.one, desk.event, code))


async def add(request: AnyRequest, slug: str, node: Node) -> Response[bytes]:
    """By hand; somebody who is registered already is a conflict that names the code."""
    desk = await _desk(request, node, slug, WRITE)
    sent = await json_body(request, Addition)
    key = parameters.idempotency_key(request, desk.who.actor)
    language = sent.language or desk.event.row["languages"][0]
    ask = registrations.ask_to_add(desk.event, sent, desk.who, key, language)
    outcome = await registrations.register(node.clerk, desk.event, ask)
    match outcome:
        case Accepted() | Repeated():
            return await _added(desk, outcome)
        case AlreadyRegistered(id=known):
            row = await node.work.read(views.row_by_id, desk.event.id, known)
            return problem(IdentityTaken(), desk.language, code=row["code"])
        case Refused(reason):
            return problem(reason, desk.language, **named(desk.event, reason))
        case _:
            raise AssertionError("a registration is accepted or refused")


async def _added(desk: _Desk, outcome: Accepted | Repeated) -> Response[bytes]:
    """Whoever repeats a request is told what was told at first."""
    row = await desk.node.work.read(views.row_by_id, desk.event.id, outcome.id)
    standings = outcome.places if isinstance(outcome, Accepted) else views.told_first(row)
    links = registration_views.LinkMaker(desk.node.settings.base_url, desk.node.secrets, desk.event.slug)
    made = links.of(row, may_write=True)
    body = registration_views.added(row, outcome.answer, views.seats(desk.event, standings), made)
    return told(body, 201, {"Location": made.self})


@patch(_PATH + "/{code:str}")
async def change(
    request: AnyRequest, slug: FromPath[str], code: FromPath[str], node: NamedDependency[Node]
) -> Response[bytes]:
    """Details, places or both; answered with what it is now."""
    desk = await _desk(request, node, slug, WRITE)
    sent = await json_body(request, Correction)
    target = Target(desk.event, code, parameters.revisions(request))
    outcome = await registrations.change(node.work, node.clerk, target, sent, desk.who)
    refused = _refused(desk, outcome)
    return refused or desk.registration(await node.work.read(views.one, desk.event, code))


@delete(_PATH + "/{code:str}", status_code=200)  # said by the answer: litestar lets no 204 have a type
async def cancel(
    request: AnyRequest, slug: FromPath[str], code: FromPath[str], node: NamedDependency[Node]
) -> Response[bytes]:
    """Cancels; what has ended already stays as it is, and is answered the same."""
    desk = await _desk(request, node, slug, WRITE)
    tells = parameters.flag(request, "tells", default=True)
    target = Target(desk.event, code, parameters.revisions(request))
    outcome = await registrations.cancel(node.work, node.clerk, target, desk.who, tells=tells)
    return _refused(desk, outcome) or Response(b"", status_code=204, headers=NOT_KEPT)


def _refused(desk: _Desk, outcome: Outcome) -> Response[bytes] | None:
    if not isinstance(outcome, Refused):
        return None
    return problem(outcome.reason, desk.language, **named(desk.event, outcome.reason))
