"""An e-mail of an organiser to many: how it will look, writing it, and taking it back while it waits."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, Literal, get_args
from uuid import UUID

from sqlalchemy import Connection

from confman.domain.errors import Outdated, Refusal
from confman.domain.messages import Message
from confman.kernel.clock import Clock
from confman.kernel.ids import new_id
from confman.kernel.security import Secrets
from confman.render import letters as words
from confman.render.letter_values import LetterValues
from confman.render.mime import Letter
from confman.store import bulk_actions, bulk_reads, bulk_undoing, clerk, ledger
from confman.store.outbox import ClaimedLetter
from confman.usecases import letters
from confman.usecases.acting import Acting
from confman.usecases.bulk_recording import Where
from confman.usecases.events import EventView
from confman.usecases.manage.bulk_people import HELD_FOR, Chosen, Row, Selection, chosen

SHOWN: Final = 3
VEILED: Final = "/r/\u2026"
"""What stands for somebody's own link, which is nobody else's business."""
_AT_ONCE = 1_000


Doubtful = Literal["unconfirmed", "cancelled", "lapsed"]
"""Those who get it only where the organiser says so."""


@dataclass(frozen=True, slots=True)
class Writing:
    """What is written to whom. `id`: of this very deed; `expects`: the fingerprint of whom it was shown to go to.

    `also`: of those who are doubtful; None: nobody has been asked yet.
    """

    id: UUID
    selection: Selection
    message: Message
    also: frozenset[Doubtful] | None = None
    expects: str = ""


@dataclass(frozen=True, slots=True)
class Looks:
    """`letters`: the first as they will look, each with whom it goes to. `unreached`: the last one did not arrive.

    `doubtful`: how many there are of whom; `also`: which of them get it.
    """

    chosen: Chosen
    recipients: int
    unaddressed: int
    unreached: int
    doubtful: Mapping[Doubtful, int]
    also: frozenset[Doubtful]
    expects: str
    letters: tuple[tuple[Row, Letter], ...]

    @property
    def left_out(self) -> int:
        """How many get it only where the organiser says so."""
        return sum(number for doubt, number in self.doubtful.items() if doubt not in self.also)


@dataclass(frozen=True, slots=True)
class _Addressees:
    """Of those who have an address: who gets it, and what Writing and Looks tell of the others."""

    to: Sequence[Row]
    doubtful: Mapping[Doubtful, int]
    also: frozenset[Doubtful]
    expects: str


def _doubt(row: Row) -> Doubtful | None:
    if row["ended_by"] is not None:
        return "lapsed" if row["ended_by"] == "lapse" else "cancelled"
    return "unconfirmed" if row["confirmed_at"] is None else None


def _addressees(people: Chosen, also: frozenset[Doubtful] | None) -> _Addressees:
    """Whoever has chosen only such as are doubtful for one reason means them."""
    found = [(row, _doubt(row)) for row in people.rows if row["email"]]
    numbers = Counter(doubt for _, doubt in found)
    doubtful = {doubt: numbers[doubt] for doubt in get_args(Doubtful) if numbers[doubt]}
    if also is None:
        also = frozenset(doubtful) if len(numbers) == 1 else frozenset()
    told = sha256(repr([(row["id"], doubt) for row, doubt in found]).encode()).hexdigest()[:32]
    return _Addressees([row for row, doubt in found if doubt is None or doubt in also], doubtful, also, told)


def looks(connection: Connection, event: EventView, writing: Writing, base_url: str, secrets: Secrets) -> Looks:
    """A fixed number of statements."""
    people = chosen(connection, event, writing.selection)
    addressees = _addressees(people, writing.also)
    failed = bulk_reads.unreached(connection, event.id)
    first = addressees.to[:SHOWN]
    facts = {"message": {"subject": writing.message.subject, "body": writing.message.body}}
    claimed = [_sample(event, row, facts) for row in first]
    values = letters.prepare(connection, claimed, base_url, secrets) if claimed else []
    shown = [words.render(veiled(value, base_url)) for value in values]
    return Looks(
        chosen=people,
        recipients=len(addressees.to),
        unaddressed=sum(not row["email"] for row in people.rows),
        unreached=sum(row["id"] in failed for row in addressees.to),
        doubtful=addressees.doubtful,
        also=addressees.also,
        expects=addressees.expects,
        letters=tuple(zip(first, shown, strict=True)),
    )


def _sample(event: EventView, row: Row, facts: dict[str, Any]) -> ClaimedLetter:
    return ClaimedLetter(
        id=row["id"],
        event_id=event.id,
        registration_id=row["id"],
        kind="message",
        language=row["language"],
        recipient=row["email"],
        recipient_key=row["email_key"],
        facts=facts,
        message_id=row["id"].hex,
        created_at=event.row["changed_at"],
        attempts=0,
    )


def veiled(values: LetterValues, base_url: str) -> LetterValues:
    """The same letter, to be looked at by others."""
    link = f"{base_url.rstrip('/')}{VEILED}"
    return replace(values, people=tuple(replace(person, link=link) for person in values.people))


def write(connection: Connection, event: EventView, writing: Writing, who: Acting, clock: Clock) -> Outdated | None:
    """None: it waits for all who get it, also where the same form was sent before. `Outdated`: others than were shown,
    or nobody at all, would get it.
    """
    ledger.lock(connection, [event.id])  # of two that send the same form at once, one is first
    if bulk_undoing.is_known(connection, writing.id):
        return None
    addressees = _addressees(chosen(connection, event, writing.selection), writing.also)
    people, now = addressees.to, clock()
    if addressees.expects != writing.expects or not people:
        return Outdated()
    until = now + HELD_FOR
    bulk_actions.add(
        connection,
        {
            "id": writing.id,
            "event_id": event.id,
            "kind": "letter",
            "actor": who.actor,
            "number": len(people),
            "made_at": now,
            "until": until,
            "subject": writing.message.subject,
            "body": writing.message.body,
        },
    )
    facts = {"bulk": writing.id.hex}
    for first in range(0, len(people), _AT_ONCE):
        rows = [_row(event, row, facts, (now, until), writing.id) for row in people[first : first + _AT_ONCE]]
        clerk.BULK_LETTERS.run(connection, rows)
    _where(connection, event, who, now).audit([("bulk", writing.id, {"kind": "letter", "people": len(people)})])
    return None


def _row(
    event: EventView, row: Row, facts: dict[str, Any], made_and_due: tuple[datetime, datetime], action: UUID
) -> tuple[Any, ...]:
    key = new_id()
    to = (row["language"], row["email"], row["email_key"])
    return (key, event.id, row["id"], "message", *to, facts, key.hex, *made_and_due, action)


def take_back(connection: Connection, event: EventView, action_id: UUID, who: Acting, clock: Clock) -> Refusal | None:
    """None: nobody gets it, also where it was taken back before."""
    now = clock()
    if not bulk_undoing.is_open(connection, action_id, now):
        row = bulk_undoing.one(connection, event.id, action_id)
        return None if row is not None and row["undone_at"] is not None else Outdated()
    number = bulk_undoing.undo(connection, action_id, now)
    _where(connection, event, who, now).audit([("restore", action_id, {"kind": "letter", "letters": number})])
    return None


def _where(connection: Connection, event: EventView, who: Acting, now: datetime) -> Where:
    return Where(connection, event.id, event.host_id, now, who.actor)
