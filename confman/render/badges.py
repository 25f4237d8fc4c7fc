"""Name badges on label sheets, design "klar", with a report of what somebody should look at before printing."""

from collections.abc import Iterable
from dataclasses import dataclass

from confman.render import badge_ink as ink
from confman.render.badge_document import POINTS_PER_MM, Document, number
from confman.render.badge_klar import Klar
from confman.render.badge_values import Badge, Field, Finding, Remark
from confman.render.label_sheets import Sheet

__all__ = ["Badge", "BadgeOptions", "BadgePrint", "Field", "Finding", "Remark", "badges"]


@dataclass(frozen=True, slots=True)
class BadgeOptions:
    """`start_at` counts the labels of the first sheet from 1, for sheets begun earlier; `language` is a BCP 47 tag."""

    title: str
    language: str = "de"
    start_at: int = 1
    has_outlines: bool = False


@dataclass(frozen=True, slots=True)
class BadgePrint:
    pdf: bytes
    report: tuple[Remark, ...]


def badges(items: Iterable[Badge], sheet: Sheet, options: BadgeOptions) -> BadgePrint:
    """One PDF in the order of the items, row by row; equal values give equal bytes. No item gives one empty page.

    ValueError where `start_at` is not a label of the sheet.
    """
    if not 1 <= options.start_at <= sheet.per_page:
        raise ValueError(f"start_at {options.start_at} is not between 1 and {sheet.per_page}")
    document = Document(title=options.title, language=options.language)
    design = Klar(document, sheet.label_width_mm, sheet.label_height_mm)
    corners = list(sheet.corners())
    outlines = [_outline(sheet, corner) for corner in corners] if options.has_outlines else []
    report: dict[Remark, None] = {}
    labels: list[str] = []
    place = options.start_at - 1
    for item in items:
        if place == sheet.per_page:
            document.page(sheet.page_width_mm, sheet.page_height_mm, outlines + labels)
            labels, place = [], 0
        drawn = design.draw(item)
        labels.append(_placed(drawn.operators, corners[place]))
        report.update(dict.fromkeys(drawn.remarks))
        place += 1
    document.page(sheet.page_width_mm, sheet.page_height_mm, outlines + labels)
    return BadgePrint(document.finish(), tuple(report))


def _placed(operators: str, corner: tuple[float, float]) -> str:
    left, bottom = (number(length * POINTS_PER_MM) for length in corner)
    return f"q 1 0 0 1 {left} {bottom} cm\n{operators}\nQ"


def _outline(sheet: Sheet, corner: tuple[float, float]) -> str:
    """A hairline drawn just inside the label's edge."""
    left, bottom = (length * POINTS_PER_MM + 0.15 for length in corner)
    width, height = (length * POINTS_PER_MM - 0.3 for length in (sheet.label_width_mm, sheet.label_height_mm))
    path = " ".join(number(length) for length in (left, bottom, width, height))
    return f"{ink.stroke('#9ca3af')} 0.3 w {path} re S"
