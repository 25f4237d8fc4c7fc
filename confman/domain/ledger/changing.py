"""Changing a registration that is live: places, name and address, and whether its places count."""

from collections.abc import Iterable
from uuid import UUID

from confman.domain.errors import Ended, EventCancelled, IdentityTaken, Refusal, TooManyForAddress, Unknown
from confman.domain.ledger import letters
from confman.domain.ledger.book import RELEASED, WAITING, Person, Place, State
from confman.domain.ledger.desk import Desk
from confman.domain.ledger.ending import cancel
from confman.domain.ledger.planning import Plan, Terms, plan
from confman.domain.ledger.promotion import carry_out
from confman.domain.ledger.requests import Cancel, Change, Choice, Done, Hand, Outcome, Refused, Standing, Want


def change(desk: Desk, request: Change) -> Outcome:
    """All of it or nothing; giving up the last part is cancelling."""
    person = desk.person(request.id)
    if person is None:
        return Refused(Unknown((request.id,)))
    if not person.is_live:
        return Refused(Ended())
    if request.want.parts == () and request.want.options in {None, ()}:
        return cancel(desk, Cancel(request.id, "self" if request.hand is None else "organiser", request.hand))
    refusal = _identity_refused(desk, person, request)
    if refusal is not None:
        return Refused(refusal)
    recounts = request.counts not in {None, person.counts}
    made = EventCancelled() if desk.rules.is_cancelled else _planned(desk, person, request, recounts=recounts)
    if isinstance(made, Refusal):
        return Refused(made)
    renamed = (request.identity or person.identity, request.contact or person.contact)
    changed = bool(made.moves) or renamed != (person.identity, person.contact)
    moved_house = renamed[0].email_key != person.identity.email_key
    desk.strike(person)
    person.identity, person.contact = renamed
    desk.enrol(person)
    before = desk.standings(person)
    if recounts:
        _lay_down(desk, person)
    carry_out(desk, person, made, request.hand)
    moves = desk.moves(person, before)
    moved = bool(moves) if recounts else bool(made.moves)
    _tell_of_change(desk, person, request.hand, before if moved else None, moved_house=moved_house)
    return Done(changed=changed, moves=moves)


def _planned(desk: Desk, person: Person, request: Change, *, recounts: bool) -> Plan | Refusal:
    """Where places begin or cease to count, all are asked for anew: who does not count never waits, who does may."""
    want, hand, waits = request.want, request.hand, request.accept_waiting
    if not recounts:
        return plan(desk, person.places, want, Terms(False, waits, person.counts, hand))
    has = [(place, place.state) for place in sorted(person.places.values(), key=lambda place: place.seq)]
    anew = _merged(desk, wanted(desk, [(place, state) for place, state in has if state != RELEASED]), want)
    return plan(desk, {}, anew, Terms(False, waits, not person.counts, hand))


def _merged(desk: Desk, has: Want, want: Want) -> Want:
    parts = has.parts if want.parts is None else want.parts
    slots = desk.rules.slots
    kept = {slot: choice for slot, choice in has.choices.items() if slots[slot].part in (parts or ())}
    return Want(parts, {**kept, **want.choices}, has.options if want.options is None else want.options)


def _lay_down(desk: Desk, person: Person) -> None:
    """Gives back everything, to get it again in the same step as what it counts for now."""
    for place in tuple(person.places.values()):
        if place.state != RELEASED:
            desk.move(person, place.unit, place.lane, RELEASED)
    person.counts = not person.counts


def wanted(desk: Desk, places: Iterable[tuple[Place, State]]) -> Want:
    """What somebody who has these places, in the order asked, wants as far as it still exists."""
    rules = desk.rules
    asked = list(places)
    units = {place.unit for place, _ in asked}
    choices: dict[UUID, list[tuple[bool, int, UUID]]] = {}
    for place, state in asked:
        session = rules.sessions.get(place.unit)
        if session is not None and rules.slots[session.slot].part in units:
            # who waits for one and sits in the other wants the one waited for
            choices.setdefault(session.slot, []).append((state != WAITING, place.seq, place.unit))
    ordered = {slot: [unit for _, _, unit in sorted(several)] for slot, several in choices.items()}
    return Want(
        parts=tuple(place.unit for place, _ in asked if place.unit in rules.parts),
        choices={slot: Choice(units[0], units[1] if len(units) > 1 else None) for slot, units in ordered.items()},
        options=tuple(place.unit for place, _ in asked if place.unit in rules.options),
    )


def _tell_of_change(
    desk: Desk, person: Person, hand: Hand | None, before: tuple[Standing, ...] | None, *, moved_house: bool
) -> None:
    """A new address gets the letter that the old one had: the link in that one is good for nothing any more."""
    if hand is not None and not hand.tells:
        return
    if moved_house and not person.confirmed:
        letters.confirmation(desk, person)
    elif before is not None:
        letters.change(desk, person, "changed", before)
    elif moved_house:
        letters.certainty(desk, person, hand)


def _identity_refused(desk: Desk, person: Person, request: Change) -> Refusal | None:
    identity = request.identity
    if identity is None:
        return None
    if desk.by_identity.get(identity, person.id) != person.id:
        return IdentityTaken()
    if identity.email_key != person.identity.email_key and desk.is_crowded(identity, request.hand):
        return TooManyForAddress(desk.rules.max_per_address)
    return None
