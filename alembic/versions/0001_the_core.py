"""The core"""

import sqlalchemy as sa
from alembic import op
from confman.store.base import Id, Instant, Json

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('attempt',
    sa.Column('key_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('window_at', Instant(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('key_hash', 'window_at', name=op.f('pk_attempt'))
    )
    op.create_table('erased',
    sa.Column('mark', sa.LargeBinary(length=32), nullable=False),
    sa.Column('on_day', sa.Date(), nullable=False),
    sa.PrimaryKeyConstraint('mark', name=op.f('pk_erased'))
    )
    op.create_table('file',
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('media_type', sa.Text(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('hash', name=op.f('pk_file'))
    )
    op.create_table('file_piece',
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['hash'], ['file.hash'], name=op.f('fk_file_piece_hash'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('hash', 'position', name=op.f('pk_file_piece'))
    )
    op.create_table('host',
    sa.Column('id', Id(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('zone', sa.String(length=64), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('homepage', sa.Text(), nullable=True),
    sa.Column('address', sa.Text(), nullable=True),
    sa.Column('email', sa.Text(), nullable=True),
    sa.Column('phone', sa.Text(), nullable=True),
    sa.Column('logo', sa.Text(), nullable=True),
    sa.Column('imprint', Json(), nullable=True),
    sa.Column('privacy', Json(), nullable=True),
    sa.Column('accessibility', Json(), nullable=True),
    sa.Column('retention', Json(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_host')),
    sa.UniqueConstraint('slug', name=op.f('uq_host_slug'))
    )
    op.create_table('job',
    sa.Column('id', Id(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('facts', Json(), nullable=True),
    sa.Column('due_at', Instant(), nullable=False),
    sa.Column('attempts', sa.Integer(), server_default='0', nullable=False),
    sa.Column('lease_until', Instant(), nullable=True),
    sa.Column('failed_at', Instant(), nullable=True),
    sa.Column('failure', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job')),
    sa.UniqueConstraint('name', 'key', name=op.f('uq_job_name_key'))
    )
    op.create_index(op.f('ix_job_due_at'), 'job', ['due_at'], unique=False)
    op.create_table('member',
    sa.Column('id', Id(), nullable=False),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('email_key', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('password_hash', sa.Text(), nullable=True),
    sa.Column('totp_secret', sa.Text(), nullable=True),
    sa.Column('totp_last', sa.BigInteger(), nullable=True),
    sa.Column('recovery', Json(), nullable=True),
    sa.Column('created_at', Instant(), nullable=False),
    sa.Column('disabled_at', Instant(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_member')),
    sa.UniqueConstraint('email_key', name=op.f('uq_member_email_key'))
    )
    op.create_table('stamp',
    sa.Column('scope', sa.String(length=8), nullable=False),
    sa.Column('scope_id', Id(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('changed_at', Instant(), nullable=False),
    sa.CheckConstraint("scope IN ('all', 'host', 'project', 'series', 'event')", name=op.f('ck_stamp_scope')),
    sa.PrimaryKeyConstraint('scope', 'scope_id', name=op.f('pk_stamp'))
    )
    op.create_table('body',
    sa.Column('id', Id(), nullable=False),
    sa.Column('host_id', Id(), nullable=False),
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('city', sa.Text(), nullable=True),
    sa.Column('homepage', sa.Text(), nullable=True),
    sa.Column('logo', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['host_id'], ['host.id'], name=op.f('fk_body_host_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_body')),
    sa.UniqueConstraint('host_id', 'key', name=op.f('uq_body_host_id_key'))
    )
    op.create_index(op.f('ix_body_host_id'), 'body', ['host_id'], unique=False)
    op.create_table('category',
    sa.Column('id', Id(), nullable=False),
    sa.Column('host_id', Id(), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('titles', Json(), nullable=False),
    sa.Column('counts', sa.Boolean(), nullable=False),
    sa.Column('colour', sa.String(length=7), nullable=False),
    sa.Column('on_signature_list', sa.Boolean(), nullable=False),
    sa.Column('position', sa.Integer(), server_default='0', nullable=False),
    sa.ForeignKeyConstraint(['host_id'], ['host.id'], name=op.f('fk_category_host_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_category')),
    sa.UniqueConstraint('host_id', 'key', name=op.f('uq_category_host_id_key'))
    )
    op.create_index(op.f('ix_category_host_id'), 'category', ['host_id'], unique=False)
    op.create_table('project',
    sa.Column('id', Id(), nullable=False),
    sa.Column('host_id', Id(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('titles', Json(), nullable=False),
    sa.Column('subtitles', Json(), nullable=True),
    sa.Column('texts', Json(), nullable=True),
    sa.Column('aims', Json(), nullable=True),
    sa.Column('funder_wording', Json(), nullable=True),
    sa.Column('funding_code', sa.Text(), nullable=True),
    sa.Column('homepage', sa.Text(), nullable=True),
    sa.Column('contact_name', sa.Text(), nullable=True),
    sa.Column('contact_email', sa.Text(), nullable=True),
    sa.Column('contact_phone', sa.Text(), nullable=True),
    sa.Column('logo', sa.Text(), nullable=True),
    sa.Column('position', sa.Integer(), server_default='0', nullable=False),
    sa.ForeignKeyConstraint(['host_id'], ['host.id'], name=op.f('fk_project_host_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_project')),
    sa.UniqueConstraint('slug', name=op.f('uq_project_slug'))
    )
    op.create_index(op.f('ix_project_host_id'), 'project', ['host_id'], unique=False)
    op.create_table('signin',
    sa.Column('id_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('member_id', Id(), nullable=False),
    sa.Column('csrf', sa.Text(), nullable=False),
    sa.Column('created_at', Instant(), nullable=False),
    sa.Column('seen_at', Instant(), nullable=False),
    sa.Column('expires_at', Instant(), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_signin_member_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id_hash', name=op.f('pk_signin'))
    )
    op.create_index(op.f('ix_signin_expires_at'), 'signin', ['expires_at'], unique=False)
    op.create_index(op.f('ix_signin_member_id'), 'signin', ['member_id'], unique=False)
    op.create_table('project_body',
    sa.Column('project_id', Id(), nullable=False),
    sa.Column('body_id', Id(), nullable=False),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['body_id'], ['body.id'], name=op.f('fk_project_body_body_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_project_body_project_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('project_id', 'body_id', 'role', name=op.f('pk_project_body'))
    )
    op.create_index(op.f('ix_project_body_body_id'), 'project_body', ['body_id'], unique=False)
    op.create_table('series',
    sa.Column('id', Id(), nullable=False),
    sa.Column('host_id', Id(), nullable=False),
    sa.Column('project_id', Id(), nullable=True),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('titles', Json(), nullable=False),
    sa.Column('texts', Json(), nullable=True),
    sa.Column('item_label', Json(), nullable=True),
    sa.ForeignKeyConstraint(['host_id'], ['host.id'], name=op.f('fk_series_host_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_series_project_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_series')),
    sa.UniqueConstraint('slug', name=op.f('uq_series_slug'))
    )
    op.create_index(op.f('ix_series_host_id'), 'series', ['host_id'], unique=False)
    op.create_index(op.f('ix_series_project_id'), 'series', ['project_id'], unique=False)
    op.create_table('topic',
    sa.Column('id', Id(), nullable=False),
    sa.Column('project_id', Id(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('titles', Json(), nullable=False),
    sa.Column('texts', Json(), nullable=True),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_topic_project_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_topic')),
    sa.UniqueConstraint('project_id', 'slug', name=op.f('uq_topic_project_id_slug'))
    )
    op.create_index(op.f('ix_topic_project_id'), 'topic', ['project_id'], unique=False)
    op.create_table('event',
    sa.Column('id', Id(), nullable=False),
    sa.Column('host_id', Id(), nullable=False),
    sa.Column('series_id', Id(), nullable=True),
    sa.Column('number', sa.Integer(), nullable=True),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('origin_key', sa.String(length=120), nullable=True),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('visibility', sa.String(length=8), nullable=False),
    sa.Column('access_code_hash', sa.Text(), nullable=True),
    sa.Column('zone', sa.String(length=64), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=True),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('date_text', Json(), nullable=True),
    sa.Column('starts_at', Instant(), nullable=True),
    sa.Column('ends_at', Instant(), nullable=True),
    sa.Column('doors_at', Instant(), nullable=True),
    sa.Column('venue_name', sa.Text(), nullable=True),
    sa.Column('venue_street', sa.Text(), nullable=True),
    sa.Column('venue_postcode', sa.Text(), nullable=True),
    sa.Column('venue_city', sa.Text(), nullable=True),
    sa.Column('venue_country', sa.String(length=2), nullable=True),
    sa.Column('venue_url', sa.Text(), nullable=True),
    sa.Column('online_url', sa.Text(), nullable=True),
    sa.Column('access', Json(), nullable=True),
    sa.Column('access_keys', Json(), nullable=True),
    sa.Column('way', Json(), nullable=True),
    sa.Column('catering', Json(), nullable=True),
    sa.Column('hotel', Json(), nullable=True),
    sa.Column('languages', Json(), nullable=False),
    sa.Column('titles', Json(), nullable=False),
    sa.Column('subtitles', Json(), nullable=True),
    sa.Column('texts', Json(), nullable=True),
    sa.Column('notices', Json(), nullable=True),
    sa.Column('audience', Json(), nullable=True),
    sa.Column('cost', Json(), nullable=True),
    sa.Column('contact_name', sa.Text(), nullable=True),
    sa.Column('contact_email', sa.Text(), nullable=True),
    sa.Column('contact_phone', sa.Text(), nullable=True),
    sa.Column('mailbox', sa.Text(), nullable=True),
    sa.Column('phone_of_day', sa.Text(), nullable=True),
    sa.Column('announced_at', Instant(), nullable=True),
    sa.Column('published_at', Instant(), nullable=True),
    sa.Column('cancelled_at', Instant(), nullable=True),
    sa.Column('cancel_reason', Json(), nullable=True),
    sa.Column('postponed_from', sa.Date(), nullable=True),
    sa.Column('opens_at', Instant(), nullable=True),
    sa.Column('closes_at', Instant(), nullable=True),
    sa.Column('change_until', Instant(), nullable=True),
    sa.Column('cancel_until', Instant(), nullable=True),
    sa.Column('print_close_at', Instant(), nullable=True),
    sa.Column('hold_hours', sa.Integer(), server_default='72', nullable=False),
    sa.Column('confirm_address', sa.Boolean(), server_default='1', nullable=False),
    sa.Column('offers_waiting', sa.Boolean(), server_default='1', nullable=False),
    sa.Column('shows_numbers', sa.Boolean(), server_default='0', nullable=False),
    sa.Column('badge_download', sa.Boolean(), server_default='0', nullable=False),
    sa.Column('photos', sa.String(length=12), server_default='objection', nullable=False),
    sa.Column('max_per_address', sa.Integer(), server_default='10', nullable=False),
    sa.Column('uid', sa.Text(), nullable=False),
    sa.Column('sequence', sa.Integer(), server_default='0', nullable=False),
    sa.Column('revision', sa.Integer(), server_default='1', nullable=False),
    sa.Column('changed_at', Instant(), nullable=False),
    sa.CheckConstraint("kind IN ('conference', 'werkstatt', 'training', 'dialogue', 'appearance')", name=op.f('ck_event_kind')),
    sa.CheckConstraint("visibility IN ('public', 'link', 'code')", name=op.f('ck_event_visibility')),
    sa.CheckConstraint('ends_on >= starts_on', name=op.f('ck_event_days_in_order')),
    sa.CheckConstraint('opens_at < closes_at', name=op.f('ck_event_opens_before_it_closes')),
    sa.CheckConstraint('starts_on IS NOT NULL OR date_text IS NOT NULL', name=op.f('ck_event_has_a_date_or_says_why_not')),
    sa.ForeignKeyConstraint(['host_id'], ['host.id'], name=op.f('fk_event_host_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['series_id'], ['series.id'], name=op.f('fk_event_series_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event')),
    sa.UniqueConstraint('host_id', 'origin_key', name=op.f('uq_event_host_id_origin_key')),
    sa.UniqueConstraint('slug', name=op.f('uq_event_slug')),
    sa.UniqueConstraint('uid', name=op.f('uq_event_uid'))
    )
    op.create_index(op.f('ix_event_host_id'), 'event', ['host_id'], unique=False)
    op.create_index(op.f('ix_event_series_id'), 'event', ['series_id'], unique=False)
    op.create_table('audit',
    sa.Column('id', Id(), nullable=False),
    sa.Column('event_id', Id(), nullable=True),
    sa.Column('host_id', Id(), nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('verb', sa.String(length=40), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('facts', Json(), nullable=True),
    sa.Column('hash', sa.LargeBinary(length=32), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit'))
    )
    op.create_index('ix_audit_about', 'audit', ['event_id', 'subject'], unique=False)
    op.create_table('consent_text',
    sa.Column('id', Id(), nullable=False),
    sa.Column('event_id', Id(), nullable=False),
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('texts', Json(), nullable=False),
    sa.Column('position', sa.Integer(), server_default='0', nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_consent_text_event_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consent_text')),
    sa.UniqueConstraint('event_id', 'key', 'version', name=op.f('uq_consent_text_event_id_key_version'))
    )
    op.create_index(op.f('ix_consent_text_event_id'), 'consent_text', ['event_id'], unique=False)
    op.create_table('event_body',
    sa.Column('event_id', Id(), nullable=False),
    sa.Column('body_id', Id(), nullable=False),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['body_id'], ['body.id'], name=op.f('fk_event_body_body_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_event_body_event_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('event_id', 'body_id', 'role', name=op.f('pk_event_body'))
    )
    op.create_index(op.f('ix_event_body_body_id'), 'event_body', ['body_id'], unique=False)
    op.create_table('event_project',
    sa.Column('event_id', Id(), nullable=False),
    sa.Column('project_id', Id(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('funder_wording', Json(), nullable=True),
    sa.Column('funding_code', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_event_project_event_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_event_project_project_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('event_id', 'project_id', name=op.f('pk_event_project'))
    )
    op.create_index(op.f('ix_event_project_project_id'), 'event_project', ['project_id'], unique=False)
    op.create_table('ledger',
    sa.Column('event_id', Id(), nullable=False),
    sa.Column('seq', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('programme_version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('audit_head', sa.LargeBinary(length=32), nullable=True),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_ledger_event_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('event_id', name=op.f('pk_ledger'))
    )
    op.create_table('question',
    sa.Column('id', Id(), nullable=False),
    sa.Column('event_id', Id(), nullable=False),
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('labels', Json(), nullable=False),
    sa.Column('hints', Json(), nullable=True),
    sa.Column('options', Json(), nullable=True),
    sa.Column('purpose', Json(), nullable=True),
    sa.Column('required', sa.Boolean(), server_default='0', nullable=False),
    sa.Column('sensitive', sa.Boolean(), server_default='0', nullable=False),
    sa.Column('visible_to', sa.String(length=16), server_default='organiser', nullable=False),
    sa.Column('erase_days', sa.Integer(), server_default='30', nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind IN ('text', 'long', 'postcode', 'yes_no', 'one', 'many')", name=op.f('ck_question_kind')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_question_event_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question')),
    sa.UniqueConstraint('event_id', 'key', 'version', name=op.f('uq_question_event_id_key_version'))
    )
    op.create_index(op.f('ix_question_event_id'), 'question', ['event_id'], unique=False)
    op.create_table('room',
    sa.Column('id', Id(), nullable=False),
    sa.Column('event_id', Id(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('seats', sa.Integer(), nullable=True),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_room_event_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_room')),
    sa.UniqueConstraint('event_id', 'slug', name=op.f('uq_room_event_id_slug'))
    )
    op.create_index(op.f('ix_room_event_id'), 'room', ['event_id'], unique=False)
    op.create_table('speaker',
    sa.Column('id', Id(), nullable=False),
    sa.Column('event_id', Id(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('title', sa.Text(), nullable=True),
    sa.Column('given_name', sa.Text(), nullable=False),
    sa.Column('family_name', sa.Text(), nullable=False),
    sa.Column('institution', sa.Text(), nullable=True),
    sa.Column('function', Json(), nullable=True),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_speaker_event_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_speaker')),
    sa.UniqueConstraint('event_id', 'slug', name=op.f('uq_speaker_event_id_slug'))
    )
    op.create_index(op.f('ix_speaker_event_id'), 'speaker', ['event_id'], unique=False)
    op.create_table('token',
    sa.Column('hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('host_id', Id(), nullable=False),
    sa.Column('event_id', Id(), nullable=True),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('scopes', Json(), nullable=False),
    sa.Column('created_at', Instant(), nullable=False),
    sa.Column('revoked_at', Instant(), nullable=True),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_token_event_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['host_id'], ['host.id'], name=op.f('fk_token_host_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('hash', name=op.f('pk_token'))
    )
    op.create_index(op.f('ix_token_event_id'), 'token', ['event_id'], unique=False)
    op.create_index(op.f('ix_token_host_id'), 'token', ['host_id'], unique=False)
    op.create_table('unit',
    sa.Column('id', Id(), nullable=False),
    sa.Column('event_id', Id(), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('capacity', sa.Integer(), nullable=True),
    sa.Column('reserve', sa.Integer(), server_default='0', nullable=False),
    sa.Column('reserve_planned', sa.Integer(), server_default='0', nullable=False),
    sa.Column('ceiling', sa.Integer(), nullable=True),
    sa.Column('held', sa.Integer(), server_default='0', nullable=False),
    sa.Column('waiting', sa.Integer(), server_default='0', nullable=False),
    sa.Column('offers_waiting', sa.Boolean(), server_default='1', nullable=False),
    sa.Column('promotes_until', Instant(), nullable=True),
    sa.CheckConstraint("kind IN ('part', 'session', 'option')", name=op.f('ck_unit_kind')),
    sa.CheckConstraint('ceiling >= capacity', name=op.f('ck_unit_ceiling_covers_capacity')),
    sa.CheckConstraint('held <= ceiling', name=op.f('ck_unit_no_place_is_given_twice')),
    sa.CheckConstraint('held >= 0', name=op.f('ck_unit_held_is_a_count')),
    sa.CheckConstraint('reserve >= 0', name=op.f('ck_unit_reserve_is_a_count')),
    sa.CheckConstraint('waiting >= 0', name=op.f('ck_unit_waiting_is_a_count')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_unit_event_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unit'))
    )
    op.create_index(op.f('ix_unit_event_id'), 'unit', ['event_id'], unique=False)
    op.create_table('erasure',
    sa.Column('id', Id(), nullable=False),
    sa.Column('event_id', Id(), nullable=True),
    sa.Column('unit_id', Id(), nullable=True),
    sa.Column('what', sa.String(length=16), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.Column('wiped_at', Instant(), nullable=True),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_erasure_event_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_erasure_unit_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erasure'))
    )
    op.create_index(op.f('ix_erasure_event_id'), 'erasure', ['event_id'], unique=False)
    op.create_index(op.f('ix_erasure_unit_id'), 'erasure', ['unit_id'], unique=False)
    op.create_table('part',
    sa.Column('id', Id(), nullable=False),
    sa.Column('event_id', Id(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('titles', Json(), nullable=False),
    sa.Column('texts', Json(), nullable=True),
    sa.Column('on_day', sa.Date(), nullable=True),
    sa.Column('starts_at', Instant(), nullable=True),
    sa.Column('ends_at', Instant(), nullable=True),
    sa.Column('opens_at', Instant(), nullable=True),
    sa.Column('closes_at', Instant(), nullable=True),
    sa.Column('change_until', Instant(), nullable=True),
    sa.Column('cancel_until', Instant(), nullable=True),
    sa.Column('unit_id', Id(), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_part_event_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_part_unit_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_part')),
    sa.UniqueConstraint('event_id', 'slug', name=op.f('uq_part_event_id_slug')),
    sa.UniqueConstraint('unit_id', name=op.f('uq_part_unit_id'))
    )
    op.create_index(op.f('ix_part_event_id'), 'part', ['event_id'], unique=False)
    op.create_table('registration',
    sa.Column('id', Id(), nullable=False),
    sa.Column('event_id', Id(), nullable=False),
    sa.Column('code', sa.String(length=9), nullable=False),
    sa.Column('category_id', Id(), nullable=False),
    sa.Column('title', sa.Text(), nullable=True),
    sa.Column('given_name', sa.Text(), nullable=False),
    sa.Column('family_name', sa.Text(), nullable=False),
    sa.Column('badge_name', sa.Text(), nullable=True),
    sa.Column('sort_key', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=False),
    sa.Column('search_key', sa.Text(), nullable=False),
    sa.Column('name_key', sa.Text(), nullable=False),
    sa.Column('institution', sa.Text(), nullable=True),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('email', sa.Text(), nullable=True),
    sa.Column('email_key', sa.Text(), nullable=True),
    sa.Column('source', sa.String(length=8), nullable=False),
    sa.Column('speaker_id', Id(), nullable=True),
    sa.Column('created_at', Instant(), nullable=False),
    sa.Column('confirm_by', Instant(), nullable=True),
    sa.Column('confirmed_at', Instant(), nullable=True),
    sa.Column('ended_at', Instant(), nullable=True),
    sa.Column('ended_by', sa.String(length=10), nullable=True),
    sa.Column('manage_generation', sa.Integer(), server_default='0', nullable=False),
    sa.Column('ticket_generation', sa.Integer(), server_default='0', nullable=False),
    sa.Column('feed_generation', sa.Integer(), server_default='0', nullable=False),
    sa.Column('request_key', sa.Text(), nullable=True),
    sa.Column('request_digest', sa.LargeBinary(length=32), nullable=True),
    sa.Column('first_answer', Json(), nullable=True),
    sa.Column('no_list', sa.Boolean(), server_default='0', nullable=False),
    sa.Column('no_photo', sa.Boolean(), server_default='0', nullable=False),
    sa.Column('revision', sa.Integer(), server_default='1', nullable=False),
    sa.Column('changed_at', Instant(), nullable=False),
    sa.CheckConstraint("ended_by IN ('self', 'organiser', 'lapse', 'event')", name=op.f('ck_registration_ended_by')),
    sa.CheckConstraint("source IN ('form', 'api', 'hand', 'import')", name=op.f('ck_registration_source')),
    sa.CheckConstraint('(ended_at IS NULL) = (ended_by IS NULL)', name=op.f('ck_registration_an_end_has_a_cause')),
    sa.ForeignKeyConstraint(['category_id'], ['category.id'], name=op.f('fk_registration_category_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_registration_event_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['speaker_id'], ['speaker.id'], name=op.f('fk_registration_speaker_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_registration')),
    sa.UniqueConstraint('code', name=op.f('uq_registration_code'))
    )
    op.create_index('ix_registration_as_received', 'registration', ['event_id', 'created_at', 'id'], unique=False)
    op.create_index('ix_registration_counted', 'registration', ['category_id', 'event_id', 'ended_by', 'confirmed_at'], unique=False)
    op.create_index('ix_registration_confirm_by', 'registration', ['confirm_by'], unique=False, sqlite_where=sa.text('confirmed_at IS NULL AND ended_at IS NULL'), postgresql_where=sa.text('confirmed_at IS NULL AND ended_at IS NULL'))
    op.create_index('ix_registration_in_order', 'registration', ['event_id', 'sort_key', 'id'], unique=False)
    op.create_index(op.f('ix_registration_speaker_id'), 'registration', ['speaker_id'], unique=False)
    op.create_index('uq_registration_live_identity', 'registration', ['event_id', 'email_key', 'name_key'], unique=True, sqlite_where=sa.text('ended_at IS NULL AND email_key IS NOT NULL'), postgresql_where=sa.text('ended_at IS NULL AND email_key IS NOT NULL'))
    op.create_index('uq_registration_request_key', 'registration', ['event_id', 'request_key'], unique=True, sqlite_where=sa.text('request_key IS NOT NULL'), postgresql_where=sa.text('request_key IS NOT NULL'))
    op.create_table('answer',
    sa.Column('registration_id', Id(), nullable=False),
    sa.Column('question_id', Id(), nullable=False),
    sa.Column('value', Json(), nullable=False),
    sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk_answer_question_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['registration_id'], ['registration.id'], name=op.f('fk_answer_registration_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('registration_id', 'question_id', name=op.f('pk_answer')),
    sqlite_with_rowid=False
    )
    op.create_index(op.f('ix_answer_question_id'), 'answer', ['question_id'], unique=False)
    op.create_table('answer_sensitive',
    sa.Column('registration_id', Id(), nullable=False),
    sa.Column('question_id', Id(), nullable=False),
    sa.Column('value', Json(), nullable=False),
    sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk_answer_sensitive_question_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['registration_id'], ['registration.id'], name=op.f('fk_answer_sensitive_registration_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('registration_id', 'question_id', name=op.f('pk_answer_sensitive')),
    sqlite_with_rowid=False
    )
    op.create_index(op.f('ix_answer_sensitive_question_id'), 'answer_sensitive', ['question_id'], unique=False)
    op.create_table('attendance',
    sa.Column('registration_id', Id(), nullable=False),
    sa.Column('unit_id', Id(), nullable=False),
    sa.Column('half_day', sa.String(length=12), nullable=False),
    sa.Column('present', sa.Boolean(), nullable=False),
    sa.Column('source', sa.String(length=8), nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.Column('actor', sa.Text(), nullable=True),
    sa.Column('number', sa.Integer(), nullable=True),
    sa.Column('was', sa.Boolean(), nullable=True),
    sa.Column('step', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['registration_id'], ['registration.id'], name=op.f('fk_attendance_registration_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_attendance_unit_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('registration_id', 'unit_id', 'half_day', name=op.f('pk_attendance'))
    )
    op.create_index(op.f('ix_attendance_unit_id'), 'attendance', ['unit_id'], unique=False)
    op.create_table('attendance_sheet',
    sa.Column('unit_id', Id(), nullable=False),
    sa.Column('half_day', sa.String(length=12), nullable=False),
    sa.Column('begun_at', Instant(), nullable=False),
    sa.Column('begun_by', sa.Text(), nullable=False),
    sa.Column('steps', sa.Integer(), server_default='0', nullable=False),
    sa.Column('finished_at', Instant(), nullable=True),
    sa.Column('finished_by', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_attendance_sheet_unit_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('unit_id', 'half_day', name=op.f('pk_attendance_sheet'))
    )
    op.create_table('need_met',
    sa.Column('registration_id', Id(), nullable=False),
    sa.Column('question_id', Id(), nullable=False),
    sa.Column('item', sa.String(length=80), nullable=False),
    sa.Column('met_at', Instant(), nullable=False),
    sa.Column('met_by', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['registration_id', 'question_id'], ['answer_sensitive.registration_id', 'answer_sensitive.question_id'], name=op.f('fk_need_met_registration_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('registration_id', 'question_id', 'item', name=op.f('pk_need_met')),
    sqlite_with_rowid=False
    )
    op.create_table('consent',
    sa.Column('registration_id', Id(), nullable=False),
    sa.Column('consent_text_id', Id(), nullable=False),
    sa.Column('given_at', Instant(), nullable=False),
    sa.Column('withdrawn_at', Instant(), nullable=True),
    sa.ForeignKeyConstraint(['consent_text_id'], ['consent_text.id'], name=op.f('fk_consent_consent_text_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['registration_id'], ['registration.id'], name=op.f('fk_consent_registration_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('registration_id', 'consent_text_id', 'given_at', name=op.f('pk_consent'))
    )
    op.create_index(op.f('ix_consent_consent_text_id'), 'consent', ['consent_text_id'], unique=False)
    op.create_table('bulk_action',
    sa.Column('id', Id(), nullable=False),
    sa.Column('event_id', Id(), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('made_at', Instant(), nullable=False),
    sa.Column('until', Instant(), nullable=False),
    sa.Column('undone_at', Instant(), nullable=True),
    sa.Column('subject', sa.Text(), nullable=True),
    sa.Column('body', sa.Text(), nullable=True),
    sa.CheckConstraint("kind IN ('move', 'cancel', 'letter')", name=op.f('ck_bulk_action_kind')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_bulk_action_event_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bulk_action'))
    )
    op.create_index(op.f('ix_bulk_action_event_id'), 'bulk_action', ['event_id'], unique=False)
    op.create_table('bulk_undo',
    sa.Column('bulk_action_id', Id(), nullable=False),
    sa.Column('until', Instant(), nullable=False),
    sa.Column('facts', Json(), nullable=False),
    sa.ForeignKeyConstraint(['bulk_action_id'], ['bulk_action.id'], name=op.f('fk_bulk_undo_bulk_action_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('bulk_action_id', name=op.f('pk_bulk_undo'))
    )
    op.create_index(op.f('ix_bulk_undo_until'), 'bulk_undo', ['until'], unique=False)
    op.create_table('letter',
    sa.Column('id', Id(), nullable=False),
    sa.Column('event_id', Id(), nullable=True),
    sa.Column('registration_id', Id(), nullable=True),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('recipient', sa.Text(), nullable=True),
    sa.Column('recipient_key', sa.Text(), nullable=True),
    sa.Column('facts', Json(), nullable=True),
    sa.Column('message_id', sa.Text(), nullable=False),
    sa.Column('created_at', Instant(), nullable=False),
    sa.Column('due_at', Instant(), nullable=False),
    sa.Column('attempts', sa.Integer(), server_default='0', nullable=False),
    sa.Column('lease_until', Instant(), nullable=True),
    sa.Column('accepted_at', Instant(), nullable=True),
    sa.Column('failed_at', Instant(), nullable=True),
    sa.Column('failure', sa.Text(), nullable=True),
    sa.Column('bulk_action_id', Id(), nullable=True),
    sa.ForeignKeyConstraint(['bulk_action_id'], ['bulk_action.id'], name=op.f('fk_letter_bulk_action_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['registration_id'], ['registration.id'], name=op.f('fk_letter_registration_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letter')),
    sa.UniqueConstraint('message_id', name=op.f('uq_letter_message_id'))
    )
    op.create_index('ix_letter_due', 'letter', ['due_at'], unique=False, sqlite_where=sa.text('accepted_at IS NULL AND failed_at IS NULL'), postgresql_where=sa.text('accepted_at IS NULL AND failed_at IS NULL'))
    op.create_index('ix_letter_failed', 'letter', ['event_id', 'registration_id'], unique=False, sqlite_where=sa.text('failed_at IS NOT NULL'), postgresql_where=sa.text('failed_at IS NOT NULL'))
    op.create_index('ix_letter_bulk_action', 'letter', ['bulk_action_id'], unique=False, sqlite_where=sa.text('bulk_action_id IS NOT NULL'), postgresql_where=sa.text('bulk_action_id IS NOT NULL'))
    op.create_index('ix_letter_of_event', 'letter', ['event_id', 'id'], unique=False)
    op.create_index('ix_letter_recipient', 'letter', ['recipient_key', 'created_at'], unique=False)
    op.create_index(op.f('ix_letter_registration_id'), 'letter', ['registration_id'], unique=False)
    op.create_table('slot',
    sa.Column('id', Id(), nullable=False),
    sa.Column('event_id', Id(), nullable=False),
    sa.Column('part_id', Id(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('on_day', sa.Date(), nullable=True),
    sa.Column('label', Json(), nullable=True),
    sa.Column('label_plural', Json(), nullable=True),
    sa.Column('starts_at', Instant(), nullable=True),
    sa.Column('ends_at', Instant(), nullable=True),
    sa.Column('rule', sa.String(length=12), nullable=False),
    sa.Column('choice_required', sa.Boolean(), server_default='0', nullable=False),
    sa.Column('choice_opens_at', Instant(), nullable=True),
    sa.Column('choice_closes_at', Instant(), nullable=True),
    sa.CheckConstraint("rule IN ('everybody', 'pick_one', 'optional', 'ranked')", name=op.f('ck_slot_rule')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_slot_event_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['part_id'], ['part.id'], name=op.f('fk_slot_part_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_slot')),
    sa.UniqueConstraint('event_id', 'slug', name=op.f('uq_slot_event_id_slug'))
    )
    op.create_index(op.f('ix_slot_event_id'), 'slot', ['event_id'], unique=False)
    op.create_index(op.f('ix_slot_part_id'), 'slot', ['part_id'], unique=False)
    op.create_table('submission',
    sa.Column('receipt_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('event_id', Id(), nullable=False),
    sa.Column('registration_id', Id(), nullable=True),
    sa.Column('body', Json(), nullable=False),
    sa.Column('answer', Json(), nullable=False),
    sa.Column('corrections', sa.Integer(), server_default='0', nullable=False),
    sa.Column('expires_at', Instant(), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_submission_event_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['registration_id'], ['registration.id'], name=op.f('fk_submission_registration_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('receipt_hash', name=op.f('pk_submission'))
    )
    op.create_index(op.f('ix_submission_event_id'), 'submission', ['event_id'], unique=False)
    op.create_index(op.f('ix_submission_expires_at'), 'submission', ['expires_at'], unique=False)
    op.create_index(op.f('ix_submission_registration_id'), 'submission', ['registration_id'], unique=False)
    op.create_table('place',
    sa.Column('registration_id', Id(), nullable=False),
    sa.Column('unit_id', Id(), nullable=False),
    sa.Column('event_id', Id(), nullable=False),
    sa.Column('lane', Id(), nullable=True),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('counted', sa.Boolean(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('given_by', sa.Text(), nullable=True),
    sa.Column('was', sa.String(length=8), nullable=True),
    sa.Column('changed_at', Instant(), nullable=False),
    sa.CheckConstraint("state IN ('held', 'waiting', 'wished', 'released')", name=op.f('ck_place_state')),
    sa.ForeignKeyConstraint(['registration_id'], ['registration.id'], name=op.f('fk_place_registration_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_place_unit_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('registration_id', 'unit_id', name=op.f('pk_place')),
    sqlite_with_rowid=False
    )
    op.create_index('ix_place_held', 'place', ['unit_id'], unique=False, sqlite_where=sa.text("state = 'held'"), postgresql_where=sa.text("state = 'held'"))
    op.create_index('ix_place_waiting', 'place', ['unit_id', 'seq'], unique=False, sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'"))
    op.create_index('uq_place_one_held_per_lane', 'place', ['registration_id', 'lane'], unique=True, sqlite_where=sa.text("state = 'held' AND lane IS NOT NULL"), postgresql_where=sa.text("state = 'held' AND lane IS NOT NULL"))
    op.create_index('uq_place_one_waiting_per_lane', 'place', ['registration_id', 'lane'], unique=True, sqlite_where=sa.text("state = 'waiting' AND lane IS NOT NULL"), postgresql_where=sa.text("state = 'waiting' AND lane IS NOT NULL"))
    op.create_table('session',
    sa.Column('id', Id(), nullable=False),
    sa.Column('event_id', Id(), nullable=False),
    sa.Column('slot_id', Id(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('titles', Json(), nullable=False),
    sa.Column('subtitles', Json(), nullable=True),
    sa.Column('abstract', Json(), nullable=True),
    sa.Column('language', sa.String(length=8), nullable=True),
    sa.Column('starts_at', Instant(), nullable=True),
    sa.Column('ends_at', Instant(), nullable=True),
    sa.Column('room_id', Id(), nullable=True),
    sa.Column('unit_id', Id(), nullable=True),
    sa.Column('minimum', sa.Integer(), nullable=True),
    sa.Column('decides_at', Instant(), nullable=True),
    sa.Column('uid', sa.Text(), nullable=False),
    sa.Column('sequence', sa.Integer(), server_default='0', nullable=False),
    sa.Column('revision', sa.Integer(), server_default='1', nullable=False),
    sa.Column('changed_at', Instant(), nullable=False),
    sa.Column('cancelled_at', Instant(), nullable=True),
    sa.Column('moved_from', Json(), nullable=True),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_session_event_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['room_id'], ['room.id'], name=op.f('fk_session_room_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['slot_id'], ['slot.id'], name=op.f('fk_session_slot_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_session_unit_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_session')),
    sa.UniqueConstraint('event_id', 'slug', name=op.f('uq_session_event_id_slug')),
    sa.UniqueConstraint('uid', name=op.f('uq_session_uid')),
    sa.UniqueConstraint('unit_id', name=op.f('uq_session_unit_id'))
    )
    op.create_index(op.f('ix_session_event_id'), 'session', ['event_id'], unique=False)
    op.create_index(op.f('ix_session_room_id'), 'session', ['room_id'], unique=False)
    op.create_index(op.f('ix_session_slot_id'), 'session', ['slot_id'], unique=False)
    op.create_table('document',
    sa.Column('id', Id(), nullable=False),
    sa.Column('host_id', Id(), nullable=False),
    sa.Column('event_id', Id(), nullable=True),
    sa.Column('series_id', Id(), nullable=True),
    sa.Column('project_id', Id(), nullable=True),
    sa.Column('session_id', Id(), nullable=True),
    sa.Column('key', sa.String(length=120), nullable=False),
    sa.Column('titles', Json(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=True),
    sa.Column('media_type', sa.Text(), nullable=True),
    sa.Column('size', sa.Integer(), nullable=True),
    sa.Column('content_hash', sa.String(length=64), nullable=True),
    sa.Column('url', sa.Text(), nullable=True),
    sa.Column('published_at', Instant(), nullable=True),
    sa.ForeignKeyConstraint(['content_hash'], ['file.hash'], name=op.f('fk_document_content_hash'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_document_event_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['host_id'], ['host.id'], name=op.f('fk_document_host_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_document_project_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['series_id'], ['series.id'], name=op.f('fk_document_series_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['session_id'], ['session.id'], name=op.f('fk_document_session_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document')),
    sa.UniqueConstraint('host_id', 'key', name=op.f('uq_document_host_id_key'))
    )
    op.create_index(op.f('ix_document_content_hash'), 'document', ['content_hash'], unique=False)
    op.create_index(op.f('ix_document_event_id'), 'document', ['event_id'], unique=False)
    op.create_index(op.f('ix_document_host_id'), 'document', ['host_id'], unique=False)
    op.create_index(op.f('ix_document_project_id'), 'document', ['project_id'], unique=False)
    op.create_index(op.f('ix_document_series_id'), 'document', ['series_id'], unique=False)
    op.create_index(op.f('ix_document_session_id'), 'document', ['session_id'], unique=False)
    op.create_table('download',
    sa.Column('id', Id(), nullable=False),
    sa.Column('event_id', Id(), nullable=False),
    sa.Column('member_id', Id(), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('wish', Json(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('done', sa.Integer(), server_default='0', nullable=False),
    sa.Column('asked_at', Instant(), nullable=False),
    sa.Column('attempts', sa.Integer(), server_default='0', nullable=False),
    sa.Column('lease_until', Instant(), nullable=True),
    sa.Column('finished_at', Instant(), nullable=True),
    sa.Column('failed_at', Instant(), nullable=True),
    sa.Column('size', sa.Integer(), server_default='0', nullable=False),
    sa.Column('checks', Json(), nullable=True),
    sa.Column('expires_at', Instant(), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_download_event_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_download_member_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_download'))
    )
    op.create_index(op.f('ix_download_event_id'), 'download', ['event_id'], unique=False)
    op.create_index(op.f('ix_download_expires_at'), 'download', ['expires_at'], unique=False)
    op.create_index(op.f('ix_download_member_id'), 'download', ['member_id'], unique=False)
    op.create_index('ix_download_undone', 'download', ['asked_at'], unique=False, sqlite_where=sa.text('finished_at IS NULL AND failed_at IS NULL'), postgresql_where=sa.text('finished_at IS NULL AND failed_at IS NULL'))
    op.create_table('download_piece',
    sa.Column('download_id', Id(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['download_id'], ['download.id'], name=op.f('fk_download_piece_download_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('download_id', 'position', name=op.f('pk_download_piece'))
    )
    op.create_table('role',
    sa.Column('id', Id(), nullable=False),
    sa.Column('member_id', Id(), nullable=False),
    sa.Column('host_id', Id(), nullable=False),
    sa.Column('event_id', Id(), nullable=True),
    sa.Column('session_id', Id(), nullable=True),
    sa.Column('role', sa.String(length=16), nullable=False),
    sa.Column('sees_needs', sa.Boolean(), server_default='0', nullable=False),
    sa.CheckConstraint("role IN ('owner', 'organiser', 'desk', 'reader')", name=op.f('ck_role_known')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_role_event_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['host_id'], ['host.id'], name=op.f('fk_role_host_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_role_member_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['session_id'], ['session.id'], name=op.f('fk_role_session_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_role'))
    )
    op.create_index(op.f('ix_role_event_id'), 'role', ['event_id'], unique=False)
    op.create_index(op.f('ix_role_host_id'), 'role', ['host_id'], unique=False)
    op.create_index(op.f('ix_role_member_id'), 'role', ['member_id'], unique=False)
    op.create_index(op.f('ix_role_session_id'), 'role', ['session_id'], unique=False)
    op.create_table('session_speaker',
    sa.Column('session_id', Id(), nullable=False),
    sa.Column('speaker_id', Id(), nullable=False),
    sa.Column('role', sa.String(length=16), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['session_id'], ['session.id'], name=op.f('fk_session_speaker_session_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['speaker_id'], ['speaker.id'], name=op.f('fk_session_speaker_speaker_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('session_id', 'speaker_id', 'role', name=op.f('pk_session_speaker'))
    )
    op.create_index(op.f('ix_session_speaker_speaker_id'), 'session_speaker', ['speaker_id'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_session_speaker_speaker_id'), table_name='session_speaker')
    op.drop_table('session_speaker')
    op.drop_index(op.f('ix_role_session_id'), table_name='role')
    op.drop_index(op.f('ix_role_member_id'), table_name='role')
    op.drop_index(op.f('ix_role_host_id'), table_name='role')
    op.drop_index(op.f('ix_role_event_id'), table_name='role')
    op.drop_table('role')
    op.drop_table('download_piece')
    op.drop_index('ix_download_undone', table_name='download', sqlite_where=sa.text('finished_at IS NULL AND failed_at IS NULL'), postgresql_where=sa.text('finished_at IS NULL AND failed_at IS NULL'))
    op.drop_index(op.f('ix_download_member_id'), table_name='download')
    op.drop_index(op.f('ix_download_expires_at'), table_name='download')
    op.drop_index(op.f('ix_download_event_id'), table_name='download')
    op.drop_table('download')
    op.drop_index(op.f('ix_document_session_id'), table_name='document')
    op.drop_index(op.f('ix_document_series_id'), table_name='document')
    op.drop_index(op.f('ix_document_project_id'), table_name='document')
    op.drop_index(op.f('ix_document_host_id'), table_name='document')
    op.drop_index(op.f('ix_document_event_id'), table_name='document')
    op.drop_index(op.f('ix_document_content_hash'), table_name='document')
    op.drop_table('document')
    op.drop_index(op.f('ix_session_slot_id'), table_name='session')
    op.drop_index(op.f('ix_session_room_id'), table_name='session')
    op.drop_index(op.f('ix_session_event_id'), table_name='session')
    op.drop_table('session')
    op.drop_index('uq_place_one_waiting_per_lane', table_name='place', sqlite_where=sa.text("state = 'waiting' AND lane IS NOT NULL"), postgresql_where=sa.text("state = 'waiting' AND lane IS NOT NULL"))
    op.drop_index('uq_place_one_held_per_lane', table_name='place', sqlite_where=sa.text("state = 'held' AND lane IS NOT NULL"), postgresql_where=sa.text("state = 'held' AND lane IS NOT NULL"))
    op.drop_index('ix_place_waiting', table_name='place', sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'"))
    op.drop_index('ix_place_held', table_name='place', sqlite_where=sa.text("state = 'held'"), postgresql_where=sa.text("state = 'held'"))
    op.drop_table('place')
    op.drop_index(op.f('ix_submission_registration_id'), table_name='submission')
    op.drop_index(op.f('ix_submission_expires_at'), table_name='submission')
    op.drop_index(op.f('ix_submission_event_id'), table_name='submission')
    op.drop_table('submission')
    op.drop_index(op.f('ix_slot_part_id'), table_name='slot')
    op.drop_index(op.f('ix_slot_event_id'), table_name='slot')
    op.drop_table('slot')
    op.drop_index(op.f('ix_letter_registration_id'), table_name='letter')
    op.drop_index('ix_letter_recipient', table_name='letter')
    op.drop_index('ix_letter_of_event', table_name='letter')
    op.drop_index('ix_letter_bulk_action', table_name='letter', sqlite_where=sa.text('bulk_action_id IS NOT NULL'), postgresql_where=sa.text('bulk_action_id IS NOT NULL'))
    op.drop_index('ix_letter_failed', table_name='letter', sqlite_where=sa.text('failed_at IS NOT NULL'), postgresql_where=sa.text('failed_at IS NOT NULL'))
    op.drop_index('ix_letter_due', table_name='letter', sqlite_where=sa.text('accepted_at IS NULL AND failed_at IS NULL'), postgresql_where=sa.text('accepted_at IS NULL AND failed_at IS NULL'))
    op.drop_table('letter')
    op.drop_index(op.f('ix_bulk_undo_until'), table_name='bulk_undo')
    op.drop_table('bulk_undo')
    op.drop_index(op.f('ix_bulk_action_event_id'), table_name='bulk_action')
    op.drop_table('bulk_action')
    op.drop_index(op.f('ix_consent_consent_text_id'), table_name='consent')
    op.drop_table('consent')
    op.drop_table('need_met')
    op.drop_table('attendance_sheet')
    op.drop_index(op.f('ix_attendance_unit_id'), table_name='attendance')
    op.drop_table('attendance')
    op.drop_index(op.f('ix_answer_sensitive_question_id'), table_name='answer_sensitive')
    op.drop_table('answer_sensitive')
    op.drop_index(op.f('ix_answer_question_id'), table_name='answer')
    op.drop_table('answer')
    op.drop_index('uq_registration_request_key', table_name='registration', sqlite_where=sa.text('request_key IS NOT NULL'), postgresql_where=sa.text('request_key IS NOT NULL'))
    op.drop_index('uq_registration_live_identity', table_name='registration', sqlite_where=sa.text('ended_at IS NULL AND email_key IS NOT NULL'), postgresql_where=sa.text('ended_at IS NULL AND email_key IS NOT NULL'))
    op.drop_index(op.f('ix_registration_speaker_id'), table_name='registration')
    op.drop_index('ix_registration_in_order', table_name='registration')
    op.drop_index('ix_registration_confirm_by', table_name='registration', sqlite_where=sa.text('confirmed_at IS NULL AND ended_at IS NULL'), postgresql_where=sa.text('confirmed_at IS NULL AND ended_at IS NULL'))
    op.drop_index('ix_registration_counted', table_name='registration')
    op.drop_index('ix_registration_as_received', table_name='registration')
    op.drop_table('registration')
    op.drop_index(op.f('ix_part_event_id'), table_name='part')
    op.drop_table('part')
    op.drop_index(op.f('ix_erasure_unit_id'), table_name='erasure')
    op.drop_index(op.f('ix_erasure_event_id'), table_name='erasure')
    op.drop_table('erasure')
    op.drop_index(op.f('ix_unit_event_id'), table_name='unit')
    op.drop_table('unit')
    op.drop_index(op.f('ix_token_host_id'), table_name='token')
    op.drop_index(op.f('ix_token_event_id'), table_name='token')
    op.drop_table('token')
    op.drop_index(op.f('ix_speaker_event_id'), table_name='speaker')
    op.drop_table('speaker')
    op.drop_index(op.f('ix_room_event_id'), table_name='room')
    op.drop_table('room')
    op.drop_index(op.f('ix_question_event_id'), table_name='question')
    op.drop_table('question')
    op.drop_table('ledger')
    op.drop_index(op.f('ix_event_project_project_id'), table_name='event_project')
    op.drop_table('event_project')
    op.drop_index(op.f('ix_event_body_body_id'), table_name='event_body')
    op.drop_table('event_body')
    op.drop_index(op.f('ix_consent_text_event_id'), table_name='consent_text')
    op.drop_table('consent_text')
    op.drop_index('ix_audit_about', table_name='audit')
    op.drop_table('audit')
    op.drop_index(op.f('ix_event_series_id'), table_name='event')
    op.drop_index(op.f('ix_event_host_id'), table_name='event')
    op.drop_table('event')
    op.drop_index(op.f('ix_topic_project_id'), table_name='topic')
    op.drop_table('topic')
    op.drop_index(op.f('ix_series_project_id'), table_name='series')
    op.drop_index(op.f('ix_series_host_id'), table_name='series')
    op.drop_table('series')
    op.drop_index(op.f('ix_project_body_body_id'), table_name='project_body')
    op.drop_table('project_body')
    op.drop_index(op.f('ix_signin_member_id'), table_name='signin')
    op.drop_index(op.f('ix_signin_expires_at'), table_name='signin')
    op.drop_table('signin')
    op.drop_index(op.f('ix_project_host_id'), table_name='project')
    op.drop_table('project')
    op.drop_index(op.f('ix_category_host_id'), table_name='category')
    op.drop_table('category')
    op.drop_index(op.f('ix_body_host_id'), table_name='body')
    op.drop_table('body')
    op.drop_table('stamp')
    op.drop_table('member')
    op.drop_index(op.f('ix_job_due_at'), table_name='job')
    op.drop_table('job')
    op.drop_table('host')
    op.drop_table('file_piece')
    op.drop_table('file')
    op.drop_table('erased')
    op.drop_table('attempt')
