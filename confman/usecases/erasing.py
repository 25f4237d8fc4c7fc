"""Erases what is due. Each function is one short transaction; what was erased is noted in numbers beside it.

Everything is asked again under the event's lock: a day that was moved meanwhile, a person who came back meanwhile.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping

from confman.domain.retention import ErasureDays, day_of_erasing, ended_before, local_day
from confman.kernel.ids import new_id
from confman.store import clerk, downloads, erasing, ledger
from confman.store.erasing import ANSWERS, Due
from confman.usecases.ledger import read_rules
from confman.usecases.retention import days_of, mark_of

AT_ONCE = 100
"""Registrations in one transaction: with all that hangs on them about a thousand rows."""
FORGOTTEN_AT_ONCE = 1_000
ATTEMPTS_KEPT = timedelta(days=1)
MARKS_KEPT = timedelta(days=365)
OTHER_LETTERS_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WhatIsDue:
    """Of one event. `unconfirmed`: registrations that the ledger has to end first; `is_any`: they or anything else."""

    unconfirmed: Sequence[UUID]
    is_any: bool


@dataclass(frozen=True, slots=True)
class Reckoned:
    """The days of an event as of now; `today` is the last day whose due data may go."""

    zone: str
    days: ErasureDays
    today: date
    now: datetime

    def has_come(self, day: date | None) -> bool:
        return day is not None and day <= self.today

    def due(self) -> Due:
        days, terms = self.days, self.days.terms
        return Due(
            everybody=self.has_come(days.registrations_on),
            waiting=self.has_come(days.cancelled_on),
            left_before=self._ended_before(days.cancelled_on, terms.cancelled_days),
            lapsed_before=self._ended_before(days.unconfirmed_on, terms.unconfirmed_days),
        )

    def _ended_before(self, day: date | None, days_after_ending: int) -> datetime | None:
        """All who have ended once the day has come; while there is none, those who ended long enough ago."""
        if day is None:
            return ended_before(self.today, days_after_ending, self.zone)
        return self.now + timedelta(days=1) if self.has_come(day) else None

    def questions(self, connection: Connection, event_id: UUID) -> list[RowMapping]:
        """Those whose answers are due."""
        asked = erasing.questions(connection, event_id)
        return [row for row in asked if self.has_come(self.days.answers_on(row["erase_days"]))]


def events_with_people(connection: Connection) -> Sequence[UUID]:
    return erasing.events_with_people(connection)


def what_is_due(connection: Connection, event_id: UUID, now: datetime) -> WhatIsDue:
    """Reads only, so that nobody takes a lock for nothing."""
    row = erasing.dates(connection, event_id)
    if row is None:
        return WhatIsDue((), is_any=False)
    reckoned = reckon(connection, row, now)
    lapsing: list[UUID] = []
    if reckoned.has_come(reckoned.days.unconfirmed_on):
        lapsing = erasing.unconfirmed(connection, event_id, now, AT_ONCE)
    questions = [question["id"] for question in reckoned.questions(connection, event_id)]
    is_any = (
        bool(lapsing)
        or bool(erasing.due_people(connection, event_id, reckoned.due(), 1))
        or (bool(questions) and any(erasing.answered(connection, table, questions, 1) for table in ANSWERS.values()))
    )
    return WhatIsDue(lapsing, is_any)


def reckon(connection: Connection, row: Mapping[str, Any], now: datetime) -> Reckoned:
    days = days_of(row, read_rules(connection, row["id"], frozenset()).rules)
    return Reckoned(row["zone"], days, day_of_erasing(now, row["zone"]), now)


def _held(connection: Connection, event_id: UUID, now: datetime) -> Reckoned | None:
    """The event's days, read under its lock; None where there is no such event any more."""
    ledger.lock(connection, [event_id])
    row = erasing.dates(connection, event_id)
    return None if row is None else reckon(connection, row, now)


