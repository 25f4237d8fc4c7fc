"""What both databases can do and each spells its own way."""

from typing import Any

from sqlalchemy import ColumnElement, Integer, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class _Position(FunctionElement[int]):
    name = "position_of"
    inherit_cache = True
    type = Integer()


def position(column: ColumnElement[Any], param: str) -> ColumnElement[int]:
    """Where the text of that parameter begins in the column, from 1; 0 where it is not in it. Nothing is a wildcard."""
    return _Position(column, bindparam(param))


@compiles(_Position, "sqlite")
def _position_sqlite(element: _Position, compiler: SQLCompiler, **kw: Any) -> str:
    return f"instr({compiler.process(element.clauses, **kw)})"


@compiles(_Position, "postgresql")
def _position_postgresql(element: _Position, compiler: SQLCompiler, **kw: Any) -> str:
    column, text = element.clauses
    return f"strpos({compiler.process(column, **kw)}, CAST({compiler.process(text, **kw)} AS text))"


class _Unindexed(FunctionElement[Any]):
    name = "unindexed"
    inherit_cache = True


def unindexed(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The column, and no index on it is to be used: SQLite keeps no statistics here and takes the wrong one.

    PostgreSQL has them and decides itself.
    """
    element = _Unindexed(column)
    element.type = column.type
    return element


@compiles(_Unindexed, "sqlite")
def _unindexed_sqlite(element: _Unindexed, compiler: SQLCompiler, **kw: Any) -> str:
    return f"+{compiler.process(element.clauses, **kw)}"


@compiles(_Unindexed, "postgresql")
def _unindexed_postgresql(element: _Unindexed, compiler: SQLCompiler, **kw: Any) -> str:
    return compiler.process(element.clauses, **kw)


class _Items(FunctionElement[int]):
    name = "items_of"
    inherit_cache = True
    type = Integer()


def items(column: ColumnElement[Any]) -> ColumnElement[int]:
    """How many things the JSON value is: those of a list, else one."""
    return _Items(column)


@compiles(_Items, "sqlite")
def _items_sqlite(element: _Items, compiler: SQLCompiler, **kw: Any) -> str:
    value = compiler.process(element.clauses, **kw)
    return f"CASE json_type({value}) WHEN 'array' THEN json_array_length({value}) ELSE 1 END"


@compiles(_Items, "postgresql")
def _items_postgresql(element: _Items, compiler: SQLCompiler, **kw: Any) -> str:
    value = compiler.process(element.clauses, **kw)
    return f"CASE jsonb_typeof({value}) WHEN 'array' THEN jsonb_array_length({value}) ELSE 1 END"
