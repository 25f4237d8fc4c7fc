"""Another address: asked for on „My registration“, taken over by a button behind the link in the new mailbox."""

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from confman.domain.errors import Malformed, Refusal
from confman.domain.ledger.requests import Refused
from confman.http.forms import Filled, Sent, messages_of, read_form
from confman.http.node import Node
from confman.http.origin import check_origin
from confman.http.pages import page
from confman.http.problems import STATUS
from confman.http.routing import readable
from confman.kernel.security import Purpose
from confman.usecases import my_address
from confman.usecases.my_address import Asked
from confman.usecases.submissions import Faults, address_from
from confman.web.my_page import HEADERS, Shown, about, show
from confman.web.my_sentences import refused
from confman.web.my_visit import AnyRequest, Said, Visit, reader_of, to, visit


@post("/r/{manage:str}/address", status_code=303)
async def ask(request: AnyRequest, manage: FromPath[str], node: NamedDependency[Node]) -> Response[bytes]:
    of = await visit(request, manage, node, posts=True)
    sent = await read_form(request)
    faults = Faults()
    address = address_from(sent.text("email"), faults, required=True)
    try:
        if address is None:
            raise Malformed(tuple(faults.found))
        await node.work.write(my_address.ask, of.registration, address, node.clock)
    except Refusal as refusal:
        return await _again(of, sent, refusal)
    return of.back("address")


async def _again(of: Visit, sent: Sent, refusal: Refusal) -> Response[bytes]:
    status = STATUS.get(type(refusal), 409)
    if isinstance(refusal, Malformed):
        filled = Filled(sent, messages_of(refusal.faults, of.language))
        return await show(of, Shown(None, status, "address", filled))
    return await show(of, Shown(Said("danger", *refused(of, refusal)), status, "address", Filled(sent)))


@readable("/address/{token:str}")
async def see(request: AnyRequest, token: FromPath[str], node: NamedDependency[Node]) -> Response[bytes]:
    return _page(*await _opened(request, token, node))


@post("/address/{token:str}", status_code=303)
async def take_over(request: AnyRequest, token: FromPath[str], node: NamedDependency[Node]) -> Response[bytes]:
    check_origin(request, node.settings.base_url)
    of, asked = await _opened(request, token, node)
    try:
        outcome = await node.work.write(my_address.take_over, asked, node.clock)
    except Refusal as refusal:
        outcome = Refused(refusal)
    if isinstance(outcome, Refused):
        return _page(of, asked, outcome.reason)
    generation = of.registration.row["manage_generation"] + 1
    manage = node.secrets.sign_link(Purpose.MANAGE, of.registration.id, generation)
    return to(of.reader.link(f"/r/{manage}", done="moved"))


async def _opened(request: AnyRequest, token: str, node: Node) -> tuple[Visit, Asked]:
    """Raises `NotFound`."""
    asked = await node.work.read(my_address.asked, my_address.opened(node.secrets, token))
    registration = asked.registration
    event = await node.catalogue.get(registration.slug)
    return Visit(request, node, token, registration, event, reader_of(request, registration)), asked


def _page(of: Visit, asked: Asked, refusal: Refusal | None = None) -> Response[bytes]:
    """Without the name: whoever was mistaken for somebody learns which event it is, and no more."""
    expired = of.node.clock() >= asked.closes_at
    status = 410 if expired else STATUS.get(type(refusal), 409) if refusal is not None else 200
    return page(
        "registration/address.html",
        of.reader,
        status=status,
        headers=HEADERS,
        here=f"/address/{of.manage}",
        address=asked.address,
        closes_at=asked.closes_at,
        expired=expired,
        says=Said("danger", *refused(of, refusal)) if refusal is not None and not expired else None,
        **about(of),
    )
