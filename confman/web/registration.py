"""What a link from a letter opens. Looking changes nothing; confirming, cancelling and coming back are posted."""

from urllib.parse import quote

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from confman.domain.errors import N_, NotFound
from confman.domain.ledger.requests import AlreadyRegistered, Cancel, Confirm, Refused
from confman.http.node import Node
from confman.http.pages import Reader, page
from confman.http.problems import STATUS
from confman.http.problems import said as say_refusal
from confman.http.routing import readable
from confman.kernel.security import Purpose
from confman.usecases import my_registration
from confman.usecases.registrar import Ask
from confman.usecases.retention import erased_on
from confman.web.my_page import HEADERS, Shown, show
from confman.web.my_visit import AnyRequest, Said, Visit, again, to, visit

ELSEWHERE = N_("You are registered by another, newer registration. We have sent you its link once more.")


@readable("/r/{manage:str}")
async def see(request: AnyRequest, manage: FromPath[str], node: NamedDependency[Node]) -> Response[bytes]:
    try:
        found = await visit(request, manage, node)
    except NotFound:
        return await _erased(request, manage, node)
    return await show(found)


async def _erased(request: AnyRequest, manage: str, node: Node) -> Response[bytes]:
    """Whoever kept the letter is told that nothing is kept any more, and since when. Raises `NotFound`."""
    link = my_registration.opened(node.secrets, Purpose.MANAGE, manage)
    day = await node.work.read(erased_on, link)
    if day is None:
        raise NotFound
    reader = Reader.of(request)
    return page("registration/erased.html", reader, status=410, headers=HEADERS, here=f"/r/{manage}", day=day)


@post("/r/{manage:str}/confirmation", status_code=303)
async def confirm(request: AnyRequest, manage: FromPath[str], node: NamedDependency[Node]) -> Response[bytes]:
    """Late is not too late: the ledger is asked again."""
    of = await visit(request, manage, node, posts=True)
    return await _settle(of, Ask(Confirm(of.registration.id)))


@post("/r/{manage:str}/cancellation", status_code=303)
async def cancel(request: AnyRequest, manage: FromPath[str], node: NamedDependency[Node]) -> Response[bytes]:
    of = await visit(request, manage, node, posts=True)
    return await _settle(of, Ask(Cancel(of.registration.id)))


@post("/r/{manage:str}/return", status_code=303)
async def come_back(request: AnyRequest, manage: FromPath[str], node: NamedDependency[Node]) -> Response[bytes]:
    """Who cancelled comes after all."""
    of = await visit(request, manage, node, posts=True)
    return await _settle(of, Ask(Confirm(of.registration.id, returns=True)))


async def _settle(of: Visit, ask: Ask) -> Response[bytes]:
    outcome = await of.node.clerk.ask(of.registration.event_id, ask)
    match outcome:
        case Refused(reason):
            said = Said("danger", say_refusal(reason.says, vars(reason), of.language))
            return await show(await again(of), Shown(said, STATUS.get(type(reason), 409)))
        case AlreadyRegistered():
            return await show(of, Shown(Said("info", of.say(ELSEWHERE)), 409))
        case _:
            return of.back()


@readable(["/t/{ticket:str}", "/T/{ticket:str}"])
async def ticket(ticket: FromPath[str], node: NamedDependency[Node]) -> Response[bytes]:
    """The code of a badge shows strangers what everybody may see, and nothing of its bearer."""
    link = my_registration.opened(node.secrets, Purpose.TICKET, ticket)
    slug = await node.work.read(my_registration.event_behind, link, Purpose.TICKET)
    return to(f"/events/{quote(slug)}")
