"""What the API answers with; `confman.usecases.submissions.Submission` is what it takes."""

from datetime import datetime
from typing import Literal

import msgspec


class Received(msgspec.Struct, kw_only=False):
    """What a newcomer is told, and everybody else too."""

    outcome: Literal["held", "waiting"]
    confirm_by: datetime | None
