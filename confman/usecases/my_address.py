"""Another address for one's own registration: it counts once the new mailbox says yes, and the old one is told."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, RowMapping

from confman.domain.errors import N_, DeadlinePassed, Ended, Fault, Malformed, NotConfirmed, NotFound, TooOften
from confman.domain.ledger.book import Contact, Identity
from confman.domain.ledger.letters import AT_MOST_AN_HOUR, due_at
from confman.domain.ledger.requests import Change, Done, Outcome
from confman.kernel.clock import Clock
from confman.kernel.ids import new_id
from confman.kernel.security import Link, Purpose, Secrets
from confman.store import attendee_reads, attendee_writes, clerk, ledger
from confman.usecases.addresses import Address, checked_address
from confman.usecases.ledger import RulesCache
from confman.usecases.links import recently_to
from confman.usecases.my_registration import Mine, locked, mine
from confman.usecases.registrar import Ask, settle_batch

ASKED: Final = "new_address"
"""The letter that asks the new mailbox."""
TOLD: Final = "address_changed"
"""The letter to the old one, without a link."""
LIVES: Final = timedelta(days=3)
_A_DAY = timedelta(days=1)
_AT_MOST_A_DAY = 3


def ask(connection: Connection, registration: Mine, address: Address, clock: Clock) -> None:
    """One letter to the new address, unless that mailbox had enough of late: then none, and nobody is told so.

    Raises `Ended`, `NotConfirmed`, `Malformed` for the address it has, `TooOften`.
    """
    registration = locked(connection, registration)
    now = clock()
    if not registration.is_live:
        raise Ended
    if registration.standing == "unconfirmed":
        raise NotConfirmed
    if address.key == registration.row["email_key"]:
        raise Malformed((Fault(("email",), N_("This is the address that we have already.")),))
    # counted is what was asked, sent or not, so that the answers tell nothing of that mailbox
    if attendee_reads.times_since(connection, registration.row, ASKED, now - _A_DAY) >= _AT_MOST_A_DAY:
        raise TooOften(int(_A_DAY.total_seconds()))
    recent = recently_to(connection, address, now)
    if recent is None or recent.count < AT_MOST_AN_HOUR:
        _send(connection, registration, ASKED, address, (now, due_at(now, recent)))
    attendee_writes.note(connection, registration.row, ASKED, now)


def _send(
    connection: Connection, registration: Mine, kind: str, to: Address, made_and_due: tuple[datetime, datetime]
) -> None:
    key, row = new_id(), registration.row
    facts = {"generation": row["manage_generation"]} if kind == ASKED else {}
    letter = (key, row["event_id"], row["id"], kind, row["language"], to.typed, to.key, facts, key.hex)
    clerk.LETTERS.run(connection, [(*letter, *made_and_due)])


@dataclass(frozen=True, slots=True)
class Asked:
    """The letter to the new address, and the registration it is about."""

    letter_id: UUID
    letter: RowMapping
    registration: Mine

    @property
    def address(self) -> str:
        address: str = self.letter["recipient"]
        return address

    @property
    def closes_at(self) -> datetime:
        closes_at: datetime = self.letter["created_at"] + LIVES
        return closes_at


def opened(secrets: Secrets, token: str) -> UUID:
    """The letter that a link came in. Raises `NotFound` before any query for what we did not sign."""
    letter_id = secrets.read_new_address(token)
    if letter_id is None:
        raise NotFound
    return letter_id


def asked(connection: Connection, letter_id: UUID) -> Asked:
    """Raises `NotFound` where the letter was erased, the address changed since, or the registration is gone."""
    letter = attendee_reads.letter_by_id(connection, letter_id)
    if letter is None or letter["kind"] != ASKED or letter["recipient"] is None or letter["registration_id"] is None:
        raise NotFound
    link = Link(letter["registration_id"], letter["facts"]["generation"])
    return Asked(letter_id, letter, mine(connection, link, Purpose.MANAGE))


def take_over(connection: Connection, found: Asked, clock: Clock) -> Outcome:
    """The new mailbox said yes. All links sent to the old one are void, and it is told.

    Raises `NotFound` as `asked`, `DeadlinePassed`.
    """
    ledger.lock(connection, [found.registration.event_id])
    now = clock()
    if now >= found.closes_at:
        raise DeadlinePassed(found.closes_at)
    found = asked(connection, found.letter_id)
    registration, address = found.registration, checked_address(found.address)
    row = registration.row
    request = Change(
        registration.id,
        identity=Identity(address.key, row["name_key"]),
        contact=Contact(address.typed, row["language"]),
    )
    raised = {name: row[name] + 1 for name in ("manage_generation", "feed_generation")}
    amends = {"email": address.typed, "email_key": address.key, **raised}
    [outcome] = settle_batch(connection, row["event_id"], [Ask(request, amends=amends)], lambda: now, RulesCache())
    if isinstance(outcome, Done) and row["email"] is not None:
        _send(connection, registration, TOLD, Address(row["email"], row["email_key"]), (now, now))
    return outcome


def renew_calendar(connection: Connection, registration: Mine, clock: Clock) -> None:
    """The address of the personal calendar that was is good for nothing any more."""
    registration = locked(connection, registration)
    now, generation = clock(), registration.row["feed_generation"]
    clerk.amend(connection, registration.id, {"feed_generation": generation + 1}, now, raises=False)
    attendee_writes.note(connection, registration.row, "calendar", now)
