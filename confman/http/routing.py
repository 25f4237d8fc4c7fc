"""How routes are declared: GET and HEAD together."""

from collections.abc import Callable
from typing import Any

from litestar import HttpMethod, route
from litestar.handlers import HTTPRouteHandler


def readable(path: str | list[str], **options: Any) -> Callable[[Callable[..., Any]], HTTPRouteHandler]:
    """A handler for GET and HEAD; the server drops the body of HEAD and keeps its length."""
    return route(path, http_method=[HttpMethod.GET, HttpMethod.HEAD], **options)
