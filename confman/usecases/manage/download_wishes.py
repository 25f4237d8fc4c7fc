"""What somebody wants to have as a file: of whom, with which columns or on which sheet.

It travels in addresses and is kept with the file that is made, both times as names with their values.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from confman.render.label_sheets import SHEETS, Sheet
from confman.usecases.lists import COLUMNS

MOST_BLANKS: Final = 200
FIRST_SHEET: Final = "avery-l4785"


class Kind(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    BADGES = "badges"


MEDIA_TYPES: Final[Mapping[Kind, str]] = {
    Kind.CSV: "text/csv",
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Kind.BADGES: "application/pdf",
}
LARGEST_AT_ONCE: Final[Mapping[Kind, int]] = {Kind.CSV: 5_000, Kind.XLSX: 5_000, Kind.BADGES: 300}
"""How many rows or badges are made while somebody waits: about half a second; more of them in the background."""


@dataclass(frozen=True, slots=True)
class Wish:
    """`asked_at`: as of when `filter` is meant. `language` None: the event's. What follows the columns is of badges."""

    kind: Kind
    asked_at: datetime
    filter: Mapping[str, str] = field(default_factory=dict)
    language: str | None = None
    columns: tuple[str, ...] = tuple(COLUMNS)
    sheet: str = FIRST_SHEET
    start_at: int = 1
    blanks: int = 0

    @property
    def is_list(self) -> bool:
        return self.kind is not Kind.BADGES

    @property
    def paper(self) -> Sheet:
        return SHEETS[self.sheet]

    def is_large(self, number: int) -> bool:
        return number > LARGEST_AT_ONCE[self.kind]

    def kept(self) -> dict[str, Any]:
        """For `wish_of`, on another day in another process."""
        return {
            "kind": self.kind.value,
            "asked_at": self.asked_at.isoformat(),
            "filter": dict(self.filter),
            "language": self.language,
            "columns": list(self.columns),
            "sheet": self.sheet,
            "start_at": self.start_at,
            "blanks": self.blanks,
        }


def wish_of(kept: Mapping[str, Any]) -> Wish:
    asked_at = datetime.fromisoformat(kept["asked_at"])
    return Wish(**{**kept, "kind": Kind(kept["kind"]), "asked_at": asked_at, "columns": tuple(kept["columns"])})
