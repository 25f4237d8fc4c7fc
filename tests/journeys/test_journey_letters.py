"""From the first letter to the last, as one person gets them: reminded, registered, told of changes."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from textwrap import dedent
from typing import Any

from icalendar import Calendar

from confman.usecases.book import read_book
from confman.usecases.importing import Importer, apply_book
from tests.journeys.test_journey_registration import command
from tests.usecases.importing_desk import BOOK
from tests.world import World

DAY = timedelta(days=1)


def take(world: World, *pairs: tuple[str, str]) -> None:
    """The organiser imports the book as it is now, at the world's time."""
    text = BOOK
    for old, new in pairs:
        text = text.replace(old, new)
    book = read_book("b.yaml", dedent(text).encode())
    world.write(apply_book, book, Importer(world.now, "import"))


def dates(letter: EmailMessage) -> list[tuple[str, Any, str]]:
    """What hangs on the letter."""
    [file] = letter.iter_attachments()
    content: Any = file.get_payload(decode=True)
    found: list[Any] = list(Calendar.from_ical(content).walk("VEVENT"))
    return [(str(entry["summary"]), entry["dtstart"].dt.astimezone(UTC), str(entry["status"])) for entry in found]


def test_one_person_and_all_their_letters(world: World) -> None:
    take(world)
    part, forum = datetime(2027, 1, 26, 8, 30, tzinfo=UTC), datetime(2027, 1, 26, 9, tzinfo=UTC)
    assert world.register("tagung", "Beispiel", parts=["vormittag"], choices={"foren": "f1"}).status_code == 202
    world.run_jobs()

    world.now += 2 * DAY  # at noon
    world.run_jobs()
    world.press(f"{world.link_of('Beispiel')}/confirmation")
    world.run_jobs()
    take(world, ("starts: 10:00\n                ends: 11:00", "starts: 10:15\n                ends: 11:15"))
    world.run_jobs()
    take(world, ("title: Tagung\n", "title: Tagung\n        cancelled: yes\n"))
    world.run_jobs()

    assert world.subjects_to("Beispiel") == [
        "Bitte bestätigen: Ihre Anmeldung zu „Tagung“",
        "Erinnerung: Bitte bestätigen Sie Ihre Anmeldung zu „Tagung“",
        "Sie sind angemeldet: Tagung, 26. Januar 2027",
        "Änderung im Programm: Tagung, 26. Januar 2027",
        "Abgesagt: Tagung, 26. Januar 2027",
    ]
    letters = world.letters_to("Beispiel")
    assert [list(letter.iter_attachments()) for letter in letters[:2]] == [[], []]
    assert [dates(letter) for letter in letters[2:]] == [
        [("Tagung: Vormittag", part, "CONFIRMED"), ("Forum 1: F1", forum, "CONFIRMED")],
        [("Tagung: Vormittag", part, "CONFIRMED"), ("Forum 1: F1", forum + timedelta(minutes=15), "CONFIRMED")],
        [("ABGESAGT: Tagung: Vormittag", part, "CANCELLED"), ("ABGESAGT: Forum 1: F1", forum, "CANCELLED")],
    ]


def test_the_command_says_how_many_it_wrote_to(world: World, tmp_path: Path) -> None:
    take(world)
    world.register("tagung", "Beispiel", parts=["vormittag"], choices={"foren": "f1"})
    file = tmp_path / "book.yaml"
    file.write_text(dedent(BOOK).replace("starts: 10:00\n", "starts: 10:15\n"), encoding="utf-8")

    said = [command(world, "import", str(file)).output for _ in range(2)]

    assert "letters to people whom this concerns: 1\n" in said[0]
    assert "letters" not in said[1]
