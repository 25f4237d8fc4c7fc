"""The one place where all parts meet."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.types import Message, Scope

from confman.api import routes as api
from confman.domain.errors import Refusal
from confman.http import health, problems
from confman.http.bodies import LARGEST_BODY
from confman.http.cached import PageCache
from confman.http.entry import CodeAsked, ask_for_code
from confman.http.limits import Tries
from confman.http.node import Node
from confman.http.pages import as_pages
from confman.http.policy import unlisted
from confman.jobs.runner import Runner
from confman.kernel.clock import Clock, system_clock
from confman.kernel.db import open_database
from confman.kernel.interpreter import ready_for_a_rush
from confman.kernel.logs import configure_log
from confman.kernel.passwords import Stretching
from confman.kernel.security import Secrets
from confman.kernel.settings import Settings, read_settings
from confman.usecases.clerk import Clerk, LocalClerk
from confman.usecases.clerk_process import ClerkProcess
from confman.usecases.events import Catalogue
from confman.usecases.feeds import Feeds
from confman.usecases.shelf import Shelves
from confman.usecases.work import Work
from confman.web import routes as web

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def application() -> Litestar:
    """What the server's worker process loads: settings from the environment."""
    ready_for_a_rush()
    settings = read_settings(os.environ)
    configure_log(settings.log_level)
    return create_app(settings)


def create_app(settings: Settings, clock: Clock = system_clock) -> Litestar:
    """The application of one node; connections are opened in its lifespan, in the process that serves.

    On SQLite the clerk has a process of its own and goes by the system's clock.
    """
    apart = ClerkProcess(settings.database_url, settings.log_level) if settings.is_sqlite else None
    return app_of(new_node(settings, clock, apart))


def new_node(settings: Settings, clock: Clock, clerk: Clerk | None = None) -> Node:
    """`clerk`: where it is not to work in this process."""
    work = Work(open_database(settings.database_url), clock)
    return Node(
        settings=settings,
        clock=clock,
        work=work,
        clerk=clerk or LocalClerk(work),
        catalogue=Catalogue(work),
        feeds=Feeds(work, settings.base_url),
        pages=PageCache(work),
        shelves=Shelves(),
        secrets=Secrets(settings.secrets),
        tries=Tries(),
        stretching=Stretching(),
    )


def app_of(node: Node) -> Litestar:
    """Raises where a route is not in the policy's table."""
    settings = node.settings
    made = Litestar(
        route_handlers=[
            Router("/api", route_handlers=api.HANDLERS),
            *web.HANDLERS,
            health.live,
            health.ready,
        ],
        dependencies={"node": Provide(lambda: node, sync_to_thread=False)},
        exception_handlers={
            CodeAsked: ask_for_code,
            Refusal: as_pages(problems.on_refusal),
            HTTPException: as_pages(problems.on_http_error),
            Exception: as_pages(problems.on_fault),
        },
        before_send=[_headers(https=settings.base_url.startswith("https:"))],
        lifespan=[_lifespan(node)],
        state=State({"node": node, "site": settings.site}),
        request_max_body_size=LARGEST_BODY,
        openapi_config=None,
        logging_config=None,
    )
    _check_policy(made)
    return made


def _check_policy(app: Litestar) -> None:
    """Raises where a route is not in the policy's table: nobody has said whom it is for."""
    missing = unlisted((route.path, method) for route in app.routes for method in getattr(route, "methods", ()))
    if missing:
        raise RuntimeError(f"not in confman/http/policy.py: {missing}")


def _headers(*, https: bool) -> Any:
    wanted = {**_HEADERS, **({"Strict-Transport-Security": "max-age=31536000"} if https else {})}
    secured = [(name.lower().encode(), value.encode()) for name, value in wanted.items()]

    async def add(message: Message, _scope: Scope) -> None:
        if message["type"] == "http.response.start":
            sent = list(message["headers"])
            there = {name.lower() for name, _ in sent}
            message["headers"] = sent + [header for header in secured if header[0] not in there]

    return add


def _lifespan(node: Node) -> Any:
    @asynccontextmanager
    async def run(_app: Litestar) -> AsyncIterator[None]:
        await node.clerk.open()
        runner = Runner(node.work, node.clerk, node.settings)
        runner.start()
        try:
            yield
        finally:
            await node.clerk.close()
            await runner.stop()
            node.work.close()

    return run
