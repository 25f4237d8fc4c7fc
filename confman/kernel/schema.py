"""The schema's version: bring it up, take it down, refuse a newer one."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from confman.kernel.db import Database, DatabaseRefused
from confman.kernel.files import folder

if TYPE_CHECKING:
    from alembic.config import Config


COPIES_KEPT = timedelta(days=7)
"""How long the copy of an SQLite file stays that was made before migrating."""
_BEFORE = "-before-"
_STAMP = "%Y%m%dT%H%M%S"
_STAMPED = len("20270126T093000")


def newest() -> str:
    """The revision this program knows as the last (file names begin with it)."""
    return max(path.name.split("_", 1)[0] for path in (folder("alembic") / "versions").glob("[0-9]*.py"))


def current(connection: Connection) -> str | None:
    """The revision the database is at; None where it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def check(connection: Connection) -> None:
    """Raises `DatabaseRefused` unless the database is exactly at the newest revision."""
    found = current(connection)
    if found is not None and found > newest():
        raise DatabaseRefused(f"the database is at revision {found}, newer than this program ({newest()}); upgrade it")
    if found != newest():
        raise DatabaseRefused(f"the database is at revision {found}, this program needs {newest()}: confman migrate")


def migrate(database: Database, now: datetime, target: str = "head") -> bool:
    """Brings the schema to `target`; True if anything was done.

    SQLite files with content are copied beside themselves first. Two that start at once migrate once:
    the second waits for the lock and finds nothing to do.
    """
    with database.read.connect() as connection:
        found = current(connection)
        if found is not None and found > newest():
            check(connection)
    if target == "head" and found == newest():
        return False
    if database.is_sqlite and found is not None:
        _copy(Path(database.write.url.database or ""), now)
    with database.write.begin() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(7263110)"))
        if target == "head" and current(connection) == newest():
            return False
        _run(connection, target)
    return True


def _copy(path: Path, now: datetime) -> None:
    from pysqlite3 import dbapi2  # noqa: PLC0415 - see kernel/db

    copy = path.with_name(f"{path.stem}{_BEFORE}{now:{_STAMP}}{path.suffix}")
    source, target = dbapi2.connect(str(path)), dbapi2.connect(str(copy))
    try:
        source.backup(target)
    finally:
        source.close()
        target.close()
    shutil.copymode(path, copy)


def remove_old_copies(database: Database, now: datetime) -> int:
    """Copies made before migrating that are older than `COPIES_KEPT`: people are in them who are erased since."""
    if not database.is_sqlite:
        return 0
    path, gone = Path(database.write.url.database or ""), 0
    for copy in path.parent.glob(f"{path.stem}{_BEFORE}*"):
        made_at = _made_at(copy.name.removeprefix(f"{path.stem}{_BEFORE}")[:_STAMPED])
        if made_at is not None and made_at + COPIES_KEPT <= now:
            copy.unlink(missing_ok=True)
            gone += 1
    return gone


def _made_at(stamp: str) -> datetime | None:
    try:
        return datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None  # a file of somebody else's


def _run(connection: Connection, target: str) -> None:
    from alembic import command  # noqa: PLC0415 - a heavy import that serving does not need

    config = _config(connection)
    if target == "base" or (target != "head" and target < (current(connection) or "")):
        command.downgrade(config, target)
    else:
        command.upgrade(config, target)


def _config(connection: Connection) -> "Config":
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", str(folder("alembic")))
    config.attributes["connection"] = connection
    return config
