"""One person as letters tell of them: their places then and now, what has changed for them, their dates as a file."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from confman.domain.people import salutation_name
from confman.render.letter_values import Entry, Moment, Person, Shift
from confman.store.outbox import ClaimedLetter
from confman.usecases.event_rows import EventRows, is_sure, session_lines
from confman.usecases.events import Row
from confman.usecases.feed_values import How
from confman.usecases.programme import SessionLine, said

_END_OF_TIME = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody whom a letter is about; `places` are those of now."""

    letter: ClaimedLetter
    registration: Row
    places: Sequence[Row]

    @property
    def facts(self) -> Mapping[str, Any]:
        return self.letter.facts or {}


def person_of(told: Told, rows: EventRows, link: str, language: str) -> Person:
    facts, registration = told.facts, told.registration
    programme = _programme(rows, language)
    positions = {row["unit_id"]: row["position"] for row in told.places}
    then = [_Standing.of(fact, positions) for fact in facts.get("places") or []]
    now = [_Standing(row["unit_id"], row["state"], row["position"]) for row in told.places]
    confirm_by = facts.get("confirm_by")
    return Person(
        name=salutation_name(registration["given_name"], registration["family_name"]),
        code=registration["code"],
        link=link,
        places=_entries(now if facts.get("held") else then or now, programme),
        before=_entries((_Standing.of(fact, {}) for fact in facts.get("before") or []), programme),
        confirmed=is_sure(registration),
        confirm_by=datetime.fromisoformat(confirm_by) if confirm_by else registration["confirm_by"],
        by=facts.get("by"),
        nth=facts.get("nth") or 1,
        shifts=tuple(_shift(fact, language) for fact in facts.get("shifts") or []),
    )


def dates_of(told: Told, rows: EventRows, how: How) -> bytes | None:
    """What is held at this moment, and as given up what was held before; None where there is nothing of both."""
    if not is_sure(told.registration):
        return None
    from confman.usecases import personal_entries  # noqa: PLC0415 - loads icalendar: not before the first such letter

    held = {row["unit_id"] for row in told.places if row["state"] == "held"}
    before = {UUID(fact["unit"]) for fact in told.facts.get("before") or [] if fact["state"] == "held"}
    entries = personal_entries.entries(rows, told.registration, held, before - held, how)
    return personal_entries.file_of(entries, rows.event["zone"])


@dataclass(frozen=True)
class _Standing:
    unit_id: UUID
    state: str
    position: int | None

    @classmethod
    def of(cls, fact: Mapping[str, Any], positions: Mapping[UUID, int | None]) -> "_Standing":
        """A place as the ledger wrote it down; where somebody waits and it left the position open, the present one."""
        unit_id = UUID(fact["unit"])
        position = fact.get("position")
        if position is None and fact["state"] == "waiting":
            position = positions.get(unit_id)
        return cls(unit_id, fact["state"], position)


def _entries(standings: Iterable[_Standing], programme: Mapping[UUID, Entry]) -> tuple[Entry, ...]:
    """In the order of the programme; a unit that has left it is left out."""
    found = {standing.unit_id: standing for standing in standings}
    return tuple(
        replace(entry, state=found[unit_id].state, position=found[unit_id].position)
        for unit_id, entry in programme.items()
        if unit_id in found
    )


def _programme(rows: EventRows, language: str) -> Mapping[UUID, Entry]:
    """All units of the event that letters name, by the day's order: time, then part before its sessions."""
    lines = [(row["unit_id"], _part_entry(rows, row, language)) for row in rows.parts]
    lines += [(line.unit, _session_entry(line)) for line in session_lines(rows, language) if line.unit is not None]
    ranks = {row["unit_id"]: (row["position"], -1) for row in rows.parts}
    ranks |= {row["unit_id"]: (row["part_position"], at) for at, row in enumerate(rows.sessions)}
    lines.sort(key=lambda found: (found[1].starts_at or _END_OF_TIME, ranks[found[0]]))
    return dict(lines)


def _part_entry(rows: EventRows, row: Row, language: str) -> Entry:
    is_whole = len(rows.parts) == 1
    return Entry(
        title=said((rows.event if is_whole else row)["titles"], language, row["slug"])[0],
        state="held",
        on_day=row["on_day"],
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        is_whole_event=is_whole,
    )


def _session_entry(line: SessionLine) -> Entry:
    return Entry(
        title=line.title[0],
        state="held",
        label=line.label,
        on_day=line.row["on_day"],
        starts_at=line.starts_at,
        ends_at=line.ends_at,
        room=line.room,
        lane=line.row["slot_id"],
    )


def _shift(fact: Mapping[str, Any], language: str) -> Shift:
    return Shift(
        of=fact["of"],
        name=said(fact.get("titles"), language)[0],
        label=said(fact.get("label"), language)[0] or None,
        was=_moment(fact.get("was")),
        now=_moment(fact.get("now")),
    )


def _moment(fact: Mapping[str, Any] | None) -> Moment | None:
    if fact is None:
        return None
    return Moment(
        first_day=date.fromisoformat(fact["first_day"]) if fact["first_day"] else None,
        last_day=date.fromisoformat(fact["last_day"]) if fact["last_day"] else None,
        starts_at=datetime.fromisoformat(fact["starts_at"]) if fact["starts_at"] else None,
        ends_at=datetime.fromisoformat(fact["ends_at"]) if fact["ends_at"] else None,
        where=fact["where"],
    )
