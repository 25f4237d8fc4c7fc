"""Events for everybody; with a token also the drafts and unlisted events of its host."""

from datetime import date
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.params import FromPath

from confman.api import event_views, parameters
from confman.api.responses import JSON, next_link
from confman.api.schemas import Events
from confman.http.conditional import conditional
from confman.http.identity import bearer, event_seen_by
from confman.http.node import Node
from confman.http.routing import readable
from confman.usecases import events
from confman.usecases.tokens import Bearer

AnyRequest = Request[Any, Any, Any]


@readable("/events")
async def listed(request: AnyRequest, node: NamedDependency[Node]) -> Response[bytes]:
    """By day, those without a date last; pages by the Link header."""
    who = await bearer(request, node)
    after = parameters.after(request, tuple[date | None, str])
    size = parameters.limit(request)
    wanted = events.Listing(
        limit=size + 1,
        series=parameters.text(request, "series"),
        project=parameters.text(request, "project"),
        kind=parameters.text(request, "kind"),
        city=parameters.text(request, "city"),
        from_day=parameters.day(request, "from"),
        host_id=who.host_id if who else None,
        event_id=who.event_id if who else None,
        after=after,
    )
    now = node.clock()
    rows = await node.work.read(events.listed_page, now, wanted)
    headers = _headers(who)
    if len(rows) > size:
        last = rows[size - 1]
        cursor = parameters.cursor(last["starts_on"], last["slug"])
        headers["Link"] = next_link(request, node.settings.base_url, cursor)
    body = msgspec.json.encode(Events([event_views.listed(row, now) for row in rows[:size]]))
    return conditional(request, body, JSON, headers=headers)


@readable("/events/{slug:str}")
async def shown(request: AnyRequest, slug: FromPath[str], node: NamedDependency[Node]) -> Response[bytes]:
    who = await bearer(request, node)
    event = await event_seen_by(node, slug, who)
    body = msgspec.json.encode(event_views.shown(event, node.clock()))
    return conditional(request, body, JSON, headers=_headers(who))


@readable("/events/{slug:str}/availability")
async def availability(request: AnyRequest, slug: FromPath[str], node: NamedDependency[Node]) -> Response[bytes]:
    """What a newcomer may expect; numbers only where the organiser shows them, or for the organiser."""
    who = await bearer(request, node)
    event = await event_seen_by(node, slug, who)
    now = node.clock()
    places = await node.work.read(events.availability, event, now)
    is_own = who is not None and who.reaches(event.host_id, event.id)
    numbers = event_views.Numbers(free=is_own or event.row["shows_numbers"], waiting=is_own)
    body = msgspec.json.encode(event_views.availability(event, places, numbers, now))
    return conditional(request, body, JSON, headers=_headers(who))


def _headers(who: Bearer | None) -> dict[str, str]:
    """A cache may keep what everybody sees, and asks each time."""
    return {"Vary": "Authorization", "Cache-Control": "no-cache" if who is None else "private, no-cache"}
