"""The table of registrations: server time of its pages as an event grows, beside a page of next to nothing.

`python -m bench.table` for SQLite, and for PostgreSQL where CONFMAN_BENCH_URL names an empty database of it. Over a
real server on loopback; `cpu` is what its process took, the database's own work included on SQLite. On PostgreSQL that
is a process of its own, so there the latency counts.
"""

import os
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from bench import load
from bench.servers import Server, confman, environment, free_port
from bench.table_event import fill
from confman.kernel import schema
from confman.kernel.clock import system_clock
from confman.kernel.db import open_database
from confman.usecases import signins, work
from tests.builders import AnEvent
from tests.office import a_member

SIZES = (100, 10_000, 100_000)
TIMES = 15
PAGES = {
    "first page": "",
    "by name": "?order=name",
    "search, many": "?q=m%C3%BCller",
    "search, one": "?q=person77%40",
    "search, nobody": "?q=gibtesnicht",
    "a forum": "?forum=forum-3",
    "without forum": "?forum=~foren",
    "cancelled": "?status=cancelled",
}


@dataclass(frozen=True)
class Cost:
    """Milliseconds, each a median."""

    latency: float
    cpu: float


def measured(server: Server, request: bytes) -> Cost:
    load.run([server.port], [request] * 3, 1)
    latencies, cpus, statuses = [], [], Counter[int]()
    for _ in range(TIMES):
        before = server.cpu_seconds()
        answered = load.run([server.port], [request], 1)
        cpus.append((server.cpu_seconds() - before) * 1_000)
        latencies += [seconds * 1_000 for seconds in answered.latencies]
        statuses += answered.statuses
    assert statuses == {200: TIMES}, statuses
    return Cost(statistics.median(latencies), statistics.mean(cpus))


@contextmanager
def trivial() -> Iterator[Server]:
    port = free_port()
    server = Server(("bench.limit", str(port)), environment("", Path(tempfile.gettempdir()), port), port)
    try:
        yield server
    finally:
        server.stop()


def run(url: str) -> None:
    database = open_database(url)
    schema.migrate(database, system_clock())
    made: dict[int, AnEvent] = {}
    first = 0
    for size in SIZES:
        started = time.perf_counter()
        made[size] = fill(database, size, f"event-{size}", first)
        first += size
        print(f"  {size:,} registrations written in {time.perf_counter() - started:.1f} s")
    cookies = {}
    for size, each in made.items():
        member_id = work.write(database, a_member, each, "organiser")
        cookies[size] = work.write(database, signins.start, member_id, system_clock()).cookie
    if not database.is_sqlite:  # what its own upkeep does within a minute of such a load
        with database.write.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    database.dispose()
    with trivial() as nothing:
        least = measured(nothing, load.get("/bytes"))
    print(f"  {'next to nothing':16} {least.latency:8.1f} ms  cpu {least.cpu:6.1f} ms")
    with confman(url) as server:
        for name, query in PAGES.items():
            costs = {}
            for size in SIZES:
                path = f"/manage/events/event-{size}/registrations{query}"
                costs[size] = measured(server, load.get(path, Cookie=f"confman={cookies[size]}", Accept="text/html"))
            told = "  ".join(f"{size:,}: {cost.latency:6.1f} ms, cpu {cost.cpu:5.1f}" for size, cost in costs.items())
            largest, smallest = costs[SIZES[-1]].latency, costs[SIZES[0]].latency
            ratios = f"{largest / smallest:5.1f} x  {largest / least.latency:6.1f} of least"
            print(f"  {name:16} {told}  {ratios}")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="confman-bench-") as folder:
        print("SQLite")
        run(f"sqlite:///{folder}/table.sqlite")
    url = os.environ.get("CONFMAN_BENCH_URL")
    if url:
        print("PostgreSQL")
        run(url)


if __name__ == "__main__":
    main()
