"""What a site has beside its pages: who runs it, and files that browsers and robots ask for."""

from collections.abc import Callable, Mapping
from typing import Any

from litestar import Request, Response
from litestar.di import NamedDependency

from confman.http.node import Node
from confman.http.pages import Reader, page
from confman.http.routing import readable
from confman.kernel.i18n import N_, sentences_in
from confman.usecases import site
from confman.usecases.events import Row
from confman.usecases.programme import Said, said
from confman.web.icon import icon

AnyRequest = Request[Any, Any, Any]
_FOR_A_DAY = {"Cache-Control": "public, max-age=86400"}


@readable("/imprint")
async def imprint(request: AnyRequest, node: NamedDependency[Node]) -> Response[bytes]:
    """Who answers for these pages, and how to reach them."""
    return await _about_hosts(request, node, N_("Imprint"), _imprint, has_contact=True)


@readable("/privacy")
async def privacy(request: AnyRequest, node: NamedDependency[Node]) -> Response[bytes]:
    return await _about_hosts(request, node, N_("Privacy"), _privacy)


@readable("/favicon.ico", sync_to_thread=False)
def favicon() -> Response[bytes]:
    return Response(icon(), media_type="image/x-icon", headers=_FOR_A_DAY)


Fact = tuple[str, Said]
"""What it is, and what it says; lines parted by line feeds."""


async def _about_hosts(
    request: AnyRequest,
    node: Node,
    heading: str,
    facts: Callable[[Row, str], list[Fact]],
    *,
    has_contact: bool = False,
) -> Response[bytes]:
    reader, rows = Reader.of(request), await node.work.read(site.hosts)
    hosts = [(row["name"], facts(row, reader.language)) for row in rows]
    return page(
        "legal/hosts.html",
        reader,
        heading=sentences_in(reader.language).say(heading),
        hosts=hosts,
        contacts=rows if has_contact else (),
        here=request.scope["path"],
    )


def _imprint(host: Row, language: str) -> list[Fact]:
    return [("", said(host["imprint"], language))] if host["imprint"] else []


def _privacy(host: Row, language: str) -> list[Fact]:
    speech = sentences_in(language)
    known: Mapping[str, Any] = host["privacy"] or {}
    lines = (
        (N_("Controller"), known.get("controller") or host["name"]),
        (N_("Data protection officer"), known.get("officer")),
        (N_("Supervisory authority"), known.get("authority")),
    )
    facts = [(speech.say(name), (text, language)) for name, text in lines if text]
    for name, texts in ((N_("Legal basis"), known.get("legal_basis")), ("", known.get("more"))):
        if texts:
            facts.append((speech.say(name) if name else "", said(texts, language)))
    return facts
