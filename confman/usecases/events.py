"""Events as shown and as signed up for: one frozen view per version, cached by whoever asks often."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection

from confman.domain import deadlines
from confman.domain.errors import NotFound
from confman.domain.values import Texts
from confman.store import event_reads
from confman.store.event_reads import Listing as Listing  # noqa: PLC0414 - offered to the layers above
from confman.usecases.ledger import EventRules, read_rules
from confman.usecases.work import Work

Row = Mapping[str, Any]
Places = Literal["free", "few", "waiting", "full"]


@dataclass(frozen=True, slots=True)
class Choosable:
    """A session that can be chosen in its slot."""

    id: UUID
    slug: str
    unit: UUID
    titles: Texts
    row: Row


@dataclass(frozen=True, slots=True)
class SlotView:
    """`choices` by session slug; empty where everybody is in the same session. `sessions` are all, in order."""

    id: UUID
    slug: str
    rule: str
    part: str
    row: Row
    choices: Mapping[str, Choosable]
    sessions: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class PartView:
    id: UUID
    slug: str
    unit: UUID
    titles: Texts
    row: Row


@dataclass(frozen=True, slots=True)
class EventView:
    """Everything about an event but its people and its free places; `row` has the columns of table event."""

    id: UUID
    slug: str
    host_id: UUID
    version: tuple[int, int]
    row: Row
    rules: EventRules
    parts: Mapping[str, PartView]
    slots: Mapping[str, SlotView]
    questions: Mapping[str, Row]
    consents: Mapping[str, Row]
    categories: Mapping[str, Row]
    speakers: Mapping[UUID, tuple[Row, ...]]
    projects: tuple[Row, ...]

    def is_visible(self, now: datetime) -> bool:
        """Drafts do not exist for visitors."""
        return is_shown(self.row, now)


def is_shown(event: Row, now: datetime) -> bool:
    """Announced or published."""
    return any(instant is not None and instant <= now for instant in (event["announced_at"], event["published_at"]))


def view(connection: Connection, event_id: UUID, version: tuple[int, int]) -> EventView:
    """Reads an event in a fixed number of statements."""
    row = event_reads.one(connection, event_id)
    sessions = [_row(found) for found in event_reads.sessions(connection, event_id)]
    parts = [_row(found) for found in event_reads.parts(connection, event_id)]
    part_slugs = {found["id"]: found["slug"] for found in parts}
    speakers: dict[UUID, list[Row]] = {}
    for found in event_reads.speakers(connection, event_id):
        speakers.setdefault(found.session_id, []).append(_row(found))
    questions = [_row(found) for found in event_reads.questions(connection, event_id)]
    return EventView(
        id=event_id,
        slug=row["slug"],
        host_id=row["host_id"],
        version=version,
        row=row,
        rules=read_rules(connection, event_id, _option_units(questions)),
        parts={
            found["slug"]: PartView(found["id"], found["slug"], found["unit_id"], found["titles"], found)
            for found in parts
        },
        slots={
            found.slug: _slot(_row(found), part_slugs, sessions) for found in event_reads.slots(connection, event_id)
        },
        questions={found["key"]: found for found in questions},
        consents=_newest(event_reads.consent_texts(connection, event_id)),
        categories={found.key: _row(found) for found in event_reads.categories(connection, row["host_id"])},
        speakers={key: tuple(several) for key, several in speakers.items()},
        projects=tuple(_row(found) for found in event_reads.projects(connection, event_id)),
    )


def _row(found: Any) -> Row:
    mapping: Row = found._mapping  # noqa: SLF001 - SQLAlchemy's documented name for a row as a mapping
    return mapping


def _newest(found: Iterable[Any]) -> dict[str, Row]:
    """By key, in order: who agrees now agrees to the last version, also where texts have changed places since."""
    newest = {row.key: _row(row) for row in sorted(found, key=lambda row: int(row.version))}
    return dict(sorted(newest.items(), key=lambda item: int(item[1]["position"])))


def _slot(row: Row, part_slugs: Mapping[UUID, str], sessions: list[Row]) -> SlotView:
    mine = tuple(found for found in sessions if found["slot_id"] == row["id"])
    choices = {
        found["slug"]: Choosable(found["id"], found["slug"], found["unit_id"], found["titles"], found)
        for found in mine
        if row["rule"] != "everybody" and found["unit_id"] is not None and found["cancelled_at"] is None
    }
    return SlotView(row["id"], row["slug"], row["rule"], part_slugs[row["part_id"]], row, choices, mine)


def _option_units(questions: list[Row]) -> frozenset[UUID]:
    return frozenset(
        UUID(hex=option["unit_id"])
        for question in questions
        for option in question["options"] or ()
        if option.get("unit_id")
    )


class Catalogue:
    """Views by address; whether one is still current is asked at most once per 100 ms and node."""

    _FRESH_SECONDS = 0.1
    _AT_MOST = 512

    def __init__(self, work: Work) -> None:
        self._work = work
        self._known: dict[str, tuple[float, EventView]] = {}
        self._asking: dict[str, asyncio.Task[EventView]] = {}

    async def get(self, slug: str) -> EventView:
        """Raises `NotFound` where there is no such event, or only a draft."""
        event = await self.known(slug)
        if not event.is_visible(self._work.clock()):
            raise NotFound
        return event

    async def known(self, slug: str) -> EventView:
        """Drafts too: for those who may see them. Raises `NotFound`."""
        known = self._known.get(slug)
        at = asyncio.get_running_loop().time()
        if known is None:
            return await self._first(slug)
        if at - known[0] > self._FRESH_SECONDS:
            self._known[slug] = (at, known[1])  # others go on with this one while we ask
            return await self._ask(slug, known[1])
        return known[1]

    async def _first(self, slug: str) -> EventView:
        """In a rush after a start hundreds ask for the same event at once: it is read once for all of them."""
        asking = self._asking.get(slug)
        if asking is None:
            asking = self._asking[slug] = asyncio.create_task(self._ask(slug, None))
            asking.add_done_callback(lambda _: self._asking.pop(slug, None))
        return await asyncio.shield(asking)

    async def _ask(self, slug: str, known: EventView | None) -> EventView:
        at = asyncio.get_running_loop().time()
        fresh = await self._work.read(current, slug, known)
        if len(self._known) >= self._AT_MOST:
            self._known.clear()
        self._known[slug] = (at, fresh)
        return fresh


def current(connection: Connection, slug: str, known: EventView | None = None) -> EventView:
    """The known view where it is still current, else a new one. Raises `NotFound`, also for what can be no address."""
    if not (slug.isascii() and slug.isprintable()):  # PostgreSQL takes no NUL, and no driver takes half a surrogate
        raise NotFound
    found = event_reads.version(connection, slug)
    if found is None:
        raise NotFound
    version = (found.revision, found.programme_version)
    if known is not None and known.id == found.id and known.version == version:
        return known
    return view(connection, found.id, version)


# availability


@dataclass(frozen=True, slots=True)
class Availability:
    """What a newcomer may expect of a unit; `free` None = without limit. `promotes_until`: while people move up.

    `reserve`: what is left of it, which the organiser alone gives.
    """

    places: Places
    capacity: int | None
    free: int | None
    waiting: int
    promotes_until: datetime | None
    reserve: int = 0


def reserve_left(row: Any) -> int:
    """Of a unit: more than there are places is none."""
    return 0 if row.capacity is None else max(0, min(row.reserve, row.capacity - row.held))


def availability(connection: Connection, event: EventView, now: datetime) -> dict[UUID, Availability]:
    """By unit; the same words as on the pages. With all who wait, which is for organisers."""
    default = event.rules.promotes_until
    return {
        row.id: available(row, row.promotes_until or default, now, offers_waiting=event.rules.rules.offers_waiting)
        for row in event_reads.availability(connection, event.id)
    }


def told_availability(connection: Connection, event: EventView, now: datetime) -> dict[UUID, Availability]:
    """As anybody may see it: `waiting` counts only who has confirmed, so that a form sent to see who is known moves it
    for nobody. Two statements.
    """
    confirmed = event_reads.confirmed_waiting(connection, event.id)
    known = availability(connection, event, now)
    return {unit: replace(found, waiting=confirmed.get(unit, 0)) for unit, found in known.items()}


def available(row: Any, promotes_until: datetime | None, now: datetime, *, offers_waiting: bool) -> Availability:
    """Of one unit; whether there is a waiting list is the event's word, too."""
    if row.capacity is None:
        return Availability("free", None, None, row.waiting, promotes_until)
    reserve = reserve_left(row)
    queue = row.waiting > 0 and (promotes_until is None or now < promotes_until)
    free = 0 if queue else max(0, row.capacity - row.reserve - row.held)
    if free > 0:
        few = free <= 3 or free * 10 <= row.capacity
        return Availability("few" if few else "free", row.capacity, free, row.waiting, promotes_until, reserve)
    waitable = row.offers_waiting and offers_waiting
    return Availability("waiting" if waitable else "full", row.capacity, 0, row.waiting, promotes_until, reserve)


def is_open(event: EventView, now: datetime) -> bool:
    """Whether somebody can register for at least one part now."""
    rules = event.rules.rules
    if rules.is_cancelled or rules.published_at is None or now < rules.published_at:
        return False
    return any(deadlines.is_open(part.opens_at, part.closes_at, now) for part in rules.parts.values())


def window(event: EventView) -> tuple[datetime | None, datetime | None]:
    """When registration opens first and closes last; None is without bound."""
    return deadlines.span_of([(part.opens_at, part.closes_at) for part in event.rules.rules.parts.values()])


def listed_page(connection: Connection, now: datetime, wanted: Listing) -> list[Row]:
    """At most `wanted.limit` of those that are listed and asked for; by day, what has none last."""
    return [_row(found) for found in event_reads.page(connection, now, wanted)]
