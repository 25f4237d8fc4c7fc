"""What letters tell beside their own facts: one statement per word, whatever the number of letters."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, Select, case, func, literal_column, select

from confman.store.base import among_ids
from confman.store.events import event, event_project
from confman.store.hosts import host, project
from confman.store.programme import part, room, session, slot
from confman.store.registrations import place, registration

_EVENT = (
    event.c.id,
    event.c.slug,
    event.c.titles,
    event.c.zone,
    event.c.starts_on,
    event.c.ends_on,
    event.c.date_text,
    event.c.starts_at,
    event.c.ends_at,
    event.c.doors_at,
    event.c.venue_name,
    event.c.venue_street,
    event.c.venue_postcode,
    event.c.venue_city,
    event.c.online_url,
    event.c.mailbox,
    event.c.contact_email,
    event.c.contact_phone,
    event.c.cancel_reason,
    event.c.postponed_from,
    host.c.name.label("host_name"),
    host.c.email.label("host_email"),
    host.c.phone.label("host_phone"),
)
_REGISTRATION = (
    registration.c.id,
    registration.c.code,
    registration.c.given_name,
    registration.c.family_name,
    registration.c.email_key,
    registration.c.confirmed_at,
    registration.c.confirm_by,
    registration.c.ended_at,
    registration.c.manage_generation,
)


def events(conn: Connection, event_ids: Collection[UUID]) -> Sequence[RowMapping]:
    """One row per event, with its host's name, e-mail and telephone."""
    return _rows(conn, select(*_EVENT).join(host).where(among_ids(event.c.id, "ids")), event_ids)


def funders(conn: Connection, event_ids: Collection[UUID]) -> Sequence[RowMapping]:
    """(event_id, wording): what each project's funder wants read, as of that event, in the projects' order."""
    wording = func.coalesce(event_project.c.funder_wording, project.c.funder_wording)
    rows = (
        select(event_project.c.event_id, wording.label("wording"))
        .join(project)
        .where(among_ids(event_project.c.event_id, "ids"), wording.is_not(None))
        .order_by(event_project.c.event_id, event_project.c.position)
    )
    return _rows(conn, rows, event_ids)


def parts(conn: Connection, event_ids: Collection[UUID]) -> Sequence[RowMapping]:
    rows = select(
        part.c.event_id, part.c.unit_id, part.c.position, part.c.titles, part.c.on_day, part.c.starts_at, part.c.ends_at
    )
    return _rows(conn, rows.where(among_ids(part.c.event_id, "ids")), event_ids)


def sessions(conn: Connection, event_ids: Collection[UUID]) -> Sequence[RowMapping]:
    """The sessions that have places, with their slot's label and, where they have none, its times; in order."""
    rows = (
        select(
            session.c.event_id,
            session.c.unit_id,
            session.c.slot_id,
            session.c.titles,
            slot.c.label,
            slot.c.on_day,
            part.c.position.label("part_position"),
            func.coalesce(session.c.starts_at, slot.c.starts_at).label("starts_at"),
            func.coalesce(session.c.ends_at, slot.c.ends_at).label("ends_at"),
            room.c.name.label("room"),
        )
        .join(slot, slot.c.id == session.c.slot_id)
        .join(part, part.c.id == slot.c.part_id)
        .outerjoin(room, room.c.id == session.c.room_id)
        .where(among_ids(session.c.event_id, "ids"), session.c.unit_id.is_not(None))
        .order_by(session.c.slot_id, session.c.position, session.c.id)
    )
    return _rows(conn, rows, event_ids)


def registrations(conn: Connection, registration_ids: Collection[UUID]) -> Sequence[RowMapping]:
    return _rows(conn, select(*_REGISTRATION).where(among_ids(registration.c.id, "ids")), registration_ids)


def places(conn: Connection, registration_ids: Collection[UUID]) -> Sequence[RowMapping]:
    """What they have now: (registration_id, unit_id, state, position), the position only where they wait, from 1."""
    ahead = place.alias("ahead")
    # the state as a literal, so that the partial index on waiting places serves
    counted = (
        select(func.count() + 1)
        .where(ahead.c.unit_id == place.c.unit_id, ahead.c.seq < place.c.seq, ahead.c.state == _literal("waiting"))
        .scalar_subquery()
    )
    position = case((place.c.state == _literal("waiting"), counted))
    rows = select(place.c.registration_id, place.c.unit_id, place.c.state, position.label("position")).where(
        among_ids(place.c.registration_id, "ids"), place.c.state != _literal("released")
    )
    return _rows(conn, rows, registration_ids)


def _literal(state: str) -> Any:
    return literal_column(f"'{state}'")


def _rows(conn: Connection, statement: Select[Any], ids: Collection[UUID]) -> Sequence[RowMapping]:
    return conn.execute(statement, {"ids": list(ids)}).mappings().all()
