"""Speakers of the programme taken over as registrations: they sit in their sessions, and take nobody's place there.

No speaker is taken over twice: whoever asks for it at the same time sends the same key.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping

from confman.domain.errors import Malformed, NotFound, Outdated
from confman.domain.ledger.requests import Accepted, Done, Outcome, Refused, Repeated
from confman.domain.people import full_name, sort_key
from confman.store import speakers as store
from confman.usecases.acting import Acting
from confman.usecases.clerk import Clerk
from confman.usecases.events import EventView, Row
from confman.usecases.programme import PartLine, SessionLine, programme, sessions
from confman.usecases.registrar import Ask
from confman.usecases.registrations import Addition, Correction, Target, ask_about, ask_to_add, ask_to_change, register
from confman.usecases.work import Work

CATEGORY = "contributor"


@dataclass(frozen=True, slots=True)
class Appearance:
    """A session they are in, and as what."""

    line: SessionLine
    role: str


@dataclass(frozen=True, slots=True)
class Seats:
    """Where they sit: slugs of parts, and the session by slot where there is a choice."""

    parts: tuple[str, ...]
    choices: dict[str, str]


@dataclass(frozen=True, slots=True)
class Contributor:
    """A speaker. `registration`: the live one they have; `had`: how many there ever were. `namesakes` belong to nobody.

    `follows`: it sits where the programme says.
    """

    row: Row
    appearances: tuple[Appearance, ...]
    seats: Seats
    registration: RowMapping | None = None
    had: int = 0
    namesakes: tuple[RowMapping, ...] = ()
    follows: bool = True

    @property
    def id(self) -> UUID:
        key: UUID = self.row["id"]
        return key

    @property
    def slug(self) -> str:
        return str(self.row["slug"])

    @property
    def name(self) -> str:
        return full_name(self.row["title"], self.row["given_name"], self.row["family_name"])

    @property
    def is_new(self) -> bool:
        """Can be taken over without a question."""
        return self.registration is None and not self.namesakes


@dataclass(frozen=True, slots=True)
class Board:
    """All of an event. `left`: registrations of speakers who are not in the programme any more."""

    contributors: tuple[Contributor, ...]
    left: tuple[RowMapping, ...]

    @property
    def new(self) -> list[Contributor]:
        return [each for each in self.contributors if each.is_new]

    @property
    def behind(self) -> list[Contributor]:
        """Whose sessions have changed since."""
        return [each for each in self.contributors if not each.follows]

    def one(self, slug: str) -> Contributor:
        """Raises `NotFound`."""
        found = next((each for each in self.contributors if each.slug == slug), None)
        if found is None:
            raise NotFound
        return found


def board(connection: Connection, event: EventView, language: str) -> Board:
    """Three statements."""
    shown = _shown(event, language)
    mine: dict[UUID, list[RowMapping]] = defaultdict(list)
    for row in store.linked(connection, event.id):
        mine[row["speaker_id"]].append(row)
    live = {key: row for key, rows in mine.items() for row in rows if row["ended_at"] is None}
    names = {each.row["id"]: sort_key(each.row["given_name"], each.row["family_name"]) for each in shown}
    free: dict[str, list[RowMapping]] = defaultdict(list)
    for row in store.named(connection, event.id, [name for key, name in names.items() if key not in live]):
        free[row["sort_key"]].append(row)
    held: dict[UUID, set[UUID]] = defaultdict(set)
    for place in store.places(connection, [row["id"] for row in live.values()]):
        if place.state == "held":
            held[place.registration_id].add(place.unit_id)
    contributors = tuple(
        replace(
            each,
            registration=(has := live.get(each.id)),
            had=len(mine[each.id]),
            namesakes=() if has else tuple(free[names[each.id]]),
            follows=has is None or _units(event, each.seats) <= held[has["id"]],
        )
        for each in shown
    )
    return Board(contributors, tuple(row for key, row in live.items() if key not in names))


# where they sit


def _shown(event: EventView, language: str) -> list[Contributor]:
    """In the order of the programme, as if nobody were registered."""
    rows: dict[UUID, Row] = {}
    where: dict[UUID, list[tuple[PartLine, Appearance]]] = defaultdict(list)
    for part in programme(event, language):
        for line in sessions((part,)):
            for row in () if line.is_cancelled else line.speakers:
                rows.setdefault(row["id"], row)
                where[row["id"]].append((part, Appearance(line, row["role"])))
    return [
        Contributor(row, tuple(appearance for _, appearance in where[key]), _seats(event, where[key]))
        for key, row in rows.items()
    ]


def _seats(event: EventView, where: Sequence[tuple[PartLine, Appearance]]) -> Seats:
    """Of several sessions at the same time the first."""
    choices: dict[str, str] = {}
    for part, appearance in where:
        slug = appearance.line.row["slug"]
        for slot in event.slots.values():
            if slot.part == part.row["slug"] and slug in slot.choices:
                choices.setdefault(slot.slug, slug)
    return Seats(tuple(dict.fromkeys(part.row["slug"] for part, _ in where)), choices)


def _units(event: EventView, seats: Seats) -> set[UUID]:
    parts = {event.parts[slug].unit for slug in seats.parts}
    return parts | {event.slots[slot].choices[session].unit for slot, session in seats.choices.items()}


# taking over


@dataclass(frozen=True, slots=True)
class Told:
    """Where to write; nobody gets a letter unless there is an address and somebody wants it."""

    email: str | None = None
    tells: bool = False


_NOBODY = Told()


async def take(clerk: Clerk, event: EventView, contributor: Contributor, who: Acting, told: Told = _NOBODY) -> Outcome:
    """Once more changes nothing. Raises `Malformed`."""
    if contributor.registration is not None:
        return Done(changed=False)
    row, seats = contributor.row, contributor.seats
    sent = Addition(
        title=row["title"],
        given_name=row["given_name"],
        family_name=row["family_name"],
        institution=row["institution"],
        email=told.email,
        category=CATEGORY,
        parts=list(seats.parts),
        choices=dict(seats.choices),
        tells=told.tells and bool(told.email),
    )
    ask = ask_to_add(event, sent, who, f"speaker {contributor.id.hex} {contributor.had}", event.row["languages"][0])
    assert ask.person is not None, "a speaker is a person"
    return await register(clerk, event, replace(ask, person=replace(ask.person, speaker_id=contributor.id)))


async def take_all(clerk: Clerk, event: EventView, new: Iterable[Contributor], who: Acting) -> int:
    """How many of them are registered now."""
    outcomes = await asyncio.gather(*(_taken(clerk, event, each, who) for each in new))
    return sum(outcomes)


async def _taken(clerk: Clerk, event: EventView, contributor: Contributor, who: Acting) -> bool:
    try:
        return isinstance(await take(clerk, event, contributor, who), Accepted | Repeated)
    except Malformed:
        return False


# connecting, and following the programme


@dataclass(frozen=True, slots=True)
class Tools:
    """What it takes to change a registration."""

    work: Work
    clerk: Clerk
    event: EventView
    who: Acting


async def connect(tools: Tools, contributor: Contributor, code: str) -> Outcome:
    """Somebody of that name becomes the speaker: with their sessions, and without taking a place where they did."""
    known = next((row for row in contributor.namesakes if row["code"] == code), None)
    if known is None:
        return Refused(Outdated())
    category = CATEGORY if known["counts"] else None
    return await _sit(tools, contributor, known, category=category, amends={"speaker_id": contributor.id})


async def follow(tools: Tools, contributor: Contributor) -> Outcome:
    """Sits where the programme says now; other parts and choices stay."""
    if contributor.registration is None or contributor.follows:
        return Done(changed=False)
    return await _sit(tools, contributor, contributor.registration, category=None, amends={})


async def _sit(
    tools: Tools, contributor: Contributor, known: RowMapping, *, category: str | None, amends: dict[str, Any]
) -> Outcome:
    hand = tools.who.hand(tells=False)
    event, seats = tools.event, contributor.seats
    held = {place.unit_id for place in await tools.work.read(store.places, [known["id"]])}
    parts = [part.slug for part in event.parts.values() if part.unit in held or part.slug in seats.parts]
    wanted = Correction(parts=parts, choices=dict(seats.choices))

    def ask_of(row: RowMapping) -> Ask:
        ask = ask_to_change(event, row, wanted, hand, category)
        return replace(ask, amends={**ask.amends, **amends})

    return await ask_about(tools.work, tools.clerk, Target(event, known["code"]), ask_of)
