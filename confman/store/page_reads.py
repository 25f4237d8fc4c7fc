"""What event pages show beside the event itself: each function is one statement."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Connection, Row, and_, bindparam, func, select

from confman.store.base import Id
from confman.store.events import event, event_body, stamp
from confman.store.hosts import body
from confman.store.ledger import ledger

_SLUG: BindParameter[str] = bindparam("slug")
_EVENT = bindparam("event", type_=Id())

_VERSION = (
    select(
        event.c.id,
        event.c.revision,
        ledger.c.programme_version,
        func.coalesce(stamp.c.version, 0).label("series_version"),
    )
    .select_from(
        event.join(ledger, ledger.c.event_id == event.c.id).outerjoin(
            stamp, and_(stamp.c.scope == "series", stamp.c.scope_id == event.c.series_id)
        )
    )
    .where(event.c.slug == _SLUG)
)


def version(connection: Connection, slug: str) -> Row[*tuple[Any, ...]] | None:
    """(id, revision, programme_version, series_version): one of them rises with whatever its page shows but places."""
    return connection.execute(_VERSION, {"slug": slug}).one_or_none()


_BODIES = (
    select(event_body.c.role, body.c.name, body.c.city, body.c.homepage, body.c.logo)
    .join(body, body.c.id == event_body.c.body_id)
    .where(event_body.c.event_id == _EVENT)
    .order_by(event_body.c.position)
)


def bodies(connection: Connection, event_id: UUID) -> Sequence[Any]:
    """Organisers, partners and funders of the event, as mappings in their order."""
    return connection.execute(_BODIES, {"event": event_id}).mappings().all()


_NEIGHBOURS = (
    select(
        event.c.id,
        event.c.slug,
        event.c.number,
        event.c.titles,
        event.c.starts_on,
        event.c.announced_at,
        event.c.published_at,
        event.c.cancelled_at,
    )
    .where(event.c.series_id == bindparam("series", type_=Id()), event.c.visibility == "public")
    .order_by(event.c.number.is_(None), event.c.number, event.c.starts_on.is_(None), event.c.starts_on, event.c.slug)
)


def neighbours(connection: Connection, series_id: UUID) -> Sequence[Any]:
    """Public events of the series as mappings in its order, drafts too."""
    return connection.execute(_NEIGHBOURS, {"series": series_id}).mappings().all()
