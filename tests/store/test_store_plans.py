"""The clerk's reads use their indexes: a scan would cost nothing today and everything at 100,000 registrations."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, event

from confman.kernel.db import open_database
from confman.kernel.ids import new_id
from confman.store import ledger, ledger_people
from confman.usecases import work
from tests.builders import NOW, an_event

READS: dict[str, Callable[[Connection], Any]] = {
    "lock": lambda connection: ledger.lock(connection, [new_id()]),
    "units": lambda connection: ledger.units(connection, new_id()),
    "rules": lambda connection: ledger.rules(connection, new_id()),
    "people": lambda connection: ledger_people.people(connection, new_id(), [new_id()], ["a@b.example"], ["key"]),
    "places": lambda connection: ledger.places(connection, [new_id()]),
    "heads": lambda connection: ledger.heads(connection, [new_id()], 9),
    "recent letters": lambda connection: ledger.recent_letters(connection, ["a@b.example"], NOW),
}


@pytest.mark.parametrize("name", READS)
def test_no_read_of_the_clerk_scans_a_table_on_sqlite(sqlite_url: str, name: str) -> None:
    database = open_database(sqlite_url)
    work.write(database, an_event)

    steps = work.read(database, _plan, READS[name])

    tables = ("registration", "place", "letter", "unit", "ledger", "event", "part", "slot", "session", "category")
    assert [step for step in steps if step.startswith("SCAN ") and step.split()[1] in (*tables, "p", "q")] == []
    walks = [step for step in steps if "ix_registration_in_order (event_id=?)" in step]
    assert walks == []
    database.dispose()


def _plan(connection: Connection, read: Callable[[Connection], Any]) -> list[str]:
    executed: list[tuple[str, Any]] = []

    def remember(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        executed.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", remember)
    read(connection)
    event.remove(connection, "before_cursor_execute", remember)
    assert len(executed) == 1
    return [str(row[3]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {executed[0][0]}", executed[0][1])]
