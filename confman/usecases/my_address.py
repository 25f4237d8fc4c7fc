"""Another address for one's own registration: it counts once the new mailbox says yes, and the old one is told."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from confman.domain.errors import N_, DeadlinePassed, Ended, Fault, Malformed, NotFound, TooOften
from confman.domain.ledger.book import Contact, Identity
from confman.domain.ledger.requests import Change, Done, Outcome
from confman.kernel.clock import Clock
from confman.kernel.ids import new_id
from confman.kernel.security import Link, NewAddress, Purpose, Secrets
from confman.store import attendee_reads, attendee_writes, clerk, ledger
from confman.usecases.addresses import Address, checked_address
from confman.usecases.ledger import RulesCache
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
    """One letter to the new address. Raises `Ended`, `Malformed` for the address it has, `TooOften`."""
    registration = locked(connection, registration)
    now = clock()
    if not registration.is_live:
        raise Ended
    if address.key == registration.row["email_key"]:
        raise Malformed((Fault(("email",), N_("This is the address that we have already.")),))
    if attendee_reads.letters_since(connection, registration.id, ASKED, now - _A_DAY) >= _AT_MOST_A_DAY:
        raise TooOften(int(_A_DAY.total_seconds()))
    _send(connection, registration, ASKED, (address.typed, address.key), now)
    attendee_writes.note(connection, registration.row, ASKED, now)


def _send(
    connection: Connection, registration: Mine, kind: str, to: tuple[str | None, str | None], now: datetime
) -> None:
    key, row = new_id(), registration.row
    facts = {"generation": row["manage_generation"]} if kind == ASKED else {}
    letter = (key, row["event_id"], row["id"], kind, row["language"], *to, facts, key.hex, now, now)
    clerk.LETTERS.run(connection, [letter])


@dataclass(frozen=True, slots=True)
class Asked:
    """What the link in the letter to the new address says, and the registration it is about."""

    link: NewAddress
    registration: Mine

    @property
    def closes_at(self) -> datetime:
        return self.link.issued_at + LIVES


def opened(secrets: Secrets, token: str) -> NewAddress:
    """Raises `NotFound` before any query for what we did not sign."""
    link = secrets.read_new_address(token)
    if link is None:
        raise NotFound
    return link


def asked(connection: Connection, link: NewAddress) -> Asked:
    """Raises `NotFound` where the address has been changed since, or the registration is gone."""
    return Asked(link, mine(connection, Link(link.registration_id, link.generation), Purpose.MANAGE))


def take_over(connection: Connection, found: Asked, clock: Clock) -> Outcome:
    """The new mailbox said yes. All links sent to the old one are void, and it is told.

    Raises `NotFound` as `asked`, `DeadlinePassed`.
    """
    link = found.link
    ledger.lock(connection, [found.registration.event_id])
    now = clock()
    if now >= found.closes_at:
        raise DeadlinePassed(found.closes_at)
    registration = asked(connection, link).registration
    row, address = registration.row, checked_address(link.address)
    request = Change(
        registration.id,
        identity=Identity(address.key, row["name_key"]),
        contact=Contact(address.typed, row["language"]),
    )
    raised = {name: row[name] + 1 for name in ("manage_generation", "feed_generation")}
    amends = {"email": address.typed, "email_key": address.key, **raised}
    [outcome] = settle_batch(connection, row["event_id"], [Ask(request, amends=amends)], lambda: now, RulesCache())
    if isinstance(outcome, Done) and row["email"] is not None:
        _send(connection, registration, TOLD, (row["email"], row["email_key"]), now)
    return outcome


def renew_calendar(connection: Connection, registration: Mine, clock: Clock) -> None:
    """The address of the personal calendar that was is good for nothing any more."""
    registration = locked(connection, registration)
    now, generation = clock(), registration.row["feed_generation"]
    clerk.amend(connection, registration.id, {"feed_generation": generation + 1}, now, raises=False)
    attendee_writes.note(connection, registration.row, "calendar", now)
