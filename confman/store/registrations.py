"""Who comes: registrations, their places, answers and consents."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from confman.store.base import Id, Instant, Json, metadata, reference

category = Table(
    "category",
    metadata,
    Column("id", Id, primary_key=True),
    reference("host"),
    Column("key", String(40), nullable=False),
    Column("titles", Json(), nullable=False),
    Column("counts", Boolean, nullable=False),
    Column("colour", String(7), nullable=False),
    Column("on_signature_list", Boolean, nullable=False),
    Column("position", Integer, nullable=False, server_default="0"),
    UniqueConstraint("host_id", "key"),
)

registration = Table(
    "registration",
    metadata,
    Column("id", Id, primary_key=True),
    Column("event_id", Id, ForeignKey("event.id", ondelete="CASCADE"), nullable=False),
    Column("code", String(9), nullable=False, unique=True),
    Column("category_id", Id, ForeignKey("category.id", ondelete="RESTRICT"), nullable=False),
    Column("title", Text),
    Column("given_name", Text, nullable=False),
    Column("family_name", Text, nullable=False),
    Column("badge_name", Text),
    # ordered by code points whatever the collation of the database, which may leave out the blanks of the key
    Column("sort_key", Text().with_variant(Text(collation="C"), "postgresql"), nullable=False),
    Column("search_key", Text, nullable=False),
    Column("name_key", Text, nullable=False),
    Column("institution", Text),
    Column("language", String(8), nullable=False),
    Column("email", Text),
    Column("email_key", Text),
    Column("source", String(8), nullable=False),
    reference("speaker", nullable=True, on_delete="SET NULL"),
    Column("created_at", Instant, nullable=False),
    Column("confirm_by", Instant),
    Column("confirmed_at", Instant),
    Column("ended_at", Instant),
    Column("ended_by", String(10)),
    Column("manage_generation", Integer, nullable=False, server_default="0"),
    Column("ticket_generation", Integer, nullable=False, server_default="0"),
    Column("feed_generation", Integer, nullable=False, server_default="0"),
    Column("request_key", Text),
    Column("request_digest", LargeBinary(32)),
    Column("first_answer", Json()),
    Column("no_list", Boolean, nullable=False, server_default="0"),
    Column("no_photo", Boolean, nullable=False, server_default="0"),
    Column("revision", Integer, nullable=False, server_default="1"),
    Column("changed_at", Instant, nullable=False),
    CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="an_end_has_a_cause"),
    CheckConstraint("source IN ('form', 'api', 'hand', 'import')", name="source"),
    CheckConstraint("ended_by IN ('self', 'organiser', 'lapse', 'event')", name="ended_by"),
)
_LIVE = "ended_at IS NULL AND email_key IS NOT NULL"
Index(
    "uq_registration_live_identity",
    registration.c.event_id,
    registration.c.email_key,
    registration.c.name_key,
    unique=True,
    sqlite_where=text(_LIVE),
    postgresql_where=text(_LIVE),
)
Index(
    "uq_registration_request_key",
    registration.c.event_id,
    registration.c.request_key,
    unique=True,
    sqlite_where=text("request_key IS NOT NULL"),
    postgresql_where=text("request_key IS NOT NULL"),
)
_UNCONFIRMED = "confirmed_at IS NULL AND ended_at IS NULL"
Index(
    "ix_registration_confirm_by",
    registration.c.confirm_by,
    sqlite_where=text(_UNCONFIRMED),
    postgresql_where=text(_UNCONFIRMED),
)
Index("ix_registration_in_order", registration.c.event_id, registration.c.sort_key, registration.c.id)
Index("ix_registration_as_received", registration.c.event_id, registration.c.created_at, registration.c.id)
# counts them by category and state, without a look at the rows; serves the foreign key too
Index(
    "ix_registration_counted",
    registration.c.category_id,
    registration.c.event_id,
    registration.c.ended_by,
    registration.c.confirmed_at,
)

SHOWN_AS = tuple(registration.c[name] for name in ("code", "title", "given_name", "family_name", "institution"))
"""What any line about somebody needs."""

place = Table(
    "place",
    metadata,
    Column("registration_id", Id, ForeignKey("registration.id", ondelete="CASCADE"), primary_key=True),
    Column("unit_id", Id, ForeignKey("unit.id", ondelete="RESTRICT"), primary_key=True),
    # the registration's event and the unit's slot: kept for reading, guarded by the two keys above, and no foreign keys
    # of their own, which took PostgreSQL a third of the time of a batch
    Column("event_id", Id, nullable=False),
    Column("lane", Id),
    Column("state", String(8), nullable=False),
    Column("counted", Boolean, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("given_by", Text),
    # what it was when its registration ended: so a late confirmation asks for the same again
    Column("was", String(8)),
    Column("changed_at", Instant, nullable=False),
    CheckConstraint("state IN ('held', 'waiting', 'wished', 'released')", name="state"),
    sqlite_with_rowid=False,
)
Index(
    "ix_place_waiting",
    place.c.unit_id,
    place.c.seq,
    sqlite_where=text("state = 'waiting'"),
    postgresql_where=text("state = 'waiting'"),
)
Index(
    "ix_place_held",
    place.c.unit_id,
    sqlite_where=text("state = 'held'"),
    postgresql_where=text("state = 'held'"),
)
for _state in ("held", "waiting"):
    _one = f"state = '{_state}' AND lane IS NOT NULL"
    Index(
        f"uq_place_one_{_state}_per_lane",
        place.c.registration_id,
        place.c.lane,
        unique=True,
        sqlite_where=text(_one),
        postgresql_where=text(_one),
    )


def _answers(name: str) -> Table:
    return Table(
        name,
        metadata,
        Column("registration_id", Id, ForeignKey("registration.id", ondelete="CASCADE"), primary_key=True),
        Column("question_id", Id, ForeignKey("question.id", ondelete="CASCADE"), primary_key=True, index=True),
        Column("value", Json(), nullable=False),
        sqlite_with_rowid=False,
    )


answer = _answers("answer")
answer_sensitive = _answers("answer_sensitive")

consent = Table(
    "consent",
    metadata,
    Column("registration_id", Id, ForeignKey("registration.id", ondelete="CASCADE"), primary_key=True),
    Column("consent_text_id", Id, ForeignKey("consent_text.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("given_at", Instant, primary_key=True),
    Column("withdrawn_at", Instant),
)

submission = Table(
    "submission",
    metadata,
    Column("receipt_hash", LargeBinary(32), primary_key=True),
    reference("event"),
    reference("registration", nullable=True),
    Column("body", Json(), nullable=False),
    Column("answer", Json(), nullable=False),
    Column("corrections", Integer, nullable=False, server_default="0"),
    Column("expires_at", Instant, nullable=False, index=True),
)

attendance = Table(
    "attendance",
    metadata,
    Column("registration_id", Id, ForeignKey("registration.id", ondelete="CASCADE"), primary_key=True),
    Column("unit_id", Id, ForeignKey("unit.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("half_day", String(12), primary_key=True),
    Column("present", Boolean, nullable=False),
    Column("source", String(8), nullable=False),
    Column("at", Instant, nullable=False),
    Column("actor", Text),
    # the row of the signed list, None where nobody entered one
    Column("number", Integer),
    # what it was before the step of the list's entry that changed it last; None where that step made it
    Column("was", Boolean),
    Column("step", Integer),
)

# a signed list whose entry has begun
attendance_sheet = Table(
    "attendance_sheet",
    metadata,
    Column("unit_id", Id, ForeignKey("unit.id", ondelete="CASCADE"), primary_key=True),
    Column("half_day", String(12), primary_key=True),
    Column("begun_at", Instant, nullable=False),
    Column("begun_by", Text, nullable=False),
    Column("steps", Integer, nullable=False, server_default="0"),
    Column("finished_at", Instant),
    Column("finished_by", Text),
)

# that somebody saw to a need; an answer that goes or changes takes it along
need_met = Table(
    "need_met",
    metadata,
    Column("registration_id", Id, primary_key=True),
    Column("question_id", Id, primary_key=True),
    # the option that was ticked; "" for the answer as a whole
    Column("item", String(80), primary_key=True),
    Column("met_at", Instant, nullable=False),
    Column("met_by", Text, nullable=False),
    ForeignKeyConstraint(
        ["registration_id", "question_id"],
        ["answer_sensitive.registration_id", "answer_sensitive.question_id"],
        ondelete="CASCADE",
    ),
    sqlite_with_rowid=False,
)

# what was erased of an event, in numbers for ever: no row leads back to a person
erasure = Table(
    "erasure",
    metadata,
    Column("id", Id, primary_key=True),
    reference("event", nullable=True, on_delete="SET NULL"),
    # of held places: whose
    reference("unit", nullable=True, on_delete="SET NULL"),
    Column("what", String(16), nullable=False),
    Column("number", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    # since when the bytes are gone from the database's files too
    Column("wiped_at", Instant),
)

# so that the link of an erased registration can be told that it was: a hash of what only the link says, and a day
erased = Table(
    "erased",
    metadata,
    Column("mark", LargeBinary(32), primary_key=True),
    Column("on_day", Date, nullable=False),
)
