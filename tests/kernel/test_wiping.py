"""What was deleted cannot be read in the files any more."""

from pathlib import Path

from sqlalchemy import text

from confman.kernel.db import Database, open_database
from confman.kernel.wiping import wipe

SECRET = b"Wolkenschieber"
MANY = 3_000


def filled(database: Database) -> None:
    """Rows of many sizes, in no order, so that pages are split; every second is deleted again."""
    with database.write.begin() as connection:
        connection.execute(text("CREATE TABLE person (key INTEGER, name TEXT)"))
        connection.execute(text("CREATE INDEX by_name ON person (name, key)"))
    for at in range(0, MANY, 100):
        rows = [
            {"k": n * 7919 % MANY, "n": f"{n * 7919 % MANY:04}{SECRET.decode() * (1 + n % 50)}"}
            for n in range(at, at + 100)
        ]
        with database.write.begin() as connection:
            connection.execute(text("INSERT INTO person VALUES (:k, :n)"), rows)
            connection.execute(text("DELETE FROM person WHERE key % 3 = :at"), {"at": at // 100 % 3})


def readable(folder: Path) -> list[str]:
    return [path.name for path in sorted(folder.iterdir()) if SECRET in path.read_bytes()]


def test_nothing_that_was_deleted_is_left_in_the_file_or_beside_it(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'some.sqlite'}")
    filled(database)
    with database.write.begin() as connection:
        connection.execute(text("DELETE FROM person"))
    assert readable(tmp_path) == ["some.sqlite", "some.sqlite-wal"]

    assert wipe(database, {})

    assert readable(tmp_path) == []
    database.dispose()


def test_while_somebody_reads_what_there_was_it_says_so(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'some.sqlite'}")
    filled(database)
    with database.read.begin() as reader:
        reader.execute(text("SELECT count(*) FROM person"))
        with database.write.begin() as connection:
            connection.execute(text("DELETE FROM person"))
        assert not wipe(database, {})

    assert wipe(database, {})

    assert readable(tmp_path) == []
    database.dispose()


def test_wiping_leaves_the_connection_as_it_was(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'some.sqlite'}")
    filled(database)

    wipe(database, {})

    with database.write.connect() as connection:
        settings = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("busy_timeout", "temp_store", "secure_delete", "synchronous", "foreign_keys")
        ]
    assert settings == [60_000, 2, 1, 2, 1]
    database.dispose()
