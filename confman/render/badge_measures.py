"""Lengths and type sizes of the design "klar", in points, for small labels (80 x 50, 90 x 54 mm) and large (A6)."""

from dataclasses import dataclass, replace

from confman.render.badge_document import POINTS_PER_MM
from confman.render.fitting import Sizes

SAFE = 4 * POINTS_PER_MM
"""Kept free inside the label's edge: paper feeds scatter by half a millimetre, and punches take some."""
CAMERA = 6 * POINTS_PER_MM
NAME_SIZES = Sizes(44, 28, 10)
_LARGE_FROM_MM = 70


@dataclass(frozen=True, slots=True)
class Measures:
    """What depends on the size of the label, and on how much the name needs of it."""

    code: float
    gutter: float
    gap: float
    bar: float
    title: Sizes
    institution: Sizes
    category: Sizes
    foot: Sizes
    institution_beside_code: bool


_SMALL = Measures(
    code=17 * POINTS_PER_MM,
    gutter=3 * POINTS_PER_MM,
    gap=4,
    bar=15.6,
    title=Sizes(11, 8, 7),
    institution=Sizes(13, 12, 9),
    category=Sizes(9.5, 7, 6),
    foot=Sizes(7, 6.5, 6),
    institution_beside_code=True,
)
_SMALL_TIGHT = replace(
    _SMALL,
    gap=2.6,
    bar=12.4,
    title=Sizes(9, 8, 7),
    institution=Sizes(9.6, 9.2, 9),
    category=Sizes(8.5, 7, 6),
    foot=Sizes(6.3, 6, 6),
)
_LARGE = Measures(
    code=18 * POINTS_PER_MM,
    gutter=5 * POINTS_PER_MM,
    gap=9,
    bar=22,
    title=Sizes(15, 11, 8),
    institution=Sizes(14, 12, 9),
    category=Sizes(12, 9, 7),
    foot=Sizes(9, 8, 7),
    institution_beside_code=False,
)


def measures(height_mm: float) -> tuple[Measures, ...]:
    """For a label of this height: the wanted one first, then what spares more room for the name."""
    return (_LARGE,) if height_mm >= _LARGE_FROM_MM else (_SMALL, _SMALL_TIGHT)
