"""The event book: all that an organiser sets, as one YAML or JSON file. Its schema is told in docs/event-book.md."""

from dataclasses import replace
from pathlib import Path

from confman.domain.errors import N_
from confman.domain.retention import terms_of
from confman.usecases.book_checks import check
from confman.usecases.book_events import read_events
from confman.usecases.book_faults import BookRefused, Spot
from confman.usecases.book_fields import Fields, Reading
from confman.usecases.book_frame import (
    first_setting,
    read_bodies,
    read_categories,
    read_host,
    read_projects,
    read_series,
)
from confman.usecases.book_nodes import Table, read_tree
from confman.usecases.book_values import Book, Host


def read_book(file: str, data: bytes, beside: Path | None = None) -> Book:
    """The checked book. `file` is its name for messages; the ending .json says that it is JSON.

    `beside`: the folder in which its documents and logos lie.

    Raises BookRefused with all faults. References to bodies, projects and series that are not in the book are left
    open: an earlier book of the same host may have brought them.
    """
    return book_of(file, read_tree(file, data), beside)


def book_of(file: str, tree: Table, beside: Path | None = None) -> Book:
    """As `read_book`, from a tree."""
    reading = Reading(beside=beside)
    fields = Fields(reading, tree, Spot(tree.line, ""), first_setting())
    host = _host(fields)
    if host is not None:
        fields.with_setting(zone=host.zone, language=host.language, terms=terms_of(host.retention))
    categories, bodies = read_categories(fields), read_bodies(fields)
    projects, series, events = read_projects(fields), read_series(fields), read_events(fields)
    fields.done()
    if host is not None:
        book = Book(
            file=file,
            host=host,
            categories=categories,
            bodies=bodies,
            projects=projects,
            series=series,
            events=events,
            files=tuple(reading.files.values()),
        )
        check(book, reading)
        if not reading.faults:
            return replace(book, warnings=tuple(reading.warnings))
    raise BookRefused(file, list(reading.faults.values()))


def _host(fields: Fields) -> Host | None:
    inner = fields.inner("host")
    if inner is None:
        fields.fault("host", N_("is missing: a book begins with the organisation that holds the events"))
        return None
    return read_host(inner)
