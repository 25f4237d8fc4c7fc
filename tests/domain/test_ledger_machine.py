"""Any history of requests keeps every invariant of `ledger_invariants`, as a database and its clerk would see it.

CONFMAN_RACE_SIZE=full raises the number and the length of the histories.
"""

import os
from dataclasses import replace
from random import Random
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from confman.domain.ledger import settle
from confman.domain.ledger.book import HELD, RELEASED, WAITING
from confman.domain.ledger.requests import (
    BulkDone,
    Cancel,
    Clear,
    Confirm,
    Done,
    Lapse,
    Outcome,
    Promote,
    Refused,
    Request,
    Resize,
    Restore,
    Settled,
)
from tests.domain.ledger_histories import PROGRAMME, Crowd, a_programme, plain, sizes
from tests.domain.ledger_rows import Rows
from tests.domain.ledger_world import NOON_BEFORE, World, uid

FULL = os.environ.get("CONFMAN_RACE_SIZE") == "full"
SEEDS = st.integers(0, 2**32)


class Ledger(RuleBasedStateMachine):
    """Every settlement goes through `World.ask`, which checks all that must hold."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.crowd = Crowd(Random(0))
        self.steps = 0

    @initialize(seed=SEEDS)
    def an_event(self, seed: int) -> None:
        random = self._random(seed)
        self.world = World(
            confirms_address=random.random() < 0.5,
            offers_waiting=random.random() < 0.9,
            max_per_address=random.randint(2, 6),
        )
        a_programme(self.world, sizes(random))
        self.world.forward(hours=random.choice([0, 1, 1, 1]))
        self._ask(random, 8, 15)

    def _random(self, seed: int) -> Random:
        """Another at every step, also for the same seed."""
        self.steps += 1
        return Random(f"{seed} {self.steps}")

    @rule(seed=SEEDS, spare=st.integers(0, 3))
    def somebody_asks(self, seed: int, spare: int) -> None:
        self._ask(self._random(seed), spare, 1)

    @rule(seed=SEEDS, spare=st.integers(0, 3), count=st.integers(2, 9))
    def many_ask_at_once(self, seed: int, spare: int, count: int) -> None:
        self._ask(self._random(seed), spare, count)

    def _ask(self, random: Random, spare: int, count: int) -> None:
        """`spare`: how little of the waiting lists is read at first."""
        self.world.spare = spare
        self.world.forward(days=random.choice([0, 0, 0, 0, 0.01, 0.5, 2]))
        self.crowd.random = random
        self.world.ask(*self.crowd.asks(count))
        self.crowd.look_around(self.world.rows.people)

    @rule(seed=SEEDS, meanwhile=st.sampled_from([0, 0, 1, 2]))
    def many_are_asked_for_and_taken_back(self, seed: int, meanwhile: int) -> None:
        """At once, everything is as it was; later, it is so or nothing is changed."""
        world, self.crowd.random = self.world, self._random(seed)
        before, bulk = world.rows.copy(), self.crowd.bulks()
        [done] = world.ask(bulk)
        assert isinstance(done, BulkDone)
        world.ask(*self.crowd.asks(meanwhile))
        between = world.rows.copy()

        [outcome] = world.ask(Restore(bulk.id, done.people, done.units))

        if not meanwhile:
            assert outcome == Done(changed=bool(done.people))
        as_it_was(world.rows, between if isinstance(outcome, Refused) else before, {one.id for one in done.people})
        self.crowd.look_around(world.rows.people)

    @rule(seed=SEEDS)
    def something_else_happens(self, seed: int) -> None:
        random = self._random(seed)
        happens = (self.holds_lapse, self.a_category_changes, self.promotion_ends_elsewhen, self.a_session_is_cancelled)
        random.choices(happens, [4, 2, 3, 1])[0](random)

    def holds_lapse(self, random: Random) -> None:
        """And some click late."""
        self.world.forward(days=random.choice([1, 4, 4, 10]))
        due = tuple(key for key, person in self.world.rows.people.items() if person.is_live and not person.confirmed)
        self.world.ask(Lapse(due))
        late = [key for key in due if self.world.rows.people[key].ended_by == "lapse" and random.random() < 0.5]
        self.world.ask(*map(Confirm, late))

    def a_category_changes(self, random: Random) -> None:
        for person in random.sample(list(self.world.rows.people.values()), min(2, len(self.world.rows.people))):
            person.counts = random.random() < 0.5

    def promotion_ends_elsewhen(self, random: Random) -> None:
        unit = self.world.rows.units[random.choice(PROGRAMME.units)]
        unit.promotes_until = random.choice([NOON_BEFORE, None, self.world.now])
        self.world.ask(Promote())

    def a_session_is_cancelled(self, random: Random) -> None:
        """Its places are released some now, some in a later batch."""
        session = random.choice(PROGRAMME.sessions)
        rows = self.world.rows
        there = [key for key, person in rows.people.items() if session in person.places]
        self.world.forget(session)
        for some in (there[::2], there[1::2]):
            self.world.ask(Clear(session, tuple(some), "erika"))
        assert all(person.places[session].state == RELEASED for person in (rows.people[key] for key in there))

    @rule(seed=SEEDS)
    def nobody_learns_who_is_registered(self, seed: int) -> None:
        """Who is known and another over the same mailbox get the same answer."""
        world, random = self.world, self._random(seed)
        known = [person for person in world.rows.people.values() if person.is_live and person.identity.email_key]
        person = random.choice(known) if known else None
        if person is None:
            return
        request = replace(Crowd(random).registers(), id=uid("again"), key=None, hand=None, contact=person.contact)
        stranger = replace(person.identity, name_key="stranger")

        told = [self._told(replace(request, identity=identity)) for identity in (person.identity, stranger)]

        assert told[0] == told[1]

    def _told(self, request: Request) -> object:
        outcome: Outcome = self._settled([request]).outcomes[0]
        return getattr(outcome, "answer", None) or plain(outcome)

    def _settled(self, requests: list[Request]) -> Settled:
        """Not written."""
        world = self.world
        settled = settle(world.rows.book(world.rules, requests, world.now, 99), requests, world.now)
        assert isinstance(settled, Settled)
        return settled

    @rule(seed=SEEDS)
    def settling_is_pure(self, seed: int) -> None:
        """Equal inputs give equal outputs, and the book stays as it was."""
        world, requests = self.world, Crowd(self._random(seed), dict(self.crowd.parts), asked=1000).asks(6)
        book, same = (world.rows.book(world.rules, requests, world.now, 99) for _ in range(2))

        first, second = settle(book, requests, world.now), settle(same, requests, world.now)

        assert isinstance(first, Settled)
        assert isinstance(second, Settled)
        assert book == world.rows.book(world.rules, requests, world.now, 99)
        assert first.changes == second.changes
        assert list(map(plain, first.outcomes)) == list(map(plain, second.outcomes))

    def teardown(self) -> None:
        """In the end all leave, and every count is nought."""
        world = self.world
        world.set(is_cancelled=True)
        world.ask(*(Resize(unit, 0, insist=True) for unit in world.rows.units))
        world.ask(*(Cancel(person, "event") for person in world.rows.people))
        assert {(unit.held, unit.waiting, unit.ceiling) for unit in world.rows.units.values()} <= {(0, 0, 0)}


def as_it_was(rows: Rows, before: Rows, people: set[UUID]) -> None:
    """What was given up and is given up again is not looked at; who moves up at once again is no fault."""
    for key in people:
        now, then = rows.people[key], before.people[key]
        assert now.ended_by == then.ended_by
        moved_up = {place.unit for place in now.places.values() if place.state == HELD}
        for unit in {**now.places, **then.places}:
            was, place = then.places.get(unit), now.places[unit]
            if was is not None and was.state != RELEASED and not (was.state == WAITING and unit in moved_up):
                assert place == was or place.lane in {now.places[one].lane for one in moved_up}


Ledger.TestCase.settings = settings(
    max_examples=2000 if FULL else 60, stateful_step_count=80 if FULL else 30, deadline=None
)
test_any_history_keeps_what_must_hold = Ledger.TestCase
