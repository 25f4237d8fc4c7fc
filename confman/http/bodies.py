"""JSON bodies: read once, bounded, every fault named."""

from collections.abc import Iterator
from typing import Any, TypeVar, get_args, get_origin

import msgspec
from litestar import Request
from litestar.exceptions import ClientException, HTTPException

from confman.domain.errors import N_, Fault, Malformed

T = TypeVar("T", bound=msgspec.Struct)
LARGEST_BODY = 64 * 1024
_UNREADABLE = (msgspec.DecodeError, RecursionError, UnicodeDecodeError)


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
    except _UNREADABLE:
        raise ClientException from None


def _faults(raw: bytes, kind: type[msgspec.Struct]) -> tuple[Fault, ...]:
    """Every field by itself, because the decoder names only the first that does not fit."""
    try:
        body = msgspec.json.decode(raw)
    except _UNREADABLE:
        raise ClientException from None
    if not isinstance(body, dict):
        return (Fault((), N_("The body must be a JSON object.")),)
    fields = {field.name: field.type for field in msgspec.structs.fields(kind)}
    faults = [Fault((name,), N_("This field is not known.")) for name in body if name not in fields]
    for name, value in body.items():
        if name in fields:
            faults += _misfits(value, fields[name], (name,))
    return tuple(faults)


def _misfits(value: Any, kind: Any, path: tuple[str | int, ...]) -> Iterator[Fault]:
    """Where exactly a value does not fit: in which items of a list, in which members of an object."""
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError:
        inside = list(_inside(value, kind, path))
        yield from inside or [Fault(path, N_("This has not the form that is expected here."))]


def _inside(value: Any, kind: Any, path: tuple[str | int, ...]) -> Iterator[Fault]:
    for possible in (kind, *get_args(kind)):
        if isinstance(value, list) and get_origin(possible) is list:
            for index, item in enumerate(value):
                yield from _misfits(item, get_args(possible)[0], (*path, index))
        elif isinstance(value, dict) and get_origin(possible) is dict:
            for name, item in value.items():
                yield from _misfits(item, get_args(possible)[1], (*path, name))
