"""How routes are declared: GET and HEAD together."""

from collections.abc import Callable
from typing import Any

from litestar import HttpMethod, Response, route
from litestar.handlers import HTTPRouteHandler


def readable(path: str | list[str], **options: Any) -> Callable[[Callable[..., Any]], HTTPRouteHandler]:
    """A handler for GET and HEAD; the server drops the body of HEAD and keeps its length."""
    return route(path, http_method=[HttpMethod.GET, HttpMethod.HEAD], **options)


def options(path: str, *methods: str) -> HTTPRouteHandler:
    """What an address takes, where several handlers share it: litestar names the first one's methods only.

    Stands before them in the list of routes.
    """
    headers = {"Allow": ", ".join(sorted({*methods, "OPTIONS"}))}

    @route(path, http_method=[HttpMethod.OPTIONS], sync_to_thread=False)
    def answer() -> Response[bytes]:
        return Response(b"", status_code=204, headers=headers)

    return answer
