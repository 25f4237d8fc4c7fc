"""Many rows in one statement and one parameter: the rows go as JSON, the database takes them apart.

Not executemany: the SQLite driver gives up the interpreter's lock at every row, and each time waits for the event loop
to hand it back; here it is given up once, and meanwhile both work at the same time.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Boolean, Column, Connection, Integer, LargeBinary, SmallInteger, Table, Text
from sqlalchemy.types import JSON, Date, String

from confman.store.base import Id, Instant, microseconds

Values = Sequence[Any]


class _Shape:
    """How a row's values become columns on either database."""

    def __init__(self, columns: Sequence[Column[Any]]) -> None:
        self.instants = tuple(at for at, column in enumerate(columns) if isinstance(column.type, Instant))
        self.binaries = tuple(at for at, column in enumerate(columns) if isinstance(column.type, LargeBinary))
        self.sqlite = [_on_sqlite(column, at) for at, column in enumerate(columns)]
        self.postgresql = [_on_postgresql(column, at) for at, column in enumerate(columns)]

    def encoded(self, rows: Sequence[Values], dialect: str) -> str:
        """The rows as JSON: ids and instants as texts (instants as microseconds on SQLite), bytes as hexadecimal."""
        if self.binaries or (self.instants and dialect == "sqlite"):
            rows = [self._plain(row, dialect) for row in rows]
        return msgspec.json.encode(rows).decode()

    def _plain(self, row: Values, dialect: str) -> list[Any]:
        plain = list(row)
        if dialect == "sqlite":
            for at in self.instants:
                if plain[at] is not None:
                    plain[at] = microseconds(plain[at])
        for at in self.binaries:
            if plain[at] is not None:
                plain[at] = plain[at].hex()
        return plain


def _on_sqlite(column: Column[Any], at: int) -> str:
    kind = column.type
    if isinstance(kind, Id):
        return f"unhex(r.value ->> {at}, '-')"
    if isinstance(kind, LargeBinary):
        return f"unhex(r.value ->> {at})"
    if isinstance(kind, JSON):
        return f"nullif(r.value -> {at}, 'null')"
    return f"r.value ->> {at}"


def _on_postgresql(column: Column[Any], at: int) -> str:
    kind = column.type
    if isinstance(kind, JSON):
        return f"nullif(r.value -> {at}, 'null'::jsonb)"
    value = f"r.value ->> {at}"
    if isinstance(kind, LargeBinary) and not isinstance(kind, Id):
        return f"decode({value}, 'hex')"
    return value if isinstance(kind, String | Text) else f"({value})::{_cast(kind)}"


def _cast(kind: Any) -> str:
    names = {Id: "uuid", Instant: "timestamptz", Boolean: "boolean", Date: "date"}
    for known, name in names.items():
        if isinstance(kind, known):
            return name
    assert isinstance(kind, Integer | BigInteger | SmallInteger), f"no cast for {kind!r}"
    return "bigint" if isinstance(kind, BigInteger) else "integer"


# each row is parsed once, not once a column
_SQLITE_WITH = "WITH r(value) AS MATERIALIZED (SELECT jsonb(value) FROM json_each(?)) "
_POSTGRESQL_ROWS = "jsonb_array_elements(CAST(%s AS jsonb)) WITH ORDINALITY AS r(value, key)"


class Insert:
    """Inserts rows given as values in the order of `columns`; `replacing` names columns to set where the key exists."""

    def __init__(self, table: Table, columns: Sequence[str], replacing: Sequence[str] = ()) -> None:
        self._shape = _Shape([table.c[name] for name in columns])
        conflict = ""
        if replacing:
            key = ", ".join(column.name for column in table.primary_key)
            new = ", ".join(f"{name} = excluded.{name}" for name in replacing)
            conflict = f" ON CONFLICT ({key}) DO UPDATE SET {new}"
        into = f"INSERT INTO {table.name} ({', '.join(columns)}) SELECT "
        self._statements = {
            "sqlite": f"{_SQLITE_WITH}{into}{', '.join(self._shape.sqlite)} FROM r WHERE true{conflict}",
            "postgresql": f"{into}{', '.join(self._shape.postgresql)} FROM {_POSTGRESQL_ROWS} ORDER BY r.key{conflict}",
        }

    def run(self, connection: Connection, rows: Sequence[Values]) -> None:
        _run(connection, self._statements, self._shape, rows)


class Update:
    """Updates one row per row of values, whose first is the id; `sets` are SQL expressions over `n.<name>`."""

    def __init__(self, table: Table, columns: Sequence[Column[Any]], sets: str) -> None:
        self._shape = _Shape([table.c.id, *columns])
        names = ["key_id", *(column.name for column in columns)]
        self._statements = {
            dialect: (
                f"{before}UPDATE {table.name} SET {sets} FROM (SELECT "  # noqa: S608 - names from our own tables
                + ", ".join(f"{value} AS {name}" for name, value in zip(names, values, strict=True))
                + f" FROM {source}) AS n WHERE {table.name}.id = n.key_id"
            )
            for dialect, before, values, source in (
                ("sqlite", _SQLITE_WITH, self._shape.sqlite, "r"),
                ("postgresql", "", self._shape.postgresql, _POSTGRESQL_ROWS),
            )
        }

    def run(self, connection: Connection, rows: Sequence[Values]) -> None:
        _run(connection, self._statements, self._shape, rows)


def _run(connection: Connection, statements: dict[str, str], shape: _Shape, rows: Sequence[Values]) -> None:
    if rows:
        dialect = connection.dialect.name
        connection.exec_driver_sql(statements[dialect], (shape.encoded(rows, dialect),))
