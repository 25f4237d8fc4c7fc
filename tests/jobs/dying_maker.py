"""A node in a process of its own that is killed at its nth word about the file it makes: `DATABASE-URL N`.

It writes who makes the file for it.
"""

import asyncio
import os
import signal
import sys
from typing import Any

import psutil
from sqlalchemy import Engine, event

from tests.jobs.download_turns import one_turn


def die_at_the(nth: int) -> None:
    said = 0

    def count(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        nonlocal said
        if not statement.startswith("UPDATE download SET done"):
            return
        said += 1
        if said == nth:
            sys.stdout.write(" ".join(str(child.pid) for child in psutil.Process().children()))
            sys.stdout.flush()
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "after_cursor_execute", count)


if __name__ == "__main__":
    die_at_the(int(sys.argv[2]))
    asyncio.run(one_turn(sys.argv[1]))
