"""What everybody may see: which events there are."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from litestar import Request, Response
from litestar.di import NamedDependency

from confman.http.node import Node
from confman.http.pages import Reader, page
from confman.http.routing import readable
from confman.usecases import events
from confman.usecases.events import Row
from confman.usecases.life import is_over, is_published
from confman.usecases.programme import said

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
