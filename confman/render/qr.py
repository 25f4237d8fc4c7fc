"""QR codes as one path: zxing-cpp chooses version and mask, the dark runs become rectangles of a single fill."""

import re
from collections.abc import Iterator
from functools import cache
from operator import getitem
from struct import Struct
from typing import Any

import zxingcpp

Modules = tuple[bytes, ...]
"""Rows from the top, one byte a module, zero is dark; no quiet zone."""

_STRIP = 12  # modules whose runs are looked up at once; a run that goes on in the next strip becomes two rectangles
_BEST_MASK = -1
_DARK_RUN = re.compile(rb"\0+")


class TooMuch(ValueError):
    """The text does not fit a code whose modules a phone can still tell apart."""


def modules(text: str, mask: int = _BEST_MASK, most: int = 57) -> Modules:
    """The symbol of error correction M, at most `most` modules wide (57 is version 10).

    Upper-case addresses become alphanumeric codes, which are a third smaller: version 3 holds 61 such characters.
    Finding the best of the eight masks takes four times as long as all the rest; a text with a random token looks
    alike under each, so that bulk printing may name one (0 to 7).
    """
    try:
        code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M", data_mask=mask)
    except (ValueError, RuntimeError) as error:
        raise TooMuch(str(error)) from error
    picture: Any = zxingcpp.write_barcode_to_image(code, scale=1, add_quiet_zones=False)
    side, dots = picture.shape[0], bytes(memoryview(picture))
    if side > most:
        raise TooMuch(f"{side} modules")
    return tuple(dots[start : start + side] for start in range(0, side * side, side))


def path(rows: Modules) -> str:
    """PDF operators that fill the dark modules, one unit each, origin bottom left; in the current colour.

    All rectangles belong to one path: filled one by one, neighbours show hairlines between them on screens.
    """
    side = len(rows)
    whole, rest = divmod(side, _STRIP)
    strips = Struct(f"{_STRIP}s" * whole + f"{rest}s" * bool(rest)).iter_unpack(b"".join(reversed(rows)))
    tables = [_table(left) for left in range(0, side, _STRIP)]
    return "".join(["".join(map(getitem, tables, row)).replace("y", str(y)) for y, row in enumerate(strips)]) + "f"


QUIET = 4
"""Modules of white around a code."""


def outline(rows: Modules) -> str:
    """The dark modules as one path of SVG, a unit each, `QUIET` from the left and the top."""
    runs = ((x, y, run) for y, row in enumerate(rows, QUIET) for x, run in _dark(row))
    return "".join(f"M{x + QUIET} {y}h{length}v1h-{length}z" for x, y, length in runs)


def _dark(row: bytes) -> Iterator[tuple[int, int]]:
    return ((run.start(), len(run.group())) for run in _DARK_RUN.finditer(row))


class _Runs(dict[bytes, str]):
    """Operators for each pattern of a strip, made when first met (at most 4,096); "y" stands for the row."""

    def __init__(self, left: int) -> None:
        super().__init__()
        self._left = left

    def __missing__(self, strip: bytes) -> str:
        spans = [run.span() for run in _DARK_RUN.finditer(strip)]
        self[strip] = runs = "".join(f"{self._left + a} y {b - a} 1 re\n" for a, b in spans)
        return runs


@cache
def _table(left: int) -> _Runs:
    return _Runs(left)
