"""„Link erneut zusenden“: the same answer to every address, so that nobody learns who is registered."""

from urllib.parse import quote

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from confman.domain.errors import Fault
from confman.http.entry import visited
from confman.http.forms import Filled, Sent, messages_of, read_form
from confman.http.node import Node
from confman.http.origin import check_origin
from confman.http.pages import PRIVATE, AnyRequest, Reader, page
from confman.http.routing import readable
from confman.usecases import links
from confman.usecases.addresses import Address
from confman.usecases.events import EventView
from confman.usecases.programme import said
from confman.web.addresses import address_from


@readable("/events/{slug:str}/link")
async def ask_for_link(request: AnyRequest, slug: FromPath[str], node: NamedDependency[Node]) -> Response[bytes]:
    event = await visited(request, node, slug)
    return _page(request, event, is_sent=request.query_params.get("sent") == "1")


@post("/events/{slug:str}/link", status_code=303)
async def send_link(request: AnyRequest, slug: FromPath[str], node: NamedDependency[Node]) -> Response[bytes]:
    check_origin(request, node.settings.base_url)
    event = await visited(request, node, slug)
    sent, reader = await read_form(request), Reader.of(request)
    address = address_from(sent.text("email"))
    if isinstance(address, str):
        return _page(request, event, sent, Fault(("email",), address))
    if _has_tries_left(node, event, address):  # else silently nothing, so that no stranger can shut anybody out
        await node.work.write(links.ask, event.id, address, reader.language, node.clock)
    headers = {**PRIVATE, "Location": reader.link(_here(event), sent="1")}
    return Response(b"", status_code=303, headers=headers, media_type="text/plain")


def _has_tries_left(node: Node, event: EventView, address: Address) -> bool:
    return node.tries.count(event.id, f"link {address.key}", int(node.clock().timestamp()))


def _here(event: EventView) -> str:
    return f"/events/{quote(event.slug)}/link"


def _page(
    request: AnyRequest, event: EventView, sent: Sent | None = None, *faults: Fault, is_sent: bool = False
) -> Response[bytes]:
    reader = Reader.of(request)
    form = Filled(sent or Sent(), messages_of(faults, reader.language))
    row = event.row
    return page(
        "registration/link.html",
        reader,
        status=422 if faults else 200,
        headers=PRIVATE,
        form=form,
        here=_here(event),
        is_sent=is_sent,
        slug=event.slug,
        title=said(row["titles"], reader.language, event.slug),
        mailbox=row["mailbox"] or row["contact_email"],
        phone=row["contact_phone"],
    )
