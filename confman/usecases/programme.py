"""The programme of an event in the reader's language: parts, their slots, the sessions in them, named as on all paper.

What has no time of its own has that of what is around it; "Forum 3" counts the sessions one can choose in their order.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from confman.domain.deadlines import zone_of
from confman.domain.values import Texts, text_in
from confman.usecases.events import EventView, PartView, Row, SlotView

Said = tuple[str, str]
"""A text and the language it is in."""


@dataclass(frozen=True, slots=True)
class SessionLine:
    """`label`: "Forum 3" where there is a choice; `mark` the same short, "F3". `day` without a time: some time then."""

    row: Row
    title: Said
    label: str | None
    mark: str
    day: date | None
    starts_at: datetime | None
    ends_at: datetime | None
    room: str | None
    speakers: tuple[Row, ...]

    @property
    def name(self) -> str:
        return self.label or self.title[0]

    @property
    def prefix(self) -> str:
        """The label as it stands before the title, unless the title begins with it."""
        return f"{self.label}: " if self.label and not self.title[0].startswith(self.label) else ""

    @property
    def unit(self) -> UUID | None:
        unit: UUID | None = self.row["unit_id"]
        return unit

    @property
    def is_cancelled(self) -> bool:
        return self.row["cancelled_at"] is not None


@dataclass(frozen=True, slots=True)
class SlotLine:
    """`label` in the plural, where people choose ("Foren"), from `choice_opens_at` on if it is told."""

    label: Said | None
    day: date | None
    starts_at: datetime | None
    ends_at: datetime | None
    is_choice: bool
    choice_opens_at: datetime | None
    sessions: tuple[SessionLine, ...]


@dataclass(frozen=True, slots=True)
class PartLine:
    """`day` and times are those of the event where it has but this part."""

    row: Row
    title: Said
    unit: UUID
    day: date | None
    last_day: date | None
    starts_at: datetime | None
    ends_at: datetime | None
    slots: tuple[SlotLine, ...]
    prefix: str = ""
    room: str | None = None


def said(texts: Texts | None, language: str, default: str = "") -> Said:
    """The text in that language, else in the first it has, else the default."""
    return (text_in(texts, language) if texts else None) or (default, language)


def programme(event: EventView, language: str) -> tuple[PartLine, ...]:
    """Parts in their order, each with its slots in theirs."""
    return tuple(_part(event, part, language) for part in event.parts.values())


def sessions(parts: tuple[PartLine, ...]) -> Iterator[SessionLine]:
    for part in parts:
        for slot in part.slots:
            yield from slot.sessions


def units(parts: tuple[PartLine, ...]) -> Mapping[UUID, PartLine | SessionLine]:
    """What people have places in, in the order of the programme: each part before its sessions."""
    found: dict[UUID, PartLine | SessionLine] = {}
    for part in parts:
        found[part.unit] = part
        found.update((session.unit, session) for session in sessions((part,)) if session.unit is not None)
    return found


def place_of(event: Row) -> str:
    """Where people go: venue, street and town in one line; empty where nobody goes anywhere."""
    town = " ".join(filter(None, [event["venue_postcode"], event["venue_city"]]))
    return ", ".join(filter(None, [event["venue_name"], event["venue_street"], town]))


def days_of(event: Row, part: Row) -> tuple[date | None, date | None]:
    """First and last day of a part: its own, else those of the event."""
    if part["on_day"] is not None:
        return part["on_day"], part["on_day"]
    if part["starts_at"] is not None:
        zone = zone_of(event["zone"])
        first: date = part["starts_at"].astimezone(zone).date()
        return first, (part["ends_at"] or part["starts_at"]).astimezone(zone).date()
    return event["starts_on"], event["ends_on"] or event["starts_on"]


def times_of(event: Row, part: Row, *, is_only: bool) -> tuple[datetime | None, datetime | None]:
    """Start and end of a part: its own, else those of the event if this is all of it."""
    if part["starts_at"] is not None or not is_only:
        return part["starts_at"], part["ends_at"]
    return event["starts_at"], event["ends_at"]


def _part(event: EventView, part: PartView, language: str) -> PartLine:
    is_only = len(event.parts) == 1
    first, last = days_of(event.row, part.row)
    starts_at, ends_at = times_of(event.row, part.row, is_only=is_only)
    day = first if first == last else None
    slots = (slot for slot in event.slots.values() if slot.part == part.slug)
    return PartLine(
        row=part.row,
        title=said(event.row["titles"] if is_only else part.titles, language, part.slug),
        unit=part.unit,
        day=first,
        last_day=last,
        starts_at=starts_at,
        ends_at=ends_at,
        slots=tuple(_slot(event, slot, day, language) for slot in slots),
    )


def _slot(event: EventView, slot: SlotView, part_day: date | None, language: str) -> SlotLine:
    is_choice = slot.rule != "everybody"
    day = slot.row["on_day"] or part_day
    label = said(slot.row["label"], language)[0] if is_choice else ""
    numbers = {row["id"]: number for number, row in enumerate(filter(_is_chosen, slot.sessions), start=1)}
    return SlotLine(
        label=said(slot.row["label_plural"] or slot.row["label"], language) if label else None,
        day=day,
        starts_at=slot.row["starts_at"],
        ends_at=slot.row["ends_at"],
        is_choice=is_choice,
        choice_opens_at=slot.row["choice_opens_at"],
        sessions=tuple(
            SessionLine(
                row=row,
                title=said(row["titles"], language, row["slug"]),
                label=f"{label} {numbers[row['id']]}" if label and row["id"] in numbers else None,
                mark=f"{label[0]}{numbers[row['id']]}" if label and row["id"] in numbers else "",
                day=day,
                starts_at=row["starts_at"] or slot.row["starts_at"],
                ends_at=row["ends_at"] or slot.row["ends_at"],
                room=row["room_name"],
                speakers=event.speakers.get(row["id"], ()),
            )
            for row in slot.sessions
        ),
    )


def _is_chosen(row: Row) -> bool:
    return row["unit_id"] is not None
