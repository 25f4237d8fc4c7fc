"""What „My registration“ answers to a changed choice, in words: how it stands now, or why it could not be."""

from collections.abc import Iterable
from datetime import datetime

from confman.domain.errors import N_, ChoiceMissing, Clash, DeadlinePassed, Full, Malformed, NotOpen, Refusal
from confman.http.forms import Sent
from confman.http.problems import said as say_refusal
from confman.kernel.dates import Dates
from confman.usecases.my_choices import SlotChoice
from confman.usecases.my_registration import can_cancel
from confman.web.my_visit import Visit
from confman.web.signup_names import Names

_SEVERAL = 2
_FULL_STAYS = N_("{full} has just been fully booked. You stay in {held}.")
_WAITS_SEATED = N_(
    "You are on the waiting list for {waiting}, number {position}. Until then you keep your place in {held}."
)
_FULL = N_("{full} has just been fully booked. Nothing has changed.")
_CLASH = N_("{one} and {other} take place at the same time. Please choose one of them.")
_LAST_PART = N_("This is all that you are registered for. To give it up, cancel your participation.")
_TOO_LATE = N_("Changes were possible {until}.")
_TOO_EARLY = N_("You choose from {when} on.")


def stands(of: Visit, slot: SlotChoice) -> str:
    """After a choice was made in this slot."""
    held, waiting = slot.held, slot.waiting
    if waiting is not None:
        facts = {"waiting": waiting.line.name, "position": waiting.position}
        if held is None:
            return of.say(N_("You are on the waiting list for {waiting}, number {position}."), **facts)
        says = N_(
            "You are on the waiting list for {waiting}, number {position}. Until then you keep your place in {held}."
        )
        return of.say(says, **facts, held=held.line.name)
    if held is not None:
        return of.say(N_("Changed: you are now in {held}."), held=held.line.name)
    if slot.chosen is not None:
        return of.say(N_("Noted: {wished}, as soon as you have a place."), wished=slot.chosen.line.name)
    return of.say(N_("Noted: you decide later."))


def refused(of: Visit, refusal: Refusal, slots: Iterable[SlotChoice] = ()) -> tuple[str, tuple[str, ...]]:
    """A title, and what more there is to say."""
    names = Names(of.event, of.language, Sent())
    match refusal:
        case Full(wanted):
            held = [slot.held.line.name for slot in slots if slot.held is not None]
            full = _listed(of, [names.name(unit) for unit in wanted])
            says = _FULL_STAYS if held else _FULL
            return of.say(says, full=full, held=_listed(of, held)), ()
        case Clash((one, other)):
            return of.say(_CLASH, one=names.name(one), other=names.name(other)), ()
        case ChoiceMissing(()):
            return of.say(_LAST_PART), ()
        case DeadlinePassed(closed_at):
            return too_late(of, closed_at)
        case NotOpen(datetime() as opens_at):
            return of.say(_TOO_EARLY, when=_dates(of).day_and_clock(opens_at, of.event.row["zone"])), ()
        case _:
            first = refusal.faults[:1] if isinstance(refusal, Malformed) else ()
            says = first[0].says if first else refusal.says
            return say_refusal(says, vars(refusal), of.language), ()


def too_late(of: Visit, closed_at: datetime) -> tuple[str, tuple[str, ...]]:
    """No wall: whom to ask, and that cancelling is possible as before."""
    row = of.event.row
    until = _dates(of).until(closed_at, row["zone"])
    lines = []
    if row["contact_phone"]:
        lines.append(of.say(N_("Call us: {phone}."), phone=row["contact_phone"]))
    elif row["mailbox"] or row["contact_email"]:
        lines.append(of.say(N_("Write to us: {mailbox}."), mailbox=row["mailbox"] or row["contact_email"]))
    if can_cancel(of.registration, of.event, of.node.clock()):
        lines.append(of.say(N_("You can still cancel here.")))
    return of.say(_TOO_LATE, until=until), (" ".join(lines),) if lines else ()


def _listed(of: Visit, names: list[str]) -> str:
    return (
        of.say(N_("{first} and {last}"), first=", ".join(names[:-1]), last=names[-1]) if names[1:] else "".join(names)
    )


def _dates(of: Visit) -> Dates:
    return Dates(of.language)
