"""Documents as pages offer them, and handing them out to those who may see what they belong to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote
from uuid import UUID

from sqlalchemy import Connection

from confman.domain.documents import label_of
from confman.domain.errors import N_, NotFound
from confman.kernel.i18n import sentences_in
from confman.store import document_reads, files
from confman.usecases.events import Row
from confman.usecases.programme import Said, said

_KILO = 1_000


@dataclass(frozen=True, slots=True)
class Offered:
    """`address` of ours or of others (`is_ours`), None where only the title is known; `facts`: „PDF, 295 kB“.

    `of`: the session it belongs to, where it is not the event's own.
    """

    title: Said
    address: str | None
    is_ours: bool
    facts: str
    of: Said | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """A file of ours."""

    content_hash: str
    media_type: str
    size: int

    @property
    def pieces(self) -> int:
        return -(-self.size // files.PIECE_BYTES)


@dataclass(frozen=True, slots=True)
class Handed(Stored):
    """A document that is ours to hand out; `slug` names its event, if it has one."""

    name: str
    slug: str | None


def of_event(connection: Connection, event_id: UUID, language: str, now: datetime) -> tuple[Offered, ...]:
    """Those of an event and of its sessions that are published by now, in one statement."""
    return offered(document_reads.of_event(connection, event_id), language, now)


def offered(rows: Iterable[Row], language: str, now: datetime) -> tuple[Offered, ...]:
    """The rows that are published by now, as offered in that language."""
    return tuple(_offered(row, language) for row in rows if row["published_at"] is None or row["published_at"] <= now)


def handed(connection: Connection, document_id: UUID, name: str, now: datetime) -> Handed:
    """Raises `NotFound`, also for what is not published yet. Whether its event is seen is for the caller to ask."""
    row = document_reads.one(connection, document_id)
    if row is None or row.name != name or row.content_hash is None:
        raise NotFound
    if row.published_at is not None and row.published_at > now:
        raise NotFound
    return Handed(row.content_hash, row.media_type, row.size, row.name, row.event_slug)


def logo(connection: Connection, content_hash: str) -> Stored:
    """What somebody shows as a logo. Raises `NotFound`."""
    found = files.logo(connection, content_hash)
    if found is None:
        raise NotFound
    return Stored(found.hash, found.media_type, found.size)


def piece(connection: Connection, content_hash: str, position: int) -> bytes:
    return files.piece(connection, content_hash, position)


def _offered(row: Row, language: str) -> Offered:
    is_ours = row["content_hash"] is not None
    address = f"/documents/{row['id']}/{quote(row['name'])}" if is_ours else row["url"]
    parts = (label_of(row["media_type"], row["name"]), size_said(row["size"], language))
    of = said(row["session_titles"], language) if row.get("session_titles") else None
    return Offered(said(row["titles"], language), address, is_ours, ", ".join(filter(None, parts)), of)


def size_said(size: int | None, language: str) -> str:
    """„3,1 MB“; empty where it is not known."""
    if size is None:
        return ""
    speech = sentences_in(language)
    if size < _KILO * _KILO:
        return speech.say(N_("{number} kB"), number=max(1, round(size / _KILO)))
    whole, tenth = divmod(round(size / (_KILO * _KILO) * 10), 10)
    return speech.say(N_("{whole}.{tenth} MB"), whole=whole, tenth=tenth)
