"""Types and the MetaData that all tables share."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ColumnElement,
    Dialect,
    ForeignKey,
    LargeBinary,
    MetaData,
    Row,
    Uuid,
    bindparam,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import Boolean, Text, TypeDecorator, TypeEngine

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Found = Sequence[Row[*tuple[Any, ...]]]
"""Rows as they come; callers read them by column name."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(instant: datetime) -> int:
    """Since 1970, as SQLite keeps instants."""
    since = instant - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def instant_from(since_epoch: int) -> datetime:
    """The reverse of `microseconds`."""
    seconds, micro = divmod(since_epoch, 1_000_000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=micro)


class Id(TypeDecorator[UUID]):
    """A UUID: `uuid` on PostgreSQL, BLOB(16) on SQLite."""

    impl = LargeBinary(16)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Uuid() if dialect.name == "postgresql" else LargeBinary(16))

    def process_bind_param(self, value: UUID | None, dialect: Dialect) -> Any:
        if value is None or dialect.name == "postgresql":
            return value
        return value.bytes

    def process_result_value(self, value: Any, dialect: Dialect) -> UUID | None:  # noqa: ARG002 - SQLAlchemy's signature
        if value is None:
            return None
        return value if isinstance(value, UUID) else UUID(bytes=value)


class Instant(TypeDecorator[datetime]):
    """An aware instant: timestamptz on PostgreSQL, microseconds since 1970 on SQLite. Naive values are refused."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(TIMESTAMP(timezone=True) if dialect.name == "postgresql" else BigInteger())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("an instant needs a zone")
        if dialect.name == "postgresql":
            return value
        return microseconds(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if dialect.name == "postgresql":
            aware: datetime = value
            return aware.astimezone(UTC)
        return instant_from(value)


def Json() -> TypeEngine[Any]:  # noqa: N802 - reads as the type it gives
    """Any JSON value; `Texts` are `{language: text}`."""
    return JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class _List(TypeDecorator[Sequence[Any]]):
    """A list as one parameter: an array on PostgreSQL, JSON on SQLite (ids as hexadecimal)."""

    impl = Text
    cache_ok = True

    def __init__(self, *, ids: bool) -> None:
        super().__init__()
        self.ids = ids

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(ARRAY(Uuid() if self.ids else Text()))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: Sequence[Any] | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if dialect.name == "postgresql":
            return list(value)
        return json.dumps([item.hex for item in value] if self.ids else list(value))


def IdList() -> TypeEngine[Any]:  # noqa: N802 - reads as the type it gives
    return _List(ids=True)


def TextList() -> TypeEngine[Any]:  # noqa: N802 - as above
    return _List(ids=False)


class _Among(FunctionElement[bool]):
    # else SQLAlchemy writes `(…) = 1` on SQLite, and no index serves; tests/store/test_store_plans.py watches
    _is_implicitly_boolean = True
    inherit_cache = True
    type = Boolean()


class _AmongIds(_Among):
    name = "among_ids"
    inherit_cache = True


class _AmongTexts(_Among):
    name = "among_texts"
    inherit_cache = True


def among_ids(column: ColumnElement[Any], param: str) -> ColumnElement[bool]:
    """`column` is in the ids given as ONE parameter, so that a statement's text never depends on the list's length.

    PostgreSQL: `= ANY(:param)`; SQLite: `IN (SELECT unhex(value) FROM json_each(:param))`.
    An expanding IN would give 128 texts and thrash prepared statements.
    """
    return _AmongIds(column, bindparam(param, type_=_List(ids=True)))


def among_texts(column: ColumnElement[Any], param: str) -> ColumnElement[bool]:
    """As `among_ids`, for texts."""
    return _AmongTexts(column, bindparam(param, type_=_List(ids=False)))


@compiles(_Among, "postgresql")
def _among_postgresql(element: _Among, compiler: SQLCompiler, **kw: Any) -> str:
    column, values = element.clauses
    return f"{compiler.process(column, **kw)} = ANY({compiler.process(values, **kw)})"


@compiles(_AmongIds, "sqlite")
def _among_ids_sqlite(element: _Among, compiler: SQLCompiler, **kw: Any) -> str:
    column, values = element.clauses
    # no value stands in these texts: both are SQLAlchemy's rendering of a column and a parameter
    listed = f"SELECT unhex(value) FROM json_each({compiler.process(values, **kw)})"  # noqa: S608 - a bound parameter
    return f"{compiler.process(column, **kw)} IN ({listed})"


@compiles(_AmongTexts, "sqlite")
def _among_texts_sqlite(element: _Among, compiler: SQLCompiler, **kw: Any) -> str:
    column, values = element.clauses
    listed = f"SELECT value FROM json_each({compiler.process(values, **kw)})"  # noqa: S608 - a bound parameter
    return f"{compiler.process(column, **kw)} IN ({listed})"


def reference(
    table: str, *, nullable: bool = False, name: str | None = None, on_delete: str = "CASCADE"
) -> Column[Any]:
    """An indexed foreign key to `table.id`, named `<table>_id` unless told."""
    target = ForeignKey(f"{table}.id", ondelete=on_delete)
    return Column(name or f"{table}_id", Id, target, nullable=nullable, index=True)
