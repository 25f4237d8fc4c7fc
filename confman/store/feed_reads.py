"""What calendars are made of: each function is one statement, and what a poll asks is one row."""

from collections.abc import Sequence
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Connection, Row, Select, and_, bindparam, func, null, select, true

from confman.store.base import Id
from confman.store.events import event, event_project, stamp
from confman.store.hosts import host, project, series
from confman.store.importing import EVERYWHERE
from confman.store.ledger import ledger
from confman.store.programme import part

Line = Literal["all", "host", "series", "project"]
"""What several events have in common."""

_SLUG: BindParameter[str] = bindparam("slug")
_SCOPE = bindparam("scope_id", type_=Id())
_VERSION = func.coalesce(stamp.c.version, 0).label("version")


def _stamped(line: str, key: ColumnElement[Any]) -> ColumnElement[bool]:
    return and_(stamp.c.scope == line, stamp.c.scope_id == key)


def _titled(line: str, table: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(table.c.id, table.c.titles, host.c.language, host.c.zone, _VERSION, stamp.c.changed_at)
        .select_from(
            table.join(host, host.c.id == table.c.host_id).outerjoin(stamp, _stamped(line, table.c.id)),
        )
        .where(table.c.slug == _SLUG)
    )


_VERSIONS: dict[Line, Select[*tuple[Any, ...]]] = {
    "all": select(
        null().label("id"),
        null().label("language"),
        null().label("zone"),
        func.coalesce(func.max(stamp.c.version), 0).label("version"),
        func.max(stamp.c.changed_at).label("changed_at"),
    ).where(_stamped("all", bindparam("everywhere", EVERYWHERE, type_=Id()))),
    "host": select(host.c.id, host.c.name, host.c.language, host.c.zone, _VERSION, stamp.c.changed_at)
    .select_from(host.outerjoin(stamp, _stamped("host", host.c.id)))
    .where(host.c.slug == _SLUG),
    "series": _titled("series", series),
    "project": _titled("project", project),
}


def version(connection: Connection, line: Line, slug: str) -> Row[*tuple[Any, ...]] | None:
    """(id, version, changed_at, language, zone, name or titles); None where there is no such line of events."""
    return connection.execute(_VERSIONS[line], {} if line == "all" else {"slug": slug}).one_or_none()


_EVENT_VERSION = (
    select(event.c.revision, ledger.c.programme_version, event.c.cancelled_at)
    .join(ledger, ledger.c.event_id == event.c.id)
    .where(event.c.id == _SCOPE)
)


def event_version(connection: Connection, event_id: UUID) -> Row[*tuple[Any, ...]]:
    """(revision, programme_version, cancelled_at)"""
    return connection.execute(_EVENT_VERSION, {"scope_id": event_id}).one()


_OF: dict[Line, ColumnElement[bool]] = {
    "all": true(),
    "host": event.c.host_id == _SCOPE,
    "series": event.c.series_id == _SCOPE,
    "project": event.c.id.in_(select(event_project.c.event_id).where(event_project.c.project_id == _SCOPE)),
}
_EVENTS = {line: select(event).where(event.c.visibility == "public", of) for line, of in _OF.items()}
_PARTS = {
    line: select(part)
    .join(event, event.c.id == part.c.event_id)
    .where(event.c.visibility == "public", of)
    .order_by(part.c.event_id, part.c.position)
    for line, of in _OF.items()
}


def events(connection: Connection, line: Line, scope_id: UUID | None) -> Sequence[Any]:
    """Public events as mappings, drafts too, by day."""
    statement = _EVENTS[line].order_by(event.c.starts_on, event.c.slug)
    return connection.execute(statement, _scope(line, scope_id)).mappings().all()


def parts(connection: Connection, line: Line, scope_id: UUID | None) -> Sequence[Any]:
    """The parts of those events as mappings, event by event in their order."""
    return connection.execute(_PARTS[line], _scope(line, scope_id)).mappings().all()


def _scope(line: Line, scope_id: UUID | None) -> dict[str, UUID | None]:
    return {} if line == "all" else {"scope_id": scope_id}
