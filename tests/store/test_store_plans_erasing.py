"""Erasing a hundred people costs the same beside a hundred thousand others: every statement goes by an index."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, event

from confman.kernel.db import open_database
from confman.kernel.ids import new_id
from confman.store import erasing
from confman.store.erasing import ANSWERS, Due
from confman.usecases import work
from tests.builders import NOW

LARGE = ("registration", "place", "letter", "mine", "audit", "answer", "answer_sensitive", "submission", "consent")
ONE = [new_id()]
SOME = Due(everybody=False, waiting=True, left_before=NOW, lapsed_before=NOW)
STEPS: dict[str, Callable[[Connection], Any]] = {
    "who is due": lambda connection: erasing.due_people(connection, new_id(), SOME, 1),
    "who holds unconfirmed": lambda connection: erasing.unconfirmed(connection, new_id(), NOW, 1),
    "their places": lambda connection: erasing.places(connection, ONE),
    "their chosen places": lambda connection: erasing.places(connection, ONE, ONE),
    "people": lambda connection: erasing.delete_people(connection, new_id(), ONE),
    "who answered": lambda connection: erasing.answered(connection, ANSWERS["needs"], ONE, 1),
    "answers": lambda connection: erasing.delete_answers(connection, ANSWERS["answers"], ONE, ONE, NOW),
    "chosen places": lambda connection: erasing.delete_places(connection, ONE, ONE),
    "letters that are there": lambda connection: erasing.letters_kept(connection, ["0123"]),
    "what is over": lambda connection: erasing.forget(connection, dict.fromkeys(erasing.KINDS, NOW), 1),
}


@pytest.mark.parametrize("step", STEPS)
def test_no_step_of_erasing_scans_a_table_of_people(sqlite_url: str, step: str) -> None:
    database = open_database(sqlite_url)

    plans = work.write(database, _plans, STEPS[step])

    assert [plan for plan in plans if plan.startswith("SCAN ") and plan.split()[1] in LARGE] == []
    database.dispose()


def _plans(connection: Connection, step: Callable[[Connection], Any]) -> list[str]:
    executed: list[tuple[str, Any]] = []

    def remember(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        executed.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", remember)
    step(connection)
    event.remove(connection, "before_cursor_execute", remember)
    assert executed
    explained = (connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}", given) for said, given in executed)
    return [str(row[3]) for rows in explained for row in rows]
