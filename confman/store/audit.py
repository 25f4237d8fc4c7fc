"""Who did what: one chain per event; `hash` is sealed later by a job. Facts hold no names."""

from sqlalchemy import Column, LargeBinary, String, Table, Text

from confman.store.base import Id, Instant, Json, metadata, reference

audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True),
    reference("event", nullable=True, on_delete="SET NULL"),
    reference("host"),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("verb", String(40), nullable=False),
    Column("subject", Text, nullable=False),
    Column("facts", Json()),
    Column("hash", LargeBinary(32)),
)
