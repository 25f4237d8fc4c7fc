"""Switching what one agreed to, and renewing the address of the personal calendar."""

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from confman.domain.errors import N_
from confman.http.forms import read_form
from confman.http.node import Node
from confman.usecases import my_address, my_wishes
from confman.usecases.my_wishes import Switched
from confman.web.my_page import Shown, show
from confman.web.my_visit import AnyRequest, Said, again, visit

_OTHER_TEXT = N_("One of the texts has changed meanwhile, so it stays as it was. Please read it and choose again.")


@post("/r/{manage:str}/consents", status_code=303)
async def switch(request: AnyRequest, manage: FromPath[str], node: NamedDependency[Node]) -> Response[bytes]:
    of = await visit(request, manage, node, posts=True)
    sent = await read_form(request)
    switched = Switched(
        shown=frozenset(sent.all("shown")),
        on=frozenset(sent.all("on")),
        no_photo=sent.has("no_photo", "yes") if sent.has("shown", "no_photo") else None,
    )
    if await node.work.write(my_wishes.save, of.registration, of.event, switched, node.clock):
        return of.back("wishes")
    of = await again(of)
    return await show(of, Shown(Said("warning", of.say(_OTHER_TEXT)), 409, "wishes"))


@post("/r/{manage:str}/calendar", status_code=303)
async def renew_calendar(request: AnyRequest, manage: FromPath[str], node: NamedDependency[Node]) -> Response[bytes]:
    of = await visit(request, manage, node, posts=True)
    await node.work.write(my_address.renew_calendar, of.registration, node.clock)
    return of.back("calendar")
