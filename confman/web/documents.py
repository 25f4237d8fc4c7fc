"""Files that are handed out: documents to those who may see what they belong to, logos to everybody."""

import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote
from uuid import UUID

from litestar import HttpMethod, Response
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream

from confman.domain.errors import NotFound
from confman.http.conditional import knows
from confman.http.entry import is_behind_code, seen
from confman.http.node import Node
from confman.http.pages import PRIVATE, AnyRequest
from confman.http.routing import readable
from confman.usecases import documents

_SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'"
_FOR_EVER = "public, max-age=31536000, immutable"
_HASH = re.compile(r"[0-9a-f]{64}")
_NOT_IN_QUOTES = re.compile(r"[^ !#-\[\]-~]")


@readable("/documents/{key:str}/{name:str}")
async def document(
    request: AnyRequest,
    key: FromPath[str],
    name: FromPath[str],
    node: NamedDependency[Node],
) -> Response[Any]:
    found = await node.work.read(documents.handed, _uuid(key), name, node.clock())
    kept = {"Cache-Control": "no-cache"}
    if found.slug is not None:
        event = await seen(request, node, found.slug)
        if event.row["visibility"] != "public":
            kept = dict(PRIVATE) if is_behind_code(event) else {**kept, "X-Robots-Tag": "noindex, nofollow"}
    headers = {"Content-Disposition": _as_attachment(found.name), "Content-Security-Policy": _SANDBOX, **kept}
    return _file(request, node, found, headers)


@readable("/logos/{content_hash:str}")
async def logo(request: AnyRequest, content_hash: FromPath[str], node: NamedDependency[Node]) -> Response[Any]:
    """Its address changes with what is in it."""
    if not _HASH.fullmatch(content_hash):
        raise NotFound
    found = await node.work.read(documents.logo, content_hash)
    headers = {"Content-Security-Policy": _SANDBOX, "Cache-Control": _FOR_EVER}
    return _file(request, node, found, headers)


def _file(request: AnyRequest, node: Node, found: documents.Stored, headers: dict[str, str]) -> Response[Any]:
    """As it is, piece by piece; nothing of it where the reader has it already or asks for its headers only."""
    tag = f'"{found.content_hash}"'
    sent = {"ETag": tag, **headers}
    if knows(request, tag):
        return Response(b"", status_code=304, headers=sent, media_type=found.media_type)
    sent["Content-Length"] = str(found.size)
    if request.method == HttpMethod.HEAD:
        return Response(b"", headers=sent, media_type=found.media_type)
    return Stream(_pieces(node, found), headers=sent, media_type=found.media_type)


async def _pieces(node: Node, found: documents.Stored) -> AsyncIterator[bytes]:
    for position in range(found.pieces):
        yield await node.work.read(documents.piece, found.content_hash, position)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


def _as_attachment(name: str) -> str:
    """RFC 6266: for every browser, and exactly for those that know UTF-8."""
    return f"attachment; filename=\"{_NOT_IN_QUOTES.sub('_', name)}\"; filename*=UTF-8''{quote(name, safe='')}"
