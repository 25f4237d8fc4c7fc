"""The ledger's row: the one lock of an event's places."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, LargeBinary, Table

from confman.store.base import Id, metadata

ledger = Table(
    "ledger",
    metadata,
    Column("event_id", Id, ForeignKey("event.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", BigInteger, nullable=False, server_default="0"),
    Column("programme_version", Integer, nullable=False, server_default="1"),
    Column("audit_head", LargeBinary(32)),
)
