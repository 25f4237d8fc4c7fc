"""Raw writers of the rows of one registration: the fastest this machine can store them, without any rule."""

import time
from pathlib import Path
from typing import Any
from uuid import uuid4

BATCH = 128
_NOW = 1_790_000_000_000_000
_STANDING = '{"unit": "0123456789abcdef0123456789abcdef", "state": "held", "position": null}'
_DDL = """
CREATE TABLE registration (id {id} PRIMARY KEY, event_id {id}, code TEXT UNIQUE, category_id {id}, given_name TEXT,
    family_name TEXT, sort_key TEXT, search_key TEXT, name_key TEXT, institution TEXT, language TEXT, email TEXT,
    email_key TEXT, source TEXT, created_at BIGINT, confirm_by BIGINT, first_answer TEXT, changed_at BIGINT);
CREATE UNIQUE INDEX r1 ON registration (event_id, email_key, name_key);
CREATE INDEX r2 ON registration (event_id, sort_key, id);
CREATE INDEX r3 ON registration (category_id);
CREATE TABLE place (registration_id {id}, unit_id {id}, event_id {id}, lane {id}, state TEXT, counted BOOLEAN,
    seq BIGINT, changed_at BIGINT, PRIMARY KEY (registration_id, unit_id)){without_rowid};
CREATE INDEX p1 ON place (unit_id);
CREATE UNIQUE INDEX p2 ON place (registration_id, lane);
CREATE TABLE letter (id {id} PRIMARY KEY, event_id {id}, registration_id {id}, kind TEXT, recipient TEXT,
    recipient_key TEXT, facts TEXT, message_id TEXT UNIQUE, created_at BIGINT, due_at BIGINT);
CREATE INDEX l1 ON letter (due_at);
CREATE INDEX l2 ON letter (recipient_key, created_at);
CREATE INDEX l3 ON letter (event_id);
CREATE INDEX l4 ON letter (registration_id);
CREATE TABLE answer (registration_id {id}, question_id {id}, value TEXT,
    PRIMARY KEY (registration_id, question_id)){without_rowid};
CREATE INDEX a1 ON answer (question_id);
CREATE TABLE audit (id {id} PRIMARY KEY, event_id {id}, host_id {id}, at BIGINT, actor TEXT, verb TEXT,
    subject TEXT, facts TEXT);
CREATE INDEX u1 ON audit (event_id);
CREATE INDEX u2 ON audit (host_id);
CREATE TABLE unit (id {id} PRIMARY KEY, held INT, ceiling INT, CHECK (held <= ceiling));
"""
_INSERTS = (("registration", 18), ("place", 8), ("letter", 10), ("answer", 3), ("audit", 8))


def _batch(number: int, event: Any, units: list[Any], key: Any) -> dict[str, list[tuple[Any, ...]]]:
    made: dict[str, list[tuple[Any, ...]]] = {name: [] for name, _ in _INSERTS}
    for index in range(number, number + BATCH):
        who, name, mail, now = (
            key(),
            f"beispiel{index}",
            f"anna.beispiel{index}@lindenbrueck.example",
            1_790_000_000_000_000,
        )
        answer = '{"outcome": "held", "confirm_by": "2026-11-25T17:00:00+00:00"}'
        named = ("Anna", name, name, name, name, "Stadt Lindenbrück", "de", mail, mail, "api")
        made["registration"].append((who, event, f"{index:09}", event, *named, now, now, answer, now))
        for lane, unit in enumerate((units[0], units[1 + index % 12], units[13 + index % 12])):
            slot = None if lane == 0 else units[lane]
            made["place"].append((who, unit, event, slot, "held", True, index * 3 + lane, now))
        facts = (
            '{"places": ['
            + '{"unit": "0123456789abcdef0123456789abcdef", "state": "held", "position": null}, ' * 3
            + "]}"
        )
        made["letter"].append((key(), event, who, "confirm", mail, mail, facts, f"m{index}", now, now))
        made["answer"] += [(who, unit, '"Was bleibt von den Laboren?"') for unit in units[:2]]
        made["audit"].append((key(), event, event, now, "attendee", "register", str(index), '{"outcome": "held"}'))
    return made


def sqlite(folder: Path, count: int) -> float:
    """Registrations a second with one transaction and executemany per batch of 128, WAL, synchronous=FULL."""
    from pysqlite3 import dbapi2

    file = folder / "raw.sqlite"
    connection = dbapi2.connect(str(file), isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "cache_size=-65536"):
        connection.execute(f"PRAGMA {pragma}")
    connection.executescript(_DDL.format(id="BLOB", without_rowid=" WITHOUT ROWID"))
    event, units = uuid4().bytes, [uuid4().bytes for _ in range(25)]
    connection.executemany("INSERT INTO unit VALUES (?, 0, 1000000)", [(unit,) for unit in units])
    batches = [_batch(number, event, units, lambda: uuid4().bytes) for number in range(0, count, BATCH)]
    started = time.perf_counter()
    for made in batches:
        connection.execute("BEGIN IMMEDIATE")
        for name, columns in _INSERTS:
            connection.executemany(f"INSERT INTO {name} VALUES ({','.join('?' * columns)})", made[name])
        connection.executemany("UPDATE unit SET held = held + 5 WHERE id = ?", [(unit,) for unit in units])
        connection.execute("COMMIT")
    seconds = time.perf_counter() - started
    connection.close()
    file.unlink()
    return len(batches) * BATCH / seconds


async def postgresql(url: str, count: int) -> float:
    """The same with asyncpg's executemany."""
    import asyncpg

    connection = await asyncpg.connect(user="postgres", database="postgres", host=url.partition("host=")[2])
    await connection.execute("DROP SCHEMA IF EXISTS raw CASCADE; CREATE SCHEMA raw; SET search_path TO raw")
    await connection.execute(_DDL.format(id="UUID", without_rowid=""))
    event, units = uuid4(), [uuid4() for _ in range(25)]
    await connection.executemany("INSERT INTO unit VALUES ($1, 0, 1000000)", [(unit,) for unit in units])
    batches = [_batch(number, event, units, uuid4) for number in range(0, count, BATCH)]
    started = time.perf_counter()
    for made in batches:
        async with connection.transaction():
            for name, columns in _INSERTS:
                marks = ",".join(f"${index + 1}" for index in range(columns))
                await connection.executemany(f"INSERT INTO {name} VALUES ({marks})", made[name])
            await connection.executemany("UPDATE unit SET held = held + 5 WHERE id = $1", [(unit,) for unit in units])
    seconds = time.perf_counter() - started
    await connection.execute("DROP SCHEMA raw CASCADE")
    await connection.close()
    return len(batches) * BATCH / seconds
