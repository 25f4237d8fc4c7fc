"""Which calendars there are to subscribe to, and what one is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Version = tuple[object, ...]

CANCELLED_STAYS = timedelta(days=60)
"""How long calendars show what was cancelled, marked as such."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The calendar of one event (with all its `sessions`, if asked), or of a line of events; `all` has no slug.

    `language` None: each event in its own. `is_file`: to keep instead of to subscribe to.
    `is_invited`: the asker has passed the event's code.
    """

    of: Literal["event", "all", "host", "series", "project"]
    slug: str = ""
    language: str | None = None
    sessions: bool = False
    is_file: bool = False
    is_invited: bool = False


@dataclass(frozen=True, slots=True)
class How:
    """`base_url` has no slash at its end."""

    now: datetime
    base_url: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A calendar as it is from `changed_at` until `fresh_until`, as long as the version stays."""

    version: Version
    body: bytes
    changed_at: datetime
    fresh_until: datetime

    def is_current(self, version: Version, now: datetime) -> bool:
        return self.version == version and now < self.fresh_until
