"""What no single field can show: order in time, references inside one event, names used twice."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from confman.domain.errors import N_
from confman.usecases.book_faults import Spot
from confman.usecases.book_fields import Reading
from confman.usecases.book_values import Book, Document, Event, Part, Session, Slot, Unit


def check(book: Book, reading: Reading) -> None:
    """Adds to the faults and warnings of the reading. What could not be read is None and passes."""
    _Checks(reading).book(book)


class _Checks:
    def __init__(self, reading: Reading) -> None:
        self.reading = reading

    def book(self, book: Book) -> None:
        self._documents(book)
        self._origins(book.events)
        for event in book.events:
            self._event(event)

    def _event(self, event: Event) -> None:
        if event.spot.lines.keys() & {"starts", "ends"}:  # else they were taken from the parts
            self._in_order(event.spot, "ends", event.starts_at, event.ends_at)
        self._not_after(event.spot, "doors", event.doors_at, event.starts_at)
        self._window(event.rules_spot, "closes", event.opens_at, event.closes_at)
        if event.opens_at is not None and event.starts_on is None:
            self.reading.fault(event.rules_spot.of("opens"), N_("needs an event with a day"))
        sessions = [(slot, session) for part in event.parts for slot in part.slots for session in slot.sessions]
        self._once("slot", [(slot.slug, slot.spot) for part in event.parts for slot in part.slots])
        self._once("session", [(session.slug, session.spot) for _, session in sessions])
        self._references(event, [session for _, session in sessions])
        for part in event.parts:
            self._part(part, event)
        self._seats(event, [session for _, session in sessions])
        for question in event.questions:
            for option in question.options:
                self._places(option.unit, None)

    def _part(self, part: Part, event: Event) -> None:
        self._in_order(part.spot, "ends", part.starts_at, part.ends_at)
        opens_at, closes_at = part.opens_at or event.opens_at, part.closes_at or event.closes_at
        if part.opens_at or part.closes_at:
            self._window(part.spot, "closes", opens_at, closes_at)
        if part.on_day and event.starts_on and not event.starts_on <= part.on_day <= (event.ends_on or part.on_day):
            self.reading.fault(part.spot.of("day"), N_("is not one of the event's days"))
        self._places(part.unit, None)
        for slot in part.slots:
            self._slot(slot, part, event)

    def _slot(self, slot: Slot, part: Part, event: Event) -> None:
        self._in_order(slot.spot, "ends", slot.starts_at, slot.ends_at)
        self._inside(slot.spot, (slot.starts_at, slot.ends_at), (part.starts_at, part.ends_at), N_("of its part"))
        self._window(slot.spot, "choice_closes", slot.choice_opens_at, slot.choice_closes_at)
        if slot.on_day and event.starts_on and not event.starts_on <= slot.on_day <= (event.ends_on or slot.on_day):
            self.reading.fault(slot.spot.of("day"), N_("is not one of the event's days"))
        for session in slot.sessions:
            self._session(session, slot)

    def _session(self, session: Session, slot: Slot) -> None:
        starts_at, ends_at = session.starts_at or slot.starts_at, session.ends_at or slot.ends_at
        self._in_order(session.spot, "ends", starts_at, ends_at)
        own = (session.starts_at, session.ends_at)
        self._inside(session.spot, own, (slot.starts_at, slot.ends_at), N_("of its slot"))
        if slot.rule != "everybody" and (starts_at is None or ends_at is None):
            says = N_("cannot be a choice without times: give its slot or the session a start and an end")
            self.reading.fault(session.spot, says)
        self._places(session.unit, session.minimum)

    def _references(self, event: Event, sessions: Sequence[Session]) -> None:
        rooms = {room.slug for room in event.rooms}
        speakers = {speaker.slug for speaker in event.speakers}
        for session in sessions:
            if session.room and session.room not in rooms:
                says = N_("there is no room “{slug}” in the event's `rooms`")
                self.reading.fault(session.spot.of("room"), says, slug=session.room)
            for role in session.speakers:
                if role.speaker and role.speaker not in speakers:
                    says = N_("there is no speaker “{slug}” in the event's `speakers`")
                    self.reading.fault(role.spot, says, slug=role.speaker)

    def _seats(self, event: Event, sessions: Sequence[Session]) -> None:
        seats = {room.slug: room.seats for room in event.rooms}
        for session in sessions:
            room_seats = seats.get(session.room or "")
            capacity = session.unit.capacity if session.unit else None
            if session.unit and room_seats is not None and capacity is not None and capacity > room_seats:
                says = N_("{capacity} places, but the room has only {seats} seats")
                self.reading.warn(session.unit.spot, says, capacity=capacity, seats=room_seats)

    def _places(self, unit: Unit | None, minimum: int | None) -> None:
        if unit is None:
            return
        if unit.reserve and unit.capacity is None:
            self.reading.fault(unit.spot, N_("is missing: a reserve is a part of it"))
        elif unit.capacity is not None and unit.reserve > unit.capacity:
            self.reading.fault(unit.spot, N_("is less than the reserve"))
        if minimum is not None and unit.capacity is not None and minimum > unit.capacity:
            self.reading.fault(unit.spot, N_("is less than the minimum"))

    def _documents(self, book: Book) -> None:
        self._once("document", [(document.key, document.spot) for document in documents_of(book)])

    def _origins(self, events: Sequence[Event]) -> None:
        self._once("origin_key", [(event.origin_key, event.spot) for event in events if event.origin_key])

    def _once(self, what: str, named: Sequence[tuple[str, Spot]]) -> None:
        seen: dict[str, Spot] = {}
        for name, spot in named:
            if name and name in seen and seen[name] != spot:
                says = N_("the {what} “{name}” is in line {line} already: each needs its own name")
                self.reading.fault(spot, says, what=what, name=name, line=seen[name].line)
            seen.setdefault(name, spot)

    def _in_order(self, spot: Spot, field: str, starts_at: datetime | None, ends_at: datetime | None) -> None:
        if starts_at is not None and ends_at is not None and starts_at >= ends_at:
            self.reading.fault(spot.of(field), N_("must be later than the start"))

    def _not_after(self, spot: Spot, field: str, first: datetime | None, then: datetime | None) -> None:
        if first is not None and then is not None and first > then:
            self.reading.fault(spot.of(field), N_("must not be later than the start"))

    def _window(self, spot: Spot, field: str, opens_at: datetime | None, closes_at: datetime | None) -> None:
        if opens_at is not None and closes_at is not None and opens_at >= closes_at:
            self.reading.fault(spot.of(field), N_("must be later than the opening"))

    def _inside(
        self,
        spot: Spot,
        inner: tuple[datetime | None, datetime | None],
        outer: tuple[datetime | None, datetime | None],
        whose: str,
    ) -> None:
        if inner[0] and ((outer[0] and inner[0] < outer[0]) or (outer[1] and inner[0] >= outer[1])):
            self.reading.fault(spot.of("starts"), N_("lies outside the time {whose}"), whose=whose)
        elif inner[1] and outer[1] and inner[1] > outer[1]:
            self.reading.fault(spot.of("ends"), N_("lies outside the time {whose}"), whose=whose)


def documents_of(book: Book) -> Iterator[Document]:
    """All documents of the book, wherever they hang."""
    for project in book.projects:
        yield from project.documents
    for series in book.series:
        yield from series.documents
    for event in book.events:
        yield from event.documents
        for part in event.parts:
            for slot in part.slots:
                for session in slot.sessions:
                    yield from session.documents
