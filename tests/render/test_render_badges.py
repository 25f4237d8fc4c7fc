"""What stands on a badge, and what the report says about it."""

import sys
from dataclasses import replace

import pypdfium2
import pytest

from confman.render.badge_ink import contrast, text_on
from confman.render.badge_values import Field, Finding, Remark
from confman.render.badges import BadgeOptions, badges
from confman.render.label_sheets import SHEETS, sheet
from tests.render.badge_reading import PERSON, codes_scanned, findings, named, names_read, one_line, printed


def whole_text(pdf: bytes) -> str:
    return one_line(" ".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)))


def test_a_badge_says_who_from_where_as_what_and_for_which_event() -> None:
    prof = replace(PERSON, title="Prof. Dr.")

    text = whole_text(printed(prof, on="a6-page").pdf)

    assert text == (
        "Prof. Dr. Anna Beispiel Hochschule Lindenbrück Teilnehmende F3"
        " 5. Werkstatt und Abschlusskonferenz Dienstag, 26. Januar 2027"
    )


def test_an_ordinary_badge_gives_nothing_to_report() -> None:
    assert printed(PERSON).report == ()


def test_two_prints_of_the_same_people_are_equal_to_the_byte() -> None:
    people = [PERSON, replace(PERSON, given_name="K̕atja", code="2"), replace(PERSON, no_photo=True)]

    assert printed(*people).pdf == printed(*people).pdf


def test_the_name_somebody_wants_on_the_badge_replaces_given_and_family_name() -> None:
    wanted = named("Beispiel", badge_name="Anni Muster")

    assert names_read(printed(wanted)) == ["Anni Muster"]


def test_one_name_alone_stands_in_one_line() -> None:
    document = pypdfium2.PdfDocument(printed(named("Wulandari")).pdf)

    assert len(list(document[0].get_objects())) == 1


def test_both_names_have_the_same_size() -> None:
    document = pypdfium2.PdfDocument(printed(named("Hohenbeispiel", given_name="Bo")).pdf)

    sizes = {drawn.get_font_size() if hasattr(drawn, "get_font_size") else None for drawn in document[0].get_objects()}

    assert len(sizes) == 1


def test_the_code_on_the_badge_is_the_ticket_address() -> None:
    people = [
        replace(PERSON, ticket_url=f"HTTPS://TAGUNG.LINDENBRUECK.EXAMPLE/T/{number:052X}") for number in range(10)
    ]

    scanned = codes_scanned(printed(*people).pdf)

    assert sorted(scanned) == [person.ticket_url for person in people]


@pytest.mark.parametrize("on", SHEETS)
def test_the_code_is_read_from_every_sheet(on: str) -> None:
    assert codes_scanned(printed(PERSON, on=on).pdf) == [PERSON.ticket_url]


def test_an_address_too_long_for_a_code_is_left_out_and_reported() -> None:
    result = printed(replace(PERSON, ticket_url="HTTPS://X.EXAMPLE/" + "A" * 4000))

    assert codes_scanned(result.pdf) == []
    assert result.report == (Remark("K7M4-29QX", "Anna Beispiel", Field.TICKET, Finding.LEFT_OUT),)


def test_a_double_name_goes_into_two_lines_before_it_shrinks() -> None:
    result = printed(
        replace(PERSON, title="", institution="", given_name="Bo", family_name="Hohenbeispiel-Mustermannshausen")
    )

    assert findings(result) == [Finding.BROKEN, Finding.SHRUNK]


def test_a_shrunk_name_is_reported_with_its_size() -> None:
    (remark,) = printed(replace(PERSON, given_name="Hohenbeispielmustermann")).report

    assert remark == Remark(
        "K7M4-29QX", "Hohenbeispielmustermann Beispiel", Field.NAME, Finding.SHRUNK, size_pt=remark.size_pt
    )
    assert remark.size_pt is not None
    assert 10 <= remark.size_pt < 28


def test_a_name_of_400_letters_is_cut_and_reported() -> None:
    result = printed(named("x" * 400))

    (text,) = names_read(result)
    assert text == "x" * (len(text) - 1) + "…"
    assert findings(result) == [Finding.SHRUNK, Finding.CUT]


