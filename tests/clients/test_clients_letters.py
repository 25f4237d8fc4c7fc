"""The dates that go along with letters, from the mail server into calendar programs."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from confman.domain.ledger.requests import Cancel, Change, Choice, Confirm, Request, Want
from confman.kernel.db import Database
from tests.builders import NOW, STARTS, APart, ASession, ASlot
from tests.clients.reading import icaljs, khal_import, nodeical, versions
from tests.databases import quick_database
from tests.jobs.letter_office import delivered, registered, settled, the_event
from tests.mail_sink import Sink

pytestmark = pytest.mark.clients

HOUR = timedelta(hours=1)
FORUMS = (APart(slots=(ASlot("forums", (ASession("f1"), ASession("f2"))),)),)
READERS = [icaljs, nodeical, khal_import]


@pytest.fixture
def local(sqlite_url: str) -> Iterator[Database]:
    opened = quick_database(sqlite_url)
    yield opened
    opened.dispose()


@pytest.fixture
def attached(local: Database) -> list[bytes]:
    """What hung on the letters to one person who registers, takes another forum and cancels, as it arrived."""
    made, sink = the_event(local, FORUMS), Sink()
    (anna,) = registered(local, made, "Beispiel", choices={"forums": "f1"})
    want = Want(None, {made.slots["forums"]: Choice(made.units["f2"])})
    asked: tuple[Request, ...] = (Confirm(anna), Change(anna, want), Cancel(anna))
    for hours, request in enumerate(asked, start=1):
        settled(local, made, request, now=NOW + hours * HOUR)
        delivered(local, sink, NOW + hours * HOUR)
    return [file for received in sink.taken for file in _files(received.mail)]


def _files(mail: Any) -> list[bytes]:
    """Attachments as the standard library parses them; each letter is words and, behind them, at most one file."""
    assert mail.get_body(("plain",)) is not None
    found = list(mail.iter_attachments())
    if found:
        assert mail.get_content_type() == "multipart/mixed"
        assert [part.get_content_type() for part in mail.iter_parts()] == ["multipart/alternative", "text/calendar"]
        [part] = found
        assert (part.get_filename(), part.get_param("method")) == ("calendar.ics", "PUBLISH")
        assert part.get_content_charset() == "utf-8"
    return [part.get_payload(decode=True) for part in found]


@pytest.mark.parametrize("read", READERS)
def test_programs_show_what_each_letter_says(attached: list[bytes], read: Any, tmp_path: Path) -> None:
    seen = []
    for number, file in enumerate(attached):
        (home := tmp_path / str(number)).mkdir()
        seen.append({(entry.summary, entry.starts, entry.status) for entry in read(file, home)})

    event, forum = "5. Werkstatt und Abschlusskonferenz", STARTS + HOUR
    given_up = "TEILNAHME ABGESAGT: {}"
    assert seen == [
        {(event, STARTS, "CONFIRMED"), ("Forum 1: f1", forum, "CONFIRMED")},
        {
            (event, STARTS, "CONFIRMED"),
            (given_up.format("Forum 1: f1"), forum, "CANCELLED"),
            ("Forum 2: f2", forum, "CONFIRMED"),
        },
        {
            (given_up.format(event), STARTS, "CANCELLED"),
            (given_up.format("Forum 2: f2"), forum, "CANCELLED"),
        },
    ]


@pytest.mark.parametrize("script", ["read_icaljs.mjs", "read_nodeical.mjs"])
def test_a_later_letter_outdoes_the_earlier(attached: list[bytes], script: str, tmp_path: Path) -> None:
    first, second, third = (versions(script, file, tmp_path) for file in attached)

    assert all(second[uid] > sequence for uid, sequence in first.items())
    assert all(sequence > second[uid] for uid, sequence in third.items())
    assert len(first.keys() | second.keys() | third.keys()) == 3
