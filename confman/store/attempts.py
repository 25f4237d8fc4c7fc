"""How often something was tried, on all nodes together: each function is one statement."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from confman.store.hosts import attempt


def count(connection: Connection, key_hash: bytes, window_at: datetime) -> int:
    """One more; how many there are now."""
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    first = dialect.insert(attempt).values(key_hash=key_hash, window_at=window_at, count=1)
    one_more = first.on_conflict_do_update(
        index_elements=["key_hash", "window_at"], set_={"count": attempt.c.count + 1}
    ).returning(attempt.c.count)
    counted: int = connection.execute(one_more).scalar_one()
    return counted


def take_back(connection: Connection, key_hash: bytes, window_at: datetime) -> None:
    """One less, never below nothing."""
    mine = (attempt.c.key_hash == key_hash, attempt.c.window_at == window_at, attempt.c.count > 0)
    connection.execute(update(attempt).where(*mine).values(count=attempt.c.count - 1))


def forget(connection: Connection, key_hash: bytes, before: datetime) -> None:
    """What was counted in earlier windows."""
    connection.execute(delete(attempt).where(attempt.c.key_hash == key_hash, attempt.c.window_at < before))


def since(connection: Connection, key_hash: bytes, after: datetime) -> int:
    """How many were counted in windows that began later than `after`."""
    counted = func.coalesce(func.sum(attempt.c.count), 0)
    mine = select(counted).where(attempt.c.key_hash == key_hash, attempt.c.window_at > after)
    return int(connection.execute(mine).scalar_one())
