"""The rush's event: one part, two slots of 12 sessions with capacity, two questions; and many registrations there."""

from datetime import UTC, datetime

from sqlalchemy import Connection, insert

from confman.kernel.clock import system_clock
from confman.kernel.db import Database
from confman.kernel.ids import new_id
from confman.store.programme import question
from confman.usecases import work
from confman.usecases.ledger import RulesCache
from confman.usecases.registrar import settle_batch
from tests.builders import AnEvent, APart, ASession, ASlot, a_registration, an_event

_FAR = datetime(2099, 1, 1, 9, tzinfo=UTC)
_KINDS = [{"value": "kommune", "titles": {"de": "Kommune"}}, {"value": "hochschule", "titles": {"de": "Hochschule"}}]


def an_event_for_the_rush(connection: Connection, slug: str, places: int = 1_000_000) -> AnEvent:
    """Open now and for long, with more places than anybody asks for."""
    slots = [
        ASlot(name, [ASession(f"{name}-{number}", places) for number in range(12)], hour=hour)
        for name, hour in (("morning", 1), ("afternoon", 4))
    ]
    part = APart("conference", places, slots, starts_at=_FAR)
    made = an_event(connection, [part], slug, starts_at=_FAR, starts_on=_FAR.date(), ends_on=None, closes_at=_FAR)
    for position, (key, kind) in enumerate((("kind", "one"), ("question", "long"))):
        connection.execute(
            insert(question).values(
                id=new_id(),
                event_id=made.id,
                key=key,
                kind=kind,
                labels={"de": key},
                options=_KINDS if kind == "one" else None,
                position=position,
            )
        )
    return made


def fill(database: Database, made: AnEvent, count: int) -> None:
    """So many registrations through the ledger."""
    cache, batch = RulesCache(), 1_000
    for start in range(0, count, batch):
        asks = [
            a_registration(
                made,
                f"Da{number}",
                choices={"morning": f"morning-{number % 12}", "afternoon": f"afternoon-{number % 12}"},
            )
            for number in range(start, min(start + batch, count))
        ]
        work.write(database, settle_batch, made.id, asks, system_clock, cache)
