"""VTIMEZONE by yearly rule, because lists of dates are read wrongly.

ical.js (Thunderbird, Nextcloud) reads only the first of several values of an RDATE and shows every summer entry an hour
late; Outlook ignores RDATE in time zones. So a zone is written as RRULEs, or its entries are written in UTC.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

# In these 28 years every combination of weekday and leap year occurs once, and the rule in force governs alone (zone
# files list single changes up to 2037). A zone that has no yearly rule then has none at all.
_RULED_YEARS = range(2040, 2068)
_FIRST_YEAR = 1970
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_MONTH_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, order=True)
class _Change:
    """A change of offset; `wall` is the local time before it, which RFC 5545 3.6.5 wants as the onset."""

    wall: datetime
    offset_from: timedelta
    offset_to: timedelta
    name: str


@dataclass(frozen=True)
class _Observance:
    """One offset that begins every year on one weekday between two days of a month (both included)."""

    month: int
    first_day: int
    last_day: int
    weekday: int
    at: time
    offset_from: timedelta
    offset_to: timedelta
    name: str

    def changes(self, year: int) -> Iterator[_Change]:
        for day in range(self.first_day, self.last_day + 1):
            if (on := date(year, self.month, day)).weekday() == self.weekday:
                yield _Change(datetime.combine(on, self.at), self.offset_from, self.offset_to, self.name)

    def rule(self) -> str:
        weekday, length = _WEEKDAYS[self.weekday], _MONTH_LENGTHS[self.month - 1]
        head = f"FREQ=YEARLY;BYMONTH={self.month};"
        if self.first_day == length - 6 and self.last_day == length:
            return f"{head}BYDAY=-1{weekday}"
        if self.first_day % 7 == 1 and self.last_day == self.first_day + 6:
            return f"{head}BYDAY={self.last_day // 7}{weekday}"
        days = ",".join(map(str, range(self.first_day, self.last_day + 1)))
        return f"{head}BYMONTHDAY={days};BYDAY={weekday}"


@dataclass(frozen=True)
class _Rule:
    """The zone's rule in force and the first whole year of it; no observance = one offset the whole year."""

    observances: tuple[_Observance, ...]
    since_year: int
    offset: timedelta
    name: str


def vtimezone(zone: str) -> bytes | None:
    """The VTIMEZONE component of an IANA zone, lines ending in CRLF; None where entries are written in UTC.

    None: UTC itself, and zones without a yearly rule (Africa/Casablanca, which follows Ramadan).
    The rule in force is written as if it had begun in 1970; `expressible` says for which times it is true.
    Raises ZoneInfoNotFoundError (a KeyError) for an unknown zone.
    """
    rule = _rule(zone)
    return None if rule is None else _text(zone, rule)


def expressible(wall: datetime, zone: str) -> bool:
    """Whether a local time of the zone means one instant only, and the same to whoever reads our VTIMEZONE.

    Not so before the first whole year of the zone's rule in force, nor within a doubled hour.
    """
    rule = _rule(zone)
    if rule is None or wall.year < rule.since_year:
        return False
    at = wall.replace(tzinfo=ZoneInfo(zone))
    return at.replace(fold=0).utcoffset() == at.replace(fold=1).utcoffset()


@cache
def _rule(zone: str) -> _Rule | None:
    tz = ZoneInfo(zone)
    some_winter = datetime(_RULED_YEARS[0], 1, 1, tzinfo=tz)
    name = some_winter.tzname() or zone
    if name == "UTC":
        return None
    actual = _actual_changes(tz)
    observances = _observances([change for year in _RULED_YEARS for change in actual[year]])
    since = _first_year_of(observances, actual)
    if since > _RULED_YEARS[0]:
        return None
    return _Rule(observances, since, some_winter.utcoffset() or timedelta(), name)


def _actual_changes(tz: ZoneInfo) -> dict[int, list[_Change]]:
    """All changes of offset by local year, found by weekly samples and bisection (zoneinfo offers no list)."""
    found: dict[int, list[_Change]] = {year: [] for year in range(_FIRST_YEAR - 1, _RULED_YEARS.stop + 1)}
    week = 7 * 86_400
    start = int(datetime(_FIRST_YEAR, 1, 1, tzinfo=UTC).timestamp())
    stop = int(datetime(_RULED_YEARS.stop, 1, 1, tzinfo=UTC).timestamp())
    after = _utcoffset(start, tz)
    for sample in range(start, stop, week):
        before, after = after, _utcoffset(sample + week, tz)
        if before != after:
            instant = _instant_of_change(sample, sample + week, tz)
            wall = datetime.fromtimestamp(instant, UTC).replace(tzinfo=None) + before
            name = datetime.fromtimestamp(instant, tz).tzname() or ""
            found[wall.year].append(_Change(wall, before, after, name))
    return found


def _instant_of_change(low: int, high: int, tz: ZoneInfo) -> int:
    before = _utcoffset(low, tz)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _utcoffset(middle, tz) == before else (low, middle)
    return high


def _utcoffset(second: int, tz: ZoneInfo) -> timedelta:
    return datetime.fromtimestamp(second, tz).utcoffset() or timedelta()


def _observances(changes: list[_Change]) -> tuple[_Observance, ...]:
    """The tightest guess at the rules behind the changes; the caller compares what it foretells with what happens.

    A rule like "the night after the last Thursday" crosses into the next month now and then: one observance per month.
    """
    groups: dict[tuple[int, int, time, timedelta, timedelta, str], list[int]] = {}
    for change in changes:
        wall = change.wall
        key = (wall.month, wall.weekday(), wall.time(), change.offset_from, change.offset_to, change.name)
        groups.setdefault(key, []).append(wall.day)
    return tuple(
        _Observance(month, min(days), max(days), weekday, at, offset_from, offset_to, name)
        for (month, weekday, at, offset_from, offset_to, name), days in sorted(groups.items())
    )


def _first_year_of(observances: tuple[_Observance, ...], actual: dict[int, list[_Change]]) -> int:
    """The first year from which on, up to the last looked at, the observances foretell exactly the changes."""
    for year in reversed(range(_FIRST_YEAR, _RULED_YEARS.stop)):
        if sorted(change for each in observances for change in each.changes(year)) != sorted(actual[year]):
            return year + 1
    return _FIRST_YEAR


def _text(zone: str, rule: _Rule) -> bytes:
    lines = ["BEGIN:VTIMEZONE", f"TZID:{zone}"]
    for each in rule.observances:
        kind = "DAYLIGHT" if each.offset_to > each.offset_from else "STANDARD"
        first = next(change for year in range(_FIRST_YEAR, _FIRST_YEAR + 28) for change in each.changes(year))
        lines += _component(kind, first, [f"RRULE:{each.rule()}"])
    if not rule.observances:
        always = datetime.combine(date(_FIRST_YEAR, 1, 1), time())
        lines += _component("STANDARD", _Change(always, rule.offset, rule.offset, rule.name), [])
    return "".join(f"{line}\r\n" for line in [*lines, "END:VTIMEZONE"]).encode("ascii")


def _component(kind: str, onset: _Change, rules: list[str]) -> list[str]:
    return [
        f"BEGIN:{kind}",
        f"DTSTART:{onset.wall:%Y%m%dT%H%M%S}",
        *rules,
        f"TZNAME:{onset.name}",
        f"TZOFFSETFROM:{_offset(onset.offset_from)}",
        f"TZOFFSETTO:{_offset(onset.offset_to)}",
        f"END:{kind}",
    ]


def _offset(offset: timedelta) -> str:
    minutes = round(offset.total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02}{rest:02}"
