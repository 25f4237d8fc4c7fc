"""Reading all who are registered for an event, for paper and tables: one statement, row by row in bounded memory."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Text,
    bindparam,
    exists,
    func,
    literal_column,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from confman.store.base import Id
from confman.store.programme import unit
from confman.store.registration_table import Wanted, taken
from confman.store.registrations import category, place, registration

_AT_ONCE = 2_000  # rows a round trip; PostgreSQL keeps the rest behind a cursor of its own


class _Hex(FunctionElement[str]):
    """An id as 32 hexadecimal digits in capitals, on both databases."""

    name = "hex_of_id"
    inherit_cache = True
    type = Text()


@compiles(_Hex, "sqlite")
def _hex_sqlite(element: _Hex, compiler: SQLCompiler, **kw: Any) -> str:
    return f"hex({compiler.process(element.clauses, **kw)})"


@compiles(_Hex, "postgresql")
def _hex_postgresql(element: _Hex, compiler: SQLCompiler, **kw: Any) -> str:
    return f"upper(replace(CAST({compiler.process(element.clauses, **kw)} AS TEXT), '-', ''))"


def unit_key(unit: UUID) -> str:
    """How a unit is named in the column `places`."""
    return unit.hex.upper()


# Text and not rows of their own: a person's other columns come once, and equal texts are worked out once.
_PLACES = (
    select(func.aggregate_strings(_Hex(place.c.unit_id) + literal_column("':'") + place.c.state, " "))
    .where(place.c.registration_id == registration.c.id, place.c.state != literal_column("'released'"))
    .scalar_subquery()
    .label("places")
)


def _people(*columns: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    return (
        select(*columns, category.c.key.label("category"), _PLACES)
        .join(category, category.c.id == registration.c.category_id)
        .where(registration.c.event_id == bindparam("event", type_=Id()))
        .order_by(registration.c.sort_key, registration.c.id)
        .execution_options(yield_per=_AT_ONCE)
    )


_LISTED = _people(
    registration.c.family_name,
    registration.c.given_name,
    registration.c.title,
    registration.c.institution,
    registration.c.email,
    registration.c.created_at,
    registration.c.confirmed_at.is_not(None).label("is_confirmed"),
    registration.c.ended_by,
)


def listed(connection: Connection, event_id: UUID, wanted: Wanted) -> Iterator[Row[*tuple[Any, ...]]]:
    """Each registration that is wanted, by name.

    `places`: "unit:state" of all that is held, waited for or wished, parted by blanks; None where there is nothing.
    The connection is busy until the last row is taken.
    """
    conditions, values = taken(event_id, wanted)
    yield from connection.execute(_LISTED.where(*conditions), values)


_BADGES = _people(
    registration.c.id,
    registration.c.code,
    registration.c.title,
    registration.c.given_name,
    registration.c.family_name,
    registration.c.badge_name,
    registration.c.institution,
    registration.c.no_photo,
    registration.c.ticket_generation,
).where(registration.c.ended_at.is_(None))


_BADGE_OF = _BADGES.where(registration.c.id == bindparam("id", type_=Id()))


def for_badges(connection: Connection, event_id: UUID, wanted: Wanted) -> Iterator[Row[*tuple[Any, ...]]]:
    """As `listed`, live ones only."""
    conditions, values = taken(event_id, wanted)
    yield from connection.execute(_BADGES.where(*conditions), values)


def for_badge(connection: Connection, event_id: UUID, only: UUID) -> Iterator[Row[*tuple[Any, ...]]]:
    """As `for_badges`, of one."""
    yield from connection.execute(_BADGE_OF, {"event": event_id, "id": only})


_NUMBER = select(func.count()).select_from(registration)
_HOLDS_A_PART = exists().where(
    place.c.registration_id == registration.c.id,
    place.c.state == literal_column("'held'"),
    place.c.unit_id.in_(
        select(unit.c.id).where(unit.c.event_id == bindparam("event", type_=Id()), unit.c.kind == "part")
    ),
)


def number_listed(connection: Connection, event_id: UUID, wanted: Wanted) -> int:
    """How many rows `listed` gives."""
    conditions, values = taken(event_id, wanted)
    found: int = connection.execute(_NUMBER.where(*conditions), values).scalar_one()
    return found


def number_of_badges(connection: Connection, event_id: UUID, wanted: Wanted) -> int:
    """How many of them hold a part."""
    conditions, values = taken(event_id, wanted)
    alive = (registration.c.ended_at.is_(None), _HOLDS_A_PART)
    found: int = connection.execute(_NUMBER.where(*conditions, *alive), values).scalar_one()
    return found
