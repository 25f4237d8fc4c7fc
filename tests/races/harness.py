"""What all races share: how many, on which events, what must hold at every moment, and what is told at the end."""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, text

from confman.kernel.db import Database, open_database
from confman.kernel.ids import new_id
from confman.store.events import event
from confman.store.ledger import ledger
from confman.store.programme import part, unit
from confman.usecases import work
from tests.builders import AnEvent, APart, an_event

FAR = datetime(2099, 1, 1, 9, tzinfo=UTC)
"""Servers run by the real clock: their events are open now and for long."""


@dataclass(frozen=True)
class Size:
    """`settle`, `http`: attempts per database; `storm`: requests per storm; the rest are rounds per database."""

    settle: int
    http: int
    storm: int
    kills: int
    terms: int
    stops: int


SMALL = Size(settle=10_000, http=1_200, storm=450, kills=2, terms=1, stops=0)
FULL = Size(settle=1_000_000, http=100_000, storm=10_000, kills=100, terms=20, stops=10)
IS_FULL = os.environ.get("CONFMAN_RACE_SIZE") == "full"
SIZE = FULL if IS_FULL else SMALL
SHARES = range(4 if IS_FULL else 1)
"""What takes long is raced in so many tests, so that each is over in minutes."""


# what is told at the end

REPORT: list[str] = []


def tell(what: str, attempts: int, seconds: float, **facts: Any) -> None:
    """A line of the summary after the tests (conftest.py prints them)."""
    said = "".join(f", {name.replace('_', ' ')} {value}" for name, value in facts.items())
    rate = attempts / max(seconds, 1e-9)
    REPORT.append(
        f"{what}: {attempts:,} in {seconds:.1f} s ({rate:,.0f}/s){said}" if rate > 10 else f"{what}: {attempts:,}{said}"
    )


class Stopwatch:
    def __init__(self) -> None:
        self._started = time.perf_counter()

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self._started


# events


@contextmanager
def opened(url: str) -> Iterator[Database]:
    database = open_database(url)
    try:
        yield database
    finally:
        database.dispose()


def kind_of(url: str) -> str:
    return url.partition(":")[0]


def an_open_event(
    connection: Connection, /, slug: str = "race", parts: Sequence[APart] | None = None, **columns: Any
) -> AnEvent:
    """Open by the real clock; one part of 50 places unless told."""
    times: dict[str, Any] = {"starts_at": FAR, "starts_on": FAR.date(), "ends_on": None, "closes_at": FAR}
    return an_event(connection, parts or [APart(places=50, starts_at=FAR)], slug, **(times | columns))


def copies(connection: Connection, made: AnEvent, count: int) -> list[AnEvent]:
    """The event so many times more, under one host, empty; for events whose parts have no slots."""
    same = [AnEvent(new_id(), f"{made.slug}-{number}", made.host_id, made.categories) for number in range(count)]
    row = _rows(connection, event, event.c.id == made.id)[0]
    _write(connection, event, [row | {"id": one.id, "slug": one.slug, "uid": one.id.hex} for one in same])
    _write(connection, ledger, [{"event_id": one.id} for one in same])
    slugs = {key: slug for slug, key in made.parts.items()}
    units, parts = _rows(connection, unit, unit.c.event_id == made.id), []
    for row in _rows(connection, part, part.c.event_id == made.id):
        for one in same:
            slug = slugs[row["id"]]
            one.parts[slug], one.units[slug] = new_id(), new_id()
            parts.append(row | {"id": one.parts[slug], "event_id": one.id, "unit_id": one.units[slug]})
    empty = {row["id"]: row | {"held": 0, "waiting": 0} for row in units}
    of = {slug: empty[key] for slug, key in made.units.items()}
    _write(
        connection,
        unit,
        [of[slug] | {"id": key, "event_id": one.id} for one in same for slug, key in one.units.items()],
    )
    _write(connection, part, parts)
    return same


def _rows(connection: Connection, table: Any, where: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(select(table).where(where)).mappings()]


def _write(connection: Connection, table: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)


# what must hold at every moment

