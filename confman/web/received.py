"""The page after the form, behind its receipt: where the e-mail went, what is reserved, and mending the address.

It is of the submission: nobody can read from it whether a person was registered before.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from confman.domain.errors import Malformed, Overloaded, Refusal
from confman.domain.ledger.book import HELD, WAITING, WISHED
from confman.http import pace
from confman.http.forms import Filled, Message, Sent, messages_of, read_form
from confman.http.node import Node
from confman.http.origin import check_origin
from confman.http.pages import PRIVATE, AnyRequest, page
from confman.http.problems import STATUS
from confman.http.problems import said as say_refusal
from confman.http.routing import readable
from confman.kernel.i18n import N_
from confman.usecases import received
from confman.usecases.received import NoCorrection, Received
from confman.web.signup import Visit
from confman.web.signup_names import Names
from confman.web.signup_sent import meant_address, suggestion

_PATH = "/events/{slug:str}/registration/received/{receipt:str}"
_GONE = 410


@readable(_PATH)
async def see(
    request: AnyRequest, slug: FromPath[str], receipt: FromPath[str], node: NamedDependency[Node]
) -> Response[bytes]:
    visit = await Visit.of(request, node, slug)
    known = await node.work.read(received.behind, visit.event.slug, receipt, visit.now)
    if known is None:
        return _expired(visit)
    return await _page(visit, receipt, known, Shown(is_again=request.query_params.get("again") == "1"))


@post(_PATH, status_code=303)
async def correct(
    request: AnyRequest, slug: FromPath[str], receipt: FromPath[str], node: NamedDependency[Node]
) -> Response[bytes]:
    """The address mended: the same answer whether there was something to move or not."""
    arrived = pace.arrival(node)
    check_origin(request, node.settings.base_url)
    visit = await Visit.of(request, node, slug)
    sent = await read_form(request)
    known = await node.work.read(received.behind, visit.event.slug, receipt, visit.now)
    if known is None:
        return _expired(visit)
    asked = _asked(visit, known, sent)
    if asked is not None:
        return await _page(visit, receipt, known, asked)
    try:
        has_moved = await received.correct(node.work, node.clerk, visit.event, known, meant_address(visit.event, sent))
    except Malformed as malformed:
        form = Filled(sent, messages_of(malformed.faults, visit.reader.language))
        return await _page(visit, receipt, known, Shown(form, 422))
    except NoCorrection as stopped:
        return await _page(visit, receipt, known, Shown(status=409, stopped=stopped.says))
    except Refusal as refusal:
        return await _page(visit, receipt, known, _refused(visit, sent, refusal))
    finally:
        await pace.even(arrived)
    more = {} if has_moved else {"again": "1"}
    headers = {**PRIVATE, "Location": visit.reader.link(f"{visit.here}/received/{quote(receipt)}", **more)}
    return Response(b"", status_code=303, media_type="text/html", headers=headers)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows beside the submission. `meant`: the address to ask about; `stopped`: why nothing is mended."""

    form: Filled | None = None
    status: int = 200
    meant: str | None = None
    stopped: str = ""
    is_again: bool = False


def _asked(visit: Visit, known: Received, sent: Sent) -> Shown | None:
    """Whether another address was meant, as the form asks; not of the one that was sent and asked about before."""
    meant = suggestion(visit.event, sent) if known.may_correct else None
    if meant is None or sent.text("email").strip() == known.sent.email:
        return None
    message = Message("email", visit.say(N_("Did you mean {address}?"), address=meant))
    return Shown(Filled(sent, (message,)), 422, meant)


def _refused(visit: Visit, sent: Sent, refusal: Refusal) -> Shown:
    facts = {} if isinstance(refusal, Overloaded) else vars(refusal)
    message = Message("email", say_refusal(refusal.says, facts, visit.reader.language))
    return Shown(Filled(sent, (message,)), STATUS.get(type(refusal), 409))


async def _page(visit: Visit, receipt: str, known: Received, shown: Shown) -> Response[bytes]:
    is_late = await visit.node.work.read(received.letters_are_late, visit.now)
    return page(
        "registration/received.html",
        visit.reader,
        status=shown.status,
        headers=PRIVATE,
        form=shown.form or Filled(Sent({"email": (known.sent.email or "",)})),
        meant=shown.meant,
        stopped=visit.say(shown.stopped) if shown.stopped else "",
        is_again=shown.is_again,
        address=known.sent.email,
        confirm_by=known.answer.confirm_by,
        is_late=is_late,
        is_corrected=known.corrections > 0 and not shown.stopped,
        may_correct=known.may_correct and not shown.stopped,
        is_spent=shown.stopped == received.SPENT or not known.may_correct,
        receipt=receipt,
        added=_added(visit, known),
        **_reserved(visit, known),
        **visit.about(),
    )


def _reserved(visit: Visit, known: Received) -> Mapping[str, Any]:
    """What a newcomer would have, in the order of the programme; a seat kept for the time of waiting is marked."""
    names = Names(visit.event, visit.reader.language, Sent())
    states = dict(known.answer.places)
    sessions = visit.event.rules.rules.sessions
    waited_for = {sessions[unit].slot for unit, state in states.items() if state == WAITING and unit in sessions}
    held = [unit for unit in names.lines if states.get(unit) == HELD]
    return {
        "held": [(names.lines[unit], unit in sessions and sessions[unit].slot in waited_for) for unit in held],
        "waiting": [names.lines[unit] for unit in names.lines if states.get(unit) == WAITING],
        "wished": [names.lines[unit] for unit in names.lines if states.get(unit) == WISHED],
    }


def _added(visit: Visit, known: Received) -> list[str]:
    names = Names(visit.event, visit.reader.language, Sent())
    return [names.name(visit.event.parts[slug].unit) for slug in received.added_parts(visit.event, known.sent)]


def _expired(visit: Visit) -> Response[bytes]:
    return page("registration/expired.html", visit.reader, status=_GONE, headers=PRIVATE, **visit.about())
