"""Undoing a step of a list: who was added by it has no place any more, who was admitted has again what they had."""

from dataclasses import replace
from typing import Literal
from uuid import UUID

from sqlalchemy import Connection

from confman.domain.ledger.book import HELD, RELEASED, WAITING, WISHED, State
from confman.domain.ledger.requests import Cancel, Done, PersonTrace, PlaceRow, Restore
from confman.store import attendances
from confman.usecases.acting import Acting
from confman.usecases.clerk import Clerk
from confman.usecases.manage import attendance_entry
from confman.usecases.manage.attendance import WAITED, WALK_IN, Line, Sheet, sheet
from confman.usecases.manage.attendance_entry import At
from confman.usecases.recording import Ask
from confman.usecases.work import Work

Undone = Literal["done", "given-back", "late", "moved"]
"""`given-back`: also a place. `late`: it is not the last step any more; `moved`: others have, or they themselves."""


async def undo(work: Work, clerk: Clerk, at: At, step: int, who: Acting) -> Undone:
    """That member's last step, also one that added somebody: then their registration or the place ends."""
    before = await work.read(sheet, at.event, at.where)
    added = _added(before, step, who)
    if not added:
        return "done" if await work.write(attendance_entry.undo, at, step, work.clock) else "late"
    for line in added:
        request = await work.read(_taking_back, at, line, who)
        outcome = await clerk.ask(at.event.id, Ask(request, actor=who.actor))
        if not isinstance(outcome, Done):
            return "moved"
    await work.write(attendance_entry.remove, at, [line.id for line in added], work.clock)
    return "done" if all(line.row["source"] == WALK_IN for line in added) else "given-back"


def _added(before: Sheet, step: int, who: Acting) -> list[Line]:
    last, lines = before.last_step(who.actor)
    return [line for line in lines if last == step and line.was_added]


def _taking_back(connection: Connection, at: At, line: Line, who: Acting) -> Cancel | Restore:
    now = [PlaceRow(*row) for row in attendances.places(connection, line.id)]
    had = _had(now, at, waited=line.row["source"] == WAITED)
    if line.row["source"] == WALK_IN or all(row.state == RELEASED for row in had):
        return Cancel(line.id, "organiser", who.hand(tells=False))
    trace = PersonTrace(line.id, None, None, before=tuple(had), after=tuple(now))
    return Restore(at.where.unit, people=(trace,), units=(), of_bulk=False)


def _had(now: list[PlaceRow], at: At, *, waited: bool) -> list[PlaceRow]:
    """What they have now without the part, or waiting for it, as before: then what belongs to it is wished for."""
    state: State = WAITING if waited else RELEASED
    lanes = {slot.id for slot in at.event.slots.values() if slot.part == at.where.part.slug}
    parts = {part.unit for part in at.event.parts.values()}
    takes_part = any(row.state == HELD and row.unit in parts - {at.where.unit} for row in now)
    had = []
    for row in now:
        if row.unit == at.where.unit:
            had.append(replace(row, state=state, given_by=None))
        elif row.state != RELEASED and row.lane in lanes:
            had.append(replace(row, state=WISHED if waited else RELEASED, given_by=None))
        elif row.state != RELEASED and not takes_part and _is_beside(row, parts):
            had.append(replace(row, state=WISHED, given_by=None))
        else:
            had.append(row)
    return had


def _is_beside(row: PlaceRow, parts: set[UUID]) -> bool:
    """What is limited beside the parts, like lunch."""
    return row.lane is None and row.unit not in parts
