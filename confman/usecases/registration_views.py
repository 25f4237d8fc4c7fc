"""Registrations as organisers see them: details, places by their names, plain answers. Never sensitive answers."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection, RowMapping

from confman.domain import codes
from confman.domain.errors import NotFound
from confman.domain.ledger.book import HELD, RELEASED
from confman.domain.ledger.requests import Standing
from confman.store import outbox_queries, registration_reads
from confman.store.registration_reads import STATES as STATES  # noqa: PLC0414 - offered to the layers above
from confman.store.registration_reads import Selection as Selection  # noqa: PLC0414 - as above
from confman.usecases.answers import NEEDS_CONSENT
from confman.usecases.events import EventView

Status = Literal["held", "waiting", "ended"]


@dataclass(frozen=True, slots=True)
class Named:
    """What a unit is called: a part, a session of `within` (a slot), or an option of `within` (a question)."""

    kind: Literal["part", "session", "option"]
    slug: str
    within: str | None = None


@dataclass(frozen=True, slots=True)
class Seat:
    """A place as shown; `position` from 1, only where it waits and was counted."""

    named: Named
    state: Literal["held", "waiting", "wished"]
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Agreed:
    """A consent that holds."""

    key: str
    version: int
    given_at: Any


@dataclass(frozen=True, slots=True)
class Shown:
    """`row`: the columns of `registration_reads`; seats in the order of the programme."""

    row: RowMapping
    seats: tuple[Seat, ...]
    answers: Mapping[str, Any]
    consents: tuple[Agreed, ...] = ()

    @property
    def status(self) -> Status:
        if self.row["ended_at"] is not None:
            return "ended"
        return "held" if all(seat.state == HELD for seat in self.seats) else "waiting"


def row_by_id(connection: Connection, event_id: UUID, registration_id: UUID) -> RowMapping:
    return registration_reads.by_id(connection, event_id, registration_id)


def row_of(connection: Connection, event_id: UUID, code: str) -> RowMapping:
    """By its code, however it is typed. Raises `NotFound`."""
    known = codes.normalised(code)
    row = registration_reads.by_code(connection, event_id, known) if known is not None else None
    if row is None:
        raise NotFound
    return row


def one(connection: Connection, event: EventView, code: str) -> Shown:
    """With the positions of what waits. Four statements. Raises `NotFound`."""
    row = row_of(connection, event.id, code)
    ids = [row["id"]]
    standings = [
        Standing(found["unit_id"], found["state"], found["position"])
        for found in outbox_queries.places(connection, ids)
    ]
    answers = {found.key: found.value for found in registration_reads.plain_answers(connection, ids)}
    consents = tuple(
        Agreed(found.key, found.version, found.given_at)
        for found in registration_reads.consents(connection, ids)
        if found.key != NEEDS_CONSENT  # that there is such an answer is as sensitive as the answer
    )
    return Shown(row, seats(event, standings), answers, consents)


def page(connection: Connection, event: EventView, wanted: Selection) -> list[Shown] | None:
    """Without positions and consents. Three statements, four with `after`, however many there are.

    None if `after` names nobody of this event (any more).
    """
    rows = registration_reads.page(connection, event.id, wanted)
    if rows is None:
        return None
    ids = [row["id"] for row in rows]
    standings: dict[UUID, list[Standing]] = defaultdict(list)
    for found in registration_reads.places(connection, ids):
        standings[found.registration_id].append(Standing(found.unit_id, found.state))
    answers: dict[UUID, dict[str, Any]] = defaultdict(dict)
    for found in registration_reads.plain_answers(connection, ids):
        answers[found.registration_id][found.key] = found.value
    names = names_of_units(event)
    return [Shown(row, _seats(names, standings[row["id"]]), answers[row["id"]]) for row in rows]


def told_first(row: RowMapping) -> list[Standing]:
    """The places that the answer to its first request named."""
    places: Sequence[Mapping[str, Any]] = (row["first_answer"] or {}).get("places", ())
    return [Standing(UUID(place["unit"]), place["state"], place["position"]) for place in places]


def seats(event: EventView, standings: Iterable[Standing]) -> tuple[Seat, ...]:
    return _seats(names_of_units(event), standings)


def _seats(names: Mapping[UUID, Named], standings: Iterable[Standing]) -> tuple[Seat, ...]:
    found = {standing.unit: standing for standing in standings}
    return tuple(
        Seat(named, standing.state, standing.position)
        for unit, named in names.items()
        if (standing := found.get(unit)) is not None and standing.state != RELEASED
    )


def names_of_units(event: EventView) -> dict[UUID, Named]:
    """In the order of the programme: each part and the sessions that can be chosen in it, then limited options."""
    names: dict[UUID, Named] = {}
    for part in event.parts.values():
        names[part.unit] = Named("part", part.slug)
        for slot in event.slots.values():
            if slot.part == part.slug:
                chosen = [session for session in slot.sessions if session["unit_id"] is not None]
                names |= {session["unit_id"]: Named("session", session["slug"], slot.slug) for session in chosen}
    for question in event.questions.values():
        for option in question["options"] or ():
            if option.get("unit_id"):
                names[UUID(hex=option["unit_id"])] = Named("option", option["value"], question["key"])
    return names
