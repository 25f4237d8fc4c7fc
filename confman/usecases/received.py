"""What follows a form: the page behind its receipt for an hour, and mending the address there.

The receipt is of the submission, not of a registration: who was registered already gets one like everybody else, and
mending the address does the same for both, as far as anybody outside can see.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import Connection, RowMapping

from confman.domain.errors import N_, Ended, IdentityTaken, Malformed, Outdated, TooManyForAddress, Unknown
from confman.domain.ledger.book import Answer, Contact, Identity
from confman.domain.ledger.requests import Cancel, Change, Hand, Refused, WriteAgain
from confman.kernel.security import hash_of
from confman.store import registration_reads, submissions
from confman.usecases.addresses import Address, checked_address
from confman.usecases.clerk import Clerk
from confman.usecases.events import EventView
from confman.usecases.ledger import answer_from
from confman.usecases.recording import Ask, Receipt
from confman.usecases.registrations import register
from confman.usecases.submissions import Faults, Origin, Submission, address_from, ask_to_register, named_from
from confman.usecases.work import Work

CORRECTIONS = 3
_LATE = timedelta(minutes=10)
_TRIES = 3
_SILENT = Hand("attendee", tells=False)


@dataclass(frozen=True, slots=True)
class Received:
    """A form as it was sent and answered. `registration`: the one it made; None where it met one of before."""

    hash: bytes
    registration: UUID | None
    sent: Submission
    answer: Answer
    corrections: int

    @property
    def may_correct(self) -> bool:
        return self.corrections < CORRECTIONS

    def was_sent_to(self, address: Address) -> bool:
        """Whether it is the same mailbox, however it is typed."""
        return self.sent.email is not None and checked_address(self.sent.email).key == address.key


class NoCorrection(Exception):
    """The address cannot be mended here; `says` why."""

    def __init__(self, says: str) -> None:
        super().__init__(says)
        self.says = says


SPENT = N_("The address has been corrected three times; it cannot be corrected here any more.")
CONFIRMED = N_(
    "This registration has been confirmed meanwhile. Its address can be changed under “My registration”; "
    "the link is in our e-mail."
)


def behind(connection: Connection, slug: str, receipt: str, now: datetime) -> Received | None:
    """What a receipt of that event opens, in one statement; None once its time is over, and for what never was one."""
    row = submissions.one(connection, slug, hash_of(receipt), now)
    if row is None:
        return None
    answer = answer_from(row["answer"])
    assert answer is not None, "every submission is kept with its answer"
    sent = msgspec.convert(row["body"], Submission)
    return Received(row["receipt_hash"], row["registration_id"], sent, answer, row["corrections"])


def letters_are_late(connection: Connection, now: datetime) -> bool:
    """Whether letters wait for longer than the page promises."""
    due_at = submissions.oldest_due_letter(connection, now)
    return due_at is not None and now - due_at > _LATE


def receipt_for(plain_hash: bytes, sent: Submission) -> Receipt:
    """Keeps what was sent under the receipt's hash."""
    return Receipt(plain_hash, msgspec.to_builtins(sent))


def added_parts(event: EventView, sent: Submission) -> tuple[str, ...]:
    """Parts that came with a choice in them though they were not ticked, in the order of the programme."""
    if len(event.parts) == 1:
        return ()
    chosen = {event.slots[slug].part for slug, choice in sent.choices.items() if choice is not None}
    return tuple(slug for slug in event.parts if slug in chosen and slug not in sent.parts)


# mending the address


async def correct(work: Work, clerk: Clerk, event: EventView, known: Received, typed: str) -> bool:
    """Moves what the form made to the new address; the link in the letter to the old one opens nothing any more.

    Where there is nothing to move, since it has ended or was somebody's registration of before, the same is asked for
    anew. Raises `Malformed` for what is no address, `NoCorrection`, and a refusal where it tells of nobody.
    False where the address is the one of before: then nothing moves, and the letter is written once more.
    """
    faults = Faults()
    address = address_from(typed, faults, required=True)
    if address is None or faults.found:
        raise Malformed(tuple(faults.found)) if known.may_correct else NoCorrection(SPENT)
    mending = _Mending(work, clerk, event, known, address)
    if known.was_sent_to(address) and await mending.write_again():
        return False
    await _move(mending)
    return True


async def _move(mending: "_Mending") -> None:
    work, event, known = mending.work, mending.event, mending.known
    if not await work.write(submissions.claim_correction, known.hash, work.clock(), CORRECTIONS):
        raise NoCorrection(SPENT)
    for left in reversed(range(_TRIES)):
        row = await work.read(_row, event.id, known.registration)
        if row is None or row["ended_at"] is not None:
            return await mending.ask_anew(hides=known.registration is None)
        if row["confirmed_at"] is not None and row["confirm_by"] is not None:
            raise NoCorrection(CONFIRMED)
        outcome = await mending.clerk.ask(event.id, mending.move(row))
        if not isinstance(outcome, Refused):
            return None
        if isinstance(outcome.reason, IdentityTaken):
            return await mending.give_way(row["id"])
        if not left or not isinstance(outcome.reason, Outdated | Ended | Unknown):
            raise outcome.reason
    raise AssertionError("the last try returns or raises")


@dataclass(frozen=True, slots=True)
class _Mending:
    work: Work
    clerk: Clerk
    event: EventView
    known: Received
    address: Address

    @property
    def sent(self) -> Submission:
        return msgspec.structs.replace(self.known.sent, email=self.address.typed)

    async def write_again(self) -> bool:
        """Whether there is somebody to write to; the same for who is new and who was registered before."""
        row = await self.work.read(_row, self.event.id, self.known.registration)
        name_key = named_from(self.sent, Faults()).name_key if row is None else row["name_key"]
        request = WriteAgain(Identity(self.address.key, name_key))
        ask = Ask(request, receipt=receipt_for(self.known.hash, self.sent))
        return not isinstance(await self.clerk.ask(self.event.id, ask), Refused)

    def move(self, row: RowMapping) -> Ask:
        amends = {"email": self.address.typed, "email_key": self.address.key}
        amends |= {name: row[name] + 1 for name in ("manage_generation", "feed_generation")}
        identity = Identity(self.address.key, row["name_key"])
        request = Change(row["id"], identity=identity, contact=Contact(self.address.typed, row["language"]))
        receipt = receipt_for(self.known.hash, self.sent)
        return Ask(request, amends=amends, revision=row["revision"], receipt=receipt)

    async def ask_anew(self, *, hides: bool) -> None:
        """`hides`: whatever comes of it looks like a move, lest it tell that the person was registered before."""
        ask = ask_to_register(self.event, self.sent, Origin("form", language=self.sent.language or "de"))
        ask = replace(ask, receipt=receipt_for(self.known.hash, self.sent))
        outcome = await register(self.clerk, self.event, ask)
        if not isinstance(outcome, Refused):
            return
        if not hides or isinstance(outcome.reason, TooManyForAddress):
            raise outcome.reason
        await self.work.write(submissions.readdress, self.known.hash, msgspec.to_builtins(self.sent))

    async def give_way(self, mine: UUID) -> None:
        """The person is registered with the right address already: that one is written to, ours ends in silence."""
        await self.ask_anew(hides=True)
        await self.clerk.ask(self.event.id, Ask(Cancel(mine, hand=_SILENT)))


def _row(connection: Connection, event_id: UUID, registration: UUID | None) -> RowMapping | None:
    return None if registration is None else registration_reads.find(connection, event_id, registration)
