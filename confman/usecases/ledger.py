"""From rows to the book that `settle` reads."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from confman.domain import deadlines
from confman.domain.errors import Unknown
from confman.domain.ledger.book import (
    Answer,
    Book,
    Contact,
    Head,
    Identity,
    PartRules,
    Person,
    Place,
    RecentLetters,
    Rules,
    SessionRules,
    SlotRules,
    Unit,
)
from confman.domain.ledger.requests import (
    Bulk,
    Cancel,
    Change,
    Clear,
    Confirm,
    Lapse,
    Promote,
    Register,
    Request,
    Resize,
    Restore,
    WriteAgain,
)
from confman.domain.ledger.restoring import first_in_line
from confman.domain.values import Window
from confman.store import ledger as rows
from confman.store import ledger_people as people_rows

_HOUR = timedelta(hours=1)
_CACHED_EVENTS = 256


@dataclass(frozen=True, slots=True)
class EventRules:
    """An event's rules as of one programme version, with what the clerk needs beside them."""

    host_id: UUID
    rules: Rules
    promotes_until: datetime | None


class RulesCache:
    """Rules by event, each with the programme version it was read at; the version comes with the ledger's lock."""

    def __init__(self) -> None:
        self._known: dict[UUID, tuple[int, EventRules]] = {}

    def get(self, connection: Connection, event_id: UUID, version: int, options: frozenset[UUID]) -> EventRules:
        known = self._known.get(event_id)
        if known is not None and known[0] == version:
            return known[1]
        fresh = read_rules(connection, event_id, options)
        if len(self._known) >= _CACHED_EVENTS:
            self._known.clear()
        self._known[event_id] = (version, fresh)
        return fresh


def read_rules(connection: Connection, event_id: UUID, options: frozenset[UUID]) -> EventRules:
    """`options`: units of limited answers. Raises `Unknown` where there is no such event."""
    found = rows.rules(connection, event_id)
    if not found:
        raise Unknown((event_id,))
    first = found[0]
    begins = first.starts_at
    if begins is None and first.starts_on is not None:
        begins = deadlines.start_of_day(first.starts_on, first.zone)
    parts: dict[UUID, PartRules] = {}
    slots: dict[UUID, SlotRules] = {}
    sessions: dict[UUID, SessionRules] = {}
    for row in found:
        if row.part_unit is not None and row.part_unit not in parts:
            parts[row.part_unit] = _part(row, begins)
        if row.slot_id is not None and row.slot_id not in slots:
            slots[row.slot_id] = SlotRules(
                row.slot_id, row.part_unit, row.choice_required, row.choice_opens_at, row.choice_closes_at
            )
        window = _window(row.session_starts_at or row.slot_starts_at, row.session_ends_at or row.slot_ends_at)
        if row.session_unit is not None and row.session_cancelled_at is None and window is not None:
            sessions[row.session_unit] = SessionRules(row.session_unit, row.slot_id, window)
    rules = Rules(
        zone=first.zone,
        starts_at=begins,
        # what has no day yet, or of which only the year is known any more, takes nobody
        published_at=first.published_at if begins is not None else None,
        is_cancelled=first.cancelled_at is not None,
        offers_waiting=first.offers_waiting,
        confirms_address=first.confirm_address,
        hold_hours=first.hold_hours,
        max_per_address=first.max_per_address,
        parts=parts,
        slots=slots,
        sessions=sessions,
        options=options,
    )
    return EventRules(first.host_id, rules, deadlines.promotes_until(first.starts_at, first.starts_on, first.zone))


def _part(row: Any, begins: datetime | None) -> PartRules:
    """A part's own times, else the event's, else its start."""
    start = row.part_starts_at or begins
    return PartRules(
        unit=row.part_unit,
        window=_window(row.part_starts_at, row.part_ends_at),
        opens_at=row.part_opens_at or row.opens_at,
        closes_at=row.part_closes_at or row.closes_at or start,
        change_until=row.part_change_until or row.change_until or start,
        cancel_until=row.part_cancel_until or row.cancel_until or start,
    )


def _window(starts_at: datetime | None, ends_at: datetime | None) -> Window | None:
    return None if starts_at is None or ends_at is None else Window(starts_at, ends_at)


@dataclass(frozen=True, slots=True)
class Touched:
    """What a batch names: registrations, addresses, request keys; and how many places it can free at most.

    `firsts`: by unit, from which number on somebody is put back into its line.
    """

    ids: tuple[UUID, ...]
    addresses: tuple[str, ...]
    keys: tuple[str, ...]
    frees: int
    firsts: Mapping[UUID, int]


def touched(requests: Iterable[Request]) -> Touched:
    ids: dict[UUID, None] = {}
    addresses: dict[str, None] = {}
    keys: dict[str, None] = {}
    firsts: dict[UUID, int] = {}
    frees = 0
    for request in requests:
        identity = request.identity if isinstance(request, Register | Change | WriteAgain) else None
        if identity is not None and identity.email_key is not None:
            addresses[identity.email_key] = None
        if isinstance(request, Register) and request.key is not None:
            keys[request.key] = None
        if isinstance(request, Restore):
            firsts |= first_in_line(request)
        about = _about(request)
        ids.update(dict.fromkeys(about))
        frees += 1 if isinstance(request, Promote | Resize) else len(about)
    return Touched(tuple(ids), tuple(addresses), tuple(keys), frees, firsts)


