"""What must hold after every settlement. The names are the specification."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import combinations
from uuid import UUID

from confman.domain.ledger.book import HELD, RELEASED, WAITING, Person, Place, Rules, Unit
from confman.domain.ledger.requests import Request, Resize, Restore
from confman.domain.values import Window
from tests.domain.ledger_rows import Rows


def check(rules: Rules, before: Rows, after: Rows, requests: Sequence[Request], now: datetime) -> None:
    for invariant in STANDING:
        invariant(rules, after, now)
    if any(isinstance(request, Restore) for request in requests):
        return  # numbers go back with the places: tests/domain/test_ledger_restoring.py
    no_place_is_given_twice(before, after, requests)
    nobody_is_overtaken(before, after, now)
    nobody_loses_a_place_to_another(before, after)


def held_is_the_sum_of_its_places(rules: Rules, rows: Rows, now: datetime) -> None:
    for unit in rows.units.values():
        assert unit.held == len(places_in(rows, unit.id, HELD))


def waiting_is_the_sum_of_its_places(rules: Rules, rows: Rows, now: datetime) -> None:
    for unit in rows.units.values():
        assert unit.waiting == len(places_in(rows, unit.id, WAITING))


def held_never_exceeds_the_ceiling(rules: Rules, rows: Rows, now: datetime) -> None:
    """And the ceiling is never higher than it must be."""
    for unit in rows.units.values():
        assert unit.ceiling == (None if unit.capacity is None else max(unit.capacity, unit.held))
        assert unit.reserve >= 0


def nobody_waits_beside_a_free_place(rules: Rules, rows: Rows, now: datetime) -> None:
    for unit in rows.units.values():
        if promotes(rules, unit, now):
            assert not unit.waiting or (unit.capacity is not None and unit.held + unit.reserve >= unit.capacity)


def a_session_is_held_only_with_its_part(rules: Rules, rows: Rows, now: datetime) -> None:
    """The same for waiting; with a waiting part a session is wished, and only then."""
    for person in rows.people.values():
        for place in person.places.values():
            if place.lane is None or place.state == RELEASED:
                continue
            part = person.places[rules.slots[place.lane].part].state
            assert part == (HELD if place.state in {HELD, WAITING} else WAITING)


def an_option_is_held_only_with_a_part(rules: Rules, rows: Rows, now: datetime) -> None:
    """The same for waiting; who holds no part wishes for it, and only they."""
    for person in rows.people.values():
        has_part = any(
            rows.units[place.unit].kind == "part" and place.state == HELD for place in person.places.values()
        )
        for place in person.places.values():
            if rows.units[place.unit].kind == "option" and place.state != RELEASED:
                assert (place.state in {HELD, WAITING}) == has_part


def a_person_has_at_most_one_held_place_per_slot(rules: Rules, rows: Rows, now: datetime) -> None:
    for person in rows.people.values():
        lanes = lanes_of(person, HELD)
        assert len(lanes) == len(set(lanes))


def a_person_waits_at_most_once_per_slot(rules: Rules, rows: Rows, now: datetime) -> None:
    for person in rows.people.values():
        lanes = lanes_of(person, WAITING)
        assert len(lanes) == len(set(lanes))


def nobody_sits_in_two_sessions_at_once(rules: Rules, rows: Rows, now: datetime) -> None:
    """Nor waits for one at the time of another, unless both are of one slot; a part is no clash for its sessions."""
    for person in rows.people.values():
        timed = list(timed_places(rules, person))
        for (one, when), (other, when2) in combinations(timed, 2):
            if one.lane is None or one.lane != other.lane:
                assert not when.overlaps(when2) or is_part_of(rules, one, other) or is_part_of(rules, other, one)


def an_ended_registration_has_only_released_places(rules: Rules, rows: Rows, now: datetime) -> None:
    for person in rows.people.values():
        if not person.is_live:
            assert {place.state for place in person.places.values()} <= {RELEASED}


def what_does_not_count_never_waits(rules: Rules, rows: Rows, now: datetime) -> None:
    for person in rows.people.values():
        assert all(place.counted for place in person.places.values() if place.state == WAITING)


def no_place_is_given_twice(before: Rows, after: Rows, requests: Sequence[Request]) -> None:
    """More than the capacity less the reserve only by a hand, or where an organiser lowered it below."""
    resized = {request.unit for request in requests if isinstance(request, Resize)}
    for key in after.units.keys() - resized:
        unit, old = after.units[key], before.units[key]
        given = [place for person, place in places_in(after, key, HELD) if not held(before, person, place)]
        by_hand = [place for place in given if place.given_by]
        if unit.capacity is not None and unit.held > old.held:
            most = max(unit.capacity, old.held + old.reserve)
            assert unit.held + unit.reserve <= most + len(by_hand)


def nobody_is_overtaken(before: Rows, after: Rows, now: datetime) -> None:
    """Nobody with a smaller number waits where a larger one was given."""
    for unit in after.units.values():
        if unit.promotes_until is not None and now >= unit.promotes_until:
            continue
        given = [
            place.seq
            for person, place in places_in(after, unit.id, HELD)
            if place.given_by is None and not held(before, person, place)
        ]
        waiting = [place.seq for _, place in places_in(after, unit.id, WAITING)]
        assert not given or not waiting or max(given) < min(waiting)


def nobody_loses_a_place_to_another(before: Rows, after: Rows) -> None:
    """A kept place keeps its number, and who waits moves up only."""
    for person in before.people.values():
        for place in person.places.values():
            now = after.people[person.id].places[place.unit]
            if place.state == now.state and place.seq != now.seq:
                assert place.state == RELEASED or now.seq > before.seq
            assert now.seq >= place.seq


STANDING = (
    held_is_the_sum_of_its_places,
    waiting_is_the_sum_of_its_places,
    held_never_exceeds_the_ceiling,
    nobody_waits_beside_a_free_place,
    a_session_is_held_only_with_its_part,
    an_option_is_held_only_with_a_part,
    a_person_has_at_most_one_held_place_per_slot,
    a_person_waits_at_most_once_per_slot,
    nobody_sits_in_two_sessions_at_once,
    an_ended_registration_has_only_released_places,
    what_does_not_count_never_waits,
)


def promotes(rules: Rules, unit: Unit, now: datetime) -> bool:
    """Whether who waits here still moves up by itself."""
    there = unit.id in rules.parts or unit.id in rules.sessions or unit.id in rules.options
    return there and not rules.is_cancelled and (unit.promotes_until is None or now < unit.promotes_until)


def places_in(rows: Rows, unit: UUID, state: str) -> list[tuple[Person, Place]]:
    """Who has a counted place of that state there."""
    found = ((person, person.places.get(unit)) for person in rows.people.values())
    return [(person, place) for person, place in found if place is not None and place.counted and place.state == state]


def held(before: Rows, person: Person, place: Place) -> bool:
    """Whether this very place was held before."""
    old = before.people[person.id].places.get(place.unit) if person.id in before.people else None
    return old is not None and old.state == HELD and old.seq == place.seq


def lanes_of(person: Person, state: str) -> list[UUID]:
    return [place.lane for place in person.places.values() if place.lane is not None and place.state == state]


def timed_places(rules: Rules, person: Person) -> Iterator[tuple[Place, Window]]:
    for place in person.places.values():
        session, part = rules.sessions.get(place.unit), rules.parts.get(place.unit)
        window = session.window if session is not None else part.window if part is not None else None
        if place.state != RELEASED and window is not None:
            yield place, window


def is_part_of(rules: Rules, session: Place, part: Place) -> bool:
    return session.lane is not None and rules.slots[session.lane].part == part.unit
