"""What programme points tell of their last move: where and when they were before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping


@dataclass(frozen=True, slots=True)
class Standing:
    """When and where a session is, with what it takes over from its slot."""

    starts_at: datetime | None
    ends_at: datetime | None
    room: str | None

    def told(self) -> dict[str, str | None]:
        """As JSON."""
        starts_at, ends_at = (at.isoformat() if at else None for at in (self.starts_at, self.ends_at))
        return {"starts_at": starts_at, "ends_at": ends_at, "room": self.room}


class MovesBefore:
    """The event's slots and rooms as they were before the import."""

    def __init__(self, slots: Iterable[RowMapping], rooms: Iterable[RowMapping]) -> None:
        self._slots = {row["id"]: row for row in slots}
        self._rooms = {row["id"]: row["name"] for row in rooms}

    def moved_from(self, row: RowMapping, now_stands: Standing, now: datetime) -> Mapping[str, Any] | None:
        """What `session.moved_from` becomes: as it was where nothing moved, nothing where it moved back."""
        slot = self._slots[row["slot_id"]]
        stood = Standing(
            row["starts_at"] or slot["starts_at"], row["ends_at"] or slot["ends_at"], self._rooms.get(row["room_id"])
        )
        known: Mapping[str, Any] | None = row["moved_from"]
        if stood == now_stands:
            return known
        if known is not None and now_stands.told().items() <= known.items():
            return None
        return {"at": now.isoformat(), **stood.told()}
