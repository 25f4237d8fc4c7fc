"""The design "klar": the name as large as it goes, the rest calm beneath it. Lengths in points from the bottom left.

Dr.
Given name
Family name
Institution            ┌────┐
▇ Category ▇▇▇▇▇▇ F3   │ QR │
Event · date           └────┘
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from math import inf
from typing import NamedTuple

from confman.render import badge_ink as ink
from confman.render import qr
from confman.render.badge_bar import Bar
from confman.render.badge_document import POINTS_PER_MM, Document, number
from confman.render.badge_measures import NAME_SIZES, SAFE, Measures, measures
from confman.render.badge_remarks import about, about_all, about_name, without_code
from confman.render.badge_values import Badge, Field, Remark
from confman.render.fitting import Fitted, fit, halved
from confman.render.fonts import Weight, clean

_NAME, _QUIET, _FAINT = "#111827", "#374151", "#4b5563"
_RAISED = 0.3  # of the free height stands above the name, the rest below


class Drawn(NamedTuple):
    operators: str
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class _Arrangement:
    """One way to lay a badge out, its texts fitted."""

    measures: Measures
    title: Fitted
    names: Fitted
    institution: Fitted
    foot: Fitted
    bar_bottom: float
    room: float

    @property
    def title_height(self) -> float:
        return self.title.height + self.measures.gap * 0.8 if self.title.lines else 0.0

    @property
    def institution_height(self) -> float:
        return self.institution.height + self.measures.gap if self.institution.lines else 0.0


class Klar:
    """Draws badges of one label size into one document."""

    def __init__(self, document: Document, width_mm: float, height_mm: float) -> None:
        """ValueError for labels smaller than 75 x 45 mm: a name of a readable size and its code do not go on them."""
        if width_mm < 75 or height_mm < 45:
            raise ValueError(f"{width_mm} x {height_mm} mm is too small for this design")
        self._document = document
        self._measures = measures(height_mm)
        code, gutter = self._measures[0].code, self._measures[0].gutter
        self._right = width_mm * POINTS_PER_MM - SAFE
        self._top = height_mm * POINTS_PER_MM - SAFE
        self._width = self._right - SAFE
        self._column = self._width - code - gutter
        self._code_side = code
        self._bar = Bar(document, SAFE, self._column)

    def draw(self, badge: Badge) -> Drawn:
        """Operators with the origin at the label's bottom left corner, and what is to be said about this badge."""
        way = self._arranged(badge)
        code = self._code(badge)
        bar = self._bar.draw(badge, way.measures, way.bar_bottom)
        free = max(0.0, way.room - way.title_height - way.names.height - way.institution_height)
        top = self._top - min(free * _RAISED, max(0.0, self._clearance(way.names, way)))
        name_top = top - way.title_height
        parts = [
            *self._block(way.title, top, _QUIET),
            *self._block(way.names, name_top, _NAME),
            *self._block(way.institution, name_top - way.names.height - way.measures.gap, _QUIET),
            bar.operators,
            *self._block(way.foot, way.bar_bottom - way.measures.gap, _FAINT),
            code or "",
        ]
        remarks = (
            *about(badge, Field.TITLE, way.title),
            *about_name(badge, way.names),
            *about(badge, Field.INSTITUTION, way.institution),
            *about_all(Field.EVENT, badge.event_line, way.foot),
            *bar.remarks,
            *([without_code(badge)] if code is None else []),
        )
        return Drawn("\n".join(filter(None, parts)), remarks)

    def _arranged(self, badge: Badge) -> _Arrangement:
        """All else gives way, step by step, where that lets the name keep its least good size."""
        names = _names(badge)
        chosen: _Arrangement | None = None
        for step, is_one_line in product(self._measures, (False, True)):
            way = self._way(badge, names, step, is_one_line=is_one_line)
            if chosen is None or (way.names.size > chosen.names.size and not way.foot.is_cut):
                chosen = way
            if chosen.names.size >= NAME_SIZES.wanted or not chosen.names.lines:
                break
        assert chosen is not None
        return chosen

    def _way(self, badge: Badge, names: tuple[str, ...], sizes: Measures, *, is_one_line: bool) -> _Arrangement:
        title_box = (self._width, sizes.title.largest * 2)
        title = fit((clean(badge.title, 120),), Weight.REGULAR, title_box, sizes.title)
        institution_width = self._column if sizes.institution_beside_code else self._width
        institution_box = (institution_width, sizes.institution.largest * 2.4)
        institution = fit((clean(badge.institution),), Weight.REGULAR, institution_box, sizes.institution)
        foot = self._foot(badge, sizes, is_one_line=is_one_line)
        bar_bottom = SAFE + (foot.height + sizes.gap if foot.lines else 0.0)
        room = self._top - bar_bottom - self._bar.height(badge, sizes) - sizes.gap
        bare = _Arrangement(sizes, title, title, institution, foot, bar_bottom, room)
        return replace(bare, names=self._fitted_name(names, bare))

    def _foot(self, badge: Badge, sizes: Measures, *, is_one_line: bool) -> Fitted:
        lines: tuple[str, ...] = (clean(badge.event_line, 200), clean(badge.date_line, 100))
        if is_one_line:
            lines = (" · ".join(filter(None, lines)),)
        box = (self._column, sizes.foot.largest * (1.2 if is_one_line else 3))
        return fit(lines, Weight.REGULAR, box, sizes.foot)

    def _fitted_name(self, names: tuple[str, ...], way: _Arrangement) -> Fitted:
        """The name keeps above the code, or else left of it."""
        room = way.room - way.institution_height - way.title_height
        beside = fit(names, Weight.SEMIBOLD, (self._width, room), NAME_SIZES)
        if self._clearance(beside, way) >= 0:
            return beside
        return fit(names, Weight.SEMIBOLD, (self._width, min(room, self._over_code(way))), NAME_SIZES)

    def _over_code(self, way: _Arrangement) -> float:
        """From the name's top to what the code keeps free above it."""
        return self._top - way.title_height - SAFE - self._code_side - way.measures.gap

    def _clearance(self, names: Fitted, way: _Arrangement) -> float:
        """How much lower than at the top the name may stand before one of its wide lines meets the code."""
        over_code = self._over_code(way)
        depths = zip(names.lines, names.baselines(), strict=True)
        wide = [(line, depth) for line, depth in depths if line.width * names.size > self._column]
        return min((over_code - depth + min(0.0, line.bottom) * names.size for line, depth in wide), default=inf)

    def _block(self, fitted: Fitted, top: float, colour: str) -> Iterator[str]:
        if not fitted.lines:
            return
        yield ink.fill(colour)
        for line, depth in zip(fitted.lines, fitted.baselines(), strict=True):
            yield self._document.text(line, SAFE, top - depth, fitted.size)

    def _code(self, badge: Badge) -> str | None:
        """The code at the bottom right; empty where there is no ticket, None where it does not fit a code."""
        if not badge.ticket_url:
            return ""
        try:
            rows = qr.modules(badge.ticket_url, mask=0)
        except qr.TooMuch:
            return None
        unit, side = self._code_side / len(rows), self._code_side
        place = f"{unit:.5f} 0 0 {unit:.5f} {number(self._right - side)} {number(SAFE)} cm"
        return f"q {place} 0 g\n{qr.path(rows)} Q"


def _names(badge: Badge) -> tuple[str, ...]:
    if badge.badge_name:
        return halved(clean(badge.badge_name), Weight.SEMIBOLD)
    return clean(badge.given_name), clean(badge.family_name)
