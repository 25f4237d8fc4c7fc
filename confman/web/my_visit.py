"""Somebody with the link of their letter: what it opens, in whose language, and whether they may ask for a change."""

from dataclasses import dataclass
from typing import Any

from litestar import Request, Response

from confman.http.node import Node
from confman.http.origin import check_origin
from confman.http.pages import PRIVATE, Reader
from confman.kernel.i18n import choose, sentences_in
from confman.kernel.security import Purpose
from confman.usecases import my_registration
from confman.usecases.events import EventView
from confman.usecases.my_registration import Mine

AnyRequest = Request[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Said:
    """What a page answers, above all: `kind` as KERN's alerts; `title` and `lines` in the reader's language."""

    kind: str
    title: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody with the link of their letter, and what it opens."""

    request: AnyRequest
    node: Node
    manage: str
    registration: Mine
    event: EventView
    reader: Reader

    @property
    def here(self) -> str:
        return f"/r/{self.manage}"

    @property
    def language(self) -> str:
        return self.reader.language

    def say(self, text: str, **facts: Any) -> str:
        return sentences_in(self.language).say(text, **facts)

    def back(self, done: str | None = None) -> Response[bytes]:
        """To the page, which tells that it is `done`."""
        return to(self.reader.link(self.here, **({"done": done} if done else {})))


def to(path: str) -> Response[bytes]:
    return Response(b"", status_code=303, media_type="text/html", headers={**PRIVATE, "Location": path})


async def visit(request: AnyRequest, manage: str, node: Node, *, posts: bool = False) -> Visit:
    """Raises `NotFound` before any query for what we did not sign; `NotAllowed` for what other sites `post`."""
    if posts:
        check_origin(request, node.settings.base_url)
    link = my_registration.opened(node.secrets, Purpose.MANAGE, manage)
    registration = await node.work.read(my_registration.mine, link, Purpose.MANAGE)
    event = await node.catalogue.get(registration.slug)
    return Visit(request, node, manage, registration, event, reader_of(request, registration))


def reader_of(request: AnyRequest, registration: Mine) -> Reader:
    """The registration keeps its language, whatever browser it is looked at with."""
    language = choose(request.query_params.get("lang"), None, registration.row["language"])
    return Reader.in_language(request, language)


async def again(of: Visit) -> Visit:
    """As it stands after something was asked of the ledger."""
    return await visit(of.request, of.manage, of.node)
