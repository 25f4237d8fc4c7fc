"""Calendars to subscribe to, written once for each version and kept: what a poll asks of the database is one row."""

import asyncio
import gzip
import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from confman.domain.errors import NotFound
from confman.usecases.feed_values import How, Wanted, Written
from confman.usecases.work import Work

_GZIP_LEVEL = 6
_DIGEST_BYTES = 16


@dataclass(frozen=True, slots=True)
class Packed:
    """A calendar as it is sent, plain and as gzip; `digest` names its bytes."""

    body: bytes
    gzipped: bytes
    digest: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class _Kept:
    """`asked`: the loop's seconds when its version was last compared."""

    asked: float
    written: Written
    packed: Packed


class Feeds:
    """Calendars by what is wanted; whether one is still current is asked at most once per 100 ms and node."""

    _FRESH_SECONDS = 0.1
    _AT_MOST = 1_024
    _AT_MOST_ENTRIES = 50_000

    def __init__(self, work: Work, base_url: str) -> None:
        self._work = work
        self._base_url = base_url
        self._known: dict[Wanted, _Kept] = {}
        self._asking: dict[Wanted, asyncio.Task[Packed]] = {}
        self._entries: dict[tuple[object, ...], bytes] = {}

    async def get(self, wanted: Wanted) -> Packed:
        """Raises `NotFound` where there is no such event or line of events, or nobody is shown it."""
        loop = asyncio.get_running_loop()
        kept = self._known.get(wanted)
        if (
            kept is not None
            and loop.time() - kept.asked <= self._FRESH_SECONDS
            and self._work.clock() < kept.written.fresh_until
        ):
            return kept.packed
        asking = self._asking.get(wanted)
        if asking is None:  # else somebody asks at this moment: one question and one answer for all
            asking = self._asking[wanted] = loop.create_task(self._ask(wanted, kept, loop.time()))
            asking.add_done_callback(lambda _: self._asking.pop(wanted, None))
        return await asyncio.shield(asking)

    async def _ask(self, wanted: Wanted, kept: _Kept | None, at: float) -> Packed:
        try:
            fresh = await self._work.read(self._current, wanted, kept)
        except NotFound:
            self._known.pop(wanted, None)
            raise
        if len(self._known) >= self._AT_MOST and wanted not in self._known:
            self._known.clear()
        self._known[wanted] = replace(fresh, asked=at)
        return fresh.packed

    def _current(self, connection: Connection, wanted: Wanted, kept: _Kept | None) -> _Kept:
        """Runs on a reader's thread."""
        from confman.usecases import feed_writing  # noqa: PLC0415 - loads icalendar: not before the first calendar

        if len(self._entries) >= self._AT_MOST_ENTRIES:
            self._entries.clear()
        how = How(self._work.clock(), self._base_url, wanted.language)
        known = None if kept is None else kept.written
        written = feed_writing.current(connection, wanted, known, how, self._entries)
        if kept is not None and written is known:
            return kept
        return _Kept(0.0, written, _packed(written))


def _packed(written: Written) -> Packed:
    return Packed(
        body=written.body,
        gzipped=gzip.compress(written.body, _GZIP_LEVEL, mtime=0),
        digest=hashlib.blake2b(written.body, digest_size=_DIGEST_BYTES).hexdigest(),
        changed_at=written.changed_at,
    )
