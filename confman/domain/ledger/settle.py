"""`settle`: the only rule by which places are given, moved and freed."""

from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter

from confman.domain.ledger.book import HELD, RELEASED, WAITING, WISHED, Book, Place, State
from confman.domain.ledger.bulks import settle_bulk
from confman.domain.ledger.desk import Desk, place_row
from confman.domain.ledger.promotion import promote
from confman.domain.ledger.requests import (
    Bulk,
    Changes,
    NeedMore,
    NewRegistration,
    Outcome,
    PlaceRow,
    RegistrationChange,
    Request,
    Restore,
    Settled,
    UnitDelta,
    UnitSize,
)
from confman.domain.ledger.restoring import restore
from confman.domain.ledger.settling import settle_one

_ORDER: dict[State, int] = {RELEASED: 0, WISHED: 1, HELD: 2, WAITING: 3}


def settle(book: Book, requests: Sequence[Request], now: datetime) -> Settled | NeedMore:
    """Settles the requests strictly in order; a batch equals the same requests in batches of one.

    Pure: no clock, no randomness, no I/O; ids come with the requests; `book` stays as it is; equal inputs give equal
    outputs. NeedMore: nothing may be written; read more of these units' waiting lists and settle the same again.
    """
    desk = Desk(book, now)
    outcomes: list[Outcome] = []
    for request in requests:
        outcomes.append(_settle(desk, request))
        if desk.exhausted:
            return NeedMore(frozenset(desk.exhausted))
    return Settled(tuple(outcomes), _changes(desk))


def _settle(desk: Desk, request: Request) -> Outcome:
    if isinstance(request, Bulk):
        return settle_bulk(desk, request)
    outcome = restore(desk, request) if isinstance(request, Restore) else settle_one(desk, request)
    promote(desk)
    return outcome


def _changes(desk: Desk) -> Changes:
    return Changes(
        new=_new_registrations(desk),
        changed=_changed_registrations(desk),
        places=_places(desk),
        sizes=_sizes(desk),
        units=_deltas(desk),
        letters=tuple(desk.letters),
        promoted=tuple(desk.promoted),
        seq=desk.seq,
    )


def _new_registrations(desk: Desk) -> tuple[NewRegistration, ...]:
    new = []
    for key, (request, request_key) in desk.new.items():
        person = desk.people[key]
        assert person.first_answer is not None, "a new registration was answered"
        new.append(NewRegistration(request, request_key, person.first_answer, person.confirmed, person.ended_by))
    return tuple(new)


def _changed_registrations(desk: Desk) -> tuple[RegistrationChange, ...]:
    """Those that were there before and of which anything, also a place, is different now."""
    changed = []
    for person in desk.people.values():
        before = desk.book.people.get(person.id)
        if before is not None and before != person:
            changed.append(RegistrationChange(person.id, person.ended_by, person.confirmed))
    return tuple(sorted(changed, key=lambda change: change.ended_by is None))


def _places(desk: Desk) -> tuple[PlaceRow, ...]:
    rows = []
    for person in desk.people.values():
        before = desk.book.people.get(person.id)
        old = before.places if before is not None else {}
        moved = [place for unit, place in person.places.items() if old.get(unit) != place]
        rows += [place_row(person.id, place, place.state) for place in moved]
        rows += [place_row(person.id, place, RELEASED) for place in moved if _swaps(old.get(place.unit), place)]
    return tuple(sorted(rows, key=lambda row: _ORDER[row.state]))


def _swaps(old: Place | None, place: Place) -> bool:
    """Held before and waited for now: the one held now is written first and would meet it in its lane."""
    return old is not None and old.state == HELD and place.state == WAITING


def _sizes(desk: Desk) -> tuple[UnitSize, ...]:
    sizes = []
    for key in sorted(desk.resized):
        unit, before = desk.units[key], desk.book.units[key]
        moved = unit.held - before.held, unit.waiting - before.waiting
        sizes.append(UnitSize(key, unit.capacity, unit.reserve, unit.ceiling, *moved))
    return tuple(sizes)


def _deltas(desk: Desk) -> tuple[UnitDelta, ...]:
    deltas = []
    for key in sorted(desk.units.keys() - desk.resized, key=attrgetter("int")):  # half the time of their own order
        unit, before = desk.units[key], desk.book.units[key]
        if unit != before:
            delta = UnitDelta(
                key,
                unit.held - before.held,
                unit.waiting - before.waiting,
                (unit.ceiling or 0) - (before.ceiling or 0),
                unit.reserve - before.reserve,
            )
            deltas.append(delta)
    return tuple(deltas)
