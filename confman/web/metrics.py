"""Figures for Prometheus, for whoever has the operator's token; to all others there is nothing here."""

import hmac
from typing import Any

from litestar import Request, Response
from litestar.di import NamedDependency

from confman.domain.errors import NotFound
from confman.http.node import Node
from confman.http.routing import readable
from confman.usecases import site
from confman.usecases.site import Figures

_MEDIA_TYPE = "text/plain; version=0.0.4"


@readable("/metrics")
async def metrics(request: Request[Any, Any, Any], node: NamedDependency[Node]) -> Response[bytes]:
    token = node.settings.ops_token
    sent = request.headers.get("authorization", "")
    if token is None or not hmac.compare_digest(sent.encode(), f"Bearer {token}".encode()):
        raise NotFound
    figures = await node.work.read(site.figures)
    body = exposition(figures, node.clerk.asking)
    return Response(body.encode(), media_type=_MEDIA_TYPE, headers={"Cache-Control": "no-store"})


def exposition(figures: Figures, queued: int) -> str:
    """No event and no person in it, only how many."""
    lines = [
        "# HELP confman_registrations Registrations by state: confirmed, unconfirmed, or what ended them.",
        "# TYPE confman_registrations gauge",
    ]
    lines += [f'confman_registrations{{state="{state}"}} {number}' for state, number in figures.registrations.items()]
    for name, says, number in (
        ("letters_waiting", "Letters that are still to be sent.", figures.letters_waiting),
        ("letters_failed", "Letters that no server takes.", figures.letters_failed),
        ("requests_queued", "Requests for places that this node has not answered yet.", queued),
    ):
        lines += [f"# HELP confman_{name} {says}", f"# TYPE confman_{name} gauge", f"confman_{name} {number}"]
    return "".join(f"{line}\n" for line in lines)
