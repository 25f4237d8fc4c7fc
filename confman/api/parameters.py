"""What requests carry beside their body; every parameter that cannot be understood is named."""

import base64
import binascii
from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec
from litestar import Request

from confman.domain.errors import N_, Fault, Malformed
from confman.http.conditional import tags_in

LARGEST_PAGE = 200
_USUAL_PAGE = 100
_LONGEST_KEY = 255
LONGEST_TEXT = 200
AnyRequest = Request[Any, Any, Any]


def fault(name: str, says: str, **facts: str | int) -> Malformed:
    return Malformed((Fault((name,), says, tuple(facts.items())),))


def idempotency_key(request: AnyRequest, scope: str) -> str | None:
    """The caller's key, apart from those of other callers. Raises `Malformed` where it is too long or unreadable."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not 0 < len(key) <= _LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise fault("Idempotency-Key", N_("The key must have 1 to 255 visible ASCII characters."))
    return f"{scope}:{key}"


def text(request: AnyRequest, name: str) -> str | None:
    """None where it is not sent or empty."""
    value: str = request.query_params.get(name, "")
    if len(value) > LONGEST_TEXT:
        raise fault(name, N_("Please shorten this to {limit} characters."), limit=LONGEST_TEXT)
    if not value.isprintable():
        raise fault(name, N_("There is a character in it that cannot be used here. Please type it again."))
    return value or None


def limit(request: AnyRequest) -> int:
    typed = text(request, "limit")
    if typed is None:
        return _USUAL_PAGE
    if not (typed.isascii() and typed.isdigit() and 1 <= int(typed) <= LARGEST_PAGE):
        raise fault("limit", N_("This must be a number from {low} to {high}."), low=1, high=LARGEST_PAGE)
    return int(typed)


def day(request: AnyRequest, name: str) -> date | None:
    typed = text(request, name)
    try:
        return None if typed is None else date.fromisoformat(typed)
    except ValueError:
        raise fault(name, N_("This must be a day like 2027-01-26.")) from None


def flag(request: AnyRequest, name: str, *, default: bool) -> bool:
    typed = text(request, name)
    if typed not in {None, "true", "false"}:
        raise fault(name, N_("This must be true or false."))
    return default if typed is None else typed == "true"


def one_of(request: AnyRequest, name: str, known: Mapping[str, Any]) -> str | None:
    typed = text(request, name)
    if typed is not None and typed not in known:
        raise fault(name, N_("This must be one of: {known}."), known=", ".join(known))
    return typed


def revisions(request: AnyRequest) -> frozenset[int] | None:
    """The revisions that If-Match names; None where any will do, none where it names nothing of ours."""
    if "if-match" not in request.headers:
        return None
    tags = tags_in(request, "if-match")
    if tags == ["*"]:
        return None
    numbers = (tag.removeprefix('"r').removesuffix('"') for tag in tags if tag.startswith('"r'))
    return frozenset(int(number) for number in numbers if number.isascii() and number.isdigit())


def revision_tag(revision: int) -> str:
    return f'"r{revision}"'


# where a page begins: opaque for callers, no secret


def cursor(*last: Any) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(last)).rstrip(b"=").decode()


def after(request: AnyRequest, kind: Any) -> Any:
    """What `cursor` was made from, as `kind`; None on the first page."""
    typed: str = request.query_params.get("after", "")
    if not typed:
        return None
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(typed + "=" * (-len(typed) % 4)), type=kind)
    except (binascii.Error, ValueError, RecursionError, msgspec.DecodeError):
        raise fault("after", N_("No page begins here. Please take the address from the Link header.")) from None
