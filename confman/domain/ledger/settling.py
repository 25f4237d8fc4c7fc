"""One function per request: it reads and moves the desk and says what came out."""

from typing import assert_never
from uuid import UUID

from confman.domain import deadlines
from confman.domain.errors import (
    BelowHeld,
    DeadlinePassed,
    Ended,
    EventCancelled,
    IdentityTaken,
    KeyReused,
    Refusal,
    TooManyForAddress,
    Unknown,
)
from confman.domain.ledger import letters, windows
from confman.domain.ledger.book import HELD, RELEASED, WAITING, Answer, Identity, Person
from confman.domain.ledger.desk import Desk, kept
from confman.domain.ledger.planning import Plan, Terms, plan
from confman.domain.ledger.promotion import ask_for_options, ask_for_wishes
from confman.domain.ledger.requests import (
    Accepted,
    AlreadyRegistered,
    Cancel,
    Change,
    Choice,
    Clear,
    Confirm,
    Done,
    Hand,
    Lapse,
    Outcome,
    Promote,
    Refused,
    Register,
    Repeated,
    Request,
    Resize,
    Standing,
    Want,
    WriteAgain,
)


def settle_one(desk: Desk, request: Request) -> Outcome:
    """Settles one request on the desk; promotion is the caller's next step."""
    desk.positions.clear()
    outcome: Outcome
    match request:
        case Register():
            outcome = _register(desk, request)
        case Change():
            outcome = _change(desk, request)
        case Cancel():
            outcome = _cancel(desk, request)
        case Confirm():
            outcome = _confirm(desk, request)
        case Lapse():
            outcome = _lapse(desk, request)
        case Resize():
            outcome = _resize(desk, request)
        case Clear():
            outcome = _clear(desk, request)
        case WriteAgain():
            outcome = _write_again(desk, request)
        case Promote():
            desk.dirty.update(desk.units)
            outcome = Done(changed=False)
        case never:
            assert_never(never)
    return outcome


# registering


def _register(desk: Desk, request: Register) -> Outcome:
    key = request.key
    if key is not None and key in desk.by_request_key:
        first = desk.person(desk.by_request_key[key])
        assert first is not None, "the book names every registration whose key it knows"
        if first.request_digest == request.digest and first.first_answer is not None:
            return Repeated(first.id, first.first_answer)
        if not request.from_form:
            return Refused(KeyReused())
        key = None  # somebody went back and sent another person: judged as a new one, whose key is taken
    terms = Terms(newcomer=True, accept_waiting=request.accept_waiting, counts=request.counts, hand=request.hand)
    made = EventCancelled() if desk.rules.is_cancelled else plan(desk, {}, request.want, terms)
    if isinstance(made, Refusal):
        return Refused(made)
    needs_confirmation = desk.rules.confirms_address and request.hand is None and request.contact.email is not None
    answer = _answer(desk, made, needs_confirmation=needs_confirmation)
    if _is_crowded(desk, request.identity, request.hand):
        return Refused(TooManyForAddress(desk.rules.max_per_address))
    known = desk.by_identity.get(request.identity)
    if known is not None:
        return _known_already(desk, known, answer, request.hand)
    return _give(desk, request, key, made, answer)


def _is_crowded(desk: Desk, identity: Identity, hand: Hand | None) -> bool:
    """Whether one more is too many for the address; asked before who is known, lest the refusal tell."""
    return hand is None and desk.live_over_address.get(identity.email_key or "", 0) >= desk.rules.max_per_address


def _answer(desk: Desk, made: Plan, *, needs_confirmation: bool) -> Answer:
    waits = any(move.state not in {HELD, RELEASED} for move in made.moves)
    rules = desk.rules
    until = (
        deadlines.confirm_by(desk.now, rules.hold_hours, rules.zone, rules.starts_at) if needs_confirmation else None
    )
    places = tuple((move.unit, move.state) for move in made.moves if move.state != RELEASED)
    return Answer("waiting" if waits else "held", until, places)


def _known_already(desk: Desk, known: UUID, answer: Answer, hand: Hand | None) -> AlreadyRegistered:
    person = desk.person(known)
    assert person is not None, "the book holds every person it names"
    if hand is None or hand.tells:
        letters.repetition(desk, person)
    return AlreadyRegistered(known, answer)


