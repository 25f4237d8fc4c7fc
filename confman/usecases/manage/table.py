"""A page of the table of registrations: who is on it, what they have, and how the list goes on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import Connection

from confman.store import registration_table, table_reads
from confman.store.registration_table import MANY as MANY  # noqa: PLC0414 - offered to the layers above
from confman.store.registration_table import Order as Order  # noqa: PLC0414 - as above
from confman.store.registration_table import Reach
from confman.usecases.events import EventView, window
from confman.usecases.manage.numbers import ENDED, Numbers, numbers
from confman.usecases.manage.registrations import OVERDUE_AFTER, Filter, wanted
from confman.usecases.programme import PartLine, Said, SessionLine, programme, said, units

AT_ONCE: Final = 50
Status = Literal["registered", "unconfirmed", "waiting", "cancelled", "lapsed"]


@dataclass(frozen=True, slots=True)
class View:
    """`after`, `before`: the code of the last one that was seen, where the list goes on or back from there."""

    filter: Filter
    order: Order
    language: str
    after: str = ""
    before: str = ""
    sees_needs: bool = False


@dataclass(frozen=True, slots=True)
class Seat:
    """What a person has or had: `state` held, waiting, wished, or released where the registration has ended."""

    name: str
    state: str
    position: int | None

    @property
    def is_far(self) -> bool:
        return self.position is not None and self.position > table_reads.FARTHEST


@dataclass(frozen=True, slots=True)
class Line:
    """`row`: the columns of table_reads.rows. `status` waiting: for a part, and none is held; at `position`."""

    row: Any
    category: Said
    status: Status
    position: Seat | None
    parts: tuple[Seat, ...]
    forums: tuple[Seat, ...]
    marks: frozenset[str]

    @property
    def name(self) -> str:
        return ", ".join(filter(None, (self.row.family_name, self.row.given_name)))


@dataclass(frozen=True, slots=True)
class Table:
    """`total` and `mailboxes` None: more than `MANY`. `first`: the number of the first line in the list, from 1.

    `was_lost`: the one from whom it was to go on is not there any more, so it begins again.
    """

    numbers: Numbers
    lines: tuple[Line, ...]
    total: int | None
    mailboxes: int | None
    first: int | None
    has_earlier: bool
    has_later: bool
    was_lost: bool


def usual_order(event: EventView, now: datetime) -> Order:
    """Newest first while people register, then by name."""
    _, closes_at = window(event)
    return "newest" if closes_at is None or now < closes_at else "name"


def table(connection: Connection, event: EventView, view: View) -> Table:
    """Seven statements, one more where the list goes on, one more where the filter takes more than `MANY`."""
    known = numbers(connection, event, view.filter.asked_at, view.language, sees_needs=view.sees_needs)
    start = _start(connection, event, view)
    is_back = bool(view.before) and start is not None
    reach = Reach(view.order, AT_ONCE + 1, start, is_back)
    asked = wanted(event, view.filter)
    page = None
    if view.filter.query or known.live <= MANY:
        page = registration_table.page(connection, event.id, asked, reach)
    ids = registration_table.walk(connection, event.id, asked, reach) if page is None else page.ids
    has_more, shown = len(ids) > AT_ONCE, ids[:AT_ONCE]
    if is_back:
        shown.reverse()
    first = None
    if page is not None:
        first = (page.reached - len(shown) if is_back else page.total - page.reached) + 1
    return Table(
        numbers=known,
        lines=tuple(_lines(connection, event, view, shown)),
        total=known.live if not view.filter.query else None if page is None else page.total,
        mailboxes=None if page is None else page.mailboxes,
        first=first,
        has_earlier=has_more if is_back else start is not None,
        has_later=has_more or is_back,
        was_lost=start is None and bool(view.after or view.before),
    )


def _start(connection: Connection, event: EventView, view: View) -> tuple[Any, UUID] | None:
    code = view.after or view.before
    return registration_table.key_of(connection, event.id, code, view.order) if code else None


def _lines(connection: Connection, event: EventView, view: View, ids: Sequence[UUID]) -> Iterable[Line]:
    rows = table_reads.rows(connection, ids)
    places: dict[UUID, dict[UUID, Any]] = {}
    for place in table_reads.seats(connection, ids):
        places.setdefault(place.registration_id, {})[place.unit_id] = place
    marks = table_reads.marks(connection, event.id, ids, sees_needs=view.sees_needs)
    categories = {row["id"]: said(row["titles"], view.language, key) for key, row in event.categories.items()}
    named = units(programme(event, view.language))
    for key in ids:
        row = rows.get(key)
        if row is None:  # erased since the page was read, where each statement sees what is committed then
            continue
        seats = _seats(named, places.get(key, {}), is_live=row.ended_by is None)
        parts = tuple(seat for line, seat in seats if isinstance(line, PartLine))
        forums = tuple(seat for line, seat in seats if isinstance(line, SessionLine))
        status, waiting = _status(row, parts)
        marked = _marked(row, marks.get(key, set()), view.filter.asked_at)
        yield Line(row, categories[row.category_id], status, waiting, parts, forums, marked)


def _seats(
    named: Mapping[UUID, PartLine | SessionLine], places: Mapping[UUID, Any], *, is_live: bool
) -> list[tuple[PartLine | SessionLine, Seat]]:
    found = []
    for unit, line in named.items():
        place = places.get(unit)
        if place is not None and (place.state != "released" if is_live else place.was is not None):
            name = line.name if isinstance(line, SessionLine) else line.title[0]
            found.append((line, Seat(name, place.state, place.position)))
    return found


def _status(row: Any, parts: Sequence[Seat]) -> tuple[Status, Seat | None]:
    if row.ended_by is not None:
        return ("lapsed" if ENDED[row.ended_by] == "lapsed" else "cancelled"), None
    if row.confirmed_at is None:
        return "unconfirmed", None
    waiting = next((seat for seat in parts if seat.state == "waiting"), None)
    is_seated = any(seat.state == "held" for seat in parts)
    return ("waiting", waiting) if waiting is not None and not is_seated else ("registered", None)


def _marked(row: Any, marks: set[Any], now: datetime) -> frozenset[str]:
    """What is to be done says nothing of what it is: a need looks as a confirmation that is overdue."""
    is_overdue = row.ended_by is None and row.confirmed_at is None and row.created_at <= now - OVERDUE_AFTER
    due = {"due"} if is_overdue or "needs" in marks else set()
    return frozenset(marks - {"needs"} | due)
