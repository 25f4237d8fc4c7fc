"""One function per request: it reads and moves the desk and says what came out."""

from typing import assert_never
from uuid import UUID

from confman.domain import deadlines
from confman.domain.errors import (
    BelowHeld,
    DeadlinePassed,
    EventCancelled,
    KeyReused,
    Refusal,
    TooManyForAddress,
    Unknown,
)
from confman.domain.ledger import letters, windows
from confman.domain.ledger.book import HELD, RELEASED, Answer, Person
from confman.domain.ledger.changing import change, wanted
from confman.domain.ledger.desk import Desk, kept
from confman.domain.ledger.ending import cancel, lapse
from confman.domain.ledger.planning import Plan, Terms, plan
from confman.domain.ledger.promotion import carry_out
from confman.domain.ledger.requests import (
    Accepted,
    AlreadyRegistered,
    Cancel,
    Change,
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
    Resize,
    Single,
    WriteAgain,
)


def settle_one(desk: Desk, request: Single) -> Outcome:
    """Settles one request on the desk; promotion is the caller's next step."""
    desk.positions.clear()
    desk.beyond.clear()
    desk.spared.clear()
    outcome: Outcome
    match request:
        case Register():
            outcome = _register(desk, request)
        case Change():
            outcome = change(desk, request)
        case Cancel():
            outcome = cancel(desk, request)
        case Confirm():
            outcome = _confirm(desk, request)
        case Lapse():
            outcome = lapse(desk, request)
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
    if desk.is_crowded(request.identity, request.hand):
        return Refused(TooManyForAddress(desk.rules.max_per_address))
    known = desk.by_identity.get(request.identity)
    if known is not None:
        return _known_already(desk, known, answer, request.hand)
    return _give(desk, request, key, made, answer)


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
    carry_out(desk, person, made, request.hand)
    if not confirmed:
        letters.confirmation(desk, person)
    else:
        letters.certainty(desk, person, request.hand)
    return Accepted(person.id, desk.standings(person), answer, tuple(desk.beyond), tuple(desk.spared))


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
    """An organiser's hand may let in who lapsed at any time, and who was cancelled where it is asked to."""
    if request.returns and request.hand is not None:
        return EventCancelled() if desk.rules.is_cancelled else None
    if request.returns and person.ended_by == "self":
        return windows.returning(desk.rules, person.ended_by, [place.unit for place, _ in kept(person)], desk.now)
    refusal = windows.confirming(desk.rules, person.ended_by, desk.now)
    return None if isinstance(refusal, DeadlinePassed) and request.hand is not None else refusal


def _revive(desk: Desk, person: Person, hand: Hand | None) -> Outcome:
    """Asks again with the kept data; who confirms late met the registration's deadline when it was sent."""
    rules = desk.rules
    terms = Terms(newcomer=True, accept_waiting=True, counts=person.counts, hand=hand, timeless=True)
    made = plan(desk, {}, wanted(desk, kept(person)), terms)
    if isinstance(made, Refusal):
        return Refused(made)
    answer = _answer(desk, made, needs_confirmation=False)
    known = desk.by_identity.get(person.identity)
    if known is not None:
        return _known_already(desk, known, answer, hand)
    if desk.is_crowded(person.identity, hand):
        return Refused(TooManyForAddress(rules.max_per_address))
    person.ended_by, person.confirmed = None, True
    for place in person.places.values():
        place.was = None
    desk.enrol(person)
    carry_out(desk, person, made, hand)
    letters.certainty(desk, person, hand)
    return Accepted(person.id, desk.standings(person), answer, tuple(desk.beyond), tuple(desk.spared))


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
