"""Who did what: one chain per event; `hash` is sealed later by a job. Facts hold no names."""

from sqlalchemy import Column, Index, LargeBinary, String, Table, Text

from confman.store.base import Id, Instant, Json, metadata

audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True),
    # no foreign keys: what was done stays known when its event is gone, and a batch is not held up by looking them up
    Column("event_id", Id),
    Column("host_id", Id, nullable=False),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("verb", String(40), nullable=False),
    Column("subject", Text, nullable=False),
    Column("facts", Json()),
    Column("hash", LargeBinary(32)),
)
# one's own history and its erasure must cost the same with a hundred thousand others beside it
Index("ix_audit_about", audit.c.event_id, audit.c.subject)
