"""Takes over parts, slots, sessions, rooms and speakers of one event."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import RowMapping

from confman.domain.errors import N_
from confman.store import importing as store
from confman.store.programme import part, room, session, session_speaker, slot, speaker
from confman.usecases.book_faults import Spot
from confman.usecases.book_values import Part, Session, Slot
from confman.usecases.importing_frame import take_documents
from confman.usecases.importing_moves import MovesBefore, Standing
from confman.usecases.importing_rows import Children, Written, columns_of, differing, relink
from confman.usecases.importing_units import EventTaking

_TIMES = {"on_day", "starts_at", "ends_at"}
_PLACE = {"starts_at", "ends_at", "room_id", "slot_id"}
_RULES = {"slot_id", "starts_at", "ends_at", "unit_id", "cancelled_at"}


def take_programme(inside: EventTaking) -> None:
    _Programme(inside).take()


@dataclass(slots=True)
class _Programme:
    inside: EventTaking
    rooms: Children = field(init=False)
    speakers: Children = field(init=False)
    parts: Children = field(init=False)
    slots: Children = field(init=False)
    sessions: Children = field(init=False)
    renamed_rooms: set[UUID] = field(default_factory=set)
    doomed_units: list[UUID] = field(default_factory=list)
    before: MovesBefore = field(init=False)

    def __post_init__(self) -> None:
        connection, owner = self.inside.taking.connection, {"event_id": self.inside.id}
        self.rooms = Children(connection, room, "slug", **owner)
        self.speakers = Children(connection, speaker, "slug", **owner)
        self.parts = Children(connection, part, "slug", **owner)
        self.slots = Children(connection, slot, "slug", **owner)
        self.sessions = Children(connection, session, "slug", **owner)
        self.before = MovesBefore(self.slots.rows.values(), self.rooms.rows.values())

    def take(self) -> None:
        for value in self.inside.value.rooms:
            written = self.rooms.put(columns_of(value, room))
            if "name" in written.columns:
                self.renamed_rooms.add(written.id)
        for person in self.inside.value.speakers:
            self.speakers.put(columns_of(person, speaker))
        for each in self.inside.value.parts:
            self._part(each)
        self._remove_gone()
        for name in ("rooms", "speakers", "parts", "slots", "sessions"):
            children: Children = getattr(self, name)
            self.inside.note(name, changed=children.changed)
        if self.parts.changed or self.slots.changed:
            self.inside.rules_changed = True

    def _part(self, value: Part) -> None:
        row = self.parts.rows.get(value.slug)
        unit_id = self.inside.put_unit("part", row["unit_id"] if row is not None else None, value.unit)
        written = self.parts.put(columns_of(value, part, unit_id=unit_id))
        if written.is_new or written.columns & _TIMES:
            self.inside.moved = True
        for each in value.slots:
            self._slot(each, written.id)

    def _slot(self, value: Slot, part_id: UUID) -> None:
        row = self.slots.rows.get(value.slug)
        if row is not None:
            self._keep_choices(value, row, part_id)
        written = self.slots.put(columns_of(value, slot, part_id=part_id))
        for each in value.sessions:
            self._session(each, value, written)

    def _keep_choices(self, value: Slot, row: RowMapping, part_id: UUID) -> None:
        """Refuses what would turn the choices of people into something else."""
        was_choice, is_choice = row["rule"] != "everybody", value.rule != "everybody"
        if was_choice == is_choice and row["part_id"] == part_id:
            return
        units = [each["unit_id"] for each in self.sessions.rows.values() if each["slot_id"] == row["id"]]
        people = sum(self.inside.people_in(key) for key in units)
        if people:
            says = N_("its rule and its part must stay (people who chose here: {people})")
            self.inside.taking.fault(value.spot.of("rule"), says, people=people)

    def _session(self, value: Session, slot_value: Slot, slot_written: Written) -> None:
        row = self.sessions.rows.get(value.slug)
        unit_id = self._unit(value, row, slot_written.id)
        wanted = columns_of(
            value,
            session,
            slot_id=slot_written.id,
            room_id=self.rooms.ids.get(value.room or ""),
            unit_id=unit_id,
            cancelled_at=self._cancelled_at(value, row),
        )
        if row is None:
            wanted |= {"uid": str(uuid4()), "changed_at": self.inside.taking.now}
            self._around(value, self.sessions.put(wanted).id)
            self.inside.rules_changed = True
            return
        if self.inside.marks_moves:
            wanted["moved_from"] = self.before.moved_from(row, self._stands(value, slot_value), self.inside.taking.now)
        changed = frozenset(differing(row, wanted))
        moved = self._has_moved(row, wanted, changed, slot_written)
        shown = slot_written.columns & {"label", "on_day"} or wanted["room_id"] in self.renamed_rooms
        if self._around(value, row["id"]) or changed or moved or shown:
            wanted |= {"revision": row["revision"] + 1, "sequence": row["sequence"] + moved}
            wanted["changed_at"] = self.inside.taking.now
        self.sessions.put(wanted)
        self.inside.rules_changed |= bool(changed & _RULES)
        if unit_id is not None and wanted["cancelled_at"] is not None and row["cancelled_at"] is None:
            self.inside.clear_unit(unit_id, value.spot.of("cancelled"))

    def _stands(self, value: Session, slot_value: Slot) -> Standing:
        room_name = next((each.name for each in self.inside.value.rooms if each.slug == value.room), None)
        return Standing(value.starts_at or slot_value.starts_at, value.ends_at or slot_value.ends_at, room_name)

    def _has_moved(
        self, row: RowMapping, wanted: dict[str, Any], changed: frozenset[str], slot_written: Written
    ) -> bool:
        has_slot_times = wanted["starts_at"] is None or wanted["ends_at"] is None
        return (
            self.inside.moved_around
            or bool(changed & _PLACE)
            or (row["cancelled_at"] is None) != (wanted["cancelled_at"] is None)
            or (has_slot_times and bool(slot_written.columns & _TIMES))
            or wanted["room_id"] in self.renamed_rooms
        )

    def _unit(self, value: Session, row: RowMapping | None, slot_id: UUID) -> UUID | None:
        unit_id: UUID | None = row["unit_id"] if row is not None else None
        people = self.inside.people_in(unit_id)
        if row is not None and unit_id is not None and row["slot_id"] != slot_id:
            if people:
                says = N_("must stay in its slot (people in it: {people})")
                self.inside.taking.fault(value.spot, says, people=people)
            else:
                store.release_lane(self.inside.taking.connection, unit_id, slot_id)
        if value.unit is not None:
            return self.inside.put_unit("session", unit_id, value.unit)
        if unit_id is not None and people:
            says = N_("needs its capacity or its choice (people in it: {people})")
            self.inside.taking.fault(value.spot.of("capacity"), says, people=people)
        elif unit_id is not None:
            self.doomed_units.append(unit_id)
        return None

    def _cancelled_at(self, value: Session, row: RowMapping | None) -> Any:
        before = row["cancelled_at"] if row is not None else None
        if value.is_cancelled is None:
            return before
        return (value.cancelled_at or before or self.inside.taking.now) if value.is_cancelled else None

    def _around(self, value: Session, session_id: UUID) -> bool:
        """Who speaks, and documents."""
        taking = self.inside.taking
        roles = [
            {"speaker_id": self.speakers.ids[each.speaker], "role": each.role, "position": each.position}
            for each in value.speakers
        ]
        changed = relink(taking.connection, session_speaker, {"session_id": session_id}, roles)
        changed |= take_documents(taking, value.documents, session_id=session_id)
        self.inside.note("sessions", changed=changed)
        return changed

    # what is gone

    def _remove_gone(self) -> None:
        for key in self.doomed_units:
            store.remove_unit(self.inside.taking.connection, key)
        for row in self.sessions.gone():
            self._refuse_if_used(row, N_("the session “{slug}” must stay (people in it: {people})"))
        for row in self.parts.gone():
            self._refuse_if_used(row, N_("the part “{slug}” must stay (people in it: {people})"))
            self.inside.moved = True
        if self.inside.taking.faults:
            return
        # released places name their slot and their unit, so units go between what is inside and what is around them
        for children in (self.sessions, self.slots, self.parts, self.speakers, self.rooms):
            units = [row["unit_id"] for row in children.gone() if row.get("unit_id") is not None]
            children.remove_gone()
            self.inside.rules_changed |= bool(units)
            for key in units:
                store.remove_unit(self.inside.taking.connection, key)

    def _refuse_if_used(self, row: RowMapping, says: str) -> None:
        people = self.inside.people_in(row["unit_id"])
        if people:
            spot: Spot = self.inside.value.spot
            self.inside.taking.fault(spot, says, slug=row["slug"], people=people)
