"""Badges made and read back as a printer, a scanner and a reader would: text, ink, codes."""

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from pypdfium2 import raw

from confman.render.badge_values import Badge, Field, Finding
from confman.render.badges import BadgeOptions, BadgePrint, badges
from confman.render.label_sheets import Sheet, sheet

DATA = Path(__file__).parents[3] / "shared" / "data"
POINTS_PER_MM = 72 / 25.4
TICKET = "HTTPS://TAGUNG.LINDENBRUECK.EXAMPLE/T/K7M429QXK7M429QX"
PERSON = Badge(
    title="",
    given_name="Anna",
    family_name="Beispiel",
    badge_name=None,
    institution="Hochschule Lindenbrück",
    category_word="Teilnehmende",
    category_colour="#1d4ed8",
    event_line="5. Werkstatt und Abschlusskonferenz",
    date_line="Dienstag, 26. Januar 2027",
    mark="F3",
    no_photo=False,
    ticket_url=TICKET,
    code="K7M4-29QX",
)
BLANK = replace(PERSON, given_name="", family_name="", institution="", category_word="", event_line="", date_line="")
"""Nothing but a code and a mark: the names stand alone."""


# pdfium gives a hyphen at the end of a line as this sign and drops the line break.
_BROKEN_HYPHEN = "\ufffe"


def named(name: str, **others: Any) -> Badge:
    """A badge with this one name, and nothing else that could be mistaken for it."""
    return replace(BLANK, family_name=name, mark="", ticket_url=None, **others)


def printed(*items: Badge, on: str = "L4785", **options: Any) -> BadgePrint:
    return badges(items, sheet(on), BadgeOptions(title="Namensschilder", **options))


def findings(print_: BadgePrint, field: Field = Field.NAME) -> list[Finding]:
    return [remark.finding for remark in print_.report if remark.field is field]


def one_line(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def names_read(print_: BadgePrint) -> list[str]:
    """The whole text of each page, in one line: for badges that carry a name only, one to a page."""
    document = pypdfium2.PdfDocument(print_.pdf)
    return [one_line(page.get_textpage().get_text_range().replace(_BROKEN_HYPHEN, "-")) for page in document]


def objects(page: pypdfium2.PdfPage) -> Iterator[tuple[str, tuple[float, float, float, float]]]:
    """Kind and (left, bottom, right, top) in points of all that is drawn."""
    kinds = {raw.FPDF_PAGEOBJ_TEXT: "text", raw.FPDF_PAGEOBJ_PATH: "path"}
    for drawn in page.get_objects():
        yield kinds[drawn.type], drawn.get_bounds()


def label_boxes(on: Sheet) -> list[tuple[float, float, float, float]]:
    return [
        (
            x * POINTS_PER_MM,
            y * POINTS_PER_MM,
            (x + on.label_width_mm) * POINTS_PER_MM,
            (y + on.label_height_mm) * POINTS_PER_MM,
        )
        for x, y in on.corners()
    ]


def holds(
    box: tuple[float, float, float, float], inner: tuple[float, float, float, float], margin: float = 0.0
) -> bool:
    return (
        inner[0] >= box[0] + margin
        and inner[1] >= box[1] + margin
        and inner[2] <= box[2] - margin
        and inner[3] <= box[3] - margin
    )


def codes_scanned(pdf: bytes, dots_per_inch: int = 300) -> list[str]:
    """The texts of all codes, page by page, from the rasterised pages."""
    pictures = [page.render(scale=dots_per_inch / 72).to_pil() for page in pypdfium2.PdfDocument(pdf)]
    return [code.text for picture in pictures for code in zxingcpp.read_barcodes(picture)]


def given_data(*parts: str) -> Path:
    """A file of the shared data; the test is skipped where it is not at hand."""
    path = DATA.joinpath(*parts)
    if not path.exists():
        pytest.skip("the shared data is not at hand")
    return path
