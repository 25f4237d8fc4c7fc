"""What stands in the lists of a site: each function is one statement, and none names anything that is not public."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from confman.store.base import Found
from confman.store.events import document, event, event_project, stamp
from confman.store.hosts import host, project, series
from confman.store.importing import EVERYWHERE
from confman.store.programme import part, session, session_speaker, speaker, unit

_IS_PUBLIC = event.c.visibility == "public"
_VERSION = select(func.coalesce(func.max(stamp.c.version), 0)).where(
    stamp.c.scope == "all", stamp.c.scope_id == EVERYWHERE
)


def version(connection: Connection) -> int:
    """Rises with every change to anything that is public."""
    found: int = connection.execute(_VERSION).scalar_one()
    return found


_EVENTS = (
    select(
        *(event.c[name] for name in ("id", "slug", "kind", "number", "languages", "titles", "subtitles", "zone")),
        *(event.c[name] for name in ("starts_on", "ends_on", "date_text", "starts_at", "ends_at")),
        *(event.c[name] for name in ("venue_name", "venue_city", "online_url", "opens_at", "closes_at")),
        *(event.c[name] for name in ("announced_at", "published_at", "cancelled_at", "postponed_from", "changed_at")),
        host.c.slug.label("host_slug"),
        host.c.name.label("host_name"),
        series.c.slug.label("series_slug"),
        series.c.titles.label("series_titles"),
    )
    .select_from(event.join(host, host.c.id == event.c.host_id).outerjoin(series, series.c.id == event.c.series_id))
    .where(_IS_PUBLIC)
    # what has no date comes last on both databases
    .order_by(event.c.starts_on.is_(None), event.c.starts_on, event.c.starts_at, event.c.slug)
)


def events(connection: Connection) -> Sequence[Any]:
    """Public events by day, drafts too, as mappings."""
    return connection.execute(_EVENTS).mappings().all()


_PROJECTS = (
    select(event_project.c.event_id, project.c.slug, project.c.titles)
    .join(project, project.c.id == event_project.c.project_id)
    .join(event, event.c.id == event_project.c.event_id)
    .where(_IS_PUBLIC)
    .order_by(event_project.c.position)
)


def projects(connection: Connection) -> Found:
    """(event_id, slug, titles) of the projects of public events."""
    return connection.execute(_PROJECTS).all()


_OWNER = func.coalesce(document.c.event_id, session.c.event_id)
_DOCUMENTS = (
    select(
        _OWNER.label("event_id"),
        *(document.c[name] for name in ("id", "titles", "name", "media_type", "size", "content_hash", "url")),
        document.c.published_at,
        session.c.titles.label("session_titles"),
    )
    .select_from(document.outerjoin(session, session.c.id == document.c.session_id).join(event, event.c.id == _OWNER))
    .where(_IS_PUBLIC)
    .order_by(document.c.event_id.is_(None), session.c.position, document.c.position, document.c.key)
)


def documents(connection: Connection) -> Sequence[Any]:
    """Those of public events as mappings, first the events' own, then those of their sessions."""
    return connection.execute(_DOCUMENTS).mappings().all()


_SAID = (
    select(session.c.event_id, session.c.titles, speaker.c.given_name, speaker.c.family_name)
    .select_from(
        session.outerjoin(session_speaker, session_speaker.c.session_id == session.c.id)
        .outerjoin(speaker, speaker.c.id == session_speaker.c.speaker_id)
        .join(event, event.c.id == session.c.event_id)
    )
    .where(_IS_PUBLIC)
)


def said(connection: Connection) -> Found:
    """(event_id, titles, given_name, family_name): each session of public events with each of its speakers."""
    return connection.execute(_SAID).all()


_PLACES = (
    select(
        part.c.event_id,
        part.c.starts_at,
        event.c.starts_at.label("event_starts_at"),
        event.c.starts_on,
        event.c.zone,
        func.coalesce(part.c.opens_at, event.c.opens_at).label("opens_at"),
        func.coalesce(part.c.closes_at, event.c.closes_at).label("closes_at"),
        event.c.offers_waiting.label("event_offers_waiting"),
        *(unit.c[name] for name in ("capacity", "reserve", "held", "waiting", "offers_waiting", "promotes_until")),
    )
    .join(event, event.c.id == part.c.event_id)
    .join(unit, unit.c.id == part.c.unit_id)
    .where(_IS_PUBLIC, func.coalesce(event.c.ends_on, event.c.starts_on) >= bindparam("from_day"))
    .order_by(part.c.position)
)


def places(connection: Connection, from_day: date) -> Found:
    """How full the parts of public events are that are not over before that day, and when one can register."""
    return connection.execute(_PLACES, {"from_day": from_day}).all()