def erase_people(connection: Connection, event_id: UUID, now: datetime) -> Counter[str]:
    """Erases up to `AT_ONCE` registrations that are due; numbers by what they were, none where none is left."""
    gone: Counter[str] = Counter()
    reckoned = _held(connection, event_id, now)
    people = erasing.due_people(connection, event_id, reckoned.due(), AT_ONCE) if reckoned is not None else []
    if reckoned is None or not people:
        return gone
    ids = [row["id"] for row in people]
    places = erasing.places(connection, ids)
    _free(connection, event_id, places)
    gone.update(row["what"] for row in people)
    gone["letters"] = erasing.delete_people(connection, event_id, ids)
    gone["downloads"] = downloads.forget_event(connection, event_id)  # they are in lists that wait to be fetched, too
    marks = [mark_of(row["id"], row["manage_generation"]) for row in people]
    erasing.mark(connection, marks, local_day(now, reckoned.zone) or reckoned.today)
    _note(connection, event_id, now, gone, places)
    return gone


def erase_answers(connection: Connection, event_id: UUID, now: datetime) -> Counter[str]:
    """Erases due answers of up to `AT_ONCE` registrations, and the places that limited answers took."""
    gone: Counter[str] = Counter()
    reckoned = _held(connection, event_id, now)
    due = reckoned.questions(connection, event_id) if reckoned is not None else []
    questions = [row["id"] for row in due]
    for what, table in ANSWERS.items():
        people = erasing.answered(connection, table, questions, AT_ONCE) if questions else []
        if not people:
            continue
        units = sorted(_units(due))
        if units:
            _free(connection, event_id, erasing.places(connection, people, units))
            erasing.delete_places(connection, people, units)
        gone[what] += erasing.delete_answers(connection, table, questions, people, now)
    _note(connection, event_id, now, gone, [])
    return gone


def _units(questions: Iterable[RowMapping]) -> set[UUID]:
    options = (option for question in questions for option in question["options"] or ())
    return {UUID(hex=option["unit_id"]) for option in options if option.get("unit_id")}


def _free(connection: Connection, event_id: UUID, places: Sequence[RowMapping]) -> None:
    """Counts what goes off the units, as the ledger does; nobody moves up, for the event is over."""
    if not places:
        return
    units = {unit.id: unit for unit in ledger.units(connection, event_id)}
    clerk.UNITS.run(connection, [_delta(units[row["unit_id"]], row) for row in places])


def _delta(unit: ledger.UnitRow, row: RowMapping) -> tuple[Any, ...]:
    left = unit.held - row["held"]
    ceiling = 0 if unit.capacity is None or unit.ceiling is None else max(unit.capacity, left) - unit.ceiling
    return unit.id, -row["held"], -row["waiting"], ceiling, 0


def _note(
    connection: Connection, event_id: UUID, now: datetime, gone: Counter[str], places: Sequence[RowMapping]
) -> None:
    """How many of what, and how many of them held a place of which unit."""
    lines = [(None, what, number) for what, number in sorted(gone.items())]
    lines += [(row["unit_id"], "places", row["held"]) for row in places]
    erasing.note(
        connection,
        [
            {"id": new_id(), "event_id": event_id, "unit_id": unit, "what": what, "number": number, "at": now}
            for unit, what, number in lines
            if number
        ],
    )


# what lives shortly


def has_expired(connection: Connection, now: datetime) -> bool:
    return erasing.has_forgettable(connection, _over(now))


def forget_expired(connection: Connection, now: datetime) -> int:
    """Receipts with the forms behind them, sign-ins and the like; at most so many of each kind at once."""
    return erasing.forget(connection, _over(now), FORGOTTEN_AT_ONCE)


def _over(now: datetime) -> dict[str, date]:
    return {
        "receipts": now,
        "signins": now,
        "attempts": now - ATTEMPTS_KEPT,
        "marks": (now - MARKS_KEPT).date(),
        "undos": now,
        "bulk_actions": now - OTHER_LETTERS_KEPT,
        "letters": now - OTHER_LETTERS_KEPT,
    }


# what is left in files


def unwiped(connection: Connection, by: datetime) -> list[UUID]:
    """All that was erased and may still be found in the database's files, if any of it was erased by then."""
    lines = erasing.unwiped(connection)
    return [line["id"] for line in lines] if any(line["at"] <= by for line in lines) else []


def note_wiped(connection: Connection, ids: Sequence[UUID], now: datetime) -> None:
    erasing.wiped(connection, ids, now)


def letters_kept(connection: Connection, message_ids: Sequence[str]) -> set[str]:
    return erasing.letters_kept(connection, message_ids)