def test_of_a_long_institution_the_beginning_is_kept() -> None:
    institution = "Ministerium für Heimat, Kommunales, Bau und Digitalisierung des Landes Beispielland am Rhein"
    result = printed(replace(PERSON, institution=institution))

    assert findings(result, Field.INSTITUTION) == [Finding.CUT]
    assert "Ministerium für Heimat, Kommunales, Bau" in whole_text(result.pdf)


def test_what_is_wrong_with_the_event_is_said_once_and_not_of_every_person() -> None:
    people = [replace(PERSON, event_line="Sehr lange Veranstaltung " * 12, code=str(number)) for number in range(3)]

    assert [(r.code, r.field, r.finding) for r in printed(*people).report] == [("", Field.EVENT, Finding.CUT)]


def test_letters_that_no_font_has_are_named_and_seen() -> None:
    result = printed(replace(PERSON, given_name="محمد", family_name="Łódź 李 🎉"))

    assert [r for r in result.report if r.finding is Finding.MISSING] == [
        Remark("K7M4-29QX", "محمد Łódź 李 🎉", Field.NAME, Finding.MISSING, characters="محد李🎉")
    ]
    assert names_read(printed(named("Łódź 李 🎉"))) == ["Łódź [?] [?]"]


@pytest.mark.parametrize("payload", ['<img src="/etc/passwd">', "<b>&amp;</b>", "a) Tj (b", "{{ 7*7 }}", "%(name)s\\"])
def test_markup_is_printed_as_it_was_typed(payload: str) -> None:
    (read,) = names_read(printed(named(payload), on="a6-page"))

    assert read.replace(" ", "") == payload.replace(" ", "")


def test_printing_opens_no_file_but_fonts() -> None:
    opened: list[str] = []
    printed(PERSON, replace(PERSON, given_name="K̕atja"))
    sys.addaudithook(lambda name, args: opened.append(str(args[0])) if name in {"open", "socket.connect"} else None)

    printed(replace(PERSON, given_name='<img src="/etc/passwd">', institution='<img src="http://x.example">'))

    assert opened == []


def test_control_and_direction_characters_are_taken_out() -> None:
    hidden = "An\u202ena\u200d \x07Bei\u00adspiel\t\u2066x\ufeff\u0000"

    assert names_read(printed(named(hidden))) == ["Anna Beispiel x"]


def test_a_letter_keeps_three_marks_at_most() -> None:
    assert names_read(printed(named("A" + "\u0308" * 50 + "nna"))) == ["Ä\u0308\u0308nna"]


def test_all_empty_is_a_blank_to_write_on() -> None:
    result = printed(named(""))

    assert whole_text(result.pdf) == ""
    assert result.report == ()


def test_no_badge_at_all_is_one_empty_page() -> None:
    assert len(pypdfium2.PdfDocument(printed().pdf)) == 1


def test_eleven_badges_take_two_sheets_of_ten() -> None:
    assert len(pypdfium2.PdfDocument(printed(*[PERSON] * 11).pdf)) == 2


def test_printing_begins_at_the_label_asked_for() -> None:
    document = pypdfium2.PdfDocument(printed(named("Anna"), start_at=10).pdf)

    ((left, bottom, _, _),) = [drawn.get_bounds() for drawn in document[0].get_objects()]

    assert (left > 112.5 * 72 / 25.4, bottom < 63.5 * 72 / 25.4) == (True, True)


@pytest.mark.parametrize("start_at", [0, 11])
def test_a_label_that_the_sheet_does_not_have_is_refused(start_at: int) -> None:
    with pytest.raises(ValueError, match="is not between 1 and 10"):
        badges([PERSON], sheet("L4785"), BadgeOptions("x", start_at=start_at))


def test_viewers_are_told_not_to_scale_and_no_font_is_left_to_them() -> None:
    pdf = printed(PERSON).pdf

    assert b"/PrintScaling /None" in pdf
    assert b"Helvetica" not in pdf
    assert pdf.count(b"/FontFile2") == 2


def test_words_on_a_colour_are_readable() -> None:
    for colour in ("#1d4ed8", "#facc15", "#ffffff", "#000000", "#777777", "#b45309", "nonsense"):
        assert contrast(text_on(colour), colour) >= 4.4
