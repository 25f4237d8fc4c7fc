"""Which letters a settlement causes, and when a letter that anybody can cause may leave."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal

from confman.domain.ledger.book import Person, RecentLetters
from confman.domain.ledger.desk import Desk
from confman.domain.ledger.requests import Hand, LetterDue, LetterKind, Standing

AT_MOST_AN_HOUR = 3
_SECOND_AFTER = timedelta(minutes=10)
_THIRD_AFTER = timedelta(minutes=20)
_OTHERS_AFTER = timedelta(minutes=30)


def due_at(now: datetime, recent: RecentLetters | None) -> datetime:
    """When a letter that anybody could cause leaves: at once, or with the next bundle to that address.

    The second mail of an hour leaves 10 minutes after the first, the third 20 minutes after that, others 30 minutes
    after the one before: at most three within any hour (10 + 20 + 30 = 60), and nobody waits longer than half an hour.
    """
    if recent is None:
        return now
    if recent.last_due_at >= now:
        return min(recent.last_due_at, now + _OTHERS_AFTER)  # earlier where the mail server has put the bundle off
    after = {1: _SECOND_AFTER, 2: _THIRD_AFTER}.get(recent.mails, _OTHERS_AFTER)
    return max(now, recent.last_due_at + after)


def confirmation(desk: Desk, person: Person) -> None:
    """Letter 1: asks to confirm; bundled with others to the same address."""
    address = person.identity.email_key
    nth = desk.live_over_address.get(address or "", 1)
    _anonymous(desk, person, "confirm", nth)


def repetition(desk: Desk, person: Person) -> None:
    """The same name again: the existing link, unless the address had enough letters within the hour."""
    if _may_have_more(desk, person):
        _anonymous(desk, person, "already_registered", 1)


def once_more(desk: Desk, person: Person) -> None:
    """Letter 1 again, or the link of who has confirmed, unless the address had enough letters within the hour."""
    if person.confirmed:
        repetition(desk, person)
    elif _may_have_more(desk, person):
        address = person.identity.email_key  # their number with it is as it was: ids are in the order of coming
        nth = sum(who.email_key == address and key <= person.id for who, key in desk.by_identity.items())
        _anonymous(desk, person, "confirm", nth)


def _may_have_more(desk: Desk, person: Person) -> bool:
    recent = desk.recent_letters.get(person.identity.email_key or "")
    return recent is None or recent.count < AT_MOST_AN_HOUR


def certainty(desk: Desk, person: Person, hand: Hand | None) -> None:
    """Letter 2: where the person stands now."""
    if hand is not None and not hand.tells:
        return
    kind: LetterKind = "registered" if desk.holds_part(person) else "waiting"
    _add(desk, person, kind, desk.now)


def change(desk: Desk, person: Person, kind: Literal["changed", "promoted"], before: tuple[Standing, ...]) -> None:
    """One letter a person and batch: a later change is told in the earlier letter."""
    if person.contact.email is None:
        return
    for index, letter in enumerate(desk.letters):
        if letter.id == person.id and letter.kind == kind and letter.bulk is None:
            contact, address = person.contact, person.identity.email_key  # they may have changed with it
            desk.letters[index] = replace(letter, places=desk.standings(person), contact=contact, email_key=address)
            return
    _add(desk, person, kind, desk.now, before=before)


def cancellation(desk: Desk, person: Person, before: tuple[Standing, ...], by: str) -> None:
    _add(desk, person, "cancelled", desk.now, before=before, by=by)


def _anonymous(desk: Desk, person: Person, kind: LetterKind, nth: int) -> None:
    address = person.identity.email_key or ""
    recent = desk.recent_letters.get(address)
    due = due_at(desk.now, recent)
    if recent is None:
        desk.recent_letters[address] = RecentLetters(1, 1, due)
    else:
        mails = recent.mails + (due != recent.last_due_at)
        desk.recent_letters[address] = RecentLetters(recent.count + 1, mails, max(due, recent.last_due_at))
    _add(desk, person, kind, due, nth=nth)


def _add(desk: Desk, person: Person, kind: LetterKind, due: datetime, **more: Any) -> None:
    """A letter of what the person has now; none to whom has no address."""
    if person.contact.email is not None:
        until = None if person.confirmed else person.confirm_by
        address, places = person.identity.email_key, desk.standings(person)
        desk.letters.append(LetterDue(kind, person.id, person.contact, address, due, places, confirm_by=until, **more))
