"""The bar of a badge: the category's word on its colour, a mark such as "F3", a crossed camera."""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from confman.render import badge_ink as ink
from confman.render.badge_document import Document
from confman.render.badge_measures import CAMERA, SAFE, Measures
from confman.render.badge_remarks import about_all
from confman.render.badge_values import Badge, Field, Remark
from confman.render.fitting import Fitted, fit
from confman.render.fonts import Weight, clean

_EDGE = "#4b5563"
_PALE = 1.4  # contrast with white paper below which a plate gets an edge to be seen at all


class _Status(NamedTuple):
    word: str
    colour: str
    mark: str
    mark_colour: str
    no_photo: bool
    measures: Measures


class DrawnBar(NamedTuple):
    operators: str
    remarks: tuple[Remark, ...]


class Bar:
    """Draws bars of one width into one document; few differ, so each is made once."""

    def __init__(self, document: Document, left: float, width: float) -> None:
        self._document = document
        self._left = left
        self._right = left + width
        self._drawn = lru_cache(maxsize=512)(self._drawn_anew)

    def height(self, badge: Badge, measures: Measures) -> float:
        return measures.bar if badge.category_word or badge.mark or badge.no_photo else 0.0

    def draw(self, badge: Badge, measures: Measures, bottom: float) -> DrawnBar:
        """Operators of the bar that stands on `bottom`."""
        word, mark = clean(badge.category_word, 80), clean(badge.mark, 12)
        status = _Status(word, badge.category_colour, mark, badge.mark_colour, badge.no_photo, measures)
        return self._drawn(status, round(bottom, 2))

    def _drawn_anew(self, status: _Status, bottom: float) -> DrawnBar:
        bar, gap, right = status.measures.bar, status.measures.gap, self._right
        camera, plate = "", []
        if status.no_photo:
            right -= CAMERA
            camera = ink.crossed_camera(right, max(SAFE, bottom + (bar - CAMERA) / 2), CAMERA)
            right -= gap
        sign = _fitted(status.mark, bar * 2, status.measures)
        if sign.lines:
            width = max(bar * 1.4, sign.lines[0].width * sign.size + bar * 0.7)
            right -= width
            plate = [*self._plate(sign, status.mark_colour, (right, bottom, width, bar), is_centred=True)]
            right -= gap
        word = _fitted(status.word, right - self._left - bar * 0.84, status.measures)
        parts: list[str] = []  # in reading order
        if word.lines:
            place = (self._left, bottom, right - self._left, bar)
            parts += self._plate(word, status.colour, place, is_centred=False)
        parts += [*plate, camera]
        remarks = (*about_all(Field.CATEGORY, status.word, word), *about_all(Field.MARK, status.mark, sign))
        return DrawnBar("\n".join(filter(None, parts)), remarks)

    def _plate(
        self, text: Fitted, colour: str, place: tuple[float, float, float, float], *, is_centred: bool
    ) -> Iterator[str]:
        """Words on a coloured plate at (left, bottom, width, height)."""
        left, bottom, width, height = place
        yield f"{ink.fill(colour)} {ink.rounded(left, bottom, width, height, height * 0.16)} f"
        if ink.contrast(colour, "#ffffff") < _PALE:
            edge = ink.rounded(left + 0.25, bottom + 0.25, width - 0.5, height - 0.5, height * 0.16)
            yield f"{ink.stroke(_EDGE)} 0.5 w {edge} S"
        yield ink.fill(ink.text_on(colour))
        top = bottom + (height + text.height) / 2
        for line, depth in zip(text.lines, text.baselines(), strict=True):
            x = left + ((width - line.width * text.size) / 2 if is_centred else height * 0.42)
            yield self._document.text(line, x, top - depth - text.size * 0.03, text.size)


def _fitted(text: str, width: float, measures: Measures) -> Fitted:
    return fit((text,), Weight.SEMIBOLD, (width, measures.bar * 0.8), measures.category)
