"""QR codes on pages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Picture:
    """A QR code: `side` modules wide with its white border, `path` of SVG."""

    side: int
    path: str


def picture_of(text: str) -> Picture | None:
    """None where the text is too long for a code that a phone can read."""
    from confman.render import qr  # noqa: PLC0415 - a server needs no printer until the first picture

    try:
        rows = qr.modules(text)
    except qr.TooMuch:
        return None
    return Picture(len(rows) + 2 * qr.QUIET, qr.outline(rows))
