"""Events and what hangs on them as shown: projects, bodies."""

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
from confman.store.files import file

event = Table(
    "event",
    metadata,
    Column("id", Id, primary_key=True),
    reference("host"),
    reference("series", nullable=True, on_delete="SET NULL"),
    Column("number", Integer),
    Column("slug", String(80), nullable=False, unique=True),
    Column("origin_key", String(120)),
    Column("kind", String(16), nullable=False),
    Column("visibility", String(8), nullable=False),
    Column("access_code_hash", Text),
    Column("zone", String(64), nullable=False),
    Column("starts_on", Date),
    Column("ends_on", Date),
    Column("date_text", Json()),
    Column("starts_at", Instant),
    Column("ends_at", Instant),
    Column("doors_at", Instant),
    # where and how
    Column("venue_name", Text),
    Column("venue_street", Text),
    Column("venue_postcode", Text),
    Column("venue_city", Text),
    Column("venue_country", String(2)),
    Column("venue_url", Text),
    Column("online_url", Text),
    Column("access", Json()),
    Column("access_keys", Json()),
    Column("way", Json()),
    Column("catering", Json()),
    Column("hotel", Json()),
    Column("languages", Json(), nullable=False),
    # texts
    Column("titles", Json(), nullable=False),
    Column("subtitles", Json()),
    Column("texts", Json()),
    Column("notices", Json()),
    Column("audience", Json()),
    Column("cost", Json()),
    # whom to ask
    Column("contact_name", Text),
    Column("contact_email", Text),
    Column("contact_phone", Text),
    Column("mailbox", Text),
    Column("phone_of_day", Text),
    # life
    Column("announced_at", Instant),
    Column("published_at", Instant),
    Column("cancelled_at", Instant),
    Column("cancel_reason", Json()),
    Column("postponed_from", Date),
    # registration
    Column("opens_at", Instant),
    Column("closes_at", Instant),
    Column("change_until", Instant),
    Column("cancel_until", Instant),
    Column("print_close_at", Instant),
    Column("hold_hours", Integer, nullable=False, server_default="72"),
    Column("confirm_address", Boolean, nullable=False, server_default="1"),
    Column("offers_waiting", Boolean, nullable=False, server_default="1"),
    Column("shows_numbers", Boolean, nullable=False, server_default="0"),
    Column("photos", String(12), nullable=False, server_default="objection"),
    Column("max_per_address", Integer, nullable=False, server_default="10"),
    # calendars and caches
    Column("uid", Text, nullable=False, unique=True),
    Column("sequence", Integer, nullable=False, server_default="0"),
    Column("revision", Integer, nullable=False, server_default="1"),
    Column("changed_at", Instant, nullable=False),
    UniqueConstraint("host_id", "origin_key"),
    CheckConstraint("ends_on >= starts_on", name="days_in_order"),
    CheckConstraint("opens_at < closes_at", name="opens_before_it_closes"),
    CheckConstraint("starts_on IS NOT NULL OR date_text IS NOT NULL", name="has_a_date_or_says_why_not"),
    CheckConstraint("kind IN ('conference', 'werkstatt', 'training', 'dialogue', 'appearance')", name="kind"),
    CheckConstraint("visibility IN ('public', 'link', 'code')", name="visibility"),
)

event_project = Table(
    "event_project",
    metadata,
    Column("event_id", Id, ForeignKey("event.id", ondelete="CASCADE"), primary_key=True),
    Column("project_id", Id, ForeignKey("project.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("position", Integer, nullable=False),
    Column("funder_wording", Json()),
    Column("funding_code", Text),
)

event_body = Table(
    "event_body",
    metadata,
    Column("event_id", Id, ForeignKey("event.id", ondelete="CASCADE"), primary_key=True),
    Column("body_id", Id, ForeignKey("body.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("role", String(40), primary_key=True),
    Column("position", Integer, nullable=False),
)

document = Table(
    "document",
    metadata,
    Column("id", Id, primary_key=True),
    reference("host"),
    reference("event", nullable=True),
    reference("series", nullable=True),
    reference("project", nullable=True),
    reference("session", nullable=True),
    Column("key", String(120), nullable=False),
    Column("titles", Json(), nullable=False),
    Column("position", Integer, nullable=False),
    Column("name", Text),
    Column("media_type", Text),
    Column("size", Integer),
    Column("content_hash", String(64), ForeignKey(file.c.hash, ondelete="RESTRICT"), index=True),
    Column("url", Text),
    Column("published_at", Instant),
    UniqueConstraint("host_id", "key"),
)

stamp = Table(
    "stamp",
    metadata,
    Column("scope", String(8), primary_key=True),
    Column("scope_id", Id, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("changed_at", Instant, nullable=False),
    CheckConstraint("scope IN ('all', 'host', 'project', 'series', 'event')", name="scope"),
)
