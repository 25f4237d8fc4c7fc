"""What a badge says, and what its maker has to say about it."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Badge:
    """One person's badge. Empty text leaves its line out; all empty is a blank to write on.

    `badge_name` replaces given and family name. `mark` is a short sign such as "F3". `ticket_url` in capitals makes
    the smaller code. `code` names the registration in the report and is not printed.
    """

    title: str
    given_name: str
    family_name: str
    badge_name: str | None
    institution: str
    category_word: str
    category_colour: str
    event_line: str
    date_line: str
    mark: str
    no_photo: bool
    ticket_url: str | None
    code: str
    mark_colour: str = "#1f2937"


class Field(StrEnum):
    NAME = "name"
    TITLE = "title"
    INSTITUTION = "institution"
    CATEGORY = "category"
    MARK = "mark"
    EVENT = "event"
    TICKET = "ticket"


class Finding(StrEnum):
    """What happened to a field: each is a fact for the catalogues to word."""

    BROKEN = "in-two-lines"
    SHRUNK = "shrunk"
    CUT = "cut"
    MISSING = "characters-missing"
    LEFT_OUT = "left-out"


@dataclass(frozen=True, slots=True)
class Remark:
    """`size_pt` belongs to SHRUNK, `characters` to MISSING. What many badges share has no code but its text as name."""

    code: str
    name: str
    field: Field
    finding: Finding
    size_pt: float | None = None
    characters: str = ""
