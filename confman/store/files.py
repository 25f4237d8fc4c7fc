"""Files that are shown or handed out: documents and logos, known by the hash of what is in them.

They are in the database, so that a book comes in whole or not at all, every node has them and a backup is one thing.
What is in them lies in pieces: a download holds one in memory, however large the file and however slow the reader.
"""

from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    Text,
    bindparam,
    exists,
    insert,
    or_,
    select,
)

from confman.store.base import metadata
from confman.store.hosts import body, host, project

PIECE_BYTES = 256 * 1024
HASH_LENGTH = 64

file = Table(
    "file",
    metadata,
    Column("hash", String(HASH_LENGTH), primary_key=True),
    Column("media_type", Text, nullable=False),
    Column("size", Integer, nullable=False),
)

file_piece = Table(
    "file_piece",
    metadata,
    Column("hash", String(HASH_LENGTH), ForeignKey("file.hash", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

_HASH: Any = bindparam("hash")
_FACTS = select(file.c.hash, file.c.media_type, file.c.size).where(file.c.hash == _HASH)
_PIECE = select(file_piece.c.content).where(file_piece.c.hash == _HASH, file_piece.c.position == bindparam("position"))


def facts(connection: Connection, content_hash: str) -> Row[*tuple[Any, ...]] | None:
    """(hash, media_type, size); None where there is no such file."""
    return connection.execute(_FACTS, {"hash": content_hash}).one_or_none()


def piece(connection: Connection, content_hash: str, position: int) -> bytes:
    """The piece at that position from 0; none is empty but those behind the end."""
    found = connection.execute(_PIECE, {"hash": content_hash, "position": position}).scalar_one_or_none()
    return bytes(found or b"")


def put(connection: Connection, content_hash: str, media_type: str, content: bytes) -> None:
    """Keeps it; where it is kept already, nothing is done."""
    if facts(connection, content_hash) is not None:
        return
    connection.execute(insert(file), {"hash": content_hash, "media_type": media_type, "size": len(content)})
    pieces = [
        {"hash": content_hash, "position": position, "content": content[start : start + PIECE_BYTES]}
        for position, start in enumerate(range(0, len(content), PIECE_BYTES))
    ]
    connection.execute(insert(file_piece), pieces)


_LOGO = (
    select(file.c.hash, file.c.media_type, file.c.size)
    .where(file.c.hash == _HASH)
    .where(or_(*(exists().where(table.c.logo == _HASH) for table in (host, body, project))))
)


def logo(connection: Connection, content_hash: str) -> Row[*tuple[Any, ...]] | None:
    """As `facts`, only for what is shown as somebody's logo."""
    return connection.execute(_LOGO, {"hash": content_hash}).one_or_none()
