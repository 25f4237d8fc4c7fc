"""Small values that several words of the glossary share."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

Texts = Mapping[str, str]
"""A text by language tag (`{"de": "Werkstatt", "en": "Workshop"}`); the first is the event's first language."""


def text_in(texts: Texts, language: str) -> tuple[str, str] | None:
    """The text and the language it is in: the reader's, else the first that says anything; None if none does."""
    wanted = texts.get(language)
    if wanted:
        return wanted, language
    return next(((text, other) for other, text in texts.items() if text), None)


@dataclass(frozen=True, slots=True)
class Window:
    """A half-open span of aware instants: `starts_at` belongs to it, `ends_at` does not. Raises ValueError if empty."""

    starts_at: datetime
    ends_at: datetime

    def __post_init__(self) -> None:
        if self.starts_at >= self.ends_at:
            raise ValueError("a window ends after it starts")

    def overlaps(self, other: "Window") -> bool:
        """Whether some instant lies in both; windows that only touch do not overlap."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at
