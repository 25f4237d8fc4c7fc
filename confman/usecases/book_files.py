"""Files that come with a book: documents to hand out and logos, which lie beside it or in a folder below."""

import hashlib
from collections.abc import Collection
from pathlib import Path, PurePosixPath

from confman.domain.documents import KINDS, LOGOS, ending_of, safe_name
from confman.domain.errors import N_
from confman.usecases.book_fields import Fields
from confman.usecases.book_values import File

LARGEST_DOCUMENT = 10 * 1024 * 1024
LARGEST_LOGO = 512 * 1024
LARGEST_OF_ALL = 200 * 1024 * 1024
_KILO = 1024


def read_document_file(fields: Fields) -> File | None:
    return _read(fields, "file", KINDS, LARGEST_DOCUMENT)


def read_logo(fields: Fields) -> str | None:
    """The hash under which the logo is kept."""
    file = _read(fields, "logo", LOGOS, LARGEST_LOGO)
    return None if file is None else file.content_hash


def _read(fields: Fields, name: str, endings: Collection[str], most: int) -> File | None:
    """The file that the field names, noted for the import. What is wrong with it is a fault of the field."""
    told = fields.text(name)
    if told is None:
        return None
    path, ending = _path(fields, name, told), ending_of(told)
    if path is None:
        return None
    if ending not in endings:
        known = ", ".join(sorted(endings))
        fields.fault(name, N_("is of a kind that is not handed out: it must end in one of {known}"), known=known)
        return None
    content = _content(fields, name, path, most)
    if content is None:
        return None
    if not KINDS[ending].fits(content):
        fields.fault(name, N_("is not what its ending says: {ending}"), ending=ending)
        return None
    content_hash = hashlib.sha256(content).hexdigest()
    file = File(safe_name(path.name), KINDS[ending].media_type, content_hash, content)
    fields.reading.files[content_hash] = file
    return file


def _path(fields: Fields, name: str, told: str) -> Path | None:
    """Where the file lies: in the book's folder or below it, also if a link leads elsewhere."""
    beside, path = fields.reading.beside, PurePosixPath(told)
    if beside is None:
        fields.fault(name, N_("is a file, and this book does not come from a folder"))
        return None
    if path.is_absolute() or ".." in path.parts or "\\" in told:
        fields.fault(name, N_("must lie beside the book or in a folder below it"))
        return None
    found = (beside / path).resolve()
    if not found.is_relative_to(beside.resolve()):
        fields.fault(name, N_("must lie beside the book or in a folder below it"))
        return None
    if not found.is_file():
        fields.fault(name, N_("is not there: looked for {file} beside the book"), file=told)
        return None
    return found


def _content(fields: Fields, name: str, path: Path, most: int) -> bytes | None:
    with path.open("rb") as opened:
        content = opened.read(most + 1)
    if len(content) > most:
        fields.fault(name, N_("is larger than {most} kB"), most=most // _KILO)
        return None
    if not content:
        fields.fault(name, N_("is empty"))
        return None
    fields.reading.file_bytes += len(content)
    if fields.reading.file_bytes > LARGEST_OF_ALL:
        most_of_all = LARGEST_OF_ALL // _KILO
        fields.fault(name, N_("is one too many: all files of a book have at most {most} kB"), most=most_of_all)
        return None
    return content
