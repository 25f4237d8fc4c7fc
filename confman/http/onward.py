"""Where somebody who has to sign in wanted to go, and what they wanted to send: nothing of it is lost.

What was sent travels through the sign-in form in one field, packed, and is shown by a page with a button that sends it
again: signing in alone changes nothing.
"""

import base64
import binascii
import re
import zlib
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote_plus, urlencode

from litestar.exceptions import ClientException

from confman.http.forms import Sent, parse_form
from confman.http.pages import AnyRequest
from confman.http.policy import POLICY

HOME: Final = "/manage"
_LARGEST = 128 * 1024
_OWN = frozenset({"csrf"})
# one spelling of a path below /manage, without anything that somebody might read as another host or folder
_LOCAL = re.compile(r"/manage(?:/[A-Za-z0-9._~-]+)*(?:\?[!-\[\]-~]*)?")
_ROUTES = sorted(
    ((route, re.compile(re.sub(r"{\w+:str}", "[^/]+", route))) for route in {route for route, _ in POLICY}),
    key=lambda found: (found[0].count("{"), found[0]),
)
_ACCOUNT = f"{HOME}/account"
_NOT_KEPT = (
    *(f"{HOME}/{form}" for form in ("signin", "signout", "password")),
    *(f"{_ACCOUNT}/{form}" for form in ("password", "second-factor", "signouts")),
)


Fields = tuple[tuple[str, str], ...]
"""Of a form: names and values in their order; a button alone has none."""


@dataclass(frozen=True, slots=True)
class Onward:
    """`path`: local, below /manage. `kept`: what was posted there, packed; empty where a page was asked for."""

    path: str = HOME
    kept: str = ""

    @property
    def fields(self) -> Fields | None:
        """What to send again, as it was sent; None where nothing is, or where it cannot be read."""
        return _unpacked(self.kept) if self.kept else None

    @property
    def is_home(self) -> bool:
        return self.path == HOME


def local(text: str, method: str = "GET") -> str:
    """The address if it is one of the team's pages (or forms), else that of their first page."""
    path = text.partition("?")[0]
    return text if _LOCAL.fullmatch(text) and "/." not in path and _takes(path, method) else HOME


def _takes(path: str, method: str) -> bool:
    """As routes are found: what is named exactly goes before what may be anything."""
    named = next((route for route, pattern in _ROUTES if pattern.fullmatch(path)), None)
    return (named, method) in POLICY


def onward_from(sent: Sent) -> Onward:
    """What the sign-in form carries."""
    kept = Onward(local(sent.text("next"), "POST"), sent.text("kept"))
    return Onward(local(sent.text("next"))) if kept.fields is None else kept


def onward_of(request: AnyRequest, sent: Sent | None = None) -> Onward:
    """Of a request that needs signing in: `sent` with it, if it was a form. Passwords and the like are not kept."""
    query = request.scope["query_string"].decode("ascii", "replace")
    asked = f"{request.scope['path']}?{query}" if query else request.scope["path"]
    if sent is None:
        return Onward(local(_unsearched(asked)))
    path = local(asked, "POST")
    if path != asked:
        return Onward(path)
    if path.startswith(_NOT_KEPT):
        return Onward(_ACCOUNT if path.startswith(_ACCOUNT) else HOME)
    return Onward(path, _packed(sent))


def _unsearched(address: str) -> str:
    """Names and e-mail addresses that somebody searched for stay out of the addresses of the sign-in."""
    path, _, query = address.partition("?")
    kept = [pair for pair in query.split("&") if pair and unquote_plus(pair.partition("=")[0]) != "q"]
    return f"{path}?{'&'.join(kept)}" if kept else path


def again(request: AnyRequest, sent: Sent) -> Fields | None:
    """What `sent` is sent again as; None for what is not kept."""
    return onward_of(request, sent).fields


def _packed(sent: Sent) -> str:
    pairs = [(name, value) for name, values in sent.fields.items() if name not in _OWN for value in values]
    return base64.urlsafe_b64encode(zlib.compress(urlencode(pairs).encode(), 9)).decode()


def _unpacked(kept: str) -> Fields | None:
    try:
        raw = zlib.decompressobj().decompress(base64.urlsafe_b64decode(kept.encode()), _LARGEST)
        sent = parse_form(raw)
    except (binascii.Error, zlib.error, ValueError, ClientException):
        return None
    return tuple((name, value) for name, values in sent.fields.items() if name not in _OWN for value in values)
