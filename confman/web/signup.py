"""Registering by the form: it comes back filled with a message at each field, or leads to the page that follows."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from confman.domain.errors import (
    DeadlinePassed,
    EventCancelled,
    Interrupted,
    Malformed,
    NotOpen,
    Overloaded,
    Refusal,
    TooOften,
)
from confman.domain.ledger.requests import Outcome, Refused
from confman.http import pace
from confman.http.entry import visited
from confman.http.forms import Filled, Message, Sent, read_form
from confman.http.node import Node
from confman.http.origin import check_origin
from confman.http.pages import AnyRequest, Reader, page
from confman.http.problems import STATUS
from confman.http.problems import said as say_refusal
from confman.http.routing import readable
from confman.kernel.i18n import N_, sentences_in
from confman.kernel.security import new_nonce, new_receipt
from confman.usecases import events, received
from confman.usecases.events import EventView
from confman.usecases.life import life
from confman.usecases.programme import place_of, said
from confman.usecases.registrations import register
from confman.usecases.retention import dates_for
from confman.usecases.submissions import Origin, ask_to_register
from confman.web.events import moment
from confman.web.signup_form import Available, Signup
from confman.web.signup_names import Names
from confman.web.signup_sent import in_order, messages_from, of_faults, submission_of, suggestion

NOT_KEPT: Mapping[str, str] = {"Cache-Control": "no-store"}
_LAPSED = N_("This page was open for longer than a day. Please send it once more; your details are still here.")
_UNKNOWN_KEY = N_("Please send it once more; your details are still here.")
_BUSY = N_("Very many people are registering right now. Your details are still here. Please send again in a minute.")
_LOST = N_("It may have been recorded. Please send it once more: that is safe, and your details are still here.")
_CHANGED = N_("The programme has changed meanwhile. Please check your choice; your other details are still here.")


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody at the form of an event."""

    node: Node
    event: EventView
    reader: Reader
    now: datetime

    @classmethod
    async def of(cls, request: AnyRequest, node: Node, slug: str) -> "Visit":
        event = await visited(request, node, slug)
        return cls(node, event, Reader.of(request, event.row["languages"][0]), node.clock())

    @property
    def is_open(self) -> bool:
        return life(self.event, self.now) == "open"

    @property
    def here(self) -> str:
        return f"/events/{quote(self.event.slug)}/registration"

    def say(self, text: str, **facts: Any) -> str:
        return sentences_in(self.reader.language).say(text, **facts)

    def about(self) -> dict[str, Any]:
        """What all pages around the form tell of the event."""
        row, language = self.event.row, self.reader.language
        return {
            "event": row,
            "zone": row["zone"],
            "title": said(row["titles"], language, self.event.slug),
            "moment": moment(row, language),
            "place": place_of(row),
            "here": self.here,
            "mailbox": row["mailbox"] or row["contact_email"],
            "phone": row["contact_phone"],
        }


@readable("/events/{slug:str}/registration")
async def see(request: AnyRequest, slug: FromPath[str], node: NamedDependency[Node]) -> Response[bytes]:
    """The empty form; with `?again=` and a receipt, filled for another person from the same office."""
    visit = await Visit.of(request, node, slug)
    if not visit.is_open:
        return closed(visit)
    return await _form(visit, await _again(visit, request.query_params.get("again")))


@post("/events/{slug:str}/registration", status_code=303)
async def send(request: AnyRequest, slug: FromPath[str], node: NamedDependency[Node]) -> Response[bytes]:
    """Answers a repeated person as a newcomer would have been."""
    arrived = pace.arrival(node)
    check_origin(request, node.settings.base_url)
    visit = await Visit.of(request, node, slug)
    sent = await read_form(request)
    if not visit.is_open:
        return closed(visit, 409)
    refused = _checked(visit, sent)
    if refused is not None:
        return await _form(visit, refused.form, refused)
    receipt = new_receipt()
    try:
        outcome = await _register(visit, sent, receipt.hash)
    except Refusal as refusal:
        return await _refused(visit, sent, refusal)
    await pace.even(arrived)
    if isinstance(outcome, Refused):
        return await _refused(visit, sent, outcome.reason)
    headers = {**NOT_KEPT, "Location": visit.reader.link(f"{visit.here}/received/{receipt.plain}")}
    return Response(b"", status_code=303, media_type="text/html", headers=headers)


async def _register(visit: Visit, sent: Sent, receipt: bytes) -> Outcome:
    """Raises refusals of what comes before the ledger."""
    submission, faults = submission_of(visit.event, sent, visit.reader.language)
    origin = Origin("form", key=f"form:{sent.text('key')}", language=visit.reader.language)
    try:
        ask = ask_to_register(visit.event, submission, origin)
    except Malformed as malformed:
        raise Malformed((*malformed.faults, *faults)) from None
    if faults:
        raise Malformed(faults)
    visit.node.tries.check(visit.event.id, ask.request, visit.now)
    ask = replace(ask, receipt=received.receipt_for(receipt, submission))
    return await register(visit.node.clerk, visit.event, ask)


