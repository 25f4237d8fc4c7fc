"""Reading events as shown: each function is one statement; visitors' reads never take a lock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Row,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
)

from confman.store.base import Found, Id, Instant
from confman.store.events import event, event_project
from confman.store.hosts import host, project, series
from confman.store.ledger import ledger
from confman.store.programme import consent_text, part, question, room, session, session_speaker, slot, speaker, unit
from confman.store.registrations import category, place, registration

_SLUG: BindParameter[str] = bindparam("slug")
_EVENT = bindparam("event", type_=Id())

_VERSION = (
    select(event.c.id, event.c.revision, ledger.c.programme_version)
    .join(ledger, ledger.c.event_id == event.c.id)
    .where(event.c.slug == _SLUG)
)


def version(connection: Connection, slug: str) -> Row[*tuple[Any, ...]] | None:
    """(id, revision, programme_version) of the event at that address; None where there is none."""
    return connection.execute(_VERSION, {"slug": slug}).one_or_none()


_EVENT_BY_ID = (
    select(
        event,
        host.c.slug.label("host_slug"),
        host.c.name.label("host_name"),
        host.c.zone.label("host_zone"),
        host.c.homepage.label("host_homepage"),
        host.c.logo.label("host_logo"),
        host.c.retention.label("host_retention"),
        series.c.slug.label("series_slug"),
        series.c.titles.label("series_titles"),
        series.c.item_label.label("series_item_label"),
    )
    .select_from(event.join(host, host.c.id == event.c.host_id).outerjoin(series, series.c.id == event.c.series_id))
    .where(event.c.id == _EVENT)
)


def one(connection: Connection, event_id: UUID) -> Mapping[str, Any]:
    return {**connection.execute(_EVENT_BY_ID, {"event": event_id}).mappings().one()}


_PARTS = (
    select(part, unit.c.capacity).join(unit, unit.c.id == part.c.unit_id).where(part.c.event_id == _EVENT)
).order_by(part.c.position)


def parts(connection: Connection, event_id: UUID) -> Found:
    return connection.execute(_PARTS, {"event": event_id}).all()


_SLOTS = select(slot).where(slot.c.event_id == _EVENT).order_by(slot.c.position)


def slots(connection: Connection, event_id: UUID) -> Found:
    return connection.execute(_SLOTS, {"event": event_id}).all()


_SESSIONS = (
    select(session, room.c.name.label("room_name"), unit.c.capacity)
    .select_from(
        session.outerjoin(room, room.c.id == session.c.room_id).outerjoin(unit, unit.c.id == session.c.unit_id)
    )
    .where(session.c.event_id == _EVENT)
    .order_by(session.c.position)
)


def sessions(connection: Connection, event_id: UUID) -> Found:
    return connection.execute(_SESSIONS, {"event": event_id}).all()


_SPEAKERS = (
    select(session_speaker.c.session_id, session_speaker.c.role, speaker)
    .join(speaker, speaker.c.id == session_speaker.c.speaker_id)
    .where(speaker.c.event_id == _EVENT)
    .order_by(session_speaker.c.position)
)


def speakers(connection: Connection, event_id: UUID) -> Found:
    return connection.execute(_SPEAKERS, {"event": event_id}).all()


_QUESTIONS = select(question).where(question.c.event_id == _EVENT).order_by(question.c.position)


def questions(connection: Connection, event_id: UUID) -> Found:
    return connection.execute(_QUESTIONS, {"event": event_id}).all()


_CONSENTS = (
    select(consent_text)
    .where(consent_text.c.event_id == _EVENT)
    .order_by(consent_text.c.position, consent_text.c.version)
)


def consent_texts(connection: Connection, event_id: UUID) -> Found:
    return connection.execute(_CONSENTS, {"event": event_id}).all()


_CATEGORIES = select(category).where(category.c.host_id == bindparam("host", type_=Id())).order_by(category.c.position)


def categories(connection: Connection, host_id: UUID) -> Found:
    return connection.execute(_CATEGORIES, {"host": host_id}).all()


_PROJECTS = (
    select(
        project.c.slug,
        project.c.titles,
        func.coalesce(event_project.c.funder_wording, project.c.funder_wording).label("funder_wording"),
        func.coalesce(event_project.c.funding_code, project.c.funding_code).label("funding_code"),
    )
    .join(event_project, event_project.c.project_id == project.c.id)
    .where(event_project.c.event_id == _EVENT)
    .order_by(event_project.c.position)
)


def projects(connection: Connection, event_id: UUID) -> Found:
    return connection.execute(_PROJECTS, {"event": event_id}).all()


_LISTED = (
    select(
        event.c.id,
        event.c.slug,
        event.c.kind,
        event.c.titles,
        event.c.subtitles,
        event.c.zone,
        event.c.starts_on,
        event.c.ends_on,
        event.c.date_text,
        event.c.starts_at,
        event.c.ends_at,
        event.c.venue_name,
        event.c.venue_city,
        event.c.opens_at,
        event.c.closes_at,
        event.c.cancelled_at,
        event.c.announced_at,
        event.c.published_at,
        event.c.number,
        host.c.slug.label("host_slug"),
        series.c.slug.label("series_slug"),
    )
    .select_from(event.join(host, host.c.id == event.c.host_id).outerjoin(series, series.c.id == event.c.series_id))
    # what has no date comes last on both databases
    .order_by(event.c.starts_on.is_(None), event.c.starts_on, event.c.slug)
)
_IS_PUBLIC = and_(
    event.c.visibility == "public",
    or_(
        event.c.announced_at <= bindparam("now", type_=Instant()),
        event.c.published_at <= bindparam("now", type_=Instant()),
    ),
)


@dataclass(frozen=True, slots=True)
class Listing:
    """Which events are asked for, by slugs and exact words; `from_day`: not over before it.

    `host_id`, `event_id`: whose drafts and unlisted events come too (one event of the host, or all).
    `after`: the first day and slug of the last one that was seen.
    """

    limit: int
    series: str | None = None
    project: str | None = None
    kind: str | None = None
    city: str | None = None
    from_day: date | None = None
    host_id: UUID | None = None
    event_id: UUID | None = None
    after: tuple[date | None, str] | None = None


def page(connection: Connection, now: datetime, wanted: Listing) -> Found:
    """Public events, and those of the asking host, by day; what has none last."""
    return connection.execute(_LISTED.where(*_asked_for(wanted)).limit(wanted.limit), {"now": now}).all()


def _asked_for(wanted: Listing) -> list[ColumnElement[bool]]:
    seen: ColumnElement[bool] = _IS_PUBLIC
    if wanted.host_id is not None:
        own = event.c.host_id == wanted.host_id
        seen = or_(seen, own if wanted.event_id is None else and_(own, event.c.id == wanted.event_id))
    conditions = [seen]
    for column, value in (
        (series.c.slug, wanted.series),
        (event.c.kind, wanted.kind),
        (event.c.venue_city, wanted.city),
    ):
        if value is not None:
            conditions.append(column == value)
    if wanted.project is not None:
        of_project = event_project.join(project, project.c.id == event_project.c.project_id)
        named = (event_project.c.event_id == event.c.id, project.c.slug == wanted.project)
        conditions.append(exists().select_from(of_project).where(*named))
    if wanted.from_day is not None:
        last_day = func.coalesce(event.c.ends_on, event.c.starts_on)
        conditions.append(or_(last_day.is_(None), last_day >= wanted.from_day))
    if wanted.after is not None:
        conditions.append(_behind(*wanted.after))
    return conditions


def _behind(day: date | None, slug: str) -> ColumnElement[bool]:
    if day is None:
        return and_(event.c.starts_on.is_(None), event.c.slug > slug)
    later = or_(event.c.starts_on.is_(None), event.c.starts_on > day)
    return or_(later, and_(event.c.starts_on == day, event.c.slug > slug))


_AVAILABILITY = select(
    unit.c.id,
    unit.c.kind,
    unit.c.capacity,
    unit.c.reserve,
    unit.c.held,
    unit.c.waiting,
    unit.c.offers_waiting,
    unit.c.promotes_until,
).where(and_(unit.c.event_id == _EVENT))


def availability(connection: Connection, event_id: UUID) -> Found:
    return connection.execute(_AVAILABILITY, {"event": event_id}).all()


_CONFIRMED_WAITING = (
    select(place.c.unit_id, func.count().label("number"))
    .join(registration, registration.c.id == place.c.registration_id)
    .where(
        place.c.unit_id.in_(select(unit.c.id).where(unit.c.event_id == _EVENT, unit.c.waiting > 0)),
        # the state as a literal, so that the partial index on waiting places serves
        place.c.state == literal_column("'waiting'"),
        registration.c.confirmed_at.is_not(None),
    )
    .group_by(place.c.unit_id)
)


def confirmed_waiting(connection: Connection, event_id: UUID) -> dict[UUID, int]:
    """How many who have confirmed wait, by unit; a unit for which nobody does is left out."""
    return {row.unit_id: row.number for row in connection.execute(_CONFIRMED_WAITING, {"event": event_id})}
