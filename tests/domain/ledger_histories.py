"""Random requests to a small event in which everything is scarce: parts that clash, forums, a tour and lunch."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random
from uuid import UUID

from confman.domain.ledger.book import Contact, Identity, Person
from confman.domain.ledger.requests import (
    Bulk,
    BulkDone,
    Cancel,
    Change,
    Choice,
    Confirm,
    Hand,
    Lapse,
    Outcome,
    Promote,
    Refused,
    Register,
    Request,
    Resize,
    Want,
)
from tests.domain.ledger_world import NOW, World, hours, uid

SESSIONS = (2, 3, 2)  # tables in the workshop; forums and tours in the conference
UNITS = 4 + sum(SESSIONS)


@dataclass(frozen=True)
class Programme:
    workshop: UUID
    conference: UUID
    walk: UUID
    lunch: UUID
    slots: dict[UUID, tuple[UUID, tuple[UUID, ...]]]  # by slot: its part and its sessions

    @property
    def sessions(self) -> tuple[UUID, ...]:
        return tuple(session for _, sessions in self.slots.values() for session in sessions)

    @property
    def units(self) -> tuple[UUID, ...]:
        return (self.workshop, self.conference, self.walk, self.lunch, *self.sessions)


def a_programme(world: World, places: Sequence[int | None]) -> Programme:
    """`places`: of the workshop, the conference, the walk, lunch and the sessions, slot by slot."""
    sizes = iter(places)
    workshop = world.part(next(sizes), window=hours(9.5, 13), reserve=1)
    conference = world.part(next(sizes), window=hours(14, 17.5), change_until=NOW + timedelta(days=40))
    walk = world.part(next(sizes), window=hours(12.75, 13.75), closes_at=NOW + timedelta(days=20))
    lunch = world.option(next(sizes))
    tables, forums = world.slot(workshop, required=True), world.slot(conference)
    tours = world.slot(conference, opens_at=NOW + timedelta(hours=1))
    sessions = {
        tables: tuple(world.session(tables, next(sizes), hours(10, 12)) for _ in range(SESSIONS[0])),
        forums: tuple(world.session(forums, next(sizes), hours(14.5, 15.5)) for _ in range(SESSIONS[1])),
        tours: (
            world.session(tours, next(sizes), hours(16, 17), offers_waiting=False),
            world.session(tours, next(sizes), hours(15.25, 16.25)),  # overlaps the forums
        ),
    }
    parts = {tables: workshop, forums: conference, tours: conference}
    return Programme(
        workshop, conference, walk, lunch, {slot: (parts[slot], found) for slot, found in sessions.items()}
    )


PROGRAMME = a_programme(World(), [None] * UNITS)  # ids come in the order of making: the same in every world


def sizes(random: Random) -> list[int | None]:
    parts = [random.choice([2, 5, 8, 8, None]) for _ in range(3)]
    return [*parts, random.choice([0, 1, 2]), *(random.choice([0, 1, 1, 1, 2, 2, None]) for _ in range(sum(SESSIONS)))]


@dataclass
class Crowd:
    """Who asks; `parts` by registration are those asked for last. Equal seeds ask for the same."""

    random: Random
    parts: dict[UUID, tuple[UUID, ...]] = field(default_factory=dict)
    asked: int = 0

    def look_around(self, people: Mapping[UUID, Person]) -> None:
        """Most requests are about registrations that are there; some who are gone are not forgotten."""
        there = (key for key in self.parts if key in people)
        gone = ("self", "organiser", "event")
        self.parts = {key: self.parts[key] for key in there if people[key].ended_by not in gone or self._rarely()}

    def asks(self, count: int) -> list[Request]:
        return [self._request() for _ in range(count)]

    def _request(self) -> Request:
        many: list[Callable[[], Request]] = [self.registers, self.changes, self._cancels, self._confirms]
        few: list[Callable[[], Request]] = [self._lapses, self._resizes, Promote, self.bulks]
        kind = self.random.choices([*many, *few], [6 if len(self.parts) > 10 else 30, 16, 3, 2, 1, 1, 1, 1])[0]
        return kind()

    def registers(self) -> Register:
        random, who, key = self.random, self._identity(), uid(f"r{self.asked}")
        self.asked += 1
        self.parts[key] = self._some_parts()
        return Register(
            id=key,
            identity=who,
            contact=Contact(who.email_key, "de"),
            want=Want(self.parts[key], self._choices(self.parts[key], often=0.8), self._options()),
            key=random.choice(["k1", "k2"]) if self._rarely() else f"key of {key}",
            digest=random.choice([b"1", b"2"]),
            from_form=random.random() < 0.7,
            accept_waiting=random.random() < 0.85,
            counts=random.random() < 0.9,
            hand=self._hand(),
        )

    def changes(self) -> Change:
        random, key = self.random, self._whose()
        identity = self._identity() if self._rarely() else None
        contact = Contact(identity.email_key, "en") if identity is not None else None
        parts = self._some_parts() if random.random() < 0.3 else None
        self.parts[key] = parts or self.parts.get(key, ())
        want = Want(parts, self._choices(self.parts[key], often=0.5), self._options())
        want = Want(()) if self._rarely() else want
        hand = self._hand()
        counts = random.random() < 0.5 if hand is not None and random.random() < 0.3 else None
        return Change(key, want, random.random() < 0.85, identity, contact, hand, counts)

    def _cancels(self) -> Cancel:
        by = self.random.choice(["self", "self", "organiser", "event"])
        return Cancel(self._whose(), by, self._hand())  # type: ignore[arg-type] # one of the literals

    def _confirms(self) -> Confirm:
        return Confirm(self._whose(), self._hand(), returns=self.random.random() < 0.5)

    def _lapses(self) -> Lapse:
        return Lapse(tuple(self._whose() for _ in range(self.random.randint(1, 6))))

    def _resizes(self) -> Resize:
        unit = self.random.choice(PROGRAMME.units)
        size = None if self._rarely() else self.random.randint(0, 3) + (4 if unit in PROGRAMME.units[:2] else 0)
        return Resize(unit, size, self.random.choice([0, 0, 1]), self.random.random() < 0.5)

    def bulks(self) -> Bulk:
        """By an organiser: changes of choices and cancellations of several, one of them perhaps twice."""
        many = [
            self.changes() if self.random.random() < 0.7 else self._cancels() for _ in range(self.random.randint(1, 5))
        ]
        plain_changes = [
            replace(one, identity=None, contact=None, counts=None) if isinstance(one, Change) else one for one in many
        ]
        self.asked += 1
        return Bulk(uid(f"b{self.asked}"), tuple(plain_changes), timedelta(minutes=5), self.random.random() < 0.8)

    def _some_parts(self) -> tuple[UUID, ...]:
        """Mostly such as go together."""
        p = PROGRAMME
        if self._rarely():
            return p.workshop, p.walk
        good = [(p.workshop,), (p.conference,), (p.conference,), (p.workshop, p.conference), (p.conference, p.walk)]
        return self.random.choice(good)

    def _choices(self, parts: tuple[UUID, ...], often: float) -> dict[UUID, Choice | None]:
        return {
            slot: self._choice(sessions)
            for slot, (part, sessions) in PROGRAMME.slots.items()
            if (part in parts or self.random.random() < 0.01) and self.random.random() < often
        }

    def _options(self) -> tuple[UUID, ...] | None:
        return self.random.choice([None, None, None, (), (PROGRAMME.lunch,), (PROGRAMME.lunch,)])

    def _choice(self, sessions: tuple[UUID, ...]) -> Choice | None:
        session, until_then = self.random.choices(sessions, [4, *[2] * (len(sessions) - 1)], k=2)
        pair = Choice(session, until_then)
        return self.random.choices([Choice(session), pair, None], [4, 5, 1])[0]

    def _identity(self) -> Identity:
        """Few enough that people come twice and share mailboxes."""
        name, mailbox = self.random.choice("abcdef"), self.random.choice(["one", "two", "three", None])
        return Identity(mailbox and f"{mailbox}@example.org", name)

    def _whose(self) -> UUID:
        return self.random.choice(list(self.parts)) if self.parts else uid("nobody")

    def _hand(self) -> Hand | None:
        if self.random.random() < 0.85:
            return None
        late, beyond, tells = (self.random.random() < 0.5 for _ in range(3))
        return Hand("erika", late, beyond, tells)

    def _rarely(self) -> bool:
        return self.random.random() < 0.06


def plain(outcome: Outcome) -> object:
    """Comparable: refusals are exceptions and equal only themselves."""
    if isinstance(outcome, BulkDone):
        return [plain(one) for one in outcome.outcomes], outcome.people, outcome.units
    return (type(outcome.reason), vars(outcome.reason)) if isinstance(outcome, Refused) else outcome
