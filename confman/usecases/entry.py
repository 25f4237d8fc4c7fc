"""Passing the code of an event: it is tried against a slow hash, and not endlessly often.

All tries at one event are counted together, on all nodes, and a right code does not count. They are not counted by
network: behind a proxy confman sees the proxy's address only. So whoever goes on trying keeps all others out until the
hour is over, and that takes many tries. Codes have at least six signs (usecases/book_events): at 1,000 tries an hour
six random letters and digits hold for centuries, a common word for a day.
"""

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection

from confman.domain.errors import TooOften
from confman.store import attempts, event_reads
from confman.usecases.importing_codes import opens

WRONG_CODES_AN_HOUR = 1_000
LONGEST_CODE = 200
_HOUR = timedelta(hours=1)


def count(connection: Connection, event_id: UUID, now: datetime) -> None:
    """Before the code is looked at, so that many at once count too. Raises `TooOften`."""
    key, window_at = _key(event_id), _hour(now)
    attempts.forget(connection, key, window_at)
    if attempts.count(connection, key, window_at) > WRONG_CODES_AN_HOUR:
        raise TooOften(int((window_at + _HOUR - now).total_seconds()) or 1)


def is_right(connection: Connection, event_id: UUID, code: str) -> bool:
    """Takes some hundredths of a second for a right and a wrong code alike."""
    return opens(code[:LONGEST_CODE], event_reads.one(connection, event_id)["access_code_hash"])


def take_back(connection: Connection, event_id: UUID, now: datetime) -> None:
    """The code that was counted at `now` was right."""
    attempts.take_back(connection, _key(event_id), _hour(now))


def _key(event_id: UUID) -> bytes:
    return hashlib.sha256(b"entry" + event_id.bytes).digest()


def _hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0)
