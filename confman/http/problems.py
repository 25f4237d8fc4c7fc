"""Refusals as RFC 9457 problem+json: the one table from outcomes to HTTP."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from confman.domain import errors
from confman.domain.errors import N_, Fault, Refusal
from confman.http.language import language_of
from confman.kernel.db import is_lost
from confman.kernel.i18n import sentences_in
from confman.kernel.logs import place_of

STATUS: dict[type[Refusal], int] = {
    errors.NotFound: 404,
    errors.NotAllowed: 403,
    errors.NotSignedIn: 401,
    errors.Outdated: 412,
    errors.Malformed: 422,
    errors.TooOften: 429,
    errors.Overloaded: 503,
    errors.Interrupted: 503,
}
"""All others are 409: understood, but not now or not so."""

TITLES: dict[type[Refusal], str] = {
    errors.Full: N_("No free places"),
    errors.NotOpen: N_("Not open yet"),
    errors.DeadlinePassed: N_("Deadline passed"),
    errors.Clash: N_("Two things at the same time"),
    errors.ChoiceMissing: N_("A choice is missing"),
    errors.KeyReused: N_("Idempotency-Key used before"),
    errors.TooManyForAddress: N_("Too many people for one e-mail address"),
    errors.IdentityTaken: N_("Registered already"),
    errors.Ended: N_("Registration has ended"),
    errors.NotConfirmed: N_("Not confirmed yet"),
    errors.Unknown: N_("No longer there"),
    errors.Outdated: N_("Changed meanwhile"),
    errors.EventCancelled: N_("Event cancelled"),
    errors.CannotRestore: N_("Cannot be undone"),
    errors.BelowHeld: N_("More places are taken"),
    errors.NotFound: N_("Not found"),
    errors.NotAllowed: N_("Not allowed"),
    errors.NotSignedIn: N_("Not signed in"),
    errors.Overloaded: N_("Very busy"),
    errors.Interrupted: N_("Interrupted"),
    errors.Malformed: N_("Please check what you sent"),
    errors.TooOften: N_("Too many attempts"),
}
"""What each is called; a title says the same whatever the facts."""

_HTTP_DETAILS = {
    400: N_("What was sent cannot be read. Nothing was recorded."),
    404: N_("There is nothing at this address."),
    405: N_("This address does not take this method."),
    413: N_("More than 64 KiB were sent. Nothing was recorded."),
    415: N_("Please send it as application/json. Nothing was recorded."),
}
_AT_MOST_ERRORS = 100  # a body of 64 KiB can have thousands

MEDIA_TYPE = "application/problem+json"
_OUR_MISTAKE = N_("This is our mistake. It may have been recorded; sending the same again is safe.")
_log = structlog.get_logger("confman.http")
AnyRequest = Request[Any, Any, Any]


def problem(refusal: Refusal, language: str, **extra: Any) -> Response[bytes]:
    """`extra` members stand beside the refusal's own facts."""
    status = STATUS.get(type(refusal), 409)
    facts = {name: value for name, value in vars(refusal).items() if name not in {"faults", "units", "unit", "ids"}}
    body: dict[str, Any] = {
        "type": f"/problems/{refusal.slug}",
        "title": said(TITLES[type(refusal)], {}, language),
        "status": status,
        "detail": said(refusal.says, facts, language),
        **{name: _plain(value) for name, value in facts.items() if _is_fact(value)},
        **extra,
    }
    if isinstance(refusal, errors.Malformed):
        body["errors"] = [_error(fault, language) for fault in refusal.faults[:_AT_MOST_ERRORS]]
    headers = {"Content-Language": language}
    if "retry_after_seconds" in facts:
        headers["Retry-After"] = str(facts["retry_after_seconds"])
    if isinstance(refusal, errors.NotSignedIn):
        headers["WWW-Authenticate"] = "Bearer"
    return _answer(body, status, headers)


def said(says: str, facts: dict[str, Any], language: str) -> str:
    """The sentence in the reader's language. Only our own sentences are filled in, only with numbers and dates."""
    return sentences_in(language).say(says, **{name: _plain(value) for name, value in facts.items()})


def _error(fault: Fault, language: str) -> dict[str, str]:
    return {"pointer": pointer(fault.path), "detail": said(fault.says, dict(fault.facts), language)}


def pointer(path: tuple[str | int, ...]) -> str:
    """RFC 6901."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def _is_fact(value: Any) -> bool:
    return isinstance(value, int | str | datetime) and not isinstance(value, bool)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _answer(body: dict[str, Any], status: int, headers: dict[str, str]) -> Response[bytes]:
    headers = {"Cache-Control": "no-store", **headers}
    return Response(msgspec.json.encode(body), status_code=status, media_type=MEDIA_TYPE, headers=headers)


# what litestar calls


def on_refusal(request: AnyRequest, refusal: Refusal) -> Response[bytes]:
    return problem(refusal, language_of(request))


def on_http_error(request: AnyRequest, error: HTTPException) -> Response[bytes]:
    """Bad paths, methods, bodies: the standard's own title, never what was sent."""
    status, language = error.status_code, language_of(request)
    body: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    says = getattr(error, "says", None) or _HTTP_DETAILS.get(status)
    if says:
        body["detail"] = said(says, {}, language)
    kept = {name: value for name, value in (error.headers or {}).items() if name.lower() in {"allow", "retry-after"}}
    return _answer(body, status, {"Content-Language": language, **kept})


def on_fault(request: AnyRequest, error: Exception) -> Response[bytes]:
    """Our mistake, or the database is away: told to the log by kind and place, never with what was sent."""
    route = request.scope.get("path_template", "")
    _log.error("unexpected", kind=type(error).__name__, where=place_of(error), route=route)
    language = language_of(request)
    if isinstance(error, PoolTimeout) or (isinstance(error, DBAPIError) and is_lost(error)):
        return problem(errors.Interrupted(), language)
    body = {
        "type": "about:blank",
        "title": "Internal Server Error",
        "status": 500,
        "detail": said(_OUR_MISTAKE, {}, language),
    }
    return _answer(body, 500, {"Content-Language": language})
