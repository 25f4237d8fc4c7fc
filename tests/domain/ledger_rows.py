"""A tiny database: keeps what the ledger writes and refuses what a real one would refuse."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from confman.domain.ledger import settle
from confman.domain.ledger.book import (
    HELD,
    WAITING,
    Book,
    Head,
    Person,
    Place,
    RecentLetters,
    Rules,
    Unit,
)
from confman.domain.ledger.requests import (
    Bulk,
    Cancel,
    Change,
    Changes,
    Clear,
    Confirm,
    Done,
    Lapse,
    LetterDue,
    NeedMore,
    NewRegistration,
    Outcome,
    PlaceRow,
    Promote,
    Register,
    Request,
    Resize,
    Restore,
    Settled,
    WriteAgain,
)
from confman.domain.ledger.restoring import first_in_line

_ANYBODY_CAUSES = {"confirm", "already_registered"}


def names(request: Request) -> tuple[UUID, ...]:
    """The registrations a request is about, as far as they are there already."""
    if isinstance(request, Lapse | Clear):
        return request.ids
    if isinstance(request, Bulk):
        return tuple(single.id for single in request.requests)
    if isinstance(request, Restore):
        return tuple(trace.id for trace in request.people)
    return (request.id,) if isinstance(request, Change | Cancel | Confirm) else ()


def addresses(request: Request) -> tuple[str, ...]:
    identity = request.identity if isinstance(request, Register | Change | WriteAgain) else None
    return (identity.email_key,) if identity is not None and identity.email_key is not None else ()


def frees(request: Request) -> int:
    """How many places of one unit a request can free at most, as far as the clerk can know."""
    if isinstance(request, Register | WriteAgain):
        return 0
    return 1 if isinstance(request, Promote | Resize) else len(names(request))


@dataclass
class Rows:
    units: dict[UUID, Unit] = field(default_factory=dict)
    people: dict[UUID, Person] = field(default_factory=dict)
    keys: dict[str, UUID] = field(default_factory=dict)
    letters: list[tuple[datetime, LetterDue]] = field(default_factory=list)
    seq: int = 0

    # reading, as the clerk does

    def book(self, rules: Rules, requests: Sequence[Request], now: datetime, k: int) -> Book:
        """The people a batch is about, the live ones over their addresses, and the first `k` who wait."""
        found = {key for request in requests for key in names(request) if key in self.people}
        mailboxes = {address for request in requests for address in addresses(request)}
        mailboxes |= {address for key in found if (address := self.people[key].identity.email_key)}
        known = {key: self.keys[key] for key in map(_key, requests) if key is not None and key in self.keys}
        found |= {
            person.id for person in self.people.values() if person.is_live and person.identity.email_key in mailboxes
        }
        found |= set(known.values())
        heads = {}
        if any(frees(request) for request in requests):
            heads = {
                unit.id: Head(tuple(line[:k]), len(line) < k)
                for unit in self.units.values()
                if (line := self.line(unit.id))
            }
        found |= {key for head in heads.values() for _, key in head.waiting}
        passed = self.passed(requests)
        found |= {key for behind in passed.values() for _, key in behind}
        recent = {address: letters for address in mailboxes if (letters := self.recent_letters(address, now))}
        people = {key: copied(self.people[key]) for key in sorted(found)}
        units = {key: copy(unit) for key, unit in self.units.items()}
        return Book(rules, units, self.seq, people, known, heads, recent, passed)

    def passed(self, requests: Sequence[Request]) -> dict[UUID, tuple[tuple[int, UUID], ...]]:
        """Who sits, not by a hand, with a larger number than one who is to be put back into that line."""
        firsts = {
            unit: first
            for request in requests
            if isinstance(request, Restore)
            for unit, first in first_in_line(request).items()
        }
        return {
            unit: tuple(
                (place.seq, person.id)
                for person in self.people.values()
                if (place := person.places.get(unit)) is not None
                and (place.state, place.counted, place.given_by) == (HELD, True, None)
                and place.seq > first
            )
            for unit, first in firsts.items()
        }

    def copy(self) -> "Rows":
        units = {key: copy(unit) for key, unit in self.units.items()}
        people = {key: copied(person) for key, person in self.people.items()}
        return Rows(units, people, dict(self.keys), list(self.letters), self.seq)

    def line(self, unit: UUID) -> list[tuple[int, UUID]]:
        """Who waits for a unit, in order."""
        places = ((person.id, person.places.get(unit)) for person in self.people.values())
        return sorted((place.seq, key) for key, place in places if place is not None and place.state == WAITING)

    def recent_letters(self, address: str, now: datetime) -> RecentLetters | None:
        mine = (letter for _, letter in self.letters if letter.email_key == address)
        return recent_letters([letter.due_at for letter in mine if letter.kind in _ANYBODY_CAUSES], now)

    def settle(self, rules: Rules, requests: Sequence[Request], now: datetime, spare: int = 8) -> Settled:
        """Reads, settles (with more of the waiting lists where asked for) and writes."""
        k = sum(map(frees, requests)) + spare
        while isinstance(settled := settle(self.book(rules, requests, now, k), requests, now), NeedMore):
            k *= 4
        self.write(requests, settled, now)
        return settled

    # writing, with the constraints of the schema

    def write(self, requests: Sequence[Request], settled: Settled, now: datetime) -> None:
        changes = settled.changes
        self._write_units(changes)
        self._write_registrations(changes, requests, settled.outcomes)
        for row in changes.places:
            self._write_place(row)
        self.letters += [(now, letter) for letter in changes.letters]
        assert changes.seq >= self.seq
        self.seq = changes.seq

    def _write_units(self, changes: Changes) -> None:
        for size in changes.sizes:
            unit = self.units[size.unit]
            unit.capacity, unit.reserve, unit.ceiling = size.capacity, size.reserve, size.ceiling
            unit.held, unit.waiting = unit.held + size.held, unit.waiting + size.waiting
            check_unit(unit)
        for delta in changes.units:
            unit = self.units[delta.unit]
            unit.held, unit.waiting = unit.held + delta.held, unit.waiting + delta.waiting
            unit.reserve += delta.reserve
            if unit.ceiling is not None:
                unit.ceiling += delta.ceiling
            check_unit(unit)

    def _write_registrations(self, changes: Changes, requests: Sequence[Request], outcomes: Sequence[Outcome]) -> None:
        amends = [
            request
            for request, outcome in zip(requests, outcomes, strict=True)
            if isinstance(request, Change) and isinstance(outcome, Done) and outcome.changed
        ]
        # names and addresses change last; where they do, the batch may have to be written one by one
        in_order = not any(request.identity for request in amends)
        for row in changes.changed:
            person = self.people[row.id]
            person.ended_by, person.confirmed = row.ended_by, person.confirmed or row.confirmed
            self._check_identities(in_order)
        for new in changes.new:
            self._write_new(new)
            self._check_identities(in_order)
        for request in amends:
            person = self.people[request.id]
            person.identity = request.identity or person.identity
            person.contact = request.contact or person.contact
            person.counts = person.counts if request.counts is None else request.counts
        self._check_identities(True)

    def _write_new(self, new: NewRegistration) -> None:
        request = new.request
        assert request.id not in self.people
        if new.key is not None:
            assert new.key not in self.keys, "request keys are unique"
            self.keys[new.key] = request.id
        self.people[request.id] = Person(
            id=request.id,
            identity=request.identity,
            contact=request.contact,
            counts=request.counts,
            ended_by=new.ended_by,
            confirmed=new.confirmed,
            confirm_by=new.answer.confirm_by,
            request_digest=request.digest if new.key is not None else None,
            first_answer=new.answer,
        )

    def _check_identities(self, in_order: bool) -> None:
        live = [person.identity for person in self.people.values() if person.is_live and person.identity.email_key]
        assert not in_order or len(live) == len(set(live)), "live identities are unique"

    def _write_place(self, row: PlaceRow) -> None:
        places = self.people[row.registration].places
        places[row.unit] = Place(row.unit, row.lane, row.state, row.counted, row.seq, row.given_by, row.was)
        if row.lane is not None and row.state in {HELD, WAITING}:
            same = [place for place in places.values() if place.lane == row.lane and place.state == row.state]
            assert len(same) == 1, f"one {row.state} place per registration and lane"


def copied(person: Person) -> Person:
    """With places of its own."""
    return replace(person, places={key: copy(place) for key, place in person.places.items()})


def recent_letters(due: Sequence[datetime], now: datetime) -> RecentLetters | None:
    """Of the letters due to one address, those of the last hour and those still to leave."""
    recent = [at for at in due if at > now - timedelta(hours=1)]
    return RecentLetters(len(recent), len(set(recent)), max(recent)) if recent else None


def check_unit(unit: Unit) -> None:
    assert unit.held >= 0
    assert unit.waiting >= 0
    assert unit.ceiling is None or unit.held <= unit.ceiling
    assert unit.ceiling is None or unit.capacity is None or unit.ceiling >= unit.capacity


def _key(request: Request) -> str | None:
    return request.key if isinstance(request, Register) else None
