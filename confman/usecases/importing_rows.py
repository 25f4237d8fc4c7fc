"""Rows that should be and rows that are: what differs is written, and said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, Table

from confman.kernel.ids import new_id
from confman.store import importing as store


@dataclass(frozen=True, slots=True)
class Written:
    """What became of one row; `columns` that differed, all of them where it is new."""

    id: UUID
    is_new: bool
    columns: frozenset[str]

    @property
    def changed(self) -> bool:
        return self.is_new or bool(self.columns)


def columns_of(value: Any, table: Table, **more: Any) -> dict[str, Any]:
    """The columns of the table that the value has fields for, and those given beside it."""
    return {field.name: getattr(value, field.name) for field in fields(value) if field.name in table.c} | more


def differing(row: RowMapping, wanted: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in wanted.items() if row[name] != value}


def put(connection: Connection, table: Table, row: RowMapping | None, wanted: Mapping[str, Any]) -> Written:
    """Inserts where there is no row, else updates what differs."""
    if row is None:
        key = new_id()
        store.add(connection, table, [{"id": key, **wanted}])
        return Written(key, is_new=True, columns=frozenset(wanted))
    changed = differing(row, wanted)
    if changed:
        store.change(connection, table, row["id"], changed)
    return Written(row["id"], is_new=False, columns=frozenset(changed))


class Children:
    """The rows of one table that belong to one owner, told apart by a key."""

    def __init__(self, connection: Connection, table: Table, key: str, **owner: Any) -> None:
        self.connection = connection
        self.table = table
        self.key = key
        self.owner = owner
        self.rows = {row[key]: row for row in store.rows(connection, table, **owner)}
        self.ids: dict[str, UUID] = {}
        self.changed = False

    def put(self, wanted: Mapping[str, Any]) -> Written:
        key = wanted[self.key]
        written = put(self.connection, self.table, self.rows.get(key), {**self.owner, **wanted})
        self.ids[key] = written.id
        self.changed |= written.changed
        return written

    def gone(self) -> list[RowMapping]:
        """The rows that were not put."""
        return [row for key, row in self.rows.items() if key not in self.ids]

    def remove_gone(self) -> None:
        for row in self.gone():
            store.remove(self.connection, self.table, id=row["id"])
            self.changed = True


def relink(
    connection: Connection, table: Table, owner: Mapping[str, UUID], wanted: Sequence[Mapping[str, Any]]
) -> bool:
    """Makes the rows of a table of links those that are wanted; whether that changed anything."""
    rows = [{**owner, **link} for link in wanted]
    found = [dict(row) for row in store.rows(connection, table, **owner)]
    if sorted(map(_sortable, rows)) == sorted(map(_sortable, found)):
        return False
    store.remove(connection, table, **owner)
    store.add(connection, table, rows)
    return True


def _sortable(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    # JSON comes back from PostgreSQL in an order of its own
    return sorted((name, repr(sorted(told.items()) if isinstance(told, dict) else told)) for name, told in row.items())
