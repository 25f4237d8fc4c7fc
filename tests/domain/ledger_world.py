"""A world for the ledger's tests: an event in a few words, people by name, and a check of all that must hold.

Requests are settled as the clerk does it; after each of them every invariant of `ledger_invariants` is checked.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from confman.domain.ledger.book import (
    RELEASED,
    Contact,
    Identity,
    Kind,
    PartRules,
    Rules,
    SessionRules,
    SlotRules,
    State,
    Unit,
)
from confman.domain.ledger.requests import (
    Bulk,
    BulkDone,
    Cancel,
    Change,
    Choice,
    Clear,
    Confirm,
    Hand,
    Lapse,
    LetterDue,
    Outcome,
    Register,
    Request,
    Resize,
    Restore,
    Want,
)
from confman.domain.values import Window
from tests.domain.ledger_invariants import check
from tests.domain.ledger_rows import Rows

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday
DAY = datetime(2027, 1, 26, tzinfo=UTC)
NOON_BEFORE = datetime(2027, 1, 25, 11, 0, tzinfo=UTC)
HAND = Hand("erika")
ONE_MORE = Hand("erika", beyond_capacity=True)
ANY_TIME = Hand("erika", ignores_deadlines=True)
BULK = UUID(int=2**100)

Choices = Mapping[UUID, UUID | Choice | None]


def uid(name: str) -> UUID:
    """The id of the registration of that name."""
    return uuid5(NAMESPACE_OID, name)


def hours(start: float, end: float) -> Window:
    """Of the event's day: `hours(14, 17.5)` is from two to half past five."""
    return Window(DAY + timedelta(hours=start), DAY + timedelta(hours=end))


def identity(name: str, mailbox: str | None = None) -> Identity:
    return Identity(mailbox or f"{name.lower()}@example.org", name.lower())


def a_rule_book() -> Rules:
    """An event without anything in it; registration asks for no confirmation unless a test wants it."""
    return Rules(
        zone="Europe/Berlin",
        starts_at=DAY + timedelta(hours=9),
        published_at=NOW - timedelta(days=20),
        is_cancelled=False,
        offers_waiting=True,
        confirms_address=False,
        hold_hours=72,
        max_per_address=10,
        parts={},
        slots={},
        sessions={},
    )


