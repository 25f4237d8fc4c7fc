"""All that is kept about one person, as a file for them: nothing is left out but what proves our links."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from confman.store import attendee_reads
from confman.usecases.events import EventView
from confman.usecases.my_registration import Mine
from confman.usecases.registration_views import names_of_units

_REGISTRATION = (
    *("code", "category", "title", "given_name", "family_name", "badge_name", "institution", "email", "language"),
    *("source", "created_at", "confirm_by", "confirmed_at", "ended_at", "ended_by", "no_list", "no_photo"),
    *("changed_at", "revision", "sort_key", "search_key", "email_key", "name_key"),
)


def everything(connection: Connection, registration: Mine, event: EventView) -> Mapping[str, Any]:
    """In six statements beside its own; instants and days as ISO 8601."""
    key = registration.id
    answers = attendee_reads.answers(connection, key)
    return {
        "event": {"slug": event.slug, "titles": event.row["titles"], "starts_on": _plain(event.row["starts_on"])},
        "registration": {name: _plain(registration.row[name]) for name in _REGISTRATION},
        "places": _places(registration, event),
        "answers": [_answer({**row}) for row in answers if not row["sensitive"]],
        "sensitive_answers": [_answer({**row}) for row in answers if row["sensitive"]],
        "consents": _rows(
            attendee_reads.consents(connection, key), "key", "version", "texts", "given_at", "withdrawn_at"
        ),
        "letters": _rows(
            attendee_reads.letters(connection, key), "kind", "recipient", "created_at", "accepted_at", "failed_at"
        ),
        "attendance": _rows(attendee_reads.attendances(connection, key), "half_day", "present", "source", "at"),
        "forms": _rows(attendee_reads.forms(connection, key), "body", "expires_at"),
        "history": _rows(
            attendee_reads.history(connection, registration.event_id, key), "at", "actor", "verb", "facts"
        ),
    }


def _places(registration: Mine, event: EventView) -> list[dict[str, Any]]:
    names = names_of_units(event)
    return [
        {
            "kind": names[unit].kind if unit in names else None,
            "slug": names[unit].slug if unit in names else None,
            "within": names[unit].within if unit in names else None,
            "state": seat["state"],
            "position": seat["position"],
            "changed_at": _plain(seat["changed_at"]),
        }
        for unit, seat in registration.seats.items()
    ]


def _answer(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"question": row["key"], "version": row["version"], "labels": row["labels"], "value": row["value"]}


def _rows(rows: Sequence[Any], *names: str) -> list[dict[str, Any]]:
    return [{name: _plain(row[name]) for name in names} for row in rows]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else value
