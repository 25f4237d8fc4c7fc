"""Whether this process lives, and whether it can work."""

from typing import Any

import msgspec
from litestar import Response
from litestar.di import NamedDependency
from sqlalchemy.exc import SQLAlchemyError

from confman.http.node import Node
from confman.http.routing import readable
from confman.kernel import schema
from confman.kernel.db import DatabaseRefused


@readable("/health/live", sync_to_thread=False)
def live() -> Response[bytes]:
    """The process only: a locked database must not restart it."""
    return _answer(200, status="ok")


@readable("/health/ready")
async def ready(node: NamedDependency[Node]) -> Response[bytes]:
    """The database answers and is at this program's revision."""
    try:
        await node.work.read(schema.check)
    except (DatabaseRefused, SQLAlchemyError) as error:
        return _answer(503, status="unavailable", reason=type(error).__name__)
    return _answer(200, status="ok")


def _answer(code: int, **body: Any) -> Response[bytes]:
    headers = {"Cache-Control": "no-store"}
    return Response(msgspec.json.encode(body), status_code=code, media_type="application/json", headers=headers)
