"""What the team does to one registration: change it, cancel it, let it in again, confirm it, write to it again."""

from dataclasses import dataclass
from uuid import UUID

import msgspec
from sqlalchemy import Connection, RowMapping

from confman.domain.ledger.requests import Cancel, Confirm, Hand, Outcome
from confman.kernel.clock import Clock
from confman.kernel.ids import new_id
from confman.store import clerk as rows
from confman.store import person_writes
from confman.usecases import registrations
from confman.usecases.acting import Acting
from confman.usecases.clerk import Clerk
from confman.usecases.events import EventView
from confman.usecases.manage.foresight import Question
from confman.usecases.registrar import Ask
from confman.usecases.registration_views import row_of
from confman.usecases.registrations import Correction, Target, ask_about
from confman.usecases.work import Work


@dataclass(frozen=True, slots=True)
class Changing:
    """`category`: the key of the one they shall have."""

    sent: Correction
    category: str | None = None

    def ask(self, event: EventView, row: RowMapping, hand: Hand, *, waits: bool) -> Ask:
        sent = msgspec.structs.replace(self.sent, accept_waiting=waits)
        return registrations.ask_to_change(event, row, sent, hand, self.category)


@dataclass(frozen=True, slots=True)
class Cancelling:
    def ask(self, event: EventView, row: RowMapping, hand: Hand, *, waits: bool) -> Ask:  # noqa: ARG002 - as all acts
        return Ask(Cancel(row["id"], "organiser", hand), actor=hand.actor)


@dataclass(frozen=True, slots=True)
class Confirming:
    """Who has not confirmed, and who is let in `again` after it ended in whatever way."""

    again: bool = False

    def ask(self, event: EventView, row: RowMapping, hand: Hand, *, waits: bool) -> Ask:  # noqa: ARG002 - as all acts
        return Ask(Confirm(row["id"], hand, returns=self.again), actor=hand.actor)


async def do(work: Work, clerk: Clerk, asked: Question, who: Acting) -> Outcome:
    """What the ledger says. Raises `NotFound`, `Malformed`."""
    decided, act = asked.decided, asked.act
    revisions = None if asked.revision is None else frozenset({asked.revision})
    hand, waits = decided.hand(who), bool(decided.waits)
    target = Target(asked.event, asked.code, revisions)
    return await ask_about(work, clerk, target, lambda row: act.ask(asked.event, row, hand, waits=waits))


# letters


@dataclass(frozen=True, slots=True)
class Writing:
    """To whom; `letter`: one that was given up, None = the letter with which they go on."""

    event: EventView
    code: str
    letter: UUID | None = None


def write_again(connection: Connection, to: Writing, who: Acting, clock: Clock) -> bool:
    """The request to confirm or the link, or once more what was given up.

    False where there is nobody to write to, or nothing to be sent again: it is on its way, was taken, or goes to a
    former address. Raises `NotFound`.
    """
    row, now = row_of(connection, to.event.id, to.code), clock()
    if to.letter is not None:
        if not person_writes.send_again(connection, to.letter, row["id"], row["email_key"], now):
            return False
    elif row["ended_at"] is not None or row["email"] is None:
        return False
    else:
        key, kind = new_id(), "links" if row["confirmed_at"] is not None else "confirm"
        address = (row["language"], row["email"], row["email_key"])
        rows.LETTERS.run(connection, [(key, to.event.id, row["id"], kind, *address, {}, key.hex, now, now)])
    about = (row["id"].hex, None)
    rows.AUDITS.run(connection, [(new_id(), to.event.id, to.event.host_id, now, who.actor, "letter", *about)])
    return True
