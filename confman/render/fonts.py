"""Letters as placed glyphs: Fira Sans first, Noto Sans where Fira lacks one, a visible mark where both do."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import fontpkg_fira_sans
import fontpkg_noto_sans
import uharfbuzz as hb

PLACEHOLDER = "[?]"
"""Printed instead of letters that no font here has, so that the gap is seen on paper and not only in the report."""

# Fira carries horn and ogonek, but its anchors suit O and U, A and E only: elsewhere they would sit beside the letter.
_NEVER_FROM_FIRA = frozenset("\u031b\u0328")
_COMMA_ABOVE_RIGHT = "\u0315"
# A mark of this range spans its letter and the next one (K͟H): both must come from one font.
_SPANNING = range(0x35C, 0x363)
_MARKS_PER_LETTER = 3  # DIN 91379 and Vietnamese need two
_FEATURES = {"liga": False, "clig": False, "calt": False}  # a ligature is read back as one character by some programs


class Weight(IntEnum):
    REGULAR = 400
    SEMIBOLD = 600


Glyph = tuple[int, str, float, float, float]
"""Number in the font, the text it stands for when the page is read back, then advance, dx and dy in 1/1000 of the size.

A plain tuple: a named one takes three times as long to make, and ten thousand badges have a million of them.
"""


Box = tuple[float, float, float, float]
"""Left, bottom, right, top."""


class Face:
    """A static TrueType font file as harfbuzz sees it; `scale` makes its capitals as tall as Fira's."""

    def __init__(self, name: str, file: hb.Face, scale: float = 1.0) -> None:
        self.name = name
        self.file = file
        self.font = hb.Font(file)
        self.scale = scale
        self.unit = 1000 / file.upem
        # Private-use glyphs are the font's ornaments, never the letter that somebody typed.
        self.codes = frozenset(c for c in map(chr, file.unicodes) if unicodedata.category(c) != "Co")
        self.plain = frozenset(c for c in self.codes if not unicodedata.combining(c))
        self._advances: dict[int, float] = {}
        self._boxes: dict[int, Box] = {}

    def advance(self, glyph: int) -> float:
        """The width the font file itself gives the glyph, without kerning, in 1/1000."""
        if glyph not in self._advances:
            self._advances[glyph] = round(self.font.get_glyph_h_advance(glyph) * self.unit, 2)
        return self._advances[glyph]

    def box(self, glyph: int) -> Box:
        """Where the ink of the glyph is, in 1/1000 from its origin."""
        known = self._boxes.get(glyph)
        if known is None:
            ink = self.font.get_glyph_extents(glyph)
            left, top, right, bottom = (0, 0, 0, 0)
            if ink is not None:
                left, top, right, bottom = (
                    ink.x_bearing,
                    ink.y_bearing,
                    ink.x_bearing + ink.width,
                    ink.y_bearing + ink.height,
                )
            known = self._boxes[glyph] = (left * self.unit, bottom * self.unit, right * self.unit, top * self.unit)
        return known

    def shape(self, text: str) -> tuple[Glyph, ...]:
        buffer = hb.Buffer()
        buffer.cluster_level = hb.BufferClusterLevel.MONOTONE_CHARACTERS
        buffer.add_str(text)
        buffer.guess_segment_properties()
        buffer.direction = "ltr"
        hb.shape(self.font, buffer, _FEATURES)
        infos, places, unit = buffer.glyph_infos, [p.position for p in buffer.glyph_positions], self.unit
        starts = [info.cluster for info in infos] + [len(text)]
        glyphs = [
            (info.codepoint, text[a:b], advance * unit, dx * unit, dy * unit)
            for info, (dx, dy, advance, _), (a, b) in zip(infos, places, pairwise(starts), strict=True)
        ]
        return tuple(map(self._with_room, glyphs)) if _COMMA_ABOVE_RIGHT in text else tuple(glyphs)

    def _with_room(self, glyph: Glyph) -> Glyph:
        """The comma right of its letter stands where the next letter begins; fonts give it no width."""
        number, text, advance, dx, dy = glyph
        if text == _COMMA_ABOVE_RIGHT:
            advance = max(0.0, dx + self.box(number)[2])
        return number, text, advance, dx, dy


