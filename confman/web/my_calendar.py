"""One's own calendar, for programs that subscribe to it: whoever has its address may read it and do nothing else."""

from typing import Any

from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.params import FromPath

from confman.http.conditional import conditional, tags_in
from confman.http.node import Node
from confman.http.routing import readable
from confman.kernel.security import Purpose
from confman.usecases import my_calendar
from confman.usecases.feed_values import How
from confman.usecases.my_registration import opened

AnyRequest = Request[Any, Any, Any]
_HEADERS = {"Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex, nofollow"}


@readable("/my/{feed:str}/calendar.ics")
async def of_mine(request: AnyRequest, feed: FromPath[str], node: NamedDependency[Node]) -> Response[bytes]:
    """To subscribe to; with `?download=1` a file to keep."""
    link = opened(node.secrets, Purpose.FEED, feed)
    is_file = request.query_params.get("download") == "1"
    known = frozenset(tag.removeprefix("W/").strip('"') for tag in tags_in(request, "if-none-match"))
    how = How(node.clock(), node.settings.base_url)
    found = await node.work.read(my_calendar.read, link, how, known, is_file=is_file)
    headers = {**_HEADERS, "Content-Disposition": 'attachment; filename="calendar.ics"'} if is_file else _HEADERS
    return conditional(request, found.body or b"", "text/calendar", version=found.version, headers=headers)