def _about(request: Request) -> tuple[UUID, ...]:
    """The registrations that it names, of which each can free a place of a unit."""
    match request:
        case Lapse(ids=several) | Clear(ids=several):
            return several
        case Bulk(requests=many):
            return tuple(one.id for one in many)
        case Restore(people=traces):
            return tuple(trace.id for trace in traces)
        case Change() | Cancel() | Confirm():
            return (request.id,)
        case Register() | WriteAgain() | Promote() | Resize():
            return ()


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the book of one event under its lock; `lock` is the ledger's row."""

    connection: Connection
    lock: Any
    cache: RulesCache
    now: datetime

    @property
    def event_id(self) -> UUID:
        event_id: UUID = self.lock.event_id
        return event_id

    def book(self, batch: Touched, k: int) -> tuple[EventRules, Book]:
        """`k` is how many of each waiting list come along; NeedMore asks for more."""
        found_units = rows.units(self.connection, self.event_id)
        options = frozenset(row.id for row in found_units if row.kind == "option")
        event = self.cache.get(self.connection, self.event_id, self.lock.programme_version, options)
        units = _units(found_units, event.promotes_until)
        found = people_rows.people(self.connection, self.event_id, batch.ids, batch.addresses, batch.keys)
        people, keys = _people(found)
        waited_for = [unit.id for unit in units.values() if unit.waiting] if batch.frees else []
        heads = self._heads(waited_for, k, people) if waited_for else {}
        passed = self._passed(batch.firsts, people) if batch.firsts else {}
        if people:
            _fill_places(people, rows.places(self.connection, tuple(people)))
        book = Book(
            rules=event.rules,
            units=units,
            seq=self.lock.seq,
            people=people,
            by_request_key=keys,
            heads=heads,
            recent_letters=self._recent_letters(_addresses(batch, people)),
            passed=passed,
        )
        return event, book

    def _heads(self, waited_for: Sequence[UUID], k: int, people: dict[UUID, Person]) -> dict[UUID, Head]:
        lines: dict[UUID, list[tuple[int, UUID]]] = {unit: [] for unit in waited_for}
        for row in rows.heads(self.connection, waited_for, k):
            lines[row.unit_id].append((row.seq, row.id))
            if row.id not in people:
                people[row.id] = _person(row)
        return {unit: Head(tuple(line), complete=len(line) < k) for unit, line in lines.items()}

    def _passed(
        self, firsts: Mapping[UUID, int], people: dict[UUID, Person]
    ) -> dict[UUID, tuple[tuple[int, UUID], ...]]:
        found: dict[UUID, list[tuple[int, UUID]]] = {unit: [] for unit in firsts}
        for row in rows.passed(self.connection, tuple(firsts), min(firsts.values())):
            if row.seq > firsts[row.unit_id]:
                found[row.unit_id].append((row.seq, row.id))
                people.setdefault(row.id, _person(row))
        return {unit: tuple(several) for unit, several in found.items()}

    def _recent_letters(self, addresses: Sequence[str]) -> dict[str, RecentLetters]:
        if not addresses:
            return {}
        recent = rows.recent_letters(self.connection, addresses, self.now - _HOUR)
        return {row.recipient_key: RecentLetters(row.letters, row.mails, row.last_due_at) for row in recent}


def _addresses(batch: Touched, people: Mapping[UUID, Person]) -> list[str]:
    """Those of newcomers, and of people named by id: a late confirmation may meet somebody who is registered."""
    named = (people[key].identity.email_key for key in batch.ids if key in people)
    return list(dict.fromkeys([*batch.addresses, *(address for address in named if address is not None)]))


def _units(found: Iterable[Any], promotes_until: datetime | None) -> dict[UUID, Unit]:
    return {
        row.id: Unit(
            row.id,
            row.kind,
            row.capacity,
            row.reserve,
            row.ceiling,
            row.held,
            row.waiting,
            row.offers_waiting,
            row.promotes_until or promotes_until,
        )
        for row in found
    }


def _people(found: Iterable[Any]) -> tuple[dict[UUID, Person], dict[str, UUID]]:
    people: dict[UUID, Person] = {}
    keys: dict[str, UUID] = {}
    for row in found:
        if row.id not in people:
            people[row.id] = _person(row)
        if row.request_key is not None:
            keys[row.request_key] = row.id
    return people, keys


def _person(row: Any) -> Person:
    return Person(
        id=row.id,
        identity=Identity(row.email_key, row.name_key),
        contact=Contact(row.email, row.language),
        counts=row.counts,
        ended_by=row.ended_by,
        confirmed=row.confirmed_at is not None,
        confirm_by=row.confirm_by,
        request_digest=row.request_digest,
        first_answer=answer_from(row.first_answer),
    )


def _fill_places(people: Mapping[UUID, Person], found: Iterable[Any]) -> None:
    for row in found:
        people[row.registration_id].places[row.unit_id] = Place(
            row.unit_id, row.lane, row.state, row.counted, row.seq, row.given_by, row.was
        )


def answer_from(stored: Mapping[str, Any] | None) -> Answer | None:
    if stored is None:
        return None
    until = stored.get("confirm_by")
    places = tuple((UUID(hex=place["unit"]), place["state"]) for place in stored.get("places", ()))
    return Answer(stored["outcome"], None if until is None else datetime.fromisoformat(until), places)


def answer_to_store(answer: Answer) -> dict[str, str | None]:
    return {"outcome": answer.outcome, "confirm_by": answer.confirm_by.isoformat() if answer.confirm_by else None}
