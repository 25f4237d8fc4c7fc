"""Changing forums and parts: one choice at a time, the old place kept until the new one is sure."""

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from confman.domain.errors import ChoiceMissing, Malformed, Outdated, Refusal, Unknown
from confman.domain.ledger.requests import Outcome, Refused
from confman.http.forms import Sent, read_form
from confman.http.node import Node
from confman.http.problems import STATUS
from confman.usecases.my_choices import Chosen, ask_to_change
from confman.usecases.my_views import whole
from confman.web.my_page import Shown, show
from confman.web.my_sentences import refused
from confman.web.my_visit import AnyRequest, Said, Visit, again, visit

_TRIES = 3


@post("/r/{manage:str}/choices", status_code=303)
async def choose(request: AnyRequest, manage: FromPath[str], node: NamedDependency[Node]) -> Response[bytes]:
    of = await visit(request, manage, node, posts=True)
    form = await read_form(request)
    sent = chosen_from(form)
    if faults := form.repeated(name for name in form.fields if name != "waits"):
        return await _refused(of, sent, Malformed(faults))
    try:
        outcome = await _ask(of, sent)
    except (Unknown, ChoiceMissing) as refusal:
        outcome = Refused(refusal)
    if isinstance(outcome, Refused):
        return await _refused(await again(of), sent, outcome.reason)
    return of.back(_done(sent))


def chosen_from(sent: Sent) -> Chosen:
    """An empty choice is one that is made later."""
    choices = {
        slot: (values[0], sent.text(f"until.{slot}") or None) if values[0] else None
        for slot, values in sent.below("choice.").items()
    }
    return Chosen(
        choices=choices,
        waits=frozenset(sent.all("waits")),
        adds=sent.text("adds") or None,
        drops=sent.text("drops") or None,
        waits_for_part=bool(sent.text("waits_for_part")),
    )


async def _ask(of: Visit, sent: Chosen) -> Outcome:
    """Parts are asked for all at once: if somebody changes them between our reading and the lock, it is read again."""
    for _ in range(_TRIES):
        outcome = await of.node.clerk.ask(of.registration.event_id, ask_to_change(of.registration, of.event, sent))
        if not (isinstance(outcome, Refused) and isinstance(outcome.reason, Outdated)):
            break
        of = await again(of)
    return outcome


def _done(sent: Chosen) -> str | None:
    part = sent.adds or sent.drops
    if part is not None:
        return f"part.{part}"
    return next((f"choice.{slot}" for slot in sent.choices), None)


async def _refused(of: Visit, sent: Chosen, reason: Refusal) -> Response[bytes]:
    found = await of.node.work.read(whole, of.registration, of.event, of.language, of.node.clock())
    slots = [slot for part in found.parts for slot in part.slots if slot.slug in sent.choices]
    said = Said("danger", *refused(of, reason, slots))
    form = next((f"choice.{slot.slug}" for slot in slots), None)
    part = sent.adds or sent.drops
    return await show(of, Shown(said, STATUS.get(type(reason), 409), f"part.{part}" if part else form))
