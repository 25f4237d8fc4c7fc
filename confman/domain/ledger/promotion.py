"""Free places go to those who wait: after every request, until nothing moves."""

from uuid import UUID

from confman.domain.ledger import letters
from confman.domain.ledger.book import HELD, RELEASED, WAITING, WISHED, Person, Place
from confman.domain.ledger.desk import Desk
from confman.domain.ledger.planning import Plan
from confman.domain.ledger.requests import Hand, Promoted, Standing


def promote(desk: Desk) -> None:
    """Every step turns one waiting place into a held one, so it ends. Stops early where the book runs out of people."""
    moved_up: dict[UUID, tuple[Standing, ...]] = {}
    while (unit := desk.next_unit()) is not None:
        person = desk.next_person(unit)
        if person is None:
            return
        desk.positions.clear()
        before = desk.standings(person)
        moved_up.setdefault(person.id, before)
        _give(desk, person, person.places[unit.id])
        desk.positions.clear()  # later steps may move them: who renders the letter counts
        letters.change(desk, person, "promoted", before)
    desk.promoted += [Promoted(key, desk.moves(desk.people[key], before)) for key, before in moved_up.items()]


def carry_out(desk: Desk, person: Person, made: Plan, hand: Hand | None) -> None:
    """The moves of a plan, and what is asked for once a part is given."""
    for move in made.moves:
        if move.state == HELD:
            desk.hold(person, move.unit, move.lane, hand)
        else:
            desk.move(person, move.unit, move.lane, move.state)
    if HELD in made.parts.values():
        ask_for_options(desk, person)
    for part in made.moved_up:
        ask_for_wishes(desk, person, part)


def _give(desk: Desk, person: Person, place: Place) -> None:
    """The place, and what follows: the seat sat in meanwhile goes, the wishes of a promoted part are asked for."""
    if place.lane is not None:
        for other in tuple(person.places.values()):
            if other.lane == place.lane and other.state == HELD:
                desk.move(person, other.unit, other.lane, RELEASED)
    desk.move(person, place.unit, place.lane, HELD)
    if place.unit in desk.rules.parts:
        ask_for_options(desk, person)
        ask_for_wishes(desk, person, place.unit)


def ask_for_options(desk: Desk, person: Person) -> None:
    """What is limited beside the parts, once there is a part: behind those who wait already."""
    wished = [place for place in person.places.values() if place.lane is None and place.state == WISHED]
    for place in sorted(wished, key=lambda place: place.seq):
        unit = desk.units[place.unit]
        known = unit.id in desk.rules.options
        chance = desk.chance(unit, None, counts=person.counts, accept_waiting=True) if known else None
        desk.move(person, place.unit, None, chance or RELEASED)


def ask_for_wishes(desk: Desk, person: Person, part: UUID) -> None:
    """Behind those who wait already; the second wish of a slot is the seat to sit in meanwhile."""
    for slot in desk.rules.slots.values():
        if slot.part != part:
            continue
        mine = [place for place in person.places.values() if place.lane == slot.id and place.state == WISHED]
        wishes = sorted(mine, key=lambda place: place.seq)
        seated = False
        for place in wishes:
            unit = desk.units[place.unit]
            known = unit.id in desk.rules.sessions
            chance = desk.chance(unit, None, counts=person.counts, accept_waiting=True) if known else None
            if chance == HELD and not seated:
                seated = True
                desk.move(person, place.unit, slot.id, HELD)
            elif chance == WAITING and place is wishes[0]:
                desk.move(person, place.unit, slot.id, WAITING)
            else:
                desk.move(person, place.unit, slot.id, RELEASED)
