"""Makes deleted data leave the database's files: a row that is gone may stand in them for a long time."""

from collections.abc import Mapping, Sequence

from sqlalchemy import text

from confman.kernel.db import Database


def wipe(database: Database, personal: Mapping[str, Sequence[str]]) -> bool:
    """Whether nothing of what was deleted before is left where this process can see to it. In no transaction.

    `personal`: columns by table. SQLite writes its file anew and empties the log beside it: with secure_delete alone
    about one row in a thousand lived on where a page had been split. PostgreSQL lets go of dead rows and of the samples
    of columns that its planner keeps; what its own log and backups hold is the operator's.
    """
    return _wipe_sqlite(database) if database.is_sqlite else _wipe_postgresql(database, personal)


def _wipe_sqlite(database: Database) -> bool:
    connection = database.write.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("PRAGMA temp_store=FILE")  # the new file is as large as the old one
        cursor.execute("PRAGMA busy_timeout=2000")  # others wait to write meanwhile
        try:
            cursor.execute("VACUUM")
        except database.write.dialect.loaded_dbapi.OperationalError as error:
            if "locked" not in str(error):
                raise
            return False
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy = any(row[0] for row in cursor.fetchall())  # somebody is reading what there was before
        cursor.close()
        return not busy
    finally:
        connection.invalidate()  # the next one is opened with the usual settings


_CLEAR = text("SELECT pg_clear_attribute_stats(current_schema(), :table, :column, false)")
_CAN_CLEAR = text("SELECT to_regproc('pg_clear_attribute_stats') IS NOT NULL")


def _wipe_postgresql(database: Database, personal: Mapping[str, Sequence[str]]) -> bool:
    with database.write.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # from version 18 on; ANALYZE leaves the samples of a table that is empty now as they were
        can_clear = connection.execute(_CAN_CLEAR).scalar_one()
        for table, columns in personal.items():
            if can_clear:
                for column in columns:
                    connection.execute(_CLEAR, {"table": table, "column": column})
            connection.exec_driver_sql(f"VACUUM (ANALYZE) {table}")
    return True
