"""Changing one's details; two who change them at once are shown both versions."""

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from confman.domain.errors import N_, Malformed, Outdated, Refusal
from confman.domain.ledger.requests import Refused
from confman.http.forms import Filled, Sent, read_form
from confman.http.node import Node
from confman.http.problems import STATUS
from confman.usecases import my_details
from confman.usecases.my_details import Details, checked
from confman.usecases.my_views import whole
from confman.web.my_forms import details_from, lines_of
from confman.web.my_page import Shown, show
from confman.web.my_sentences import refused
from confman.web.my_visit import AnyRequest, Said, Visit, again, visit
from confman.web.signup_sent import of_faults

_TRIES = 3
_MEANWHILE = N_(
    "Your details have been changed meanwhile. Nothing that you typed is lost: please choose which version counts."
)


@post("/r/{manage:str}/details", status_code=303)
async def change(request: AnyRequest, manage: FromPath[str], node: NamedDependency[Node]) -> Response[bytes]:
    of = await visit(request, manage, node, posts=True)
    sent = await read_form(request)
    typed, faults = details_from(sent, of.event, of.language)
    if faults:
        return await _again(of, sent, Malformed(tuple(faults)))
    for _ in range(_TRIES):
        now = await _kept(of)
        if typed == now:
            return of.back("details")
        if sent.text("seen") != now.mark:
            return await _both(of, sent, typed, now)
        try:
            wanted = checked(of.event, typed, now)
        except Malformed as malformed:
            return await _again(of, sent, malformed)
        outcome = await node.work.write(my_details.save, of.registration, of.event, wanted, node.clock)
        if not isinstance(outcome, Refused):
            return of.back("details")
        of, reason = await again(of), outcome.reason
        if not isinstance(reason, Outdated):
            break
    return await _again(of, sent, reason)


async def _kept(of: Visit) -> Details:
    found = await of.node.work.read(whole, of.registration, of.event, of.language, of.node.clock())
    return found.details


async def _again(of: Visit, sent: Sent, refusal: Refusal) -> Response[bytes]:
    """The form as sent, with what is wrong with it."""
    status = STATUS.get(type(refusal), 409)
    if isinstance(refusal, Malformed):
        return await show(
            of, Shown(None, status, "details", Filled(sent, of_faults(of.event, refusal.faults, of.language)))
        )
    said = Said("danger", *refused(of, refusal))
    return await show(of, Shown(said, status, "details", Filled(sent)))


async def _both(of: Visit, sent: Sent, typed: Details, now: Details) -> Response[bytes]:
    """What was typed stays in the form, which now knows what it replaces; what is kept stands beside it."""
    fields = {**sent.fields, "seen": (now.mark,)}
    said = Said("warning", of.say(_MEANWHILE))
    mine, kept = (dict(lines_of(each, of.event, of.language, of.node.clock())) for each in (typed, now))
    names = [name for name in {**kept, **mine} if kept.get(name) != mine.get(name)]
    versions = [(name, kept.get(name, ""), mine.get(name, "")) for name in names]
    return await show(of, Shown(said, 409, "details", Filled(Sent(fields)), {"versions": versions}))
