"""Files that members ask for: which are theirs, how far they are, and what the audit says of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, RowMapping

from confman.domain.errors import NotFound
from confman.kernel.ids import new_id
from confman.store import access, downloads
from confman.usecases.badges import Checks
from confman.usecases.events import EventView
from confman.usecases.manage.download_making import checks_of, note_gone
from confman.usecases.manage.download_wishes import Wish, wish_of
from confman.usecases.signins import SignedIn

MOST: Final = 5
"""Files of one member at a time, made ones too: they take room until they are gone."""
_WAITS_AT_MOST: Final = timedelta(days=1)


class Stage(StrEnum):
    WAITS = "waits"
    RUNS = "runs"
    INTERRUPTED = "interrupted"  # whoever made it is gone; it is begun anew within half a minute
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Download:
    """`before`: how many are made before this one, while it waits. `checks` of badges, once they are made."""

    id: UUID
    wish: Wish
    stage: Stage
    done: int
    total: int
    before: int
    size: int
    asked_at: datetime
    expires_at: datetime
    checks: Checks

    @property
    def is_under_way(self) -> bool:
        return self.stage in {Stage.WAITS, Stage.RUNS, Stage.INTERRUPTED}

    @property
    def pieces(self) -> int:
        return -(-self.size // downloads.PIECE_BYTES)


@dataclass(frozen=True, slots=True)
class Order:
    """`number` of rows or badges."""

    event: EventView
    wish: Wish
    number: int


def ask(connection: Connection, who: SignedIn, order: Order, now: datetime) -> UUID | None:
    """The file will be made; None where they have `MOST` already."""
    if downloads.number_of(connection, who.member_id, now) >= MOST:
        return None
    key = new_id()
    row = {"id": key, "event_id": order.event.id, "member_id": who.member_id, "kind": order.wish.kind.value}
    times = {"asked_at": now, "expires_at": now + _WAITS_AT_MOST}
    downloads.add(connection, {**row, **times, "wish": order.wish.kept(), "total": order.number})
    record(connection, who, order, now)
    return key


def record(connection: Connection, who: SignedIn, order: Order, now: datetime) -> None:
    """Who has what kind of file of how many people and how these were chosen; never what was searched for."""
    wish, event = order.wish, order.event
    chosen = {name: value for name, value in wish.filter.items() if name != "q"}
    facts = {"kind": wish.kind.value, "rows": order.number, "filter": chosen, "searched": "q" in wish.filter}
    row = {"id": new_id(), "event_id": event.id, "host_id": event.host_id, "at": now, "actor": who.actor}
    access.record(connection, {**row, "verb": "downloaded", "subject": "", "facts": facts})


def of_member(connection: Connection, event: EventView, who: SignedIn, now: datetime) -> Sequence[Download]:
    """Theirs of this event, the newest first."""
    return [_download(row, now) for row in downloads.of_member(connection, event.id, who.member_id, now)]


def one(connection: Connection, event: EventView, who: SignedIn, key: UUID, now: datetime) -> Download:
    """Raises `NotFound` also for what is another's, of another event or expired."""
    row = downloads.one(connection, _mine(event, who, key) | {"now": now})
    if row is None:
        raise NotFound
    return _download(row, now, downloads.before(connection, row, now))


def remove(connection: Connection, event: EventView, who: SignedIn, key: UUID, now: datetime) -> None:
    """Cancels what is made and deletes what is. Raises as `one`."""
    if not downloads.remove(connection, _mine(event, who, key)):
        raise NotFound
    note_gone(connection, [event.id], now)


def piece(connection: Connection, key: UUID, position: int) -> bytes:
    return downloads.piece(connection, key, position)


def _mine(event: EventView, who: SignedIn, key: UUID) -> dict[str, Any]:
    return {"key": key, "event": event.id, "member": who.member_id}


def _download(row: RowMapping, now: datetime, before: int = 0) -> Download:
    return Download(
        id=row["id"],
        wish=wish_of(row["wish"]),
        stage=_stage(row, now),
        done=row["done"],
        total=row["total"],
        before=before,
        size=row["size"],
        asked_at=row["asked_at"],
        expires_at=row["expires_at"],
        checks=checks_of(row["checks"]) if row["checks"] else Checks(),
    )


def _stage(row: RowMapping, now: datetime) -> Stage:
    if row["finished_at"] is not None:
        return Stage.READY
    if row["failed_at"] is not None:
        return Stage.FAILED
    if row["lease_until"] is not None and row["lease_until"] > now:
        return Stage.RUNS
    return Stage.INTERRUPTED if row["attempts"] else Stage.WAITS
