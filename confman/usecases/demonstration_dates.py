"""Dates of the demonstration, told from the day of its first load. The words are explained in the template itself."""

import re
from dataclasses import replace
from datetime import date, timedelta

from confman.usecases.book_nodes import Scalar

_EXPRESSION = re.compile(
    r"(?P<anchor>[EL])(?:(?P<by>[+-]\d{1,3})(?P<weeks>w)?)?"
    r"(?: (?P<weekday>Mon|Tue|Wed|Thu|Fri)(?P<then>[+-]\d)?)?(?P<time> \d{1,2}:\d{2})?"
)
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri")
_LEAD = timedelta(days=63)
_WEEK = timedelta(weeks=1)
_TUESDAY = 1
_SINGLE_HOLIDAYS = {(5, 1), (10, 3), (11, 1)}
_CHRISTMAS_BEGINS, _CHRISTMAS_ENDS = (12, 24), (1, 6)


def main_day(loaded_on: date) -> date:
    """E: the first Tuesday at least 63 days ahead, weeks later while it is a holiday or between the years."""
    return _working_day(_on(_TUESDAY, loaded_on + _LEAD))


def told_from(loaded_on: date, scalar: Scalar) -> Scalar:
    """The value with its date written out; every other value as it is."""
    match = _EXPRESSION.fullmatch(scalar.text)
    if match is None or scalar.is_nothing:
        return scalar
    day = main_day(loaded_on) if match["anchor"] == "E" else loaded_on
    if match["by"]:
        day += int(match["by"]) * (_WEEK if match["weeks"] else timedelta(days=1))
    if match["weekday"]:
        day = _on(_WEEKDAYS.index(match["weekday"]), day)
        if day > loaded_on:
            day = _working_day(day)
        day += timedelta(days=int(match["then"] or 0))
    return replace(scalar, text=day.isoformat() + (match["time"] or ""))


def _on(weekday: int, day: date) -> date:
    """The first such weekday (Monday 0) on or after the day."""
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def _working_day(day: date) -> date:
    while (day.month, day.day) in _SINGLE_HOLIDAYS or _is_between_the_years(day):
        day += _WEEK
    return day


def _is_between_the_years(day: date) -> bool:
    return (day.month, day.day) >= _CHRISTMAS_BEGINS or (day.month, day.day) <= _CHRISTMAS_ENDS
