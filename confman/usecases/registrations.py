"""What people and organisers do with registrations: sign up, add by hand, correct, cancel."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType
from sqlalchemy import RowMapping
from sqlalchemy.exc import IntegrityError

from confman.domain.errors import N_, Malformed, Outdated
from confman.domain.ledger.book import Contact, Identity
from confman.domain.ledger.requests import Cancel, Change, Hand, Outcome, Refused, Want
from confman.kernel.db import constraint_of
from confman.usecases.acting import Acting
from confman.usecases.clerk import Clerk
from confman.usecases.events import EventView
from confman.usecases.registrar import Ask
from confman.usecases.registration_views import row_of
from confman.usecases.submissions import (
    NAME_LENGTH,
    Faults,
    Origin,
    Submission,
    address_from,
    ask_to_register,
    choices_of,
    language_from,
    named_from,
    new_code,
    text_from,
)
from confman.usecases.work import Work

_TRIES = 3
_CODE_TAKEN = frozenset(("registration.code", "uq_registration_code"))  # as SQLite and PostgreSQL name it
_DETAILS = (
    *("title", "given_name", "family_name", "institution", "email", "language"),
    *("badge_name", "no_list", "no_photo"),
)


async def register(clerk: Clerk, event: EventView, ask: Ask) -> Outcome:
    """What the ledger says; a code that is taken, one in millions, is replaced by another."""
    for _ in range(_TRIES - 1):
        try:
            return await clerk.ask(event.id, ask)
        except IntegrityError as error:
            if constraint_of(error) not in _CODE_TAKEN or ask.person is None:
                raise
            ask = replace(ask, person=replace(ask.person, code=new_code()))
    return await clerk.ask(event.id, ask)


# by an organiser's hand


class Addition(Submission, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A registration added by hand: everything a visitor sends, of which only the name must be known, and more.

    `tells`: the person gets a letter. `beyond_capacity`: also where nothing is free.
    """

    category: str = "attendee"
    badge_name: str | None = None
    no_list: bool = False
    no_photo: bool = False
    beyond_capacity: bool = False
    ignore_deadlines: bool = True
    tells: bool = True


def ask_to_add(event: EventView, sent: Addition, who: Acting, key: str | None, language: str) -> Ask:
    """Raises `Malformed` with all faults."""
    faults = Faults()
    badge_name = text_from(sent.badge_name, "badge_name", NAME_LENGTH, faults) or None
    hand = who.hand(ignores_deadlines=sent.ignore_deadlines, beyond_capacity=sent.beyond_capacity, tells=sent.tells)
    try:
        ask = ask_to_register(event, sent, Origin("hand", who.actor, key, hand, sent.category, language))
    except Malformed as malformed:
        raise Malformed((*malformed.faults, *faults.found)) from None
    if faults.found or ask.person is None:
        raise Malformed(tuple(faults.found))
    person = replace(ask.person, badge_name=badge_name, no_list=sent.no_list, no_photo=sent.no_photo)
    return replace(ask, person=person)


