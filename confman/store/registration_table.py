"""Which of an event's registrations a filter takes: its conditions, built here and nowhere else.

What few people have (a place in one forum, a letter that came back) is asked for in two ways: as a set, when the
question is who has it, and of each row, when most have it and the rows are walked in their order. Which is cheaper a
database would have to guess; whoever pages asks by sets first and walks where they are large.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Connection,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    case,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    tuple_,
    union_all,
)

from confman.store.base import Found, Id, Instant, among_ids
from confman.store.events import event
from confman.store.expressions import items, position, unindexed
from confman.store.outbox import letter
from confman.store.programme import question, unit
from confman.store.registrations import answer, answer_sensitive, category, need_met, place, registration

State = Literal["live", "unconfirmed", "overdue", "waiting", "cancelled", "lapsed", "all"]
Mark = Literal["note", "needs", "undeliverable"]
Order = Literal["newest", "oldest", "name", "name-down"]

MANY: Final = 10_000
"""Up to so many are counted, sorted and paged as a set; of more, only the page that is asked for is read."""

_EVENT = bindparam("event", type_=Id())
_HOST = select(event.c.host_id).where(event.c.id == _EVENT).scalar_subquery()
CATEGORIES: Final = select(category.c.id).where(category.c.host_id == _HOST)
"""Those of the event's host."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """All that is given must hold. `units`: places in each; `unchosen`: a place in the part, none held in the lane
    (of which these are the `sessions`).

    `waits_in`: the units of which who waits waits for one; empty is any.

    `terms`, `code` (either finds) and `email` (its beginning) are what was searched for; `nobody`: nothing can match.
    """

    state: State = "live"
    overdue_since: datetime | None = None
    categories: tuple[UUID, ...] = ()
    units: tuple[UUID, ...] = ()
    waits_in: tuple[UUID, ...] = ()
    unchosen: tuple[UUID, UUID] | None = None
    sessions: tuple[UUID, ...] = ()
    mark: Mark | None = None
    terms: tuple[str, ...] = ()
    code: str | None = None
    email: str | None = None
    nobody: bool = False

    @property
    def is_search(self) -> bool:
        return bool(self.terms or self.code or self.email)


# what is asked of places, letters and answers, each as the registrations that have it and as a test of one

_HELD, _WAITING, _WISHED, _RELEASED = (
    place.c.state == literal_column(f"'{state}'") for state in ("held", "waiting", "wished", "released")
)
_HAD = and_(_RELEASED, place.c.was.is_not(None))  # when the registration ended
_OF_EVENT = select(unit.c.id).where(unit.c.event_id == _EVENT, unit.c.waiting > 0)

WAITING: Final[Select[Any]] = select(place.c.registration_id).where(_WAITING, place.c.unit_id.in_(_OF_EVENT))
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
        _addressee.c.ended_by.is_(None),
    )
)
"""Whom a letter did not reach."""

NOTES: Final[Select[Any]] = (
    select(answer.c.registration_id)
    .join(question, question.c.id == answer.c.question_id)
    .where(question.c.event_id == _EVENT, question.c.kind == literal_column("'long'"), question.c.sensitive.is_(False))
)
"""Who has written something in their own words."""

_needy = registration.alias("needy")
_seen_to = select(func.count()).where(
    need_met.c.registration_id == answer_sensitive.c.registration_id,
    need_met.c.question_id == answer_sensitive.c.question_id,
)
NEEDS: Final[Select[Any]] = (
    select(answer_sensitive.c.registration_id)
    .join(question, question.c.id == answer_sensitive.c.question_id)
    .join(_needy, _needy.c.id == answer_sensitive.c.registration_id)
    .where(
        question.c.event_id == _EVENT,
        question.c.visible_to != literal_column("'kitchen'"),
        _needy.c.ended_by.is_(None),
        _seen_to.correlate(answer_sensitive).scalar_subquery() < items(answer_sensitive.c.value),
    )
)
"""Who asked for something that nobody has seen to (as usecases/manage/needs reckons); for whoever may know."""

_MARKED: Final[Mapping[Mark, Select[Any]]] = {"note": NOTES, "needs": NEEDS, "undeliverable": UNDELIVERABLE}
Having = Select[Any] | CompoundSelect[Any]


def _has_place(unit_id: BindParameter[Any], state: State) -> tuple[Having | None, ColumnElement[bool]]:
    mine = select(place.c.registration_id).where(place.c.unit_id == unit_id)
    if state in {"cancelled", "lapsed"}:
        return None, _test(mine.where(_HAD))
    if state == "all":
        return None, _test(mine.where(or_(~_RELEASED, _HAD)))
    # one index for each state; wished is only what belongs to a part that one waits for
    waits = place.alias("waits")
    its_part = waits.c.unit_id.in_(_OF_EVENT.where(unit.c.kind == literal_column("'part'")))
    for_part = (waits.c.state == literal_column("'waiting'"), its_part)
    wished = mine.join(waits, waits.c.registration_id == place.c.registration_id).where(_WISHED, *for_part)
    return union_all(mine.where(_HELD), mine.where(_WAITING), wished), _test(mine.where(~_RELEASED))


def _has_not_chosen() -> Iterator[tuple[Having | None, ColumnElement[bool]]]:
    """In the part without a session in the lane: few of many, hence the difference. Whose place counts."""
    part, lane = (bindparam(name, type_=Id()) for name in ("part", "lane"))
    in_part = select(place.c.registration_id).where(place.c.unit_id == part, _HELD)
    seated = select(place.c.registration_id).where(_HELD, among_ids(place.c.unit_id, "sessions"))
    in_lane = select(place.c.registration_id).where(place.c.lane == lane, _HELD)
    yield in_part.except_(seated), _one(in_lane).is_(None)
    yield None, _test(in_part.where(place.c.counted))


def _test(having: Select[Any]) -> ColumnElement[bool]:
    return _one(having) == literal_column("1")


def _one(having: Select[Any]) -> ScalarSelect[Any]:
    """1 or NULL for the row at hand. No EXISTS: SQLite may make a join of that, and the order is lost."""
    [whose] = having.selected_columns
    found: Select[Any] = having.with_only_columns(literal_column("1")).where(whose == registration.c.id).limit(1)
    return found.correlate(registration).scalar_subquery()


def _having(wanted: Wanted) -> Iterator[tuple[Having | None, ColumnElement[bool]]]:
    """What is probably the rarest first."""
    if wanted.mark is not None:
        yield _MARKED[wanted.mark], _test(_MARKED[wanted.mark])
    if wanted.state == "waiting":
        here = select(place.c.registration_id).where(_WAITING, among_ids(place.c.unit_id, "waits_in"))
        waiting = here if wanted.waits_in else WAITING
        yield waiting, _test(waiting)
    if wanted.unchosen is not None:
        yield from _has_not_chosen()
    for number in reversed(range(len(wanted.units))):
        yield _has_place(bindparam(f"unit_{number}", type_=Id()), wanted.state)


# what the row itself tells

_LIVE = registration.c.ended_by.is_(None)
_UNCONFIRMED = and_(_LIVE, registration.c.confirmed_at.is_(None))
_STATES: Final[Mapping[State, ColumnElement[bool]]] = {
    "live": _LIVE,
    "unconfirmed": _UNCONFIRMED,
    "overdue": and_(_UNCONFIRMED, unindexed(registration.c.created_at) <= bindparam("overdue_since", type_=Instant())),
    "waiting": _LIVE,
    "cancelled": registration.c.ended_by.in_([literal_column(f"'{by}'") for by in ("self", "organiser", "event")]),
    "lapsed": registration.c.ended_by == literal_column("'lapse'"),
    "all": true(),
}
_RARE: Final = frozenset({"unconfirmed", "overdue", "cancelled", "lapsed"})


def _sought(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.nobody:
        yield false()
    terms = [position(registration.c.search_key, f"term_{number}") > 0 for number in range(len(wanted.terms))]
    if wanted.code is None:
        yield from terms
    else:
        yield or_(registration.c.code == bindparam("code"), and_(true(), *terms) if terms else false())
    if wanted.email is not None:
        yield position(registration.c.email_key, "email") == 1


def _of_category(wanted: Wanted, column: ColumnElement[Any]) -> list[ColumnElement[bool]]:
    return [among_ids(column, "categories")] if wanted.categories else []


def _walked(wanted: Wanted) -> list[ColumnElement[bool]]:
    """For walking all registrations of the event in some order, one after the other."""
    of_category = _of_category(wanted, unindexed(registration.c.category_id))
    tests = [test for _, test in _having(wanted)]
    return [registration.c.event_id == _EVENT, _STATES[wanted.state], *of_category, *_sought(wanted), *tests]


def _probed(wanted: Wanted) -> tuple[list[ColumnElement[bool]], bool]:
    """For finding them by what is rarest, in no order; and whether all have to be looked at nevertheless."""
    having = list(_having(wanted))
    driver = next((found for found, _ in having if found is not None), None)
    tests = [test for found, test in having if driver is None or found is not driver]
    conditions = [_STATES[wanted.state], *_sought(wanted), *tests]
    category_id, event_id = registration.c.category_id, registration.c.event_id
    if driver is not None:
        of_event = [unindexed(event_id) == _EVENT, *_of_category(wanted, unindexed(category_id))]
        return [registration.c.id.in_(driver), *of_event, *conditions], False
    if wanted.state in _RARE or (wanted.categories and not wanted.is_search):
        of_category = _of_category(wanted, category_id) or [category_id.in_(CATEGORIES)]
        return [event_id == _EVENT, *of_category, *conditions], False
    return [event_id == _EVENT, *_of_category(wanted, unindexed(category_id)), *conditions], True


def _parameters(event_id: UUID, wanted: Wanted) -> dict[str, Any]:
    found: dict[str, Any] = {"event": event_id, "overdue_since": wanted.overdue_since}
    found |= {"categories": wanted.categories, "waits_in": wanted.waits_in, "code": wanted.code, "email": wanted.email}
    found |= {f"unit_{number}": key for number, key in enumerate(wanted.units)}
    found |= {f"term_{number}": f" {term}" for number, term in enumerate(wanted.terms)}
    if wanted.unchosen is not None:
        found |= {"part": wanted.unchosen[0], "lane": wanted.unchosen[1], "sessions": wanted.sessions}
    return found


# reading


def _key(order: Order) -> ColumnElement[Any]:
    return registration.c.sort_key if order.startswith("name") else registration.c.created_at


@dataclass(frozen=True, slots=True)
class Reach:
    """What is read of a list: `limit` in this order, after that key and id if any; `back`: before them."""

    order: Order
    limit: int
    start: tuple[Any, UUID] | None = None
    back: bool = False
    most: int = MANY

    @property
    def is_down(self) -> bool:
        return (self.order in {"newest", "name-down"}) != self.back

    def takes(self, key: ColumnElement[Any], id_: ColumnElement[Any]) -> ColumnElement[bool]:
        if self.start is None:
            return true()
        here, last = tuple_(key, id_), tuple_(literal(self.start[0], key.type), literal(self.start[1], Id()))
        return here < last if self.is_down else here > last

    def directed(self, key: ColumnElement[Any], id_: ColumnElement[Any]) -> tuple[ColumnElement[Any], ...]:
        return (key.desc(), id_.desc()) if self.is_down else (key, id_)


@dataclass(frozen=True, slots=True)
class Page:
    """`ids` in the direction of the reach; `total` of all the filter takes, `reached` of those where the reach goes."""

    ids: list[UUID]
    total: int
    mailboxes: int
    reached: int


def page(connection: Connection, event_id: UUID, wanted: Wanted, reach: Reach) -> Page | None:
    """In one statement; None where the filter takes more than `reach.most`."""
    conditions, is_all = _probed(wanted)
    probed = select(_key(reach.order).label("key"), registration.c.id, registration.c.email_key).where(*conditions)
    if is_all:  # as they came they lie one beside the other, which takes a third of the time
        probed = probed.order_by(registration.c.created_at)
    found = probed.limit(reach.most + 1).cte("found").prefix_with("MATERIALIZED")
    is_reached, directed = reach.takes(found.c.key, found.c.id), reach.directed(found.c.key, found.c.id)
    numbers = select(
        func.count().label("total"),
        func.count(found.c.email_key.distinct()).label("mailboxes"),
        func.count(case((is_reached, 1))).label("reached"),
    ).select_from(found)
    rows = select(found.c.key, found.c.id).where(is_reached).order_by(*directed).limit(reach.limit)
    told, listed = numbers.subquery("told"), rows.subquery("listed")
    statement = select(told, listed.c.id).select_from(told.outerjoin(listed, true()))
    statement = statement.order_by(*reach.directed(listed.c.key, listed.c.id))
    answer = connection.execute(statement, _parameters(event_id, wanted)).all()
    first = answer[0]
    if first.total > reach.most:
        return None
    return Page([row.id for row in answer if row.id is not None], first.total, first.mailboxes, first.reached)


def walk(connection: Connection, event_id: UUID, wanted: Wanted, reach: Reach) -> list[UUID]:
    """The ids of a page where the filter takes many, in the direction of the reach."""
    key, id_ = _key(reach.order), registration.c.id
    found = select(id_).where(*_walked(wanted), reach.takes(key, id_))
    ordered = found.order_by(*reach.directed(key, id_)).limit(reach.limit)
    return list(connection.execute(ordered, _parameters(event_id, wanted)).scalars())


_KEYS = select(registration.c.id, registration.c.sort_key, registration.c.created_at).where(
    registration.c.event_id == _EVENT, registration.c.code == bindparam("code")
)


def key_of(connection: Connection, event_id: UUID, code: str, order: Order) -> tuple[Any, UUID] | None:
    """The key and id from which a page goes on; None where there is no such registration (any more)."""
    row = connection.execute(_KEYS, {"event": event_id, "code": code}).one_or_none()
    if row is None:
        return None
    return (row.sort_key if order.startswith("name") else row.created_at), row.id


def taken(event_id: UUID, wanted: Wanted) -> tuple[Sequence[ColumnElement[bool]], dict[str, Any]]:
    """The conditions on registrations, for statements of others that read many of them, and their parameters."""
    return _probed(wanted)[0], _parameters(event_id, wanted)


def codes(connection: Connection, event_id: UUID, wanted: Wanted) -> Found:
    """(id, code) of all it takes, by name."""
    conditions, values = taken(event_id, wanted)
    found = select(registration.c.id, registration.c.code).where(*conditions)
    return connection.execute(found.order_by(registration.c.sort_key, registration.c.id), values).all()


def addresses(connection: Connection, event_id: UUID, wanted: Wanted) -> list[str]:
    """Those of all it takes, each mailbox once, as the first by name wrote it; of more than `MANY` not all."""
    conditions, values = taken(event_id, wanted)
    found = select(registration.c.email, registration.c.email_key).where(
        *conditions, registration.c.email_key.is_not(None)
    )
    ordered = found.order_by(registration.c.sort_key, registration.c.id).limit(MANY + 1)
    mailboxes: dict[str, str] = {}
    for row in connection.execute(ordered, values):
        mailboxes.setdefault(row.email_key, row.email)
    return list(mailboxes.values())
