"""Changing forums and parts of one's own registration: what is offered, and what is asked of the ledger."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from confman.domain.errors import ChoiceMissing, Fault, Refusal, Unknown
from confman.domain.ledger import windows
from confman.domain.ledger.book import HELD, RELEASED, WAITING, WISHED
from confman.domain.ledger.requests import Change, Want
from confman.usecases.events import Availability, EventView, PartView, Places, SlotView
from confman.usecases.my_registration import Mine
from confman.usecases.programme import PartLine, Said, SessionLine, programme, said, units
from confman.usecases.registrar import Ask
from confman.usecases.submissions import choices_of

Lines = Mapping[UUID, PartLine | SessionLine]
Available = Mapping[UUID, Availability]
_OFFERED_FIRST: Mapping[Places, int] = {"free": 0, "few": 0, "waiting": 1, "full": 2}


@dataclass(frozen=True, slots=True)
class Option:
    """A session that can be chosen. `clashes`: what the person has at the same time, elsewhere."""

    slug: str
    line: SessionLine
    places: Places
    waiting: int
    state: Literal["held", "waiting", "wished"] | None
    position: int | None
    clashes: tuple[str, ...]

    @property
    def is_free(self) -> bool:
        return self.places in {"free", "few"}


@dataclass(frozen=True, slots=True)
class SlotChoice:
    """`refusal`: why nothing can be chosen now. `back`: what was held until the last move, where it is free again.

    `chosen`: the option that is meant now: what is waited for, else what is held.
    """

    slug: str
    label: Said
    label_plural: Said
    starts_at: datetime | None
    ends_at: datetime | None
    options: tuple[Option, ...]
    may_leave_open: bool
    until: datetime | None
    refusal: Refusal | None
    back: Option | None

    @property
    def held(self) -> Option | None:
        return self._in(HELD)

    @property
    def waiting(self) -> Option | None:
        return self._in(WAITING)

    @property
    def chosen(self) -> Option | None:
        return self.waiting or self.held or self._in(WISHED)

    def _in(self, state: str) -> Option | None:
        return next((option for option in self.options if option.state == state), None)


@dataclass(frozen=True, slots=True)
class PartChoice:
    """A part that the person has (`state`), or could have; `refusal`: why it can neither be added nor given up."""

    slug: str
    line: PartLine
    state: Literal["held", "waiting"] | None
    places: Places
    waiting: int
    clashes: tuple[str, ...]
    until: datetime | None
    refusal: Refusal | None
    slots: tuple[SlotChoice, ...]


def parts_of(
    registration: Mine, event: EventView, available: Available, language: str, now: datetime
) -> tuple[PartChoice, ...]:
    """All parts in the order of the programme, each with the slots in which one chooses."""
    return tuple(_Offers(registration, event, available, language, now).parts())


@dataclass(frozen=True, slots=True)
class _Offers:
    registration: Mine
    event: EventView
    available: Available
    language: str
    now: datetime

    def parts(self) -> Iterator[PartChoice]:
        lines = units(programme(self.event, self.language))
        for part in self.event.parts.values():
            line = lines[part.unit]
            assert isinstance(line, PartLine)
            yield self._part(part, line, lines)

    def _part(self, part: PartView, line: PartLine, lines: Lines) -> PartChoice:
        place = self.registration.places.get(part.unit)
        rules = self.event.rules.rules.parts[part.unit]
        until = rules.cancel_until if place else rules.change_until
        adding = windows.adding(self.event.rules.rules, rules, self.now)
        found = self.available[part.unit]
        return PartChoice(
            slug=part.slug,
            line=line,
            state=place["state"] if place else None,
            places=found.places,
            waiting=found.waiting,
            clashes=() if place else self._clashes(part.unit, lines),
            until=until,
            refusal=windows.past(until, self.now) if place else adding,
            slots=tuple(
                self._slot(slot, lines)
                for slot in self.event.slots.values()
                if slot.part == part.slug and self._is_chosen_in(slot)
            ),
        )

    def _is_chosen_in(self, slot: SlotView) -> bool:
        """By what has a time: nothing else can be chosen."""
        sessions = self.event.rules.rules.sessions
        return any(choosable.unit in sessions for choosable in slot.choices.values())

    def _slot(self, slot: SlotView, lines: Lines) -> SlotChoice:
        rules = self.event.rules.rules
        slot_rules = rules.slots[slot.id]
        options = [
            self._option(slot, slug, lines)
            for slug, choosable in slot.choices.items()
            if choosable.unit in rules.sessions
        ]
        one, several = slot.row["label"], slot.row["label_plural"]
        ends = (slot_rules.closes_at, rules.parts[slot_rules.part].change_until)
        return SlotChoice(
            slug=slot.slug,
            label=said(one or several, self.language),
            label_plural=said(several or one, self.language),
            starts_at=slot.row["starts_at"],
            ends_at=slot.row["ends_at"],
            options=tuple(sorted(options, key=lambda option: _OFFERED_FIRST[option.places])),
            may_leave_open=not slot_rules.required,
            until=min((end for end in ends if end is not None), default=None),
            refusal=windows.choosing_anew(rules, slot_rules, self.now),
            back=self._way_back(slot, options),
        )

    def _option(self, slot: SlotView, slug: str, lines: Lines) -> Option:
        unit = slot.choices[slug].unit
        line, found = lines[unit], self.available[unit]
        assert isinstance(line, SessionLine)
        place = self.registration.places.get(unit)
        return Option(
            slug=slug,
            line=line,
            places=found.places,
            waiting=found.waiting,
            state=place["state"] if place else None,
            position=place["position"] if place else None,
            clashes=self._clashes(unit, lines),
        )

    def _clashes(self, unit: UUID, lines: Lines) -> tuple[str, ...]:
        """As the ledger judges: by time, over all that is held, waited for or wished."""
        spans = self.event.rules.rules.spans
        mine = spans.get(unit)
        if mine is None:
            return ()
        others = ((other, spans[other]) for other in self.registration.places if other in spans and other in lines)
        return tuple(
            name_of(lines[other])
            for other, span in others
            if span.lane != mine.lane and mine.part != other and span.part != unit and mine.window.overlaps(span.window)
        )

    def _way_back(self, slot: SlotView, options: list[Option]) -> Option | None:
        """What was given up at the instant at which the present place was got, by moving up or by choosing."""
        seats = self.registration.seats
        held = next((seats[slot.choices[option.slug].unit] for option in options if option.state == HELD), None)
        if held is None:
            return None
        for option in options:
            seat = seats.get(slot.choices[option.slug].unit)
            if seat is not None and seat["state"] == RELEASED and seat["changed_at"] == held["changed_at"]:
                return option if option.is_free else None
        return None


def name_of(line: PartLine | SessionLine) -> str:
    """As sentences name it: "Forum 3", or the title."""
    return line.name if isinstance(line, SessionLine) else line.title[0]


# what is asked of the ledger


@dataclass(frozen=True, slots=True)
class Chosen:
    """As sent, in slugs. `choices`: by slot, (session, seat until then), None = decided later.

    `waits`: the sessions, and `waits_for_part`: whether it is the part, that the page showed as full, so that choosing
    them means to wait; what was shown as free is had at once or not at all.
    """

    choices: Mapping[str, tuple[str, str | None] | None] = field(default_factory=dict)
    waits: frozenset[str] = frozenset()
    adds: str | None = None
    drops: str | None = None
    waits_for_part: bool = False


def ask_to_change(registration: Mine, event: EventView, sent: Chosen) -> Ask:
    """Raises `Unknown` where something is named that there is not (any more), `ChoiceMissing` if no part is left.

    Of parts all that shall be had are named, so nothing may have changed since they were read.
    """
    faults: list[Fault] = []
    choices = choices_of(event, {slot: _typed(chosen, sent.waits) for slot, chosen in sent.choices.items()}, faults)
    if faults or any(slug is not None and slug not in event.parts for slug in (sent.adds, sent.drops)):
        raise Unknown
    parts = _parts(registration, event, sent)
    if parts == ():
        raise ChoiceMissing(())
    waits = sent.waits_for_part or any(chosen[0] in sent.waits for chosen in sent.choices.values() if chosen)
    request = Change(registration.id, Want(parts, choices), accept_waiting=waits)
    return Ask(request, revision=None if parts is None else registration.row["revision"])


def _typed(chosen: tuple[str, str | None] | None, waits: frozenset[str]) -> dict[str, str | None] | None:
    """A seat until then is for who waits: where the page said that it is free, naming one would mean to wait."""
    if chosen is None:
        return None
    session, until_then = chosen
    return {"session": session, "until_then": until_then if session in waits else None}


def _parts(registration: Mine, event: EventView, sent: Chosen) -> tuple[UUID, ...] | None:
    if sent.adds is None and sent.drops is None:
        return None
    mine = [part.unit for part in event.parts.values() if part.unit in registration.places and part.slug != sent.drops]
    added = [event.parts[sent.adds].unit] if sent.adds else []
    return tuple(dict.fromkeys([*mine, *added]))
