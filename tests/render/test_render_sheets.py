"""Tables that spreadsheets open as text, and that give every value back."""

import csv
from io import BytesIO, StringIO

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from confman.render.sheets import Row, csv_bytes, guarded, unguarded, xlsx_bytes

HEADER = ["Name", "Institution", "Plätze"]
ROWS: list[Row] = [
    ["Łukasz Żółkiewski", "Hochschule; „Lindenbrück“", 2],
    ['Anna "Anni" Beispiel', "erste Zeile\nzweite Zeile", None],
]


def cells(data: bytes) -> list[list[object]]:
    sheet = openpyxl.load_workbook(BytesIO(data)).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_csv_for_german_excel_begins_with_a_mark_and_parts_by_semicolons() -> None:
    assert b"".join(csv_bytes(HEADER, ROWS, excel=True)) == (
        b"\xef\xbb\xbf"
        b'"Name";"Institution";"Pl\xc3\xa4tze"\r\n'
        b'"\xc5\x81ukasz \xc5\xbb\xc3\xb3\xc5\x82kiewski";"Hochschule; \xe2\x80\x9eLindenbr\xc3\xbcck\xe2\x80\x9c";"2"\r\n'
        b'"Anna ""Anni"" Beispiel";"erste Zeile\nzweite Zeile";""\r\n'
    )


def test_csv_for_programs_has_commas_and_no_mark() -> None:
    assert b"".join(csv_bytes(HEADER, [], excel=False)) == '"Name","Institution","Plätze"\r\n'.encode()


def test_a_long_table_comes_in_chunks() -> None:
    chunks = list(csv_bytes(["n"], ([number] for number in range(1200)), excel=False))

    assert len(chunks) == 3
    assert b"".join(chunks).splitlines() == [b'"n"', *(f'"{number}"'.encode() for number in range(1200))]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        " =1+1",
        "\uff1d1+1",
        "\uff0b1",
        "\uff20x",
        "\u00a0=1",
        "+4930123456",
    ],
)
def test_what_a_spreadsheet_would_compute_gets_an_apostrophe(text: str) -> None:
    assert guarded(text) == "'" + text


@pytest.mark.parametrize(
    "text", ["+49 30 1234", "-5", "-5,50", "Anna", "O'Neil", "'s-Hertogenbosch", "a=b", "0221 4710 123", ""]
)
def test_telephone_numbers_and_ordinary_text_stay_as_they_are(text: str) -> None:
    assert guarded(text) == text


@given(st.text() | st.text(alphabet="'=+-@ \t\r\n0123456789,."))
def test_reading_our_own_file_gives_every_text_back(text: str) -> None:
    assert unguarded(guarded(text)) == text


@given(
    st.lists(st.tuples(st.text(alphabet=st.characters(codec="utf-8")), st.text(alphabet="=;,\"'\r\n ab")), max_size=5),
    st.booleans(),
)
def test_csv_is_read_back_cell_by_cell(rows: list[tuple[str, str]], excel: bool) -> None:
    text = b"".join(csv_bytes(["a", "b"], rows, excel=excel)).decode("utf-8-sig")

    read = list(csv.reader(StringIO(text, newline=""), delimiter=";" if excel else ","))

    assert [[unguarded(cell) for cell in row] for row in read] == [["a", "b"], *map(list, rows)]


def test_xlsx_holds_text_as_text_and_numbers_as_numbers() -> None:
    assert cells(xlsx_bytes("Teilnehmende", HEADER, ROWS)) == [HEADER, *map(list, ROWS)]


@pytest.mark.parametrize(
    "text", ["=1+1", "+49 30 1234", "-5", "@x", "https://example.org", "007", "<b>&amp;</b>", "{=1}"]
)
def test_xlsx_never_makes_a_formula_a_link_or_a_number_of_a_text(text: str) -> None:
    sheet = openpyxl.load_workbook(BytesIO(xlsx_bytes("x", ["a"], [[text]]))).worksheets[0]

    cell = sheet["A2"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


def test_text_that_looks_like_the_librarys_own_markup_is_escaped() -> None:
    assert cells(xlsx_bytes("x", ["a"], [["<r><t>x</t></r>"]])) == [["a"], [" <r><t>x</t></r>"]]


def test_equal_tables_are_equal_files() -> None:
    assert xlsx_bytes("x", HEADER, ROWS) == xlsx_bytes("x", HEADER, ROWS)


def test_the_header_stays_in_sight_and_filters_all_rows() -> None:
    sheet = openpyxl.load_workbook(BytesIO(xlsx_bytes("Anmeldungen: [Forum/1]", HEADER, ROWS))).worksheets[0]

    assert (sheet.title, sheet.freeze_panes, sheet.auto_filter.ref) == ("Anmeldungen   Forum 1", "A2", "A1:C3")
    assert sheet.column_dimensions["A"].width > 20


@pytest.mark.parametrize(("title", "name"), [("", "1"), ("'x'", "x"), ("a" * 40, "a" * 31)])
def test_the_sheet_has_a_name_that_excel_allows(title: str, name: str) -> None:
    assert openpyxl.load_workbook(BytesIO(xlsx_bytes(title, ["a"], []))).sheetnames == [name]


def test_an_answer_of_a_million_letters_is_cut_at_excels_limit() -> None:
    ((_,), (cell,)) = cells(xlsx_bytes("x", ["a"], [["x" * 1_000_000]]))

    assert (len(str(cell)), str(cell)[-1]) == (32_767, "…")


def test_what_no_spreadsheet_file_can_hold_is_replaced() -> None:
    assert cells(xlsx_bytes("x", ["a"], [["a\ud800b"], ["c\x00d"]])) == [["a"], ["a\ufffdb"], ["c\ufffdd"]]
