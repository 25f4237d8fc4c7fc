"""The API describes itself: for programs as OpenAPI, for people as a page."""

from typing import Any

from litestar import Request, Response
from litestar.di import NamedDependency

from confman.api import openapi
from confman.api.operations import OPERATIONS
from confman.http import problems
from confman.http.conditional import conditional
from confman.http.node import Node
from confman.http.pages import Reader, page
from confman.http.routing import readable

_KEPT_SECONDS = 300


@readable("/openapi.json", sync_to_thread=False)
def description(request: Request[Any, Any, Any], node: NamedDependency[Node]) -> Response[bytes]:
    body = openapi.document(node.settings.base_url)
    return conditional(request, body, "application/vnd.oai.openapi+json", max_age=_KEPT_SECONDS)


@readable("/docs", sync_to_thread=False)
def documentation(request: Request[Any, Any, Any]) -> Response[bytes]:
    """A page of our own: nothing is loaded from elsewhere, and it needs no script."""
    refusals = openapi.problem_types()
    return page(
        "api/docs.html",
        Reader.of(request),
        operations=OPERATIONS,
        refusals=refusals,
        titles=problems.TITLES,
        statuses={refusal: problems.STATUS.get(refusal, 409) for refusal in refusals},
    )
