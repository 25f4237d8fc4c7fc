"""THE table of personal data: which column is kept how long. docs/privacy-by-design.md tells it to people.

A test compares it with all tables, so that a new column is thought about before it is filled.
"""

from collections.abc import Mapping

_REGISTRATION = (
    "id event_id code category_id title given_name family_name badge_name sort_key search_key name_key institution "
    "language email email_key source speaker_id created_at confirm_by confirmed_at ended_at ended_by manage_generation "
    "ticket_generation feed_generation request_key request_digest first_answer no_list no_photo revision changed_at"
)
_LETTER = (
    "id event_id registration_id kind language recipient recipient_key facts message_id created_at due_at attempts "
    "lease_until accepted_at failed_at failure bulk_action_id"
)

PERSONAL: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    kind: {table: tuple(columns.split()) for table, columns in tables.items()}
    for kind, tables in {
        # gone with the registration: half a year after the event, sooner for who cancelled, waited or never confirmed
        "registration": {
            "registration": _REGISTRATION,
            "place": "registration_id unit_id event_id lane state counted seq given_by was changed_at",
            "consent": "registration_id consent_text_id given_at withdrawn_at",
            "attendance": "registration_id unit_id half_day present source at actor number was step",
            "letter": _LETTER,
            # with the last of its letters
            "bulk_action": "actor subject body",
            # the row stays: that something was done, when and by whom of the team
            "audit": "subject facts",
        },
        # by the days of its question, and with the registration at the latest
        "answers": {"answer": "registration_id question_id value"},
        "needs": {
            "answer_sensitive": "registration_id question_id value",
            "need_met": "registration_id question_id item met_at met_by",
        },
        # an hour, or a day for what is counted
        "receipts": {
            "submission": "receipt_hash event_id registration_id body answer corrections expires_at",
            "attempt": "key_hash window_at count",
            "bulk_undo": "bulk_action_id until facts",
        },
        # an hour after they are made
        "downloads": {
            "download": "id event_id member_id kind wish total done asked_at attempts lease_until finished_at "
            "failed_at size checks expires_at",
            "download_piece": "download_id position content",
        },
        # a year; they lead nobody to a person
        "marks": {"erased": "mark on_day"},
        # as long as somebody is of the team
        "team": {
            "member": "id email email_key name password_hash totp_secret totp_last recovery created_at disabled_at",
            "role": "id member_id host_id event_id session_id role sees_needs",
            "signin": "id_hash member_id csrf created_at seen_at expires_at",
            "token": "hash host_id event_id name scopes created_at revoked_at",
            "audit": "actor",
            "attendance_sheet": "begun_by finished_by",
        },
        # what the organisation publishes about people, as long as it does
        "published": {
            "host": "address email phone",
            "project": "contact_name contact_email contact_phone",
            "event": "contact_name contact_email contact_phone mailbox phone_of_day",
            "speaker": "id event_id slug title given_name family_name institution function",
            "session_speaker": "session_id speaker_id role position",
        },
    }.items()
}

WIPED: Mapping[str, tuple[str, ...]] = {
    table: columns
    for kind in ("registration", "answers", "needs", "receipts", "downloads")
    for table, columns in PERSONAL[kind].items()
}
"""What the nightly erasing has deleted rows of."""
