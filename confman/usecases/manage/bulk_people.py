"""Whom an organiser has chosen in the table: by their codes, or all that a filter takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Connection

from confman.domain import codes
from confman.store import bulk_reads
from confman.usecases.events import EventView
from confman.usecases.manage.registrations import Filter, codes_matching

Row = Any
HELD_FOR: Final = timedelta(minutes=5)
"""So long letters of what was done to many wait, and so long it can be taken back."""


@dataclass(frozen=True, slots=True)
class Selection:
    """`filter`: of all that it takes; None: of those with these codes."""

    codes: tuple[str, ...] = ()
    filter: Filter | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """`rows`: columns of bulk_reads, in the order in which they came. `lost`: codes that nobody has (any more)."""

    rows: Sequence[Row]
    lost: int = 0


def chosen(connection: Connection, event: EventView, selection: Selection) -> Chosen:
    """One statement for codes, two for a filter."""
    if selection.filter is not None:
        found = codes_matching(connection, event, selection.filter)
        return Chosen(bulk_reads.by_ids(connection, event.id, [key for key, _ in found]))
    named = {code for typed in selection.codes if (code := codes.normalised(typed)) is not None}
    rows = bulk_reads.by_codes(connection, event.id, sorted(named))
    return Chosen(rows, len(set(selection.codes)) - len(rows))
