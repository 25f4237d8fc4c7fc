"""The trivial server to compare with: same server, same framework, handlers that do next to nothing."""

import sys
from typing import Any

import msgspec
from granian import Granian
from granian.constants import Interfaces, Loops
from litestar import Litestar, Request, Response, get, post

from confman.usecases.addresses import checked_address
from confman.usecases.submissions import Submission

_ANSWER = b'{"outcome":"held","confirm_by":"2026-11-25T17:00:00Z"}'
_PAGE = b"<!doctype html><title>x</title>" + b"x" * 22_000


@post("/register", status_code=202)
async def register(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Decodes and checks the same body as confman does, and answers."""
    sent = msgspec.json.decode(await request.body(), type=Submission)
    checked_address(sent.email or "")
    return Response(_ANSWER, status_code=202, media_type="application/json")


@get("/bytes", sync_to_thread=False)
def trivial() -> Response[bytes]:
    return Response(_PAGE, media_type="text/html")


@get("/health/live", sync_to_thread=False)
def live() -> Response[bytes]:
    return Response(b"{}", media_type="application/json")


def application() -> Litestar:
    return Litestar([register, trivial, live], openapi_config=None, logging_config=None)


def main() -> None:
    Granian(
        "bench.limit:application",
        factory=True,
        interface=Interfaces.ASGI,
        address="127.0.0.1",
        port=int(sys.argv[1]),
        workers=1,
        websockets=False,
        loop=Loops.asyncio,
        log_enabled=False,
        backlog=4096,
    ).serve()


if __name__ == "__main__":
    main()
