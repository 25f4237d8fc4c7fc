"""The page „My registration“: how things stand, what can be done, and the answer to what was just done."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from litestar import Response

from confman.domain.deadlines import zone_of
from confman.domain.errors import N_, DeadlinePassed, NotOpen
from confman.domain.ledger import windows
from confman.domain.people import full_name
from confman.http.entry import entry_to
from confman.http.forms import Filled
from confman.http.pages import PRIVATE, page
from confman.usecases.answers import NEEDS_CONSENT
from confman.usecases.life import is_over
from confman.usecases.my_calendar import path_of
from confman.usecases.my_choices import PartChoice, SlotChoice
from confman.usecases.my_registration import (
    can_cancel,
    can_confirm,
    can_print_badge,
    can_return,
    cancel_until,
    holdings,
)
from confman.usecases.my_views import Whole, whole
from confman.usecases.my_wishes import Wish
from confman.usecases.programme import place_of, said
from confman.usecases.retention import dates_for
from confman.web.events import moment, webcal
from confman.web.my_forms import lines_of, questions_of, sent_from
from confman.web.my_sentences import refused, stands
from confman.web.my_visit import Said, Visit

HEADERS = {**PRIVATE, "Vary": "*"}


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows beside how things stand: an answer, and the form that it is about, open and as sent."""

    says: Said | None = None
    status: int = 200
    open_form: str | None = None
    form: Filled = field(default_factory=Filled)
    more: dict[str, Any] = field(default_factory=dict)


async def show(of: Visit, shown: Shown | None = None) -> Response[bytes]:
    shown = shown or Shown()
    now = of.node.clock()
    found = await of.node.work.read(whole, of.registration, of.event, of.language, now)
    return page(
        "registration/mine.html",
        of.reader,
        status=shown.status,
        headers=HEADERS,
        here=of.here,
        open_form=shown.open_form,
        form=shown.form,
        **{**_standing(of, now), **about(of), **_found(of, found, shown, now), **shown.more},
    )


def _standing(of: Visit, now: datetime) -> dict[str, Any]:
    registration, event, row = of.registration, of.event, of.registration.row
    zone = zone_of(event.row["zone"])
    held = holdings(registration, event, of.language, now)
    by_state = {state: [each for each in held if each.state == state] for state in ("held", "waiting", "wished")}
    confirmed_at, confirm_by, ended_at = row["confirmed_at"], row["confirm_by"], row["ended_at"]
    until = cancel_until(registration, event)
    unconfirmed = registration.standing == "unconfirmed"
    return {
        **by_state,
        "heading": of.say(N_("Confirm your registration") if unconfirmed else N_("My registration")),
        "state": registration.standing,
        "name": full_name(row["title"], row["given_name"], row["family_name"]),
        "code": row["code"],
        "confirm_by": confirm_by,
        "is_late": confirm_by is not None and now >= confirm_by,
        "confirmed_on": confirmed_at and confirmed_at.astimezone(zone).date(),
        "was_late": bool(confirmed_at and confirm_by and confirmed_at > confirm_by),
        "ended_on": ended_at and ended_at.astimezone(zone).date(),
        "queue": next((each.position for each in by_state["waiting"]), None) if not by_state["held"] else None,
        "can_confirm": can_confirm(registration, event, now),
        "can_return": can_return(registration, event, now),
        "can_cancel": not unconfirmed and can_cancel(registration, event, now),
        "has_badge": can_print_badge(registration, event),
        "cancel_until": until if registration.standing == "confirmed" else None,
        "erased_on": dates_for(event).registration_on(dict(row), holds=bool(by_state["held"])),
    }


def about(of: Visit) -> dict[str, Any]:
    """The event, as the head of the page names it."""
    row, now = of.event.row, of.node.clock()
    entry = entry_to(of.node, of.event)
    return {
        "event_link": of.reader.link(f"/events/{of.event.slug}", **({"entry": entry} if entry else {})),
        "slug": of.event.slug,
        "zone": row["zone"],
        "title": said(row["titles"], of.language, of.event.slug),
        "moment": moment(row, of.language),
        "is_one_day": row["starts_on"] is not None and row["ends_on"] in {None, row["starts_on"]},
        "place": place_of(row),
        "event_cancelled": row["cancelled_at"] is not None,
        "reason": said(row["cancel_reason"], of.language),
        "is_over": is_over(row, now),
        "mailbox": row["mailbox"] or row["contact_email"],
        "phone": row["contact_phone"],
    }


