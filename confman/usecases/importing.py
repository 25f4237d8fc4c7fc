"""Takes an event book over into the database: all of it or nothing, and the same book twice changes nothing.

What stands in the book is made so; what no longer stands in an event (a part, a session, a question) goes, unless
people hang on it. Bodies, categories, projects, series and events that are not in the book stay as they are.
"""

from sqlalchemy import Connection

from confman.store import files
from confman.store import importing as store
from confman.usecases.book_faults import BookRefused
from confman.usecases.book_values import Book
from confman.usecases.importing_events import take_event
from confman.usecases.importing_frame import take_frame
from confman.usecases.importing_state import Import, Importer, Report

__all__ = ["Importer", "Report", "apply_book", "hold"]


def hold(connection: Connection, book: Book) -> None:
    """Takes the ledgers of all events of the host, in the order of their ids; read the clock after this."""
    store.lock(connection, book.host.slug, [event.slug for event in book.events])


def apply_book(connection: Connection, book: Book, importer: Importer) -> Report:
    """Applies the book within the caller's transaction, which the caller commits.

    Takes the ledgers of all events of the host first, in the order of their ids. Raises BookRefused with all faults
    found; the caller must then roll back, because part of the book may have been written.
    """
    hold(connection, book)
    taking = Import(connection, book, importer)
    for file in book.files:
        files.put(connection, file.content_hash, file.media_type, file.content)
    take_frame(taking)
    for event in book.events:
        take_event(taking, event)
    if taking.faults:
        raise BookRefused(book.file, taking.faults)
    store.remove_unused_files(connection)
    report = Report(tuple(taking.lines), book.warnings, taking.letters)
    if taking.scopes:
        store.raise_stamps(connection, taking.scopes, importer.now)
        numbers = {"created": len(report.of("created")), "changed": len(report.of("changed"))}
        taking.record("imported", book.host.slug, numbers)
    return report
