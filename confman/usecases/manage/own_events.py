"""The start page of a member: the events they have something to do with, each in a line of numbers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import Connection

from confman.store import team_events
from confman.usecases.events import Row, is_shown
from confman.usecases.life import Life, is_over, life_of
from confman.usecases.manage.numbers import Other
from confman.usecases.programme import Said, said
from confman.usecases.signins import SignedIn

PAST_AT_ONCE: Final = 20


@dataclass(frozen=True, slots=True)
class Own:
    """`row`: as `words.when` asks for it. `attendees` of the fullest part; `capacity` None: without limit."""

    row: Row
    title: Said
    state: Life | Literal["draft"]
    attendees: int
    capacity: int | None
    waiting: int
    others: tuple[Other, ...]

    @property
    def in_house(self) -> int:
        return self.attendees + sum(other.number for other in self.others)

    @property
    def place(self) -> str:
        return ", ".join(filter(None, (self.row["venue_name"], self.row["venue_city"])))

    @property
    def takes_people(self) -> bool:
        return bool(self.row["kind"] != "appearance")


@dataclass(frozen=True, slots=True)
class Start:
    """Coming ones by day; past ones the latest first, on the page `number` of `pages`; of so many `hosts`."""

    coming: tuple[Own, ...]
    past: tuple[Own, ...]
    number: int
    pages: int
    hosts: int


def start(connection: Connection, who: SignedIn, now: datetime, language: str, number: int = 1) -> Start:
    """Three statements, however many there are."""
    hosts = [grant.host_id for grant in who.grants if grant.event_id is None]
    single = [grant.event_id for grant in who.grants if grant.event_id is not None]
    rows = team_events.own(connection, hosts, single)
    coming = [row for row in rows if not is_over(row, now)]
    past = [row for row in reversed(rows) if is_over(row, now)]
    pages = max(1, -(-len(past) // PAST_AT_ONCE))
    number = min(max(1, number), pages)
    past = past[(number - 1) * PAST_AT_ONCE : number * PAST_AT_ONCE]
    shown = [row["id"] for row in (*coming, *past)]
    parts = _by_event(team_events.parts(connection, shown))
    others = _by_event(team_events.others(connection, shown))

    def made(several: Iterable[Row]) -> tuple[Own, ...]:
        return tuple(_own(row, parts.get(row["id"], []), others.get(row["id"], []), (now, language)) for row in several)

    return Start(made(coming), made(past), number, pages, len({row["host_id"] for row in rows}))


def _by_event(rows: Iterable[Any]) -> Mapping[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(row.event_id, []).append(row)
    return found


def _own(row: Row, parts: Sequence[Any], others: Sequence[Any], reader: tuple[datetime, str]) -> Own:
    now, language = reader
    fullest = max(parts, key=lambda part: part.held, default=None)
    windows = [(part.opens_at, part.closes_at) for part in parts]
    return Own(
        row={**row, "date_text": said(row["date_text"], language) if row["date_text"] else None},
        title=said(row["titles"], language, row["slug"]),
        state=life_of(row, windows, now) if is_shown(row, now) or row["cancelled_at"] is not None else "draft",
        attendees=fullest.held if fullest else 0,
        capacity=fullest.capacity if fullest else None,
        waiting=sum(part.waiting for part in parts),
        others=tuple(Other(said(each.titles, language), each.number) for each in others),
    )
