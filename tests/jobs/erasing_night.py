"""A past event with many people, and nights of nodes that erase them."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select, update

from confman.jobs.erasing import Eraser
from confman.kernel.db import Database
from confman.store.registrations import erasure, registration
from confman.usecases import work
from confman.usecases.clerk import LocalClerk
from confman.usecases.work import Work
from tests.builders import NOW, AnEvent, APart, ASession, ASlot
from tests.databases import quick_database
from tests.jobs.letter_office import registered, the_event

NIGHT = datetime(2027, 7, 26, 1, tzinfo=UTC)
PEOPLE = 250
PARTS = (APart("konferenz", 200, (ASlot("foren", (ASession("f1", 100), ASession("f2"))),)),)


def past_event(database: Database, slug: str = "abschlusskonferenz", people: int = PEOPLE) -> AnEvent:
    """With more people than places; half a year later they are all due."""
    made = the_event(database, PARTS, slug=slug)
    for at in range(0, people, 50):
        registered(database, made, *(f"Person{number}" for number in range(at, at + 50)), choices={"foren": "f1"})
    work.write(database, lambda conn: conn.execute(update(registration).values(confirmed_at=NOW)))
    return made


async def one_night(url: str, folder: Path) -> int:
    """A node of its own."""
    node = Work(quick_database(url), lambda: NIGHT)
    try:
        return await Eraser(node, LocalClerk(node), folder).erase_due()
    finally:
        node.close()


def left(database: Database) -> int:
    return int(
        work.read(database, lambda conn: conn.execute(select(func.count()).select_from(registration)).scalar_one())
    )


def protocol(database: Database) -> dict[str, int]:
    lines = work.read(database, lambda conn: conn.execute(select(erasure.c.what, erasure.c.number)).all())
    numbers: Counter[str] = Counter()
    for what, number in lines:
        numbers[what] += number
    return dict(numbers)