def _give(desk: Desk, request: Register, key: str | None, made: Plan, answer: Answer) -> Accepted:
    confirmed = answer.confirm_by is None
    person = Person(
        id=request.id,
        identity=request.identity,
        contact=request.contact,
        counts=request.counts,
        confirmed=confirmed,
        confirm_by=answer.confirm_by,
        request_digest=request.digest,
        first_answer=answer,
    )
    desk.people[person.id] = person
    desk.enrol(person)
    if key is not None:
        desk.by_request_key[key] = person.id
    desk.new[person.id] = (request, key)
    _carry_out(desk, person, made, request.hand)
    if not confirmed:
        letters.confirmation(desk, person)
    else:
        letters.certainty(desk, person, request.hand)
    return Accepted(person.id, desk.standings(person), answer)


def _carry_out(desk: Desk, person: Person, made: Plan, hand: Hand | None) -> None:
    for move in made.moves:
        if move.state == HELD:
            desk.hold(person, move.unit, move.lane, hand)
        else:
            desk.move(person, move.unit, move.lane, move.state)
    if HELD in made.parts.values():
        ask_for_options(desk, person)
    for part in made.moved_up:
        ask_for_wishes(desk, person, part)


# changing


def _change(desk: Desk, request: Change) -> Outcome:
    person = desk.person(request.id)
    if person is None:
        return Refused(Unknown((request.id,)))
    if not person.is_live:
        return Refused(Ended())
    if request.want.parts == () and request.want.options in {None, ()}:
        return _cancel(desk, Cancel(request.id, "self" if request.hand is None else "organiser", request.hand))
    refusal = _identity_refused(desk, person, request)
    if refusal is not None:
        return Refused(refusal)
    terms = Terms(newcomer=False, accept_waiting=request.accept_waiting, counts=person.counts, hand=request.hand)
    made = EventCancelled() if desk.rules.is_cancelled else plan(desk, person.places, request.want, terms)
    if isinstance(made, Refusal):
        return Refused(made)
    renamed = (request.identity or person.identity, request.contact or person.contact)
    changed = bool(made.moves) or renamed != (person.identity, person.contact)
    moved_house = renamed[0].email_key != person.identity.email_key
    desk.strike(person)
    person.identity, person.contact = renamed
    desk.enrol(person)
    before = desk.standings(person)
    _carry_out(desk, person, made, request.hand)
    _tell_of_change(desk, person, request.hand, before if made.moves else None, moved_house=moved_house)
    return Done(changed=changed)


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
    if identity.email_key != person.identity.email_key and _is_crowded(desk, identity, request.hand):
        return TooManyForAddress(desk.rules.max_per_address)
    return None


def _cancel(desk: Desk, request: Cancel) -> Outcome:
    person = desk.person(request.id)
    if person is None:
        return Refused(Unknown((request.id,)))
    if not person.is_live:
        return Done(changed=False)
    bound = request.by != "event" and not (request.hand is not None and request.hand.ignores_deadlines)
    standing = [place.unit for place in person.places.values() if place.state != RELEASED]
    late = windows.past(windows.cancel_until(desk.rules, standing), desk.now) if bound else None
    if late is not None:
        return Refused(late)
    before = desk.standings(person)
    _end(desk, person, request.by)
    if request.hand is None or request.hand.tells:
        letters.cancellation(desk, person, before, request.by)
    return Done(changed=True)


def _end(desk: Desk, person: Person, by: str) -> None:
    person.ended_by = by
    desk.strike(person)
    desk.release_all(person)


# confirming and lapsing


def _confirm(desk: Desk, request: Confirm) -> Outcome:
    person = desk.person(request.id)
    if person is None:
        return Refused(Unknown((request.id,)))
    if person.is_live and person.confirmed:
        return Done(changed=False)
    refusal = _comes_too_late(desk, person, request)
    if refusal is not None:
        return Refused(refusal)
    if not person.is_live:
        return _revive(desk, person, request.hand)
    person.confirmed = True
    letters.certainty(desk, person, request.hand)
    return Done(changed=True)


