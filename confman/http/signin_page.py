"""The page on which members sign in: asked for, or met with a form whose sign-in has ended meanwhile.

Its own form proves that it was this browser that opened it: a cookie, and a field that only a page for it carries. So
no other site can sign somebody in as somebody else.
"""

import hmac
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from litestar import Response

from confman.http.cookies import CookieName, cookie, told
from confman.http.forms import Filled, Sent
from confman.http.node import Node
from confman.http.onward import Onward, onward_of
from confman.http.pages import PRIVATE, AnyRequest, Reader, page
from confman.kernel import seals

SIGN_IN = "/manage/signin"


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page says. `notice`: one of its alerts, by name."""

    form: Filled = field(default_factory=Filled)
    onward: Onward = field(default_factory=Onward)
    notice: str = ""
    status: int = 200


def sign_in_page(request: AnyRequest, node: Node, shown: Shown) -> Response[bytes]:
    values = {"form": shown.form, "onward": shown.onward, "notice": shown.notice}
    return form_page("manage/signin.html", request, node, shown.status, **values)


def form_page(template: str, request: AnyRequest, node: Node, status: int, **values: Any) -> Response[bytes]:
    """A page with a form for who is not signed in; `proof` is the field that it carries as `csrf`."""
    opened = told(request, node, CookieName.FORM)
    is_ours = seals.is_form(node.secrets, opened, node.clock())
    form = opened if is_ours else seals.new_form(node.secrets, node.clock())
    proof = seals.form_field(node.secrets, form)
    answer = page(template, Reader.of(request), status=status, headers=PRIVATE, proof=proof, **values)
    if not is_ours:
        answer.set_cookie(cookie(node, CookieName.FORM, form))
    return answer


def opened_here(request: AnyRequest, node: Node, sent: Sent) -> str | None:
    """The cookie of the browser that opened the form and sends it; None where that is not shown."""
    form = told(request, node, CookieName.FORM)
    if not seals.is_form(node.secrets, form, node.clock()):
        return None
    return form if seals.is_form_field(node.secrets, form, sent.text("csrf")) else None


def to_sign_in(request: AnyRequest, node: Node, sent: Sent) -> Response[bytes]:
    """Who is not signed in (any more): to the page that asks for it. A form gets it at once, with all that was sent."""
    if request.method == "POST":
        return sign_in_page(request, node, Shown(onward=onward_of(request, sent), notice="ended", status=401))
    onward = onward_of(request)
    query = {} if onward.is_home else {"next": onward.path}
    headers = {**PRIVATE, "Location": f"{SIGN_IN}?{urlencode(query)}" if query else SIGN_IN}
    return Response(b"", status_code=303, media_type="text/plain", headers=headers)


def is_same(one: str, other: str) -> bool:
    """Takes as long wherever they differ."""
    return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass"))
