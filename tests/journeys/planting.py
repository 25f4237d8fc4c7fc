"""People whose every word can be found again, in whatever way it was written down."""

import base64
import quopri
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, inspect, text

FAMILY, GIVEN, TITLE = "Wolkenschieberöð", "Żmijozela", "Oberquitzrätin"
HOUSE, MAILBOX, WRONG = "Kräuterwinkelamt", "sonnenquirl", "falschquirl"
ANSWER, NEED, BADGE = "Zwirbelfrage", "Nussunverträglichkeit", "Schieberchen"
"""Each stands, with a number, in what its name says; letters of every width are among them."""
WORDS = (FAMILY, GIVEN, TITLE, HOUSE, MAILBOX, WRONG, ANSWER, NEED, BADGE)
FOLDED = ("wolkenschieberod", "wolkenschieberoð", "zmijozela", "oberquitzratin", "krauterwinkelamt", "nussunvertrag")
"""What keys for searching, sorting and comparing make of them."""


def of_person(number: int, **more: Any) -> dict[str, Any]:
    """The body of a registration; the numbers are behind the words, so one search finds all."""
    return {
        "title": f"{TITLE} {number}",
        "given_name": f"{GIVEN} {number}",
        "family_name": f"{FAMILY} {number}",
        "email": f"{MAILBOX}{number}@quirl.example",
        "institution": f"{HOUSE} {number}",
        "answers": {"frage": f"{ANSWER} {number}? " * (1 + number % 40), "bedarf": f"{NEED} {number}"},
        "consents": ["needs"],
        "accept_waiting": True,
        "language": "de" if number % 3 else "en",
        **more,
    }


def spellings(word: str) -> Iterator[bytes]:
    """The word's bytes in encodings that databases, letters, logs and addresses use."""
    for spelt in {word, word.casefold(), word.upper()}:
        yield from (spelt.encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be"))
        plain = spelt.encode()
        yield from (_inner_base64(plain, before) for before in range(3))
        yield quopri.encodestring(plain)
        yield quote(spelt).encode()
        yield plain.hex().encode()
        yield plain.hex().upper().encode()
        yield spelt.encode("ascii", "backslashreplace").replace(rb"\x", rb"\u00")
        yield spelt.encode("latin-1", "replace").replace(b"?", b"")


def _inner_base64(plain: bytes, before: int) -> bytes:
    """The part of its base64 that does not depend on its neighbours, `before` bytes after a border of three."""
    encoded = base64.b64encode(b"\0" * before + plain)
    return encoded[(before * 8 + 5) // 6 : len(encoded) - 4]


_NEEDLES = frozenset(spelt for word in (*WORDS, *FOLDED) for spelt in spellings(word))


def hits(content: bytes) -> set[bytes]:
    return {needle for needle in _NEEDLES if needle in content}


def found_in(folder: Path) -> dict[str, set[bytes]]:
    """What of the words any file of the folder holds, by the file's name; also in the names of the files."""
    paths = sorted(folder.rglob("*"))
    found = {path.name: hits(path.name.encode() + (path.read_bytes() if path.is_file() else b"")) for path in paths}
    return {name: needles for name, needles in found.items() if needles}


def found_in_columns(connection: Connection) -> set[str]:
    """Tables and columns that hold any of the words, read as text whatever their type."""
    found = set()
    known = inspect(connection)
    for table in known.get_table_names():
        for column in known.get_columns(table):
            name = column["name"]
            cast = f'"{name}"::text' if str(column["type"]) != "BYTEA" else f"encode(\"{name}\", 'escape')"
            statement = text(f'SELECT {cast} FROM "{table}" WHERE "{name}" IS NOT NULL')
            values = connection.execute(statement).scalars()
            if hits("\n".join(map(str, values)).encode()):
                found.add(f"{table}.{name}")
    return found


def found_in_samples(connection: Connection) -> set[str]:
    """Columns of which the planner of PostgreSQL keeps values with any of the words."""
    samples = connection.execute(
        text(
            "SELECT tablename, attname, concat(most_common_vals, histogram_bounds) FROM pg_stats WHERE schemaname = :s"
        ),
        {"s": "public"},
    )
    return {f"{table}.{column}" for table, column, values in samples if hits(values.encode())}
