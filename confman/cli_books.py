"""The command that takes an event book over."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from confman.cli_base import cli, current_database, told

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from confman.usecases.book_values import Book
    from confman.usecases.importing import Report
    from confman.usecases.importing_state import Became

_LARGEST = 5 * 1024 * 1024
_KINDS: tuple["Became", ...] = ("created", "changed", "unchanged")


@cli.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--insist", is_flag=True, help="Lower capacities also below what is taken; nobody loses a place.")
@click.option("--no-letters", is_flag=True, help="Write only to those who lose a place.")
@told
def import_(file: Path, *, insist: bool, no_letters: bool) -> None:
    """Take the event book FILE (YAML or JSON) over: all of it or nothing; the same file twice changes nothing.

    People whom a change of time, place or programme concerns get a letter.
    """
    from confman.usecases import work
    from confman.usecases.book import read_book
    from confman.usecases.book_faults import BookRefused

    with file.open("rb") as lines:
        data = lines.read(_LARGEST + 1)
    try:
        book = read_book(str(file), data, file.parent)
        with current_database() as database:
            report = work.write(database, _apply, book, insist=insist, tells=not no_letters)
    except BookRefused as refused:
        for fault in refused.faults:
            click.echo(fault.text(refused.file), err=True)
        click.echo(f"Nothing was imported: {len(refused.faults)} to mend.", err=True)
        sys.exit(1)
    _tell(report, str(file))


def _apply(connection: "Connection", book: "Book", *, insist: bool, tells: bool) -> "Report":
    from confman.kernel.clock import system_clock
    from confman.usecases.importing import Importer, apply_book, hold

    hold(connection, book)
    return apply_book(connection, book, Importer(system_clock(), "import", insist, tells))


def _tell(report: "Report", file: str) -> None:
    for line in report.lines:
        if line.became != "unchanged":
            fields = f" ({', '.join(line.fields)})" if line.fields else ""
            click.echo(f"{line.became}: {line.what} {line.key}{fields}")
    for warning in report.warnings:
        click.echo(f"note: {warning.text(file)}", err=True)
    kinds = [(kind, len(report.of(kind))) for kind in _KINDS]
    if report.letters:
        click.echo(f"letters to people whom this concerns: {report.letters}")
    click.echo(", ".join(f"{count} {kind}" for kind, count in kinds if count or kind == "unchanged"))
