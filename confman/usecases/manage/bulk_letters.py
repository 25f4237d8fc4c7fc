"""An e-mail of an organiser to many: how it will look, writing it, and taking it back while it waits."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
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


@dataclass(frozen=True, slots=True)
class Writing:
    """What is written to whom. `id`: of this very deed."""

    id: UUID
    selection: Selection
    message: Message


@dataclass(frozen=True, slots=True)
class Looks:
    """`letters`: the first as they will look, each with whom it goes to. `unreached`: the last one did not arrive."""

    chosen: Chosen
    recipients: int
    unaddressed: int
    unreached: int
    letters: tuple[tuple[Row, Letter], ...]


def looks(connection: Connection, event: EventView, writing: Writing, base_url: str, secrets: Secrets) -> Looks:
    """A fixed number of statements."""
    people = chosen(connection, event, writing.selection)
    addressed = [row for row in people.rows if row["email"]]
    failed = bulk_reads.unreached(connection, event.id)
    first = addressed[:SHOWN]
    facts = {"message": {"subject": writing.message.subject, "body": writing.message.body}}
    claimed = [_sample(event, row, facts) for row in first]
    values = letters.prepare(connection, claimed, base_url, secrets) if claimed else []
    shown = [words.render(veiled(value, base_url)) for value in values]
    return Looks(
        chosen=people,
        recipients=len(addressed),
        unaddressed=len(people.rows) - len(addressed),
        unreached=sum(row["id"] in failed for row in addressed),
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


def write(connection: Connection, event: EventView, writing: Writing, who: Acting, clock: Clock) -> int:
    """To all of them who have an address; how many. Sending the same form again writes nothing more."""
    ledger.lock(connection, [event.id])  # of two that send the same form at once, one is first
    if bulk_undoing.is_known(connection, writing.id):
        return 0
    now = clock()
    people = [row for row in chosen(connection, event, writing.selection).rows if row["email"]]
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
    return len(people)


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
