"""What an event consists of: parts, slots, sessions, rooms, speakers, and the questions of its form."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from confman.store.base import Id, Instant, Json, metadata, reference

part = Table(
    "part",
    metadata,
    Column("id", Id, primary_key=True),
    reference("event"),
    Column("slug", String(80), nullable=False),
    Column("position", Integer, nullable=False),
    Column("titles", Json(), nullable=False),
    Column("texts", Json()),
    Column("on_day", Date),
    Column("starts_at", Instant),
    Column("ends_at", Instant),
    Column("opens_at", Instant),
    Column("closes_at", Instant),
    Column("change_until", Instant),
    Column("cancel_until", Instant),
    Column("unit_id", Id, ForeignKey("unit.id", ondelete="RESTRICT"), nullable=False, unique=True),
    UniqueConstraint("event_id", "slug"),
)

slot = Table(
    "slot",
    metadata,
    Column("id", Id, primary_key=True),
    reference("event"),
    reference("part"),
    Column("slug", String(80), nullable=False),
    Column("position", Integer, nullable=False),
    Column("on_day", Date),
    Column("label", Json()),
    Column("label_plural", Json()),
    Column("starts_at", Instant),
    Column("ends_at", Instant),
    Column("rule", String(12), nullable=False),
    Column("choice_required", Boolean, nullable=False, server_default="0"),
    Column("choice_opens_at", Instant),
    Column("choice_closes_at", Instant),
    UniqueConstraint("event_id", "slug"),
    CheckConstraint("rule IN ('everybody', 'pick_one', 'optional', 'ranked')", name="rule"),
)

room = Table(
    "room",
    metadata,
    Column("id", Id, primary_key=True),
    reference("event"),
    Column("slug", String(80), nullable=False),
    Column("name", Text, nullable=False),
    Column("seats", Integer),
    Column("position", Integer, nullable=False),
    UniqueConstraint("event_id", "slug"),
)

session = Table(
    "session",
    metadata,
    Column("id", Id, primary_key=True),
    reference("event"),
    reference("slot"),
    Column("slug", String(80), nullable=False),
    Column("position", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("titles", Json(), nullable=False),
    Column("subtitles", Json()),
    Column("abstract", Json()),
    Column("language", String(8)),
    Column("starts_at", Instant),
    Column("ends_at", Instant),
    reference("room", nullable=True, on_delete="SET NULL"),
    Column("unit_id", Id, ForeignKey("unit.id", ondelete="RESTRICT"), unique=True),
    Column("minimum", Integer),
    Column("decides_at", Instant),
    Column("uid", Text, nullable=False, unique=True),
    Column("sequence", Integer, nullable=False, server_default="0"),
    Column("revision", Integer, nullable=False, server_default="1"),
    Column("changed_at", Instant, nullable=False),
    Column("cancelled_at", Instant),
    # when and where it was before its last move, for the mark on the page: `at`, `starts_at`, `ends_at`, `room`
    Column("moved_from", Json()),
    UniqueConstraint("event_id", "slug"),
)

speaker = Table(
    "speaker",
    metadata,
    Column("id", Id, primary_key=True),
    reference("event"),
    Column("slug", String(80), nullable=False),
    Column("title", Text),
    Column("given_name", Text, nullable=False),
    Column("family_name", Text, nullable=False),
    Column("institution", Text),
    Column("function", Json()),
    UniqueConstraint("event_id", "slug"),
)

session_speaker = Table(
    "session_speaker",
    metadata,
    Column("session_id", Id, ForeignKey("session.id", ondelete="CASCADE"), primary_key=True),
    Column("speaker_id", Id, ForeignKey("speaker.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("role", String(16), primary_key=True),
    Column("position", Integer, nullable=False),
)

unit = Table(
    "unit",
    metadata,
    Column("id", Id, primary_key=True),
    reference("event"),
    Column("kind", String(8), nullable=False),
    Column("capacity", Integer),
    Column("reserve", Integer, nullable=False, server_default="0"),
    # as the organiser set it; `reserve` is what is left of it after places were given from it
    Column("reserve_planned", Integer, nullable=False, server_default="0"),
    Column("ceiling", Integer),
    Column("held", Integer, nullable=False, server_default="0"),
    Column("waiting", Integer, nullable=False, server_default="0"),
    Column("offers_waiting", Boolean, nullable=False, server_default="1"),
    Column("promotes_until", Instant),
    CheckConstraint("kind IN ('part', 'session', 'option')", name="kind"),
    CheckConstraint("held >= 0", name="held_is_a_count"),
    CheckConstraint("waiting >= 0", name="waiting_is_a_count"),
    CheckConstraint("reserve >= 0", name="reserve_is_a_count"),
    CheckConstraint("held <= ceiling", name="no_place_is_given_twice"),
    CheckConstraint("ceiling >= capacity", name="ceiling_covers_capacity"),
)

question = Table(
    "question",
    metadata,
    Column("id", Id, primary_key=True),
    reference("event"),
    Column("key", String(80), nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("kind", String(16), nullable=False),
    Column("labels", Json(), nullable=False),
    Column("hints", Json()),
    Column("options", Json()),
    Column("purpose", Json()),
    Column("required", Boolean, nullable=False, server_default="0"),
    Column("sensitive", Boolean, nullable=False, server_default="0"),
    Column("visible_to", String(16), nullable=False, server_default="organiser"),
    Column("erase_days", Integer, nullable=False, server_default="30"),
    Column("position", Integer, nullable=False),
    UniqueConstraint("event_id", "key", "version"),
    CheckConstraint("kind IN ('text', 'long', 'postcode', 'yes_no', 'one', 'many')", name="kind"),
)

consent_text = Table(
    "consent_text",
    metadata,
    Column("id", Id, primary_key=True),
    reference("event"),
    Column("key", String(80), nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("texts", Json(), nullable=False),
    Column("position", Integer, nullable=False, server_default="0"),
    UniqueConstraint("event_id", "key", "version"),
)
