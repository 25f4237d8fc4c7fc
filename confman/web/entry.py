"""Where visitors type the code of an event that is behind one. Nothing of the event is told before."""

from dataclasses import replace
from urllib.parse import quote

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from confman.http.entry import entry_to, is_behind_code
from confman.http.forms import Filled, Message, Sent, read_form
from confman.http.node import Node
from confman.http.origin import check_origin
from confman.http.pages import PRIVATE, AnyRequest, Reader, page
from confman.http.routing import readable
from confman.kernel.i18n import N_, sentences_in
from confman.usecases import entry
from confman.usecases.events import EventView

_MISSING = N_("Please enter the code from your invitation.")
_WRONG = N_("This code does not fit. Please compare it with your invitation.")


@readable("/events/{slug:str}/entry")
async def ask(request: AnyRequest, slug: FromPath[str], node: NamedDependency[Node]) -> Response[bytes]:
    event, reader = await node.catalogue.get(slug), Reader.of(request)
    return _page(event, reader) if is_behind_code(event) else _to_event(event, reader)


@post("/events/{slug:str}/entry", status_code=303)
async def enter(request: AnyRequest, slug: FromPath[str], node: NamedDependency[Node]) -> Response[bytes]:
    check_origin(request, node.settings.base_url)
    event, reader = await node.catalogue.get(slug), Reader.of(request)
    if not is_behind_code(event):
        return _to_event(event, reader)
    sent = await read_form(request)
    code = sent.text("code").strip()
    if not code or not await _fits(node, event, code):
        return _page(event, reader, sent, _WRONG if code else _MISSING)
    return _to_event(event, replace(reader, entry=entry_to(node, event)))


async def _fits(node: Node, event: EventView, code: str) -> bool:
    now = node.clock()
    await node.work.write(entry.count, event.id, now)
    if not await node.work.read(entry.is_right, event.id, code):
        return False
    await node.work.write(entry.take_back, event.id, now)
    return True


def _page(event: EventView, reader: Reader, sent: Sent | None = None, wrong: str | None = None) -> Response[bytes]:
    here, status = f"/events/{quote(event.slug)}/entry", 422 if wrong else 200
    messages = (Message("code", sentences_in(reader.language).say(wrong)),) if wrong else ()
    form = Filled(sent or Sent(), messages)
    return page("events/entry.html", reader, status=status, headers=PRIVATE, form=form, here=here)


def _to_event(event: EventView, reader: Reader) -> Response[bytes]:
    headers = {**PRIVATE, "Location": reader.link(f"/events/{quote(event.slug)}")}
    return Response(b"", status_code=303, headers=headers, media_type="text/plain")