def _comes_too_late(desk: Desk, person: Person, request: Confirm) -> Refusal | None:
    """An organiser's hand may let in who lapsed at any time."""
    if request.returns and person.ended_by == "self":
        return windows.returning(desk.rules, person.ended_by, [place.unit for place in kept(person)], desk.now)
    refusal = windows.confirming(desk.rules, person.ended_by, desk.now)
    return None if isinstance(refusal, DeadlinePassed) and request.hand is not None else refusal


def _revive(desk: Desk, person: Person, hand: Hand | None) -> Outcome:
    """Asks again with the kept data; who confirms late met the registration's deadline when it was sent."""
    rules = desk.rules
    terms = Terms(newcomer=True, accept_waiting=True, counts=person.counts, hand=hand, timeless=True)
    made = plan(desk, {}, _kept_want(desk, person), terms)
    if isinstance(made, Refusal):
        return Refused(made)
    answer = _answer(desk, made, needs_confirmation=False)
    known = desk.by_identity.get(person.identity)
    if known is not None:
        return _known_already(desk, known, answer, hand)
    if _is_crowded(desk, person.identity, hand):
        return Refused(TooManyForAddress(rules.max_per_address))
    person.ended_by, person.confirmed = None, True
    for place in person.places.values():
        place.was = None
    desk.enrol(person)
    _carry_out(desk, person, made, hand)
    letters.certainty(desk, person, hand)
    return Accepted(person.id, desk.standings(person), answer)


def _kept_want(desk: Desk, person: Person) -> Want:
    """What the registration asked for when it ended, as far as it still exists."""
    rules = desk.rules
    parts, options = [], []
    choices: dict[UUID, list[tuple[bool, int, UUID]]] = {}
    for place in kept(person):
        if place.unit in rules.parts:
            parts.append(place.unit)
        elif place.unit in rules.options:
            options.append(place.unit)
        elif place.unit in rules.sessions and rules.slots[rules.sessions[place.unit].slot].part in person.places:
            slot = rules.sessions[place.unit].slot
            # who waited for one and sat in the other wants the one waited for
            choices.setdefault(slot, []).append((place.was != WAITING, place.seq, place.unit))
    ordered = {slot: [unit for _, _, unit in sorted(wanted)] for slot, wanted in choices.items()}
    return Want(
        parts=tuple(parts),
        choices={slot: Choice(units[0], units[1] if len(units) > 1 else None) for slot, units in ordered.items()},
        options=tuple(options),
    )


def _lapse(desk: Desk, request: Lapse) -> Done:
    changed = False
    for key in request.ids:
        person = desk.person(key)
        if person is None or not person.is_live or person.confirmed:
            continue
        if person.confirm_by is not None and person.confirm_by <= desk.now:
            _end(desk, person, "lapse")
            changed = True
    return Done(changed=changed)


def _write_again(desk: Desk, request: WriteAgain) -> Outcome:
    known = desk.by_identity.get(request.identity)
    person = None if known is None else desk.person(known)
    if person is None:
        return Refused(Unknown(()))
    letters.once_more(desk, person)
    return Done(changed=False)


# the organiser's hand on the programme


def _resize(desk: Desk, request: Resize) -> Outcome:
    unit = desk.units.get(request.unit)
    if unit is None:
        return Refused(Unknown((request.unit,)))
    capacity = request.capacity
    lowers = capacity is not None and (unit.capacity is None or capacity < unit.capacity)
    if capacity is not None and lowers and capacity < unit.held and not request.insist:
        return Refused(BelowHeld(unit.id, capacity, unit.held))
    changed = (unit.capacity, unit.reserve) != (capacity, request.reserve)
    unit.capacity, unit.reserve = capacity, request.reserve
    unit.ceiling = None if capacity is None else max(capacity, unit.held)
    desk.resized.add(unit.id)
    desk.dirty.add(unit.id)
    return Done(changed=changed)


def _clear(desk: Desk, request: Clear) -> Done:
    changed = False
    for key in request.ids:
        person = desk.person(key)
        place = person.places.get(request.unit) if person is not None else None
        if person is None or place is None or place.state == RELEASED:
            continue
        desk.move(person, place.unit, place.lane, RELEASED)
        changed = True
    return Done(changed=changed)
