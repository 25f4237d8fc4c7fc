"""From what somebody wants to the moves of places: checked whole, before anything moves.

A newcomer's plan is the change of a registration that has nothing yet, so one set of rules serves both.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from uuid import UUID

from confman.domain.errors import ChoiceMissing, Clash, Full, Refusal, Unknown
from confman.domain.ledger import windows
from confman.domain.ledger.book import HELD, RELEASED, WAITING, WISHED, Place, SlotRules, State
from confman.domain.ledger.desk import Desk
from confman.domain.ledger.requests import Choice, Hand, Want


@dataclass(frozen=True, slots=True)
class Terms:
    """How a plan is judged. `newcomer`: by the opening times, else by the times for changes.

    `timeless`: by neither, and without what can no longer be had or was never asked (a late confirmation).
    """

    newcomer: bool
    accept_waiting: bool
    counts: bool = True
    hand: Hand | None = None
    timeless: bool = False

    @property
    def ignores_deadlines(self) -> bool:
        return self.timeless or (self.hand is not None and self.hand.ignores_deadlines)


@dataclass(frozen=True, slots=True)
class Move:
    unit: UUID
    lane: UUID | None
    state: State


@dataclass(slots=True)
class Plan:
    """Moves in the order in which they are made; `parts` as they will be, with their states.

    `moved_up`: the parts given to who waited for them, whose other wishes are still to be asked for.
    """

    moves: list[Move] = field(default_factory=list)
    moved_up: list[UUID] = field(default_factory=list)
    parts: dict[UUID, State] = field(default_factory=dict)
    full: list[UUID] = field(default_factory=list)
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class _Lane:
    """What a registration has in one slot."""

    held: UUID | None = None
    waiting: UUID | None = None
    wished: tuple[UUID, ...] = ()


def plan(desk: Desk, places: Mapping[UUID, Place], want: Want, terms: Terms) -> Plan | Refusal:
    """All moves that lead from `places` to `want`, or why not. Refusals come in the order a person should read them."""
    planner = _Planner(desk, places, want, terms)
    refusal = planner.unknown()
    if refusal is not None:
        return refusal
    planner.plan_parts()
    planner.plan_options()
    planner.plan_choices()
    made = planner.made
    refusal = planner.late() or made.refusal or planner.clash()
    if refusal is not None:
        return refusal
    return Full(tuple(made.full)) if made.full else made


class _Planner:
    def __init__(self, desk: Desk, places: Mapping[UUID, Place], want: Want, terms: Terms) -> None:
        self.desk = desk
        self.rules = desk.rules
        asked = sorted(places.values(), key=lambda place: place.seq)
        self.live = {place.unit: place for place in asked if place.state != RELEASED}
        self.terms = terms
        self.choices = want.choices
        self.had = [unit for unit in self.rules.parts if unit in self.live]
        self.wanted = self.had if want.parts is None else list(dict.fromkeys(want.parts))
        options = [unit for unit in self.live if unit in self.rules.options]
        keeps = want.options is None and not terms.newcomer
        self.options = options if keeps else list(dict.fromkeys(want.options or ()))
        self.had_options = options
        self.named = {*(want.parts or ()), *(want.options or ())}
        self.touched_slots: list[SlotRules] = []
        self.made = Plan()

    def unknown(self) -> Refusal | None:
        for slot, choice in self.choices.items():
            rules = self.rules.slots.get(slot)
            if rules is None or rules.part not in self.wanted:
                return Unknown((slot,))
            for session in (choice.session, choice.until_then) if choice else ():
                if session is not None and not self._is_session_of(session, slot):
                    return Unknown((session,))
        missing = [unit for unit in self.wanted if unit not in self.rules.parts]
        missing += [unit for unit in self.options if unit not in self.rules.options]
        if missing:
            return Unknown(tuple(missing))
        return None if self.wanted else ChoiceMissing(())

    def _is_session_of(self, session: UUID, slot: UUID) -> bool:
        rules = self.rules.sessions.get(session)
        return rules is not None and rules.slot == slot

    # parts and options

    def plan_parts(self) -> None:
        for unit in self.had:
            if unit not in self.wanted:
                self._move(unit, None, RELEASED)
                for place in self.live.values():
                    if place.lane is not None and self.rules.slots[place.lane].part == unit:
                        self._move(place.unit, place.lane, RELEASED)
        for unit in self.wanted:
            self.made.parts[unit] = self._ask(unit) if self._is_asked(unit) else self.live[unit].state
            if unit in self.live and self.made.parts[unit] != self.live[unit].state:
                self.made.moved_up.append(unit)

    def plan_options(self) -> None:
        for unit in self.had_options:
            if unit not in self.options:
                self._move(unit, None, RELEASED)
        if HELD not in self.made.parts.values():
            self._wish_for_options()
            return
        for unit in self.options:
            if self._is_asked(unit):
                self._ask(unit)

    def _wish_for_options(self) -> None:
        """Who takes part in nothing yet claims nothing beside it: asked for as soon as a part is given."""
        for unit in self.options:
            place = self.live.get(unit)
            if place is None and self._chance(unit) is None:
                self.made.full.append(unit)
            elif place is None or place.state != WISHED:
                self._move(unit, None, WISHED)

    def _is_asked(self, unit: UUID) -> bool:
        """What is there already stays as it is, but a hand that names a waiting place gives it where it can."""
        place = self.live.get(unit)
        return place is None or (unit in self.named and self._is_given(place))

    def _is_given(self, place: Place) -> bool:
        return place.state == WAITING and self.terms.hand is not None and self._chance(place.unit) == HELD

    def _ask(self, unit: UUID) -> State:
        state = self._chance(unit)
        if state is None:
            self.made.full.append(unit)
            return HELD
        self._move(unit, None, state)
        return state

    def _chance(self, unit: UUID, *, waits: bool = False) -> State | None:
        terms = self.terms
        return self.desk.chance(
            self.desk.units[unit], terms.hand, counts=terms.counts, accept_waiting=terms.accept_waiting or waits
        )

    def _move(self, unit: UUID, lane: UUID | None, state: State) -> None:
        self.made.moves.append(Move(unit, lane, state))

    # choices

    def plan_choices(self) -> None:
        for slot in self.rules.slots.values():
            state = self.made.parts.get(slot.part)
            if state is None:
                continue
            planned = len(self.made.moves) + len(self.made.full)
            lane = self._lane(slot.id)
            if slot.id in self.choices:
                self._plan_choice(slot, lane, self.choices[slot.id], state)
            elif slot.part not in self.had:
                self._require(slot)
            if len(self.made.moves) + len(self.made.full) > planned:
                self.touched_slots.append(slot)

    def _lane(self, slot: UUID) -> _Lane:
        mine = [place for place in self.live.values() if place.lane == slot]
        if not mine:
            return _Lane()
        wished = sorted((place for place in mine if place.state == WISHED), key=lambda place: place.seq)
        return _Lane(
            held=next((place.unit for place in mine if place.state == HELD), None),
            waiting=next((place.unit for place in mine if place.state == WAITING), None),
            wished=tuple(place.unit for place in wished),
        )

    def _require(self, slot: SlotRules) -> None:
        """A demanded choice may be missing only while it cannot be made, later, or by an organiser's hand."""
        asked = self.terms.hand is None and not self.terms.timeless
        if slot.required and asked and windows.choosing(slot, self.desk.now) is None:
            missing = self.made.refusal.slots if isinstance(self.made.refusal, ChoiceMissing) else ()
            self.made.refusal = ChoiceMissing((*missing, slot.id))

    def _plan_choice(self, slot: SlotRules, lane: _Lane, choice: Choice | None, part: State) -> None:
        if choice is None:
            self._require(slot)
            self._release(slot.id, lane.held, lane.waiting, *lane.wished)
        elif part == WAITING:
            self._wish(slot.id, lane, choice)
        else:
            self._choose(slot.id, lane, choice)

    def _release(self, slot: UUID, *units: UUID | None) -> None:
        for unit in units:
            if unit is not None:
                self._move(unit, slot, RELEASED)

    def _wish(self, slot: UUID, lane: _Lane, choice: Choice) -> None:
        """While the part waits its choices claim nothing: the first wish, then its substitute."""
        wishes = tuple(dict.fromkeys(unit for unit in (choice.session, choice.until_then) if unit is not None))
        if wishes == lane.wished:
            return
        if choice.session not in lane.wished and self._chance(choice.session, waits=len(wishes) > 1) is None:
            self.made.full.append(choice.session)
            return
        self._release(slot, *lane.wished)
        for unit in wishes:
            self._move(unit, slot, WISHED)

    def _choose(self, slot: UUID, lane: _Lane, choice: Choice) -> None:
        session = choice.session
        until = choice.until_then if choice.until_then != session else None
        self._release(slot, *lane.wished)
        if session == lane.held:
            self._release(slot, lane.waiting)
            return
        stays = session == lane.waiting and not self._is_given(self.live[session])
        state = WAITING if stays else self._chance(session, waits=until is not None)
        if state is None:
            self.made.full.append(session)
        elif state == HELD:
            self._release(slot, lane.held, lane.waiting if lane.waiting != session else None)
            self._move(session, slot, HELD)
        else:
            if session != lane.waiting:
                self._release(slot, lane.waiting)
                self._move(session, slot, WAITING)
            self._sit_meanwhile(slot, lane, until)

    def _sit_meanwhile(self, slot: UUID, lane: _Lane, until: UUID | None) -> None:
        """The seat while waiting: another one only if it is free, and the old one stays until then."""
        if until is None or until == lane.held:
            return
        if self._chance(until) != HELD:
            if not self.terms.timeless:
                self.made.full.append(until)
            return
        self._release(slot, lane.held)
        self._move(until, slot, HELD)

    # judged over the whole plan

    def late(self) -> Refusal | None:
        """Why it is too early or too late, by the parts and slots that are touched."""
        now = self.desk.now
        if self.terms.ignores_deadlines:
            return None
        if self.terms.newcomer:
            wanted = [self.rules.parts[unit] for unit in self.wanted]
            refusals: Iterator[Refusal | None] = (windows.registering(self.rules, part, now) for part in wanted)
        else:
            refusals = self._change_is_open()
        chosen = (windows.choosing(slot, now) for slot in self.touched_slots)
        return next((refusal for refusal in (*refusals, *chosen) if refusal), None)

    def _change_is_open(self) -> Iterator[Refusal | None]:
        touched, now = {slot.part for slot in self.touched_slots}, self.desk.now
        for unit, part in self.rules.parts.items():
            added = unit in self.wanted and unit not in self.had
            dropped = unit in self.had and unit not in self.wanted
            if added:
                yield windows.adding(self.rules, part, now)
            elif dropped or unit in touched:
                yield windows.past(part.cancel_until if dropped else part.change_until, now)
        if set(self.options) != set(self.had_options):
            yield windows.past(windows.last(self.rules.parts[unit].change_until for unit in self.wanted), now)

    def clash(self) -> Refusal | None:
        """Two wanted things at the same time, at least one of them new."""
        if not self.rules.clashes:
            return None
        new = {move.unit for move in self.made.moves if move.state != RELEASED} | set(self.made.full)
        gone = {move.unit for move in self.made.moves if move.state == RELEASED} - new
        clashes = self.rules.clashes
        standing = [unit for unit in {**self.live, **dict.fromkeys(new)} if unit in clashes and unit not in gone]
        for one, other in combinations(standing, 2):
            if other in clashes[one] and (one in new or other in new):
                return Clash((one, other))
        return None
