"""How often one address may be tried on one node; the lasting limits are the ledger's own.

Never per client: a whole town hall comes from one address of the network. Never per event: a rush is welcome.
What counts for people, at most 3 letters an hour and 10 live registrations per address, is kept in the database
and holds on all nodes; this only spares the writer.
"""

from collections import OrderedDict
from datetime import datetime
from uuid import UUID

from confman.domain.errors import TooOften
from confman.domain.ledger.requests import Register, Request

TRIES_AN_HOUR = 60
_HOUR_SECONDS = 3_600
AT_MOST_ADDRESSES = 100_000


class Tries:
    """Counts tries within the present hour of the clock, for so many addresses as fit: those tried last."""

    def __init__(self) -> None:
        self._hour = 0
        self._counts: OrderedDict[tuple[UUID, str], int] = OrderedDict()

    def count(self, event_id: UUID, address: str, seconds: int) -> bool:
        """True while the address has tries left."""
        hour = seconds // _HOUR_SECONDS
        if hour != self._hour:
            self._hour, self._counts = hour, OrderedDict()
        tries = self._counts.pop((event_id, address), 0) + 1
        self._counts[event_id, address] = tries
        if len(self._counts) > AT_MOST_ADDRESSES:
            self._counts.popitem(last=False)
        return tries <= TRIES_AN_HOUR

    def check(self, event_id: UUID, request: Request, now: datetime) -> None:
        """Raises `TooOften`, for known and unknown people alike."""
        if not isinstance(request, Register) or request.identity.email_key is None:
            return
        seconds = int(now.timestamp())
        if not self.count(event_id, request.identity.email_key, seconds):
            raise TooOften(_HOUR_SECONDS - seconds % _HOUR_SECONDS)
