"""„Anwesenheit nachtragen“: signed lists entered by their row numbers. Names and institutions, nothing else."""

from litestar import Response

from confman.domain.attendance import Typed, was_seen
from confman.domain.errors import Malformed, Refusal
from confman.domain.ledger.requests import Refused
from confman.http.counter import Desk, counter_form, counter_page, see_other
from confman.http.forms import Filled, Message, messages_of
from confman.http.problems import said
from confman.kernel.i18n import N_
from confman.usecases.manage import attendance, attendance_entry, walk_in_undoing, walk_ins
from confman.usecases.manage.attendance import Where
from confman.usecases.manage.attendance_entry import At, Entry, Everybody, Numbers, Preset, States
from confman.usecases.manage.walk_ins import LINE, Added, Namesake
from confman.web.manage.attendance_page import NAMED_AT_MOST, Lists, Shown, address, sheet_page
from confman.web.manage.form_keys import key_of

_PATH = "/manage/events/{slug:str}/attendance"
_SHEET = f"{_PATH}/{{part:str}}/{{half_day:str}}"
_STATES = {"present": True, "absent": False}


@counter_page(_PATH)
async def overview(desk: Desk) -> Response[bytes]:
    lists = attendance.lists_of(desk.event)
    if len(lists) == 1:
        return desk.see_other(address(desk, lists[0]))
    progress = await desk.node.work.read(attendance.progress, desk.event)
    return desk.page("manage/attendance.html", lists=Lists(desk, progress))


@counter_page(_SHEET)
async def see(desk: Desk) -> Response[bytes]:
    return await _page(desk, _at(desk), Shown())


@counter_form(f"{_SHEET}/beginning")
async def begin(desk: Desk) -> Response[bytes]:
    at, chosen = _at(desk), desk.sent.text("preset")
    like = next((half.key for half in at.where.halves if chosen == f"like:{half.key}"), None)
    preset = Preset(present=_STATES.get(chosen, True), like=like)
    await desk.node.work.write(attendance_entry.begin, at, preset, desk.node.clock)
    return desk.see_other(address(desk, at.where))


@counter_form(f"{_SHEET}/entries")
async def enter(desk: Desk) -> Response[bytes]:
    at, entry = _at(desk), _entry(desk)
    if entry is None:
        return await _wrong(desk, at, "numbers", N_("Please type a number of the list."))
    entered = await desk.node.work.write(attendance_entry.enter, at, entry, desk.node.clock)
    if isinstance(entered, Typed):
        unreadable, unknown = entered.unreadable, entered.unknown
        says = N_("“{words}” is no number.") if unreadable else N_("The number {words} is not on this list.")
        sentence = desk.say(says, words=" ".join(unreadable or unknown))
        return await _wrong(desk, at, "numbers", sentence + " " + desk.say(N_("Nothing was changed.")))
    already = {"already": " ".join(map(str, entered.already[:NAMED_AT_MOST]))} if entered.already else {}
    row = f"#n{next(iter(entry.wanted))}" if isinstance(entry, States) else ""
    return see_other(desk.reader.link(address(desk, at.where), **already) + row)


def _entry(desk: Desk) -> Entry | None:
    """A button of one row or for all of them, else what is typed."""
    number, _, state = desk.sent.text("set").partition(":")
    if state in _STATES:
        if number == "all":
            return Everybody(_STATES[state])
        if known := _number(number):
            return States({known: _STATES[state]})
    text = desk.sent.text("numbers")
    return Numbers(text, was_seen(desk.sent.text("seen"))) if text.strip(" ,;.") else None


@counter_form(f"{_SHEET}/undo")
async def undo(desk: Desk) -> Response[bytes]:
    at, step = _at(desk), _number(desk.sent.text("step"))
    undone = await walk_in_undoing.undo(desk.node.work, desk.node.clerk, at, step, desk.who)
    return desk.see_other(address(desk, at.where), **({} if undone == "done" else {"undone": undone}))


@counter_form(f"{_SHEET}/walk-ins")
async def walk_in(desk: Desk) -> Response[bytes]:
    at, sent = _at(desk), desk.sent
    if number := _number(sent.text("line")):  # they stand on the list after all
        there = States({number: True})
        await desk.node.work.write(attendance_entry.enter, at, there, desk.node.clock)
        return desk.see_other(address(desk, at.where), added=str(number))
    try:
        added = await _add(desk, at)
    except Malformed as malformed:
        messages = messages_of(malformed.faults, desk.reader.language)
        return await _page(desk, at, Shown(Filled(sent, messages), adds=True), status=422)
    if isinstance(added, Refused):
        return await _wrong(desk, at, LINE, _why(desk, added.reason))
    if isinstance(added, Added):
        more = {"taken": str(added.held)} if added.is_one_more else {}
        return desk.see_other(address(desk, at.where), added=str(added.number), **more)
    return await _page(desk, at, Shown(Filled(sent), adds=True, namesakes=added, key=key_of(sent)), status=422)


async def _add(desk: Desk, at: At) -> Added | list[Namesake] | Refused:
    sent, node = desk.sent, desk.node
    another = sent.text("another") == "yes"
    typed = walk_ins.Typed(sent.text(LINE), key_of(sent), another, admits=sent.text("admit"))
    if typed.admits:
        return await walk_ins.admit(node.work, node.clerk, at, typed, desk.who)
    return await walk_ins.add(node.work, node.clerk, at, typed, desk.who)


def _why(desk: Desk, reason: Refusal) -> str:
    facts = {name: value for name, value in vars(reason).items() if name not in {"units", "unit", "ids"}}
    return said(reason.says, facts, desk.reader.language)


@counter_form(f"{_SHEET}/finish")
async def finish(desk: Desk) -> Response[bytes]:
    at = _at(desk)
    await desk.node.work.write(attendance_entry.finish, at, desk.node.clock)
    return desk.see_other(address(desk, at.where), finished="yes")


def _number(text: str) -> int:
    """0 where it is none that a list could have."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 0


def _at(desk: Desk) -> At:
    """Raises `NotFound`."""
    return At(desk.event, _where(desk), desk.who.actor)


def _where(desk: Desk) -> Where:
    return attendance.list_of(desk.event, desk.path("part"), desk.path("half_day"))


async def _wrong(desk: Desk, at: At, name: str, sentence: str) -> Response[bytes]:
    message = Message(name, desk.say(sentence))
    return await _page(desk, at, Shown(Filled(desk.sent, (message,)), adds=name == LINE), status=422)


async def _page(desk: Desk, at: At, shown: Shown, status: int = 200) -> Response[bytes]:
    sheet = await desk.node.work.read(attendance.sheet, desk.event, at.where)
    return sheet_page(desk, sheet, shown, status)
