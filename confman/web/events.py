"""What everybody may see: which events there are, and what each is about."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.params import FromPath

from confman.domain.deadlines import zone_of
from confman.domain.people import full_name
from confman.http.entry import visited
from confman.http.node import Node
from confman.http.pages import Reader, page
from confman.http.routing import readable
from confman.kernel.i18n import N_, sentences_in
from confman.usecases import events
from confman.usecases.events import EventView, Row
from confman.usecases.life import is_over, is_published, life
from confman.usecases.programme import Said, place_of, programme, said

AnyRequest = Request[Any, Any, Any]


@readable("/")
async def index(request: AnyRequest, node: NamedDependency[Node]) -> Response[bytes]:
    """What is to come by its day, then what was, the latest first."""
    now, reader = node.clock(), Reader.of(request)
    listed = [_listed(row, reader.language, now) for row in await node.work.read(events.listed, now)]
    return page(
        "events/index.html",
        reader,
        coming=[entry for entry in listed if entry["is_coming"]],
        past=sorted((entry for entry in listed if not entry["is_coming"]), key=_day, reverse=True),
        webcal=webcal(node.settings.base_url),
    )


@readable("/events/{slug:str}")
async def event_page(request: AnyRequest, slug: FromPath[str], node: NamedDependency[Node]) -> Response[bytes]:
    event = await visited(request, node, slug)
    now = node.clock()
    available = await node.work.read(events.availability, event, now)
    reader = Reader.of(request, event.row["languages"][0])
    shown = _shown(event, reader.language, now)
    if shown["life"] == "open":
        shown["words_by_unit"] = {unit: found.places for unit, found in available.items()}
    return page("events/event.html", reader, **shown, webcal=webcal(node.settings.base_url))


def webcal(base_url: str) -> str:
    """The address under which calendar programs offer to subscribe."""
    return "webcal" + base_url[base_url.index(":") :]


def moment(row: Row, language: str) -> dict[str, Any]:
    """When an event is, for `words.when`."""
    found = {name: row[name] for name in ("starts_on", "ends_on", "starts_at", "ends_at")}
    return {**found, "date_text": said(row["date_text"], language) if row["date_text"] else None}


def _day(entry: Mapping[str, Any]) -> date:
    day: date = entry["starts_on"] or date.min
    return day


def _listed(row: Row, language: str, now: datetime) -> dict[str, Any]:
    return {
        **moment(row, language),
        "slug": row["slug"],
        "title": said(row["titles"], language, row["slug"]),
        "zone": row["zone"],
        "place": ", ".join(filter(None, [row["venue_name"], row["venue_city"]])),
        "is_cancelled": row["cancelled_at"] is not None,
        "is_announced": not is_published(row, now),
        "is_coming": not is_over(row, now),
    }


def _shown(event: EventView, language: str, now: datetime) -> dict[str, Any]:
    row = event.row
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
        "words_by_unit": {},
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
