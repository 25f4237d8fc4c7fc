"""Small lists and badges are answered at once: whose, in which columns, as the commands write them; and what is noted."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from pypdfium2 import PdfDocument
from sqlalchemy import select, update

from confman.cli import cli
from confman.store.audit import audit
from confman.store.registrations import registration
from tests.api_node import BASE_URL
from tests.builders import APart, ASession, ASlot, an_event
from tests.manage.downloading import HOME, confirmed, many
from tests.office import Office

SLUG = "abschlusskonferenz"
FORUMS = (APart("konferenz", slots=(ASlot("foren", (ASession("f1"), ASession("f2"))),)),)
FILTERED = "?q=adl&status=live&part=konferenz&forum=f1&category=attendee"

WRONG = {
    "badges.pdf?start_at=11": "Bitte geben Sie eine Zahl von 1 bis 10 ein.",
    "badges.pdf?start_at=0": "Bitte geben Sie eine Zahl von 1 bis 10 ein.",
    "badges.pdf?sheet=a4-a6&start_at=5": "Bitte geben Sie eine Zahl von 1 bis 4 ein.",
    "badges.pdf?start_at=%C2%B2": "Bitte geben Sie eine Zahl von 1 bis 10 ein.",
    "badges.pdf?blanks=999999999999999999": "Bitte geben Sie eine Zahl von 0 bis 200 ein.",
    "badges.pdf?sheet=L9999": "Bitte wählen Sie einen der Bögen.",
    "registrations.csv?columns=nonsense": "Bitte wählen Sie mindestens eine Spalte.",
    "registrations.csv?forum=f9": "Das gibt es nicht mehr. Bitte wählen Sie noch einmal.",
    "registrations.xlsx?status=nonsense": "Das gibt es nicht mehr. Bitte wählen Sie noch einmal.",
    "registrations.csv?mark=needs": "Wer Unterstützung braucht, steht in keiner Datei.",
    "downloads/badges?blanks=-1": "Bitte geben Sie eine Zahl von 0 bis 200 ein.",
}


def rows_of(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


def names_on(answer: Any) -> list[str]:
    """The lines of all labels, page by page."""
    document = PdfDocument(answer.content)
    texts = [page.get_textpage().get_text_range() for page in document]
    document.close()
    return [line for text in texts for line in text.splitlines()]


def audited(office: Office) -> list[Any]:
    found = select(audit.c.actor, audit.c.verb, audit.c.subject, audit.c.facts).where(audit.c.verb == "downloaded")
    return list(office.read(lambda conn: conn.execute(found.order_by(audit.c.id)).all()))


def two_forums(office: Office) -> Any:
    """Adler and Adlung in Forum 1, Bussard in Forum 2, Condor has not chosen."""
    made = office.write(an_event, FORUMS)
    confirmed(office, made, "Adler", "Adlung", choices={"foren": "f1"})
    confirmed(office, made, "Bussard", choices={"foren": "f2"})
    confirmed(office, made, "Condor")
    return made


def test_a_list_is_downloaded_under_a_name_that_says_what_it_is(sqlite_office: Office) -> None:
    made = sqlite_office.write(an_event)
    confirmed(sqlite_office, made, "Adler")
    reader = sqlite_office.signed_in_as(made, "reader")

    answer = reader.see(f"{HOME}/registrations.csv")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    named = 'attachment; filename="anmeldungen-abschlusskonferenz-2026-11-22.csv"'
    assert (answer.headers["content-disposition"], answer.headers["cache-control"]) == (named, "no-store")
    assert rows_of(answer) == [
        ["Nachname", "Vorname", "Titel", "Institution", "E-Mail", "Kategorie", "Status", "Teile", "Forum", "Eingang"],
        [
            *("Adler", "Anna", "", "", "adler@lindenbrueck.example", "Teilnehmende", "angemeldet"),
            *("5. Werkstatt und Abschlusskonferenz", "", "2026-11-22 13:00"),
        ],
    ]
    assert audited(sqlite_office) == [
        (reader.actor, "downloaded", "", {"kind": "csv", "rows": 1, "filter": {}, "searched": False})
    ]


def test_asking_for_the_headers_only_takes_nothing_along(sqlite_office: Office) -> None:
    made = sqlite_office.write(an_event)
    reader = sqlite_office.signed_in_as(made, "reader")

    answer = sqlite_office.ask("HEAD", f"{HOME}/registrations.xlsx", headers=reader.headers)

    assert (answer.status_code, audited(sqlite_office)) == (200, [])


@pytest.mark.parametrize(
    ("file", "command"),
    [("registrations.csv", "participants"), ("registrations.xlsx", "participants"), ("badges.pdf", "badges")],
)
def test_a_file_has_the_bytes_that_the_command_writes(
    sqlite_office: Office, tmp_path: Path, file: str, command: str
) -> None:
    made = two_forums(sqlite_office)

    answer = sqlite_office.signed_in_as(made).see(f"{HOME}/{file}")

    output = tmp_path / f"by-command.{file.rpartition('.')[2]}"
    own = {"CONFMAN_DATABASE_URL": sqlite_office.url, "CONFMAN_BASE_URL": BASE_URL, "CONFMAN_SECRET": "s" * 32}
    written = CliRunner().invoke(cli, [command, SLUG, "-o", str(output), "--language", "de"], env=own)
    assert written.exit_code == 0, written.output
    assert answer.content == output.read_bytes()


def test_a_list_has_whom_the_filter_takes_and_the_columns_that_are_wanted(office: Office) -> None:
    made = two_forums(office)
    organiser = office.signed_in_as(made)

    both = organiser.see(f"{HOME}/registrations.xlsx{FILTERED}&columns=forum,family_name,nonsense")
    not_chosen = organiser.see(f"{HOME}/registrations.csv?forum=~foren&columns=family_name")

    sheet = load_workbook(io.BytesIO(both.content)).active
    assert sheet is not None
    assert list(sheet.values) == [("Nachname", "Forum"), ("Adler", "Forum 1"), ("Adlung", "Forum 1")]
    assert rows_of(not_chosen) == [["Nachname"], ["Condor"]]
    chosen = {"part": "konferenz", "forum": "f1", "category": "attendee"}
    assert [row.facts for row in audited(office)] == [
        {"kind": "xlsx", "rows": 2, "filter": chosen, "searched": True},
        {"kind": "csv", "rows": 1, "filter": {"forum": "~foren"}, "searched": False},
    ]


def test_badges_are_of_whom_the_filter_takes_with_blanks_behind_them(office: Office) -> None:
    made = two_forums(office)
    organiser = office.signed_in_as(made)

    answer = organiser.see(f"{HOME}/badges.pdf?forum=f1&sheet=a4-a6&start_at=3&blanks=2")

    assert answer.headers["content-type"] == "application/pdf"
    pages = [page.get_textpage().get_text_range() for page in PdfDocument(answer.content)]
    assert [sorted({"Adler", "Adlung", "Bussard"} & set(page.split())) for page in pages] == [["Adler", "Adlung"], []]
    assert [page.count("26. Januar 2027") for page in pages] == [2, 2]
    assert [row.facts["rows"] for row in audited(office)] == [2]


def test_what_a_spreadsheet_would_compute_stays_text(sqlite_office: Office) -> None:
    made = sqlite_office.write(an_event)
    confirmed(sqlite_office, made, "Adler")
    formula = '=HYPERLINK("https://lindenbrueck.example";"Adler")'
    sqlite_office.write(lambda conn: conn.execute(update(registration).values(family_name=formula)))
    organiser = sqlite_office.signed_in_as(made)

    as_csv = organiser.see(f"{HOME}/registrations.csv?columns=family_name")
    as_xlsx = organiser.see(f"{HOME}/registrations.xlsx?columns=family_name")

    sheet = load_workbook(io.BytesIO(as_xlsx.content)).active
    assert sheet is not None
    assert rows_of(as_csv)[1] == [f"'{formula}"]
    assert (sheet["A2"].value, sheet["A2"].data_type) == (formula, "s")


def test_what_an_address_asks_wrongly_is_told_at_its_field_and_nothing_is_given(sqlite_office: Office) -> None:
    organiser = sqlite_office.signed_in_as(sqlite_office.write(an_event), needs=True)

    answers = {query: organiser.see(f"{HOME}/{query}") for query in WRONG}

    assert {query: answer.status_code for query, answer in answers.items()} == dict.fromkeys(WRONG, 422)
    assert [query for query, answer in answers.items() if WRONG[query] not in answer.text] == []
    assert [query for query, answer in answers.items() if "content-disposition" in answer.headers] == []
    assert audited(sqlite_office) == []


def test_the_form_leads_to_the_file(sqlite_office: Office) -> None:
    made = two_forums(sqlite_office)
    organiser = sqlite_office.signed_in_as(made)

    excel = organiser.send(f"{HOME}/downloads", kind="xlsx", forum="f1", columns=["family_name", "forum"])
    badges = organiser.send(
        f"{HOME}/downloads", kind="badges", part="konferenz", sheet="a4-a6", start_at="2", blanks="0"
    )

    assert (excel.status_code, excel.headers["location"]) == (
        *(303, f"{HOME}/registrations.xlsx?forum=f1&columns=family_name%2Cforum"),
    )
    assert (badges.status_code, badges.headers["location"]) == (
        *(303, f"{HOME}/downloads/badges?part=konferenz&sheet=a4-a6&start_at=2"),
    )


def test_a_form_that_is_wrong_keeps_what_was_typed(sqlite_office: Office) -> None:
    made = two_forums(sqlite_office)
    organiser = sqlite_office.signed_in_as(made)

    no_column = organiser.send(f"{HOME}/downloads", kind="csv", forum="f2", q="müller")
    seventh = organiser.send(f"{HOME}/downloads", kind="badges", sheet="a4-a6", start_at="7", blanks="3")

    assert (no_column.status_code, seventh.status_code) == (422, 422)
    assert "Bitte wählen Sie mindestens eine Spalte." in no_column.text
    assert '<option value="f2" selected>' in no_column.text
    assert '<input type="hidden" name="q" value="müller">' in no_column.text
    assert 'id="start_at" name="start_at" value="7"' in seventh.text
    assert 'id="blanks" name="blanks" value="3"' in seventh.text
    assert '<option value="a4-a6" selected>' in seventh.text


def test_before_badges_are_printed_it_is_told_which_to_look_at(sqlite_office: Office) -> None:
    made = two_forums(sqlite_office)
    long = {"family_name": "Donaudampfschifffahrtsgesellschaftskapitän", "code": "K7M4-29QX"}
    named = update(registration).where(registration.c.family_name == "Bussard")
    sqlite_office.write(lambda conn: conn.execute(named.values(**long)))

    page = sqlite_office.signed_in_as(made).see(f"{HOME}/downloads/badges?start_at=8").text

    assert "4 Namensschilder, 2 Seiten" in page
    assert "Bitte 1 Namensschild prüfen" in page
    assert f'href="{HOME}/registrations/K7M4-29QX">Anna Donaudampf' in page
    assert f'href="{HOME}/badges.pdf?start_at=8"' in page


def test_where_nobody_has_a_place_there_is_no_badge_to_print(sqlite_office: Office) -> None:
    made = two_forums(sqlite_office)

    page = sqlite_office.signed_in_as(made).see(f"{HOME}/downloads/badges?q=niemand").text

    assert ("Kein Namensschild zu drucken" in page, f"{HOME}/badges.pdf" in page) == (True, False)


def test_what_is_too_large_to_be_made_at_once_is_offered_in_the_background(sqlite_office: Office) -> None:
    made = sqlite_office.write(an_event)
    sqlite_office.write(many, made, 301)
    organiser = sqlite_office.signed_in_as(made)

    answer = organiser.see(f"{HOME}/badges.pdf?blanks=2")

    assert (answer.status_code, answer.headers["location"]) == (303, f"{HOME}/downloads?blanks=2&large=badges")
    assert "Sie wird im Hintergrund erstellt." in organiser.see(answer.headers["location"]).text
    assert audited(sqlite_office) == []


def test_lists_are_read_in_a_fixed_number_of_statements(office: Office) -> None:
    made = two_forums(office)
    organiser = office.signed_in_as(made)
    sent: dict[str, list[int]] = {"registrations.csv": [], "registrations.xlsx": [], "badges.pdf": [], "downloads": []}

    for more in ("Drossel", "Elster", "Falke"):
        for page, numbers in sent.items():
            organiser.see(f"{HOME}/{page}{FILTERED}")  # what is read for all members is known then
            with office.counted() as statements:
                organiser.see(f"{HOME}/{page}{FILTERED}")
            numbers.append(len([each for each in statements if "programme_version" not in each]))
        confirmed(office, made, more)

    assert sent == {name: [2 if name == "downloads" else 4] * 3 for name in sent}
