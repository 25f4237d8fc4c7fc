"""Cancelling a registration, and releasing the places of a session that is no more."""

from datetime import timedelta

from confman.domain.errors import DeadlinePassed, Refusal, Unknown
from confman.domain.ledger.requests import Choice, Done, Hand, Outcome, Refused, Standing
from tests.domain.ledger_world import ANY_TIME, HAND, NOW, World, uid

CHANGED = Done(changed=True)
UNCHANGED = Done(changed=False)


def reason(outcome: Outcome) -> Refusal:
    assert isinstance(outcome, Refused)
    return outcome.reason


def test_cancelling_releases_everything_and_ends_the_registration() -> None:
    world = World()
    part = world.part(1)
    slot = world.slot(part)
    first, third = world.session(slot, 0), world.session(slot, 1)
    world.register("Ada", part, choices={slot: Choice(first, third)})

    assert world.cancel("Ada") == CHANGED
    assert world.states("Ada") == {}
    assert [world.unit(key).held for key in (part, first, third)] == [0, 0, 0]
    assert world.unit(first).waiting == 0
    assert world.rows.people[uid("Ada")].ended_by == "self"


def test_cancelling_twice_changes_nothing_and_sends_nothing() -> None:
    world = World()
    world.register("Ada", world.part(1))
    world.cancel("Ada")

    assert world.cancel("Ada", by="organiser") == UNCHANGED
    assert world.kinds("Ada") == ["registered", "cancelled"]
    assert world.rows.people[uid("Ada")].ended_by == "self"


def test_who_is_unknown_cannot_cancel() -> None:
    outcome = World().cancel("Ada")

    assert isinstance(reason(outcome), Unknown)


def test_cancelling_is_possible_until_before_cancel_until() -> None:
    world = World()
    until = NOW + timedelta(days=1)
    part = world.part(None, cancel_until=until)
    for name in ("Ada", "Ben", "Cem", "Dora"):
        world.register(name, part)

    world.now = until - timedelta(microseconds=1)
    assert world.cancel("Ada") == CHANGED
    world.now = until
    refused = reason(world.cancel("Ben"))
    assert isinstance(refused, DeadlinePassed)
    assert refused.closed_at == until
    assert reason(world.cancel("Ben", by="organiser", hand=HAND)) is not None
    assert world.cancel("Ben", by="organiser", hand=ANY_TIME) == CHANGED


def test_a_cancelled_event_ends_registrations_at_any_time() -> None:
    world = World()
    world.register("Ada", world.part(None, cancel_until=NOW))

    assert world.cancel("Ada", by="event") == CHANGED
    assert world.letters("Ada")[-1].by == "event"


def test_cancelling_is_possible_until_the_last_of_the_parts_closes_for_it() -> None:
    world = World()
    until = NOW + timedelta(days=1)
    early, late = world.part(None, cancel_until=NOW), world.part(None, cancel_until=until)
    world.register("Ada", early, late)

    world.now = until - timedelta(microseconds=1)

    assert world.cancel("Ada") == CHANGED


def test_a_part_dropped_before_does_not_hold_the_cancelling_open() -> None:
    world = World()
    early, late = world.part(None, cancel_until=NOW + timedelta(hours=1)), world.part(None)
    world.register("Ada", early, late)
    world.change("Ada", early)

    world.forward(hours=2)

    assert isinstance(reason(world.cancel("Ada")), DeadlinePassed)


def test_a_part_without_an_end_of_cancelling_can_always_be_cancelled() -> None:
    world = World()
    early, late = world.part(None, cancel_until=NOW), world.part(None)
    world.register("Ada", early, late)

    assert world.cancel("Ada") == CHANGED


def test_a_cancellation_by_hand_may_be_silent() -> None:
    world = World()
    world.register("Ada", world.part(1))

    world.cancel("Ada", by="organiser", hand=Hand("erika", tells=False))

    assert world.kinds("Ada") == ["registered"]


def test_the_letter_names_what_was_cancelled_and_by_whom() -> None:
    world = World()
    part = world.part(1)
    world.register("Ada", part)

    world.cancel("Ada", by="organiser", hand=HAND)

    letter = world.letters("Ada")[-1]
    assert (letter.kind, letter.before, letter.places, letter.by) == (
        "cancelled",
        (Standing(part, "held"),),
        (),
        "organiser",
    )


# a session that is no more


def test_clearing_releases_the_places_of_a_session_and_leaves_the_telling_to_whoever_asks() -> None:
    world = World()
    part = world.part(None)
    slot = world.slot(part)
    forum, other = world.session(slot, 1), world.session(slot, 5)
    world.register("Ada", part, choices={slot: forum})
    world.register("Ben", part, choices={slot: Choice(forum, until_then=other)})
    world.register("Cem", part, choices={slot: other})
    world.forget(forum)

    assert world.clear(forum, "Ada", "Ben", "Cem", "nobody") == CHANGED

    assert world.states("Ada") == {part: "held"}
    assert world.states("Ben") == {part: "held", other: "held"}
    assert [world.kinds(name) for name in ("Ada", "Ben", "Cem")] == [["registered"]] * 3
    assert (world.unit(forum).held, world.unit(forum).waiting) == (0, 0)


def test_clearing_takes_back_wishes() -> None:
    world = World()
    part = world.part(0)
    slot = world.slot(part)
    forum = world.session(slot, 1)
    world.register("Ada", part, choices={slot: forum})
    world.forget(forum)

    assert world.clear(forum, "Ada") == CHANGED
    assert world.states("Ada") == {part: "waiting"}


def test_clearing_twice_changes_nothing() -> None:
    world = World()
    part = world.part(1)
    slot = world.slot(part)
    forum = world.session(slot, 1)
    world.register("Ada", part, choices={slot: forum})
    world.forget(forum)
    world.clear(forum, "Ada")

    assert world.clear(forum, "Ada") == UNCHANGED
