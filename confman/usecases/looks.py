"""What a page that is kept shows at an instant, as a version: equal versions are equal pages."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

NEVER: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Look:
    """`version` differs whenever the page does. `facts`: what the page is written from.

    `fresh_until`: the next instant at which the clock alone changes what is shown (opening, closing, start, end …).
    """

    version: Any
    facts: Any
    fresh_until: datetime = NEVER
