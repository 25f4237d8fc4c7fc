"""Real servers on a database of their own, shared by the races of a run; whoever ends one finds it running again."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from sqlalchemy import create_engine, text

from bench import servers
from confman.kernel.db import Database, open_database

SQLITE, POSTGRESQL, TWO_NODES = "sqlite", "postgresql", "postgresql, two processes"


@dataclass
class Site:
    """`name` as it is told. `database` is this process's own way in, beside the servers'."""

    name: str
    database: Database
    servers: list[servers.Server]

    @property
    def ports(self) -> list[int]:
        return [server.port for server in self.servers]

    def revive(self) -> None:
        for server in self.servers:
            if server.process.poll() is not None:
                server.start()


@contextmanager
def running(name: str, url: str, folder: Path) -> Iterator[Site]:
    """One server, two where the name says so; all ended at the end."""
    with ExitStack() as stack:
        nodes = [folder / str(number) for number in range(2 if name == TWO_NODES else 1)]
        started = [stack.enter_context(servers.confman(url, node)) for node in nodes]
        database = open_database(url)
        stack.callback(database.dispose)
        yield Site(name, database, started)


def sqlite_at(template: Path, folder: Path) -> str:
    path = folder / "confman.sqlite"
    shutil.copy(template, path)
    return f"sqlite:///{path}"


@contextmanager
def postgresql_at(server: str) -> Iterator[str]:
    """A migrated database of that server, dropped at the end."""
    name = f"site{uuid4().hex}"
    _as_admin(server, f"CREATE DATABASE {name} TEMPLATE template_confman STRATEGY file_copy")
    try:
        yield server.replace("/postgres?", f"/{name}?")
    finally:
        _as_admin(server, f"DROP DATABASE {name} WITH (FORCE)")


def _as_admin(server: str, statement: str) -> None:
    engine = create_engine(server.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
