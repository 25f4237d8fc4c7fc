"""Speakers of the programme, taken over as registrations in one click."""

from collections.abc import Mapping

from litestar import Response

from confman.domain.errors import Malformed, Outdated, Refusal
from confman.domain.ledger.requests import Accepted, AlreadyRegistered, Done, Outcome, Refused, Repeated
from confman.domain.roles import Right
from confman.http.counter import Desk, counter_form, counter_page
from confman.http.forms import Filled, Message, messages_of
from confman.http.problems import said
from confman.kernel.i18n import N_
from confman.usecases.manage import speakers
from confman.usecases.manage.speakers import Board, Contributor, Told, Tools

_PATH = "/manage/events/{slug:str}/speakers"
_ONE = f"{_PATH}/{{speaker:str}}"
_ROLES: Mapping[str, str] = {
    "speaker": N_("contribution"),
    "keynote": N_("keynote"),
    "panellist": N_("panel"),
    "moderator": N_("moderation"),
    "host": N_("welcome and hosting"),
}


@counter_page(_PATH)
async def see(desk: Desk) -> Response[bytes]:
    query = desk.query
    numbers = {name: int(text) for name in ("taken", "followed", "left") if (text := query.text(name)[:5]).isdecimal()}
    return desk.page(
        "manage/speakers.html",
        board=await _board(desk),
        numbers=numbers,
        connected=query.text("connected") == "yes",
        role=lambda word: desk.say(_ROLES[word]),
        may_act=desk.may(Right.ACT),
        is_published=_is_published(desk),
    )


@counter_form(_PATH)
async def take_all(desk: Desk) -> Response[bytes]:
    """All who are new, or all whose sessions have changed."""
    board, node = await _board(desk), desk.node
    if desk.sent.text("do") == "follow":
        outcomes = [await speakers.follow(_tools(desk), each) for each in board.behind]
        followed = sum(isinstance(outcome, Done) for outcome in outcomes)
        return _back(desk, "followed", followed, len(outcomes))
    new = board.new if _is_published(desk) else []
    taken = await speakers.take_all(node.clerk, desk.event, new, desk.who)
    return _back(desk, "taken", taken, len(new))


def _back(desk: Desk, name: str, done: int, of: int) -> Response[bytes]:
    left = {"left": str(of - done)} if done < of else {}
    return desk.see_other(f"{desk.home}/speakers", **{name: str(done)}, **left)


@counter_page(_ONE)
async def one(desk: Desk) -> Response[bytes]:
    return _page(desk, (await _board(desk)).one(desk.path("speaker")), Filled(), 200)


@counter_form(_ONE)
async def take(desk: Desk) -> Response[bytes]:
    contributor = (await _board(desk)).one(desk.path("speaker"))
    try:
        outcome = await _outcome(desk, contributor)
    except Malformed as malformed:
        return _page(desk, contributor, Filled(desk.sent, messages_of(malformed.faults, desk.reader.language)), 422)
    if isinstance(outcome, Accepted | Repeated | Done):
        name = "connected" if desk.sent.text("connect") else "taken"
        return desk.see_other(f"{desk.home}/speakers", **{name: "yes" if name == "connected" else "1"})
    says = _why(desk, outcome)
    return _page(desk, contributor, Filled(desk.sent, (Message("email", says),)), 409)


async def _outcome(desk: Desk, contributor: Contributor) -> Outcome:
    sent = desk.sent
    if code := sent.text("connect"):
        return await speakers.connect(_tools(desk), contributor, code)
    if not _is_published(desk):
        return Refused(Outdated())
    told = Told(sent.text("email").strip() or None, tells=sent.text("tells") == "yes")
    return await speakers.take(desk.node.clerk, desk.event, contributor, desk.who, told)


def _why(desk: Desk, outcome: Outcome) -> str:
    if isinstance(outcome, AlreadyRegistered):
        return desk.say(N_("Somebody of this name is registered with this address already."))
    reason: Refusal = outcome.reason if isinstance(outcome, Refused) else Outdated()
    facts = {name: value for name, value in vars(reason).items() if name not in {"units", "unit", "ids"}}
    return said(reason.says, facts, desk.reader.language)


def _page(desk: Desk, contributor: Contributor, form: Filled, status: int) -> Response[bytes]:
    return desk.page(
        "manage/speaker.html",
        status=status,
        contributor=contributor,
        form=form,
        role=lambda word: desk.say(_ROLES[word]),
        may_act=desk.may(Right.ACT),
        is_published=_is_published(desk),
    )


def _is_published(desk: Desk) -> bool:
    published_at = desk.event.row["published_at"]
    return published_at is not None and published_at <= desk.now


async def _board(desk: Desk) -> Board:
    return await desk.node.work.read(speakers.board, desk.event, desk.reader.language)


def _tools(desk: Desk) -> Tools:
    return Tools(desk.node.work, desk.node.clerk, desk.event, desk.who)
