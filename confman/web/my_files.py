"""What somebody may take along, and what they may have erased at once."""

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from confman.domain.errors import N_, NotFound
from confman.http.node import Node
from confman.http.pages import page
from confman.http.routing import readable
from confman.usecases import my_badge, my_data, my_erasure, my_registration
from confman.usecases.badges import Tickets
from confman.web.my_page import HEADERS, Shown, show
from confman.web.my_visit import AnyRequest, Said, again, visit

_CONFIRMED = N_("This registration has been confirmed meanwhile. You can still cancel it.")


@readable("/r/{manage:str}/data.json")
async def data(request: AnyRequest, manage: FromPath[str], node: NamedDependency[Node]) -> Response[bytes]:
    of = await visit(request, manage, node)
    found = await node.work.read(my_data.everything, of.registration, of.event)
    name = f'attachment; filename="{of.registration.row["code"]}.json"'
    body = msgspec.json.format(msgspec.json.encode(found), indent=2)
    return Response(body, media_type="application/json", headers={**HEADERS, "Content-Disposition": name})


@readable("/r/{manage:str}/badge.pdf")
async def badge(request: AnyRequest, manage: FromPath[str], node: NamedDependency[Node]) -> Response[bytes]:
    """Raises `NotFound` where the event prints them all itself, or there is no badge (yet)."""
    of = await visit(request, manage, node)
    if not my_registration.can_print_badge(of.registration, of.event):
        raise NotFound
    tickets = Tickets(node.settings.base_url, node.secrets)
    pdf = await node.work.read(my_badge.pdf_of, of.registration, of.event, tickets)
    name = f'attachment; filename="{of.registration.row["code"]}.pdf"'
    return Response(pdf, media_type="application/pdf", headers={**HEADERS, "Content-Disposition": name})


@post("/r/{manage:str}/erasure", status_code=200)
async def disown(request: AnyRequest, manage: FromPath[str], node: NamedDependency[Node]) -> Response[bytes]:
    """„That was not me“: nothing is left to lead back to, so the answer is the last page."""
    of = await visit(request, manage, node, posts=True)
    if await node.work.write(my_erasure.disown, of.registration, of.event, node.clock):
        return page("registration/erased.html", of.reader, headers=HEADERS, here=of.here, day=None)
    return await show(await again(of), Shown(Said("warning", of.say(_CONFIRMED)), 409))
