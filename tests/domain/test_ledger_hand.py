"""What only an organiser's hand can do, and what is said of it afterwards."""

from dataclasses import replace

import pytest

from confman.domain.errors import EventCancelled
from confman.domain.ledger import settle
from confman.domain.ledger.requests import (
    Accepted,
    AlreadyRegistered,
    Cancel,
    Change,
    Choice,
    Confirm,
    Done,
    Lapse,
    Moved,
    Promoted,
    Refused,
    Request,
    Settled,
    Want,
)
from tests.domain.ledger_world import HAND, ONE_MORE, World, a_register, uid


def test_one_more_is_given_of_the_named_units_only() -> None:
    world = World()
    part = world.part(1)
    slot = world.slot(part)
    forum = world.session(slot, 1)
    world.register("Ben", part, choices={slot: forum})
    world.register("Ada", part, choices={slot: forum}, hand=replace(ONE_MORE, only=frozenset({part})))

    assert world.states("Ada") == {part: "held", forum: "waiting"}
    assert (world.unit(part).ceiling, world.unit(forum).ceiling) == (2, 1)


def test_it_is_said_of_what_there_is_one_more() -> None:
    world = World()
    part, free = world.part(0), world.part(5)
    slot = world.slot(free)
    forum = world.session(slot, 0)

    accepted = world.register("Ada", part, free, hand=ONE_MORE)
    changed = world.change("Ada", choices={slot: forum}, hand=ONE_MORE)

    assert isinstance(accepted, Accepted)
    assert accepted.beyond == (part,)
    assert isinstance(changed, Done)
    assert changed.moves == (Moved(forum, None, "held", beyond=True),)


@pytest.mark.parametrize("by", ["self", "organiser", "event"])
def test_a_hand_lets_in_again_who_was_cancelled_by_whomever(by: str) -> None:
    world = World()
    part = world.part(1)
    world.register("Ada", part)
    world.cancel("Ada", by=by)
    world.register("Ben", part)

    refused = world.confirm("Ada", hand=HAND) if by != "self" else None
    world.confirm("Ada", hand=HAND, returns=True)

    assert refused is None or isinstance(refused, Refused)
    assert world.states("Ada") == {part: "waiting"}
    assert world.rows.people[uid("Ada")].ended_by is None


def test_a_hand_lets_in_again_beyond_capacity_and_after_the_start() -> None:
    world = World()
    part = world.part(1)
    world.register("Ada", part)
    world.cancel("Ada", by="organiser")
    world.register("Ben", part)
    world.forward(days=100)

    outcome = world.confirm("Ada", hand=ONE_MORE, returns=True)

    assert world.states("Ada") == {part: "held"}
    assert isinstance(outcome, Accepted)
    assert outcome.beyond == (part,)


def test_nobody_is_let_in_again_to_a_cancelled_event_or_twice() -> None:
    world = World()
    part = world.part(5)
    world.register("Ada", part)
    world.cancel("Ada", by="organiser")
    world.set(is_cancelled=True)
    cancelled = world.confirm("Ada", hand=HAND, returns=True)
    world.set(is_cancelled=False)
    world.ask(replace(a_register("Ada", part), id=uid("Ada again")))

    twice = world.confirm("Ada", hand=HAND, returns=True)

    assert isinstance(cancelled, Refused)
    assert isinstance(cancelled.reason, EventCancelled)
    assert isinstance(twice, AlreadyRegistered)
    assert twice.id == uid("Ada again")


def test_what_was_moved_is_said_and_who_moved_up_for_it() -> None:
    world = World()
    part = world.part(None)
    slot = world.slot(part)
    first, third = world.session(slot, 1), world.session(slot, 1)
    world.register("Ada", part, choices={slot: first})
    world.register("Ben", part, choices={slot: Choice(first, third)})
    world.register("Cem", part, choices={slot: third})

    settled = settled_alone(world, Change(uid("Ada"), Want(None, {slot: None}), hand=HAND))

    assert settled.outcomes[0] == Done(changed=True)
    assert isinstance(settled.outcomes[0], Done)
    assert settled.outcomes[0].moves == (Moved(first, "held", None),)
    assert settled.changes.promoted == (
        Promoted(uid("Ben"), (Moved(first, "waiting", "held"), Moved(third, "held", None))),
        Promoted(uid("Cem"), (Moved(third, "waiting", "held"),)),
    )


def test_who_moves_up_in_two_steps_is_named_once() -> None:
    world = World()
    one, two = world.part(1), world.part(1)
    world.register("Ada", one, two)
    world.register("Ben", one, two)

    settled = settled_alone(world, Cancel(uid("Ada")))

    [promoted] = settled.changes.promoted
    assert promoted.moves == (Moved(one, "waiting", "held"), Moved(two, "waiting", "held"))


def test_those_whom_a_lapse_ended_are_named() -> None:
    world = World(confirms_address=True)
    part = world.part(None)
    for name in ("Ada", "Ben"):
        world.register(name, part)
    world.confirm("Ben")
    world.forward(days=10)

    outcome = world.ask(Lapse((uid("Ada"), uid("Ben"), uid("nobody"))))[0]

    assert isinstance(outcome, Done)
    assert outcome.ended == (uid("Ada"),)


def test_a_confirmation_by_hand_may_go_without_a_letter() -> None:
    world = World(confirms_address=True)
    part = world.part(None)
    world.register("Ada", part)

    world.ask(Confirm(uid("Ada"), replace(HAND, tells=False)))

    assert world.rows.people[uid("Ada")].confirmed
    assert world.kinds("Ada") == ["confirm"]


def settled_alone(world: World, request: Request) -> Settled:
    settled = settle(world.rows.book(world.rules, [request], world.now, 8), [request], world.now)
    assert isinstance(settled, Settled)
    return settled