class World:
    def __init__(self, **rules: Any) -> None:
        self.rules = replace(a_rule_book(), **rules)
        self.rows = Rows()
        self.now = NOW
        self.spare = 8
        self._ids = 0

    # the event

    def part(self, places: int | None = None, **rules: Any) -> UUID:
        unit = self._unit("part", places, rules)
        self.rules = replace(self.rules, parts={**self.rules.parts, unit: PartRules(unit, **rules)})
        return unit

    def slot(self, part: UUID, **rules: Any) -> UUID:
        key = self._next_id()
        self.rules = replace(self.rules, slots={**self.rules.slots, key: SlotRules(key, part, **rules)})
        return key

    def session(self, slot: UUID, places: int | None = None, window: Window | None = None, **rules: Any) -> UUID:
        unit = self._unit("session", places, rules)
        made = SessionRules(unit, slot, window or hours(15, 16))
        self.rules = replace(self.rules, sessions={**self.rules.sessions, unit: made})
        return unit

    def option(self, places: int | None = None, **rules: Any) -> UUID:
        unit = self._unit("option", places, rules)
        self.rules = replace(self.rules, options=self.rules.options | {unit})
        return unit

    def forget(self, unit: UUID) -> None:
        """The programme no longer has this part, session or option."""
        kept = {key: rules for key, rules in self.rules.sessions.items() if key != unit}
        parts = {key: rules for key, rules in self.rules.parts.items() if key != unit}
        self.rules = replace(self.rules, sessions=kept, parts=parts, options=self.rules.options - {unit})

    def set(self, **rules: Any) -> None:
        self.rules = replace(self.rules, **rules)

    def set_part(self, part: UUID, **rules: Any) -> None:
        self.set(parts={**self.rules.parts, part: replace(self.rules.parts[part], **rules)})

    def set_slot(self, slot: UUID, **rules: Any) -> None:
        self.set(slots={**self.rules.slots, slot: replace(self.rules.slots[slot], **rules)})

    def unit(self, key: UUID) -> Unit:
        return self.rows.units[key]

    def _unit(self, kind: Kind, places: int | None, rules: dict[str, Any]) -> UUID:
        key = self._next_id()
        of_unit = {name: rules.pop(name) for name in ("reserve", "offers_waiting", "promotes_until") if name in rules}
        of_unit.setdefault("promotes_until", NOON_BEFORE)
        self.rows.units[key] = Unit(key, kind, places, ceiling=places, **of_unit)
        return key

    def _next_id(self) -> UUID:
        """Ids in the order of making, so that "then by unit id" can be read off a test."""
        self._ids += 1
        return UUID(int=self._ids)

    # what people ask for

    def ask(self, *requests: Request) -> tuple[Outcome, ...]:
        """Settled as one batch."""
        before = self.rows.copy()
        settled = self.rows.settle(self.rules, requests, self.now, self.spare)
        check(self.rules, before, self.rows, requests, self.now)
        return settled.outcomes

    def register(self, name: str, *parts: UUID, choices: Choices | None = None, **details: Any) -> Outcome:
        return self.ask(a_register(name, *parts, choices=choices, **details))[0]

    def change(self, name: str, *parts: UUID, choices: Choices | None = None, **details: Any) -> Outcome:
        return self.ask(a_change(name, *parts, choices=choices, **details))[0]

    def cancel(self, name: str, **details: Any) -> Outcome:
        return self.ask(Cancel(uid(name), **details))[0]

    def confirm(self, name: str, **details: Any) -> Outcome:
        return self.ask(Confirm(uid(name), **details))[0]

    def lapse(self, *people: str) -> Outcome:
        return self.ask(Lapse(tuple(map(uid, people))))[0]

    def resize(self, unit: UUID, capacity: int | None, reserve: int = 0, *, insist: bool = False) -> Outcome:
        return self.ask(Resize(unit, capacity, reserve, insist))[0]

    def clear(self, unit: UUID, *people: str) -> Outcome:
        return self.ask(Clear(unit, tuple(map(uid, people)), "erika"))[0]

    def bulk(self, *requests: Change | Cancel, tells: bool = True) -> BulkDone:
        """Its letters are held for five minutes."""
        [done] = self.ask(Bulk(BULK, requests, timedelta(minutes=5), tells))
        assert isinstance(done, BulkDone)
        return done

    def restore(self, done: BulkDone) -> Outcome:
        return self.ask(Restore(BULK, done.people, done.units))[0]

    def forward(self, **delta: float) -> None:
        self.now += timedelta(**delta)

    # what became of it

    def states(self, name: str) -> dict[UUID, State]:
        """What somebody has, released places left out."""
        places = self.rows.people[uid(name)].places.values()
        return {place.unit: place.state for place in places if place.state != RELEASED}

    def waiting(self, unit: UUID) -> list[UUID]:
        return [key for _, key in self.rows.line(unit)]

    def letters(self, name: str) -> list[LetterDue]:
        return [letter for _, letter in self.rows.letters if letter.id == uid(name)]

    def kinds(self, name: str) -> list[str]:
        return [letter.kind for letter in self.letters(name)]


def a_want(parts: tuple[UUID, ...] | None, choices: Choices | None, options: tuple[UUID, ...] | None) -> Want:
    made = {slot: Choice(choice) if isinstance(choice, UUID) else choice for slot, choice in (choices or {}).items()}
    return Want(parts, made, options)


def a_register(name: str, *parts: UUID, choices: Choices | None = None, **details: Any) -> Register:
    """`mailbox`: an address shared with others; `options`: limited answers; the rest as in Register. Waits if full."""
    who = identity(name, details.pop("mailbox", None))
    want = a_want(parts, choices, details.pop("options", None))
    made: dict[str, Any] = {"id": uid(name), "identity": who, "contact": Contact(who.email_key, "de"), "want": want}
    return Register(**{**made, "accept_waiting": True, **details})


def a_change(name: str, *parts: UUID, choices: Choices | None = None, **details: Any) -> Change:
    """Without parts: the parts stay as they are."""
    want = a_want(details.pop("parts", parts or None), choices, details.pop("options", None))
    return Change(uid(name), want, **({"accept_waiting": True} | details))
