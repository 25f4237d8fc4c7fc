"""The table of registrations finds people by what is rarest: SQLite keeps no statistics and has to be told."""

from typing import Any

import pytest
from sqlalchemy import Connection, event

from confman.kernel.db import open_database
from confman.kernel.ids import new_id
from confman.store import registration_table, table_reads
from confman.store.registration_table import Reach, Wanted
from confman.usecases import work
from tests.builders import NOW, an_event

KEY = new_id()
COUNTED = "registration USING INDEX ix_registration_counted (category_id=? AND event_id=? AND ended_by=?"
DRIVERS: dict[str, tuple[Wanted, str]] = {
    "all": (Wanted(), "registration USING INDEX ix_registration_as_received (event_id=?)"),
    "a name": (Wanted(terms=("anna",)), "registration USING INDEX ix_registration_as_received (event_id=?)"),
    "a name in a category": (
        Wanted(terms=("anna",), categories=(KEY,)),
        "registration USING INDEX ix_registration_as_received (event_id=?)",
    ),
    "a category": (
        Wanted(categories=(KEY,)),
        f"{COUNTED})",
    ),
    "unconfirmed": (
        Wanted(state="unconfirmed"),
        f"{COUNTED} AND confirmed_at=?)",
    ),
    "overdue": (
        Wanted(state="overdue", overdue_since=NOW),
        f"{COUNTED} AND confirmed_at=?)",
    ),
    "lapsed": (
        Wanted(state="lapsed"),
        f"{COUNTED})",
    ),
    "a forum": (Wanted(units=(KEY,)), "registration USING INDEX sqlite_autoindex_registration_1 (id=?)"),
    "a name in a forum": (
        Wanted(units=(KEY,), terms=("anna",)),
        "registration USING INDEX sqlite_autoindex_registration_1 (id=?)",
    ),
    "waiting": (Wanted(state="waiting"), "registration USING INDEX sqlite_autoindex_registration_1 (id=?)"),
    "undeliverable": (Wanted(mark="undeliverable"), "registration USING INDEX sqlite_autoindex_registration_1 (id=?)"),
    "needs": (Wanted(mark="needs"), "registration USING INDEX sqlite_autoindex_registration_1 (id=?)"),
    "no forum": (
        Wanted(unchosen=(KEY, KEY), sessions=(KEY,)),
        "registration USING INDEX sqlite_autoindex_registration_1 (id=?)",
    ),
}


@pytest.fixture
def connection(sqlite_url: str) -> Any:
    database = open_database(sqlite_url)
    work.write(database, an_event)
    with database.read.connect() as opened:
        yield opened
    database.dispose()


def plan(connection: Connection, read: Any) -> list[str]:
    executed: list[tuple[str, Any]] = []

    def remember(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        executed.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", remember)
    read()
    event.remove(connection, "before_cursor_execute", remember)
    statement, parameters = executed[-1]  # the first may begin the transaction
    steps = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    return [str(row[3]) for row in steps]


def test_whom_a_filter_takes_is_found_by_what_is_rarest(connection: Connection) -> None:
    found = {}
    for name, (wanted, _) in DRIVERS.items():
        steps = plan(connection, lambda asked=wanted: registration_table.page(connection, KEY, asked, Reach("name", 9)))
        assert [step for step in steps if step in {"SCAN registration", "SCAN place", "SCAN letter"}] == []
        found[name] = next(step for step in steps if step.startswith("SEARCH registration"))

    assert found == {name: f"SEARCH {step}" for name, (_, step) in DRIVERS.items()}


def test_a_large_list_is_walked_in_its_order_without_sorting(connection: Connection) -> None:
    for order, index in (("newest", "as_received"), ("name", "in_order")):
        for wanted, _ in DRIVERS.values():
            reach = Reach(order, 9)  # type: ignore[arg-type]  # mypy does not narrow what a loop takes from a tuple
            steps = plan(
                connection, lambda asked=wanted, reach=reach: registration_table.walk(connection, KEY, asked, reach)
            )
            walked = [step for step in steps if step.startswith("SEARCH registration")]
            assert walked[0].startswith(f"SEARCH registration USING INDEX ix_registration_{index} (event_id=?") or (
                walked[0].startswith(f"SEARCH registration USING COVERING INDEX ix_registration_{index} (event_id=?")
            )
            assert [step for step in steps if "ORDER BY" in step] == []


def test_counting_looks_at_no_row(connection: Connection) -> None:
    steps = plan(connection, lambda: table_reads.counts(connection, KEY))

    assert steps[0] == "SEARCH registration USING COVERING INDEX ix_registration_counted (category_id=? AND event_id=?)"


def test_what_is_to_be_done_is_found_by_partial_indexes(connection: Connection) -> None:
    steps = plan(connection, lambda: table_reads.to_do(connection, KEY, NOW))

    assert [step for step in steps if step.startswith("SCAN ") and step != "SCAN CONSTANT ROW"] == []
    assert [step for step in steps if "as_received" in step] == []
