"""Signed lists and who was there: read whole, written whole; each function is one statement."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal_column,
    select,
    union,
    update,
)

from confman.store.base import Found, Id, among_ids
from confman.store.bulk import Insert
from confman.store.hosts import member
from confman.store.programme import unit
from confman.store.registrations import SHOWN_AS, attendance, attendance_sheet, place, registration

_UNIT = bindparam("of_unit", type_=Id())
_HALF_DAY = bindparam("of_half", type_=attendance.c.half_day.type)
_EVENT = bindparam("event", type_=Id())
_HELD: ColumnElement[str] = literal_column("'held'")  # as a literal, so that the partial index on held places serves


# sheets

_SHEETS = select(attendance_sheet).join(unit, unit.c.id == attendance_sheet.c.unit_id).where(unit.c.event_id == _EVENT)


def sheets(connection: Connection, event_id: UUID) -> Sequence[RowMapping]:
    """Those whose entry has begun, oldest first."""
    found = _SHEETS.order_by(attendance_sheet.c.begun_at)
    return connection.execute(found, {"event": event_id}).mappings().all()


_HOLDERS = (
    select(
        place.c.unit_id,
        attendance_sheet.c.half_day,
        func.count().label("holders"),
        func.count(case((attendance.c.present, 1))).label("present"),
    )
    .select_from(
        place.join(unit, unit.c.id == place.c.unit_id)
        .outerjoin(attendance_sheet, attendance_sheet.c.unit_id == place.c.unit_id)
        .outerjoin(
            attendance,
            and_(
                attendance.c.registration_id == place.c.registration_id,
                attendance.c.unit_id == place.c.unit_id,
                attendance.c.half_day == attendance_sheet.c.half_day,
            ),
        )
    )
    .where(unit.c.event_id == _EVENT, unit.c.kind == "part", place.c.state == _HELD)
    .group_by(place.c.unit_id, attendance_sheet.c.half_day)
)


def holders(connection: Connection, event_id: UUID) -> Found:
    """(unit_id, half_day, holders, present): who holds a part, and how many of them were there.

    For each of its lists that have begun; half_day None where none has.
    """
    return connection.execute(_HOLDERS, {"event": event_id}).all()


_PRESENT = (
    select(attendance.c.unit_id, attendance.c.half_day, func.count().label("present"))
    .join(unit, unit.c.id == attendance.c.unit_id)
    .where(unit.c.event_id == _EVENT, attendance.c.present)
    .group_by(attendance.c.unit_id, attendance.c.half_day)
)


def present(connection: Connection, event_id: UUID) -> Found:
    """(unit_id, half_day, present): who was there, whether they hold the part (still) or not."""
    return connection.execute(_PRESENT, {"event": event_id}).all()


def begin(connection: Connection, unit_id: UUID, half_day: str, actor: str, now: datetime) -> None:
    row = {"unit_id": unit_id, "half_day": half_day, "begun_at": now, "begun_by": actor}
    connection.execute(insert(attendance_sheet).values(**row))


_SHEET = (attendance_sheet.c.unit_id == _UNIT, attendance_sheet.c.half_day == _HALF_DAY)


def mark(connection: Connection, unit_id: UUID, half_day: str, values: Mapping[str, object]) -> None:
    """`steps`, or when and by whom it was finished."""
    names = {"of_unit": unit_id, "of_half": half_day}
    connection.execute(update(attendance_sheet).where(*_SHEET).values(**values), names)


# lines

_HOLDING = select(place.c.registration_id).where(place.c.unit_id == _UNIT, place.c.state == _HELD)
_ENTERED = select(attendance.c.registration_id).where(
    attendance.c.unit_id == _UNIT, attendance.c.half_day == _HALF_DAY, attendance.c.number.is_not(None)
)
_LINES = (
    select(
        registration.c.id,
        *SHOWN_AS,
        registration.c.sort_key,
        registration.c.created_at,
        registration.c.ended_at,
        place.c.state,
        place.c.changed_at,
        *(attendance.c[name] for name in ("number", "present", "was", "step", "source", "at", "actor")),
    )
    .select_from(
        registration.outerjoin(
            place, and_(place.c.registration_id == registration.c.id, place.c.unit_id == _UNIT)
        ).outerjoin(
            attendance,
            and_(
                attendance.c.registration_id == registration.c.id,
                attendance.c.unit_id == _UNIT,
                attendance.c.half_day == _HALF_DAY,
            ),
        )
    )
    .where(registration.c.id.in_(union(_HOLDING, _ENTERED)))
    .order_by(registration.c.sort_key, registration.c.id)
)


def lines(connection: Connection, unit_id: UUID, half_day: str) -> Sequence[RowMapping]:
    """Who holds the part, and who stands on the list though they hold it no more; by name."""
    return connection.execute(_LINES, {"of_unit": unit_id, "of_half": half_day}).mappings().all()


_NUMBERS = (
    select(attendance.c.registration_id, attendance.c.number, attendance.c.present, attendance.c.half_day)
    .where(attendance.c.unit_id == _UNIT, attendance.c.number.is_not(None))
    .order_by(attendance.c.half_day)
)


def numbers(connection: Connection, unit_id: UUID) -> Found:
    """(registration_id, number, present, half_day) of all lists of the part that have begun."""
    return connection.execute(_NUMBERS, {"of_unit": unit_id}).all()


_CHANGED = ("number", "present", "was", "step", "source", "at", "actor")
LINES = Insert(attendance, ("registration_id", "unit_id", "half_day", *_CHANGED), replacing=_CHANGED)
"""Makes lines, or changes them where they are there."""


def forget(connection: Connection, unit_id: UUID, half_day: str, registrations: Sequence[UUID]) -> None:
    of = (attendance.c.unit_id == _UNIT, attendance.c.half_day == _HALF_DAY)
    values = {"of_unit": unit_id, "of_half": half_day, "ids": list(registrations)}
    connection.execute(delete(attendance).where(*of, among_ids(attendance.c.registration_id, "ids")), values)


# who else

_NAMED = (registration.c.event_id == _EVENT, registration.c.sort_key == bindparam("sort_key"))
_NAMESAKES = select(registration.c.id, registration.c.code, registration.c.institution).where(
    *_NAMED, registration.c.ended_at.is_(None)
)


def namesakes(connection: Connection, event_id: UUID, sort_key: str) -> Sequence[RowMapping]:
    """Live registrations of that name, found by the index of the lists' order."""
    return connection.execute(_NAMESAKES, {"event": event_id, "sort_key": sort_key}).mappings().all()


_PLACES = select(
    *(place.c[name] for name in ("registration_id", "unit_id", "lane", "state", "counted", "seq", "given_by", "was"))
).where(place.c.registration_id == bindparam("id", type_=Id()))


def places(connection: Connection, registration_id: UUID) -> Found:
    """All of one registration, also what was given up."""
    return connection.execute(_PLACES, {"id": registration_id}).all()


def member_names(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, str]:
    found = select(member.c.id, member.c.name).where(among_ids(member.c.id, "ids"))
    return {row.id: row.name for row in connection.execute(found, {"ids": list(ids)})}


_FILLED = select(unit.c.capacity, unit.c.held).where(unit.c.id == _UNIT)


def filled(connection: Connection, unit_id: UUID) -> RowMapping:
    """(capacity, held)"""
    return connection.execute(_FILLED, {"of_unit": unit_id}).mappings().one()
