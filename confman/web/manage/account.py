"""„Mein Konto“: name, password, and where somebody is signed in."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final

from litestar import Response

from confman.domain.errors import NotSignedIn, TooOften
from confman.domain.people import TooLong, Unreadable, cleaned
from confman.http.cookies import CookieName, told
from confman.http.counter import Desk, counter_form, counter_page, see_other
from confman.http.forms import Filled, Message, Sent
from confman.http.signin_page import SIGN_IN
from confman.kernel.i18n import N_
from confman.usecases import account
from confman.usecases.account import LONGEST_NAME, Proven
from confman.usecases.signins import NewSession
from confman.web.manage.passwords import new_password_messages
from confman.web.manage.signin import device_told, out, with_session

HERE: Final = "/manage/account"
_NO_NAME = N_("Please enter your name.")
_BAD_NAME = N_("Please enter your name in one line, with at most {longest} characters.")
_EMPTY = N_("Please enter your present password.")
_WRONG = N_("This is not your present password.")
_TOO_OFTEN = N_("Too many attempts. Please try again in 15 minutes.")
_DONE = {
    "name": N_("Your name is saved"),
    "password": N_("Your new password is set. Wherever else you were signed in, you are signed out."),
    "off": N_("To sign in you now need only your password."),
}


@counter_page(HERE)
async def see(desk: Desk) -> Response[bytes]:
    return await _page(desk)


async def _page(desk: Desk, form: Filled | None = None) -> Response[bytes]:
    cookie = told(desk.request, desk.node, CookieName.SESSION)
    found = await desk.node.work.read(account.of, desk.who, cookie, desk.now)
    shown = form or Filled()
    if "name" not in shown.sent.fields:
        shown = Filled(Sent({**shown.sent.fields, "name": (found.name,)}), shown.messages)
    done = _DONE.get(desk.query.text("done"))
    status = 422 if shown.messages else 200
    says = desk.say(done) if done and not form else None
    return desk.page("manage/account.html", status=status, account=found, form=shown, says=says)


@counter_form(f"{HERE}/name")
async def rename(desk: Desk) -> Response[bytes]:
    try:
        name, says = cleaned(desk.sent.text("name"), LONGEST_NAME), _NO_NAME
    except (Unreadable, TooLong):
        name, says = "", _BAD_NAME
    if not name:
        return await _page(desk, Filled(desk.sent, (Message("name", desk.say(says, longest=LONGEST_NAME)),)))
    await desk.node.work.write(account.rename, desk.who, name, desk.now)
    return desk.see_other(HERE, done="name")


@counter_form(f"{HERE}/password")
async def change_password(desk: Desk) -> Response[bytes]:
    messages = new_password_messages(desk.request, desk.node, desk.sent, (desk.who.name, desk.who.email))
    proven = await proven_by(desk, "old_password")
    if isinstance(proven, Message) or messages:
        first = (proven,) if isinstance(proven, Message) else ()
        return await _page(desk, Filled(Sent(), (*first, *messages)))
    hashed = await desk.node.stretching.hashed(desk.sent.text("new_password"))
    return await with_new_session(
        desk,
        lambda: desk.node.work.write(account.change_password, proven, hashed),
        lambda _desk: desk.see_other(HERE, done="password"),
    )


@counter_form(f"{HERE}/signouts")
async def sign_out_everywhere(desk: Desk) -> Response[bytes]:
    await desk.node.work.write(account.sign_out_everywhere, desk.who, desk.now)
    return out(desk)


async def proven_by(desk: Desk, field: str) -> Proven | Message:
    """Who gave their present password in that field, or what is wrong with it."""
    password = desk.sent.text(field)
    if not password:
        return Message(field, desk.say(_EMPTY))
    try:
        device = device_told(desk.request, desk.node)
        candidate = await desk.node.work.write(account.begin, desk.who, device, desk.now)
        verdict = await desk.node.stretching.compared(candidate.password_hash, password)
    except TooOften:
        return Message(field, desk.say(_TOO_OFTEN))
    if not verdict.is_right:
        return Message(field, desk.say(_WRONG))
    return Proven(desk.who, candidate, desk.reader.language, desk.now)


async def with_new_session(
    desk: Desk, change: Callable[[], Awaitable[NewSession]], answer: Callable[[Desk], Response[bytes]]
) -> Response[bytes]:
    """What answers once the change is made: all sessions have ended, and this browser has a new one."""
    try:
        session = await change()
    except NotSignedIn:
        return see_other(SIGN_IN)
    return with_session(desk.request, desk.node, session, answer(in_session(desk, session)))


def in_session(desk: Desk, session: NewSession) -> Desk:
    """The desk whose forms belong to the new session."""
    return replace(desk, who=replace(desk.who, csrf=session.csrf))
