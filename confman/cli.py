"""Commands. Each imports what it needs when it runs, so that the short ones start fast."""

import os
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

import click

from confman.kernel.settings import BadSetting, Settings, read_settings

P = ParamSpec("P")


def main() -> None:
    cli()


@click.group()
@click.version_option(package_name="confman")
def cli() -> None:
    """Event registration and conference management."""


def settings() -> Settings:
    try:
        return read_settings(os.environ)
    except BadSetting as error:
        raise click.ClickException(str(error)) from error


def told(command: Callable[P, Any]) -> Callable[P, Any]:
    """Refusals become one clear line and exit code 1."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> Any:
        from confman.kernel.db import DatabaseRefused

        try:
            return command(*args, **kwargs)
        except DatabaseRefused as error:
            raise click.ClickException(str(error)) from error

    return run


@cli.command()
@told
def migrate() -> None:
    """Bring the database's schema up to date."""
    from confman.kernel import schema
    from confman.kernel.clock import system_clock
    from confman.kernel.db import open_database

    database = open_database(settings().database_url)
    done = schema.migrate(database, system_clock())
    database.dispose()
    click.echo("The database is up to date." if not done else "The database was migrated.")


@cli.command()
@click.option("--port", type=click.IntRange(0, 65_535), help="Port to listen on (else CONFMAN_LISTEN_PORT or 8000).")
@told
def serve(port: int | None) -> None:
    """Serve pages and API; on SQLite also sends letters and runs the jobs."""
    from confman.serving import serve as run

    run(settings(), port)
