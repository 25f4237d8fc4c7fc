"""Letters that are due, as values: their own facts, and by id what the event and the registration say now."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping

from confman.domain.people import salutation_name
from confman.domain.values import text_in
from confman.kernel.security import Purpose, Secrets
from confman.render.letter_values import Entry, LetterValues, Occasion, Person
from confman.render.mime import BadAddress, plain_address
from confman.store import outbox_queries as queries
from confman.store.outbox import BUNDLED, ClaimedLetter

_END_OF_TIME = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Links:
    """Where letters point to: `base_url` without a slash at its end."""

    base_url: str
    secrets: Secrets

    def manage(self, registration: RowMapping) -> str:
        token = self.secrets.sign_link(Purpose.MANAGE, registration["id"], registration["manage_generation"])
        return f"{self.base_url}/r/{token}"


def prepare(conn: Connection, letters: Sequence[ClaimedLetter], base_url: str, secrets: Secrets) -> list[LetterValues]:
    """What is to be sent for these letters, in their order and in six statements however many they are.

    What anybody can cause to a mailbox by typing its address becomes one mail per event, with the message id and in the
    language of the oldest, so that however many are typed, few mails come of it.
    Left out is what no longer holds: the address was corrected since, the registration confirmed, ended or erased.
    """
    context = _read(conn, letters)
    links = Links(base_url.rstrip("/"), secrets)
    groups: dict[tuple[object, ...], list[ClaimedLetter]] = defaultdict(list)
    for letter in letters:
        if _still_holds(letter, context):
            groups[_bundle_key(letter)].append(letter)
    return [_values(group, context, links) for group in groups.values()]


@dataclass(frozen=True)
class _Context:
    events: Mapping[UUID, RowMapping]
    funders: Mapping[UUID, list[RowMapping]]
    parts: Mapping[UUID, list[RowMapping]]
    sessions: Mapping[UUID, list[RowMapping]]
    registrations: Mapping[UUID, RowMapping]
    places: Mapping[UUID, list[RowMapping]]


def _read(conn: Connection, letters: Iterable[ClaimedLetter]) -> _Context:
    event_ids = {letter.event_id for letter in letters if letter.event_id is not None}
    registration_ids = {letter.registration_id for letter in letters if letter.registration_id is not None}
    return _Context(
        events={row["id"]: row for row in queries.events(conn, event_ids)},
        funders=_grouped(queries.funders(conn, event_ids), "event_id"),
        parts=_grouped(queries.parts(conn, event_ids), "event_id"),
        sessions=_grouped(queries.sessions(conn, event_ids), "event_id"),
        registrations={row["id"]: row for row in queries.registrations(conn, registration_ids)},
        places=_grouped(queries.places(conn, registration_ids), "registration_id"),
    )


def _grouped(rows: Iterable[RowMapping], name: str) -> Mapping[UUID, list[RowMapping]]:
    groups: dict[UUID, list[RowMapping]] = defaultdict(list)
    for row in rows:
        groups[row[name]].append(row)
    return groups


def _still_holds(letter: ClaimedLetter, context: _Context) -> bool:
    registration = context.registrations.get(letter.registration_id) if letter.registration_id else None
    if registration is None or letter.event_id not in context.events or not letter.recipient:
        return False
    # its link opens the registration: never to an address that it does not have (any more)
    if letter.recipient_key != registration["email_key"]:
        return False
    match letter.kind:
        case "event_cancelled":
            return True
        case "cancelled":
            return registration["ended_at"] is not None
        case "confirm":
            return registration["ended_at"] is None and registration["confirmed_at"] is None
        case _:
            return registration["ended_at"] is None


def _bundle_key(letter: ClaimedLetter) -> tuple[object, ...]:
    if letter.kind in BUNDLED:
        return letter.event_id, letter.recipient_key
    return (letter.id,)


def _values(group: Sequence[ClaimedLetter], context: _Context, links: Links) -> LetterValues:
    in_order = sorted(group, key=lambda letter: (letter.created_at, (letter.facts or {}).get("nth") or 1, letter.id))
    first = in_order[0]
    assert first.event_id is not None  # _still_holds
    assert first.recipient
    event = context.events[first.event_id]
    # of two about one registration the one that asks to confirm, in the place of the earlier
    by_registration = {letter.registration_id: letter for letter in in_order}
    by_registration |= {letter.registration_id: letter for letter in in_order if letter.kind == "confirm"}
    told = list(by_registration.values())
    return LetterValues(
        letter_ids=tuple(letter.id for letter in in_order),
        kind=told[0].kind,
        language=first.language,
        recipient=first.recipient,
        message_id=first.message_id,
        created_at=first.created_at,
        occasion=_occasion(event, context.funders.get(event["id"], []), first.language, links),
        people=tuple(_person(letter, first.language, context, links) for letter in told),
    )


def _occasion(event: RowMapping, funders: Iterable[RowMapping], language: str, links: Links) -> Occasion:
    def said(texts: Any) -> str | None:
        found = text_in(texts, language) if texts else None
        return found[0] if found else None

    town = " ".join(filter(None, [event["venue_postcode"], event["venue_city"]]))
    wordings = [said(row["wording"]) for row in funders]
    return Occasion(
        title=said(event["titles"]) or event["slug"],
        zone=event["zone"],
        host_name=event["host_name"],
        page=f"{links.base_url}/events/{event['slug']}",
        imprint=f"{links.base_url}/imprint",
        privacy=f"{links.base_url}/privacy",
        starts_on=event["starts_on"],
        ends_on=event["ends_on"],
        date_text=said(event["date_text"]),
        starts_at=event["starts_at"],
        ends_at=event["ends_at"],
        doors_at=event["doors_at"],
        venue=", ".join(filter(None, [event["venue_name"], event["venue_street"], town])) or None,
        online_url=event["online_url"],
        reply_to=_first_address(event["mailbox"], event["contact_email"], event["host_email"]),
        phone=event["contact_phone"] or event["host_phone"],
        postponed_from=event["postponed_from"],
        cancel_reason=said(event["cancel_reason"]),
        funders=tuple(dict.fromkeys(wording for wording in wordings if wording)),
    )


def _first_address(*candidates: str | None) -> str | None:
    """The first that a mail can name: an organiser's slip must not keep anybody's letter back."""
    for candidate in candidates:
        try:
            return plain_address(candidate or "")
        except BadAddress:
            continue
    return None


def _person(letter: ClaimedLetter, language: str, context: _Context, links: Links) -> Person:
    assert letter.registration_id is not None  # _still_holds
    assert letter.event_id is not None
    facts = letter.facts or {}
    registration = context.registrations[letter.registration_id]
    programme = _programme(letter.event_id, language, context)
    now = context.places.get(letter.registration_id, [])
    positions = {row["unit_id"]: row["position"] for row in now}
    told = [_Standing.of(fact, positions) for fact in facts.get("places") or []]
    current = [_Standing(row["unit_id"], row["state"], row["position"]) for row in now]
    confirm_by = facts.get("confirm_by")
    return Person(
        name=salutation_name(registration["given_name"], registration["family_name"]),
        code=registration["code"],
        link=links.manage(registration),
        places=_entries(told or current, programme),
        before=_entries((_Standing.of(fact, {}) for fact in facts.get("before") or []), programme),
        confirmed=registration["confirmed_at"] is not None or registration["confirm_by"] is None,
        confirm_by=datetime.fromisoformat(confirm_by) if confirm_by else registration["confirm_by"],
        by=facts.get("by"),
        nth=facts.get("nth") or 1,
    )


@dataclass(frozen=True)
class _Standing:
    unit_id: UUID
    state: str
    position: int | None

    @classmethod
    def of(cls, fact: Mapping[str, Any], positions: Mapping[UUID, int | None]) -> "_Standing":
        """A place as the ledger wrote it down; where somebody waits and it left the position open, the present one."""
        unit_id = UUID(fact["unit"])
        position = fact.get("position")
        if position is None and fact["state"] == "waiting":
            position = positions.get(unit_id)
        return cls(unit_id, fact["state"], position)


def _entries(standings: Iterable[_Standing], programme: Mapping[UUID, Entry]) -> tuple[Entry, ...]:
    """In the order of the programme; a unit that has left it is left out."""
    found = {standing.unit_id: standing for standing in standings}
    return tuple(
        replace(entry, state=found[unit_id].state, position=found[unit_id].position)
        for unit_id, entry in programme.items()
        if unit_id in found
    )


def _programme(event_id: UUID, language: str, context: _Context) -> Mapping[UUID, Entry]:
    """All units of the event that letters name, by the day's order: time, then part before its sessions."""
    parts = context.parts.get(event_id, [])
    whole = text_in(context.events[event_id]["titles"], language) if len(parts) == 1 else None
    lines = [((row["position"], 0), row["unit_id"], _part_entry(row, language, whole)) for row in parts]
    numbers: dict[UUID, int] = defaultdict(int)
    for row in context.sessions.get(event_id, []):
        numbers[row["slot_id"]] += 1
        entry = _session_entry(row, language, numbers[row["slot_id"]])
        lines.append(((row["part_position"], numbers[row["slot_id"]]), row["unit_id"], entry))
    lines.sort(key=lambda line: (line[2].starts_at or _END_OF_TIME, line[0]))
    return {unit_id: entry for _, unit_id, entry in lines}


def _part_entry(row: RowMapping, language: str, whole_event: tuple[str, str] | None) -> Entry:
    title = whole_event or text_in(row["titles"], language)
    return Entry(
        title=title[0] if title else "",
        state="held",
        on_day=row["on_day"],
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        is_whole_event=whole_event is not None,
    )


def _session_entry(row: RowMapping, language: str, number: int) -> Entry:
    title = text_in(row["titles"], language)
    label = text_in(row["label"], language) if row["label"] else None
    return Entry(
        title=title[0] if title else "",
        state="held",
        label=f"{label[0]} {number}" if label else None,
        on_day=row["on_day"],
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        room=row["room"],
        lane=row["slot_id"],
    )
