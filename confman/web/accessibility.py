"""The declaration of accessibility, and how to report a barrier."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from litestar import Response
from litestar.di import NamedDependency

from confman.http.node import Node
from confman.http.pages import AnyRequest, Reader, page
from confman.http.routing import readable
from confman.usecases import site
from confman.usecases.events import Row
from confman.usecases.programme import Said, said


@dataclass(frozen=True, slots=True)
class Declaration:
    """Of one host; what it has not told is None or empty."""

    name: str
    statement: Said
    known_limits: Said
    contact: str | None
    email: str | None
    phone: str | None
    enforcement: str | None
    as_of: date | None


@readable("/accessibility")
async def accessibility(request: AnyRequest, node: NamedDependency[Node]) -> Response[bytes]:
    reader = Reader.of(request)
    declarations = [_declaration(row, reader.language) for row in await node.work.read(site.hosts)]
    return page(
        "legal/accessibility.html",
        reader,
        here="/accessibility",
        declarations=declarations,
        as_of=max((each.as_of for each in declarations if each.as_of), default=None),
    )


def _declaration(host: Row, language: str) -> Declaration:
    """Whoever names nobody for barriers is asked like for all else."""
    told: Mapping[str, Any] = host["accessibility"] or {}
    as_of = told.get("as_of")
    return Declaration(
        name=host["name"],
        statement=said(told.get("statement"), language),
        known_limits=said(told.get("known_limits"), language),
        contact=told.get("contact"),
        email=told.get("email") or host["email"],
        phone=told.get("phone") or host["phone"],
        enforcement=told.get("enforcement"),
        as_of=date.fromisoformat(as_of) if as_of else None,
    )
