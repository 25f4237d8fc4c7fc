"""What organisers write to many: their words, with a few placeholders that stand for what is known of each."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from confman.domain.people import TooLong, cleaned

PLACEHOLDERS: Final = ("Vorname", "Nachname", "Veranstaltung", "Link")
"""Exactly so, in braces. They have the same names in every language: who writes sees them above the field."""

_PLACEHOLDER = re.compile(r"\{(" + "|".join(PLACEHOLDERS) + r")\}")
_BRACES = re.compile(r"\{[^{}\n]{0,40}\}")


@dataclass(frozen=True, slots=True)
class Message:
    """As written, placeholders included."""

    subject: str
    body: str


def tidied(text: str, limit: int) -> str:
    """Several lines, each cleaned by itself as names are; a tab is a blank. May be empty.

    Raises `people.Unreadable` for control characters and other marks of machines, `people.TooLong`.
    """
    joined = "\n".join(cleaned(line.replace("\t", " "), limit) for line in text.split("\n")).strip()
    if len(joined) > limit:
        raise TooLong(len(joined), limit)
    return joined


def filled(text: str, value: Callable[[str], str], other: Callable[[str], str] = str) -> str:
    """In one pass, so that nothing in a value is taken for a placeholder; `other` is asked for what stands between."""
    pieces = _PLACEHOLDER.split(text)
    return "".join(value(piece) if at % 2 else other(piece) for at, piece in enumerate(pieces))


def misspelt(text: str) -> tuple[str, ...]:
    """What looks like a placeholder and is none, each once."""
    found = dict.fromkeys(match[0] for match in _BRACES.finditer(text))
    return tuple(each for each in found if not _PLACEHOLDER.fullmatch(each))
