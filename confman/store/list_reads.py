"""Reading all who are registered for an event, for paper and tables: one statement, row by row in bounded memory."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, and_, bindparam, select

from confman.store.base import Id
from confman.store.registrations import category, place, registration

_AT_ONCE = 2_000  # rows a round trip; PostgreSQL keeps the rest behind a cursor of its own

_PEOPLE: Select[*tuple[Any, ...]] = (
    select(
        registration.c.id,
        registration.c.code,
        registration.c.title,
        registration.c.given_name,
        registration.c.family_name,
        registration.c.badge_name,
        registration.c.institution,
        registration.c.email,
        registration.c.created_at,
        registration.c.confirmed_at,
        registration.c.ended_by,
        registration.c.no_photo,
        registration.c.ticket_generation,
        category.c.titles.label("category_titles"),
        category.c.colour.label("category_colour"),
        place.c.unit_id,
        place.c.state,
    )
    .select_from(
        registration.join(category, category.c.id == registration.c.category_id).outerjoin(
            place, and_(place.c.registration_id == registration.c.id, place.c.state != "released")
        )
    )
    .where(registration.c.event_id == bindparam("event", type_=Id()))
    .order_by(registration.c.sort_key, registration.c.id)
)
_LIVE = _PEOPLE.where(registration.c.ended_at.is_(None))


def people(connection: Connection, event_id: UUID, *, ended: bool = False) -> Iterator[Row[*tuple[Any, ...]]]:
    """Each registration by name, once for every place it holds, waits for or wishes, or once without; live ones only.

    `ended`: those that have ended too. The connection is busy until the last row is taken.
    """
    statement = (_PEOPLE if ended else _LIVE).execution_options(yield_per=_AT_ONCE)
    yield from connection.execute(statement, {"event": event_id})
