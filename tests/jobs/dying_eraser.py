"""An eraser in a process of its own who is killed in the middle of its nth transaction: `DATABASE-URL FOLDER N`."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from tests.jobs.erasing_night import one_night


def die_in_the(nth: int) -> None:
    """Before what is written is committed."""
    begun = 0

    def count(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        nonlocal begun
        begun += statement.startswith("DELETE FROM registration")
        if begun == nth:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "after_cursor_execute", count)


if __name__ == "__main__":
    die_in_the(int(sys.argv[3]))
    asyncio.run(one_night(sys.argv[1], Path(sys.argv[2])))
