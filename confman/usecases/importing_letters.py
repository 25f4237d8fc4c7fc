"""Letters about what an import changes for people: one to each whom it concerns, with the old and the new."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from confman.kernel.ids import new_id
from confman.store import clerk, concerned
from confman.usecases import event_rows
from confman.usecases.event_rows import EventRows
from confman.usecases.event_shifts import Shifted, shifts
from confman.usecases.events import Row
from confman.usecases.importing_state import Import
from confman.usecases.life import is_over

_AT_ONCE = 1_000


@dataclass(slots=True)
class _Letter:
    """To one person. `before`: what they had in what is no more."""

    kind: str
    shifts: list[Mapping[str, Any]] = field(default_factory=list)
    before: list[Mapping[str, Any]] = field(default_factory=list)


def read(connection: Connection, event_id: UUID) -> EventRows:
    """The event as it is at this moment of the import."""
    return event_rows.read(connection, [event_id])[event_id]


def prepared(taking: Import, before: EventRows) -> Mapping[UUID, _Letter]:
    """By registration what is to be told; before the places of cancelled sessions are released.

    Who loses a place is told in any case.
    """
    after = read(taking.connection, before.event["id"])
    was_cancelled, is_cancelled = (rows.event["cancelled_at"] is not None for rows in (before, after))
    if is_over(after.event, taking.now) or (was_cancelled and is_cancelled):
        return {}
    if was_cancelled != is_cancelled and taking.importer.tells:
        kind = "event_cancelled" if is_cancelled else "event_restored"
        everybody = concerned.everybody(taking.connection, before.event["id"])
        return {key: _Letter(kind) for key in everybody}
    letters = _shifted(taking.connection, before.event["id"], shifts(before, after))
    return letters if taking.importer.tells else {key: letter for key, letter in letters.items() if letter.before}


def write(taking: Import, event_id: UUID, letters: Mapping[UUID, _Letter]) -> None:
    """To all of them who have an address, a thousand a statement."""
    people = concerned.people(taking.connection, list(letters)) if letters else ()
    rows = [_row(taking, event_id, person, letters[person["id"]]) for person in people]
    for first in range(0, len(rows), _AT_ONCE):
        clerk.LETTERS.run(taking.connection, rows[first : first + _AT_ONCE])
    if rows:
        taking.letters += len(rows)
        taking.record("event.told", "", {"letters": len(rows)}, event_id)


def _shifted(connection: Connection, event_id: UUID, found: Sequence[Shifted]) -> dict[UUID, _Letter]:
    people: dict[UUID | None, list[tuple[UUID, str]]] = defaultdict(list)
    units = [shifted.unit for shifted in found if shifted.unit is not None]
    for row in concerned.places(connection, units) if units else ():
        people[row["unit_id"]].append((row["registration_id"], row["state"]))
    if len(units) < len(found):
        people[None] = [(key, "") for key in concerned.everybody(connection, event_id)]
    letters: dict[UUID, _Letter] = defaultdict(lambda: _Letter("programme_changed"))
    for shifted in found:
        for key, state in people[shifted.unit]:
            letters[key].shifts.append(shifted.fact)
            if shifted.is_large:
                letters[key].kind = "event_moved"
            if shifted.is_lost and shifted.unit is not None:
                letters[key].before.append({"unit": shifted.unit.hex, "state": state})
    return letters


def _row(taking: Import, event_id: UUID, person: Row, letter: _Letter) -> tuple[Any, ...]:
    key, now = new_id(), taking.now
    facts = {"shifts": letter.shifts, "before": letter.before}
    to = (person["language"], person["email"], person["email_key"])
    return (key, event_id, person["id"], letter.kind, *to, facts, key.hex, now, now)
