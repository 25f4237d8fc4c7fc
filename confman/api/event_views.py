"""From what is known of an event to what the API shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import UNSET

from confman.api import schemas
from confman.usecases import events
from confman.usecases.events import EventView, SlotView

Row = Mapping[str, Any]


def listed(row: Row, now: datetime) -> schemas.ListedEvent:
    return schemas.ListedEvent(
        **_taken(row, schemas.ListedEvent, "state", "host", "series"),
        state=state_of(row, now),
        host=row["host_slug"],
        series=row["series_slug"],
    )


def shown(event: EventView, now: datetime) -> schemas.Event:
    row = event.row
    series = row["series_slug"]
    own = ("state", "host", "series", "projects", "venue", "contact", "parts", "slots", "questions", "consents")
    return schemas.Event(
        **_taken(row, schemas.Event, *own),
        state=state_of(row, now),
        host=schemas.Organisation(slug=row["host_slug"], name=row["host_name"]),
        series=None if series is None else schemas.Reference(slug=series, titles=row["series_titles"]),
        projects=[schemas.Reference(slug=project["slug"], titles=project["titles"]) for project in event.projects],
        venue=schemas.Venue(**_prefixed(row, "venue", schemas.Venue)),
        contact=schemas.Contact(**_prefixed(row, "contact", schemas.Contact)),
        parts=[schemas.Part(**_taken(part.row, schemas.Part)) for part in event.parts.values()],
        slots=[_slot(event, slot) for slot in event.slots.values()],
        questions=[_question(question) for question in event.questions.values()],
        consents=[schemas.ConsentText(**_taken(text, schemas.ConsentText)) for text in event.consents.values()],
    )


def state_of(row: Row, now: datetime) -> schemas.State:
    if row["cancelled_at"] is not None and row["cancelled_at"] <= now:
        return "cancelled"
    if row["published_at"] is not None and row["published_at"] <= now:
        return "published"
    return "announced" if row["announced_at"] is not None and row["announced_at"] <= now else "draft"


def _slot(event: EventView, slot: SlotView) -> schemas.Slot:
    sessions = [_session(event, slot, session) for session in slot.sessions]
    return schemas.Slot(**_taken(slot.row, schemas.Slot, "part", "sessions"), part=slot.part, sessions=sessions)


def _session(event: EventView, slot: SlotView, row: Row) -> schemas.Session:
    return schemas.Session(
        **_taken(row, schemas.Session, "room", "can_be_chosen", "is_cancelled", "speakers"),
        room=row["room_name"],
        can_be_chosen=row["slug"] in slot.choices,
        is_cancelled=row["cancelled_at"] is not None,
        speakers=[
            schemas.Appearance(**_taken(speaker, schemas.Appearance)) for speaker in event.speakers.get(row["id"], ())
        ],
    )


def _question(row: Row) -> schemas.Question:
    options = [
        schemas.Option(value=option["value"], labels=option["labels"], is_limited=bool(option.get("unit_id")))
        for option in row["options"] or ()
    ]
    plain = _taken(row, schemas.Question, "options", "erased_after_days")
    return schemas.Question(**plain, options=options, erased_after_days=row["erase_days"])


def _taken(row: Row, kind: Any, *others: str) -> dict[str, Any]:
    """The columns that are shown under their own names: all fields of `kind` but the `others`."""
    return {name: row[name] for name in kind.__struct_fields__ if name not in others}


def _prefixed(row: Row, prefix: str, kind: Any) -> dict[str, Any]:
    return {name: row[f"{prefix}_{name}"] for name in kind.__struct_fields__}


# availability


@dataclass(frozen=True, slots=True)
class Numbers:
    """Which exact numbers are shown."""

    free: bool
    waiting: bool


def availability(
    event: EventView, places: Mapping[UUID, events.Availability], numbers: Numbers, now: datetime
) -> schemas.Availability:
    opens_at, closes_at = events.window(event)
    return schemas.Availability(
        open=events.is_open(event, now),
        opens_at=opens_at,
        closes_at=closes_at,
        parts=[_unit(part.slug, places[part.unit], numbers) for part in event.parts.values()],
        sessions=[
            _unit(choice.slug, places[choice.unit], numbers, slot.slug)
            for slot in event.slots.values()
            for choice in slot.choices.values()
        ],
    )


def _unit(slug: str, found: events.Availability, numbers: Numbers, slot: str | None = None) -> schemas.UnitPlaces:
    return schemas.UnitPlaces(
        slug=slug,
        slot=UNSET if slot is None else slot,
        places=found.places,
        capacity=found.capacity,
        free=found.free if numbers.free else UNSET,
        waiting=found.waiting if numbers.waiting else UNSET,
    )