def _found(of: Visit, found: Whole, shown: Shown, now: datetime) -> dict[str, Any]:
    """What is kept and what can be changed; a form that was sent is shown as sent, the others as things are."""
    mine = [part for part in found.parts if part.state is not None]
    kept = Filled(sent_from(found.details))
    slots = [slot for part in mine for slot in part.slots]
    questions, needs = questions_of(of.event, of.language, now)
    return {
        "slots": [_slot(of, slot) for slot in slots],
        "other_parts": [_part(of, part) for part in found.parts if part.state is None],
        "own_parts": [_part(of, part) for part in mine] if len(mine) > 1 else [],
        "details": tuple(lines_of(found.details, of.event, of.language, now)),
        "questions": questions,
        "needs": needs,
        "details_form": shown.form if shown.open_form == "details" else kept,
        "address_form": shown.form if shown.open_form == "address" else Filled(),
        "wishes": [(wish, said(wish.texts, of.language), _day(of, wish.given_at)) for wish in _switchable(of, found)],
        "email": of.registration.row["email"],
        "needs_text": _needs_text(of),
        "needs_on": dates_for(of.event).needs_on,
        "printed": windows.past(of.event.row["print_close_at"], now) is not None,
        "versions": (),
        "documents": found.documents,
        "swaps": any(slot.held and slot.waiting for slot in slots),
        "objects": of.event.row["photos"] == "objection",
        "no_photo": of.registration.row["no_photo"],
        "calendar": path_of(of.node.secrets, dict(of.registration.row)),
        "webcal": webcal(of.node.settings.base_url),
        "says": shown.says or _done(of, slots, found.parts),
    }


def _switchable(of: Visit, found: Whole) -> list[Wish]:
    """Whose registration has ended withdraws what holds, and agrees to nothing new."""
    return [wish for wish in found.wishes if of.registration.is_live or wish.given_at is not None]


def _needs_text(of: Visit) -> tuple[str, str] | None:
    row = of.event.consents.get(NEEDS_CONSENT)
    return said(row["texts"], of.language) if row is not None else None


def _slot(of: Visit, slot: SlotChoice) -> dict[str, Any]:
    closed = refused(of, slot.refusal) if isinstance(slot.refusal, DeadlinePassed | NotOpen) else None
    return {"choice": slot, "closed": closed, "is_open": slot.refusal is None}


def _part(of: Visit, part: PartChoice) -> dict[str, Any]:
    closed = refused(of, part.refusal) if isinstance(part.refusal, DeadlinePassed) else None
    return {"choice": part, "closed": closed, "is_open": part.refusal is None}


def _day(of: Visit, instant: datetime | None) -> Any:
    return instant and instant.astimezone(zone_of(of.event.row["zone"])).date()


_DONE: Mapping[str, str] = {
    "details": N_("Your details are saved."),
    "wishes": N_("Your wishes are saved."),
    "calendar": N_("Your calendar has the address that stands here. An earlier one is good for nothing any more."),
    "address": N_(
        "A new address counts once you confirm it there, with the link that we send to it. That can take half an hour."
    ),
    "moved": N_("This registration has the address {email}."),
}
"""What is so whenever the page is looked at, whoever made up its address."""


def _done(of: Visit, slots: list[SlotChoice], parts: tuple[PartChoice, ...]) -> Said | None:
    """What the address says was done, told as how things stand; so a forged address tells nothing that is not so."""
    done = of.request.query_params.get("done", "")
    if done in _DONE:
        return Said("info" if done == "address" else "success", of.say(_DONE[done], email=of.registration.row["email"]))
    kind, _, slug = done.partition(".")
    for slot in slots if kind == "choice" else ():
        if slot.slug == slug:
            return Said("success", stands(of, slot))
    for part in parts if kind == "part" else ():
        if part.slug == slug and of.event.parts[slug].unit in of.registration.seats:
            return Said("success", _has_part(of, part))
    return None


def _has_part(of: Visit, part: PartChoice) -> str:
    says = {
        "held": N_("Added: {title}."),
        "waiting": N_("You are on the waiting list: {title}."),
        None: N_("Given up: {title}."),
    }
    return of.say(says[part.state], title=part.line.title[0])
