"""Events as letters and personal calendars tell them: read in three statements, however many they are."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from confman.store import outbox_queries as queries
from confman.usecases.events import Row
from confman.usecases.programme import SessionLine, days_of, said


@dataclass(frozen=True, slots=True)
class EventRows:
    """One event with its parts and all its sessions, each in their order."""

    event: Row
    parts: Sequence[Row]
    sessions: Sequence[Row]


def read(conn: Connection, event_ids: Collection[UUID]) -> Mapping[UUID, EventRows]:
    parts: dict[UUID, list[Row]] = defaultdict(list)
    for row in queries.parts(conn, event_ids):
        parts[row["event_id"]].append(row)
    sessions: dict[UUID, list[Row]] = defaultdict(list)
    for row in queries.sessions(conn, event_ids):
        sessions[row["event_id"]].append(row)
    return {row["id"]: EventRows(row, parts[row["id"]], sessions[row["id"]]) for row in queries.events(conn, event_ids)}


def session_lines(rows: EventRows, language: str) -> Iterator[SessionLine]:
    """The sessions as all pages and papers name them."""
    days = {part["id"]: days_of(rows.event, part) for part in rows.parts}
    numbers: dict[UUID, int] = defaultdict(int)
    for row in rows.sessions:
        label = said(row["label"], language)[0] if row["rule"] != "everybody" and row["unit_id"] is not None else ""
        numbers[row["slot_id"]] += bool(label)
        number = numbers[row["slot_id"]]
        first, last = days[row["part_id"]]
        yield SessionLine(
            row=row,
            title=said(row["titles"], language, row["slug"]),
            label=f"{label} {number}" if label else None,
            mark=f"{label[0]}{number}" if label else "",
            day=row["on_day"] or (first if first == last else None),
            starts_at=row["starts_at"],
            ends_at=row["ends_at"],
            room=row["room"],
            speakers=(),
        )


def is_sure(registration: Row) -> bool:
    """Who has not confirmed yet has no dates to keep."""
    return registration["confirmed_at"] is not None or registration["confirm_by"] is None
