"""The statements choose whom the rule chooses: one is asked for a hundred thousand people, the other tells one person."""

from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, insert

from confman.domain.retention import day_of_erasing
from confman.kernel.db import Database
from confman.kernel.ids import new_id
from confman.store import erasing as rows
from confman.store.registrations import place, registration
from confman.usecases import erasing, work
from confman.usecases.ledger import read_rules
from confman.usecases.retention import days_of, standing_of
from tests.builders import NOW, AnEvent, an_event

DAY = timedelta(days=1)
EVENTS: dict[str, dict[str, Any]] = {
    "with a day": {},
    "without a day": {
        "starts_on": None,
        "ends_on": None,
        "starts_at": None,
        "ends_at": None,
        "date_text": {"de": "Bald"},
    },
    "called off": {"cancelled_at": NOW + 20 * DAY},
    "of two days, over New Year": {"starts_on": date(2026, 12, 31), "ends_on": date(2027, 1, 1)},
}
NIGHTS = [
    *(NOW + days * DAY for days in (1, 8, 9, 31, 32, 66, 67, 95, 96, 220, 250)),
    datetime(2027, 7, 26, 0, 59, tzinfo=UTC),
    datetime(2027, 7, 26, 1, 0, tzinfo=UTC),
]


def some_people(connection: Connection, made: AnEvent) -> dict[UUID, dict[str, Any]]:
    """Of each kind one; by id what the rule asks of them."""
    people = {}
    ends = [
        (None, None),
        *((NOW + days * DAY, by) for days in (0, 1, 30) for by in ("self", "lapse", "organiser", "event")),
    ]
    for confirmed_at, (ended_at, by), state in product((None, NOW), ends, ("held", "waiting", None)):
        key = new_id()
        people[key] = {"confirmed_at": confirmed_at, "ended_at": ended_at, "holds": state == "held"}
        connection.execute(
            insert(registration).values(
                id=key,
                event_id=made.id,
                code=key.hex[-9:],
                category_id=made.categories["attendee"],
                given_name="Anna",
                family_name=key.hex,
                sort_key=key.hex,
                search_key=key.hex,
                name_key=key.hex,
                language="de",
                source="api",
                created_at=NOW,
                changed_at=NOW,
                confirmed_at=confirmed_at,
                ended_at=ended_at,
                ended_by=by,
            )
        )
        if state is not None:
            held = {"registration_id": key, "unit_id": made.units["conference"], "event_id": made.id, "counted": True}
            connection.execute(insert(place).values(**held, state=state, seq=1, changed_at=NOW))
    return people


@pytest.mark.parametrize("kind", EVENTS)
def test_whom_the_statement_finds_is_whom_the_rule_names(database: Database, kind: str) -> None:
    made = work.write(database, an_event, **EVENTS[kind])
    people = work.write(database, some_people, made)

    for now in NIGHTS:
        there = {key: person for key, person in people.items() if (person["ended_at"] or now) <= now}
        found = work.read(database, found_at, made, now) & there.keys()
        assert found == work.read(database, named_at, made, there, now), now


def found_at(connection: Connection, made: AnEvent, now: datetime) -> set[UUID]:
    row = rows.dates(connection, made.id)
    assert row is not None
    due = erasing.reckon(connection, row, now).due()
    return {found["id"] for found in rows.due_people(connection, made.id, due, 1_000)}


def named_at(connection: Connection, made: AnEvent, people: dict[UUID, dict[str, Any]], now: datetime) -> set[UUID]:
    """Those the rule names; who still may confirm is ended by the ledger first."""
    row = rows.dates(connection, made.id)
    assert row is not None
    days, today = days_of(row, read_rules(connection, made.id, frozenset()).rules), day_of_erasing(now, row["zone"])
    named = set()
    for key, person in people.items():
        day = days.registration_on(standing_of(person, row["zone"], holds=person["holds"]))
        may_confirm = person["confirmed_at"] is None and person["ended_at"] is None
        everybody = days.registrations_on is not None and days.registrations_on <= today
        if (everybody or not may_confirm) and day is not None and day <= today:
            named.add(key)
    return named
