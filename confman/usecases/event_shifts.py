"""What of an event is otherwise than before, and whom that concerns: place, parts, sessions.

A session that has moved with its part is not told beside it. Breaks are not told. What is new in the programme or gone
from it is no change of what people have.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from confman.domain.deadlines import zone_of
from confman.domain.values import Texts
from confman.kernel.i18n import LANGUAGES
from confman.usecases.event_rows import EventRows, session_lines
from confman.usecases.events import Row
from confman.usecases.programme import SessionLine, days_of, place_of, times_of


@dataclass(frozen=True, slots=True)
class Shifted:
    """`fact`: a render.letter_values.Shift as the outbox keeps it. `unit`: whose people it concerns; None: everybody's.

    `is_large`: people may have to travel elsewhere or at another time. `is_lost`: their places in it are released.
    """

    fact: Mapping[str, Any]
    unit: UUID | None
    is_large: bool = False
    is_lost: bool = False


def shifts(before: EventRows, after: EventRows) -> list[Shifted]:
    """In the order of the programme, the place first."""
    return [*_place(before, after), *_parts(before, after), *_sessions(before, after)]


def _place(before: EventRows, after: EventRows) -> Iterator[Shifted]:
    was, now = (", ".join(filter(None, [place_of(rows.event), rows.event["online_url"]])) for rows in (before, after))
    if was != now:
        fact = {"of": "place", "was": _moment(where=was or None), "now": _moment(where=now or None)}
        yield Shifted(fact, None, is_large=True)


def _parts(before: EventRows, after: EventRows) -> Iterator[Shifted]:
    former = {part["id"]: _part_moment(before, part) for part in before.parts}
    for part in after.parts:
        was, now = former.get(part["id"]), _part_moment(after, part)
        if was is not None and was != now:
            is_only = len(after.parts) == 1
            fact = {"of": "event" if is_only else "part", "titles": part["titles"], "was": was, "now": now}
            yield Shifted(fact, part["unit_id"], is_large=True)


def _part_moment(rows: EventRows, part: Row) -> dict[str, Any]:
    starts_at, ends_at = times_of(rows.event, part, is_only=len(rows.parts) == 1)
    first, last = days_of(rows.event, part)
    return _moment(first, last, starts_at, ends_at)


def _sessions(before: EventRows, after: EventRows) -> Iterator[Shifted]:
    former = {line.row["id"]: line for line in session_lines(before, LANGUAGES[0])}
    stood, stands, labels = _positions(before), _positions(after), _labels(after)
    for line in session_lines(after, LANGUAGES[0]):
        key, earlier = line.row["id"], former.get(line.row["id"])
        if earlier is None or line.row["kind"] == "break" or (earlier.is_cancelled and line.is_cancelled):
            continue
        if earlier.is_cancelled == line.is_cancelled and (earlier.room, stood[key]) == (line.room, stands[key]):
            continue
        fact = {
            "of": "session",
            "titles": line.row["titles"],
            "label": labels.get(key),
            "was": None if earlier.is_cancelled else _session_moment(before, earlier),
            "now": None if line.is_cancelled else _session_moment(after, line),
        }
        is_lost = line.is_cancelled and line.unit is not None
        yield Shifted(fact, line.unit or line.row["part_unit"], is_lost=is_lost)


def _labels(rows: EventRows) -> dict[UUID, Texts]:
    """„Forum 3“ in each language."""
    found: dict[UUID, dict[str, str]] = {}
    for language in LANGUAGES:
        for line in session_lines(rows, language):
            if line.label is not None:
                found.setdefault(line.row["id"], {})[language] = line.label
    return {**found}


def _positions(rows: EventRows) -> Mapping[UUID, object]:
    """Where each session stands in its part, which is the same when both move alike."""
    parts = {part["id"]: part for part in rows.parts}
    lines = session_lines(rows, LANGUAGES[0])
    return {line.row["id"]: _position(rows, parts[line.row["part_id"]], line) for line in lines}


def _position(rows: EventRows, part: Row, line: SessionLine) -> object:
    starts_at, _ = times_of(rows.event, part, is_only=len(rows.parts) == 1)
    times = [at for at in (line.starts_at, line.ends_at) if at is not None]
    if starts_at is not None:
        return [at - starts_at for at in times]
    zone = zone_of(rows.event["zone"])
    first, _ = days_of(rows.event, part)
    walls = [at.astimezone(zone).replace(tzinfo=None) for at in times]
    return [(wall.date() - first if first is not None else wall.date(), wall.time()) for wall in walls]


def _session_moment(rows: EventRows, line: SessionLine) -> dict[str, Any]:
    day = line.day
    if line.starts_at is not None:
        day = line.starts_at.astimezone(zone_of(rows.event["zone"])).date()
    return _moment(day, day, line.starts_at, line.ends_at, line.room)


def _moment(
    first: Any = None,
    last: Any = None,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    where: str | None = None,
) -> dict[str, Any]:
    return {
        "first_day": first and first.isoformat(),
        "last_day": last and last.isoformat(),
        "starts_at": starts_at and starts_at.isoformat(),
        "ends_at": ends_at and ends_at.isoformat(),
        "where": where,
    }
