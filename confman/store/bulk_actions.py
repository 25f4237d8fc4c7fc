"""What organisers did to many registrations at once, and by what it can be taken back as long as its letters wait."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    insert,
)

from confman.store.base import Id, Instant, Json, metadata, reference

bulk_action = Table(
    "bulk_action",
    metadata,
    # made of what was asked for, so that a form that is sent twice does it once
    Column("id", Id, primary_key=True),
    reference("event"),
    Column("kind", String(8), nullable=False),
    Column("actor", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Column("undone_at", Instant),
    # of a letter to many: what the organiser wrote
    Column("subject", Text),
    Column("body", Text),
    CheckConstraint("kind IN ('move', 'cancel', 'letter')", name="kind"),
)

bulk_undo = Table(
    "bulk_undo",
    metadata,
    Column("bulk_action_id", Id, ForeignKey("bulk_action.id", ondelete="CASCADE"), primary_key=True),
    Column("until", Instant, nullable=False, index=True),
    Column("facts", Json(), nullable=False),
)


def add(connection: Connection, action: Mapping[str, Any], undo: Mapping[str, Any] | None = None) -> None:
    """`undo`: what it did to whom, kept until the letters leave; none where taking back the letters is all."""
    connection.execute(insert(bulk_action), action)
    if undo is not None:
        row = {"bulk_action_id": action["id"], "until": action["until"], "facts": undo}
        connection.execute(insert(bulk_undo), row)
