"""Calendars to subscribe to. The unchanged poll is most of what they are asked: it costs a look into memory."""

from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Any

from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.params import FromPath

from confman.http.conditional import conditional, takes_gzip
from confman.http.entry import is_behind_code, seen
from confman.http.express import express
from confman.http.node import Node
from confman.http.routing import readable
from confman.kernel.i18n import LANGUAGES
from confman.usecases.feed_values import Wanted

AnyRequest = Request[Any, Any, Any]
MAX_AGE_SECONDS = 900


@readable("/calendar.ics", middleware=[express])
async def of_all(request: AnyRequest, node: NamedDependency[Node]) -> Response[bytes]:
    return await _calendar(request, node, Wanted("all", language=_language(request), is_file=_is_file(request)))


@readable("/hosts/{slug:str}/calendar.ics", middleware=[express])
async def of_host(request: AnyRequest, slug: FromPath[str], node: NamedDependency[Node]) -> Response[bytes]:
    return await _calendar(request, node, Wanted("host", slug, _language(request), is_file=_is_file(request)))


@readable("/series/{slug:str}/calendar.ics", middleware=[express])
async def of_series(request: AnyRequest, slug: FromPath[str], node: NamedDependency[Node]) -> Response[bytes]:
    return await _calendar(request, node, Wanted("series", slug, _language(request), is_file=_is_file(request)))


@readable("/projects/{slug:str}/calendar.ics", middleware=[express])
async def of_project(request: AnyRequest, slug: FromPath[str], node: NamedDependency[Node]) -> Response[bytes]:
    return await _calendar(request, node, Wanted("project", slug, _language(request), is_file=_is_file(request)))


@readable("/events/{slug:str}/calendar.ics", middleware=[express])
async def of_event(request: AnyRequest, slug: FromPath[str], node: NamedDependency[Node]) -> Response[bytes]:
    """One entry per part; with `?sessions=1` the whole programme; with `?download=1` a file to keep."""
    if not request.scope["query_string"]:
        return await _calendar(request, node, Wanted("event", slug))
    is_invited = "entry" in request.query_params and is_behind_code(await seen(request, node, slug))
    sessions = request.query_params.get("sessions") == "1"
    wanted = Wanted("event", slug, _language(request), sessions, _is_file(request), is_invited)
    return await _calendar(request, node, wanted)


def _language(request: AnyRequest) -> str | None:
    """The one the address asks for, if we speak it; never the browser's, because servers fetch calendars for many."""
    asked = request.query_params.get("lang", "").partition("-")[0].lower()
    return asked if asked in LANGUAGES else None


def _is_file(request: AnyRequest) -> bool:
    """To keep, as it is today, instead of to subscribe to."""
    return request.query_params.get("download") == "1"


async def _calendar(request: AnyRequest, node: Node, wanted: Wanted) -> Response[bytes]:
    packed = await node.feeds.get(wanted)
    headers = {"Vary": "Accept-Encoding", "Last-Modified": _http_date(packed.changed_at)}
    if wanted.is_invited:
        headers |= {"Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex, nofollow"}
    if wanted.is_file:
        headers["Content-Disposition"] = f'attachment; filename="{wanted.slug or "calendar"}.ics"'
    if takes_gzip(request):
        body, version = packed.gzipped, f"{packed.digest}-gzip"
    else:
        body, version = packed.body, packed.digest
    answer = conditional(request, body, "text/calendar", version=version, max_age=MAX_AGE_SECONDS, headers=headers)
    if body is packed.gzipped and answer.status_code == 200:
        answer.headers["Content-Encoding"] = "gzip"
    return answer


@lru_cache(maxsize=1024)
def _http_date(instant: datetime) -> str:
    return format_datetime(instant.replace(microsecond=0), usegmt=True)
