"""Moving and cancelling those who were chosen in the table: what would come of it, doing it, undoing it."""

from typing import Any, Final
from uuid import UUID

from litestar import Response

from confman.domain.errors import CannotRestore, EventCancelled, NotFound, Refusal
from confman.domain.people import full_name
from confman.http.counter import Desk, counter_form, counter_page
from confman.http.forms import Filled
from confman.kernel.i18n import N_
from confman.usecases.manage import bulk
from confman.usecases.manage.bulk import Errand, Office, Preview, Target
from confman.usecases.manage.bulk_people import Chosen, chosen
from confman.web.manage.bulk_form import carried, chosen_again, deed_id, list_address, selection_of, unticked, way_back
from confman.web.manage.person_words import Words

BULK: Final = "/manage/events/{slug:str}/bulk"
_ELSEWHERE: Final = N_(
    "Somebody has left or come meanwhile, so this is what would happen now. Nothing was changed yet."
)


@counter_form(f"{BULK}/move")
async def move(desk: Desk) -> Response[bytes]:
    target = _target(desk)
    if target is None:
        return await _where_to(desk)
    return await _weigh(desk, target)


@counter_form(f"{BULK}/cancel")
async def cancel(desk: Desk) -> Response[bytes]:
    return await _weigh(desk, None)


def office(desk: Desk) -> Office:
    return Office(desk.node.work, desk.node.clerk, desk.event, desk.who)


def _target(desk: Desk) -> Target | None:
    """The session that was chosen; None where there is no such."""
    slug = desk.sent.text("target")
    for slot in desk.event.slots.values():
        if slug in slot.choices:
            return Target(slot.id, slot.choices[slug].unit)
    return None


async def _where_to(desk: Desk) -> Response[bytes]:
    """The first page of a move: where to."""
    selection = selection_of(desk)
    people = await desk.node.work.read(chosen, desk.event, selection)
    if not 0 < len(people.rows) <= bulk.MOST:
        return nobody(desk, people)
    words = Words(desk)
    slots = [
        (words.slot(slot), [(choice.slug, words.title(choice.unit)) for choice in slot.choices.values()])
        for slot in desk.event.slots.values()
        if slot.choices
    ]
    fields, back = carried(desk), list_address(desk)
    names = [_name(row) for row in people.rows]
    return desk.page("manage/bulk_target.html", slots=slots, fields=fields, names=names, lost=people.lost, back=back)


async def _weigh(desk: Desk, target: Target | None) -> Response[bytes]:
    selection, expects = selection_of(desk), desk.sent.text("expects")
    if_full = _if_full(desk.sent.text("if_full"))
    tells = not desk.sent.text("seen") or desk.sent.has("tells", "yes")
    what = "cancel" if target is None else "move"
    key = deed_id(desk, what, selection, target, if_full, tells, expects)
    errand = Errand(key, selection, target, if_full, tells)
    if not desk.sent.has("do", "yes"):
        return await _preview(desk, errand)
    done = await bulk.carry_out(office(desk), errand, expects)
    if done is None and not await desk.node.work.read(bulk.is_known, desk.event, errand.id):
        return await _preview(desk, errand, says=desk.say(_ELSEWHERE))
    return to_result(desk, errand.id)


def _if_full(said: str) -> bulk.IfFull:
    match said:
        case "wait" | "beyond":
            return said
        case _:
            return "skip"


async def _preview(desk: Desk, errand: Errand, says: str = "") -> Response[bytes]:
    seen = await desk.node.work.read(bulk.preview, desk.event, errand, desk.who, desk.now)
    if isinstance(seen, Chosen):
        return nobody(desk, seen)
    words = Words(desk)
    return desk.page(
        "manage/bulk_preview.html",
        status=409 if says else 200,
        seen=seen,
        says=says,
        named=words.name,
        form=Filled(desk.sent),
        fields=carried(desk),
        what="cancel" if errand.target is None else "move",
        target=None if errand.target is None else words.name(errand.target.unit),
        to=desk.sent.text("target"),
        refused=[(_name(row), row["code"], _why(words, reason)) for row, reason in seen.refused],
        upward=_upward(words, seen),
        moved_up=sorted((_name(row), row["code"]) for row in seen.moved_up.values()),
        free=_free(seen),
        back=list_address(desk),
    )


