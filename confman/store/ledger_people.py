"""The registrations a batch names, read in one statement that no planner can get wrong.

Neither database knows a thing about its tables in the first minute of a rush: PostgreSQL has no statistics yet and
walked through the whole event for each address (490 ms a batch at 2,500 registrations), SQLite never has any. So the
list comes first and each of its entries is looked up by the one index that is meant.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, TextualSelect, bindparam, text

from confman.store.base import Found, Id, IdList, TextList
from confman.store.registrations import category, registration

PERSON = (
    registration.c.id,
    registration.c.event_id,
    registration.c.email,
    registration.c.email_key,
    registration.c.name_key,
    registration.c.language,
    category.c.counts,
    registration.c.ended_by,
    registration.c.confirmed_at,
    registration.c.confirm_by,
    registration.c.request_key,
    registration.c.request_digest,
    registration.c.first_answer,
)
_COLUMNS = ", ".join(f"{column.table.name}.{column.name}" for column in PERSON)
_CATEGORY = "JOIN category ON category.id = registration.category_id"
_LIVE = "registration.event_id = :event AND registration.email_key = {key} AND registration.ended_at IS NULL"
_LISTS = {
    "sqlite": ("json_each(:{name}) AS {name}", "{name}.value", "unhex({name}.value)"),
    "postgresql": ("unnest(:{name}) AS {name}(value)", "{name}.value", "{name}.value"),
}
_LOOKUP = {
    "sqlite": "CROSS JOIN registration ON {where}",  # CROSS: SQLite then keeps this order
    "postgresql": "CROSS JOIN LATERAL (SELECT * FROM registration WHERE {where} OFFSET 0) AS registration",
}


def people(
    connection: Connection, event_id: UUID, ids: Sequence[UUID], addresses: Sequence[str], keys: Sequence[str]
) -> Found:
    """Registrations by id or request key, and the live ones over the addresses of the batch.

    The same one may come more than once.
    """
    named = {"ids": ids, "addresses": addresses, "keys": keys}
    given = {name: values for name, values in named.items() if values}
    if not given:
        return []
    statement = _statement(connection.dialect.name, tuple(given))
    return connection.execute(statement, {"event": event_id, **given}).all()


@cache
def _statement(dialect: str, lists: tuple[str, ...]) -> TextualSelect:
    """One select for each list that is not empty, and for ids one more: who shares an address with them."""
    legs = []
    if "ids" in lists:
        legs.append(_leg(dialect, "ids", "registration.id = {key} AND registration.event_id = :event"))
        legs.append(_sharing(dialect))
    if "addresses" in lists:
        legs.append(_leg(dialect, "addresses", _LIVE))
    if "keys" in lists:
        legs.append(_leg(dialect, "keys", "registration.event_id = :event AND registration.request_key = {key}"))
    types: dict[str, Any] = {"ids": IdList(), "addresses": TextList(), "keys": TextList()}
    binds = [bindparam("event", type_=Id()), *(bindparam(name, type_=types[name]) for name in lists)]
    return text(" UNION ALL ".join(legs)).bindparams(*binds).columns(**{column.name: column.type for column in PERSON})


def _leg(dialect: str, name: str, where: str) -> str:
    source, value, identifier = (part.format(name=name) for part in _LISTS[dialect])
    lookup = _LOOKUP[dialect].format(where=where.format(key=identifier if name == "ids" else value))
    return f"SELECT {_COLUMNS} FROM {source} {lookup} {_CATEGORY}"  # noqa: S608 - names from our own tables


def _sharing(dialect: str) -> str:
    source, _, identifier = (part.format(name="ids") for part in _LISTS[dialect])
    first = "JOIN" if dialect == "postgresql" else "CROSS JOIN"
    lookup = _LOOKUP[dialect].format(where=_LIVE.format(key="named.email_key"))
    return (
        f"SELECT {_COLUMNS} FROM {source} {first} registration AS named ON named.id = {identifier} "  # noqa: S608 - our own names
        f"{lookup} {_CATEGORY}"
    )
