"""The one place that reads the wall clock; everything else is handed a value."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Gives the present instant as an aware datetime in UTC."""


def system_clock() -> datetime:
    return datetime.now(UTC)