class Run(NamedTuple):
    face: Face
    glyphs: tuple[Glyph, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One line of shaped text, equal to itself only: comparing glyphs would cost more than shaping.

    Lengths in units of the font size. `left` is how far ink reaches out before the beginning, `width` is from the
    leftmost to the rightmost ink or advance, `bottom` is negative below the baseline.
    """

    text: str
    runs: tuple[Run, ...]
    left: float
    width: float
    top: float
    bottom: float
    missing: str
    has_marks: bool

    @property
    def printed(self) -> str:
        """The text with placeholders where letters are missing."""
        return "".join(glyph[1] for run in self.runs for glyph in run.glyphs)


def _file(package: Path, name: str) -> hb.Face:
    return hb.Face(hb.Blob.from_file_path(str(package / "files" / name)))


@cache
def fira(weight: Weight) -> Face:
    name = {Weight.REGULAR: "FiraSans-Regular", Weight.SEMIBOLD: "FiraSans-SemiBold"}[weight]
    return Face(name, _file(fontpkg_fira_sans.ROOT, f"{name}.ttf"))


@cache
def noto(weight: Weight) -> Face:
    """Noto Sans comes as one variable file; harfbuzz cuts the static instance in about 50 ms, once per process."""
    variable = _file(fontpkg_noto_sans.ROOT, "NotoSans[wdth,wght].ttf")
    wanted = hb.SubsetInput()
    wanted.keep_everything()
    for axis, value in (("wght", weight * 1.08), ("wdth", 93.0)):  # as dark and as narrow as Fira
        wanted.pin_axis_location(variable, axis, value)
    return Face(f"NotoSans-{weight}", wanted.subset(variable), scale=0.97)


@lru_cache(maxsize=2048)
def clean(text: str, limit: int = 400) -> str:
    """Text as it may be printed: NFC, one line, no control or direction characters, at most three marks a letter."""
    if len(text) <= limit and text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept: list[str] = []
    marks = 0
    for char in unicodedata.normalize("NFD", text[: 2 * limit]):
        category = unicodedata.category(char)
        if category in {"Cc", "Zs", "Zl", "Zp"}:
            char = " "  # noqa: PLW2901 - the cleaned character takes the place of the raw one
        elif category in {"Cf", "Cs"} or "\ufe00" <= char <= "\ufe0f" or char == "\u034f":
            continue
        marks = marks + 1 if category[0] == "M" else 0
        if marks <= _MARKS_PER_LETTER:
            kept.append(char)
    return unicodedata.normalize("NFC", " ".join("".join(kept).split()))[:limit]


def clusters(text: str) -> Iterator[str]:
    """Letters with their marks, and with the next letter where a mark spans two."""
    current = ""
    for char in text:
        joins = unicodedata.category(char)[0] == "M" or (current and ord(current[-1]) in _SPANNING)
        if current and not joins:
            yield current
            current = ""
        current += char
    if current:
        yield current


@lru_cache(maxsize=4096)
def _home(cluster: str, weight: Weight) -> tuple[Face, str] | None:
    """The font that has every glyph of the cluster, and the spelling to shape: composed, or else letter and marks."""
    if unicodedata.category(cluster[0])[0] == "M":
        return None
    composed, parts = (unicodedata.normalize(form, cluster) for form in ("NFC", "NFD"))
    for face in (fira(weight), noto(weight)):
        for spelling in (composed, parts):
            if not face.codes.issuperset(spelling):
                continue
            if face.name.startswith("Fira") and not _NEVER_FROM_FIRA.isdisjoint(spelling):
                continue
            return face, spelling
    return None


def _pieces(text: str, weight: Weight) -> Iterator[tuple[Face | None, str]]:
    for cluster in clusters(text):
        home = _home(cluster, weight)
        yield home or (None, cluster)


def _itemised(text: str, weight: Weight) -> tuple[list[tuple[Face, str]], str]:
    """Stretches of one font each, and the characters that none has."""
    first = fira(weight)
    if first.plain.issuperset(text):
        return [(first, text)], ""
    stretches: list[tuple[Face | None, str]] = []
    for face, piece in _pieces(text, weight):
        if stretches and stretches[-1][0] is face:
            stretches[-1] = (face, stretches[-1][1] + piece)
        else:
            stretches.append((face, piece))
    missing = "".join(dict.fromkeys("".join(piece for face, piece in stretches if face is None)))
    return [(face or first, piece if face else PLACEHOLDER) for face, piece in stretches], missing


@lru_cache(maxsize=2048)
def shape(text: str, weight: Weight) -> Line:
    """Glyphs of one cleaned line, with kerning and marks in place; left to right."""
    stretches, missing = _itemised(text, weight)
    runs = tuple(Run(face, face.shape(piece)) for face, piece in stretches if piece)
    pen = left = right = top = bottom = 0.0
    has_marks = False
    for face, glyphs in runs:
        scale, box = face.scale, face.box
        for number, stands_for, advance, dx, dy in glyphs:
            ink_left, low, ink_right, high = box(number)
            if dx or dy or not stands_for:
                has_marks = True
            left = min(left, pen + (ink_left + dx) * scale)
            right = max(right, pen + (ink_right + dx) * scale)
            top = max(top, (high + dy) * scale)
            bottom = min(bottom, (low + dy) * scale)
            pen += advance * scale
    width = max(right, pen) - left
    return Line(text, runs, -left / 1000, width / 1000, top / 1000, bottom / 1000, missing, has_marks)
