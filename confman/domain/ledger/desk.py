"""The running copy of a book: every move of a place goes through `Desk.move`, which keeps the counts."""

from bisect import insort
from collections import deque
from datetime import datetime
from operator import attrgetter
from uuid import UUID

from confman.domain.ledger.book import (
    HELD,
    PROMOTED_FIRST,
    RELEASED,
    WAITING,
    Book,
    Identity,
    Person,
    Place,
    RecentLetters,
    State,
    Unit,
)
from confman.domain.ledger.requests import Hand, LetterDue, Moved, PlaceRow, Promoted, Register, Standing

_by_seq = attrgetter("seq")


class Desk:
    """Mutable state of one call of `settle`; the book it was made from stays as it was."""

    def __init__(self, book: Book, now: datetime) -> None:
        self.rules = book.rules
        self.now = now
        self.seq = book.seq
        self.units: dict[UUID, Unit] = {key: unit.copy() for key, unit in book.units.items()}
        self.book = book
        self.people: dict[UUID, Person] = {}
        self.by_identity: dict[Identity, UUID] = {}
        self.live_over_address: dict[str, int] = {}
        self.by_request_key = dict(book.by_request_key)
        self.recent_letters: dict[str, RecentLetters] = dict(book.recent_letters)
        self.dirty: set[UUID] = set()
        self.exhausted: set[UUID] = set()
        self.new: dict[UUID, tuple[Register, str | None]] = {}
        self.resized: set[UUID] = set()
        self.letters: list[LetterDue] = []
        self.promoted: list[Promoted] = []
        self.beyond: list[UUID] = []
        self.spared: list[UUID] = []
        self.positions: dict[tuple[UUID, UUID], int] = {}
        self._heads: dict[UUID, deque[tuple[int, UUID]]] = {}
        for person in book.people.values():
            if person.is_live:
                self.enrol(person)

    # people

    def person(self, key: UUID) -> Person | None:
        """The running copy of a registration, made at first touch."""
        found = self.people.get(key)
        if found is None:
            original = self.book.people.get(key)
            if original is None:
                return None
            found = self.people[key] = original.copy()
        return found

    def enrol(self, person: Person) -> None:
        """Counts a live registration for its identity and address."""
        address = person.identity.email_key
        if address is not None:
            self.by_identity[person.identity] = person.id
            self.live_over_address[address] = self.live_over_address.get(address, 0) + 1

    def strike(self, person: Person) -> None:
        """The reverse of `enrol`."""
        address = person.identity.email_key
        if address is not None and self.by_identity.get(person.identity) == person.id:
            del self.by_identity[person.identity]
            self.live_over_address[address] -= 1

    def is_crowded(self, identity: Identity, hand: Hand | None) -> bool:
        """Whether one more is too many for the address; asked before who is known, lest the refusal tell."""
        return hand is None and self.live_over_address.get(identity.email_key or "", 0) >= self.rules.max_per_address

    # places

    def promotion_ended(self, unit: Unit) -> bool:
        """Also where there is nothing to move up into: the event is cancelled, or the session is no more."""
        ended = unit.promotes_until is not None and self.now >= unit.promotes_until
        return ended or self.rules.is_cancelled or not self.rules.knows(unit.id)

    def chance(self, unit: Unit, hand: Hand | None, *, counts: bool, accept_waiting: bool) -> State | None:
        """What a newcomer gets here: held, waiting, or None (full)."""
        if not counts or self._is_free(unit) or (hand is not None and self._hand_reaches(unit, hand)):
            return HELD
        waitable = accept_waiting and self.rules.offers_waiting and unit.offers_waiting
        return WAITING if waitable else None

    def _is_free(self, unit: Unit) -> bool:
        if unit.waiting and not self.promotion_ended(unit):
            return False
        return has_room(unit)

    @staticmethod
    def _hand_reaches(unit: Unit, hand: Hand) -> bool:
        return unit.capacity is None or spares(unit, hand) or hand.reaches_beyond(unit.id)

    def hold(self, person: Person, unit_id: UUID, lane: UUID | None, hand: Hand | None = None) -> None:
        """Gives the place; a hand takes it from the reserve, or raises the ceiling by what is missing."""
        unit = self.units[unit_id]
        if person.counts and hand is not None and unit.capacity is not None and not has_room(unit):
            if spares(unit, hand):
                unit.reserve -= 1
                self.spared.append(unit_id)
            else:
                unit.ceiling = max(unit.ceiling or unit.capacity, unit.held + 1)
                self.beyond.append(unit_id)
        self.move(person, unit_id, lane, HELD)
        if hand is not None:
            person.places[unit_id].given_by = hand.actor

    def move(self, person: Person, unit_id: UUID, lane: UUID | None, state: State) -> None:
        """The only way a place changes: keeps the counts and the ceiling of its unit, and the order of who waits."""
        place = person.places.get(unit_id)
        if place is None:
            place = Place(unit_id, lane, RELEASED, person.counts, 0)
            person.places[unit_id] = place
        before, place.state, place.was = place.state, state, None
        if before == RELEASED:
            place.lane, place.given_by = lane, None
        if place.counted:
            self._leave(self.units[unit_id], before)
        if state != RELEASED:
            place.counted = person.counts  # as their category is now
            if before != WAITING:
                self.seq += 1
                place.seq = self.seq
        if place.counted:
            self._enter(self.units[unit_id], state)
        if state == WAITING:
            self._queue(person, place)

    def _leave(self, unit: Unit, state: State) -> None:
        if state == HELD:
            unit.held -= 1
            self.dirty.add(unit.id)
            if unit.ceiling is not None and unit.capacity is not None:
                unit.ceiling = min(unit.ceiling, max(unit.capacity, unit.held))
        elif state == WAITING:
            unit.waiting -= 1

    @staticmethod
    def _enter(unit: Unit, state: State) -> None:
        if state == HELD:
            unit.held += 1
        elif state == WAITING:
            unit.waiting += 1

    def _queue(self, person: Person, place: Place) -> None:
        self.positions[person.id, place.unit] = self.units[place.unit].waiting
        if self._is_complete(place.unit):
            self._line(place.unit).append((place.seq, person.id))

    def put_back(self, person: Person, unit_id: UUID, row: PlaceRow | None) -> None:
        """As it was, with its number in the line; None: there was no such place. The ceiling is left to the caller."""
        place, unit = person.places[unit_id], self.units[unit_id]
        if place.counted:
            self._leave(unit, place.state)
        if row is None:
            place.state, place.was = RELEASED, None
        else:
            place.lane, place.state, place.counted, place.seq = row.lane, row.state, row.counted, row.seq
            place.given_by, place.was = row.given_by, row.was
        if place.counted:
            self._enter(unit, place.state)
        if place.state == WAITING:
            self._queue_again(person, place)
        self.dirty.add(unit_id)

    def _queue_again(self, person: Person, place: Place) -> None:
        """Where they stood: before all who came later, as far as the book names them."""
        line, entry = self._line(place.unit), (place.seq, person.id)
        if entry not in line and (self._is_complete(place.unit) or (line and entry < line[-1])):
            insort(line, entry)

    # who is next

    def _is_complete(self, unit: UUID) -> bool:
        """Whether the book names everybody who waits: only then may newcomers be put behind them."""
        head = self.book.heads.get(unit)
        return self.book.units[unit].waiting == 0 if head is None else head.complete

    def _line(self, unit: UUID) -> deque[tuple[int, UUID]]:
        line = self._heads.get(unit)
        if line is None:
            head = self.book.heads.get(unit)
            line = self._heads[unit] = deque(head.waiting if head else ())
        return line

    def next_unit(self) -> Unit | None:
        """The first unit with a place to give and somebody waiting: parts before sessions, then by id."""
        ready = []
        for key in tuple(self.dirty):
            unit = self.units[key]
            if unit.waiting and has_room(unit) and not self.promotion_ended(unit):
                ready.append(unit)
            else:
                self.dirty.discard(key)
        return min(ready, key=lambda unit: (PROMOTED_FIRST[unit.kind], unit.id), default=None)

    def next_person(self, unit: Unit) -> Person | None:
        """The first who waits; None where the book does not say who that is (noted in `exhausted`)."""
        line = self._line(unit.id)
        while line:
            seq, key = line.popleft()
            person = self.person(key)
            place = person.places.get(unit.id) if person else None
            if place is not None and place.state == WAITING and place.seq == seq:
                return person
        self.exhausted.add(unit.id)
        return None

    # what to tell

    def holds_part(self, person: Person) -> bool:
        """Whether they take part in anything: what is limited beside that, like lunch, is no place at the event."""
        held = (place for place in person.places.values() if place.state == HELD)
        return any(self.units[place.unit].kind == "part" for place in held)

    def standings(self, person: Person) -> tuple[Standing, ...]:
        """The person's places in the order asked, with the positions of those asked for in this very request."""
        places = [place for place in person.places.values() if place.state != RELEASED]
        places.sort(key=_by_seq)
        told = self.positions  # of this request only: most have none, and then nothing is looked up
        return tuple(
            [
                Standing(place.unit, place.state, (told and told.get((person.id, place.unit))) or None)
                for place in places
            ]
        )

    def moves(self, person: Person, before: tuple[Standing, ...]) -> tuple[Moved, ...]:
        """What is different from `before`, in the order of the places."""
        old = {place.unit: place.state for place in before}
        new = {place.unit: place.state for place in self.standings(person)}
        return tuple(
            Moved(unit, old.get(unit), new.get(unit), unit in self.beyond, unit in self.spared)
            for unit in {**old, **new}
            if old.get(unit) != new.get(unit)
        )

    def release_all(self, person: Person) -> None:
        """Ends what the person has, remembering what each place was."""
        for place in tuple(person.places.values()):
            if place.state == RELEASED:
                place.was = None
            else:
                was = place.state
                self.move(person, place.unit, place.lane, RELEASED)
                place.was = was


def has_room(unit: Unit) -> bool:
    """A place outside the reserve is there, whoever waits for it."""
    return unit.capacity is None or unit.held + unit.reserve < unit.capacity


def spares(unit: Unit, hand: Hand) -> bool:
    """A place of the reserve is left, and the hand may give it."""
    left = unit.capacity is not None and unit.reserve > 0 and unit.held < unit.capacity
    return left and hand.reaches_reserve(unit.id)


def kept(person: Person) -> list[tuple[Place, State]]:
    """The places a registration had when it ended, in the order asked, and what they were."""
    asked = sorted(person.places.values(), key=_by_seq)
    return [(place, place.was) for place in asked if place.was is not None]


def place_row(person: UUID, place: Place, state: State) -> PlaceRow:
    return PlaceRow(person, place.unit, place.lane, state, place.counted, place.seq, place.given_by, place.was)
