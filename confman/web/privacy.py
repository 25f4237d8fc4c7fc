"""How each host handles what people tell it, and what rights they have: made from its settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Response
from litestar.di import NamedDependency

from confman.domain.retention import Terms, terms_of
from confman.http.node import Node
from confman.http.pages import AnyRequest, Reader, page
from confman.http.routing import readable
from confman.usecases import site
from confman.usecases.events import Row
from confman.usecases.programme import Said, said


@dataclass(frozen=True, slots=True)
class Notice:
    """Of one host; what it has not told is None or empty. `slug` is the place on the page."""

    slug: str
    name: str
    controller: str
    email: str | None
    officer: str | None
    authority: str | None
    legal_basis: Said
    more: Said
    terms: Terms


@readable("/privacy")
async def privacy(request: AnyRequest, node: NamedDependency[Node]) -> Response[bytes]:
    reader = Reader.of(request)
    notices = [_notice(row, reader.language) for row in await node.work.read(site.hosts)]
    return page("legal/privacy.html", reader, here="/privacy", notices=notices)


def _notice(host: Row, language: str) -> Notice:
    told: Mapping[str, Any] = host["privacy"] or {}
    return Notice(
        slug=host["slug"],
        name=host["name"],
        controller=told.get("controller") or host["name"],
        email=host["email"],
        officer=told.get("officer"),
        authority=told.get("authority"),
        legal_basis=said(told.get("legal_basis"), language),
        more=said(told.get("more"), language),
        terms=terms_of(host["retention"]),
    )
