"""Starting the server.

No database is ever open in the parent: a worker forked beside an open SQLite file lost commits.
"""

import subprocess
import sys

import click
from granian import Granian
from granian.constants import Interfaces, Loops
from granian.log import LogLevels

from confman.kernel.settings import Settings


def serve(settings: Settings, port: int | None = None) -> None:
    """Migrates in a process of its own (SQLite), then serves until SIGTERM: requests under way are answered."""
    if settings.is_sqlite:
        migrated = subprocess.run([sys.executable, "-m", "confman", "migrate"], check=False)
        if migrated.returncode:
            raise click.exceptions.Exit(migrated.returncode)
    listen = settings.listen_port if port is None else port
    server = Granian(
        "confman.app:application",
        factory=True,
        interface=Interfaces.ASGI,
        address=settings.listen_host,
        port=listen,
        workers=1 if settings.is_sqlite else settings.processes,
        websockets=False,
        loop=Loops.asyncio,
        log_level=LogLevels(settings.log_level),
        workers_kill_timeout=30,
        backlog=4096,
    )
    click.echo(f"confman listens on http://{settings.listen_host}:{listen}")
    server.serve()
