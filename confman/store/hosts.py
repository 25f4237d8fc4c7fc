"""Hosts (tenants), the bodies, projects and series they show, and who may do what for them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from confman.store.base import Id, Instant, Json, metadata, reference

host = Table(
    "host",
    metadata,
    Column("id", Id, primary_key=True),
    Column("slug", String(80), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("zone", String(64), nullable=False),
    Column("language", String(8), nullable=False),
    Column("homepage", Text),
    Column("address", Text),
    Column("email", Text),
    Column("phone", Text),
    Column("logo", Text),
    Column("imprint", Json()),
    Column("privacy", Json()),
    Column("accessibility", Json()),
    Column("retention", Json()),
)

body = Table(
    "body",
    metadata,
    Column("id", Id, primary_key=True),
    reference("host"),
    Column("key", String(80), nullable=False),
    Column("name", Text, nullable=False),
    Column("city", Text),
    Column("homepage", Text),
    Column("logo", Text),
    UniqueConstraint("host_id", "key"),
)

project = Table(
    "project",
    metadata,
    Column("id", Id, primary_key=True),
    reference("host"),
    Column("slug", String(80), nullable=False, unique=True),
    Column("titles", Json(), nullable=False),
    Column("subtitles", Json()),
    Column("texts", Json()),
    Column("aims", Json()),
    Column("funder_wording", Json()),
    Column("funding_code", Text),
    Column("homepage", Text),
    Column("contact_name", Text),
    Column("contact_email", Text),
    Column("contact_phone", Text),
    Column("logo", Text),
    Column("position", Integer, nullable=False, server_default="0"),
)

project_body = Table(
    "project_body",
    metadata,
    Column("project_id", Id, ForeignKey("project.id", ondelete="CASCADE"), primary_key=True),
    Column("body_id", Id, ForeignKey("body.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("role", String(40), primary_key=True),
    Column("position", Integer, nullable=False),
)

topic = Table(
    "topic",
    metadata,
    Column("id", Id, primary_key=True),
    reference("project"),
    Column("slug", String(80), nullable=False),
    Column("position", Integer, nullable=False),
    Column("titles", Json(), nullable=False),
    Column("texts", Json()),
    UniqueConstraint("project_id", "slug"),
)

series = Table(
    "series",
    metadata,
    Column("id", Id, primary_key=True),
    reference("host"),
    reference("project", nullable=True),
    Column("slug", String(80), nullable=False, unique=True),
    Column("titles", Json(), nullable=False),
    Column("texts", Json()),
    Column("item_label", Json()),
)

member = Table(
    "member",
    metadata,
    Column("id", Id, primary_key=True),
    Column("email", Text, nullable=False),
    Column("email_key", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("password_hash", Text),
    Column("totp_secret", Text),
    Column("totp_last", BigInteger),
    Column("recovery", Json()),
    Column("created_at", Instant, nullable=False),
    Column("disabled_at", Instant),
)

role = Table(
    "role",
    metadata,
    Column("id", Id, primary_key=True),
    reference("member"),
    reference("host"),
    reference("event", nullable=True),
    reference("session", nullable=True),
    Column("role", String(16), nullable=False),
    Column("sees_needs", Boolean, nullable=False, server_default="0"),
    CheckConstraint("role IN ('owner', 'organiser', 'desk', 'reader')", name="known"),
)

signin = Table(
    "signin",
    metadata,
    Column("id_hash", LargeBinary(32), primary_key=True),
    reference("member"),
    Column("csrf", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
)

attempt = Table(
    "attempt",
    metadata,
    Column("key_hash", LargeBinary(32), primary_key=True),
    Column("window_at", Instant, primary_key=True),
    Column("count", Integer, nullable=False),
)

token = Table(
    "token",
    metadata,
    Column("hash", LargeBinary(32), primary_key=True),
    reference("host"),
    reference("event", nullable=True),
    Column("name", Text, nullable=False),
    Column("scopes", Json(), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("revoked_at", Instant),
)
