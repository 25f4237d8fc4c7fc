"""Who runs the site, and how much is in it: each function is one statement."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, case, func, select

from confman.store.hosts import host
from confman.store.outbox import letter
from confman.store.registrations import registration

_HOSTS = select(
    host.c.slug,
    host.c.name,
    host.c.address,
    host.c.email,
    host.c.phone,
    host.c.homepage,
    host.c.imprint,
    host.c.privacy,
    host.c.accessibility,
    host.c.retention,
    host.c.logo,
).order_by(host.c.name)


def hosts(connection: Connection) -> Sequence[RowMapping]:
    return connection.execute(_HOSTS).mappings().all()


_STATE = case(
    (registration.c.ended_by.is_not(None), registration.c.ended_by),
    (registration.c.confirmed_at.is_(None), "unconfirmed"),
    else_="confirmed",
)
_REGISTRATIONS = select(_STATE.label("state"), func.count().label("number")).group_by(_STATE).order_by(_STATE)


def registrations_by_state(connection: Connection) -> dict[str, int]:
    """How many registrations are unconfirmed, confirmed, or ended by self, organiser, lapse or event."""
    return {row.state: row.number for row in connection.execute(_REGISTRATIONS)}


_OPEN = and_(letter.c.accepted_at.is_(None), letter.c.failed_at.is_(None))
_LETTERS = select(
    func.count(case((_OPEN, 1))).label("waiting"),
    func.count(letter.c.failed_at).label("failed"),
)


def letters(connection: Connection) -> Any:
    """(waiting, failed)"""
    return connection.execute(_LETTERS).one()
