"""Feeds and pages over HTTP beside a trivial handler on the same server: unchanged (304) and full.

`python -m bench.polling`; goals: 60 % of the trivial handler for a 304, 40 % for the whole feed, 50 % for the page.
"""

import tempfile
import urllib.request
from pathlib import Path

from bench import load, servers
from bench.rush_event import an_event_for_the_rush, fill
from confman.kernel import schema
from confman.kernel.clock import system_clock
from confman.kernel.db import open_database
from confman.usecases import work

SLUG = "rush"
COUNT, CLIENTS = 6_000, 32


def main(filled: int = 0) -> None:
    with tempfile.TemporaryDirectory(prefix="confman-polling-") as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'confman.sqlite'}"
        database = open_database(url)
        schema.migrate(database, system_clock())
        made = work.write(database, an_event_for_the_rush, SLUG)
        if filled:
            fill(database, made, filled)
        database.dispose()
        trivial = _trivial(folder)
        with servers.confman(url, folder) as server:
            print(f"{filled:,} registrations there, {CLIENTS} clients; trivial handler of 22 kB: {trivial:.0f}/s")
            for what, path in (("feed", f"/events/{SLUG}/calendar.ics"), ("event page", f"/events/{SLUG}")):
                tag = _etag(server.port, path)
                _measure(server.port, f"{what}, unchanged", load.get(path, If_None_Match=tag), trivial)
                _measure(server.port, f"{what}, full", load.get(path), trivial)


def _trivial(folder: Path) -> float:
    port = servers.free_port()
    limit = servers.Server(("bench.limit", str(port)), servers.environment("sqlite:///x", folder, port), port)
    try:
        return load.run([port], [load.get("/bytes")] * COUNT, CLIENTS).per_second
    finally:
        limit.stop()


def _etag(port: int, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return str(answer.headers.get("ETag") or '"none"')


def _measure(port: int, what: str, request: bytes, trivial: float) -> None:
    result = load.run([port], [request] * COUNT, CLIENTS)
    share = result.per_second / trivial
    print(f"  {what:22} {result.per_second:7.0f}/s  {share:5.0%} of the trivial handler  {dict(result.statuses)}")


if __name__ == "__main__":
    main()
