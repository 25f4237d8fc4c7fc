"""The process that makes one file: an order on standard input, progress and the file on standard output.

Standard input stays open as long as somebody wants the file; when it ends, so does this.
"""

import gc
import json
import os
import sys
from threading import Thread
from typing import Any

from confman.kernel.db import open_database
from confman.kernel.security import Secrets
from confman.usecases import work
from confman.usecases.badges import Tickets
from confman.usecases.manage.download_files import made_of
from confman.usecases.manage.download_making import kept
from confman.usecases.manage.download_wishes import wish_of

_NICE = 10
_SAYS_EVERY = 50


def main() -> None:
    os.nice(_NICE)  # pages come first
    gc.set_threshold(20_000, 20, 50)  # what is made here lives until the end, so walking through it finds nothing
    order = json.loads(sys.stdin.buffer.readline())
    Thread(target=_end_with_input, daemon=True).start()
    try:
        _make(order)
    except Exception as error:  # noqa: BLE001 - told to who asked; its words may quote a person
        _say({"fault": type(error).__name__})


def _make(order: dict[str, Any]) -> None:
    tickets = Tickets(order["base_url"], Secrets(tuple(bytes.fromhex(secret) for secret in order["secrets"])))
    database = open_database(order["database_url"])
    file = work.read(database, made_of, order["slug"], wish_of(order["wish"]), tickets, _tell)
    database.dispose()
    _say({"size": len(file.content), "number": file.number, "checks": kept(file.checks)})
    sys.stdout.buffer.write(file.content)
    sys.stdout.buffer.flush()


def _tell(done: int) -> None:
    if done % _SAYS_EVERY == 0:
        _say({"done": done})


def _say(words: dict[str, Any]) -> None:
    sys.stdout.buffer.write(json.dumps(words).encode() + b"\n")
    sys.stdout.buffer.flush()


def _end_with_input() -> None:
    sys.stdin.buffer.read(1)
    os._exit(1)


if __name__ == "__main__":
    main()
