"""Files that somebody waits for, and nodes of both databases that make them."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, insert, select

from confman.jobs.downloading import Maker, Sources
from confman.kernel.db import Database
from confman.kernel.ids import new_id
from confman.store import downloads
from confman.store.downloads import download, download_piece
from confman.store.registrations import place, registration
from confman.usecases import work
from confman.usecases.manage.download_wishes import Wish
from confman.usecases.work import Work
from tests.builders import NOW, AnEvent
from tests.databases import quick_database
from tests.jobs.letter_office import BASE

SECRET = b"the secret of these tests, 32 bytes and more"


def asked(database: Database, made: AnEvent, wish: Wish) -> UUID:
    """By a reader of the event's host."""
    from tests.office import a_member  # loads the whole application, which nodes that only make files do without

    reader, key = work.write(database, a_member, made, "reader"), new_id()
    row = {"id": key, "event_id": made.id, "member_id": reader, "kind": wish.kind.value, "wish": wish.kept()}
    times = {"asked_at": NOW, "expires_at": NOW + timedelta(days=1)}
    work.write(database, downloads.add, {**row, **times, "total": 3})
    return key


async def one_turn(url: str, now: datetime = NOW, is_stopping: Callable[[], bool] = lambda: False) -> int:
    """As a node of its own would, with connections of its own."""
    running = Work(quick_database(url), lambda: now)
    try:
        async with asyncio.timeout(60):
            return await Maker(running, Sources(url, BASE, (SECRET,)), is_stopping).make_due()
    finally:
        running.close()


def kept(database: Database, key: UUID) -> Any:
    """The row; None where there is none."""
    return work.read(database, lambda conn: conn.execute(select(download).where(download.c.id == key)).one_or_none())


def file_of(database: Database, key: UUID) -> bytes:
    pieces = select(download_piece.c.content).where(download_piece.c.download_id == key)
    ordered = pieces.order_by(download_piece.c.position)
    return b"".join(bytes(piece) for piece in work.read(database, lambda conn: conn.execute(ordered).scalars().all()))


def many_people(connection: Connection, made: AnEvent, number: int) -> None:
    """With a place in the first part each."""
    shared = {"event_id": made.id, "category_id": made.categories["attendee"], "given_name": "Anna", "language": "de"}
    times = {"created_at": NOW, "confirmed_at": NOW, "changed_at": NOW}
    people = [
        {"id": new_id(), "code": f"{index:08}", "family_name": f"Muster{index}", **_keys(f"muster{index:08}")}
        for index in range(number)
    ]
    connection.execute(insert(registration), [{**shared, **times, "source": "import", **person} for person in people])
    unit = made.units[next(iter(made.parts))]
    held = {"event_id": made.id, "unit_id": unit, "state": "held", "counted": True, "changed_at": NOW}
    rows = [{**held, "registration_id": person["id"], "seq": index} for index, person in enumerate(people)]
    connection.execute(insert(place), rows)


def _keys(key: str) -> dict[str, str]:
    return {"sort_key": key, "search_key": f" anna {key}", "name_key": f"anna {key}"}
