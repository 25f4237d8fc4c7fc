"""Events as visitors reach them: public ones and those by link by their address, others with an entry in it.

Who knows the code of an event gets an entry: a signed word that the address carries from page to page (`?entry=`), in
place of a cookie. All pages of an event, its documents and its registration find their event here.
"""

from urllib.parse import quote

from litestar import Response

from confman.domain.errors import NotFound
from confman.http.node import Node
from confman.http.pages import AnyRequest, Reader, entry_in
from confman.usecases.events import EventView


class CodeAsked(Exception):
    """The event is behind a code, and the address carries no entry to it."""

    def __init__(self, slug: str) -> None:
        super().__init__()
        self.slug = slug


async def visited(request: AnyRequest, node: Node, slug: str) -> EventView:
    """The event at that address, for this visitor. Raises `NotFound`, also for drafts, and `CodeAsked`.

    Its answer may be kept by others only if it is behind no code: see `is_behind_code`.
    """
    event = await node.catalogue.get(slug)
    if is_behind_code(event) and not _has_entry(request, node, event):
        raise CodeAsked(event.slug)
    return event


async def seen(request: AnyRequest, node: Node, slug: str) -> EventView:
    """As `visited`, for calendars and files, which cannot ask for a code: raises only `NotFound`."""
    try:
        return await visited(request, node, slug)
    except CodeAsked:
        raise NotFound from None


def is_behind_code(event: EventView) -> bool:
    """Then its pages are never kept: what they are sent with is `pages.PRIVATE`."""
    return bool(event.row["visibility"] == "code")


def entry_to(node: Node, event: EventView) -> str | None:
    """The entry that a link to the event needs, for those who have been let in; None where it needs none."""
    sealed: str | None = event.row["access_code_hash"]
    return node.secrets.sign_entry(event.id, sealed) if is_behind_code(event) and sealed else None


def _has_entry(request: AnyRequest, node: Node, event: EventView) -> bool:
    sealed, sent = event.row["access_code_hash"], entry_in(request)
    return bool(sealed) and sent is not None and node.secrets.is_entry(event.id, sealed, sent)


def ask_for_code(request: AnyRequest, asked: CodeAsked) -> Response[bytes]:
    """To the page that asks for it."""
    address = Reader.of(request).link(f"/events/{quote(asked.slug)}/entry")
    headers = {"Location": address, "Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}
    return Response(b"", status_code=303, headers=headers, media_type="text/plain")
