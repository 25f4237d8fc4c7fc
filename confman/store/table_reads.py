"""What the table of registrations and the overview show beside the filter: numbers, and the rows of a page."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, bindparam, case, func, literal_column, select, union_all

from confman.store.base import Found, Id, Instant, among_ids
from confman.store.expressions import unindexed
from confman.store.programme import unit
from confman.store.registration_table import CATEGORIES, NEEDS, NOTES, UNDELIVERABLE, WAITING, Mark
from confman.store.registrations import SHOWN_AS, place, registration

_EVENT = bindparam("event", type_=Id())
FARTHEST = 1_000
"""Of a waiting list so many are counted to tell somebody their number."""

_COUNTS = (
    select(
        registration.c.category_id,
        registration.c.ended_by,
        func.count().label("number"),
        func.count(registration.c.confirmed_at).label("confirmed"),
    )
    .where(registration.c.event_id == _EVENT, registration.c.category_id.in_(CATEGORIES))
    .group_by(registration.c.category_id, registration.c.ended_by)
)


def counts(connection: Connection, event_id: UUID) -> Found:
    """(category_id, ended_by, number, confirmed) of all registrations, from the index alone."""
    return connection.execute(_COUNTS, {"event": event_id}).all()


_UNITS = select(unit.c.id, unit.c.capacity, unit.c.reserve, unit.c.held, unit.c.waiting).where(
    unit.c.event_id == _EVENT
)


def units(connection: Connection, event_id: UUID) -> dict[UUID, Row[*tuple[Any, ...]]]:
    """(capacity, reserve, held, waiting) by unit."""
    return {row.id: row for row in connection.execute(_UNITS, {"event": event_id})}


def _people(having: Select[Any], name: str) -> Any:
    [whose] = having.selected_columns
    return having.with_only_columns(func.count(whose.distinct())).scalar_subquery().label(name)


# by the category too, so that the index of the counts finds them
_OVERDUE = select(func.count()).where(
    registration.c.event_id == _EVENT,
    registration.c.category_id.in_(CATEGORIES),
    registration.c.ended_by.is_(None),
    registration.c.confirmed_at.is_(None),
    unindexed(registration.c.created_at) <= bindparam("overdue_since", type_=Instant()),
)
_TO_DO = select(
    _people(WAITING, "waiting"),
    _people(UNDELIVERABLE, "undeliverable"),
    _people(NEEDS, "needs"),
    _OVERDUE.scalar_subquery().label("overdue"),
)


def to_do(connection: Connection, event_id: UUID, overdue_since: datetime) -> Row[*tuple[Any, ...]]:
    """How many people wait for anything, got no letter, have open needs, have not confirmed since then."""
    return connection.execute(_TO_DO, {"event": event_id, "overdue_since": overdue_since}).one()


# the rows of a page

_ROWS = select(
    registration.c.id,
    *SHOWN_AS,
    registration.c.email,
    registration.c.category_id,
    registration.c.created_at,
    registration.c.confirm_by,
    registration.c.confirmed_at,
    registration.c.ended_by,
).where(among_ids(registration.c.id, "ids"))


def rows(connection: Connection, registrations: Sequence[UUID]) -> dict[UUID, Row[*tuple[Any, ...]]]:
    return {row.id: row for row in connection.execute(_ROWS, {"ids": registrations})}


_ahead = place.alias("ahead")
_before = (
    select(literal_column("1"))
    .where(
        _ahead.c.unit_id == place.c.unit_id,
        _ahead.c.seq < place.c.seq,
        _ahead.c.state == literal_column("'waiting'"),
    )
    .correlate(place)
    .limit(FARTHEST)
    .subquery()
)
_NUMBER = case(
    (place.c.state == literal_column("'waiting'"), select(func.count() + 1).select_from(_before).scalar_subquery())
)
_SEATS = select(place.c.registration_id, place.c.unit_id, place.c.state, place.c.was, _NUMBER.label("position")).where(
    among_ids(place.c.registration_id, "ids")
)


def seats(connection: Connection, registrations: Sequence[UUID]) -> Found:
    """(registration_id, unit_id, state, was, position), also of what was given up; positions up to FARTHEST."""
    return connection.execute(_SEATS, {"ids": registrations}).all()


def _marked(mark: Mark, having: Select[Any]) -> Select[Any]:
    [whose] = having.selected_columns
    return having.with_only_columns(whose, literal_column(f"'{mark}'").label("mark")).where(among_ids(whose, "ids"))


_PLAIN = (_marked("note", NOTES), _marked("undeliverable", UNDELIVERABLE))
_MARKS = {False: union_all(*_PLAIN), True: union_all(*_PLAIN, _marked("needs", NEEDS))}


def marks(
    connection: Connection, event_id: UUID, registrations: Sequence[UUID], *, sees_needs: bool
) -> dict[UUID, set[Mark]]:
    """Which marks each of them has; those that have none are left out. Needs are not even read for all others."""
    found: dict[UUID, set[Mark]] = {}
    for row in connection.execute(_MARKS[sees_needs], {"event": event_id, "ids": registrations}):
        found.setdefault(row.registration_id, set()).add(row.mark)
    return found
