"""Takes over one event: its row, its links, its life. Programme and form have files of their own."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import RowMapping

from confman.domain.errors import N_
from confman.domain.ledger.requests import Refused
from confman.kernel.ids import new_id
from confman.store import importing as store
from confman.store.events import event, event_body, event_project
from confman.store.ledger import ledger
from confman.usecases import importing_letters
from confman.usecases.book_values import Event
from confman.usecases.importing_codes import opens, sealed
from confman.usecases.importing_form import take_form
from confman.usecases.importing_frame import ANOTHER_HOSTS, NO_PROJECT, link_bodies, take_documents
from confman.usecases.importing_programme import take_programme
from confman.usecases.importing_rows import Written, columns_of, differing, relink
from confman.usecases.importing_state import Import
from confman.usecases.importing_units import EventTaking
from confman.usecases.ledger import RulesCache
from confman.usecases.registrar import settle_batch

PLACE = {
    "starts_on", "ends_on", "starts_at", "ends_at", "online_url",
    "venue_name", "venue_street", "venue_postcode", "venue_city", "venue_country", "venue_url",
}  # fmt: skip
"""What makes calendars ask their people to look again: start, end, place."""
RULES = {
    "zone", "starts_on", "starts_at", "published_at", "cancelled_at", "offers_waiting", "confirm_address", "hold_hours",
    "max_per_address", "opens_at", "closes_at", "change_until", "cancel_until",
}  # fmt: skip
_LIFE = ("announced_at", "published_at", "cancelled_at")


def take_event(taking: Import, value: Event) -> None:
    faults = len(taking.faults)
    row = _found(taking, value)
    if len(taking.faults) > faults:
        return
    wanted = _wanted(taking, value, row)
    before = importing_letters.read(taking.connection, row["id"]) if row is not None else None
    written = _write(taking, row, wanted)
    inside = EventTaking(taking, value, written.id, is_new=written.is_new)
    inside.moved = inside.moved_around = bool(written.columns & PLACE) or _state(wanted) != _state(row)
    inside.marks_moves = row is not None and _was_shown(row) and row["starts_on"] == wanted["starts_on"]
    inside.rules_changed = bool(written.columns & RULES)
    scopes = {("series", series) for series in (wanted["series_id"], row and row["series_id"]) if series}
    scopes |= {("project", key) for key in _projects_of(taking, written.id)}
    _links(inside)
    take_programme(inside)
    take_form(inside)
    scopes |= {("project", key) for key in _projects_of(taking, written.id)}
    if taking.tell("event", value.slug, written, frozenset(inside.changed)):
        _after(inside, row, wanted, scopes)
    letters = importing_letters.prepared(taking, before) if before is not None and not taking.faults else {}
    _settle(inside)
    if not taking.faults:
        importing_letters.write(taking, inside.id, letters)


def _found(taking: Import, value: Event) -> RowMapping | None:
    by_slug = store.first(taking.connection, event, slug=value.slug)
    if by_slug is not None and by_slug["host_id"] != taking.host_id:
        taking.fault(value.spot.of("slug"), ANOTHER_HOSTS)
    if value.origin_key is None:
        return by_slug
    by_origin = store.first(taking.connection, event, host_id=taking.host_id, origin_key=value.origin_key)
    if by_origin is not None and by_slug is not None and by_origin["id"] != by_slug["id"]:
        says = N_("belongs to the event “{slug}” already")
        taking.fault(value.spot.of("origin_key"), says, slug=by_origin["slug"])
    return by_slug if by_origin is None else by_origin


def _wanted(taking: Import, value: Event, row: RowMapping | None) -> dict[str, Any]:
    if value.series is not None and value.series not in taking.series:
        says = N_("there is no series “{slug}”: list it in `series`")
        taking.fault(value.spot.of("series"), says, slug=value.series)
    return columns_of(
        value,
        event,
        host_id=taking.host_id,
        series_id=taking.series.get(value.series or ""),
        access_code_hash=_code(value, row),
        **_life(taking, value, row),
    )


def _code(value: Event, row: RowMapping | None) -> str | None:
    if value.access_code is None:
        return None
    kept: str | None = row["access_code_hash"] if row is not None else None
    return kept if opens(value.access_code, kept) else sealed(value.access_code)


def _life(taking: Import, value: Event, row: RowMapping | None) -> dict[str, Any]:
    """The instants of its life: told by the book, else as they were, else now."""
    was: dict[str, Any] = dict(row) if row is not None else dict.fromkeys(_LIFE)
    for name in _LIFE:
        told = getattr(value, name)
        if told is not None and told > taking.now:
            taking.fault(value.spot.of(name.removesuffix("_at")), N_("lies in the future: import the book then"))
    announced_at, published_at = was["announced_at"], was["published_at"]
    if value.life is not None:
        announced_at = None if value.life == "draft" else value.announced_at or was["announced_at"]
        published_at = None
    if value.life == "announced":
        announced_at = announced_at or taking.now
    elif value.life == "published":
        published_at = value.published_at or was["published_at"] or taking.now
    cancelled_at = was["cancelled_at"]
    if value.is_cancelled is not None:
        cancelled_at = (value.cancelled_at or was["cancelled_at"] or taking.now) if value.is_cancelled else None
    return {"announced_at": announced_at, "published_at": published_at, "cancelled_at": cancelled_at}


def _state(row: RowMapping | dict[str, Any] | None) -> tuple[bool, bool]:
    return (False, False) if row is None else (row["cancelled_at"] is not None, row["published_at"] is not None)


def _was_shown(row: RowMapping) -> bool:
    return row["announced_at"] is not None or row["published_at"] is not None


def _write(taking: Import, row: RowMapping | None, wanted: dict[str, Any]) -> Written:
    if row is not None:
        changed = differing(row, wanted)
        if changed:
            store.change(taking.connection, event, row["id"], changed)
        return Written(row["id"], is_new=False, columns=frozenset(changed))
    key = new_id()
    new = {"id": key, "uid": str(uuid4()), "sequence": 0, "revision": 1, "changed_at": taking.now, **wanted}
    store.add(taking.connection, event, [new])
    store.add(taking.connection, ledger, [{"event_id": key}])
    return Written(key, is_new=True, columns=frozenset(wanted))


def _links(inside: EventTaking) -> None:
    taking, value, owner = inside.taking, inside.value, {"event_id": inside.id}
    links = []
    for each in value.projects:
        if each.project not in taking.projects:
            taking.fault(each.spot, NO_PROJECT, slug=each.project)
            continue
        links.append(
            {
                "project_id": taking.projects[each.project],
                "position": each.position,
                "funder_wording": each.funder_wording,
                "funding_code": each.funding_code,
            }
        )
    inside.note("projects", changed=relink(taking.connection, event_project, owner, links))
    inside.note("bodies", changed=relink(taking.connection, event_body, owner, link_bodies(taking, value.bodies)))
    inside.note("documents", changed=take_documents(taking, value.documents, event_id=inside.id))


def _projects_of(taking: Import, event_id: UUID) -> set[UUID]:
    return {row["project_id"] for row in store.rows(taking.connection, event_project, event_id=event_id)}


def _after(
    inside: EventTaking, row: RowMapping | None, wanted: Mapping[str, Any], scopes: set[tuple[str, UUID]]
) -> None:
    taking, key = inside.taking, inside.id
    if row is not None:
        step = {"revision": row["revision"] + 1, "sequence": row["sequence"] + inside.moved, "changed_at": taking.now}
        store.change(taking.connection, event, key, step)
        if inside.rules_changed:
            store.raise_programme_version(taking.connection, key)
    taking.scopes |= scopes | {("event", key), ("host", taking.host_id), ("all", store.EVERYWHERE)}
    line = taking.lines[-1]
    facts = {"fields": list(line.fields)} | _turns(row, wanted)
    taking.record(f"event.{line.became}", inside.value.slug, facts, key)


def _turns(row: RowMapping | None, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Where its life took a turn, and where it was moved from."""
    if row is None:
        return {}
    turns = {name: wanted[name] is not None for name in _LIFE if (row[name] is None) != (wanted[name] is None)}
    moved = row["starts_on"] != wanted["starts_on"] and row["starts_on"] is not None
    return ({"life": turns} if turns else {}) | ({"moved_from": row["starts_on"].isoformat()} if moved else {})


def _settle(inside: EventTaking) -> None:
    """Sizes and cancelled sessions go through the ledger, when all else of the event is written."""
    if not inside.asks or inside.taking.faults:
        return
    asks = [ask for ask, _ in inside.asks]
    # a cache of its own: what this transaction sees may still be taken back
    outcomes = settle_batch(inside.taking.connection, inside.id, asks, lambda: inside.taking.now, RulesCache())
    for (_, spot), outcome in zip(inside.asks, outcomes, strict=True):
        if isinstance(outcome, Refused):
            reason = outcome.reason
            inside.taking.fault(spot, reason.says, **vars(reason))
