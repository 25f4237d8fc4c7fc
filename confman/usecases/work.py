"""The only place that knows how use-cases run: which thread, which connection, when to commit, when to try again."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from confman.domain.errors import Interrupted
from confman.kernel.clock import Clock
from confman.kernel.db import READERS, Database, is_lost, is_retryable

P = ParamSpec("P")
R = TypeVar("R")
_TRIES = 4


def read(database: Database, fn: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Runs `fn` on a connection that cannot write; what it sees is one snapshot on SQLite."""
    with database.read.connect() as connection, connection.begin():
        return fn(connection, *args, **kwargs)


def write(database: Database, fn: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Runs `fn` in one transaction and commits it; returning means committed and on disk.

    Serialization failures and deadlocks run it again from the start, up to 3 times. Raises `Interrupted` where the
    connection or the commit failed: it may have been recorded.
    """
    for left in reversed(range(_TRIES)):
        try:
            return _once(database, fn, *args, **kwargs)
        except DBAPIError as error:
            if is_retryable(error) and left:
                continue
            if is_retryable(error) or is_lost(error):
                raise Interrupted from error
            raise
    raise AssertionError("the last try returns or raises")


def _once(database: Database, fn: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
    with database.write.connect() as connection:
        transaction = connection.begin()
        try:
            result = fn(connection, *args, **kwargs)
        except BaseException:
            if transaction.is_active:
                transaction.rollback()
            raise
        try:
            transaction.commit()
        except DBAPIError as error:
            if is_retryable(error):
                raise
            raise Interrupted from error
        return result


class Work:
    """Use-cases for an event loop: one writer thread on SQLite, a few on PostgreSQL, a few readers on both."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock
        self.writers = 1 if database.is_sqlite else READERS
        self._write_threads = ThreadPoolExecutor(self.writers, thread_name_prefix="confman-write")
        self._read_threads = ThreadPoolExecutor(READERS, thread_name_prefix="confman-read")

    async def read(self, fn: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._read_threads, lambda: read(self.database, fn, *args, **kwargs))

    async def write(self, fn: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._write_threads, lambda: write(self.database, fn, *args, **kwargs))

    async def beside(self, fn: Callable[Concatenate[Database, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Runs `fn` between the writes of this process and in no transaction, for what a database does to its files."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._write_threads, lambda: fn(self.database, *args, **kwargs))

    def close(self) -> None:
        """Waits for what runs, then closes all connections."""
        self._write_threads.shutdown()
        self._read_threads.shutdown()
        self.database.dispose()
