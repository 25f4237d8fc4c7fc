"""How the API answers."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Response

from confman.api import parameters
from confman.domain.errors import Full, Refusal
from confman.usecases.events import EventView

JSON = "application/json"
NOT_KEPT = {"Cache-Control": "no-store"}
"""Whatever is about people stays in no cache."""


def told(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response[bytes]:
    """About people: kept by nobody."""
    sent = {**NOT_KEPT, **(headers or {})}
    return Response(msgspec.json.encode(value), status_code=status, media_type=JSON, headers=sent)


def next_link(request: parameters.AnyRequest, base_url: str, cursor: str) -> str:
    """The header's value; the next page is asked for as this one was."""
    same = [(name, value) for name, value in request.query_params.multi_items() if name != "after"]
    return f'<{base_url}{request.url.path}?{urlencode([*same, ("after", cursor)])}>; rel="next"'


def named(event: EventView, reason: Refusal) -> Mapping[str, list[str]]:
    """The parts, sessions and slots that a refusal is about, by their slugs."""
    units: tuple[UUID, ...] = getattr(reason, "units", ())
    slots: tuple[UUID, ...] = getattr(reason, "slots", ())
    if isinstance(reason, Full) or units or slots:
        parts = {part.unit: part.slug for part in event.parts.values()}
        sessions = {c.unit: c.slug for slot in event.slots.values() for c in slot.choices.values()}
        found = {
            "parts": [parts[unit] for unit in units if unit in parts],
            "sessions": [sessions[unit] for unit in units if unit in sessions],
            "slots": [slot.slug for slot in event.slots.values() if slot.id in slots],
        }
        return {name: slugs for name, slugs in found.items() if slugs}
    return {}
