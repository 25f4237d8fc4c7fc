"""Engines for both databases, with what each needs to keep its promises."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import QueuePool

READERS = 4
"""SQLite: connections that read. PostgreSQL: connections for batches; as many again for reading."""

_OLDEST_SAFE_SQLITE = (3, 51, 3)  # older ones corrupt a WAL database with several connections (the reset bug)
_RETRYABLE = {"40001", "40P01"}
_LOST = {"57P01", "57P02", "57P03"}


class DatabaseRefused(RuntimeError):
    """The database cannot be used safely; the message is one clear line for the operator."""


@dataclass(frozen=True)
class Database:
    """`write` begins IMMEDIATE on SQLite and has one connection there; `read` never takes the write lock."""

    write: Engine
    read: Engine

    @property
    def is_sqlite(self) -> bool:
        return self.write.dialect.name == "sqlite"

    def dispose(self) -> None:
        self.write.dispose()
        self.read.dispose()


def open_database(url: str) -> Database:
    """Opens no connection yet. Raises `DatabaseRefused` where SQLite is too old for WAL."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _open_sqlite(parsed)
    return _open_postgresql(parsed)


def _open_sqlite(url: URL) -> Database:
    from pysqlite3 import dbapi2  # noqa: PLC0415 - a compiled driver that PostgreSQL users never load

    if dbapi2.sqlite_version_info < _OLDEST_SAFE_SQLITE:
        raise DatabaseRefused(
            f"SQLite {dbapi2.sqlite_version} can corrupt a WAL database; 3.51.3 is the oldest safe one"
        )
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    return Database(
        write=_sqlite_engine(url, dbapi2, "BEGIN IMMEDIATE", connections=1),
        read=_sqlite_engine(url, dbapi2, "BEGIN DEFERRED", connections=READERS),
    )


def _sqlite_engine(url: URL, dbapi2: Any, begin: str, *, connections: int) -> Engine:
    engine = create_engine(
        url,
        module=dbapi2,
        connect_args={"isolation_level": None, "check_same_thread": False, "cached_statements": 512},
        poolclass=QueuePool,
        pool_size=connections,
        max_overflow=0,
    )
    pragmas = (
        "PRAGMA busy_timeout=60000",
        "PRAGMA journal_mode=WAL",
        "PRAGMA synchronous=FULL",
        "PRAGMA foreign_keys=ON",
        "PRAGMA secure_delete=ON",
        "PRAGMA trusted_schema=OFF",
        "PRAGMA temp_store=MEMORY",
        "PRAGMA cache_size=-65536",
        *(("PRAGMA query_only=ON",) if begin == "BEGIN DEFERRED" else ()),
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _open_postgresql(url: URL) -> Database:
    driver = url.set(drivername="postgresql+psycopg")

    def engine() -> Engine:
        return create_engine(
            driver,
            isolation_level="READ COMMITTED",  # a role's own default made every race fail with serialization errors
            pool_size=READERS,
            max_overflow=0,
            pool_timeout=30,
            pool_pre_ping=True,
            connect_args={"connect_timeout": 10},
        )

    return Database(write=engine(), read=engine())


def is_retryable(error: DBAPIError) -> bool:
    """Serialization failures and deadlocks: nothing happened, the same again may succeed."""
    return getattr(error.orig, "sqlstate", None) in _RETRYABLE


def is_lost(error: DBAPIError) -> bool:
    """The connection went or the server is going: what was sent may or may not have been recorded."""
    if error.connection_invalidated or getattr(error.orig, "sqlstate", None) in _LOST:
        return True
    if isinstance(error, OperationalError) and getattr(error.orig, "sqlstate", "") is None:
        return True  # psycopg could not even connect: no server has spoken
    text = str(error.orig)
    return "database is locked" in text or "disk I/O error" in text or "database or disk is full" in text


def constraint_of(error: DBAPIError) -> str:
    """The name of the constraint that refused, or on SQLite the columns it is about, or an empty text."""
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        return diagnosis.constraint_name or ""
    _, _, rest = str(error.orig).partition("constraint failed: ")
    return rest
