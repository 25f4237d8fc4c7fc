"""Where an event stands: derived from its instants and the clock, never stored."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from confman.domain.deadlines import Span, end_of_day, is_open, span_of
from confman.usecases.events import EventView, Row

Life = Literal["cancelled", "announced", "over", "elsewhere", "opens", "open", "closed"]
"""`elsewhere`: an event of others, which we take no registrations for. `opens`, `open`, `closed`: its registration."""


def life(event: EventView, now: datetime) -> Life:
    parts = event.rules.rules.parts.values()
    return life_of(event.row, [(part.opens_at, part.closes_at) for part in parts], now)


def life_of(row: Row, windows: Sequence[Span], now: datetime) -> Life:
    """As `life`; `windows` are those of the event's parts."""
    if row["cancelled_at"] is not None:
        return "cancelled"
    if not is_published(row, now):
        return "announced"
    if is_over(row, now):
        return "over"
    if row["kind"] == "appearance":
        return "elsewhere"
    if any(is_open(opens_at, closes_at, now) for opens_at, closes_at in windows):
        return "open"
    opens_at, _ = span_of(windows)
    return "opens" if opens_at is not None and now < opens_at else "closed"


def is_published(event: Row, now: datetime) -> bool:
    return event["published_at"] is not None and event["published_at"] <= now


def is_over(event: Row, now: datetime) -> bool:
    """What is published without a day is of the past: only what is to come may be announced without one."""
    end = end_of(event)
    return is_published(event, now) if end is None else now >= end


def end_of(event: Row) -> datetime | None:
    """None where it has no day."""
    last = event["ends_on"] or event["starts_on"]
    if last is None:
        return None
    end: datetime = event["ends_at"] or end_of_day(last, event["zone"])
    return end
