"""What `settle` reads: the rules of an event and the state of its places."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from confman.domain.values import Window

State = Literal["held", "waiting", "wished", "released"]
HELD: Final = "held"
WAITING: Final = "waiting"
WISHED: Final = "wished"
RELEASED: Final = "released"

Kind = Literal["part", "session", "option"]
PROMOTED_FIRST: Mapping[Kind, int] = {"part": 0, "option": 1, "session": 2}


@dataclass(frozen=True, slots=True)
class PartRules:
    """A separately bookable portion; its windows have the event's filled in, None is without bound."""

    unit: UUID
    window: Window | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    change_until: datetime | None = None
    cancel_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class SlotRules:
    """A slot with a choice; `part` is the unit of its part."""

    id: UUID
    part: UUID
    required: bool = False
    opens_at: datetime | None = None
    closes_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SessionRules:
    """A session that can be chosen; cancelled ones and those without time are left out."""

    unit: UUID
    slot: UUID
    window: Window


@dataclass(frozen=True, slots=True)
class Span:
    """When a unit takes place, for judging overlaps. `lane`: its slot, or itself; `part`: the part a session is in."""

    lane: UUID
    part: UUID | None
    window: Window


@dataclass(frozen=True, slots=True)
class Rules:
    """What an organiser set; constant between two programme versions, so callers may cache it."""

    zone: str
    starts_at: datetime | None
    published_at: datetime | None
    is_cancelled: bool
    offers_waiting: bool
    confirms_address: bool
    hold_hours: int
    max_per_address: int
    parts: Mapping[UUID, PartRules]
    slots: Mapping[UUID, SlotRules]
    sessions: Mapping[UUID, SessionRules]
    options: frozenset[UUID] = frozenset()
    spans: Mapping[UUID, Span] = field(init=False, compare=False, repr=False)
    clashes: Mapping[UUID, frozenset[UUID]] = field(init=False, compare=False, repr=False)
    """By unit: those of which nobody can have both, for they take place at the same time. Most have none."""

    def __post_init__(self) -> None:
        spans = {unit: Span(unit, None, part.window) for unit, part in self.parts.items() if part.window is not None}
        for unit, session in self.sessions.items():
            spans[unit] = Span(session.slot, self.slots[session.slot].part, session.window)
        object.__setattr__(self, "spans", spans)
        object.__setattr__(self, "clashes", _clashes(spans))

    def knows(self, unit: UUID) -> bool:
        """Whether the unit is still part of the programme."""
        return unit in self.sessions or unit in self.parts or unit in self.options


def _clashes(spans: Mapping[UUID, Span]) -> Mapping[UUID, frozenset[UUID]]:
    """A session does not clash with its part, nor with those of its slot."""
    found: dict[UUID, set[UUID]] = {}
    under_way: list[tuple[UUID, Span]] = []
    for unit, span in sorted(spans.items(), key=lambda entry: entry[1].window.starts_at):
        under_way = [entry for entry in under_way if entry[1].window.ends_at > span.window.starts_at]
        for other, span2 in under_way:
            if span.lane != span2.lane and span.part != other and span2.part != unit:
                found.setdefault(unit, set()).add(other)
                found.setdefault(other, set()).add(unit)
        under_way.append((unit, span))
    return {unit: frozenset(others) for unit, others in found.items()}


@dataclass(slots=True)
class Unit:
    """Anything with places. `capacity` None is without limit; `ceiling` is what the database guards."""

    id: UUID
    kind: Kind
    capacity: int | None
    reserve: int = 0
    ceiling: int | None = None
    held: int = 0
    waiting: int = 0
    offers_waiting: bool = True
    promotes_until: datetime | None = None

    def copy(self) -> "Unit":
        """By hand, here and below: copy.copy of a slotted dataclass takes twenty times as long."""
        return Unit(
            self.id,
            self.kind,
            self.capacity,
            self.reserve,
            self.ceiling,
            self.held,
            self.waiting,
            self.offers_waiting,
            self.promotes_until,
        )


@dataclass(slots=True)
class Place:
    """A unit of capacity asked for by one registration. `was`: its state when the registration ended."""

    unit: UUID
    lane: UUID | None
    state: State
    counted: bool
    seq: int
    given_by: str | None = None
    was: State | None = None

    def copy(self) -> "Place":
        return Place(self.unit, self.lane, self.state, self.counted, self.seq, self.given_by, self.was)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is within an event: two people may share an address, nobody shares address and name."""

    email_key: str | None
    name_key: str


@dataclass(frozen=True, slots=True)
class Contact:
    """Where letters go; `email` None: nowhere."""

    email: str | None
    language: str


@dataclass(slots=True)
class Person:
    """A registration as the ledger sees it. `first_answer` is what its first request was told."""

    id: UUID
    identity: Identity
    contact: Contact
    counts: bool = True
    ended_by: str | None = None
    confirmed: bool = False
    confirm_by: datetime | None = None
    request_digest: bytes | None = None
    first_answer: "Answer | None" = None
    places: dict[UUID, Place] = field(default_factory=dict)

    @property
    def is_live(self) -> bool:
        return self.ended_by is None

    def copy(self) -> "Person":
        """With copies of the places."""
        return Person(
            self.id,
            self.identity,
            self.contact,
            self.counts,
            self.ended_by,
            self.confirmed,
            self.confirm_by,
            self.request_digest,
            self.first_answer,
            {unit: place.copy() for unit, place in self.places.items()},
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """What a newcomer is told: held only if everything is; confirm_by None where no confirmation is asked.

    `places`: (unit, state) of all that a newcomer would have, also told to who is registered already.
    """

    outcome: Literal["held", "waiting"]
    confirm_by: datetime | None
    places: tuple[tuple[UUID, State], ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Head:
    """The first who wait for a unit as (seq, registration), in order; `complete`: nobody waits behind them."""

    waiting: tuple[tuple[int, UUID], ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class RecentLetters:
    """Letters anybody could cause to one address and that left within the last hour or are still to leave.

    `mails`: in how many bundles they leave; `last_due_at`: when the last of these does.
    """

    count: int
    mails: int
    last_due_at: datetime


@dataclass(frozen=True, slots=True)
class Book:
    """All that one settlement may need; `settle` never changes it.

    `passed`: who has a place in a unit, not by a hand, behind the number of one who is to be put back into its line;
    only where something is taken back.
    """

    rules: Rules
    units: Mapping[UUID, Unit]
    seq: int = 0
    people: Mapping[UUID, Person] = field(default_factory=dict)
    by_request_key: Mapping[str, UUID] = field(default_factory=dict)
    heads: Mapping[UUID, Head] = field(default_factory=dict)
    recent_letters: Mapping[str, RecentLetters] = field(default_factory=dict)
    passed: Mapping[UUID, tuple[tuple[int, UUID], ...]] = field(default_factory=dict)
