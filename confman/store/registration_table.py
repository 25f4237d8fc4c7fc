"""Which of an event's registrations a filter takes: its conditions, built here and nowhere else.

What few people have (a place in one forum, a letter that came back) is asked for twice: as a set, when the question is
who has it, and of each row, when most have it and the rows are walked in their order. The database would have to guess
which is cheaper; `probe` knows.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    exists,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    tuple_,
)

from confman.store.base import Found, Id, Instant, among_ids
from confman.store.outbox import letter
from confman.store.programme import question, unit
from confman.store.registrations import answer, place, registration

State = Literal["live", "unconfirmed", "overdue", "waiting", "cancelled", "lapsed", "all"]
Mark = Literal["note", "undeliverable"]
Order = Literal["newest", "oldest", "name", "name-down"]

MANY: Final = 2_000
"""Up to so many are counted, sorted and paged as a set; of more, only the page that is asked for is read."""

_EVENT = bindparam("event", type_=Id())


@dataclass(frozen=True, slots=True)
class Wanted:
    """All that is given must hold. `units`: places in each; `unchosen`: a place in the part, none held in the lane.

    `waits_in`: the units of which who waits waits for one; empty is any.

    `terms`, `code` (either finds) and `email` (its beginning) are what was searched for; `nobody`: nothing can match.
    """

    state: State = "live"
    overdue_since: datetime | None = None
    categories: tuple[UUID, ...] = ()
    units: tuple[UUID, ...] = ()
    waits_in: tuple[UUID, ...] = ()
    unchosen: tuple[UUID, UUID] | None = None
    mark: Mark | None = None
    terms: tuple[str, ...] = ()
    code: str | None = None
    email: str | None = None
    nobody: bool = False


# what is asked of places, letters and answers: the registrations that have it

_HAS_PLACE = {
    "live": place.c.state != literal_column("'released'"),
    "held": place.c.state == literal_column("'held'"),
    "waiting": place.c.state == literal_column("'waiting'"),
    # what they had when it ended
    "ended": and_(place.c.state == literal_column("'released'"), place.c.was.is_not(None)),
}
_HAS_PLACE["all"] = or_(_HAS_PLACE["live"], _HAS_PLACE["ended"])
_UNITS_OF_EVENT = select(unit.c.id).where(unit.c.event_id == _EVENT)

WAITING: Final[Select[Any]] = select(place.c.registration_id).where(
    _HAS_PLACE["waiting"], place.c.unit_id.in_(_UNITS_OF_EVENT.where(unit.c.waiting > 0))
)
"""Who waits for anything."""

_addressee = registration.alias("addressee")
UNDELIVERABLE: Final[Select[Any]] = (
    select(letter.c.registration_id)
    .join(_addressee, _addressee.c.id == letter.c.registration_id)
    .where(
        letter.c.event_id == _EVENT,
        letter.c.failed_at.is_not(None),
        func.coalesce(letter.c.failure, "") != literal_column("'superseded'"),
        # of the address they have now; once it is corrected nothing is wrong any more
        letter.c.recipient_key == _addressee.c.email_key,
    )
)
"""Whom a letter did not reach."""

NOTES: Final[Select[Any]] = (
    select(answer.c.registration_id)
    .join(question, question.c.id == answer.c.question_id)
    .where(question.c.event_id == _EVENT, question.c.kind == literal_column("'long'"), question.c.sensitive.is_(False))
)
"""Who has written something in their own words."""


_MARKED: Final[Mapping[Mark, Select[Any]]] = {"note": NOTES, "undeliverable": UNDELIVERABLE}
_LIVE = registration.c.ended_by.is_(None)
_UNCONFIRMED = and_(_LIVE, registration.c.confirmed_at.is_(None))
_STATES: Final[Mapping[State, ColumnElement[bool]]] = {
    "live": _LIVE,
    "unconfirmed": _UNCONFIRMED,
    "overdue": and_(_UNCONFIRMED, registration.c.created_at <= bindparam("overdue_since", type_=Instant())),
    "waiting": _LIVE,
    "cancelled": registration.c.ended_by.in_([literal_column(f"'{by}'") for by in ("self", "organiser", "event")]),
    "lapsed": registration.c.ended_by == literal_column("'lapse'"),
    "all": true(),
}
_RARE: Final = frozenset({"unconfirmed", "overdue", "cancelled", "lapsed"})


def _sets(wanted: Wanted) -> Iterator[Select[Any]]:
    """The registrations that each condition on what they have asks for."""
    has = _has(wanted.state)
    if wanted.state == "waiting":
        waits = place.c.state == literal_column("'waiting'")
        yield (
            select(place.c.registration_id).where(waits, among_ids(place.c.unit_id, "waits_in"))
            if wanted.waits_in
            else WAITING
        )
    for number in range(len(wanted.units)):
        yield select(place.c.registration_id).where(place.c.unit_id == bindparam(f"unit_{number}", type_=Id()), has)
    if wanted.unchosen is not None:
        part, lane = (bindparam(name, type_=Id()) for name in ("part", "lane"))
        chosen = place.alias("chosen")
        in_lane = (chosen.c.registration_id == place.c.registration_id, chosen.c.lane == lane)
        is_held = chosen.c.state == literal_column("'held'")
        yield select(place.c.registration_id).where(
            place.c.unit_id == part, _HAS_PLACE["held"], place.c.counted, ~exists().where(*in_lane, is_held)
        )
    if wanted.mark is not None:
        yield _MARKED[wanted.mark]


def _has(state: State) -> ColumnElement[bool]:
    if state in {"cancelled", "lapsed"}:
        return _HAS_PLACE["ended"]
    return _HAS_PLACE["all" if state == "all" else "live"]


def _as_set(having: Select[Any]) -> ColumnElement[bool]:
    return registration.c.id.in_(having)


def _as_test(having: Select[Any]) -> ColumnElement[bool]:
    """Asked of each row. A number to compare and no EXISTS: SQLite may make a join of that, and the order is lost."""
    [whose] = having.selected_columns
    found: Select[Any] = having.with_only_columns(literal_column("1")).where(whose == registration.c.id).limit(1)
    return found.correlate(registration).scalar_subquery() == literal_column("1")


def _rows(wanted: Wanted) -> list[ColumnElement[bool]]:
    """What the row itself tells."""
    conditions = [registration.c.event_id == _EVENT, _STATES[wanted.state]]
    if wanted.categories:
        conditions.append(among_ids(registration.c.category_id, "categories"))
    if wanted.nobody:
        conditions.append(false())
    terms = [registration.c.search_key.contains(bindparam(f"term_{number}")) for number in range(len(wanted.terms))]
    if wanted.code is None:
        conditions += terms
    else:
        conditions.append(or_(registration.c.code == bindparam("code"), and_(true(), *terms) if terms else false()))
    if wanted.email is not None:
        conditions.append(registration.c.email_key.startswith(bindparam("email"), escape="\\"))
    return conditions


def _parameters(event_id: UUID, wanted: Wanted) -> dict[str, Any]:
    found: dict[str, Any] = {"event": event_id}
    found |= {f"unit_{number}": key for number, key in enumerate(wanted.units)}
    found |= {f"term_{number}": f" {term}" for number, term in enumerate(wanted.terms)}
    if wanted.state == "overdue":
        found["overdue_since"] = wanted.overdue_since
    if wanted.categories:
        found["categories"] = wanted.categories
    if wanted.state == "waiting" and wanted.waits_in:
        found["waits_in"] = wanted.waits_in
    if wanted.unchosen is not None:
        found["part"], found["lane"] = wanted.unchosen
    if wanted.code is not None:
        found["code"] = wanted.code
    if wanted.email is not None:
        found["email"] = _ESCAPED.sub(r"\\\g<0>", wanted.email)
    return found


_ESCAPED = re.compile(r"[\\%_]")

# reading


def _key(order: Order) -> ColumnElement[Any]:
    return registration.c.sort_key if order.startswith("name") else registration.c.created_at


def probe(connection: Connection, event_id: UUID, wanted: Wanted, order: Order) -> Found:
    """(key, id) of those it takes, in no order; where that is more than `MANY`, one more than that."""
    sets = list(_sets(wanted))
    found = select(_key(order).label("key"), registration.c.id).where(*_rows(wanted), *map(_as_set, sets))
    if not sets and not wanted.categories and wanted.state not in _RARE:
        # all rows have to be looked at, and as they came they lie one beside the other: a third of the time
        found = found.order_by(registration.c.created_at)
    return connection.execute(found.limit(MANY + 1), _parameters(event_id, wanted)).all()


@dataclass(frozen=True, slots=True)
class Reach:
    """What is read of a list: `limit` in this order, after that key and id if any; `back`: before them."""

    order: Order
    limit: int
    start: tuple[Any, UUID] | None = None
    back: bool = False


def walk(connection: Connection, event_id: UUID, wanted: Wanted, reach: Reach) -> list[UUID]:
    """The ids of a page, in the order of the walk: backwards where the reach goes back."""
    key, down = _key(reach.order), (reach.order in {"newest", "name-down"}) != reach.back
    found = select(registration.c.id).where(*_rows(wanted), *map(_as_test, _sets(wanted)))
    if reach.start is not None:
        last = tuple_(literal(reach.start[0], key.type), literal(reach.start[1], Id()))
        here = tuple_(key, registration.c.id)
        found = found.where(here < last if down else here > last)
    columns = (key.desc(), registration.c.id.desc()) if down else (key, registration.c.id)
    rows = connection.execute(found.order_by(*columns).limit(reach.limit), _parameters(event_id, wanted))
    return list(rows.scalars())


_KEYS = select(registration.c.id, registration.c.sort_key, registration.c.created_at).where(
    registration.c.event_id == _EVENT, registration.c.code == bindparam("code")
)


def keys_of(connection: Connection, event_id: UUID, code: str, order: Order) -> tuple[Any, UUID] | None:
    """The key and id from which a page goes on; None where there is no such registration (any more)."""
    row = connection.execute(_KEYS, {"event": event_id, "code": code}).one_or_none()
    if row is None:
        return None
    return (row.sort_key if order.startswith("name") else row.created_at), row.id


def taken(event_id: UUID, wanted: Wanted) -> tuple[Sequence[ColumnElement[bool]], dict[str, Any]]:
    """The conditions on registrations, for statements of others that read many of them, and their parameters."""
    return [*_rows(wanted), *map(_as_set, _sets(wanted))], _parameters(event_id, wanted)


def codes(connection: Connection, event_id: UUID, wanted: Wanted) -> Found:
    """(id, code) of all it takes, by name."""
    found = select(registration.c.id, registration.c.code).where(*_rows(wanted), *map(_as_set, _sets(wanted)))
    ordered = found.order_by(registration.c.sort_key, registration.c.id)
    return connection.execute(ordered, _parameters(event_id, wanted)).all()


def addresses(connection: Connection, event_id: UUID, wanted: Wanted) -> list[str]:
    """Those of all it takes, each mailbox once, as the first by name wrote it; of more than `MANY` not all."""
    found = select(registration.c.email, registration.c.email_key).where(
        *_rows(wanted), *map(_as_set, _sets(wanted)), registration.c.email_key.is_not(None)
    )
    ordered = found.order_by(registration.c.sort_key, registration.c.id).limit(MANY + 1)
    rows = connection.execute(ordered, _parameters(event_id, wanted))
    return list({row.email_key: row.email for row in reversed(rows.all())}.values())[::-1]
