"""The pages of a series and of a project: what they are about, and their events from the shelf."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from confman.domain.errors import NotFound
from confman.store import document_reads, line_reads
from confman.usecases import shelf
from confman.usecases.events import Row
from confman.usecases.looks import Look
from confman.usecases.shelf import Listed, Shelves, Shown


@dataclass(frozen=True, slots=True)
class LinePage:
    """`row` of the series or project; what only projects have is empty for a series."""

    row: Row
    shown: Shown
    listed: tuple[Listed, ...]
    documents: tuple[Row, ...]
    topics: tuple[Row, ...] = ()
    bodies: tuple[Row, ...] = ()
    series: tuple[Row, ...] = ()


def look_at_series(shelves: Shelves, slug: str, connection: Connection, now: datetime, known: Look | None) -> Look:
    """In two statements where nothing has changed, in two more where it has. Raises `NotFound`."""
    seen = shelf.look(shelves, connection, now, None)
    if known is not None and known.version[0] == seen.version:
        return _look(seen, known.facts)
    row = line_reads.one_series(connection, _address(slug))
    if row is None:
        raise NotFound
    listed = tuple(each for each in seen.facts.shelf.visible(now) if each.row["series_slug"] == slug)
    documents = tuple(document_reads.of_line(connection, "series", row["id"]))
    return _look(seen, LinePage({**row}, seen.facts, tuple(sorted(listed, key=_number)), documents))


def look_at_project(shelves: Shelves, slug: str, connection: Connection, now: datetime, known: Look | None) -> Look:
    """In two statements where nothing has changed, in five more where it has. Raises `NotFound`."""
    seen = shelf.look(shelves, connection, now, None)
    if known is not None and known.version[0] == seen.version:
        return _look(seen, known.facts)
    row = line_reads.one_project(connection, _address(slug))
    if row is None:
        raise NotFound
    key = row["id"]
    page = LinePage(
        row={**row},
        shown=seen.facts,
        listed=tuple(each for each in seen.facts.shelf.visible(now) if slug in each.projects),
        documents=tuple(document_reads.of_line(connection, "project", key)),
        topics=tuple(line_reads.topics(connection, key)),
        bodies=tuple(line_reads.bodies(connection, key)),
        series=tuple(line_reads.series_of(connection, key)),
    )
    return _look(seen, page)


def _look(seen: Look, page: LinePage) -> Look:
    """Its own documents appear at their instants, too."""
    now = seen.facts.now
    instants = [row["published_at"] for row in page.documents if row["published_at"] is not None]
    ahead = [instant for instant in instants if instant > now]
    return Look(
        version=(seen.version, len(ahead)),
        facts=replace(page, shown=seen.facts),
        fresh_until=min([seen.fresh_until, *ahead]),
    )


def _number(listed: Listed) -> tuple[bool, int]:
    """By number, in the order of days where there is none."""
    number: int | None = listed.row["number"]
    return number is None, number or 0


def _address(slug: str) -> str:
    """PostgreSQL takes no NUL, and no driver takes half a surrogate. Raises `NotFound`."""
    if not (slug.isascii() and slug.isprintable()):
        raise NotFound
    return slug
