"""The express lane: handlers that the rush and the polls ask for, called without the framework's machinery.

Routing, limits of bodies and the handling of errors stay the framework's; what is left out (parameters by annotation,
conversion of answers) was a sixth of what a registration costs the event loop.
"""

from functools import cached_property
from http import HTTPStatus
from typing import Any

from litestar import Request, Response
from litestar.datastructures import Headers
from litestar.types import ASGIApp, Receive, Send

_START: Any = "http.response.start"
_BODY: Any = "http.response.body"
_EMPTY = frozenset((HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED))


def express(app: ASGIApp) -> ASGIApp:  # noqa: ARG001 - so are middlewares called; this one goes past it
    """As middleware of a handler `(request, node=…, **path parameters) -> Response[bytes]`: calls it and sends."""
    return _answer


class _Request(Request[Any, Any, Any]):
    """Puts headers together once."""

    @cached_property
    def headers(self) -> Headers:  # a property there, made anew each time
        return Headers.from_scope(self.scope)


async def _answer(scope: Any, receive: Receive, send: Send) -> None:
    request = _Request(scope, receive=receive, send=send)
    handler = scope["route_handler"]
    node = scope["litestar_app"].state.node
    response: Any = await handler.fn(request, node=node, **scope["path_params"])
    if callable(response):  # it knows how it is sent
        await response(scope, receive, send)
        return
    await _send(response, scope["method"], send)


async def _send(response: Response[bytes], method: str, send: Send) -> None:
    body = response.content
    status = response.status_code or HTTPStatus.OK
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in response.headers.items()]
    if status not in _EMPTY:
        headers.append((b"content-type", _content_type(response.media_type)))
        headers.append((b"content-length", b"%d" % len(body)))
    await send({"type": _START, "status": status, "headers": headers})
    await send({"type": _BODY, "body": b"" if method == "HEAD" else body, "more_body": False})


def _content_type(media_type: Any) -> bytes:
    """As the framework writes it: texts are UTF-8."""
    name = str(getattr(media_type, "value", media_type))
    return f"{name}; charset=utf-8".encode() if name.startswith("text/") and "charset" not in name else name.encode()
