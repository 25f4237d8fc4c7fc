"""A raw writer of the rows of registrations: the fastest this machine can store them, without any rule.

Into the product's own tables with their indexes, as the product opens its database, by the driver alone: sets of rows,
one transaction for as many registrations as a batch of so many clients can have.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, text

from bench.rush_event import an_event_for_the_rush
from confman.domain import codes
from confman.kernel import schema
from confman.kernel.clock import system_clock
from confman.kernel.db import Database, open_database
from confman.store.base import microseconds
from confman.store.programme import question
from confman.usecases import work
from confman.usecases.clerk import BATCH
from tests.builders import AnEvent

_COLUMNS = {
    "registration": "id event_id code category_id given_name family_name sort_key search_key name_key institution "
    "language email email_key source created_at confirm_by first_answer changed_at",
    "place": "registration_id unit_id event_id lane state counted seq changed_at",
    "letter": "id event_id registration_id kind language recipient recipient_key facts message_id created_at due_at",
    "answer": "registration_id question_id value",
    "audit": "id event_id host_id at actor verb subject facts",
}
_STANDING = '{"unit": "0123456789abcdef0123456789abcdef", "state": "held", "position": null}'
_FACTS = f'{{"places": [{_STANDING}, {_STANDING}, {_STANDING}], "before": [], "confirm_by": null}}'
_FIRST = '{"outcome": "held", "confirm_by": "2026-11-25T17:00:00+00:00"}'
_SPREAD = 7_919_317
"""By so much codes follow each other, so that they lie as far apart as the real ones, which are random."""

Rows = dict[str, list[tuple[Any, ...]]]


@dataclass(frozen=True)
class _Writer:
    """`key` and `instant` give values as the driver takes them."""

    made: AnEvent
    questions: list[UUID]
    key: Callable[[UUID], Any]
    instant: Callable[[datetime], Any]

    def batches(self, count: int, size: int) -> list[Rows]:
        return [self._batch(range(number, number + size)) for number in range(0, count, size)]

    def _batch(self, numbers: range) -> Rows:
        rows: Rows = {name: [] for name in _COLUMNS}
        event, host = self.key(self.made.id), self.key(self.made.host_id)
        category, now = self.key(self.made.categories["attendee"]), self.instant(system_clock())
        for number in numbers:
            who, name, mail = self.key(uuid4()), f"beispiel{number}", f"anna.beispiel{number}@lindenbrueck.example"
            named = ("Anna", name, name, name, name, "Stadt Lindenbrück", "de", mail, mail, "api")
            code = codes.code_of(number * _SPREAD % codes.CODES)
            rows["registration"].append((who, event, code, category, *named, now, now, _FIRST, now))
            for place, (unit, lane) in enumerate(self._places(number)):
                rows["place"].append((who, unit, event, lane, "held", True, number * 3 + place, now))
            letter = (self.key(uuid4()), event, who, "confirm", "de", mail, mail, _FACTS, f"m{number}", now, now)
            rows["letter"].append(letter)
            rows["answer"] += [(who, self.key(asked), '"Was bleibt von den Laboren?"') for asked in self.questions]
            audited = (self.key(uuid4()), event, host, now, "attendee", "register", f"{number}", _FIRST)
            rows["audit"].append(audited)
        return rows

    def _places(self, number: int) -> Iterator[tuple[Any, Any]]:
        units, slots = self.made.units, self.made.slots
        yield self.key(units["conference"]), None
        for slot in ("morning", "afternoon"):
            yield self.key(units[f"{slot}-{number % 12}"]), self.key(slots[slot])

    def units(self) -> list[tuple[Any]]:
        return [(self.key(unit),) for unit in self.made.units.values()]


def _prepared(url: str, key: Callable[[UUID], Any], instant: Callable[[datetime], Any]) -> tuple[Database, _Writer]:
    database = open_database(url)
    schema.migrate(database, system_clock())
    made = work.write(database, an_event_for_the_rush, "raw")
    questions = work.read(database, lambda connection: list(connection.execute(select(question.c.id)).scalars()))
    return database, _Writer(made, questions, key, instant)


def _inserts(mark: Callable[[int], str]) -> list[tuple[str, str]]:
    return [
        (name, f"INSERT INTO {name} ({columns.replace(' ', ', ')}) VALUES ({marks})")
        for name, columns in _COLUMNS.items()
        for marks in [", ".join(mark(number) for number in range(1, len(columns.split()) + 1))]
    ]


def sqlite(folder: Path, count: int, clients: int) -> float:
    """Registrations a second."""
    file = folder / "raw.sqlite"
    database, writer = _prepared(f"sqlite:///{file}", lambda key: key.bytes, microseconds)
    size = min(BATCH, clients)
    batches, units, inserts = writer.batches(count, size), writer.units(), _inserts(lambda _: "?")
    connection = database.write.raw_connection()
    cursor = connection.cursor()
    started = time.perf_counter()
    for rows in batches:
        cursor.execute("BEGIN IMMEDIATE")
        for name, insert in inserts:
            cursor.executemany(insert, rows[name])
        cursor.executemany("UPDATE unit SET held = held + 5 WHERE id = ?", units)
        cursor.execute("COMMIT")
    seconds = time.perf_counter() - started
    cursor.close()
    connection.close()
    database.dispose()
    for name in (file.name, f"{file.name}-wal", f"{file.name}-shm"):
        (folder / name).unlink(missing_ok=True)
    return len(batches) * size / seconds


async def postgresql(url: str, count: int, clients: int) -> float:
    """The same with asyncpg's executemany, in a database of its own."""
    import asyncpg

    with open_database(url).write.connect().execution_options(isolation_level="AUTOCOMMIT") as admin:
        admin.execute(text("DROP DATABASE IF EXISTS raw"))
        admin.execute(text("CREATE DATABASE raw"))
    database, writer = _prepared(url.replace("/postgres?", "/raw?"), lambda key: key, lambda instant: instant)
    database.dispose()
    size = min(BATCH, clients)
    batches, units, inserts = writer.batches(count, size), writer.units(), _inserts(lambda number: f"${number}")
    connection = await asyncpg.connect(user="postgres", database="raw", host=url.partition("host=")[2])
    started = time.perf_counter()
    for rows in batches:
        async with connection.transaction():
            for name, insert in inserts:
                await connection.executemany(insert, rows[name])
            await connection.executemany("UPDATE unit SET held = held + 5 WHERE id = $1", units)
    seconds = time.perf_counter() - started
    await connection.close()
    return len(batches) * size / seconds
