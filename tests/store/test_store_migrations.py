from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from confman.kernel import schema
from confman.kernel.db import Database, DatabaseRefused, open_database
from confman.store.base import metadata

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_migrations_leave_nothing_for_autogenerate(database: Database) -> None:
    with database.write.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert compare_metadata(context, metadata) == []


def test_migrations_run_down_and_up_again(database: Database) -> None:
    schema.migrate(database, NOW, "base")
    with database.read.connect() as connection:
        assert set(inspect(connection).get_table_names()) == {"alembic_version"}

    schema.migrate(database, NOW)

    with database.read.connect() as connection:
        assert set(inspect(connection).get_table_names()) == {"alembic_version", *metadata.tables}


def test_a_second_migration_finds_nothing_to_do(database: Database) -> None:
    assert schema.migrate(database, NOW) is False


def test_a_newer_schema_is_refused(database: Database) -> None:
    with database.write.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(DatabaseRefused, match="newer than this program"):
        schema.migrate(database, NOW)


def test_an_older_schema_is_refused_until_it_is_migrated(tmp_path: Path) -> None:
    empty = open_database(f"sqlite:///{tmp_path / 'empty.sqlite'}")

    with empty.read.connect() as connection, pytest.raises(DatabaseRefused, match="confman migrate"):
        schema.check(connection)
    empty.dispose()


def test_an_existing_sqlite_file_is_copied_before_it_is_migrated(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'confman.sqlite'}")
    schema.migrate(database, NOW)
    schema.migrate(database, NOW, "base")

    assert [path.name for path in tmp_path.glob("*before*")] == ["confman-before-20261122T120000.sqlite"]
    database.dispose()


def test_every_connection_has_its_pragmas(sqlite_url: str) -> None:
    database = open_database(sqlite_url)

    for engine in (database.write, database.read):
        with engine.connect() as connection:
            found = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
                for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "trusted_schema")
            }
        assert found == {
            "journal_mode": "wal",
            "synchronous": 2,
            "foreign_keys": 1,
            "secure_delete": 1,
            "trusted_schema": 0,
        }
    database.dispose()
