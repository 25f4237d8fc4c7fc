"""When data must go: the local day on which each kind of it is erased, reckoned from the event and its deadline.

Days are those of the event's zone; what is due on a day is erased at three in the morning of it, or as soon after as
the installation runs. Nothing outlives the registration it belongs to. All is reckoned anew whenever it is asked for,
so a moved event moves its days.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Final

from confman.domain.deadlines import start_of_day, zone_of

HOUR: Final = time(3)
"""From this hour on what is due on a day is erased: when nobody is at a desk, and after spring skipped its hour."""
_HALF_A_YEAR: Final = 6
_MONTHS: Final = 12
_DAY: Final = timedelta(days=1)

LIMITS: Final[Mapping[str, tuple[int, int]]] = {
    "unconfirmed_days": (1, 90),
    "needs_days": (1, 90),
    "answers_days": (1, 365),
    "cancelled_days": (1, 365),
    "registration_days": (30, 4_000),
}
"""The least and the most a host may set. Four thousand days: funders look into their projects' lists for ten years."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """For how many days a host keeps what: after the deadline what nobody confirmed, after the event the rest.

    `needs_days` and `answers_days` are what a question gets that says nothing itself. `registration_days` None: half
    a year by the calendar, to the day of the same number or, where that month has none, its last (as in § 188 BGB).
    """

    unconfirmed_days: int = 7
    needs_days: int = 14
    answers_days: int = 30
    cancelled_days: int = 30
    registration_days: int | None = None


USUAL: Final = Terms()


def terms_of(settings: Mapping[str, int] | None) -> Terms:
    """As the host set them, else as usual."""
    known = {field.name for field in fields(Terms)}
    return Terms(**{name: days for name, days in (settings or {}).items() if name in known})


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What the days are reckoned from.

    `last_day` None: not known (yet). `closes_on`: the last day on which one could register. `cancelled_on`: the day on
    which the event was called off.
    """

    zone: str
    last_day: date | None
    closes_on: date | None = None
    cancelled_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A registration as far as its erasure depends on it. `holds`: a place of any kind, not only one on a list."""

    is_confirmed: bool = True
    holds: bool = True
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class ErasureDays:
    """The days of one event; None while they cannot be known. `over_on`: the day after which nothing more happens."""

    terms: Terms
    over_on: date | None
    unconfirmed_on: date | None
    cancelled_on: date | None
    registrations_on: date | None

    def answers_on(self, days: int) -> date | None:
        """When the answers to a question go that are kept for so many days after the event."""
        return _earlier(_after(self.over_on, days), self.registrations_on)

    def registration_on(self, standing: Standing) -> date | None:
        """When this registration goes, with all that belongs to it, unless something about it changes before."""
        ended = standing.ended_on
        if standing.is_confirmed:
            if standing.holds and ended is None:
                return self.registrations_on
            return self.cancelled_on or _after(ended, self.terms.cancelled_days)
        return self.unconfirmed_on or _after(ended, self.terms.unconfirmed_days)


def erasure_days(terms: Terms, occasion: Occasion) -> ErasureDays:
    """The days of an event. One that was called off is over on the day on which that was said, if not before."""
    over_on = _earlier(occasion.last_day, occasion.cancelled_on)
    registrations_on = _half_a_year_after(over_on, terms.registration_days)
    closes_on = _earlier(occasion.closes_on, occasion.cancelled_on) or over_on
    return ErasureDays(
        terms=terms,
        over_on=over_on,
        unconfirmed_on=_earlier(_after(closes_on, terms.unconfirmed_days), registrations_on),
        cancelled_on=_earlier(_after(over_on, terms.cancelled_days), registrations_on),
        registrations_on=registrations_on,
    )


def last_day_before(closes_at: datetime | None, zone: str) -> date | None:
    """The last local day that lies, at least in part, before the end of a half-open span."""
    if closes_at is None:
        return None
    return (closes_at - timedelta(microseconds=1)).astimezone(zone_of(zone)).date()


def local_day(instant: datetime | None, zone: str) -> date | None:
    return None if instant is None else instant.astimezone(zone_of(zone)).date()


def day_of_erasing(now: datetime, zone: str) -> date:
    """The last day whose due data may be erased now: today from three o'clock on, before that yesterday."""
    local = now.astimezone(zone_of(zone))
    return local.date() if local.time() >= HOUR else local.date() - _DAY


def ended_before(day: date, days: int, zone: str) -> datetime:
    """What ended before this instant is due on `day`, if it is kept for so many days after it ended."""
    return start_of_day(day - timedelta(days=days) + _DAY, zone)


def _half_a_year_after(day: date | None, days: int | None) -> date | None:
    if day is None or days is not None:
        return _after(day, days or 0)
    years, month = divmod(day.month - 1 + _HALF_A_YEAR, _MONTHS)
    first = date(day.year + years, month + 1, 1)
    last = date(day.year + (day.month + _HALF_A_YEAR) // _MONTHS, (day.month + _HALF_A_YEAR) % _MONTHS + 1, 1) - _DAY
    return min(first + (day.day - 1) * _DAY, last)


def _after(day: date | None, days: int) -> date | None:
    return None if day is None else day + timedelta(days=days)


def _earlier(one: date | None, other: date | None) -> date | None:
    if one is None or other is None:
        return one or other
    return min(one, other)
