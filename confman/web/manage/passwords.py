"""Forgotten passwords: asking for a link, always answered alike, and setting a new password with it."""

from typing import Any, Final

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from confman.domain.errors import NotFound
from confman.domain.passwords import MOST_BYTES, SHORTEST, fault_of
from confman.http.cookies import CookieName, cookie
from confman.http.counter import see_other
from confman.http.forms import Filled, Message, Sent, read_form
from confman.http.node import Node
from confman.http.origin import check_origin
from confman.http.pages import PRIVATE, AnyRequest, Reader, page
from confman.http.routing import readable
from confman.http.signin_page import SIGN_IN, form_page, opened_here
from confman.kernel import seals
from confman.kernel.i18n import N_, sentences_in
from confman.kernel.seals import Proof
from confman.usecases import passwords
from confman.web.addresses import address_from
from confman.web.manage.signin import DEVICE_LIVES

FORGOTTEN: Final = "/manage/password"
_EMPTY = N_("Please enter a new password.")
_DIFFERENT = N_("This is not the same as above. Please enter the new password twice.")


@readable(FORGOTTEN)
async def forgotten(request: AnyRequest, node: NamedDependency[Node]) -> Response[bytes]:
    return _forgotten(request, node, Filled(), is_sent=request.query_params.get("sent") == "1")


@post(FORGOTTEN, status_code=200)
async def ask(request: AnyRequest, node: NamedDependency[Node]) -> Response[bytes]:
    check_origin(request, node.settings.base_url)
    sent, reader = await read_form(request), Reader.of(request)
    if opened_here(request, node, sent) is None:
        return _forgotten(request, node, Filled(sent), status=403)
    address = address_from(sent.text("email"))
    if isinstance(address, str):
        message = Message("email", sentences_in(reader.language).say(address))
        return _forgotten(request, node, Filled(sent, (message,)), status=422)
    await node.work.write(passwords.ask, address, reader.language, node.clock())
    return see_other(reader.link(FORGOTTEN, sent="1"))


def _forgotten(
    request: AnyRequest, node: Node, form: Filled, *, status: int = 200, is_sent: bool = False
) -> Response[bytes]:
    values = {"form": form, "is_sent": is_sent, "here": FORGOTTEN}
    return form_page("manage/password_forgotten.html", request, node, status, **values)


@readable(f"{FORGOTTEN}/{{token:str}}")
async def see(request: AnyRequest, token: FromPath[str], node: NamedDependency[Node]) -> Response[bytes]:
    proof = _proof(node, token)
    found = await node.work.read(passwords.opened, proof, node.clock())
    return _gone(request) if found is None else _form(request, token, found, Filled())


@post(f"{FORGOTTEN}/{{token:str}}", status_code=200)
async def set_new(request: AnyRequest, token: FromPath[str], node: NamedDependency[Node]) -> Response[bytes]:
    check_origin(request, node.settings.base_url)
    proof, sent, now = _proof(node, token), await read_form(request), node.clock()
    found = await node.work.read(passwords.opened, proof, now)
    if found is None:
        return _gone(request)
    messages = new_password_messages(request, node, sent, (found.name, found.email))
    if messages:
        return _form(request, token, found, Filled(Sent(), messages))
    hashed = await node.stretching.hashed(sent.text("new_password"))
    if not await node.work.write(passwords.set_new, proof, hashed, now):
        return _gone(request)
    answer = see_other(Reader.of(request).link(SIGN_IN, done="password"))
    made = seals.new_device(node.secrets, proof.member_id)  # so that nobody's guesses keep them out
    answer.set_cookie(cookie(node, CookieName.DEVICE, made, seconds=int(DEVICE_LIVES.total_seconds())))
    return answer


def new_password_messages(request: AnyRequest, node: Node, sent: Sent, known: tuple[str, ...]) -> tuple[Message, ...]:
    """What is wrong with the new password and its repetition. `known`: what anybody may know of the member."""
    speech, new = sentences_in(Reader.of(request).language), sent.text("new_password")
    fault = fault_of(new, (*known, node.settings.site)) if new else _EMPTY
    if fault is not None:
        return (Message("new_password", speech.say(fault, shortest=SHORTEST, most=MOST_BYTES)),)
    if new != sent.text("repeated"):
        return (Message("repeated", speech.say(_DIFFERENT)),)
    return ()


def _proof(node: Node, token: str) -> Proof:
    """Raises `NotFound` for what we did not sign."""
    proof = seals.read_password_link(node.secrets, token)
    if proof is None:
        raise NotFound
    return proof


def _form(request: AnyRequest, token: str, found: Any, form: Filled) -> Response[bytes]:
    values = {"form": form, "email": found.email, "here": f"{FORGOTTEN}/{token}"}
    status = 422 if form.messages else 200
    return page("manage/password_new.html", Reader.of(request), status=status, headers=PRIVATE, **values)


def _gone(request: AnyRequest) -> Response[bytes]:
    return page("manage/password_gone.html", Reader.of(request), status=410, headers=PRIVATE)