async def _again(visit: Visit, receipt: str | None) -> Filled:
    """Institution, address and parts of the one before; names and needs are another person's own."""
    if not receipt:
        return Filled()
    known = await visit.node.work.read(received.behind, visit.event.slug, receipt, visit.now)
    if known is None:
        return Filled()
    fields = {
        "institution": (known.sent.institution or "",),
        "email": (known.sent.email or "",),
        "parts": tuple(known.sent.parts),
    }
    return Filled(Sent(fields))


# what comes back


@dataclass(frozen=True, slots=True)
class Returned:
    """The form with what is wrong; `notice` is about no field. `counts`: whether to ask how many places there are."""

    form: Filled
    status: int = 422
    notice: str = ""
    meant: str | None = None
    key: str | None = None
    counts: bool = True
    retry_after: int | None = None


def _checked(visit: Visit, sent: Sent) -> Returned | None:
    """What is asked before the ledger, beside the fields: whether the page is fresh, and the address as meant."""
    key = visit.node.secrets.read_form_key(sent.text("key"))
    if key is None or key.event_id != visit.event.id:
        return Returned(Filled(sent, _messages(visit, sent)), 409, visit.say(_UNKNOWN_KEY))
    if key.has_lapsed(visit.now):
        return Returned(Filled(sent, _messages(visit, sent)), 409, visit.say(_LAPSED))
    meant = suggestion(visit.event, sent)
    if meant is None:
        return None
    about = Message("email", visit.say(N_("Did you mean {address}?"), address=meant))
    others = (message for message in _messages(visit, sent) if message.name != "email")
    return Returned(Filled(sent, in_order(visit.event, (*others, about))), meant=meant, key=sent.text("key"))


def _messages(visit: Visit, sent: Sent) -> tuple[Message, ...]:
    """All that is wrong with the fields."""
    submission, faults = submission_of(visit.event, sent, visit.reader.language)
    try:
        ask_to_register(visit.event, submission, Origin("form", language=visit.reader.language))
    except Malformed as malformed:
        faults = (*malformed.faults, *faults)
    return of_faults(visit.event, faults, visit.reader.language)


async def _refused(visit: Visit, sent: Sent, refusal: Refusal) -> Response[bytes]:
    """Everything is kept; only where registration is over as a whole there is no form any more."""
    is_over = isinstance(refusal, DeadlinePassed | NotOpen | EventCancelled)
    if is_over and (isinstance(refusal, EventCancelled) or not events.is_open(visit.event, visit.node.clock())):
        return closed(visit, 409)
    status = STATUS.get(type(refusal), 409)
    form = Filled(sent, messages_from(refusal, Names(visit.event, visit.reader.language, sent)))
    match refusal:
        case Malformed():
            returned = Returned(form, status)
        case Overloaded():
            returned = Returned(form, status, visit.say(_BUSY), counts=False, retry_after=refusal.retry_after_seconds)
        case Interrupted():
            returned = Returned(form, status, visit.say(_LOST), counts=False, retry_after=refusal.retry_after_seconds)
        case TooOften():
            notice = say_refusal(refusal.says, {}, visit.reader.language)
            returned = Returned(form, status, notice, counts=False, retry_after=refusal.retry_after_seconds)
        case _ if form.messages:
            returned = Returned(form, status)
        case _ if is_over:
            returned = Returned(form, status, say_refusal(refusal.says, {}, visit.reader.language))
        case _:
            returned = Returned(form, status, visit.say(_CHANGED))
    return await _form(visit, form, replace(returned, key=sent.text("key")))


async def _form(visit: Visit, form: Filled, returned: Returned | None = None) -> Response[bytes]:
    """The page; a form that comes back keeps its key, so that nothing is recorded twice."""
    available: Available = {}
    if returned is None or returned.counts:
        available = await visit.node.work.read(events.told_availability, visit.event, visit.now)
    signup = Signup(Names(visit.event, visit.reader.language, form.sent), visit.now, available)
    if returned is None and signup.is_full:
        return closed(visit, is_full=True)
    key = visit.node.secrets.sign_form_key(visit.event.id, visit.now, new_nonce())
    headers = dict(NOT_KEPT)
    if returned is not None and returned.retry_after is not None:
        headers["Retry-After"] = str(returned.retry_after)
    return page(
        "registration/form.html",
        visit.reader,
        status=200 if returned is None else returned.status,
        headers=headers,
        form=form,
        notice=returned.notice if returned else "",
        meant=returned.meant if returned else None,
        key=(returned.key if returned else None) or key,
        dates=dates_for(visit.event),
        **visit.about(),
        **signup.fields(form),
    )


def closed(visit: Visit, status: int = 200, *, is_full: bool = False) -> Response[bytes]:
    """Why nobody can register now, and whom to ask."""
    opens_at, closes_at = events.window(visit.event)
    return page(
        "registration/closed.html",
        visit.reader,
        status=status,
        headers=NOT_KEPT,
        life="full" if is_full else life(visit.event, visit.now),
        was_sent=status != 200,
        opens_at=opens_at,
        closes_at=closes_at,
        reason=said(visit.event.row["cancel_reason"], visit.reader.language),
        **visit.about(),
    )
