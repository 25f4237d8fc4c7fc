"""Each column is thought about: it holds nothing of people, or there is a day on which what it holds goes."""

import importlib
import pkgutil
from collections import Counter
from pathlib import Path

from confman import store
from confman.store.base import metadata
from confman.store.personal import PERSONAL, WIPED

PAGE = (Path(__file__).parents[2] / "docs/privacy-by-design.md").read_text()
EVENTS_OWN = (
    "id host_id series_id number slug origin_key kind visibility access_code_hash zone starts_on ends_on date_text "
    "starts_at ends_at doors_at venue_name venue_street venue_postcode venue_city venue_country venue_url online_url "
    "access access_keys way catering hotel languages titles subtitles texts notices audience cost announced_at "
    "published_at cancelled_at cancel_reason postponed_from opens_at closes_at change_until cancel_until "
    "print_close_at hold_hours confirm_address offers_waiting shows_numbers badge_download photos max_per_address uid sequence "
    "revision changed_at"
)
SESSIONS_OWN = (
    "id event_id slot_id slug position kind titles subtitles abstract language starts_at ends_at room_id unit_id "
    "minimum decides_at uid sequence revision changed_at cancelled_at moved_from"
)
NOT_PERSONAL = {
    "attendance_sheet": "unit_id half_day begun_at steps finished_at",
    "audit": "id event_id host_id at verb hash",
    "body": "id host_id key name city homepage logo",
    "bulk_action": "id event_id kind number made_at until undone_at",
    "category": "id host_id key titles counts colour on_signature_list position",
    "consent_text": "id event_id key version texts position",
    "document": "id host_id event_id series_id project_id session_id key titles position name media_type size "
    "content_hash url published_at",
    "erasure": "id event_id unit_id what number at wiped_at",
    "event": EVENTS_OWN,
    "event_body": "event_id body_id role position",
    "event_project": "event_id project_id position funder_wording funding_code",
    "file": "hash media_type size",
    "file_piece": "hash position content",
    "host": "id slug name zone language homepage logo imprint privacy accessibility retention",
    "job": "id name key facts due_at attempts lease_until failed_at failure",
    "ledger": "event_id seq programme_version audit_head",
    "part": "id event_id slug position titles texts on_day starts_at ends_at opens_at closes_at change_until "
    "cancel_until unit_id",
    "project": "id host_id slug titles subtitles texts aims funder_wording funding_code homepage logo position",
    "project_body": "project_id body_id role position",
    "question": "id event_id key version kind labels hints options purpose required sensitive visible_to erase_days "
    "position",
    "room": "id event_id slug name seats position",
    "series": "id host_id project_id slug titles texts item_label",
    "session": SESSIONS_OWN,
    "slot": "id event_id part_id slug position on_day label label_plural starts_at ends_at rule choice_required "
    "choice_opens_at choice_closes_at",
    "stamp": "scope scope_id version changed_at",
    "topic": "id project_id slug position titles texts",
    "unit": "id event_id kind capacity reserve reserve_planned ceiling held waiting offers_waiting promotes_until",
}


def test_every_column_is_personal_of_one_kind_or_not_personal() -> None:
    for module in pkgutil.iter_modules(store.__path__):
        importlib.import_module(f"confman.store.{module.name}")

    named = Counter((table, column) for table, columns in NOT_PERSONAL.items() for column in columns.split())
    for tables in PERSONAL.values():
        named.update((table, column) for table, columns in tables.items() for column in columns)

    there = Counter((table.name, column.name) for table in metadata.tables.values() for column in table.columns)
    assert named == there


def test_every_table_with_people_is_told_of() -> None:
    tables = {table for kind in PERSONAL.values() for table in kind}

    assert [table for table in sorted(tables) if f"`{table}`" not in PAGE] == []


def test_what_deleting_leaves_is_wiped_of_all_that_is_deleted() -> None:
    """Beside these only what is no person's: marks, and what the team or the organisation keeps."""
    kept = {table for kind in ("marks", "team", "published") for table in PERSONAL[kind]}
    people = {table for kind in PERSONAL.values() for table in kind}

    assert WIPED.keys() == people - kept | {"audit"}
