"""One reminder, at half of the time to confirm and by day; none in its last hour, which would come too late."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from confman.domain.daytime import is_day
from confman.kernel.ids import new_id
from confman.store import reminding

AT_ONCE = 500
TOO_LATE = timedelta(hours=1)


def due(connection: Connection, now: datetime) -> list[Mapping[str, Any]]:
    """Whom to remind at this moment."""
    found = reminding.due(connection, now, now + TOO_LATE, AT_ONCE)
    return [row for row in found if is_day(now, row["zone"])]


def write(connection: Connection, now: datetime) -> int:
    """Returns how many are reminded; nobody is twice, though several may write at once."""
    letters = [_letter(row, now) for row in due(connection, now)]
    if letters:
        reminding.add(connection, letters)
    return len(letters)


def _letter(row: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    facts = {"nth": (row["facts"] or {}).get("nth") or 1}
    return {
        "id": new_id(),
        "event_id": row["event_id"],
        "registration_id": row["id"],
        "kind": "reminder",
        "language": row["language"],
        "recipient": row["email"],
        "recipient_key": row["email_key"],
        "facts": facts,
        "message_id": f"{row['id'].hex}.reminder",
        "created_at": now,
        "due_at": now,
    }
