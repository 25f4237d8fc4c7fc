"""One node without its jobs, asked in process, on either database."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from litestar import Litestar
from sqlalchemy import Engine
from sqlalchemy import event as sqlalchemy_event

from confman import app
from confman.app import app_of, new_node
from confman.http import pace
from confman.http.node import Node
from confman.kernel.settings import Settings
from confman.usecases import work
from confman.usecases.tokens import SCOPES
from tests.builders import NOW, AnEvent, a_token
from tests.databases import quick_database

BASE_URL = "https://events.example.org"
SECURITY = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "strict-transport-security": "max-age=31536000",
}


# what it hides is measured by bench/enumeration.py; here it would be a quarter of all time
pace.STEP_SECONDS = 0.0005
app.open_database = quick_database  # type: ignore[attr-defined]  # as the module knows it
_IDLE: list[Litestar] = []


def _app_of(node: Node) -> Litestar:
    """Handlers know their node by this only, and to tell an application all its routes takes longer than most tests."""
    if not _IDLE:
        return app_of(node)
    app = _IDLE.pop()
    app.state["node"], app.state["site"] = node, node.settings.site
    app.dependencies["node"].dependency = lambda: node  # type: ignore[union-attr]  # a Provide
    return app


@dataclass(repr=False)
class Api:
    """`now` may be set; every answer has the headers that all must have, and none is our fault."""

    url: str
    data_dir: Path
    now: datetime = NOW
    token: str | None = None

    def __post_init__(self) -> None:
        settings = Settings(
            data_dir=self.data_dir,
            database_url=self.url,
            base_url=BASE_URL,
            secrets=(b"s" * 32,),
            mail_from="a@b.example",
        )
        self.node = new_node(settings, lambda: self.now)
        self.app = _app_of(self.node)
        self.loop = asyncio.Runner()
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)  # type: ignore[arg-type]  # one more ASGI
        self.client = httpx.AsyncClient(transport=transport, base_url=BASE_URL)

    def close(self) -> None:
        self.loop.run(self.client.aclose())
        self.loop.close()
        self.node.work.close()
        _IDLE.append(self.app)

    def write(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return work.write(self.node.work.database, fn, *args, **kwargs)

    def read(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return work.read(self.node.work.database, fn, *args, **kwargs)

    def signed_in(self, made: AnEvent, *, only_this: bool = False, scopes: Sequence[str] = SCOPES) -> "Api":
        """From now on with a token of the event's host."""
        self.token = self.write(a_token, made, only_this=only_this, scopes=scopes)
        return self

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        return self.loop.run(self._ask(method, path, **options))

    async def _ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {**({"authorization": f"Bearer {self.token}"} if self.token else {}), **options.pop("headers", {})}
        address = path if path.startswith("/") else f"/api/v1/{path}"
        answer = await self.client.request(method, address, headers=headers, **options)
        self.client.cookies.clear()  # who has cookies sends them by themselves
        assert answer.status_code < 500, answer.text
        assert {name: answer.headers.get(name) for name in SECURITY} == SECURITY
        return answer

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.ask("GET", path, **options)

    def post(self, path: str, body: Any, key: str | None = None, **options: Any) -> httpx.Response:
        headers = options.pop("headers", {}) | ({"idempotency-key": key} if key else {})
        return self.ask("POST", path, json=body, headers=headers, **options)

    def patch(self, path: str, body: Any, **options: Any) -> httpx.Response:
        return self.ask("PATCH", path, json=body, **options)

    def delete(self, path: str, **options: Any) -> httpx.Response:
        return self.ask("DELETE", path, **options)

    def all_at_once(self, asked: Sequence[tuple[str, str, dict[str, Any]]]) -> list[httpx.Response]:
        async def together() -> list[httpx.Response]:
            return list(await asyncio.gather(*(self._ask(method, path, **rest) for method, path, rest in asked)))

        return self.loop.run(together())

    @contextmanager
    def counted(self) -> Iterator[list[str]]:
        """The statements sent meanwhile, without BEGIN."""
        sent: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if not statement.startswith("BEGIN"):
                sent.append(statement)

        engines: list[Engine] = [self.node.work.database.read, self.node.work.database.write]
        for engine in engines:
            sqlalchemy_event.listen(engine, "before_cursor_execute", note)
        try:
            yield sent
        finally:
            for engine in engines:
                sqlalchemy_event.remove(engine, "before_cursor_execute", note)
