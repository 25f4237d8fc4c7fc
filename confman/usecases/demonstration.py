"""The demonstration: the real archive and the invented city, as of the day of the load."""

from datetime import datetime

from confman.domain.deadlines import zone_of
from confman.kernel.files import folder
from confman.usecases.book import book_of, read_book
from confman.usecases.book_nodes import Table, mapped, read_tree
from confman.usecases.book_values import Book
from confman.usecases.demonstration_dates import told_from

ARCHIVE = "kosi-lab.yaml"
TEMPLATE = "lindenbrueck.template.yaml"
MAIN_EVENT = "werkstatt-5-lindenbrueck"
DIALOGUE = "fachdialog-leerstand"
"""Who was there is still to be entered."""
MAIN_SERIES = "werkstattreihe-quartierlabore"
SOMEBODY = "anna.schmidt@lindenbrueck.example"
"""Who has a place in Forum 1, for which others wait."""
_ZONE = "Europe/Berlin"


def books(loaded_at: datetime) -> tuple[Book, Book]:
    """The archive and the invented city. `loaded_at` is the first load: keep it, for it moves all dates."""
    return archive(), city(loaded_at)


def archive() -> Book:
    return read_book(ARCHIVE, (folder("examples") / ARCHIVE).read_bytes(), folder("examples"))


def city(loaded_at: datetime) -> Book:
    tree = read_tree(TEMPLATE, (folder("examples") / TEMPLATE).read_bytes())
    loaded_on = loaded_at.astimezone(zone_of(_ZONE)).date()
    filled = mapped(tree, lambda scalar: told_from(loaded_on, scalar))
    assert isinstance(filled, Table), "a tree stays a tree"
    return book_of(TEMPLATE, filled, folder("examples"))
