"""What the team writes about one registration beside the ledger's own rows."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, update

from confman.store.outbox import letter


def send_again(
    connection: Connection, letter_id: UUID, registration_id: UUID, address: str | None, now: datetime
) -> bool:
    """Whether the letter was one to that person's address that was given up: then it is due now, as if untried."""
    given_up = (
        letter.c.id == letter_id,
        letter.c.registration_id == registration_id,
        letter.c.recipient_key == address,
        letter.c.failed_at.is_not(None),
        letter.c.failure != "superseded",
    )
    anew = {"failed_at": None, "failure": None, "attempts": 0, "due_at": now, "lease_until": None}
    return bool(connection.execute(update(letter).where(*given_up).values(anew)).rowcount)
