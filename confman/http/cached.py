"""Pages that are the same for everybody, kept as bytes: written once for each version, however many ask.

A handler says by three things what it answers:

    async def series_page(request: AnyRequest, slug: FromPath[str], node: NamedDependency[Node]) -> Response[bytes]:
        reader = Reader.shared(request)
        key = ("series", slug, reader)

        def look(connection: Connection, now: datetime, known: Look | None) -> Look:
            ...                                         # one or two statements; raises NotFound

        def write(facts: Facts) -> Rendered:            # where the version is new
            return rendered("series/page.html", reader, **shown(facts))

        return await cached(request, node.pages, Ask(key, look, write))

`key` names all that the answer depends on besides the database and the clock: the address, the reader, filters of a
bounded number (no search words: such pages are written for each request). Nothing of a person, no token and no entry
to an event behind a code may be in a page that is kept.
"""

import asyncio
import gzip
import hashlib
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import Request, Response
from litestar.response.base import ASGIResponse
from litestar.types import Message, Receive, Scope, Send
from sqlalchemy import Connection

from confman.domain.errors import NotFound
from confman.http.conditional import knows, takes_gzip
from confman.http.pages import Rendered
from confman.usecases.looks import Look
from confman.usecases.work import Work

_GZIP_LEVEL = 6
_DIGEST_BYTES = 16


@dataclass(frozen=True, slots=True)
class Ask:
    """`look` runs on a reader's thread and is given what it saw last, or None; `write` makes the page of its facts."""

    key: Hashable
    look: Callable[[Connection, datetime, Look | None], Look]
    write: Callable[[Any], Rendered]


Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class _Sendable:
    """One form of a page with its strong ETag; `headers` as they are sent."""

    tag: str
    body: bytes
    headers: Headers


@dataclass(frozen=True, slots=True)
class _Packed:
    plain: _Sendable
    gzipped: _Sendable


@dataclass(frozen=True, slots=True)
class _Kept:
    """`asked`: the loop's seconds when its version was last compared."""

    asked: float
    look: Look
    packed: _Packed


class PageCache:
    """Pages by key; whether one is still current is asked at most once per 100 ms and node."""

    _FRESH_SECONDS = 0.1
    _AT_MOST = 512

    def __init__(self, work: Work) -> None:
        self._work = work
        self._known: dict[Hashable, _Kept] = {}
        self._asking: dict[Hashable, asyncio.Task[_Packed]] = {}

    async def get(self, ask: Ask) -> _Packed:
        """Raises what `look` raises."""
        loop = asyncio.get_running_loop()
        kept = self._known.get(ask.key)
        if (
            kept is not None
            and loop.time() - kept.asked <= self._FRESH_SECONDS
            and self._work.clock() < kept.look.fresh_until
        ):
            return kept.packed
        asking = self._asking.get(ask.key)
        if asking is None:  # else somebody asks at this moment: one question and one answer for all
            asking = self._asking[ask.key] = loop.create_task(self._ask(ask, kept, loop.time()))
            asking.add_done_callback(lambda _: self._asking.pop(ask.key, None))
        return await asyncio.shield(asking)

    async def _ask(self, ask: Ask, kept: _Kept | None, at: float) -> _Packed:
        now = self._work.clock()
        seen = None if kept is None else kept.look
        try:
            look = await self._work.read(ask.look, now, seen)
        except NotFound:
            self._known.pop(ask.key, None)
            raise
        is_same = kept is not None and seen is not None and seen.version == look.version and now < seen.fresh_until
        packed = kept.packed if kept is not None and is_same else _pack(ask.write(look.facts))
        if len(self._known) >= self._AT_MOST and ask.key not in self._known:
            self._known.clear()
        self._known[ask.key] = _Kept(at, look, packed)
        return packed


def _pack(page: Rendered) -> _Packed:
    digest = hashlib.blake2b(page.body, digest_size=_DIGEST_BYTES).hexdigest()
    gzipped = gzip.compress(page.body, _GZIP_LEVEL, mtime=0)
    return _Packed(
        _sendable(page.body, f'"{digest}"', page.language),
        _sendable(gzipped, f'"{digest}-gzip"', page.language, (b"content-encoding", b"gzip")),
    )


def _sendable(body: bytes, tag: str, language: str, *more: tuple[bytes, bytes]) -> _Sendable:
    headers = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-language", language.encode()),
        (b"cache-control", b"no-cache"),
        (b"vary", b"Accept-Language, Accept-Encoding"),
        (b"etag", tag.encode()),
        *more,
    ]
    return _Sendable(tag, body, headers)


class _Ready(Response[bytes]):
    """What is sent is known to the byte: litestar asks this for nothing but itself, and encodes nothing anew."""

    def __init__(self, status: int, headers: Headers, body: bytes) -> None:
        super().__init__(body, status_code=status, media_type="text/html")
        self._start: Message = {"type": "http.response.start", "status": status, "headers": headers}
        self._body: Message = {"type": "http.response.body", "body": body, "more_body": False}

    def to_asgi_response(self, *_: Any, **__: Any) -> ASGIResponse:
        return self  # type: ignore[return-value]  # an ASGI application, which is all that litestar makes of it

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        await send(self._start)
        await send(self._body)


async def cached(request: Request[Any, Any, Any], pages: PageCache, ask: Ask) -> Response[bytes]:
    """The page with its ETag, as gzip where that is taken; 304 where the reader has it; HEAD without the body."""
    packed = await pages.get(ask)
    page = packed.gzipped if takes_gzip(request) else packed.plain
    if knows(request, page.tag):
        return _Ready(304, page.headers, b"")
    headers = [*page.headers, (b"content-length", b"%d" % len(page.body))]
    return _Ready(200, headers, b"" if request.method == "HEAD" else page.body)
