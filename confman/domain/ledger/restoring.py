"""Taking a bulk back: everybody has again what they had, as if it had not been asked for, or nothing is changed."""

from collections import Counter
from collections.abc import Iterable, Iterator
from uuid import UUID

from confman.domain.errors import CannotRestore, EventCancelled, Refusal
from confman.domain.ledger.book import HELD, RELEASED, WAITING, Person
from confman.domain.ledger.desk import Desk, place_row
from confman.domain.ledger.requests import Done, Outcome, PersonTrace, PlaceRow, Refused, Restore, UnitTrace


def restore(desk: Desk, request: Restore) -> Outcome:
    """Promotion follows, as after every request: a place that has become free meanwhile goes to the first in line."""
    desk.beyond.clear()
    desk.spared.clear()
    refusal = EventCancelled() if desk.rules.is_cancelled else _refusal(desk, request)
    if refusal is not None:
        return Refused(refusal)
    for trace in request.people:
        _put_back(desk, trace)
    for used in request.units:
        desk.units[used.unit].reserve += _reserve_back(used)
    for key in {row.unit for trace in request.people for row in trace.after}:
        unit = desk.units[key]
        unit.ceiling = None if unit.capacity is None else max(unit.capacity, unit.held)
    return Done(changed=bool(request.people))


def _put_back(desk: Desk, trace: PersonTrace) -> None:
    person = desk.people[trace.id]
    before = {row.unit: row for row in trace.before}
    for unit in person.places:
        desk.put_back(person, unit, before.get(unit))
    if trace.ended_before != trace.ended_after:
        person.ended_by = trace.ended_before
        desk.enrol(person)


def _refusal(desk: Desk, request: Restore) -> Refusal | None:
    refusal = CannotRestore(
        changed=tuple(trace.id for trace in request.people if not _is_as_left(desk.person(trace.id), trace)),
        returned=tuple(trace.id for trace in request.people if _has_returned(desk, trace)),
        passed=tuple(dict.fromkeys(_passed(desk, request))),
        units=tuple(_gone(desk, request)) or tuple(_without_room(desk, request)),
    )
    return refusal if any(vars(refusal).values()) else None


def _is_as_left(person: Person | None, trace: PersonTrace) -> bool:
    """Nothing of it has changed since, by whomever."""
    return person is not None and person.ended_by == trace.ended_after and _rows(person) == set(trace.after)


def _rows(person: Person) -> set[PlaceRow]:
    return {place_row(person.id, place, place.state) for place in person.places.values()}


def _has_returned(desk: Desk, trace: PersonTrace) -> bool:
    """Cancelled by the bulk, and signed up anew since: nobody is registered twice."""
    person = desk.person(trace.id)
    ended = trace.ended_before is None and trace.ended_after is not None
    return ended and person is not None and desk.by_identity.get(person.identity, person.id) != person.id


def _gone(desk: Desk, request: Restore) -> Iterator[UUID]:
    """What is no more: nothing can be given back there."""
    given_back = {row.unit for trace in request.people for row in trace.before if row.state != RELEASED}
    counted = {used.unit for used in request.units}
    gone = counted - desk.units.keys() | {unit for unit in given_back if not desk.rules.knows(unit)}
    return iter(sorted(gone))


def _without_room(desk: Desk, request: Restore) -> Iterator[UUID]:
    """Units where others have taken what would be given back; those who were one more than the capacity still are."""
    moves: Counter[UUID] = Counter()
    for trace in request.people:
        moves.update(_held(trace.before))
        moves.subtract(_held(trace.after))
    for used in request.units:
        unit, before = desk.units[used.unit], used.before
        more = moves[used.unit] + _reserve_back(used)
        if unit.capacity is not None and more > 0:
            as_before = before.held + before.reserve if before.capacity == unit.capacity else 0
            if unit.held + unit.reserve + more > max(unit.capacity, as_before):
                yield used.unit


def _held(rows: Iterable[PlaceRow]) -> list[UUID]:
    return [row.unit for row in rows if row.state == HELD and row.counted]


def _reserve_back(used: UnitTrace) -> int:
    """What the bulk gave of it."""
    return used.before.reserve - used.after.reserve


def _passed(desk: Desk, request: Restore) -> Iterator[UUID]:
    """Who was given a place since by what the ledger gives, though they came after one who would wait for it again."""
    mine = {trace.id for trace in request.people}
    for unit_id, first in first_in_line(request).items():
        unit = desk.units.get(unit_id)
        if unit is None or desk.promotion_ended(unit):
            continue
        others = {key for _, key in desk.book.passed.get(unit_id, ())} | desk.people.keys()
        for key in sorted(others - mine):
            person = desk.person(key)
            place = person.places.get(unit_id) if person is not None else None
            if place is not None and place.state == HELD and place.counted and not place.given_by and place.seq > first:
                yield key


def first_in_line(request: Restore) -> dict[UUID, int]:
    """By unit the smallest number of those who are put back into its line."""
    firsts: dict[UUID, int] = {}
    for trace in request.people:
        still = {row.unit for row in trace.after if row.state == WAITING}
        for row in trace.before:
            if row.state == WAITING and row.unit not in still:
                firsts[row.unit] = min(row.seq, firsts.get(row.unit, row.seq))
    return firsts
