"""Places of one event: new units, and what the ledger is asked about those that are there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import RowMapping, Table

from confman.domain.ledger.requests import Clear, Promote, Resize
from confman.kernel.ids import new_id
from confman.store import importing as store
from confman.store.programme import unit
from confman.usecases.book_faults import Spot
from confman.usecases.book_values import Event, Unit
from confman.usecases.importing_rows import differing
from confman.usecases.importing_state import Import
from confman.usecases.registrar import Ask


@dataclass(slots=True)
class EventTaking:
    """One event on its way in.

    `moved`: start, end, place or state differ, so its SEQUENCE rises; `moved_around`: and that of its sessions too.
    `marks_moves`: people have seen its programme, and its day stays: what moves in it is marked on its page.
    """

    taking: Import
    value: Event
    id: UUID
    is_new: bool
    moved: bool = False
    moved_around: bool = False
    marks_moves: bool = False
    rules_changed: bool = False
    changed: set[str] = field(default_factory=set)
    units: dict[UUID, RowMapping] = field(init=False)
    people: dict[UUID, int] = field(init=False)
    asks: list[tuple[Ask, Spot]] = field(default_factory=list)

    def __post_init__(self) -> None:
        connection = self.taking.connection
        self.units = {row["id"]: row for row in store.rows(connection, unit, event_id=self.id)}
        self.people = store.people_by_unit(connection, self.id)

    def add(self, table: Table, values: Mapping[str, Any]) -> None:
        store.add(self.taking.connection, table, [{"id": new_id(), **values}])

    def note(self, what: str, *, changed: bool) -> None:
        if changed:
            self.changed.add(what)

    def put_unit(self, kind: Literal["part", "session", "option"], key: UUID | None, value: Unit) -> UUID:
        """The unit's id; its size changes later, through the ledger."""
        if key is None:
            return self._new_unit(kind, value)
        row = self.units[key]
        rules = {"offers_waiting": value.offers_waiting, "promotes_until": value.promotes_until}
        changed = differing(row, rules)
        if "promotes_until" in changed:
            self.asks.append((Ask(Promote(), actor=self.taking.importer.actor), value.spot))
        if (row["capacity"], row["reserve_planned"]) != (value.capacity, value.reserve):
            # what the organiser's hand gave from the reserve stays given
            left = max(0, row["reserve"] + value.reserve - row["reserve_planned"])
            resize = Resize(key, value.capacity, left, self.taking.importer.insist)
            self.asks.append((Ask(resize, actor=self.taking.importer.actor), value.spot))
            changed["reserve_planned"] = value.reserve
            self.note("places", changed=True)
        if changed:
            store.change(self.taking.connection, unit, key, changed)
            self.rules_changed = True
            self.note("places", changed=True)
        return key

    def clear_unit(self, key: UUID, spot: Spot) -> None:
        """Asks the ledger to release the places of a session that is cancelled."""
        people, actor = store.people_of_unit(self.taking.connection, key), self.taking.importer.actor
        if people:
            self.asks.append((Ask(Clear(key, people, actor), actor=actor), spot))

    def people_in(self, key: UUID | None) -> int:
        return self.people.get(key, 0) if key is not None else 0

    def _new_unit(self, kind: str, value: Unit) -> UUID:
        key = new_id()
        row: dict[str, Any] = {
            "id": key,
            "event_id": self.id,
            "kind": kind,
            "capacity": value.capacity,
            "reserve": value.reserve,
            "reserve_planned": value.reserve,
            "ceiling": value.capacity,
            "offers_waiting": value.offers_waiting,
            "promotes_until": value.promotes_until,
        }
        store.add(self.taking.connection, unit, [row])
        self.rules_changed = True
        return key
