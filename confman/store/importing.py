"""What taking over an event book reads and writes beside plain rows."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Connection,
    RowMapping,
    Select,
    Table,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from confman.store.base import among_ids, among_texts
from confman.store.events import document, event, stamp
from confman.store.files import file
from confman.store.hosts import body, host, project
from confman.store.ledger import ledger
from confman.store.programme import unit
from confman.store.registrations import answer, answer_sensitive, category, consent, place, registration

EVERYWHERE = UUID(int=0)
"""The `scope_id` of the stamp of scope `all`."""

_LOCK = (
    select(ledger.c.event_id)
    .join(event, event.c.id == ledger.c.event_id)
    .join(host, host.c.id == event.c.host_id)
    .where(or_(host.c.slug == bindparam("host"), among_texts(event.c.slug, "slugs")))
    .order_by(ledger.c.event_id)
    .with_for_update(of=ledger)
)


def lock(connection: Connection, host_slug: str, slugs: Sequence[str]) -> None:
    """Takes the ledgers of all events of the host in the order of their ids; all else is read after.

    Of all, because they show what the book may change around them: the host, its bodies, projects and series.
    """
    connection.execute(_LOCK, {"host": host_slug, "slugs": list(slugs)})


def rows(connection: Connection, table: Table, **owner: Any) -> Sequence[RowMapping]:
    """All rows whose columns have these values."""
    wanted = [table.c[name] == value for name, value in owner.items()]
    return connection.execute(select(table).where(*wanted)).mappings().all()


def first(connection: Connection, table: Table, **owner: Any) -> RowMapping | None:
    return next(iter(rows(connection, table, **owner)), None)


def add(connection: Connection, table: Table, values: Sequence[Mapping[str, Any]]) -> None:
    if values:
        connection.execute(insert(table), values)


def change(connection: Connection, table: Table, key: UUID, values: Mapping[str, Any]) -> None:
    connection.execute(update(table).where(table.c.id == key).values(values))


def remove(connection: Connection, table: Table, **owner: Any) -> None:
    connection.execute(delete(table).where(*(table.c[name] == value for name, value in owner.items())))


def remove_unit(connection: Connection, key: UUID) -> None:
    """The unit and what it remembers of released places; the caller has seen that nobody has one."""
    connection.execute(delete(place).where(place.c.unit_id == key))
    connection.execute(delete(unit).where(unit.c.id == key))


def release_lane(connection: Connection, unit_id: UUID, lane: UUID | None) -> None:
    """Released places of a session that moved point to its new slot."""
    connection.execute(update(place).where(place.c.unit_id == unit_id).values(lane=lane))


def people_by_unit(connection: Connection, event_id: UUID) -> dict[UUID, int]:
    """How many people hold, wait for or wish each unit of the event; units of nobody are left out."""
    counted = (
        select(place.c.unit_id, func.count())
        .where(place.c.event_id == event_id, place.c.state != "released")
        .group_by(place.c.unit_id)
    )
    return _pairs(connection, counted)


def people_of_unit(connection: Connection, unit_id: UUID) -> tuple[UUID, ...]:
    """The registrations that hold, wait for or wish the unit."""
    found = select(place.c.registration_id).where(place.c.unit_id == unit_id, place.c.state != "released")
    return tuple(connection.execute(found.order_by(place.c.seq)).scalars())


def answers_by_question(connection: Connection, event_id: UUID) -> dict[UUID, int]:
    """How many people of the event have answered each question."""
    numbers: dict[UUID, int] = {}
    for table in (answer, answer_sensitive):
        counted = (
            select(table.c.question_id, func.count())
            .join(registration, registration.c.id == table.c.registration_id)
            .where(registration.c.event_id == event_id)
            .group_by(table.c.question_id)
        )
        numbers |= _pairs(connection, counted)
    return numbers


def people_by_consent(connection: Connection, event_id: UUID) -> dict[UUID, int]:
    """How many people of the event ever agreed to each text."""
    counted = (
        select(consent.c.consent_text_id, func.count())
        .join(registration, registration.c.id == consent.c.registration_id)
        .where(registration.c.event_id == event_id)
        .group_by(consent.c.consent_text_id)
    )
    return _pairs(connection, counted)


def people_by_category(connection: Connection, host_id: UUID) -> dict[UUID, int]:
    """How many live registrations are in each category of the host."""
    counted = (
        select(registration.c.category_id, func.count())
        .join(category, category.c.id == registration.c.category_id)
        .where(category.c.host_id == host_id, registration.c.ended_at.is_(None))
        .group_by(registration.c.category_id)
    )
    return _pairs(connection, counted)


def known(connection: Connection, table: Table, column: str, host_id: UUID, keys: Iterable[str]) -> dict[str, UUID]:
    """The ids of a host's rows by a key column."""
    wanted = select(table.c[column], table.c.id).where(table.c.host_id == host_id, among_texts(table.c[column], "keys"))
    return {row[0]: row[1] for row in connection.execute(wanted, {"keys": sorted(set(keys))})}


def events_of_host(connection: Connection, host_id: UUID) -> tuple[UUID, ...]:
    return tuple(connection.execute(select(event.c.id).where(event.c.host_id == host_id)).scalars())


def raise_programme_version(connection: Connection, *events: UUID) -> None:
    """Tells everybody who keeps the rules and views of these events to read them anew."""
    one_more = update(ledger).values(programme_version=ledger.c.programme_version + 1)
    connection.execute(one_more.where(among_ids(ledger.c.event_id, "events")), {"events": list(events)})


def raise_stamps(connection: Connection, scopes: Iterable[tuple[str, UUID]], now: datetime) -> None:
    """One version more for each scope, in an order in which two at once cannot block each other."""
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(stamp)
    statement = statement.on_conflict_do_update(
        index_elements=["scope", "scope_id"],
        set_={"version": stamp.c.version + 1, "changed_at": statement.excluded.changed_at},
    )
    new = [
        {"scope": scope, "scope_id": key, "version": 1, "changed_at": now}
        for scope, key in sorted(scopes, key=lambda scope: (scope[0], scope[1].bytes))
    ]
    if new:
        connection.execute(statement, new)


_LOGOS = (select(table.c.logo).where(table.c.logo.is_not(None)) for table in (host, body, project))
_USED = union_all(*_LOGOS, select(document.c.content_hash).where(document.c.content_hash.is_not(None)))


def remove_unused_files(connection: Connection) -> None:
    """What no document and no logo refers to any more."""
    connection.execute(delete(file).where(file.c.hash.not_in(_USED)))


def _pairs(connection: Connection, counted: Select[*tuple[Any, ...]]) -> dict[UUID, int]:
    return {row[0]: row[1] for row in connection.execute(counted)}
