"""Letters that are due, as values: their own facts, and by id what the event and the registration say now."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping

from confman.domain.letter_kinds import KINDS, Holds, LetterKind
from confman.domain.messages import Message
from confman.domain.values import text_in
from confman.kernel.security import Purpose, Secrets
from confman.render.letter_values import LetterValues, Occasion, Written
from confman.render.mime import BadAddress, plain_address
from confman.store import outbox_queries as queries
from confman.store.outbox import ClaimedLetter
from confman.usecases import event_rows, team_letters
from confman.usecases.event_rows import EventRows
from confman.usecases.events import Row
from confman.usecases.feed_values import How
from confman.usecases.letter_people import Told, dates_of, person_of
from confman.usecases.programme import place_of

_UNKNOWN = LetterKind("")
_Mailbox = tuple[UUID | None, str | None]


@dataclass(frozen=True)
class Links:
    """Where letters point to: `base_url` without a slash at its end."""

    base_url: str
    secrets: Secrets

    def manage(self, registration: Row | RowMapping) -> str:
        token = self.secrets.sign_link(Purpose.MANAGE, registration["id"], registration["manage_generation"])
        return f"{self.base_url}/r/{token}"

    def new_address(self, letter: ClaimedLetter) -> str:
        """For the mailbox the letter goes to: taking it over, and nothing else."""
        return f"{self.base_url}/address/{self.secrets.sign_new_address(letter.id)}"

    def of(self, told: Told) -> str:
        if told.letter.kind == "new_address":
            return self.new_address(told.letter)
        return self.manage(told.registration)


def prepare(conn: Connection, letters: Sequence[ClaimedLetter], base_url: str, secrets: Secrets) -> list[LetterValues]:
    """What is to be sent for these letters, in seven statements however many they are; those to members come first.

    What anybody can cause to a mailbox by typing its address becomes one mail per event, with the message id and in the
    language of the oldest, so that however many are typed, few mails come of it.
    Left out is what no longer holds: the address was corrected since, the registration confirmed, ended or erased.
    """
    links = Links(base_url.rstrip("/"), secrets)
    to_members = [letter for letter in letters if KINDS.get(letter.kind, _UNKNOWN).team]
    to_people = [letter for letter in letters if not KINDS.get(letter.kind, _UNKNOWN).team]
    prepared = team_letters.prepare(conn, to_members, links.base_url, secrets) if to_members else []
    context = _read(conn, to_people)
    groups: dict[tuple[object, ...], list[ClaimedLetter]] = defaultdict(list)
    for letter in to_people:
        if _still_holds(letter, context):
            groups[_bundle_key(letter)].append(letter)
    return prepared + [_values(group, context, links) for group in groups.values()]


def as_read(conn: Connection, letter: ClaimedLetter, base_url: str, secrets: Secrets) -> LetterValues | None:
    """One to be looked at, whether or not it still holds; None where what it said, or whom it was for, is gone."""
    context = _read(conn, [letter])
    is_known = letter.event_id in context.events and letter.recipient and letter.facts is not None
    is_told = letter.kind == "links" or context.registration(letter) is not None
    if not (is_known and is_told and _told([letter], context)):
        return None
    return _values([letter], context, Links(base_url.rstrip("/"), secrets))


@dataclass(frozen=True)
class _Context:
    """`at`: the live registrations of the mailboxes that asked for their links, in the order they came."""

    events: Mapping[UUID, EventRows]
    funders: Mapping[UUID, list[Row]]
    registrations: Mapping[UUID, Row]
    at: Mapping[_Mailbox, list[Row]]
    places: Mapping[UUID, list[Row]]
    messages: Mapping[UUID, Message]

    def registration(self, letter: ClaimedLetter) -> Row | None:
        return self.registrations.get(letter.registration_id) if letter.registration_id else None


def _read(conn: Connection, letters: Sequence[ClaimedLetter]) -> _Context:
    event_ids = {letter.event_id for letter in letters if letter.event_id is not None}
    registration_ids = {letter.registration_id for letter in letters if letter.registration_id is not None}
    mailboxes = {letter.recipient_key for letter in letters if letter.kind == "links" and letter.recipient_key}
    at = defaultdict(list)
    for row in queries.registrations_at(conn, event_ids, mailboxes):
        at[row["event_id"], row["email_key"]].append(row)
    of_mailboxes = {row["id"]: row for rows in at.values() for row in rows}
    return _Context(
        events=event_rows.read(conn, event_ids),
        funders=_grouped(queries.funders(conn, event_ids), "event_id"),
        registrations={row["id"]: row for row in queries.registrations(conn, registration_ids)} | of_mailboxes,
        at=at,
        places=_grouped(queries.places(conn, registration_ids | of_mailboxes.keys()), "registration_id"),
        messages=_messages(conn, letters),
    )


def _messages(conn: Connection, letters: Sequence[ClaimedLetter]) -> Mapping[UUID, Message]:
    """What organisers wrote, by what it belongs to; one more statement where there is any."""
    named = {UUID(hex=letter.facts["bulk"]) for letter in letters if letter.facts and "bulk" in letter.facts}
    rows = queries.messages(conn, named) if named else ()
    return {row["id"]: Message(row["subject"] or "", row["body"] or "") for row in rows}


def _grouped(rows: Iterable[Row], name: str) -> Mapping[UUID, list[Row]]:
    groups: dict[UUID, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[name]].append(row)
    return groups


def _still_holds(letter: ClaimedLetter, context: _Context) -> bool:
    event = context.events.get(letter.event_id) if letter.event_id else None
    if event is None or not letter.recipient:
        return False
    kind = KINDS.get(letter.kind, _UNKNOWN)
    if event.event["cancelled_at"] is not None and not kind.of_cancelled and not _ended_by_hand(letter):
        return False
    if letter.kind == "links":
        return bool(context.at.get((letter.event_id, letter.recipient_key)))
    registration = context.registration(letter)
    # its link opens the registration: never to an address that it does not have (any more)
    if registration is None or (letter.recipient_key != registration["email_key"]) != kind.elsewhere:
        return False
    asked = (letter.facts or {}).get("generation", registration["manage_generation"])
    is_asked = asked == registration["manage_generation"] and _is_about(kind.holds, registration)
    return is_asked and _is_still_so(letter, context.places.get(registration["id"], []))


def _is_still_so(letter: ClaimedLetter, places: Iterable[Row]) -> bool:
    """Whether what a letter tells that was held for some minutes is so now; else a later one has told it."""
    facts = letter.facts or {}
    if not facts.get("held"):
        return True
    before = {(UUID(place["unit"]), place["state"]) for place in facts["before"]}
    told = {(UUID(place["unit"]), place["state"]) for place in facts["places"]}
    return told - before <= {(row["unit_id"], row["state"]) for row in places}


def _is_about(holds: Holds, registration: Row) -> bool:
    is_live = registration["ended_at"] is None
    match holds:
        case "somebody":
            return True
        case "ended":
            return not is_live
        case "unconfirmed":
            return is_live and registration["confirmed_at"] is None
        case "live":
            return is_live


def _ended_by_hand(letter: ClaimedLetter) -> bool:
    """Somebody has cancelled and is told so; that a time to confirm is over is no news any more."""
    return letter.kind == "cancelled" and (letter.facts or {}).get("by") != "lapse"


def _bundle_key(letter: ClaimedLetter) -> tuple[object, ...]:
    if KINDS.get(letter.kind, _UNKNOWN).anybody:
        return letter.event_id, letter.recipient_key
    return (letter.id,)


def _values(group: Sequence[ClaimedLetter], context: _Context, links: Links) -> LetterValues:
    in_order = sorted(group, key=lambda letter: (letter.created_at, (letter.facts or {}).get("nth") or 1, letter.id))
    first = in_order[0]
    assert first.event_id is not None  # _still_holds
    assert first.recipient
    rows = context.events[first.event_id]
    told = _told(in_order, context)
    kind = "links" if any(letter.kind == "links" for letter in in_order) else told[0].letter.kind
    how = How(first.created_at, links.base_url, first.language)
    return LetterValues(
        letter_ids=tuple(letter.id for letter in in_order),
        kind=kind,
        language=first.language,
        recipient=first.recipient,
        message_id=first.message_id,
        created_at=first.created_at,
        occasion=_occasion(rows.event, context.funders.get(first.event_id, []), first.language, links),
        people=tuple(person_of(each, rows, links.of(each), first.language) for each in told),
        ics=dates_of(told[0], rows, how) if KINDS.get(kind, _UNKNOWN).dates else None,
        written=_written(told[0], context) if kind == "message" else None,
    )


def _written(told: Told, context: _Context) -> Written:
    """Of a letter that is only to be looked at, the words are in its own facts."""
    facts, person = told.facts, told.registration
    message = context.messages[UUID(hex=facts["bulk"])] if "bulk" in facts else Message(**facts["message"])
    return Written(message, person["given_name"], person["family_name"])


def _told(in_order: Sequence[ClaimedLetter], context: _Context) -> list[Told]:
    """Each registration once: of two letters about one the one that asks to confirm, in the place of the earlier."""
    by_registration = {letter.registration_id: letter for letter in in_order if letter.registration_id}
    by_registration |= {
        letter.registration_id: letter for letter in in_order if letter.registration_id and letter.kind == "confirm"
    }
    for letter in in_order:
        if letter.kind == "links":
            for row in context.at[letter.event_id, letter.recipient_key]:
                by_registration.setdefault(row["id"], letter)
    return [
        Told(letter, context.registrations[key], context.places.get(key, [])) for key, letter in by_registration.items()
    ]


def _occasion(event: Row, funders: Iterable[Row], language: str, links: Links) -> Occasion:
    def said(texts: Any) -> str | None:
        found = text_in(texts, language) if texts else None
        return found[0] if found else None

    wordings = [said(row["wording"]) for row in funders]
    return Occasion(
        title=said(event["titles"]) or event["slug"],
        zone=event["zone"],
        host_name=event["host_name"],
        page=f"{links.base_url}/events/{event['slug']}",
        has_page=event["visibility"] != "code",
        imprint=f"{links.base_url}/imprint",
        privacy=f"{links.base_url}/privacy#{event['host_slug']}",
        starts_on=event["starts_on"],
        ends_on=event["ends_on"],
        date_text=said(event["date_text"]),
        starts_at=event["starts_at"],
        ends_at=event["ends_at"],
        doors_at=event["doors_at"],
        venue=place_of(event) or None,
        online_url=event["online_url"],
        reply_to=_first_address(event["mailbox"], event["contact_email"], event["host_email"]),
        phone=event["contact_phone"] or event["host_phone"],
        postponed_from=event["postponed_from"],
        is_cancelled=event["cancelled_at"] is not None,
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
