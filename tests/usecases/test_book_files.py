"""Files that come with a book: documents and logos beside it."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from confman.kernel.db import Database
from confman.store import files
from confman.store.events import document
from confman.store.hosts import body
from confman.usecases import book_files
from confman.usecases.book import read_book
from confman.usecases.book_faults import BookRefused
from confman.usecases.book_values import Book
from confman.usecases.importing import Importer, apply_book
from tests.builders import NOW

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20
BOOK = """
host: {{ slug: stadt, name: Stadt }}
bodies: [{{ key: b, name: B{logo} }}]
events:
  - slug: tagung
    title: Tagung
    kind: dialogue
    date: 2027-01-26
    documents:
      - {{ key: d, title: D{file} }}
"""


@pytest.fixture
def beside(tmp_path: Path) -> Path:
    folder = tmp_path / "buch"
    (folder / "bilder").mkdir(parents=True)
    (folder / "programm.pdf").write_bytes(b"%PDF-1.4 x")
    (folder / "notiz.txt").write_text("Grüße")
    (folder / "bilder/logo.png").write_bytes(PNG)
    (tmp_path / "geheim.txt").write_text("geheim")
    return folder


def read(beside: Path | None, file: str = "", logo: str = "") -> Book:
    told = BOOK.format(file=f", file: '{file}'" if file else "", logo=f", logo: '{logo}'" if logo else "")
    return read_book("b.yaml", told.encode(), beside)


def faults(beside: Path | None, **told: str) -> list[str]:
    with pytest.raises(BookRefused) as refused:
        read(beside, **told)
    return [fault.text("b.yaml").partition(": ")[2] for fault in refused.value.faults]


def test_a_document_has_name_type_and_size_of_its_file(beside: Path) -> None:
    book = read(beside, "programm.pdf", "bilder/logo.png")

    (told,) = book.events[0].documents
    assert (told.name, told.media_type, told.size, told.url) == ("programm.pdf", "application/pdf", 10, None)
    assert {(file.name, file.content) for file in book.files} == {
        ("programm.pdf", b"%PDF-1.4 x"),
        ("logo.png", PNG),
    }
    assert {told.content_hash, book.bodies[0].logo} == {file.content_hash for file in book.files}


@pytest.mark.parametrize(
    "path", ["../geheim.txt", "/etc/passwd", "bilder/../../geheim.txt", "..\\geheim.txt", "link.txt"]
)
def test_files_from_elsewhere_are_refused(beside: Path, path: str) -> None:
    (beside / "link.txt").symlink_to(beside.parent / "geheim.txt")

    kinds = "csv, docx, jpeg, jpg, odp, ods, odt, pdf, png, pptx, txt, webp, xlsx, zip"
    outside = "events[0].documents[0].file: must lie beside the book or in a folder below it"
    assert faults(beside, file=path) in (
        [outside],
        [f"events[0].documents[0].file: is of a kind that is not handed out: it must end in one of {kinds}"],
    )


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.pdf", b"<html>", "is not what its ending says: pdf"),
        ("a.png", b"<svg>", "is not what its ending says: png"),
        ("a.txt", b"\xff\xfe", "is not what its ending says: txt"),
        ("a.txt", b"a\0b", "is not what its ending says: txt"),
        ("a.txt", b"", "is empty"),
        ("a.txt", b"x" * 101, "is larger than 0 kB"),
        ("fehlt.txt", None, "is not there: looked for fehlt.txt beside the book"),
    ],
)
def test_files_that_are_not_what_they_seem_are_refused(
    beside: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes | None, says: str
) -> None:
    monkeypatch.setattr(book_files, "LARGEST_DOCUMENT", 100)
    if content is not None:
        (beside / name).write_bytes(content)

    assert faults(beside, file=name) == [f"events[0].documents[0].file: {says}"]


@pytest.mark.parametrize("name", ["a.html", "a.svg", "a.js", "a", "a.pdf.exe"])
def test_what_a_browser_could_run_is_refused(beside: Path, name: str) -> None:
    (beside / name).write_bytes(b"%PDF-")

    (told,) = faults(beside, file=name)
    assert told.startswith("events[0].documents[0].file: is of a kind that is not handed out")


def test_a_logo_is_a_picture(beside: Path) -> None:
    assert faults(beside, logo="programm.pdf") == [
        "bodies[0].logo: is of a kind that is not handed out: it must end in one of jpeg, jpg, png, webp"
    ]


def test_all_files_together_have_a_limit(beside: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book_files, "LARGEST_OF_ALL", 2 * 1024)
    (beside / "a.txt").write_text("x" * 2_000)
    (beside / "bilder/gross.png").write_bytes(PNG + b"0" * 100)

    assert faults(beside, file="a.txt", logo="bilder/gross.png") == [
        "events[0].documents[0].file: is one too many: all files of a book have at most 2 kB"
    ]


def test_a_book_without_a_folder_has_no_files() -> None:
    assert faults(None, logo="a.png") == ["bodies[0].logo: is a file, and this book does not come from a folder"]


def test_a_file_says_itself_what_it_is(beside: Path) -> None:
    told = BOOK.format(file=", file: programm.pdf, size_kb: 3, url: 'https://a.example/'", logo="")

    with pytest.raises(BookRefused) as refused:
        read_book("b.yaml", told.encode(), beside)

    assert [(fault.spot.path, fault.says) for fault in refused.value.faults] == [
        ("events[0].documents[0].size_kb", "is told by the file itself"),
        ("events[0].documents[0].url", "is told by the file itself"),
    ]


def take(connection: Connection, book: Book) -> Any:
    return apply_book(connection, book, Importer(NOW, "test"))


def kept(connection: Connection) -> tuple[Any, ...]:
    names = connection.execute(select(document.c.name)).scalars().all()
    logos = connection.execute(select(body.c.logo)).scalars().all()
    number = connection.execute(select(func.count()).select_from(files.file)).scalar_one()
    pieces = connection.execute(select(func.count()).select_from(files.file_piece)).scalar_one()
    return list(names), [bool(logo) for logo in logos], number, pieces


def test_files_come_in_with_the_book_and_go_with_it(database: Database, beside: Path) -> None:
    with database.write.begin() as connection:
        take(connection, read(beside, "programm.pdf", "bilder/logo.png"))
        first = kept(connection)
        again = take(connection, read(beside, "programm.pdf", "bilder/logo.png"))
        take(connection, read(beside, "notiz.txt"))
        second = kept(connection)
        take(connection, read(beside))

        assert first == (["programm.pdf"], [True], 2, 2)
        assert {line.became for line in again.lines} == {"unchanged"}
        assert second == (["notiz.txt"], [False], 1, 1)
        assert kept(connection) == ([None], [False], 0, 0)
