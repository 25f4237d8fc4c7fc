"""What goes between a node and its clerk's process: lists of asks one way, of outcomes the other, each as one frame.

Both ends are the same program on the same machine, over a pair of sockets that nobody else can open; hence pickle.
"""

import io
import pickle
import struct
from collections.abc import Callable, Iterator
from copyreg import dispatch_table
from dataclasses import fields
from operator import attrgetter
from typing import Any, Final

from confman.domain.errors import Refusal
from confman.domain.ledger.book import Answer, Contact, Identity
from confman.domain.ledger.requests import (
    Accepted,
    Choice,
    Count,
    Done,
    Moved,
    PersonTrace,
    PlaceRow,
    Register,
    Standing,
    UnitTrace,
    Want,
)
from confman.usecases.recording import Ask, NewPerson

_LENGTH: Final = struct.Struct("<I")
_SENT_MANY_AT_ONCE: Final = (
    *(Accepted, Answer, Ask, Choice, Contact, Identity, NewPerson, Register, Standing, Want),
    *(Count, Done, Moved, PersonTrace, PlaceRow, UnitTrace),
)


def _reducer(kind: type) -> Callable[[Any], tuple[type, tuple[Any, ...]]]:
    """A dataclass as a call of its class: in half the time that it takes to collect its state.

    Refusals need it: by itself an exception would be called with the arguments alone that were given without names.
    """
    names = [field.name for field in fields(kind)]
    if len(names) < 2:  # of one attribute the getter gives the value itself
        return lambda told: (kind, tuple([getattr(told, name) for name in names]))
    values = attrgetter(*names)
    return lambda told: (kind, values(told))


_REDUCERS: Final = {
    **dispatch_table,
    **{kind: _reducer(kind) for kind in (*_SENT_MANY_AT_ONCE, *Refusal.__subclasses__())},
}


def frame(told: list[Any]) -> bytes:
    """Raises whatever an object raises that cannot be sent."""
    buffer = io.BytesIO()
    buffer.write(bytes(_LENGTH.size))
    pickler = pickle.Pickler(buffer, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = _REDUCERS
    pickler.dump(told)
    framed = buffer.getbuffer()
    _LENGTH.pack_into(framed, 0, len(framed) - _LENGTH.size)
    return bytes(framed)


class SettlingFailed(Exception):
    """What a node is told of an error that nobody expects: its kind. The clerk's process has logged where it was."""


class Frames:
    """Puts frames together again from the pieces in which they come."""

    def __init__(self) -> None:
        self._pieces = bytearray()

    def taken(self, piece: bytes) -> Iterator[list[Any]]:
        """What is whole with this piece."""
        self._pieces += piece
        while len(self._pieces) >= _LENGTH.size:
            end = _LENGTH.size + _LENGTH.unpack_from(self._pieces)[0]
            if len(self._pieces) < end:
                return
            whole = bytes(self._pieces[_LENGTH.size : end])
            del self._pieces[:end]
            yield pickle.loads(whole)  # noqa: S301 - our own process wrote it, see above
