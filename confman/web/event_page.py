"""The page of an event: what it is about, where it stands, what one can do."""

from datetime import datetime
from functools import partial
from typing import Any

from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.params import FromPath

from confman.domain.deadlines import zone_of
from confman.http.cached import Ask, cached
from confman.http.entry import is_behind_code, visited
from confman.http.express import express
from confman.http.node import Node
from confman.http.pages import PRIVATE, Reader, Rendered, page, rendered
from confman.http.routing import readable
from confman.kernel.dates import Dates
from confman.usecases.documents import offered
from confman.usecases.event_page import EventPage, look
from confman.usecases.events import Row, is_shown
from confman.usecases.life import life
from confman.usecases.programme import programme, said
from confman.web.event_facts import facts, funding, map_address, venue
from confman.web.event_state import best_places, states
from confman.web.events import moment, paragraphs, webcal
from confman.web.lines import by_role
from confman.web.timetable import timetable

AnyRequest = Request[Any, Any, Any]
_TEMPLATE = "events/event.html"


@readable("/events/{slug:str}", middleware=[express])
async def event_page(request: AnyRequest, slug: FromPath[str], node: NamedDependency[Node]) -> Response[bytes]:
    event = await visited(request, node, slug)
    base_url, language = node.settings.base_url, event.row["languages"][0]
    if is_behind_code(event):
        seen = await node.work.read(partial(look, event), node.clock(), None)
        reader = Reader.of(request, language)
        return page(_TEMPLATE, reader, headers=PRIVATE, **_shown(seen.facts, reader.language, base_url))
    reader = Reader.shared(request, language)

    def write(facts: EventPage) -> Rendered:
        return rendered(_TEMPLATE, reader, **_shown(facts, reader.language, base_url))

    return await cached(request, node.pages, Ask(("event", slug, reader), partial(look, event), write))


def _shown(page: EventPage, language: str, base_url: str) -> dict[str, Any]:
    event, row = page.event, page.event.row
    parts = programme(event, language)
    stands, word = life(event, page.now), best_places(page)
    return {
        "event": row,
        "zone": row["zone"],
        "here": f"/events/{event.slug}",
        "webcal": webcal(base_url),
        "title": said(row["titles"], language, event.slug),
        "subtitle": said(row["subtitles"], language),
        "life": stands,
        "states": states(page, language),
        "reason": paragraphs(said(row["cancel_reason"], language)),
        "notices": paragraphs(said(row["notices"], language)),
        "about": paragraphs(said(row["texts"], language)),
        "moment": moment(row, language),
        "is_long": row["ends_on"] is not None and row["ends_on"] != row["starts_on"],
        "zone_name": _zone_name(row, language),
        "venue": venue(row),
        "map": map_address(row),
        "facts": facts(row, language),
        "places": page.places,
        "can_register": stands == "open" and word in {"free", "few", "waiting"},
        "waits": word == "waiting",
        "parts": timetable(parts, language, row["languages"][0], page.now),
        "has_sessions": any(part.slots for part in parts),
        "changed_on": row["changed_at"].astimezone(zone_of(row["zone"])).date(),
        "way": paragraphs(said(row["way"], language)),
        "hotel": paragraphs(said(row["hotel"], language)),
        "documents": offered(page.documents, language, page.now),
        "roles": by_role((*_host(row), *page.bodies)),
        "funding": funding(page, language),
        "projects": [(project["slug"], said(project["titles"], language)) for project in event.projects],
        "series": said(row["series_titles"], language),
        "item_label": said(row["series_item_label"], language)[0],
        "neighbours": [_neighbour(each, language) for each in page.neighbours if is_shown(each, page.now)],
    }


def _zone_name(row: Row, language: str) -> str:
    """Only where somebody may think of other clocks: far away, or at home before a screen."""
    starts_at: datetime | None = row["starts_at"] if row["starts_on"] == (row["ends_on"] or row["starts_on"]) else None
    if starts_at is None or (row["zone"] == row["host_zone"] and not row["online_url"]):
        return ""
    return Dates(language).zone_name(starts_at, row["zone"])


def _host(row: Row) -> list[Row]:
    """As one of those who hold the event; at events of others it is not."""
    if row["kind"] == "appearance":
        return []
    shown = {"name": row["host_name"], "homepage": row["host_homepage"], "logo": row["host_logo"], "city": None}
    return [{**shown, "role": "organiser"}]


def _neighbour(row: Row, language: str) -> dict[str, Any]:
    title = said(row["titles"], language, row["slug"])
    return {
        "slug": row["slug"],
        "number": row["number"],
        "title": title,
        "is_cancelled": row["cancelled_at"] is not None,
    }
