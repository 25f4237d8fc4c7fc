"""From the first letter to the badge, as people go the way."""

import csv
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pypdfium2
import zxingcpp
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from confman.cli import cli
from confman.kernel.security import Purpose
from confman.render.sheets import unguarded
from tests.api_node import BASE_URL
from tests.builders import NOW, APart, ASession, ASlot, an_event
from tests.world import World

SMALL = (APart("konferenz", 1, slots=(ASlot("foren", (ASession("f1"), ASession("f2"))),)),)
SLUG = "abschlusskonferenz"


def command(world: World, *words: str) -> Result:
    """What an operator types beside the running server."""
    environment = {
        "CONFMAN_DATABASE_URL": world.url,
        "CONFMAN_DATA_DIR": str(world.data_dir),
        "CONFMAN_BASE_URL": BASE_URL,
        "CONFMAN_SECRET": "s" * 32,
    }
    return CliRunner().invoke(cli, list(words), env=environment)


def listed(world: World, file: Path, *words: str) -> list[tuple[str, ...]]:
    """Surname, status, parts and forum of each row."""
    result = command(world, "participants", SLUG, "-o", str(file), *words)
    assert result.exit_code == 0, result.output
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter=";"))
    return [tuple(unguarded(row[name]) for name in ("Nachname", "Status", "Teile", "Forum")) for row in rows]


def badge_texts(world: World, file: Path) -> list[str]:
    """The text of each page."""
    result = command(world, "badges", SLUG, "-o", str(file), "--sheet", "a6-page")
    assert result.exit_code == 0, result.output
    document = pypdfium2.PdfDocument(file)
    texts = [page.get_textpage().get_text_bounded() for page in document]
    document.close()
    return texts


def test_from_the_first_letter_to_the_badge(world: World, tmp_path: Path) -> None:
    world.write(an_event, SMALL)

    answered = [
        world.register(SLUG, "Adler", choices={"foren": "f1"}),
        world.register(SLUG, "Bussard", choices={"foren": "f2"}),
    ]
    world.run_jobs()
    assert [answer.json()["outcome"] for answer in answered] == ["held", "waiting"]
    assert world.subjects_to("Adler") == ["Bitte bestätigen: Ihre Anmeldung zu „5. Werkstatt und Abschlusskonferenz“"]

    adler, bussard = world.link_of("Adler"), world.link_of("Bussard")
    assert "Ja, ich nehme teil" in world.page(adler)
    for link in (adler, bussard):
        assert world.press(f"{link}/confirmation").headers["location"] == link
    world.run_jobs()
    assert "Bestätigt am 22. November 2026" in world.page(adler)
    assert "Warteliste, Platz 1" in world.page(bussard)
    assert world.subjects_to("Adler")[1:] == [
        "Sie sind angemeldet: 5. Werkstatt und Abschlusskonferenz, 26. Januar 2027"
    ]
    assert world.subjects_to("Bussard")[1:] == ["Sie stehen auf der Warteliste: 5. Werkstatt und Abschlusskonferenz"]
    title = "5. Werkstatt und Abschlusskonferenz"
    assert listed(world, tmp_path / "vorher.csv") == [
        ("Adler", "angemeldet", title, "Forum 1"),
        ("Bussard", "Warteliste", f"{title} (Warteliste)", "Forum 2 (sobald ein Platz frei ist)"),
    ]

    world.now += timedelta(hours=1)
    world.press(f"{adler}/cancellation")
    world.run_jobs()
    assert "Danke, dass Sie Bescheid geben." in world.page(adler)
    assert world.subjects_to("Bussard")[2:] == [f"Ein Platz ist frei geworden: Sie sind in {title}"]
    assert "Ihr Programm" in world.page(bussard)
    assert listed(world, tmp_path / "nachher.csv") == [("Bussard", "angemeldet", title, "Forum 2")]
    assert listed(world, tmp_path / "alle.csv", "--all") == [
        ("Adler", "abgesagt", "", ""),
        ("Bussard", "angemeldet", title, "Forum 2"),
    ]

    [text] = badge_texts(world, tmp_path / "schilder.pdf")
    assert {"Anna", "Bussard", "Teilnehmende F2", title} <= set(text.splitlines())


def test_a_badges_code_opens_the_event_and_nothing_else(world: World, tmp_path: Path) -> None:
    world.write(an_event, confirm_address=False)
    world.register(SLUG, "Adler")
    badge_texts(world, file := tmp_path / "schilder.pdf")

    document = pypdfium2.PdfDocument(file)
    [code] = zxingcpp.read_barcodes(document[0].render(scale=4).to_pil())
    document.close()

    assert code.text == code.text.upper()
    assert code.text.startswith(f"{BASE_URL.upper()}/T/")
    ticket = code.text.rpartition("/")[2]
    assert world.get(f"/T/{ticket}").headers["location"] == f"/events/{SLUG}"
    assert world.get(f"/r/{ticket}").status_code == 404
    assert world.node.secrets.read_link(Purpose.MANAGE, ticket) is None


def test_who_does_not_confirm_loses_the_place_and_may_ask_again(world: World) -> None:
    world.write(an_event, SMALL)
    world.register(SLUG, "Adler")
    world.run_jobs()
    world.register(SLUG, "Bussard")
    world.run_jobs()
    adler, bussard = world.link_of("Adler"), world.link_of("Bussard")
    world.press(f"{bussard}/confirmation")

    world.now = NOW + timedelta(days=4)
    world.run_jobs()
    lapsed = world.page(adler)
    world.press(f"{adler}/confirmation")
    world.run_jobs()

    assert "Ihre Reservierung ist abgelaufen." in lapsed
    assert "Ihr Programm" in world.page(bussard)
    assert "Warteliste, Platz 1" in world.page(adler)
    assert world.subjects_to("Adler")[-1] == "Sie stehen auf der Warteliste: 5. Werkstatt und Abschlusskonferenz"


def test_the_list_is_a_spreadsheet_too(world: World, tmp_path: Path) -> None:
    world.write(an_event, confirm_address=False)
    world.register(SLUG, "Zander", institution="=1+1", title="Dr.")
    world.register(SLUG, "Ärmel", email="aermel@lindenbrueck.example")
    file = tmp_path / "liste.xlsx"

    result = command(world, "participants", SLUG, "-o", str(file), "--language", "en")

    assert (result.exit_code, result.output) == (0, f"{file}: 2 registrations\n")
    rows = list(load_workbook(BytesIO(file.read_bytes())).worksheets[0].values)
    title = "Fifth workshop and closing conference"
    received = "2026-11-22 13:00"
    assert rows == [
        ("Surname", "Given name", "Title", "Institution", "E-mail", "Category", "Status", "Parts", "Forum", "Received"),
        ("Ärmel", "Anna", None, None, "aermel@lindenbrueck.example", "attendee", "registered", title, None, received),
        (
            "Zander",
            "Anna",
            "Dr.",
            "=1+1",
            "zander@lindenbrueck.example",
            "attendee",
            "registered",
            title,
            None,
            received,
        ),
    ]
