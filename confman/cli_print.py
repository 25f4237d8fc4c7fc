"""Commands that put out lists and badges; they only read, and may run beside a server."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, TYPE_CHECKING, TypeVar

import click

from confman.cli_base import cli, settings, told
from confman.domain.errors import NotFound
from confman.kernel.i18n import LANGUAGES, sentences_in
from confman.kernel.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from confman.usecases.badges import Printed

T = TypeVar("T")
_LANGUAGE = click.option("--language", type=click.Choice(LANGUAGES), help="Language of it (else the event's first).")
_OUTPUT = click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The file to write."
)


@cli.command()
@click.argument("event")
@_OUTPUT
@_LANGUAGE
@click.option("--all", "ended", is_flag=True, help="Also those that were cancelled or have lapsed.")
@told
def participants(event: str, output: Path, language: str | None, *, ended: bool) -> None:
    """Write the list of EVENT's participants, as .csv (for Excel) or .xlsx after the name's ending."""
    from confman.render import sheets
    from confman.usecases import lists

    ending = output.suffix.lower()
    if ending not in {".csv", ".xlsx"}:
        raise click.ClickException("The file's name must end in .csv or .xlsx.")

    def write(connection: "Connection", file: IO[bytes]) -> tuple[str, int]:
        table = lists.participants(connection, event, language, ended=ended)
        if ending == ".csv":
            file.writelines(sheets.csv_bytes(table.header, table.rows, excel=True))
        else:
            file.write(sheets.xlsx_bytes(table.title, table.header, table.rows))
        return table.language, table.rows.number

    spoken, number = _written(settings(), output, event, write)
    speech = sentences_in(spoken)
    click.echo(speech.say_count("{file}: {count} registration", "{file}: {count} registrations", number, file=output))


@cli.command()
@click.argument("event")
@_OUTPUT
@_LANGUAGE
@click.option("--sheet", default="L4785", show_default=True, help="The label sheet: L4785, L4727, 1445, A6, …")
@click.option("--start-at", default=1, show_default=True, help="The first free label of the first sheet.")
@click.option("--outlines", is_flag=True, help="Draw the labels' edges, for a trial on plain paper.")
@told
def badges(event: str, output: Path, language: str | None, *, sheet: str, start_at: int, outlines: bool) -> None:
    """Write the badges of all who hold a place in EVENT as a PDF; what to look at before printing goes to stderr."""
    from confman.kernel.security import Secrets
    from confman.render.badges import BadgeOptions
    from confman.render.badges import badges as drawn
    from confman.render.label_sheets import sheet as sheet_named
    from confman.usecases import badges as usecase

    chosen = settings()
    tickets = usecase.Tickets(chosen.base_url, Secrets(chosen.secrets))
    try:
        paper = sheet_named(sheet)
    except LookupError as error:
        raise click.ClickException(f"--sheet: {error.args[0]}") from error
    if not 1 <= start_at <= paper.per_page:
        raise click.ClickException(f"--start-at: must be from 1 to {paper.per_page} on this sheet")

    def write(connection: "Connection", file: IO[bytes]) -> "Printed":
        found = usecase.badges_of(connection, event, tickets, language)
        options = BadgeOptions(found.title, found.language, start_at, outlines)
        made = drawn(found.badges, paper, options)
        file.write(made.pdf)
        return usecase.Printed(found.language, found.badges.number, made.report)

    printed = _written(chosen, output, event, write)
    speech = sentences_in(printed.language)
    for line in usecase.report(printed):
        click.echo(line, err=True)
    click.echo(speech.say_count("{file}: {count} badge", "{file}: {count} badges", printed.number, file=output))


def _written(chosen: Settings, output: Path, event: str, write: Callable[["Connection", IO[bytes]], T]) -> T:
    """What `write` returns, once the file is whole and in its place; until then what was there stays."""
    from sqlalchemy import make_url

    from confman.kernel import schema
    from confman.kernel.db import open_database
    from confman.usecases import work

    file_of = make_url(chosen.database_url).database
    if chosen.is_sqlite and not Path(file_of or "").exists():
        raise click.ClickException(f"there is no database at {file_of}: confman migrate makes one")
    database = open_database(chosen.database_url)

    def run(connection: "Connection") -> T:
        schema.check(connection)
        with _whole(output) as file:
            return write(connection, file)

    try:
        return work.read(database, run)
    except NotFound as error:
        raise click.ClickException(f"there is no event '{event}'") from error
    except OSError as error:
        raise click.ClickException(f"{output}: {error.strerror or error}") from error
    finally:
        database.dispose()


@contextmanager
def _whole(output: Path) -> Iterator[IO[bytes]]:
    """A file beside `output` that takes its place when it is complete; only its owner may read it, if it is new."""
    with NamedTemporaryFile(dir=output.parent, prefix=f".{output.name}.", delete=False) as file:
        beside = Path(file.name)
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
            if output.exists():
                shutil.copymode(output, beside)
            beside.replace(output)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
