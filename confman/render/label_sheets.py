"""Label sheets one can buy. Lengths in millimetres from the top left corner of the page."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isclose


@dataclass(frozen=True, slots=True)
class Sheet:
    """Labels in rows and columns; right and bottom are what remains, so that a wrong figure cannot go unseen."""

    id: str
    product: str
    label_width_mm: float
    label_height_mm: float
    columns: int
    rows: int
    left_mm: float
    top_mm: float
    pitch_x_mm: float
    pitch_y_mm: float
    right_mm: float
    bottom_mm: float
    page_width_mm: float = 210
    page_height_mm: float = 297

    def __post_init__(self) -> None:
        across = self.left_mm + (self.columns - 1) * self.pitch_x_mm + self.label_width_mm + self.right_mm
        down = self.top_mm + (self.rows - 1) * self.pitch_y_mm + self.label_height_mm + self.bottom_mm
        if not isclose(across, self.page_width_mm) or not isclose(down, self.page_height_mm):
            raise ValueError(f"{self.id}: margins and labels make {across} x {down} mm")
        if min(self.pitch_x_mm - self.label_width_mm, self.pitch_y_mm - self.label_height_mm) < 0:
            raise ValueError(f"{self.id}: labels overlap")

    @property
    def per_page(self) -> int:
        return self.columns * self.rows

    def corners(self) -> Iterator[tuple[float, float]]:
        """Left and bottom edge of each label in printing order, millimetres from the bottom left of the page."""
        for row in range(self.rows):
            for column in range(self.columns):
                bottom = self.page_height_mm - self.top_mm - row * self.pitch_y_mm - self.label_height_mm
                yield self.left_mm + column * self.pitch_x_mm, bottom


# Sources: the makers' templates as printed in pretix (L4785, 1445), a business-card program (L4727), geometry (A6).
_ALL = (
    Sheet("avery-l4785", "Avery Zweckform L4785", 80, 50, 2, 5, 17.5, 13.5, 95, 55, 17.5, 13.5),
    Sheet("avery-l4727", "Avery Zweckform L4727", 90, 54, 2, 5, 15, 13.5, 90, 54, 15, 13.5),
    Sheet("durable-1445", "Durable 1445-02", 90, 54, 2, 5, 15, 12, 90, 54, 15, 15),
    Sheet("a4-a6", "A6 × 4", 105, 148.5, 2, 2, 0, 0, 105, 148.5, 0, 0),
    Sheet("a6-page", "A6", 105, 148, 1, 1, 0, 0, 105, 148, 0, 0, 105, 148),
)
SHEETS = {sheet.id: sheet for sheet in _ALL}
_ALSO = {"l4785": "avery-l4785", "l4727": "avery-l4727", "1445": "durable-1445", "a6": "a4-a6"}


def sheet(name: str) -> Sheet:
    """The sheet with this id or short name ("L4785", "A6": four on A4), in any case; LookupError otherwise."""
    key = name.strip().lower()
    try:
        return SHEETS[_ALSO.get(key, key)]
    except KeyError:
        raise LookupError(f"{name!r} is none of {', '.join(SHEETS)}") from None
