"""The events of a team, as its start page lists them: each function is one statement."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, or_, select

from confman.store.base import Found, among_ids
from confman.store.events import event
from confman.store.hosts import host
from confman.store.programme import part, unit
from confman.store.registrations import category, registration

_OWN = (
    select(
        event.c.id,
        event.c.slug,
        event.c.host_id,
        event.c.kind,
        event.c.titles,
        event.c.zone,
        event.c.starts_on,
        event.c.ends_on,
        event.c.date_text,
        event.c.starts_at,
        event.c.ends_at,
        event.c.venue_name,
        event.c.venue_city,
        event.c.announced_at,
        event.c.published_at,
        event.c.cancelled_at,
        host.c.name.label("host_name"),
    )
    .join(host, host.c.id == event.c.host_id)
    .where(or_(among_ids(event.c.host_id, "hosts"), among_ids(event.c.id, "events")))
    .order_by(event.c.starts_on.is_(None), event.c.starts_on, event.c.slug)
)


def own(connection: Connection, hosts: Sequence[UUID], events: Sequence[UUID]) -> Sequence[Any]:
    """All of these hosts, and these, as mappings; by day, what has none last."""
    return connection.execute(_OWN, {"hosts": hosts, "events": events}).mappings().all()


_PARTS = (
    select(
        part.c.event_id,
        func.coalesce(part.c.opens_at, event.c.opens_at).label("opens_at"),
        func.coalesce(part.c.closes_at, event.c.closes_at).label("closes_at"),
        unit.c.capacity,
        unit.c.held,
        unit.c.waiting,
    )
    .join(unit, unit.c.id == part.c.unit_id)
    .join(event, event.c.id == part.c.event_id)
    .where(among_ids(part.c.event_id, "ids"))
    .order_by(part.c.event_id, part.c.position)
)


def parts(connection: Connection, events: Sequence[UUID]) -> Found:
    return connection.execute(_PARTS, {"ids": events}).all()


_OTHERS = (
    select(registration.c.event_id, category.c.titles, func.count().label("number"))
    .join(category, category.c.id == registration.c.category_id)
    .where(
        category.c.counts.is_(False),
        category.c.host_id.in_(select(event.c.host_id).where(among_ids(event.c.id, "ids"))),
        among_ids(registration.c.event_id, "ids"),
        registration.c.ended_by.is_(None),
    )
    .group_by(registration.c.event_id, category.c.id, category.c.titles, category.c.position)
    .order_by(registration.c.event_id, category.c.position)
)


def others(connection: Connection, events: Sequence[UUID]) -> Found:
    """(event_id, titles, number): the live ones of each category that takes no places."""
    return connection.execute(_OTHERS, {"ids": events}).all()
