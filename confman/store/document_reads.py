"""Documents as offered and handed out: each function is one statement."""

from collections.abc import Sequence
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, func, or_, select

from confman.store.base import Id
from confman.store.events import document, event
from confman.store.programme import session

_OFFERED = select(
    *(document.c[name] for name in ("id", "titles", "name", "media_type", "size", "content_hash", "url")),
    document.c.published_at,
)
_OF_EVENT = (
    _OFFERED.add_columns(session.c.titles.label("session_titles"))
    .select_from(document.outerjoin(session, session.c.id == document.c.session_id))
    .where(or_(*(column == bindparam("event", type_=Id()) for column in (document.c.event_id, session.c.event_id))))
    .order_by(document.c.event_id.is_(None), session.c.position, document.c.position, document.c.key)
)


def of_event(connection: Connection, event_id: UUID) -> Sequence[Any]:
    """First the event's own, then those of its sessions; as mappings."""
    return connection.execute(_OF_EVENT, {"event": event_id}).mappings().all()


_OF_LINE = {
    line: _OFFERED.where(document.c[f"{line}_id"] == bindparam("owner", type_=Id())).order_by(
        document.c.position, document.c.key
    )
    for line in ("series", "project")
}


def of_line(connection: Connection, line: Literal["series", "project"], owner_id: UUID) -> Sequence[Any]:
    """Those of a series or a project itself, as mappings."""
    return connection.execute(_OF_LINE[line], {"owner": owner_id}).mappings().all()


_ONE = (
    select(
        *(document.c[name] for name in ("name", "content_hash", "media_type", "size", "published_at")),
        event.c.slug.label("event_slug"),
    )
    .select_from(
        document.outerjoin(session, session.c.id == document.c.session_id).outerjoin(
            event, event.c.id == func.coalesce(document.c.event_id, session.c.event_id)
        )
    )
    .where(document.c.id == bindparam("document", type_=Id()))
)


def one(connection: Connection, document_id: UUID) -> Row[*tuple[Any, ...]] | None:
    """With the slug of its event, or of its session's; None where there is no such document."""
    return connection.execute(_ONE, {"document": document_id}).one_or_none()
