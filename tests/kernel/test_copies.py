"""Copies that are laid beside an SQLite file before it is migrated do not stay."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from confman.kernel import schema
from confman.kernel.db import open_database

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_a_copy_goes_after_a_week_and_what_is_not_ours_stays(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'confman.sqlite'}")
    schema.migrate(database, NOW)
    schema.migrate(database, NOW, "base")
    others = ["confman-before-the-summer.sqlite", "other-before-20200101T000000.sqlite"]
    for name in others:
        (tmp_path / name).touch()

    gone = [
        schema.remove_old_copies(database, NOW + schema.COPIES_KEPT - timedelta(seconds=1)),
        schema.remove_old_copies(database, NOW + schema.COPIES_KEPT),
    ]
    database.dispose()

    assert gone == [0, 1]
    assert sorted(path.name for path in tmp_path.glob("*-before-*")) == others


def test_what_lies_beside_a_copy_goes_along(tmp_path: Path) -> None:
    """A migration that was killed while it copied leaves them."""
    database = open_database(f"sqlite:///{tmp_path / 'confman.sqlite'}")
    for ending in ("", "-wal", "-shm", "-journal"):
        (tmp_path / f"confman-before-20261122T120000.sqlite{ending}").touch()

    assert schema.remove_old_copies(database, NOW + schema.COPIES_KEPT) == 4


def test_postgresql_has_no_copies(postgresql_url: str) -> None:
    database = open_database(postgresql_url)

    assert schema.remove_old_copies(database, NOW) == 0
    database.dispose()
