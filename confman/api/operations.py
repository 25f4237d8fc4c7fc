"""THE table of what the API can do: the OpenAPI document and the page of the documentation are made from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from confman.api import schemas
from confman.api.parameters import LARGEST_PAGE, LONGEST_TEXT
from confman.domain import errors
from confman.domain.errors import N_, Refusal
from confman.usecases.registrations import Addition, Correction
from confman.usecases.submissions import Submission
from confman.usecases.tokens import READ, WRITE


@dataclass(frozen=True, slots=True)
class Parameter:
    """`where`: path, query or header."""

    name: str
    where: str
    says: str
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string", "maxLength": LONGEST_TEXT})


@dataclass(frozen=True, slots=True)
class Operation:
    """`answers`: by status, the type of the body, or a media type, or None without body.

    `scope`: what a token must be made for; `is_public`: it also works without a token.
    """

    method: str
    path: str
    name: str
    says: str
    answers: Mapping[int, Any]
    takes: tuple[type, ...] = ()
    scope: str | None = None
    is_public: bool = True
    parameters: tuple[Parameter, ...] = ()
    refusals: tuple[type[Refusal], ...] = ()
    statuses: tuple[int, ...] = ()


_EVENT = "/api/v1/events/{slug}"
_REGISTRATIONS = f"{_EVENT}/registrations"
_REGISTRATION = f"{_REGISTRATIONS}/{{code}}"

_SLUG: Final = Parameter("slug", "path", N_("The event, as in the address of its page."))
_CODE: Final = Parameter("code", "path", N_("The code of the registration, with or without its dash."))
_AFTER: Final = Parameter("after", "query", N_("Where the page begins; from the Link header of the page before."))
_LIMIT: Final = Parameter(
    "limit",
    "query",
    N_("How many at most."),
    {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": 100},
)
_KEY: Final = Parameter(
    "Idempotency-Key",
    "header",
    N_("Any text of your own; the same request with the same key happens once."),
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
)
_TAGS: Final = {"type": "string"}
_IF_NONE_MATCH: Final = Parameter(
    "If-None-Match", "header", N_("The ETag of what you have: 304 if it is the same."), _TAGS
)
_IF_MATCH: Final = Parameter("If-Match", "header", N_("The ETag of what you read: 412 if it was changed since."), _TAGS)

_PLACES_REFUSALS = (
    *(errors.Full, errors.NotOpen, errors.DeadlinePassed, errors.Clash, errors.ChoiceMissing, errors.Unknown),
    *(errors.EventCancelled, errors.Overloaded, errors.Interrupted),
)
_OWN = (errors.NotSignedIn, errors.NotAllowed, errors.NotFound)
_BODY = (400, 413, 415)

OPERATIONS: Final = (
    Operation(
        "get",
        "/api/v1/events",
        "listEvents",
        N_("The public events by day; with a token also drafts and unlisted events of its host."),
        {200: schemas.Events, 304: None},
        parameters=(
            Parameter("series", "query", N_("Only those of this series, by its slug.")),
            Parameter("project", "query", N_("Only those of this project, by its slug.")),
            Parameter("kind", "query", N_("Only those of this kind.")),
            Parameter("city", "query", N_("Only those in this city.")),
            Parameter(
                "from",
                "query",
                N_("Only those that are not over before this day."),
                {"type": "string", "format": "date"},
            ),
            *(_LIMIT, _AFTER, _IF_NONE_MATCH),
        ),
        refusals=(errors.NotSignedIn, errors.Malformed),
    ),
    Operation(
        "get",
        _EVENT,
        "getEvent",
        N_("One event with its parts, programme, questions and consents."),
        {200: schemas.Event, 304: None},
        parameters=(_SLUG, _IF_NONE_MATCH),
        refusals=(errors.NotSignedIn, errors.NotFound),
    ),
    Operation(
        "get",
        f"{_EVENT}/availability",
        "getAvailability",
        N_("What a newcomer may expect now, part by part and session by session."),
        {200: schemas.Availability, 304: None},
        parameters=(_SLUG, _IF_NONE_MATCH),
        refusals=(errors.NotSignedIn, errors.NotFound),
    ),
    Operation(
        "post",
        _REGISTRATIONS,
        "register",
        N_("Registers somebody. Without a token the answer tells nobody who is registered; with one it adds by hand."),
        {201: schemas.Added, 202: schemas.Received},
        takes=(Submission, Addition),
        scope=WRITE,
        parameters=(_SLUG, _KEY),
        refusals=(
            *_PLACES_REFUSALS,
            *(errors.KeyReused, errors.TooManyForAddress, errors.IdentityTaken, errors.TooOften, errors.Malformed),
            *_OWN,
        ),
        statuses=_BODY,
    ),
    Operation(
        "get",
        _REGISTRATIONS,
        "listRegistrations",
        N_("The registrations of an event by name."),
        {200: schemas.Registrations},
        scope=READ,
        is_public=False,
        parameters=(
            _SLUG,
            Parameter("q", "query", N_("Beginnings of words of a name or institution, or a code.")),
            Parameter(
                "state",
                "query",
                N_("Only those that are live, ended, unconfirmed, or wait for something."),
                {"enum": ["live", "ended", "waiting", "unconfirmed"]},
            ),
            *(_LIMIT, _AFTER),
        ),
        refusals=(*_OWN, errors.Malformed),
    ),
    Operation(
        "get",
        _REGISTRATION,
        "getRegistration",
        N_("One registration with its places and, where it waits, its positions."),
        {200: schemas.Registration},
        scope=READ,
        is_public=False,
        parameters=(_SLUG, _CODE),
        refusals=_OWN,
    ),
    Operation(
        "patch",
        _REGISTRATION,
        "changeRegistration",
        N_("Changes details, places or both, all or nothing; what is left out stays."),
        {200: schemas.Registration},
        takes=(Correction,),
        scope=WRITE,
        is_public=False,
        parameters=(_SLUG, _CODE, _IF_MATCH),
        refusals=(
            *_PLACES_REFUSALS,
            *(errors.Ended, errors.IdentityTaken, errors.Outdated, errors.Malformed),
            *_OWN,
        ),
        statuses=_BODY,
    ),
    Operation(
        "delete",
        _REGISTRATION,
        "cancelRegistration",
        N_("Cancels a registration; its places go to those who wait. Once more is no error."),
        {204: None},
        scope=WRITE,
        is_public=False,
        parameters=(
            *(_SLUG, _CODE, _IF_MATCH),
            Parameter("tells", "query", N_("Whether the person gets a letter."), {"type": "boolean", "default": True}),
        ),
        refusals=(errors.Outdated, errors.Overloaded, errors.Interrupted, errors.Malformed, *_OWN),
    ),
    Operation(
        "get",
        "/api/openapi.json",
        "getDescription",
        N_("This description, as OpenAPI 3.1."),
        {200: "application/vnd.oai.openapi+json", 304: None},
        parameters=(_IF_NONE_MATCH,),
    ),
    Operation("get", "/api/docs", "getDocumentation", N_("This page."), {200: "text/html"}),
)
