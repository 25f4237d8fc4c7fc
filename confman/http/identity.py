"""Who asks: nobody in particular, or a program with an organiser's token. Rights are read anew at each request."""

from typing import Any

from litestar import Request

from confman.domain.errors import NotFound, NotSignedIn
from confman.http.node import Node
from confman.usecases import tokens
from confman.usecases.events import EventView
from confman.usecases.tokens import Bearer

_LONGEST_TOKEN = 256
AnyRequest = Request[Any, Any, Any]


def sends_token(request: AnyRequest) -> bool:
    """Whether a bearer token was sent, valid or not. Other schemes are for proxies before us."""
    return request.headers.get("authorization", "")[:7].lower() == "bearer "


async def bearer(request: AnyRequest, node: Node) -> Bearer | None:
    """None where no token was sent. Raises `NotSignedIn` where it is not valid (any more)."""
    return await _bearer(request, node) if sends_token(request) else None


async def allowed(request: AnyRequest, node: Node, scope: str) -> Bearer:
    """The bearer of a token made for `scope`. Raises `NotSignedIn`, `NotAllowed`."""
    found = await _bearer(request, node)
    found.check(scope)
    return found


async def _bearer(request: AnyRequest, node: Node) -> Bearer:
    sent = request.headers.getall("authorization", [])
    if len(sent) != 1 or not sends_token(request):
        raise NotSignedIn
    plain = sent[0][7:].strip()
    if not 0 < len(plain) <= _LONGEST_TOKEN or not plain.isascii():
        raise NotSignedIn
    return await node.work.read(tokens.bearer, plain)


async def event_seen_by(node: Node, slug: str, who: Bearer | None) -> EventView:
    """The event for visitors of the API, or, also as a draft, for its host's token. Raises `NotFound`.

    What is not seen looks like what is not there.
    """
    event = await node.catalogue.known(slug)
    if who is not None and who.reaches(event.host_id, event.id):
        return event
    if event.row["visibility"] == "code" or not event.is_visible(node.clock()):
        raise NotFound
    return event


async def event_of(node: Node, slug: str, who: Bearer) -> EventView:
    """The event of the token's host, and no other. Raises `NotFound`."""
    event = await node.catalogue.known(slug)
    if not who.reaches(event.host_id, event.id):
        raise NotFound
    return event
