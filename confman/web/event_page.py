"""The page of an event: what it is about, where it stands, what one can do."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.params import FromPath

from confman.domain.deadlines import zone_of
from confman.domain.people import full_name
from confman.http.cached import Ask, cached
from confman.http.entry import is_behind_code, visited
from confman.http.node import Node
from confman.http.pages import PRIVATE, Reader, Rendered, page, rendered
from confman.http.routing import readable
from confman.kernel.i18n import N_, sentences_in
from confman.usecases import events
from confman.usecases.event_page import EventPage, look
from confman.usecases.events import Row
from confman.usecases.life import life
from confman.usecases.programme import Said, place_of, programme, said
from confman.web.events import moment, webcal

AnyRequest = Request[Any, Any, Any]
_TEMPLATE = "events/event.html"


@readable("/events/{slug:str}")
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


def _shown(facts: EventPage, language: str, base_url: str) -> dict[str, Any]:
    event, now, row = facts.event, facts.now, facts.event.row
    opens_at, closes_at = events.window(event)
    cancelled_at, parts = row["cancelled_at"], programme(event, language)
    return {
        "event": row,
        "zone": row["zone"],
        "title": said(row["titles"], language, event.slug),
        "subtitle": said(row["subtitles"], language),
        "life": life(event, now),
        "cancelled_on": cancelled_at and cancelled_at.astimezone(zone_of(row["zone"])).date(),
        "reason": said(row["cancel_reason"], language),
        "opens_at": opens_at,
        "closes_at": closes_at,
        "notices": list(_paragraphs(said(row["notices"], language))),
        "about": list(_paragraphs(said(row["texts"], language))),
        "moment": moment(row, language),
        "is_long": row["ends_on"] is not None and row["ends_on"] != row["starts_on"],
        "is_public": row["visibility"] == "public",
        "place": place_of(row),
        "facts": list(_facts(row, language)),
        "calendar": f"/events/{event.slug}/calendar.ics",
        "parts": parts,
        "has_sessions": any(part.slots for part in parts),
        "words_by_unit": facts.places,
        "webcal": webcal(base_url),
        "speaker_name": _speaker_name,
    }


def _facts(row: Row, language: str) -> Iterator[tuple[str, Said]]:
    speech = sentences_in(language)
    named = (
        (N_("For whom"), "audience"),
        (N_("Cost"), "cost"),
        (N_("Accessibility"), "access"),
        (N_("How to get there"), "way"),
    )
    for name, column in named:
        if row[column]:
            yield speech.say(name), said(row[column], language)
    if row["series_titles"]:
        yield speech.say(N_("Part of the series")), said(row["series_titles"], language)
    yield speech.say(N_("Held by")), (row["host_name"], language)


def _paragraphs(text: Said) -> Iterator[Said]:
    return ((paragraph.strip(), text[1]) for paragraph in text[0].split("\n\n") if paragraph.strip())


def _speaker_name(row: Row) -> str:
    return full_name(row["title"], row["given_name"], row["family_name"])
