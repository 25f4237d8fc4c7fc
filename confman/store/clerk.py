"""What the clerk writes after a settlement: one statement per table, many rows each."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, bindparam, func, insert, update
from sqlalchemy.dialects import postgresql, sqlite

from confman.store.audit import audit
from confman.store.base import Id, Instant
from confman.store.ledger import ledger
from confman.store.outbox import letter
from confman.store.programme import unit
from confman.store.registrations import answer, answer_sensitive, consent, place, registration

Rows = Sequence[Mapping[str, Any]]

_SEQ = update(ledger).where(ledger.c.event_id == bindparam("event")).values(seq=bindparam("to"))
_UNITS = (
    update(unit)
    .where(unit.c.id == bindparam("unit", type_=Id()))
    .values(
        held=unit.c.held + bindparam("held_by"),
        waiting=unit.c.waiting + bindparam("waiting_by"),
        ceiling=unit.c.ceiling + bindparam("ceiling_by"),
        reserve=unit.c.reserve + bindparam("reserve_by"),
    )
)
_SIZES = (
    update(unit)
    .where(unit.c.id == bindparam("unit", type_=Id()))
    .values(
        capacity=bindparam("to_capacity"),
        reserve=bindparam("to_reserve"),
        ceiling=bindparam("to_ceiling"),
        held=unit.c.held + bindparam("held_by"),
        waiting=unit.c.waiting + bindparam("waiting_by"),
    )
)
_REGISTRATIONS = (
    update(registration)
    .where(registration.c.id == bindparam("registration", type_=Id()))
    .values(
        ended_at=bindparam("to_ended_at", type_=Instant()),
        ended_by=bindparam("to_ended_by"),
        confirmed_at=func.coalesce(registration.c.confirmed_at, bindparam("to_confirmed_at", type_=Instant())),
        revision=registration.c.revision + 1,
        changed_at=bindparam("at", type_=Instant()),
    )
)


def _upsert(dialect: Any) -> Any:
    statement = dialect.insert(place)
    changing = ("lane", "state", "counted", "seq", "given_by", "was", "changed_at")
    return statement.on_conflict_do_update(
        index_elements=["registration_id", "unit_id"],
        set_={name: statement.excluded[name] for name in changing},
    )


_PLACES = {"sqlite": _upsert(sqlite), "postgresql": _upsert(postgresql)}
_INSERTS = {table.name: insert(table) for table in (registration, letter, audit, answer, answer_sensitive, consent)}


def add(connection: Connection, table: Table, rows: Rows) -> None:
    if rows:
        connection.execute(_INSERTS[table.name], rows)


def write_places(connection: Connection, rows: Rows) -> None:
    """Inserts or replaces, in the order given: releases come before what takes their place."""
    if rows:
        connection.execute(_PLACES[connection.dialect.name], rows)


def write_registrations(connection: Connection, rows: Rows) -> None:
    if rows:
        connection.execute(_REGISTRATIONS, rows)


def write_units(connection: Connection, rows: Rows) -> None:
    """Counts as deltas, so that a forgotten lock trips the constraint."""
    if rows:
        connection.execute(_UNITS, rows)


def write_sizes(connection: Connection, rows: Rows) -> None:
    if rows:
        connection.execute(_SIZES, rows)


def write_seq(connection: Connection, event_id: UUID, seq: int) -> None:
    connection.execute(_SEQ, {"event": event_id, "to": seq})


def amend(connection: Connection, registration_id: UUID, values: Mapping[str, Any], now: datetime) -> None:
    """Other columns of a registration: name, address, institution …"""
    changed = {**values, "changed_at": now, "revision": registration.c.revision + 1}
    connection.execute(update(registration).where(registration.c.id == registration_id).values(changed))