def nobody(desk: Desk, people: Chosen) -> Response[bytes]:
    """Nobody is chosen, or more than is done in one step."""
    back = desk.reader.link(f"{desk.home}/registrations", **unticked(way_back(desk, desk.sent)))
    return desk.page("manage/bulk_nobody.html", status=422, number=len(people.rows), most=bulk.MOST, back=back)


def _name(row: Any) -> str:
    return full_name(row["title"], row["given_name"], row["family_name"])


def _why(words: Words, reason: Refusal | None) -> str:
    match reason:
        case None:
            return words.say(N_("this is so already"))
        case reason if reason.slug == "unknown":
            return words.say(N_("does not take part in what this belongs to"))
        case reason if reason.slug == "ended":
            return words.say(N_("registration has ended"))
        case _:
            return words.refusal(reason)


def _upward(words: Words, seen: Preview) -> list[dict[str, Any]]:
    return [
        {
            "to": words.name(each.unit),
            "moved": each.moved,
            "waited": each.waited,
            "left": [(words.name(unit), number) for unit, number in each.left],
        }
        for each in seen.upward
    ]


def _free(seen: Preview) -> int | None:
    """Places that are free in the target afterwards; None: without limit, or nothing is moved."""
    unit = seen.after
    return None if unit is None or unit.capacity is None else max(0, unit.capacity - unit.reserve - unit.held)


# afterwards


@counter_page(f"{BULK}/{{action:str}}")
async def see(desk: Desk) -> Response[bytes]:
    return await _result(desk, _id(desk))


@counter_form(f"{BULK}/{{action:str}}/undo")
async def undo(desk: Desk) -> Response[bytes]:
    key = _id(desk)
    reason = await bulk.take_back(office(desk), key)
    if reason is None:
        return to_result(desk, key)
    return await _result(desk, key, reason)


def to_result(desk: Desk, key: UUID) -> Response[bytes]:
    """The page of what was done, from which the way leads back to the table as it was."""
    return desk.see_other(f"{desk.home}/bulk/{key}", **way_back(desk, desk.sent))


def _id(desk: Desk) -> UUID:
    try:
        return UUID(desk.path("action"))
    except ValueError:
        raise NotFound from None


async def _result(desk: Desk, key: UUID, reason: Refusal | None = None) -> Response[bytes]:
    found = await desk.node.work.read(bulk.action, desk.event, key)
    why = await _forbidding(desk, reason) if reason is not None else []
    way = way_back(desk, desk.query if reason is None else desk.sent)
    return desk.page(
        "manage/bulk_done.html",
        status=200 if reason is None else 409,
        action=found.row,
        letters=found.letters,
        is_open=found.is_open(desk.now),
        refused=reason is not None,
        why=why,
        way=way,
        back=way if found.row["undone_at"] else unticked(way),
        again=chosen_again(way) if found.row["undone_at"] and found.row["subject"] else [],
    )


async def _forbidding(desk: Desk, reason: Refusal) -> list[tuple[str, list[tuple[str, str]]]]:
    """Sentences, each with whom it is about: name and code."""
    if isinstance(reason, EventCancelled):
        return [(desk.say(N_("The event has been cancelled since.")), [])]
    if not isinstance(reason, CannotRestore):
        return [(desk.say(N_("The e-mails have left, or are about to.")), [])]
    words, ids = Words(desk), (*reason.changed, *reason.returned, *reason.passed)
    rows = await desk.node.work.read(bulk.named, desk.event, ids)
    several = (
        (N_("These registrations have been changed since:"), reason.changed),
        (N_("These people have registered anew since:"), reason.returned),
        (N_("These people have moved up since, and would have passed those who would wait again:"), reason.passed),
    )
    found = [
        (desk.say(says), [(_name(rows[one]), rows[one]["code"]) for one in about if one in rows])
        for says, about in several
        if about
    ]
    if erased := len({*ids} - rows.keys()):
        found.append((desk.say(N_("Erased since: {number}."), number=erased), []))
    if reason.units:
        names = words.listed([words.name(unit) for unit in reason.units])
        found.append((desk.say(N_("There is no room any more: {names}."), names=names), []))
    return found
