"""Who was there, entered from a signed list: the half-days of a part, the numbers of the list, what is typed of them.

A list is numbered when its entry begins and keeps its numbers; whoever comes later has a number after the last.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Literal

from confman.domain.deadlines import zone_of

Half = Literal["am", "pm", ""]

_MIDDAY: Final = time(13)
_LEAST: Final = timedelta(hours=2)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class HalfDay:
    """What one list is signed for. `half` "": the whole day, for its times are not known; `day` None: nor is that."""

    day: date | None
    half: Half = ""

    @property
    def key(self) -> str:
        """As kept and as in addresses: 2027-01-26am, 2027-01-26 or all."""
        return f"{self.day.isoformat()}{self.half}" if self.day is not None else "all"


def half_days(starts_at: datetime, ends_at: datetime | None, zone: str) -> tuple[HalfDay, ...]:
    """The mornings and afternoons of which a part takes two hours or more; where it takes none so long, its longest.

    Afternoon is from 13:00 on, for mornings end with lunch.
    """
    first = starts_at.astimezone(zone_of(zone)).replace(tzinfo=None)
    last = first if ends_at is None else ends_at.astimezone(zone_of(zone)).replace(tzinfo=None)
    found: list[tuple[HalfDay, timedelta]] = []
    for day in _days(first.date(), last.date()):
        midnight, midday = datetime.combine(day, time()), datetime.combine(day, _MIDDAY)
        found.append((HalfDay(day, "am"), min(last, midday) - max(first, midnight)))
        found.append((HalfDay(day, "pm"), min(last, midnight + _DAY) - max(first, midday)))
    if ends_at is None:
        return (HalfDay(first.date(), "am" if first.time() < _MIDDAY else "pm"),)
    long = tuple(half for half, lasts in found if lasts >= _LEAST)
    return long or (max(found, key=lambda half: half[1])[0],)


def whole_days(first: date | None, last: date | None) -> tuple[HalfDay, ...]:
    """Where no times are known: a list for each day, one where not even the day is."""
    if first is None:
        return (HalfDay(None),)
    return tuple(HalfDay(day) for day in _days(first, last or first))


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=after) for after in range((last - first).days + 1))


# what is typed


@dataclass(frozen=True, slots=True)
class Typed:
    """The numbers as typed, each once; `unreadable` and `unknown` as they were typed. Either of them spoils it all."""

    numbers: tuple[int, ...] = ()
    unreadable: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


_DASHES = re.compile("[ ]?[-\u2010-\u2015\u2212][ ]?")
_BETWEEN = re.compile(r"[\s,;.+]+")
_SPAN = re.compile(r"([0-9]{1,6})(?:-([0-9]{1,6}))?")


def numbers_in(text: str, known: Iterable[int]) -> Typed:
    """„3 17 40-44“, with blanks or commas between, and spans in either direction; `known`: the numbers there are."""
    there, text = set(known), _DASHES.sub("-", " ".join(text.split()))
    numbers: dict[int, None] = {}
    unreadable, unknown = [], []
    for word in filter(None, _BETWEEN.split(text)):
        match = _SPAN.fullmatch(word)
        if match is None:
            unreadable.append(word)
            continue
        first, last = sorted((int(match[1]), int(match[2] or match[1])))
        if first not in there or last not in there:  # before it is spelled out: somebody may type 1-999999
            unknown.append(word)
        else:
            numbers.update(dict.fromkeys(number for number in range(first, last + 1) if number in there))
    return Typed(tuple(numbers), tuple(unreadable), tuple(unknown))


def seen(present: Mapping[int, bool]) -> str:
    """What a page shows, for its forms to carry: who was present when somebody looked at it, a bit for each number."""
    return f"{sum(1 << number for number, is_present in present.items() if is_present):x}"


_SEEN = re.compile(r"[0-9a-f]{1,30000}")


def was_seen(carried: str) -> int | None:
    """The bits that a form carries; None where it carries none that can be read."""
    return int(carried, 16) if _SEEN.fullmatch(carried) else None


def meant(numbers: Iterable[int], present: Mapping[int, bool], carried: int | None) -> dict[int, bool]:
    """What whoever typed the numbers wants: the other state than the one that they saw, whatever it is by now."""
    if carried is None:
        return {number: not present[number] for number in numbers}
    return {number: not carried >> number & 1 for number in numbers}
