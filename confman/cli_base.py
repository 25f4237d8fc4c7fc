"""What all commands share: the group, the settings, refusals as one clear line, a database that is up to date."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec

import click

from confman.kernel.settings import BadSetting, Settings, read_settings

if TYPE_CHECKING:
    from confman.kernel.db import Database

P = ParamSpec("P")


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
        from confman.domain.errors import Interrupted
        from confman.kernel.db import DatabaseRefused

        try:
            return command(*args, **kwargs)
        except DatabaseRefused as error:
            raise click.ClickException(str(error)) from error
        except Interrupted as error:
            busy = "the database is busy or away; nothing may have been recorded, and running this again is safe"
            raise click.ClickException(busy) from error

    return run


@contextmanager
def current_database() -> Iterator["Database"]:
    """The database of the settings. Raises `DatabaseRefused` unless its schema is this program's."""
    from confman.kernel import schema
    from confman.kernel.db import open_database
    from confman.usecases import work

    database = open_database(settings().database_url)
    try:
        work.read(database, schema.check)
        yield database
    finally:
        database.dispose()
