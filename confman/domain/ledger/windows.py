"""Until when what can be asked for: the same answer for the ledger, which refuses, and for pages, which do not offer.

A function of time gives why not, or None where it may be asked for now.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from confman.domain.errors import DeadlinePassed, Ended, EventCancelled, NotOpen, Refusal
from confman.domain.ledger.book import PartRules, Rules, SlotRules


def last(ends: Iterable[datetime | None]) -> datetime | None:
    """The last of them; None is without end."""
    known = list(ends)
    return max((end for end in known if end is not None), default=None) if None not in known else None


def past(until: datetime | None, now: datetime) -> DeadlinePassed | None:
    return DeadlinePassed(until) if until is not None and now >= until else None


def registering(rules: Rules, part: PartRules, now: datetime) -> Refusal | None:
    """For a newcomer."""
    if rules.published_at is None or now < rules.published_at or (part.opens_at is not None and now < part.opens_at):
        return NotOpen(part.opens_at)
    return past(part.closes_at, now)


def choosing(slot: SlotRules, now: datetime) -> Refusal | None:
    """In the slot's own window."""
    if slot.opens_at is not None and now < slot.opens_at:
        return NotOpen(slot.opens_at)
    return past(slot.closes_at, now)


def choosing_anew(rules: Rules, slot: SlotRules, now: datetime) -> Refusal | None:
    """For who holds the part: also by the end of its changes."""
    if rules.is_cancelled:
        return EventCancelled()
    return past(rules.parts[slot.part].change_until, now) or choosing(slot, now)


def adding(rules: Rules, part: PartRules, now: datetime) -> Refusal | None:
    """A part to those somebody has."""
    if rules.is_cancelled:
        return EventCancelled()
    if part.opens_at is not None and now < part.opens_at:
        return NotOpen(part.opens_at)
    return past(part.change_until, now)


def cancel_until(rules: Rules, units: Iterable[UUID]) -> datetime | None:
    """Cancelling is possible until the last of somebody's parts closes for it; None is without end."""
    mine = (rules.parts.get(unit) for unit in units)
    return last(part.cancel_until for part in mine if part is not None)


def confirming(rules: Rules, ended_by: str | None, now: datetime) -> Refusal | None:
    """A hold that nobody has ended can be confirmed at any time; who lapsed asks again, until the start."""
    if ended_by not in {None, "lapse"}:
        return Ended()
    if rules.is_cancelled:
        return EventCancelled()
    return past(rules.starts_at, now) if ended_by == "lapse" else None


def returning(rules: Rules, ended_by: str | None, units: Iterable[UUID], now: datetime) -> Refusal | None:
    """Who cancelled by themselves comes back as long as all the parts they had are open; `units`: what they had."""
    if ended_by != "self":
        return Ended()
    if rules.is_cancelled:
        return EventCancelled()
    mine = [rules.parts[unit] for unit in units if unit in rules.parts]
    return next((refusal for part in mine if (refusal := registering(rules, part, now))), None)