_OF_PERSON = "p.registration_id = r.id"
RULES = {
    "held_is_the_sum_of_its_places": "unit AS u WHERE u.held <> (SELECT count(*) FROM place AS p"
    " WHERE p.unit_id = u.id AND p.state = 'held' AND p.counted)",
    "waiting_is_the_sum_of_its_places": "unit AS u WHERE u.waiting <> (SELECT count(*) FROM place AS p"
    " WHERE p.unit_id = u.id AND p.state = 'waiting' AND p.counted)",
    "no_place_is_given_twice": "unit AS u WHERE u.held > u.ceiling OR (SELECT count(*) FROM place AS p"
    " WHERE p.unit_id = u.id AND p.state = 'held' AND p.counted) > u.ceiling",
    "the_ceiling_is_no_higher_than_it_must_be": "unit AS u WHERE u.ceiling <> CASE WHEN u.capacity > u.held"
    " THEN u.capacity ELSE u.held END OR (u.ceiling IS NULL) <> (u.capacity IS NULL)",
    "nobody_waits_beside_a_free_place": "unit AS u WHERE u.waiting > 0"
    " AND (u.capacity IS NULL OR u.held + u.reserve < u.capacity)",
    "nobody_is_overtaken": "unit AS u WHERE (SELECT max(p.seq) FROM place AS p WHERE p.unit_id = u.id"
    " AND p.state = 'held' AND p.given_by IS NULL) > (SELECT min(p.seq) FROM place AS p"
    " WHERE p.unit_id = u.id AND p.state = 'waiting')",
    "a_person_has_one_place_of_a_state_per_slot": "(SELECT 1 FROM place WHERE lane IS NOT NULL"
    " AND state IN ('held', 'waiting') GROUP BY registration_id, lane, state HAVING count(*) > 1) AS twice",
    "nobody_is_registered_twice": "(SELECT 1 FROM registration WHERE ended_at IS NULL AND email_key IS NOT NULL"
    " GROUP BY event_id, email_key, name_key HAVING count(*) > 1) AS twice",
    "every_number_is_given_once": "(SELECT 1 FROM place GROUP BY event_id, seq HAVING count(*) > 1) AS twice",
    "no_number_is_ahead_of_the_ledger": "place AS p JOIN ledger AS l ON l.event_id = p.event_id AND p.seq > l.seq",
    "a_session_is_taken_only_with_its_part": "place AS p JOIN slot AS s ON s.id = p.lane JOIN part AS a"
    " ON a.id = s.part_id LEFT JOIN place AS q ON q.registration_id = p.registration_id AND q.unit_id = a.unit_id"
    " WHERE p.state IN ('held', 'waiting') AND coalesce(q.state, 'none') <> 'held'",
    "an_ended_registration_has_only_released_places": "place AS p JOIN registration AS r"
    f" ON {_OF_PERSON} AND r.ended_at IS NOT NULL WHERE p.state <> 'released'",
    "nobody_is_registered_for_nothing": "registration AS r WHERE r.ended_at IS NULL AND NOT EXISTS"
    f" (SELECT 1 FROM place AS p WHERE {_OF_PERSON} AND p.state <> 'released')",
    "everybody_gets_a_letter": "registration AS r WHERE r.email IS NOT NULL AND NOT EXISTS"
    " (SELECT 1 FROM letter AS l WHERE l.registration_id = r.id)",
}
_ALL = text(
    " UNION ALL ".join(f"SELECT '{name}' AS rule, count(*) AS faults FROM {what}" for name, what in RULES.items())
)


def faults(connection: Connection) -> dict[str, int]:
    """Broken rules with how often; one statement, so that it is one snapshot on either database."""
    return {row.rule: row.faults for row in connection.execute(_ALL) if row.faults}


def faults_of(database: Database) -> dict[str, int]:
    return work.read(database, faults)


def counts(connection: Connection, made: AnEvent) -> dict[str, tuple[int, int]]:
    """(held, waiting) by unit's slug, as counted in the unit's row."""
    found = connection.execute(select(unit.c.id, unit.c.held, unit.c.waiting).where(unit.c.event_id == made.id))
    numbers = {row.id: (row.held, row.waiting) for row in found}
    return {slug: numbers[key] for slug, key in made.units.items()}
