"""Colours and shapes as PDF operators, in points."""

import re
from functools import lru_cache

from confman.render.badge_document import number

_NEUTRAL = "#4b5563"
_DARK, _WHITE = "#111827", "#ffffff"
_ROUND = 0.5523  # how far the handles of a quarter circle reach


def _channels(colour: str) -> tuple[float, float, float]:
    given = colour if re.fullmatch(r"#[0-9a-fA-F]{6}", colour) else _NEUTRAL
    red, green, blue = (int(given[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def luminance(colour: str) -> float:
    """Relative luminance of "#rrggbb", 0 to 1 (WCAG 2.2); anything else counts as the neutral grey."""
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@lru_cache(maxsize=256)
def contrast(one: str, other: str) -> float:
    """1 to 21 (WCAG 2.2)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@lru_cache(maxsize=256)
def text_on(colour: str) -> str:
    """White or nearly black, whichever is read better on the colour."""
    return max((_WHITE, _DARK), key=lambda ink: contrast(ink, colour))


@lru_cache(maxsize=256)
def fill(colour: str) -> str:
    return " ".join(number(channel) for channel in _channels(colour)) + " rg"


@lru_cache(maxsize=256)
def stroke(colour: str) -> str:
    return " ".join(number(channel) for channel in _channels(colour)) + " RG"


@lru_cache(maxsize=1024)
def rounded(x: float, y: float, width: float, height: float, radius: float) -> str:
    """The path of a rectangle with round corners, to be filled or stroked."""
    right, top, handle = x + width, y + height, radius * (1 - _ROUND)
    steps: list[tuple[float | str, ...]] = [
        (x + radius, y, "m"),
        (right - radius, y, "l"),
        (right - handle, y, right, y + handle, right, y + radius, "c"),
        (right, top - radius, "l"),
        (right, top - handle, right - handle, top, right - radius, top, "c"),
        (x + radius, top, "l"),
        (x + handle, top, x, top - handle, x, top - radius, "c"),
        (x, y + radius, "l"),
        (x, y + handle, x + handle, y, x + radius, y, "c"),
        ("h",),
    ]
    return " ".join(" ".join(p if isinstance(p, str) else number(p) for p in step) for step in steps)


def circle(x: float, y: float, radius: float) -> str:
    return rounded(x - radius, y - radius, 2 * radius, 2 * radius, radius)


def crossed_camera(x: float, y: float, side: float) -> str:
    """A camera struck through, in a square of `side`; the stroke has a white edge, to be seen in one colour."""
    camera = [
        rounded(0.04, 0.16, 0.92, 0.6, 0.1),
        "f",
        "0.32 0.74 m 0.4 0.88 l 0.6 0.88 l 0.68 0.74 l h f",
        "1 g",
        circle(0.5, 0.45, 0.2),
        "f 0 g",
        circle(0.5, 0.45, 0.12),
        "f",
        "1 J 1 G 0.2 w 0.1 0.06 m 0.9 0.94 l S",
        "0 G 0.09 w 0.1 0.06 m 0.9 0.94 l S",
    ]
    return f"q {number(side)} 0 0 {number(side)} {number(x)} {number(y)} cm 0 g " + " ".join(camera) + " Q"
