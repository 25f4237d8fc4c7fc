"""The demonstration's calendars as calendar programs show them, from the book to the screen."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from confman.kernel.db import Database, open_database
from confman.usecases import work
from confman.usecases.book_values import Book, Event
from confman.usecases.demonstration import MAIN_EVENT, books
from confman.usecases.feed_values import How, Wanted
from confman.usecases.feed_writing import current
from confman.usecases.importing import Importer, apply_book
from tests.clients.reading import VDIRSYNCER, Seen, Subscription, icaljs, khal_import, nodeical, run, served
from tests.databases import quick_database

pytestmark = pytest.mark.clients

# The days of the invented city lie 64 days after the load: one of these is in winter, the other in summer of 2027.
LOADS = [datetime(2026, 11, 22, 8, tzinfo=UTC), datetime(2027, 4, 12, 8, tzinfo=UTC)]
Shown = tuple[str, datetime | date, datetime | date | None, str]


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    opened = quick_database(sqlite_url)
    yield opened
    opened.dispose()


def load(database: Database, now: datetime) -> tuple[Book, Book]:
    loaded = books(now)
    for book in loaded:
        work.write(database, apply_book, book, Importer(now, "demonstration"))
    return loaded


def feed(database: Database, now: datetime, wanted: Wanted) -> bytes:
    how = How(now, "https://events.example.org", wanted.language)
    return work.read(database, lambda connection: current(connection, wanted, None, how, {}).body)


def told(loaded: tuple[Book, Book]) -> list[Shown]:
    """What the books say, computed without the code that writes calendars; None is an end that no book tells."""
    return sorted(entry for book in loaded for event in book.events for entry in _of_event(event))


def _of_event(event: Event) -> Iterator[Shown]:
    if event.life == "draft" or event.starts_on is None:
        return
    status, prefix = "CONFIRMED", ""
    if event.is_cancelled:
        status, prefix = "CANCELLED", "ABGESAGT: "
    elif event.life == "announced":
        status, prefix = "TENTATIVE", "Save the Date: "
    for part in event.parts:
        name = event.titles["de"] + ("" if len(event.parts) == 1 else f": {part.titles['de']}")
        if event.ends_on not in {None, event.starts_on} and len(event.parts) == 1:
            assert event.ends_on is not None
            yield prefix + name, event.starts_on, event.ends_on + timedelta(days=1), status
        elif part.starts_at is not None:
            yield prefix + name, part.starts_at, part.ends_at, status
        else:
            day = part.on_day or event.starts_on
            yield prefix + name, day, day + timedelta(days=1), status


def shown(seen: list[Seen], book: list[Shown]) -> list[Shown]:
    """As the book puts it: without an end where the book tells none."""
    open_ended = {(name, starts) for name, starts, ends, _ in book if ends is None}
    return sorted(
        (entry.summary, entry.starts, None if (entry.summary, entry.starts) in open_ended else entry.ends, entry.status)
        for entry in seen
    )


def in_2027(entries: list[Shown]) -> list[Shown]:
    """What khal is asked for."""
    return [entry for entry in entries if entry[1].year == 2027]


@pytest.mark.parametrize("now", LOADS, ids=["winter", "summer"])
def test_every_program_shows_every_event_of_the_demonstration_as_its_book_tells_it(
    now: datetime, database: Database, tmp_path: Path
) -> None:
    book = told(load(database, now))
    calendar = feed(database, now, Wanted("all"))

    with served([calendar]) as address:
        polled = Subscription(address, tmp_path).poll()

    assert len(book) > 20
    assert shown(icaljs(calendar, tmp_path), book) == book
    assert shown(nodeical(calendar, tmp_path), book) == book
    assert shown(khal_import(calendar, tmp_path), book) == in_2027(book)
    assert shown(polled, book) == in_2027(book)


@pytest.mark.parametrize("now", LOADS, ids=["winter", "summer"])
def test_all_programs_agree_on_the_whole_programme(now: datetime, database: Database, tmp_path: Path) -> None:
    load(database, now)

    calendar = feed(database, now, Wanted("event", MAIN_EVENT, sessions=True))
    seen = icaljs(calendar, tmp_path)

    assert len(seen) > 15
    assert nodeical(calendar, tmp_path) == seen
    assert khal_import(calendar, tmp_path) == seen


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """The address of a running server with the demonstration in it, loaded now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    own = {
        "CONFMAN_DATA_DIR": str(tmp_path / "data"),
        "CONFMAN_SECRET": "x" * 40,
        "CONFMAN_BASE_URL": address,
        "CONFMAN_LISTEN_PORT": str(port),
    }
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CONFMAN_")} | own
    command = [sys.executable, "-m", "confman"]
    subprocess.run([*command, "migrate"], env=environment, check=True, capture_output=True, timeout=60)
    database = open_database(f"sqlite:///{tmp_path / 'data' / 'confman.sqlite'}")
    load(database, datetime.now(UTC))
    database.dispose()
    with subprocess.Popen([*command, "serve"], env=environment, stdout=subprocess.DEVNULL) as running:
        try:
            _wait(f"{address}/health/ready")
            yield address
        finally:
            running.terminate()
            running.wait(30)


def _wait(address: str) -> None:
    for _ in range(150):
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(address)


def fetch(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=10) as answer:
        assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
        return bytes(answer.read())


def summaries(calendars: Iterable[bytes]) -> list[bytes]:
    unfolded = [calendar.replace(b"\r\n", b"\n").replace(b"\n ", b"") for calendar in calendars]
    return sorted(name for text in unfolded for name in re.findall(rb"^SUMMARY:(.*)$", text, re.MULTILINE))


def test_programs_read_the_calendars_of_a_running_server(server: str, tmp_path: Path) -> None:
    everything = fetch(f"{server}/calendar.ics")
    programme = fetch(f"{server}/events/{MAIN_EVENT}/calendar.ics?sessions=1")
    subscription = Subscription(f"{server}/calendar.ics", tmp_path)
    for _ in range(2):
        run(VDIRSYNCER, "-c", tmp_path / "vdirsyncer.conf", "sync", home=tmp_path)

    for calendar in (everything, programme):
        starts = [[(entry.summary, entry.starts) for entry in read(calendar, tmp_path)] for read in (icaljs, nodeical)]
        assert len(starts[0]) == calendar.count(b"BEGIN:VEVENT")
        assert starts[0] == starts[1]
    assert summaries(path.read_bytes() for path in subscription.folder.iterdir()) == summaries([everything])
