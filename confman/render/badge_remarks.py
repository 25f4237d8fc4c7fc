"""What the fitting of a badge's texts gives to report."""

from collections.abc import Iterator

from confman.render.badge_measures import NAME_SIZES
from confman.render.badge_values import Badge, Field, Finding, Remark
from confman.render.fitting import Fitted
from confman.render.fonts import clean


def about(badge: Badge, field: Field, fitted: Fitted) -> Iterator[Remark]:
    """What is wrong with one person's text."""
    for finding, characters in _faults(fitted):
        yield _of_person(badge, field, finding, characters=characters)


def about_name(badge: Badge, names: Fitted) -> Iterator[Remark]:
    if names.is_broken:
        yield _of_person(badge, Field.NAME, Finding.BROKEN)
    if names.lines and names.size < NAME_SIZES.wanted:
        yield _of_person(badge, Field.NAME, Finding.SHRUNK, size_pt=names.size)
    yield from about(badge, Field.NAME, names)


def about_all(field: Field, text: str, fitted: Fitted) -> Iterator[Remark]:
    """What is the same on many badges is said of the text itself."""
    for finding, characters in _faults(fitted):
        yield Remark("", clean(text), field, finding, characters=characters)


def without_code(badge: Badge) -> Remark:
    return _of_person(badge, Field.TICKET, Finding.LEFT_OUT)


def _faults(fitted: Fitted) -> Iterator[tuple[Finding, str]]:
    if fitted.is_cut:
        yield Finding.CUT, ""
    if missing := "".join(dict.fromkeys("".join([line.missing for line in fitted.lines]))):
        yield Finding.MISSING, missing


def _of_person(
    badge: Badge, field: Field, finding: Finding, *, size_pt: float | None = None, characters: str = ""
) -> Remark:
    name = badge.badge_name or f"{badge.given_name} {badge.family_name}"
    return Remark(badge.code, clean(name), field, finding, size_pt, characters)
