"""The clerk as it is often written: reads how many places are free, then writes. Only the races' controls use it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, Engine, create_engine, func, insert, make_url, select, text, update
from sqlalchemy.pool import QueuePool

from confman.domain.errors import Full
from confman.domain.ledger.book import Answer
from confman.domain.ledger.desk import Desk
from confman.domain.ledger.requests import Accepted, Outcome, Refused, Register
from confman.kernel.clock import Clock
from confman.kernel.db import Database, open_database
from confman.store.programme import unit
from confman.store.registrations import place, registration
from confman.usecases.ledger import RulesCache
from confman.usecases.registrar import Ask, settle_batch

CONNECTIONS = 8
GUARD = "ck_unit_no_place_is_given_twice"


def first_look_then_write(
    connection: Connection, event_id: UUID, asks: Sequence[Ask], clock: Clock, cache: RulesCache
) -> tuple[Outcome, ...]:
    """A `Settler` that takes no lock."""
    return tuple(_one(connection, event_id, ask, clock) for ask in asks)


def _one(connection: Connection, event_id: UUID, ask: Ask, clock: Clock) -> Outcome:
    request, person = ask.request, ask.person
    assert isinstance(request, Register)
    assert person is not None
    assert request.want.parts
    wanted = request.want.parts[0]
    taken = select(func.count()).select_from(place).where(place.c.unit_id == wanted, place.c.state == "held")
    capacity = connection.execute(select(unit.c.capacity).where(unit.c.id == wanted)).scalar_one()
    held = connection.execute(taken).scalar_one()
    if held >= capacity:
        return Refused(Full((wanted,)))
    if connection.dialect.name == "sqlite" and not connection.connection.in_transaction:
        connection.exec_driver_sql("BEGIN DEFERRED")  # before the first write, as Python's driver does by itself
    now = clock()
    connection.execute(
        insert(registration).values(
            id=request.id,
            event_id=event_id,
            code=person.code,
            category_id=person.category_id,
            given_name=person.given_name,
            family_name=person.family_name,
            sort_key=person.sort_key,
            search_key=person.search_key,
            name_key=request.identity.name_key,
            language="de",
            source="api",
            created_at=now,
            changed_at=now,
        )
    )
    row = {"registration_id": request.id, "unit_id": wanted, "event_id": event_id, "state": "held", "counted": True}
    connection.execute(insert(place).values(**row, seq=held + 1, changed_at=now))
    connection.execute(update(unit).where(unit.c.id == wanted).values(held=unit.c.held + 1))
    return Accepted(request.id, (), Answer("held", None))


def opens_deferred(url: str) -> Database:
    """`CONNECTIONS` that write; on SQLite without BEGIN IMMEDIATE."""
    if not url.startswith("sqlite"):
        engine = create_engine(
            make_url(url).set(drivername="postgresql+psycopg"),
            isolation_level="READ COMMITTED",
            pool_size=CONNECTIONS,
            max_overflow=0,
        )
        return Database(engine, engine)
    engine = _sqlite(url)
    return Database(engine, engine)


def _sqlite(url: str) -> Engine:
    from pysqlite3 import dbapi2

    arguments = {"isolation_level": None, "check_same_thread": False, "timeout": 60}
    return create_engine(
        url, module=dbapi2, connect_args=arguments, poolclass=QueuePool, pool_size=CONNECTIONS, max_overflow=0
    )


def without_the_check(url: str) -> None:
    """Takes `CHECK (held <= ceiling)` out of the schema."""
    database = open_database(url)
    with database.write.connect() as connection, connection.begin():
        if not database.is_sqlite:
            connection.execute(text(f"ALTER TABLE unit DROP CONSTRAINT {GUARD}"))
        else:  # as SQLite's documentation says for taking out a CHECK
            connection.execute(text("PRAGMA writable_schema = ON"))
            clause = f"CONSTRAINT {GUARD} CHECK (held <= ceiling), "
            without = "UPDATE sqlite_master SET sql = replace(sql, :clause, '') WHERE name = 'unit'"
            connection.execute(text(without), {"clause": clause})
    database.dispose()


def without_looking(
    connection: Connection, event_id: UUID, asks: Sequence[Ask], clock: Clock, cache: RulesCache
) -> tuple[Outcome, ...]:
    """The clerk, but `settle` takes every unit for free. Only for a process that does nothing else afterwards."""
    Desk._is_free = lambda self, unit: True  # type: ignore[method-assign]  # that is the point
    return settle_batch(connection, event_id, asks, clock, cache)
