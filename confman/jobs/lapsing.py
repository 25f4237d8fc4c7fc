"""Ends what was not confirmed in time; the ledger decides, this only finds whom to ask about."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from confman.domain.ledger.requests import Done, Lapse
from confman.store import registration_reads
from confman.usecases.clerk import Clerk
from confman.usecases.registrar import Ask
from confman.usecases.work import Work

_log = structlog.get_logger("confman.jobs")
AT_ONCE = 100
LETTER_HAD = timedelta(hours=24)
"""A hold never ends before the mail server took (or for good refused) the request to confirm so long ago."""


async def lapse_due(work: Work, clerk: Clerk) -> int:
    """Returns how many events something lapsed in."""
    due = await work.read(_due, work.clock())
    lapsed = 0
    for event_id, ids in due.items():
        try:
            outcome = await clerk.ask(event_id, Ask(Lapse(tuple(ids)), actor="clock"))
        except SQLAlchemyError as error:  # one event's trouble must not keep the places of all others
            _log.error("could not lapse", event_id=event_id.hex, kind=type(error).__name__)
            continue
        lapsed += isinstance(outcome, Done) and outcome.changed
    return lapsed


def _due(connection: Connection, now: datetime) -> dict[UUID, Sequence[UUID]]:
    found: dict[UUID, list[UUID]] = {}
    for row in registration_reads.unconfirmed(connection, now, now - LETTER_HAD, AT_ONCE):
        found.setdefault(row.event_id, []).append(row.id)
    return dict(found)
