"""Who runs the site, and how it fares."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from confman.store import site_reads
from confman.usecases.events import Row


@dataclass(frozen=True, slots=True)
class Figures:
    """`registrations` by state: unconfirmed, confirmed, or what ended them (self, organiser, lapse, event)."""

    registrations: Mapping[str, int]
    letters_waiting: int
    letters_failed: int


def hosts(connection: Connection) -> list[Row]:
    return [dict(row) for row in site_reads.hosts(connection)]


def figures(connection: Connection) -> Figures:
    """In two statements."""
    letters = site_reads.letters(connection)
    return Figures(site_reads.registrations_by_state(connection), letters.waiting, letters.failed)
