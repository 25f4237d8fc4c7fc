"""How registrations end: cancelled by whoever may, or not confirmed in time."""

from confman.domain.errors import Unknown
from confman.domain.ledger import letters, windows
from confman.domain.ledger.book import RELEASED, Person
from confman.domain.ledger.desk import Desk
from confman.domain.ledger.requests import Cancel, Done, Lapse, Outcome, Refused


def cancel(desk: Desk, request: Cancel) -> Outcome:
    """Once more is no error."""
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


def lapse(desk: Desk, request: Lapse) -> Done:
    """Those that are live, unconfirmed and past their time."""
    ended = []
    for key in request.ids:
        person = desk.person(key)
        if person is None or not person.is_live or person.confirmed:
            continue
        if person.confirm_by is not None and person.confirm_by <= desk.now:
            _end(desk, person, "lapse")
            ended.append(key)
    return Done(changed=bool(ended), ended=tuple(ended))


def _end(desk: Desk, person: Person, by: str) -> None:
    person.ended_by = by
    desk.strike(person)
    desk.release_all(person)
