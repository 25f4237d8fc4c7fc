"""„My registration“: what a link in a letter opens. Looking changes nothing; confirming and cancelling are posted."""

from datetime import datetime
from typing import Any
from urllib.parse import quote

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from confman.domain.deadlines import zone_of
from confman.domain.errors import N_, Refusal
from confman.domain.ledger.requests import AlreadyRegistered, Cancel, Confirm, Refused
from confman.domain.people import full_name
from confman.http.node import Node
from confman.http.origin import check_origin
from confman.http.pages import PRIVATE, Reader, page
from confman.http.problems import STATUS
from confman.http.problems import said as say_refusal
from confman.http.routing import readable
from confman.kernel.i18n import choose, sentences_in
from confman.kernel.security import Purpose
from confman.usecases import my_registration
from confman.usecases.events import EventView
from confman.usecases.life import is_over
from confman.usecases.my_registration import Mine, can_cancel, can_confirm, cancel_until, holdings, mine, opened
from confman.usecases.programme import place_of, said
from confman.usecases.registrar import Ask
from confman.web.events import moment

AnyRequest = Request[Any, Any, Any]
ELSEWHERE = N_("You are registered by another, newer registration. We have sent you its link once more.")


@readable("/r/{manage:str}")
async def see(request: AnyRequest, manage: FromPath[str], node: NamedDependency[Node]) -> Response[bytes]:
    return await _mine(request, manage, node)


@post("/r/{manage:str}/confirmation", status_code=303)
async def confirm(request: AnyRequest, manage: FromPath[str], node: NamedDependency[Node]) -> Response[bytes]:
    """Late is not too late: the ledger is asked again."""
    return await _settle(request, manage, node, Confirm)


@post("/r/{manage:str}/cancellation", status_code=303)
async def cancel(request: AnyRequest, manage: FromPath[str], node: NamedDependency[Node]) -> Response[bytes]:
    return await _settle(request, manage, node, Cancel)


@readable(["/t/{ticket:str}", "/T/{ticket:str}"])
async def ticket(ticket: FromPath[str], node: NamedDependency[Node]) -> Response[bytes]:
    """The code of a badge shows strangers what everybody may see, and nothing of its bearer."""
    link = opened(node.secrets, Purpose.TICKET, ticket)
    slug = await node.work.read(my_registration.event_behind, link, Purpose.TICKET)
    return _to(f"/events/{quote(slug)}")


async def _settle(request: AnyRequest, manage: str, node: Node, kind: type[Confirm] | type[Cancel]) -> Response[bytes]:
    check_origin(request, node.settings.base_url)
    link = opened(node.secrets, Purpose.MANAGE, manage)
    registration = await node.work.read(mine, link, Purpose.MANAGE)
    outcome = await node.clerk.ask(registration.row["event_id"], Ask(kind(link.registration_id)))
    match outcome:
        case Refused(reason):
            return await _mine(request, manage, node, reason)
        case AlreadyRegistered():
            return await _mine(request, manage, node, ELSEWHERE)
        case _:
            return _to(_reader(request, registration).link(f"/r/{manage}"))


def _to(path: str) -> Response[bytes]:
    return Response(b"", status_code=303, media_type="text/html", headers={**PRIVATE, "Location": path})


async def _mine(request: AnyRequest, manage: str, node: Node, refusal: Refusal | str | None = None) -> Response[bytes]:
    link = opened(node.secrets, Purpose.MANAGE, manage)
    registration = await node.work.read(mine, link, Purpose.MANAGE)
    event = await node.catalogue.get(registration.slug)
    reader = _reader(request, registration)
    status = 200
    says = None
    if refusal is not None:
        status = STATUS.get(type(refusal), 409) if isinstance(refusal, Refusal) else 409
        says = _sentence(refusal, reader.language)
    shown = _shown(registration, event, reader.language, node.clock())
    headers = {**PRIVATE, "Vary": "*"}
    return page(
        "registration/mine.html", reader, status=status, headers=headers, refusal=says, here=f"/r/{manage}", **shown
    )


def _reader(request: AnyRequest, registration: Mine) -> Reader:
    """The registration keeps its language, whatever browser it is looked at with."""
    language = choose(request.query_params.get("lang"), None, registration.row["language"])
    return Reader.in_language(request, language)


def _sentence(refusal: Refusal | str, language: str) -> str:
    if isinstance(refusal, Refusal):
        return say_refusal(refusal.says, vars(refusal), language)
    return sentences_in(language).say(refusal)


def _shown(registration: Mine, event: EventView, language: str, now: datetime) -> dict[str, Any]:
    row, zone = registration.row, zone_of(event.row["zone"])
    held_by = {state: [h for h in holdings(registration, event, language) if h.state == state] for state in _STATES}
    confirmed_at, confirm_by, ended_at = row["confirmed_at"], row["confirm_by"], row["ended_at"]
    speech = sentences_in(language)
    until = cancel_until(registration, event)
    return {
        **held_by,
        "heading": speech.say(
            N_("Confirm your registration") if registration.standing == "unconfirmed" else N_("My registration")
        ),
        "state": registration.standing,
        "name": full_name(row["title"], row["given_name"], row["family_name"]),
        "code": row["code"],
        "confirm_by": confirm_by,
        "confirmed_on": confirmed_at and confirmed_at.astimezone(zone).date(),
        "was_late": bool(confirmed_at and confirm_by and confirmed_at > confirm_by),
        "ended_on": ended_at and ended_at.astimezone(zone).date(),
        "queue": next((h.position for h in held_by["waiting"]), None) if not held_by["held"] else None,
        "can_confirm": can_confirm(registration, event, now),
        "can_cancel": can_cancel(registration, event, now),
        "cancel_until": until if ended_at is None else None,
        **_about(event, language, now),
    }


_STATES = ("held", "waiting", "wished")


def _about(event: EventView, language: str, now: datetime) -> dict[str, Any]:
    row = event.row
    return {
        "slug": event.slug,
        "zone": row["zone"],
        "title": said(row["titles"], language, event.slug),
        "moment": moment(row, language),
        "place": place_of(row),
        "has_page": row["visibility"] != "code",
        "event_cancelled": row["cancelled_at"] is not None,
        "reason": said(row["cancel_reason"], language),
        "is_over": is_over(row, now),
        "mailbox": row["mailbox"] or row["contact_email"],
        "phone": row["contact_phone"],
    }
