"""How the API answers."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Response

from confman.api import parameters
from confman.domain.errors import Refusal
from confman.usecases.events import EventView
from confman.usecases.registration_views import names_of_units

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


_PLACES: Mapping[str, str] = {"part": "parts", "session": "sessions", "option": "answers"}


def named(event: EventView, reason: Refusal) -> Mapping[str, list[str]]:
    """What a refusal is about: parts, sessions and slots by their slugs, answers by the keys of their questions."""
    units: tuple[UUID, ...] = getattr(reason, "units", ())
    slots: tuple[UUID, ...] = getattr(reason, "slots", ())
    if not units and not slots:
        return {}
    names = names_of_units(event)
    found: dict[str, list[str]] = defaultdict(list)
    for unit in units:
        if (name := names.get(unit)) is not None:
            found[_PLACES[name.kind]].append(name.within or name.slug if name.kind == "option" else name.slug)
    found["slots"] = [slot.slug for slot in event.slots.values() if slot.id in slots]
    return {name: slugs for name, slugs in found.items() if slugs}
