"""What letters tell beside their own facts, as mappings: one statement per word, whatever the number of letters."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, case, func, literal_column, select

from confman.store.base import among_ids, among_texts
from confman.store.bulk_actions import bulk_action
from confman.store.events import event, event_project
from confman.store.hosts import host, project
from confman.store.programme import part, room, session, slot
from confman.store.registrations import place, registration

_EVENT = (
    event,
    host.c.slug.label("host_slug"),
    host.c.name.label("host_name"),
    host.c.email.label("host_email"),
    host.c.phone.label("host_phone"),
)
_REGISTRATION = (
    registration.c.id,
    registration.c.event_id,
    registration.c.code,
    registration.c.given_name,
    registration.c.family_name,
    registration.c.email_key,
    registration.c.confirmed_at,
    registration.c.confirm_by,
    registration.c.ended_at,
    registration.c.manage_generation,
    registration.c.feed_generation,
    registration.c.language,
    registration.c.revision,
    registration.c.changed_at,
)


def events(conn: Connection, event_ids: Collection[UUID]) -> Sequence[Any]:
    """One row per event, with its host's address, name, e-mail and telephone."""
    return _rows(conn, select(*_EVENT).join(host).where(among_ids(event.c.id, "ids")), event_ids)


def funders(conn: Connection, event_ids: Collection[UUID]) -> Sequence[Any]:
    """(event_id, wording): what each project's funder wants read, as of that event, in the projects' order."""
    wording = func.coalesce(event_project.c.funder_wording, project.c.funder_wording)
    rows = (
        select(event_project.c.event_id, wording.label("wording"))
        .join(project)
        .where(among_ids(event_project.c.event_id, "ids"), wording.is_not(None))
        .order_by(event_project.c.event_id, event_project.c.position)
    )
    return _rows(conn, rows, event_ids)


def parts(conn: Connection, event_ids: Collection[UUID]) -> Sequence[Any]:
    """In their order."""
    rows = select(part).where(among_ids(part.c.event_id, "ids")).order_by(part.c.event_id, part.c.position)
    return _rows(conn, rows, event_ids)


def sessions(conn: Connection, event_ids: Collection[UUID]) -> Sequence[Any]:
    """All, with their slot's label and, where they have none, its times; in order."""
    rows = (
        select(
            session.c.id,
            session.c.event_id,
            session.c.slug,
            session.c.kind,
            session.c.unit_id,
            session.c.slot_id,
            session.c.titles,
            session.c.abstract,
            session.c.uid,
            session.c.sequence,
            session.c.changed_at,
            session.c.cancelled_at,
            slot.c.label,
            slot.c.rule,
            slot.c.on_day,
            slot.c.part_id,
            part.c.unit_id.label("part_unit"),
            part.c.position.label("part_position"),
            func.coalesce(session.c.starts_at, slot.c.starts_at).label("starts_at"),
            func.coalesce(session.c.ends_at, slot.c.ends_at).label("ends_at"),
            room.c.name.label("room"),
        )
        .join(slot, slot.c.id == session.c.slot_id)
        .join(part, part.c.id == slot.c.part_id)
        .outerjoin(room, room.c.id == session.c.room_id)
        .where(among_ids(session.c.event_id, "ids"))
        .order_by(part.c.position, slot.c.position, session.c.position, session.c.id)
    )
    return _rows(conn, rows, event_ids)


def registrations(conn: Connection, registration_ids: Collection[UUID]) -> Sequence[Any]:
    return _rows(conn, select(*_REGISTRATION).where(among_ids(registration.c.id, "ids")), registration_ids)


def registrations_at(conn: Connection, event_ids: Collection[UUID], mailboxes: Collection[str]) -> Sequence[Any]:
    """The live ones of these events over these addresses, in the order they came."""
    rows = (
        select(*_REGISTRATION)
        .where(
            among_ids(registration.c.event_id, "ids"),
            among_texts(registration.c.email_key, "mailboxes"),
            registration.c.ended_at.is_(None),
        )
        .order_by(registration.c.created_at, registration.c.id)
    )
    return conn.execute(rows, {"ids": list(event_ids), "mailboxes": list(mailboxes)}).mappings().all()


def messages(conn: Connection, action_ids: Collection[UUID]) -> Sequence[Any]:
    """(id, subject, body): what organisers wrote to many."""
    rows = select(bulk_action.c.id, bulk_action.c.subject, bulk_action.c.body)
    return _rows(conn, rows.where(among_ids(bulk_action.c.id, "ids")), action_ids)


def places(conn: Connection, registration_ids: Collection[UUID]) -> Sequence[Any]:
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


def _rows(conn: Connection, statement: Select[Any], ids: Collection[UUID]) -> Sequence[Any]:
    return conn.execute(statement, {"ids": list(ids)}).mappings().all()
