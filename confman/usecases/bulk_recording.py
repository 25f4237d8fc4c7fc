"""What is kept of a bulk beside its places and letters: the action, by what it can be taken back, and the audit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import Connection

from confman.domain.ledger.book import RELEASED
from confman.domain.ledger.requests import (
    Bulk,
    BulkDone,
    Cancel,
    Change,
    Done,
    PersonTrace,
    PlaceRow,
    Restore,
    UnitTrace,
)
from confman.kernel.ids import new_id
from confman.store import bulk_actions, bulk_undoing, clerk

Kind = Literal["move", "cancel", "letter"]


@dataclass(frozen=True, slots=True)
class BulkNote:
    """`expects`: the fingerprint of what was shown before it was asked for."""

    kind: Kind
    expects: str


@dataclass(frozen=True, slots=True)
class Where:
    """`now` is the batch's."""

    connection: Connection
    event_id: UUID
    host_id: UUID
    now: datetime
    actor: str

    def audit(self, rows: Iterable[tuple[str, UUID, Mapping[str, Any]]]) -> None:
        """Rows of (verb, subject, facts)."""
        clerk.AUDITS.run(
            self.connection,
            [
                (new_id(), self.event_id, self.host_id, self.now, self.actor, verb, subject.hex, facts)
                for verb, subject, facts in rows
            ],
        )


def add_bulk(where: Where, bulk: Bulk, note: BulkNote, done: BulkDone) -> None:
    """One row of the audit for each whose request changed anything, and one for all; nothing where none did.

    Those who moved up are in the audit as after any request.
    """
    changed = [
        (request, outcome)
        for request, outcome in zip(bulk.requests, done.outcomes, strict=True)
        if isinstance(outcome, Done) and outcome.changed
    ]
    if not changed:
        return
    number = len(changed)
    action: dict[str, Any] = {"id": bulk.id, "event_id": where.event_id, "kind": note.kind, "actor": where.actor}
    action |= {"number": number, "made_at": where.now, "until": where.now + bulk.held_for}
    undo = msgspec.to_builtins({"people": done.people, "units": done.units})
    bulk_actions.add(where.connection, action, undo)
    counts = {"kind": note.kind, "people": number, "moved_up": len(done.people) - number}
    rows = [_noted(bulk, request, outcome) for request, outcome in changed]
    where.audit([*rows, ("bulk", bulk.id, counts)])


def _noted(bulk: Bulk, request: Change | Cancel, outcome: Done) -> tuple[str, UUID, Mapping[str, Any]]:
    """As one that is asked for alone."""
    if isinstance(request, Cancel):
        return "cancel", request.id, {"bulk": bulk.id.hex}
    facts: dict[str, Any] = {
        "bulk": bulk.id.hex,
        "moves": [(move.unit.hex, move.before, move.after) for move in outcome.moves],
    }
    if beyond := [move.unit.hex for move in outcome.moves if move.beyond]:
        facts["beyond"] = beyond
    return "change", request.id, facts


def take_back(where: Where, restore: Restore) -> None:
    """The letters are as if never written; the request itself is in the audit as any other."""
    bulk_undoing.undo(where.connection, restore.id, where.now)
    where.audit(
        ("restored", trace.id, {"bulk": restore.id.hex, "moves": _moves(trace.after, trace.before)})
        for trace in restore.people
    )


def _moves(before: Iterable[PlaceRow], after: Iterable[PlaceRow]) -> list[tuple[str, str | None, str | None]]:
    """(unit, state before, state after) of what is different; None where there is no place."""
    old, new = _states(before), _states(after)
    return [(unit.hex, old.get(unit), new.get(unit)) for unit in {**old, **new} if old.get(unit) != new.get(unit)]


def _states(rows: Iterable[PlaceRow]) -> dict[UUID, str]:
    return {row.unit: row.state for row in rows if row.state != RELEASED}


def restore_from(action_id: UUID, facts: Mapping[str, Any]) -> Restore:
    """The request that takes it back, from what `add_bulk` kept."""
    return Restore(
        action_id,
        msgspec.convert(facts["people"], tuple[PersonTrace, ...]),
        msgspec.convert(facts["units"], tuple[UnitTrace, ...]),
    )
