"""Many requests as one: settled in order, with a trace of all that came of it, by which it can be taken back."""

from dataclasses import replace
from hashlib import sha256
from uuid import UUID

from confman.domain.ledger.book import RELEASED, Person, Unit
from confman.domain.ledger.desk import Desk, place_row
from confman.domain.ledger.promotion import promote
from confman.domain.ledger.requests import Bulk, BulkDone, Count, Done, PersonTrace, PlaceRow, Refused, UnitTrace
from confman.domain.ledger.settling import settle_one


def settle_bulk(desk: Desk, bulk: Bulk) -> BulkDone:
    """As the same requests one after the other; those that are refused do not keep the others from being done.

    Its letters are its own: nothing asked for before or after it is told in them.
    """
    people = {key: person.copy() for key, person in desk.people.items()}
    units = {key: unit.copy() for key, unit in desk.units.items()}
    letters, desk.letters = desk.letters, []
    outcomes: list[Done | Refused] = []
    for request in bulk.requests:
        outcome = settle_one(desk, request)
        assert isinstance(outcome, Done | Refused), "changing and cancelling end in nothing else"
        outcomes.append(outcome)
        promote(desk)
        if desk.exhausted:
            break
    caused, desk.letters = desk.letters, letters
    if bulk.tells:
        due_at = desk.now + bulk.held_for
        desk.letters += [replace(letter, due_at=due_at, bulk=bulk.id) for letter in caused]
    return BulkDone(tuple(outcomes), _people(desk, people), _units(desk, units))


def fingerprint(done: BulkDone) -> str:
    """The same for two that do the same to the same people, also where places or numbers of others are otherwise."""
    people = [(trace.id, trace.ended_after, _states(trace.before), _states(trace.after)) for trace in done.people]
    refused = [type(one.reason).slug if isinstance(one, Refused) else "" for one in done.outcomes]
    return sha256(repr((people, refused)).encode()).hexdigest()[:32]


def _states(rows: tuple[PlaceRow, ...]) -> list[tuple[UUID, str]]:
    return [(row.unit, row.state) for row in rows if row.state != RELEASED]


def _people(desk: Desk, before: dict[UUID, Person]) -> tuple[PersonTrace, ...]:
    """By id: so they are the same whatever was asked for before."""
    traces = []
    for key in sorted(desk.people):
        person = desk.people[key]
        old = before.get(key) or desk.book.people[key]
        if old != person:
            traces.append(PersonTrace(key, old.ended_by, person.ended_by, rows_of(old), rows_of(person)))
    return tuple(traces)


def rows_of(person: Person) -> tuple[PlaceRow, ...]:
    """All places, released ones too, by unit."""
    return tuple(place_row(person.id, person.places[unit], person.places[unit].state) for unit in sorted(person.places))


def _units(desk: Desk, before: dict[UUID, Unit]) -> tuple[UnitTrace, ...]:
    traces = (UnitTrace(key, _count(before[key]), _count(desk.units[key])) for key in sorted(desk.units))
    return tuple(trace for trace in traces if trace.before != trace.after)


def _count(unit: Unit) -> Count:
    return Count(unit.capacity, unit.reserve, unit.held, unit.waiting)
