"""What is to be done after the commit: letters and jobs, as rows of the same transaction."""

from sqlalchemy import Column, Index, Integer, String, Table, Text, UniqueConstraint, text

from confman.store.base import Id, Instant, Json, metadata, reference

letter = Table(
    "letter",
    metadata,
    Column("id", Id, primary_key=True),
    reference("event", nullable=True),
    reference("registration", nullable=True, on_delete="SET NULL"),
    Column("kind", String(24), nullable=False),
    Column("language", String(8), nullable=False),
    Column("recipient", Text),
    Column("recipient_key", Text),
    Column("facts", Json()),
    Column("message_id", Text, nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("lease_until", Instant),
    Column("accepted_at", Instant),
    Column("failed_at", Instant),
    Column("failure", Text),
)
_OPEN = "accepted_at IS NULL AND failed_at IS NULL"
Index("ix_letter_due", letter.c.due_at, sqlite_where=text(_OPEN), postgresql_where=text(_OPEN))
Index("ix_letter_recipient", letter.c.recipient_key, letter.c.created_at)

job = Table(
    "job",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(40), nullable=False),
    Column("key", Text, nullable=False),
    Column("facts", Json()),
    Column("due_at", Instant, nullable=False, index=True),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("lease_until", Instant),
    Column("failed_at", Instant),
    Column("failure", Text),
    UniqueConstraint("name", "key"),
)
