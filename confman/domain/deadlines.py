"""When something opens, closes or lapses: wall times of an event's zone become instants in UTC.

All spans are half-open: open iff `opens_at <= now < closes_at`. Zones are IANA names.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

Span = tuple[datetime | None, datetime | None]
"""When something opens and closes; None is no bound."""

_DAY = timedelta(days=1)
_NOON = time(12)
_CLOSING_TIME = time(18)
_SATURDAY = 5


class UnknownZone(ValueError):
    """`zone` is no IANA time zone."""

    def __init__(self, zone: str) -> None:
        super().__init__(f"{zone!r} is no time zone")
        self.zone = zone


class SkippedWallTime(ValueError):
    """The clocks of `zone` were put forward over `wall` on `day`: that wall time never was."""

    def __init__(self, day: date, wall: time, zone: str) -> None:
        super().__init__(f"{day} {wall} is skipped in {zone}")
        self.day = day
        self.wall = wall
        self.zone = zone


@lru_cache(maxsize=1024)
def zone_of(zone: str) -> ZoneInfo:
    """The time zone of that name. Raises UnknownZone."""
    try:
        return ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as error:  # unknown; not a relative path; a folder such as "Europe"
        raise UnknownZone(zone) from error


def is_open(opens_at: datetime | None, closes_at: datetime | None, now: datetime) -> bool:
    """Whether `now` lies in the half-open span; None is no bound."""
    return (opens_at is None or opens_at <= now) and (closes_at is None or now < closes_at)


def span_of(windows: Sequence[Span]) -> Span:
    """When the first opens and the last closes."""
    opens, closes = [opens_at for opens_at, _ in windows], [closes_at for _, closes_at in windows]
    return (
        None if None in opens else min(filter(None, opens), default=None),
        None if None in closes else max(filter(None, closes), default=None),
    )


def instant_of(day: date, wall: time, zone: str) -> datetime:
    """The instant at which the clocks of `zone` show `wall` on `day`; of a doubled hour the earlier.

    Raises SkippedWallTime where spring skips it, UnknownZone.
    """
    local = datetime.combine(day, wall.replace(fold=0), zone_of(zone))
    instant = local.astimezone(UTC)
    if instant.astimezone(local.tzinfo).replace(fold=0) != local:
        raise SkippedWallTime(day, wall, zone)
    return instant


def start_of_day(day: date, zone: str) -> datetime:
    """The first instant of the local day, also where its midnight is skipped."""
    return _first_at(day, time.min, zone_of(zone))


def end_of_day(day: date, zone: str) -> datetime:
    """The start of the next local day: what "bis einschließlich" means as a half-open bound."""
    return start_of_day(day + _DAY, zone)


@lru_cache(maxsize=256)  # all of a batch ask the same
def confirm_by(submitted_at: datetime, hold_hours: int, zone: str, starts_at: datetime | None) -> datetime:
    """When an unconfirmed registration may lapse: 18:00 of the working day on which the hold ends, at most the start.

    A hold that ends after 18:00 or at a weekend lasts until 18:00 of the next working day (Monday to Friday).
    """
    local_zone = zone_of(zone)
    hold_ends = (submitted_at + timedelta(hours=hold_hours)).astimezone(local_zone)
    day = hold_ends.date()
    if hold_ends.time() > _CLOSING_TIME:
        day += _DAY
    weekday = day.weekday()
    if weekday >= _SATURDAY:
        day += timedelta(days=7 - weekday)
    until = _first_at(day, _CLOSING_TIME, local_zone)
    return until if starts_at is None else min(until, starts_at.astimezone(UTC))


def promotes_until(starts_at: datetime | None, starts_on: date | None, zone: str) -> datetime | None:
    """Until when who waits moves up by itself: noon on the day before the start; None while the day is not known."""
    local_zone = zone_of(zone)
    first_day = starts_at.astimezone(local_zone).date() if starts_at is not None else starts_on
    return None if first_day is None else _first_at(first_day - _DAY, _NOON, local_zone)


def _first_at(day: date, wall: time, zone: ZoneInfo) -> datetime:
    # PEP 495: with fold=0 a skipped wall time is read with the offset before the change. Zones that skip midnight
    # change at 0:00, so this is the very instant of the change, which is the first of the day.
    return datetime.combine(day, wall, zone).astimezone(UTC)
