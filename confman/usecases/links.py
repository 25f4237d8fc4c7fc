"""„Link erneut zusenden“: the address is written down alike whether it is known or not; the postman finds out."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Connection

from confman.domain.ledger.book import RecentLetters
from confman.domain.ledger.letters import due_at
from confman.kernel.clock import Clock
from confman.kernel.ids import new_id
from confman.store import clerk, ledger
from confman.usecases.addresses import Address

_HOUR: Final = timedelta(hours=1)


def ask(connection: Connection, event_id: UUID, address: Address, language: str, clock: Clock) -> None:
    """One letter with the links of all who are registered over this address, if anybody is.

    It leaves with whatever else anybody caused to that mailbox, so that at most three mails an hour come of it. As it
    belongs to no registration, it is forgotten after a day (usecases/erasing).
    """
    now, key = clock(), new_id()
    due = due_at(now, recently_to(connection, address, now))
    to = (address.typed, address.key)
    clerk.LETTERS.run(connection, [(key, event_id, None, "links", language, *to, {}, key.hex, now, due)])


def recently_to(connection: Connection, address: Address, now: datetime) -> RecentLetters | None:
    """What anybody caused to that mailbox within the hour, whichever events it is about."""
    recent = ledger.recent_letters(connection, [address.key], now - _HOUR)
    return next((RecentLetters(row.letters, row.mails, row.last_due_at) for row in recent), None)
