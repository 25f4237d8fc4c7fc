"""JSON bodies: read once, bounded, every fault named."""

from typing import Any, TypeVar

import msgspec
from litestar import Request
from litestar.exceptions import ClientException, HTTPException

from confman.domain.errors import N_, Fault, Malformed

T = TypeVar("T", bound=msgspec.Struct)
LARGEST_BODY = 64 * 1024


class UnsupportedMediaType(HTTPException):
    status_code = 415


async def json_body(request: Request[Any, Any, Any], kind: type[T]) -> T:
    """The body as `kind`. Raises 415, 413 and 400 as HTTP errors, `Malformed` for fields that do not fit."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise UnsupportedMediaType
    raw = await request.body()
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.ValidationError:
        raise Malformed(_faults(raw, kind)) from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise ClientException from None


def _faults(raw: bytes, kind: type[msgspec.Struct]) -> tuple[Fault, ...]:
    """Every field by itself, because the decoder names only the first that does not fit."""
    try:
        body = msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError):
        raise ClientException from None
    if not isinstance(body, dict):
        return (Fault((), N_("The body must be a JSON object.")),)
    fields = {field.name: field.type for field in msgspec.structs.fields(kind)}
    faults = [Fault((name,), N_("This field is not known.")) for name in body if name not in fields]
    for name, value in body.items():
        if name in fields:
            try:
                msgspec.convert(value, fields[name])
            except msgspec.ValidationError:
                faults.append(Fault((name,), N_("This has not the form that is expected here.")))
    return tuple(faults)