class Correction(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is sent is changed, what is left out stays. `parts`: all that the person shall have; `choices`: by slot."""

    title: str | UnsetType | None = UNSET
    given_name: str | UnsetType = UNSET
    family_name: str | UnsetType = UNSET
    institution: str | UnsetType | None = UNSET
    email: str | UnsetType | None = UNSET
    language: str | UnsetType = UNSET
    badge_name: str | UnsetType | None = UNSET
    no_list: bool | UnsetType = UNSET
    no_photo: bool | UnsetType = UNSET
    parts: list[str] | UnsetType = UNSET
    choices: dict[str, str | dict[str, str | None] | None] | UnsetType = UNSET
    accept_waiting: bool = False
    beyond_capacity: bool = False
    ignore_deadlines: bool = True
    tells: bool = True


@dataclass(frozen=True, slots=True)
class Target:
    """The registration a request is about; `revisions`: it must be at one of them, None = at any."""

    event: EventView
    code: str
    revisions: frozenset[int] | None = None


async def change(work: Work, clerk: Clerk, target: Target, sent: Correction, who: Acting) -> Outcome:
    """Details and places together or not at all. Raises `NotFound`, `Malformed`."""
    hand = who.hand(ignores_deadlines=sent.ignore_deadlines, beyond_capacity=sent.beyond_capacity, tells=sent.tells)
    return await ask_about(work, clerk, target, lambda row: ask_to_change(target.event, row, sent, hand))


async def cancel(work: Work, clerk: Clerk, target: Target, who: Acting, *, tells: bool) -> Outcome:
    """Once more is no error. Raises `NotFound`."""
    hand = who.hand(tells=tells)
    return await ask_about(work, clerk, target, lambda row: Ask(Cancel(row["id"], "organiser", hand), actor=who.actor))


async def ask_about(work: Work, clerk: Clerk, target: Target, ask_of: Callable[[RowMapping], Ask]) -> Outcome:
    """Somebody may change it between our reading and the ledger's lock: then it is read again, unless that matters."""
    for left in reversed(range(_TRIES)):
        row = await work.read(row_of, target.event.id, target.code)
        ask = ask_of(row)
        if target.revisions is not None:
            if row["revision"] not in target.revisions:
                return Refused(Outdated())
            ask = replace(ask, revision=row["revision"])
        outcome = await clerk.ask(target.event.id, ask)
        is_outdated = isinstance(outcome, Refused) and isinstance(outcome.reason, Outdated)
        if not (is_outdated and left and target.revisions is None):
            return outcome
    raise AssertionError("the last try returns")


def ask_to_change(event: EventView, row: RowMapping, sent: Correction, hand: Hand, category: str | None = None) -> Ask:
    """`category`: the key of the one they shall have; places that count from then on, or no longer, are asked for anew.

    Raises `Malformed`.
    """
    faults = Faults()
    columns = _details(row, sent, faults)
    want = _want(event, sent, faults)
    kind = event.categories.get(category or row["category"])
    if kind is None:
        faults.add(N_("There is no such category."), "category")
    if faults.found or kind is None:
        raise Malformed(tuple(faults.found))
    amends = {name: value for name, value in columns.items() if row[name] != value}
    notes: dict[str, Any] = {"fields": shown} if (shown := [name for name in _DETAILS if name in amends]) else {}
    if kind["key"] != row["category"]:
        amends["category_id"] = kind["id"]
        notes["category"] = [row["category"], kind["key"]]
    counts = None if category is None else kind["counts"]
    request = Change(row["id"], want, sent.accept_waiting, hand=hand, counts=counts)
    if not amends:
        return Ask(request, actor=hand.actor)
    if row["email_key"] is not None and "email_key" in amends:  # who reads the old mailbox shall not open it any more
        amends |= {name: row[name] + 1 for name in ("manage_generation", "feed_generation")}
    if columns:
        identity = Identity(columns["email_key"], columns["name_key"])
        request = replace(request, identity=identity, contact=Contact(columns["email"], columns["language"]))
    return Ask(request, amends=amends, actor=hand.actor, revision=row["revision"], notes=notes)


def _details(row: RowMapping, sent: Correction, faults: Faults) -> dict[str, Any]:
    """The columns as they shall be, keys included; nothing where no detail was sent."""
    wanted = {name: row[name] if (value := getattr(sent, name)) is UNSET else value for name in _DETAILS}
    if all(getattr(sent, name) is UNSET for name in _DETAILS):
        return {}
    merged = Submission(**{name: wanted[name] for name in _DETAILS[:6]})
    named = named_from(merged, faults)
    address = address_from(merged.email, faults, required=False)
    return {
        "title": named.title,
        "given_name": named.given_name,
        "family_name": named.family_name,
        "institution": named.institution,
        "sort_key": named.sort_key,
        "search_key": named.search_key,
        "name_key": named.name_key,
        "email": address.typed if address else None,
        "email_key": address.key if address else None,
        "language": language_from(merged.language, row["language"], faults),
        "badge_name": text_from(wanted["badge_name"], "badge_name", NAME_LENGTH, faults) or None,
        "no_list": wanted["no_list"],
        "no_photo": wanted["no_photo"],
    }


def _want(event: EventView, sent: Correction, faults: Faults) -> Want:
    choices: Mapping[str, Any] = {} if isinstance(sent.choices, UnsetType) else sent.choices
    chosen = choices_of(event, choices, faults.found)
    if isinstance(sent.parts, UnsetType):
        return Want(parts=None, choices=chosen)
    if not sent.parts:
        faults.add(N_("Please choose at least one part."), "parts")
    for index, slug in enumerate(sent.parts):
        if slug not in event.parts:
            faults.add(N_("There is no such part."), "parts", index)
    return Want(tuple(event.parts[slug].unit for slug in sent.parts if slug in event.parts), chosen)
