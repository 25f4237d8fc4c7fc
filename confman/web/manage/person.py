"""The page of one registration: everything the team may know of it, and what they can do."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from litestar import Response

from confman.domain.errors import N_, Refusal
from confman.domain.ledger.requests import Refused
from confman.http.counter import Desk, counter_form, counter_page
from confman.http.forms import Filled
from confman.http.problems import STATUS
from confman.kernel.i18n import language_name
from confman.usecases.manage import person_acts
from confman.usecases.manage.foresight import Question
from confman.usecases.manage.person import Person, Sight, person
from confman.usecases.manage.person_acts import Confirming, Writing
from confman.web.manage.person_forms import decided, revision_of
from confman.web.manage.person_history import Said
from confman.web.manage.person_weighing import address
from confman.web.manage.person_words import WHY, Words, name_of

PATH = "/manage/events/{slug:str}/registrations/{code:str}"

_DONE = {
    "details": N_("The details are saved."),
    "places": N_("The places are changed."),
    "cancelled": N_("The participation is cancelled."),
    "returned": N_("This person takes part again."),
    "confirmed": N_("The registration is confirmed."),
    "letter": N_("The e-mail is on its way."),
    "no-letter": N_("There is nothing to be sent again: it is on its way, or the address is another one by now."),
    "added": N_("The registration is added."),
}


@dataclass(frozen=True, slots=True)
class Notice:
    """Above all on the page: what happened, or why nothing did."""

    kind: str
    title: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    notice: Notice | None = None
    status: int = 200
    form: Filled = field(default_factory=Filled)


@counter_page(PATH)
async def see(desk: Desk) -> Response[bytes]:
    done = _DONE.get(desk.query.text("done"))
    return await show(desk, Shown(Notice("success", desk.say(done)) if done else None))


@counter_form(f"{PATH}/confirmation")
async def confirm(desk: Desk) -> Response[bytes]:
    """By hand: they have called."""
    asked = Question(desk.event, desk.path("code"), Confirming(), decided(desk.sent), revision_of(desk.sent))
    outcome = await person_acts.do(desk.node.work, desk.node.clerk, asked, desk.who)
    if isinstance(outcome, Refused):
        return await show_refused(desk, outcome.reason)
    return desk.see_other(address(desk), done="confirmed")


@counter_form(f"{PATH}/letters")
async def write_again(desk: Desk) -> Response[bytes]:
    """The one that was given up, else the letter with which they go on."""
    letter = _uuid(desk.sent.text("letter"))
    to = Writing(desk.event, desk.path("code"), letter)
    sent = await desk.node.work.write(person_acts.write_again, to, desk.who, desk.node.clock)
    return desk.see_other(address(desk), done="letter" if sent else "no-letter")


async def found(desk: Desk, after: UUID | None = None) -> Person:
    """The registration, with what this member may see of it. Raises `NotFound`."""
    sight = Sight(desk.may("needs"), after)
    return await desk.node.work.read(person, desk.event, desk.path("code"), sight)


async def show_refused(desk: Desk, reason: Refusal) -> Response[bytes]:
    """As it stands now, and why nothing was done."""
    if reason.slug == "outdated":
        return await show_changed(desk)
    notice = Notice("danger", Words(desk).refusal(reason))
    return await show(desk, Shown(notice, STATUS.get(type(reason), 409)))


async def show_changed(desk: Desk) -> Response[bytes]:
    """As it stands now; somebody was quicker."""
    title = who_changed(desk, await found(desk))
    return await show(desk, Shown(Notice("warning", title, (desk.say(_NOT_DONE),)), 409))


_NOT_DONE = N_("Nothing was done. This is how it stands now; please decide anew.")


def who_changed(desk: Desk, of: Person) -> str:
    """„Erika Beispiel hat diese Anmeldung um 10:02 Uhr geändert.“"""
    words = Words(desk)
    last = next(iter(of.history.lines), None)
    if last is None:
        return desk.say(N_("This registration has been changed meanwhile."))
    at = words.dates.clock(last["at"], words.zone)
    if last["actor"] not in of.history.actors:
        return desk.say(N_("This registration has been changed at {at}."), at=at)
    who = Said(words, of.history).actor(last["actor"])
    return desk.say(N_("{who} has changed this registration at {at}."), who=who, at=at)


async def show(desk: Desk, shown: Shown) -> Response[bytes]:
    after = _uuid(desk.query.text("after"))
    of = await found(desk, after)
    words = Words(desk)
    row = of.row
    came = _CAME[row["source"]]
    values: dict[str, Any] = {
        "of": of,
        "form": shown.form,
        "row": row,
        "name": name_of(dict(row)),
        "notice": shown.notice,
        "says": words,
        "zone": words.zone,
        "standing": words.status(of),
        "category": words.category(row["category"]),
        "spoken": language_name(row["language"], desk.reader.language),
        "came": desk.say(came),
        "places": [(words.name(unit), words.place(of, unit)) for unit in words.names.lines if of.state(unit)],
        "had": words.listed([words.name(unit) for unit in words.names.lines if _had(of, unit)]),
        "answers": [(*words.answer(dict(answer)), answer["sensitive"]) for answer in of.answers],
        "lines": Said(words, of.history).lines(),
        "doubles": [(double.row, name_of(dict(double.row)), desk.say(WHY[double.why])) for double in of.doubles],
        "after": after,
        "here": address(desk),
    }
    return desk.page("manage/person.html", status=shown.status, **values)


_CAME = {
    "form": N_("by the form"),
    "api": N_("by a program"),
    "hand": N_("added by the team"),
    "import": N_("imported"),
}


def _had(of: Person, unit: UUID) -> bool:
    """When it ended."""
    place = of.places.get(unit)
    return place is not None and place["was"] is not None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(hex=text)
    except ValueError:
        return None
