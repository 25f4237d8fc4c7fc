"""What somebody agreed to, and photographs: each can be switched at any time, and withdrawing is never refused."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from confman.domain.ledger.requests import Change, Hand, Want
from confman.domain.values import Texts
from confman.kernel.clock import Clock
from confman.store import attendee_writes, clerk
from confman.usecases.answers import NEEDS_CONSENT, check_answers
from confman.usecases.events import EventView
from confman.usecases.ledger import RulesCache
from confman.usecases.my_details import Belongings, belongings, details_of
from confman.usecases.my_registration import Mine, locked
from confman.usecases.registrar import Ask, settle_batch
from confman.usecases.submissions import PHOTOS

_ALONE = Hand("attendee", ignores_deadlines=True, tells=False)
"""As if by hand: what is withdrawn goes whatever the time, and no letter tells of it."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One consent as shown: the text that was agreed to, else the newest. `given_at` None: not given, or withdrawn."""

    key: str
    version: int
    text_id: UUID
    texts: Texts
    given_at: datetime | None
    withdrawn_at: datetime | None

    @property
    def value(self) -> str:
        """What a form sends: who agrees to one text has not agreed to another."""
        return f"{self.key}.{self.version}"


def wishes_of(own: Belongings, event: EventView) -> Iterator[Wish]:
    """Those of the form, and those that were given once. Of the needs only what holds: it is given with the needs."""
    newest = {key: row for key, row in event.consents.items() if key != NEEDS_CONSENT}
    for key in dict.fromkeys([*newest, *(row["key"] for row in own.consents)]):
        agreed = own.agreed(key)
        last = next((row for row in reversed(own.consents) if row["key"] == key), None)
        if agreed is not None:
            yield Wish(key, agreed["version"], agreed["consent_text_id"], agreed["texts"], agreed["given_at"], None)
        elif key in newest:
            row = newest[key]
            yield Wish(key, row["version"], row["id"], row["texts"], None, last["withdrawn_at"] if last else None)


@dataclass(frozen=True, slots=True)
class Switched:
    """A form as sent: the values of the wishes it showed and of those that are on."""

    shown: frozenset[str]
    on: frozenset[str]
    no_photo: bool | None = None


def save(connection: Connection, registration: Mine, event: EventView, sent: Switched, clock: Clock) -> bool:
    """Whether all of it could be done: what was not shown, or in another version, stays as it is.

    Withdrawing the consent to the needs erases them at once; the registration stays.
    """
    registration, now = locked(connection, registration), clock()
    own = belongings(connection, registration.id)
    wishes = {wish.value: wish for wish in wishes_of(own, event)}
    shown = [wish for value, wish in wishes.items() if value in sent.shown]
    off = [wish for wish in shown if wish.given_at is not None and wish.value not in sent.on]
    on = [wish for wish in shown if wish.given_at is None and wish.value in sent.on and registration.is_live]
    no_photo = _no_photo(event, sent, [wish.key for wish in on], [wish.key for wish in off])
    photo = no_photo is not None and no_photo != registration.row["no_photo"]
    if on or off or photo:
        if any(wish.key == NEEDS_CONSENT for wish in off):
            _forget_needs(connection, registration, event, own, now)
        attendee_writes.withdraw_consents(connection, registration.id, [wish.text_id for wish in off], now)
        attendee_writes.give_consents(connection, registration.id, [wish.text_id for wish in on], now)
        clerk.amend(connection, registration.id, {"no_photo": no_photo} if photo else {}, now, raises=True)
        attendee_writes.note(connection, registration.row, "wishes", now)
    return sent.on <= wishes.keys()


def _no_photo(event: EventView, sent: Switched, on: list[str], off: list[str]) -> bool | None:
    """The mark on the badge: for who objects or, where that is asked for, has not agreed; None where it stays."""
    if event.row["photos"] != "consent":
        return sent.no_photo
    return PHOTOS in off if PHOTOS in (*on, *off) else None


def _forget_needs(connection: Connection, registration: Mine, event: EventView, own: Belongings, now: datetime) -> None:
    """With the places of answers that are limited: the plain ones keep theirs."""
    attendee_writes.forget_sensitive_answers(connection, registration.id)
    given = details_of(registration, own, event).answers
    plain = {key: value for key, value in given.items() if not event.questions[key]["sensitive"]}
    before, after = (check_answers(event, some, [], [], demanding=False).options for some in (given, plain))
    if registration.is_live and set(before) != set(after):
        ask = Ask(Change(registration.id, Want(parts=None, options=after), hand=_ALONE))
        settle_batch(connection, registration.event_id, [ask], lambda: now, RulesCache())
