"""The organisers' counter: a page or form of it is reached only by members who may, and changes only what they asked.

Handlers below /manage are declared here, so none can forget to ask: who is signed in, whether the event is one of
theirs (else it looks like one that does not exist), whether they have the right that the policy's table demands, and,
for forms, whether our own page sent it and in this very session.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from markupsafe import Markup

from confman.domain.errors import NotAllowed, NotFound
from confman.domain.roles import Right
from confman.http.cookies import CookieName, name_of, told
from confman.http.forms import Sent, parse_form, read_form
from confman.http.node import Node
from confman.http.onward import Fields, again
from confman.http.origin import check_origin
from confman.http.pages import PRIVATE, AnyRequest, Reader, page
from confman.http.policy import POLICY, Open
from confman.http.routing import readable
from confman.http.signin_page import is_same, to_sign_in
from confman.kernel.i18n import sentences_in
from confman.usecases import signins
from confman.usecases.events import EventView
from confman.usecases.programme import Said, said
from confman.usecases.signins import SignedIn


@dataclass(frozen=True, slots=True)
class Desk:
    """A request of a member that may be answered. `sent`: the form, empty for pages; `query`: what the address asks."""

    request: AnyRequest
    node: Node
    who: SignedIn
    reader: Reader
    of_event: EventView | None = None
    sent: Sent = field(default_factory=Sent)
    query: Sent = field(default_factory=Sent)

    @property
    def event(self) -> EventView:
        """The event that the address names."""
        if self.of_event is None:
            raise AssertionError("this address names no event")
        return self.of_event

    @property
    def now(self) -> datetime:
        return self.node.clock()

    @property
    def home(self) -> str:
        """The address of the event's pages."""
        return f"/manage/events/{quote(self.event.slug)}"

    @property
    def title(self) -> Said:
        """What the event is called."""
        return said(self.event.row["titles"], self.reader.language, self.event.slug)

    @property
    def here(self) -> str:
        """The address of this page, without what it asks."""
        return quote(self.request.scope["path"])

    @property
    def asks(self) -> Mapping[str, Sequence[str]]:
        """What the address asks, except for the language."""
        return {name: values for name, values in self.query.fields.items() if name != "lang"}

    @property
    def csrf_field(self) -> Markup:
        return Markup('<input type="hidden" name="csrf" value="{}">').format(self.who.csrf)

    def path(self, name: str) -> str:
        """What stands in the address at that name."""
        return str(self.request.path_params[name])

    def may(self, right: str) -> bool:
        """Whether they may do that with this event; for what pages show. What is asked for is checked by the policy."""
        return self.who.may(Right(right), self.event.host_id, self.event.id)

    def say(self, text: str, **facts: Any) -> str:
        return sentences_in(self.reader.language).say(text, **facts)

    def page(
        self, template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **values: Any
    ) -> Response[bytes]:
        sent = {**PRIVATE, **(headers or {})}
        return page(template, self.reader, status=status, headers=sent, desk=self, **values)

    def see_other(self, path: str, **query: str) -> Response[bytes]:
        return see_other(self.reader.link(path, **query))


Handler = Callable[[Desk], Awaitable[Response[bytes]]]


def counter_page(path: str) -> Callable[[Handler], HTTPRouteHandler]:
    """GET and HEAD of a page of the team."""

    def declare(handler: Handler) -> HTTPRouteHandler:
        async def see(request: AnyRequest, node: NamedDependency[Node]) -> Response[bytes]:
            who = await member_of(request, node)
            if who is None:
                return to_sign_in(request, node, Sent())
            return await handler(await _desk(request, node, who, path, Sent()))

        return readable(path)(see)

    return declare


def counter_form(path: str) -> Callable[[Handler], HTTPRouteHandler]:
    """POST of a form of the team, which carries the session's own secret (`desk.csrf_field`)."""

    def declare(handler: Handler) -> HTTPRouteHandler:
        async def send(request: AnyRequest, node: NamedDependency[Node]) -> Response[bytes]:
            check_origin(request, node.settings.base_url)
            sent = await read_form(request)
            who = await member_of(request, node)
            if who is None:
                return to_sign_in(request, node, sent)
            if not is_same(sent.text("csrf"), who.csrf):
                return _send_again(request, sent, who)
            return await handler(await _desk(request, node, who, path, sent))

        return post(path, status_code=200)(send)

    return declare


async def _desk(request: AnyRequest, node: Node, who: SignedIn, path: str, sent: Sent) -> Desk:
    """Raises `NotFound` for what is not theirs, `NotAllowed` for what they may not do."""
    access = POLICY[path, "POST" if request.method == "POST" else "GET"]
    query = parse_form(request.scope["query_string"])
    desk = Desk(request, node, who, Reader.of(request), await _event(request, node, who), sent, query)
    if isinstance(access, Right) and not desk.may(access):
        raise NotAllowed
    if access not in {*Right, Open.SIGNED_IN}:
        raise AssertionError("a page of the team is for its members only")
    return desk


async def _event(request: AnyRequest, node: Node, who: SignedIn) -> EventView | None:
    slug = request.path_params.get("slug")
    if slug is None:
        return None
    event = await node.catalogue.known(slug)
    if not who.reaches(event.host_id, event.id):
        raise NotFound
    return event


async def member_of(request: AnyRequest, node: Node) -> SignedIn | None:
    """Who is signed in, asked of the database each time."""
    cookie, now = told(request, node, CookieName.SESSION), node.clock()
    if not cookie:
        return None
    who = await node.work.read(signins.signed_in, cookie, now)
    if who is not None and who.is_to_note(now):
        await node.work.write(signins.seen, cookie, who, now)
    return who


def cookie_name(node: Node) -> str:
    return name_of(node, CookieName.SESSION)


def _send_again(request: AnyRequest, sent: Sent, who: SignedIn) -> Response[bytes]:
    """Nothing is done, but whoever has signed in anew in another window may send it from here.

    Raises `NotAllowed` where it is not sure that our own page sent it.
    """
    fields = again(request, sent)
    if request.headers.get("sec-fetch-site") != "same-origin" or fields is None:
        raise NotAllowed
    return send_again_page(Reader.of(request), request.scope["path"], fields, who.csrf, status=403)


def send_again_page(reader: Reader, path: str, fields: Fields, csrf: str, *, status: int = 200) -> Response[bytes]:
    """What was sent while nobody was signed in any more, and a button that sends it."""
    values = {"action": path, "fields": fields, "csrf": csrf}
    return page("manage/again.html", reader, status=status, headers=PRIVATE, **values)


def see_other(address: str, headers: Mapping[str, str] | None = None) -> Response[bytes]:
    sent = {**PRIVATE, "Location": address, **(headers or {})}
    return Response(b"", status_code=303, media_type="text/plain", headers=sent)
