"""The letters of an event: which there are and what became of them, one as it reads, and sending again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, RowMapping

from confman.domain.errors import NotFound
from confman.kernel.clock import Clock
from confman.kernel.security import Secrets
from confman.render import letters as words
from confman.render.mime import Letter
from confman.store import letters_reads as rows
from confman.store.letters_reads import STATES as STATES  # noqa: PLC0414 - offered to the layers above
from confman.store.letters_reads import State as State  # noqa: PLC0414 - as above
from confman.usecases import letters
from confman.usecases.acting import Acting
from confman.usecases.bulk_recording import Where
from confman.usecases.events import EventView
from confman.usecases.manage.bulk_letters import veiled

AT_ONCE: Final = 50
AGAIN_AT_ONCE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Line:
    """`row`: the columns of letters_reads."""

    row: RowMapping
    state: State


@dataclass(frozen=True, slots=True)
class Page:
    """`failures`: how many have failed that somebody still needs."""

    lines: Sequence[Line]
    has_more: bool
    failures: int


def page(connection: Connection, event: EventView, state: State | None, after: UUID | None, now: datetime) -> Page:
    """Two statements."""
    found = rows.page(connection, event.id, rows.Reach(state, after, AT_ONCE + 1), now)
    lines = tuple(Line(row, rows.state_of(row, now)) for row in found[:AT_ONCE])
    return Page(lines, len(found) > AT_ONCE, rows.failures(connection, event.id))


@dataclass(frozen=True, slots=True)
class Read:
    """One letter. `content` None: what it said is erased, or whom it was for."""

    line: Line
    content: Letter | None


def one(connection: Connection, event: EventView, letter_id: UUID, now: datetime, site: tuple[str, Secrets]) -> Read:
    """As it was sent, or would be now; its links are veiled. `site`: base URL and secrets. Raises `NotFound`."""
    row = rows.one(connection, event.id, letter_id)
    if row is None:
        raise NotFound
    values = letters.as_read(connection, rows.claimed(connection, letter_id), *site)
    content = None if values is None else words.render(veiled(values, site[0]))
    return Read(Line(row, rows.state_of(row, now)), content)


def send_again(connection: Connection, event: EventView, letter_id: UUID | None, who: Acting, clock: Clock) -> int:
    """Failed ones of people who have an address; all that somebody still needs, or that one. How many.

    Each has its row in the audit.
    """
    now = clock()
    found = rows.failed(connection, event.id, letter_id, AGAIN_AT_ONCE)
    rows.send_again(connection, found, now)
    noted: list[tuple[str, UUID, dict[str, Any]]] = [
        ("letter", row["registration_id"], {"kind": row["kind"]}) for row in found
    ]
    Where(connection, event.id, event.host_id, now, who.actor).audit(noted)
    return len(found)
