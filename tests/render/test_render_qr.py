"""Codes that scanners read, drawn as one path."""

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from confman.render import qr

ADDRESS = "HTTPS://TAGUNG.LINDENBRUECK.EXAMPLE/T/K7M429QXK7M4"


def scanned(rows: qr.Modules) -> str:
    picture = Image.frombytes("L", (len(rows), len(rows)), b"".join(rows)).resize(
        (len(rows) * 4,) * 2, Image.Resampling.NEAREST
    )
    framed = Image.new("L", (picture.width + 32,) * 2, 255)
    framed.paste(picture, (16, 16))
    return zxingcpp.read_barcodes(framed)[0].text


def test_an_address_in_capitals_fits_version_3() -> None:
    assert len(qr.modules(ADDRESS)) == 29
    assert len(qr.modules(ADDRESS.lower())) > 29


@pytest.mark.parametrize("mask", range(-1, 8))
def test_every_mask_is_read(mask: int) -> None:
    assert scanned(qr.modules(ADDRESS, mask=mask)) == ADDRESS


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:/.-", min_size=1, max_size=150))
def test_every_text_of_an_address_is_read_back(text: str) -> None:
    assert scanned(qr.modules(text, mask=0)) == text


@pytest.mark.parametrize("text", ["", "A" * 5000, "A" * 400, "\ud800"])
def test_what_does_not_fit_is_refused(text: str) -> None:
    with pytest.raises(qr.TooMuch):
        qr.modules(text)


def test_the_path_covers_the_dark_modules_and_no_other() -> None:
    rows = qr.modules(ADDRESS)
    dark = {(x, len(rows) - 1 - y) for y, row in enumerate(rows) for x, dot in enumerate(row) if dot == 0}

    *rectangles, last = qr.path(rows).splitlines()
    covered = [(int(x) + step, int(y)) for x, y, width, *_ in map(str.split, rectangles) for step in range(int(width))]

    assert last == "f"
    assert len(covered) == len(set(covered))
    assert set(covered) == dark
