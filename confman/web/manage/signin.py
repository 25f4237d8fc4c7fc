"""Signing in, with a second step for those who have set one up, and signing out."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from litestar import Response, post
from litestar.di import NamedDependency

from confman.domain.errors import NotSignedIn, TooOften
from confman.domain.passwords import MOST_BYTES
from confman.http.cookies import CookieName, cookie, gone, told
from confman.http.counter import Desk, counter_form, member_of, see_other, send_again_page
from confman.http.forms import Filled, Message, Sent, read_form
from confman.http.node import Node
from confman.http.onward import Onward, local, onward_from
from confman.http.origin import check_origin
from confman.http.pages import AnyRequest, Reader
from confman.http.routing import readable
from confman.http.signin_page import SIGN_IN, Shown, form_page, opened_here, sign_in_page
from confman.kernel import seals
from confman.kernel.i18n import N_, sentences_in
from confman.kernel.seals import Proof
from confman.usecases import signing_in, signins
from confman.usecases.signing_in import Code
from confman.usecases.signins import NewSession
from confman.web.addresses import address_from

CODE: Final = "/manage/signin/code"
DEVICE_LIVES: Final = timedelta(days=365)
_A_WHILE_SECONDS = 60
_EMPTY = N_("Please enter your password.")
_TOO_LONG = N_("No password is that long. Please check what you entered.")
_WRONG = N_("E-mail address or password is not right. Please check both.")
_NO_CODE = N_("Please enter the code.")
_WRONG_CODE = N_("This code is not right, or it has been used. Please wait for the next one and enter that.")


@readable(SIGN_IN)
async def see(request: AnyRequest, node: NamedDependency[Node]) -> Response[bytes]:
    onward = Onward(local(request.query_params.get("next", "")))
    if await member_of(request, node) is not None:
        return see_other(onward.path)
    done = request.query_params.get("done", "")
    return sign_in_page(request, node, Shown(onward=onward, notice=done if done in {"out", "password"} else ""))


@post(SIGN_IN, status_code=200)
async def sign_in(request: AnyRequest, node: NamedDependency[Node]) -> Response[bytes]:
    check_origin(request, node.settings.base_url)
    sent = await read_form(request)
    form, onward = opened_here(request, node, sent), onward_from(sent)
    if form is None:
        return sign_in_page(request, node, Shown(_kept(sent), onward, "reopened", 403))
    address, password = address_from(sent.text("email")), sent.text("password")
    wrong_password = _EMPTY if not password else _TOO_LONG if len(password.encode()) > MOST_BYTES else None
    if isinstance(address, str) or wrong_password:
        messages = (("email", address if isinstance(address, str) else None), ("password", wrong_password))
        return _refused(request, node, sent, *messages)
    try:
        found = await _tried(request, node, address.key, password)
    except TooOften as refusal:
        notice = "locked" if refusal.retry_after_seconds > _A_WHILE_SECONDS else "busy"
        answer = sign_in_page(request, node, Shown(_kept(sent), onward, notice, 429))
        answer.headers["Retry-After"] = str(refusal.retry_after_seconds)
        return answer
    match found:
        case NewSession():
            return _signed_in(request, node, found, onward)
        case Proof():
            step = seals.second_step(node.secrets, found, form)
            return _code_page(request, node, Shown(onward=onward), step)
        case None:
            return _refused(request, node, sent, ("password", _WRONG))


async def _tried(request: AnyRequest, node: Node, email_key: str, password: str) -> NewSession | Proof | None:
    candidate = await node.work.write(signing_in.begin, email_key, device_told(request, node), node.clock())
    try:
        verdict = await node.stretching.compared(candidate.password_hash, password)
    except TooOften:
        await node.work.write(signing_in.give_back, candidate)
        raise
    if not verdict.is_right:
        return None
    anew = await node.stretching.hashed(password) if verdict.is_stale else None
    leaves = told(request, node, CookieName.SESSION)
    return await node.work.write(signing_in.finish, candidate, anew, leaves, node.clock())


@post(CODE, status_code=200)
async def second_step(request: AnyRequest, node: NamedDependency[Node]) -> Response[bytes]:
    check_origin(request, node.settings.base_url)
    sent = await read_form(request)
    form, onward, step = opened_here(request, node, sent), onward_from(sent), sent.text("step")
    proof = None if form is None else seals.read_second_step(node.secrets, step, form)
    if proof is None:
        return sign_in_page(request, node, Shown(onward=onward, notice="reopened", status=403))
    if not sent.text("code").strip():
        return _code_page(request, node, Shown(_with(request, sent, ("code", _NO_CODE)), onward, status=422), step)
    code = Code(sent.text("code"), device_told(request, node), told(request, node, CookieName.SESSION))
    try:
        session = await node.work.write(signing_in.second, proof, code, node.secrets, node.clock())
    except NotSignedIn:
        return sign_in_page(request, node, Shown(onward=onward, notice="reopened", status=403))
    except TooOften as refusal:
        answer = _code_page(request, node, Shown(onward=onward, notice="locked", status=429), step)
        answer.headers["Retry-After"] = str(refusal.retry_after_seconds)
        return answer
    if session is None:
        return _code_page(request, node, Shown(_with(request, sent, ("code", _WRONG_CODE)), onward, status=422), step)
    return _signed_in(request, node, session, onward)


def _signed_in(request: AnyRequest, node: Node, session: NewSession, onward: Onward) -> Response[bytes]:
    """The browser gets the session, and is known from now on; what was to be sent is shown once more."""
    fields = onward.fields
    if fields is None:
        return with_session(request, node, session, see_other(onward.path))
    page = send_again_page(Reader.of(request), onward.path, fields, session.csrf)
    return with_session(request, node, session, page)


def with_session(request: AnyRequest, node: Node, session: NewSession, answer: Response[bytes]) -> Response[bytes]:
    """The answer that tells the browser the session. A browser of this member keeps the name that it has."""
    answer.set_cookie(cookie(node, CookieName.SESSION, session.cookie))
    if told(request, node, CookieName.FORM):
        answer.set_cookie(gone(node, CookieName.FORM))
    device, seconds = device_told(request, node), int(DEVICE_LIVES.total_seconds())
    if device is None or device[0] != session.member_id:
        made = seals.new_device(node.secrets, session.member_id)
        answer.set_cookie(cookie(node, CookieName.DEVICE, made, seconds=seconds))
    return answer


def device_told(request: AnyRequest, node: Node) -> signing_in.Device | None:
    return seals.device_of(node.secrets, told(request, node, CookieName.DEVICE))


@counter_form("/manage/signout")
async def sign_out(desk: Desk) -> Response[bytes]:
    await desk.node.work.write(signins.end, told(desk.request, desk.node, CookieName.SESSION))
    return out(desk)


def out(desk: Desk) -> Response[bytes]:
    answer = see_other(desk.reader.link(SIGN_IN, done="out"))
    answer.set_cookie(gone(desk.node, CookieName.SESSION))
    return answer


# what is shown again


def _refused(request: AnyRequest, node: Node, sent: Sent, *faults: tuple[str, str | None]) -> Response[bytes]:
    return sign_in_page(request, node, Shown(_with(request, _kept(sent).sent, *faults), onward_from(sent), status=422))


def _with(request: AnyRequest, sent: Sent, *faults: tuple[str, str | None]) -> Filled:
    speech = sentences_in(Reader.of(request).language)
    return Filled(sent, tuple(Message(name, speech.say(says)) for name, says in faults if says))


def _kept(sent: Sent) -> Filled:
    """The address; never the password."""
    return Filled(Sent({"email": sent.all("email")}))


def _code_page(request: AnyRequest, node: Node, shown: Shown, step: str) -> Response[bytes]:
    shown = replace(shown, form=Filled(Sent(), shown.form.messages))
    values = {"form": shown.form, "onward": shown.onward, "notice": shown.notice, "step": step}
    return form_page("manage/code.html", request, node, shown.status, **values)
