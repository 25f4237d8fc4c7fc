"""Tables as CSV and XLSX: text stays text, whatever a spreadsheet would like to make of it."""

import csv
import inspect
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from io import BytesIO, StringIO
from itertools import chain, islice

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

Cell = str | int | None
Row = Sequence[Cell]

# What makes a spreadsheet compute a cell: the signs, their full-width twins, and white space or controls before them.
_DANGEROUS = re.compile(r"'*[\s\x00-\x1f\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|'*[\t\r\n]")
# A negative number and a telephone number in groups are harmless, and would look wrong with an apostrophe.
_PLAIN_NUMBER = re.compile(r"-\d{1,15}(?:[.,]\d{1,15})?|\+\d{1,4}(?: \d{1,15})+")
_ROWS_A_CHUNK = 500
_ROWS_MEASURED = 200
_LONGEST_CELL = 32_767  # Excel's limit
_UNREPRESENTABLE = re.compile(r"[\ud800-\udfff\x00]")
# Without the library's own wrapper, which asks of every single cell whether it is named "A1": a tenth of the time.
_write_string = inspect.unwrap(Worksheet.write_string)
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)


def guarded(text: str) -> str:
    """Text for a CSV cell: an apostrophe stands before what a spreadsheet would compute, and only there.

    Texts that begin with apostrophes before such a sign get one more, so that `unguarded` gives every text back.
    """
    if text[:1].isalnum():  # nearly all: what follows would find nothing
        return text
    if _DANGEROUS.match(text) and not _PLAIN_NUMBER.fullmatch(text):
        return "'" + text
    return text


def unguarded(text: str) -> str:
    """What `guarded` was given; other text unchanged. For reading our own files again."""
    return text[1:] if text.startswith("'") and _DANGEROUS.match(text) else text


def csv_bytes(header: Sequence[str], rows: Iterable[Row], *, excel: bool) -> Iterator[bytes]:
    """RFC 4180 in UTF-8, every text in quotes; `excel` adds the byte order mark and the semicolon of German Excel.

    All cells are quoted, so that reading with the wrong delimiter cannot split a text into cells that compute.
    Chunks of some hundred rows; cells pass through `guarded`.
    """
    text = StringIO()
    write = csv.writer(text, delimiter=";" if excel else ",", quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow
    if excel:
        text.write("\ufeff")
    lines = iter(rows)
    write([_text(cell) for cell in header])
    while True:
        chunk = list(islice(lines, _ROWS_A_CHUNK))
        for row in chunk:
            write([_text(cell) for cell in row])
        yield text.getvalue().encode("utf-8", "replace")
        if len(chunk) < _ROWS_A_CHUNK:
            return
        text.seek(0)
        text.truncate()


def _text(cell: Cell) -> str:
    return guarded(cell) if isinstance(cell, str) else "" if cell is None else str(cell)


def xlsx_bytes(title: str, header: Sequence[str], rows: Iterable[Row]) -> bytes:
    """One sheet with a frozen, filterable header; strings are strings (never formulas, links or numbers).

    Equal values give equal bytes. Column widths come from the first 200 rows. Cells are cut at Excel's 32,767.
    """
    file = BytesIO()
    # The library's other mode, constant_memory, takes twice as long and puts everybody's data into temporary files.
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    book.set_properties({"created": _LONG_AGO})
    sheet = book.add_worksheet(_sheet_name(title))
    first = list(islice(rows := iter(rows), _ROWS_MEASURED))
    for column, width in enumerate(_widths(header, first)):
        sheet.set_column(column, column, width)
    bold = book.add_format({"bold": True, "bottom": 1, "valign": "top"})
    for column, name in enumerate(header):
        sheet.write_string(0, column, _short(name), bold)
    last = 0
    for last, row in enumerate(chain(first, rows), start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                _write_string(sheet, last, column, _short(cell))
            elif cell is not None:
                sheet.write_number(last, column, cell)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, last, max(0, len(header) - 1))
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    book.close()
    return file.getvalue()


def _short(text: str) -> str:
    """Text that the file can hold, and that the library does not take for rich-text markup of its own making."""
    if not text.isprintable():
        text = _UNREPRESENTABLE.sub("\ufffd", text)
    if len(text) > _LONGEST_CELL:
        text = text[: _LONGEST_CELL - 1] + "…"
    return f" {text}" if text.startswith("<r>") else text


def _widths(header: Sequence[str], rows: Sequence[Row]) -> list[int]:
    """In characters, 6 to 48; the header leaves room for the filter's button."""
    widths = [len(name) + 4 for name in header]
    for row in rows:
        for column, cell in enumerate(row[: len(widths)]):
            widths[column] = max(widths[column], len(str(cell if cell is not None else "")) + 2)
    return [min(48, max(6, width)) for width in widths]


def _sheet_name(title: str) -> str:
    """Excel's rules: 31 characters, no brackets, colons, stars, slashes, no apostrophe at either end."""
    return re.sub(r"[\[\]:*?/\\\x00-\x1f\ud800-\udfff]", " ", title)[:31].strip(" '") or "1"
