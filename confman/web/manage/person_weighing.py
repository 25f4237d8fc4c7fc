"""From a form about one registration to the ledger: first what would come of it, where others move or a choice is left.

A form that was made from another version than there is now changes nothing: both are shown.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from litestar import Response

from confman.domain.errors import N_, Full, Interrupted, Malformed, Outdated, Overloaded, Refusal
from confman.domain.ledger.requests import AlreadyRegistered, Outcome, Refused
from confman.http.counter import Desk
from confman.http.forms import Filled, Message, messages_of
from confman.http.problems import STATUS
from confman.usecases.ledger import RulesCache
from confman.usecases.manage.foresight import Act, Foreseen, FullUnit, Question, foresee
from confman.usecases.manage.person_acts import do
from confman.web.manage.person_forms import YES, decided, kept, revision_of
from confman.web.manage.person_words import Words, name_of

LIVE_ALREADY = N_("This person has another registration that is live. Nothing was changed.")

_OF_OTHERS = {N_("Please enter your surname."): N_("Please enter a surname.")}
"""What people are told of themselves, as it is told to who writes about somebody else."""


@dataclass(frozen=True, slots=True)
class Errand:
    """What a form is about. `page`: shows it again, with what is wrong; `versions`: both, where it has changed since.

    `name`: the last word of its address; `done`: what the page says afterwards.
    """

    act: Act
    name: str
    done: str
    page: Callable[[Filled, int], Awaitable[Response[bytes]]]
    versions: Callable[[], Awaitable[Response[bytes]]]


def address(desk: Desk, name: str = "") -> str:
    """Of the registration, however its code was typed in the address."""
    return f"{desk.home}/registrations/{quote(desk.path('code'))}{name and '/'}{name}"


async def carry_out(desk: Desk, errand: Errand) -> Response[bytes]:
    asked = Question(desk.event, desk.path("code"), errand.act, decided(desk.sent), revision_of(desk.sent))
    try:
        seen = await _foreseen(desk, asked)
        is_outdated = isinstance(seen.outcome, Refused) and isinstance(seen.outcome.reason, Outdated)
        if not is_outdated and (seen.full or (seen.others and not desk.sent.has("sure", YES))):
            return await weighing(desk, errand, seen)
        outcome = await do(desk.node.work, desk.node.clerk, asked, desk.who)
    except (Overloaded, Interrupted) as busy:
        return await refused(desk, errand, busy)
    except Malformed as malformed:
        faults = [replace(fault, says=_OF_OTHERS.get(fault.says, fault.says)) for fault in malformed.faults]
        return await errand.page(Filled(desk.sent, messages_of(faults, desk.reader.language)), 422)
    if isinstance(outcome, Refused) and isinstance(outcome.reason, Full):  # it became full between the two
        return await weighing(desk, errand, await _foreseen(desk, replace(asked, revision=None)))
    return await _answered(desk, errand, outcome)


async def _answered(desk: Desk, errand: Errand, outcome: Outcome) -> Response[bytes]:
    match outcome:
        case Refused(Outdated()):
            return await errand.versions()
        case Refused(reason):
            return await refused(desk, errand, reason)
        case AlreadyRegistered():
            return await errand.page(Filled(desk.sent, (Message("", desk.say(LIVE_ALREADY)),)), 409)
        case _:
            return desk.see_other(address(desk), done=errand.done)


async def _foreseen(desk: Desk, asked: Question) -> Foreseen:
    return await desk.node.work.read(foresee, asked, desk.who, desk.now, RulesCache())


async def refused(desk: Desk, errand: Errand, reason: Refusal) -> Response[bytes]:
    message = Message(_FIELDS.get(reason.slug, ""), Words(desk).refusal(reason))
    return await errand.page(Filled(desk.sent, (message,)), STATUS.get(type(reason), 409))


_FIELDS = {"identity-taken": "email"}


# what would come of it


@dataclass(frozen=True, slots=True)
class FullField:
    """A unit that is full, and what can be decided about it; `chosen` as sent."""

    name: str
    title: str
    full: FullUnit


async def weighing(desk: Desk, errand: Errand, seen: Foreseen) -> Response[bytes]:
    """The form once more, with what would come of it; it is sent from here."""
    words = Words(desk)
    sent = desk.sent
    refusal = seen.outcome.reason if isinstance(seen.outcome, Refused) else None
    if refusal is not None and not isinstance(refusal, Full):
        return await refused(desk, errand, refusal)
    full = [FullField(f"full.{one.unit.hex}", words.name(one.unit), one) for one in seen.full]
    values: dict[str, Any] = {
        "who": name_of(dict(seen.row)),
        "row": seen.row,
        "says": words,
        "errand": errand.name,
        "action": desk.reader.link(address(desk, errand.name)),
        "back": desk.reader.link(address(desk)),
        "fields_sent": kept(sent),
        "decisions": [(name, value) for name, value in _decisions(desk) if name not in {one.name for one in full}],
        "full": full,
        "moves": words.moves(seen.moves),
        "others": words.others(seen.others, seen.names),
        "form": Filled(sent),
        "asked": bool(sent.fields),
    }
    return desk.page("manage/person_weighing.html", **values)


def _decisions(desk: Desk) -> list[tuple[str, str]]:
    return [(f"full.{key}", values[0]) for key, values in desk.sent.below("full.").items()]


async def preview(desk: Desk, errand: Errand) -> Response[bytes]:
    """Of what needs no form: cancelling and letting in again."""
    seen = await _foreseen(desk, Question(desk.event, desk.path("code"), errand.act))
    return await weighing(desk, errand, seen)
