"""Changing works on the difference: what stays keeps its place and its number, all the rest or nothing."""

from uuid import UUID

from confman.domain.errors import (
    ChoiceMissing,
    Full,
)
from confman.domain.ledger.requests import Choice, Done, Outcome, Refused
from tests.domain.ledger_world import HAND, World, uid

CHANGED = Done(changed=True)
UNCHANGED = Done(changed=False)


def reason(outcome: Outcome) -> tuple[type, dict[str, object]]:
    assert isinstance(outcome, Refused)
    return type(outcome.reason), vars(outcome.reason)


def forums(world: World, *places: int) -> tuple[UUID, UUID, list[UUID]]:
    """A part for all with one slot of forums: (part, slot, forums)."""
    part = world.part(None)
    slot = world.slot(part)
    return part, slot, [world.session(slot, count) for count in places]


def test_a_free_forum_is_given_and_the_old_one_released() -> None:
    world = World()
    part, slot, (one, two) = forums(world, 1, 1)
    world.register("Ada", part, choices={slot: one})

    assert world.change("Ada", choices={slot: two}) == CHANGED
    assert world.states("Ada") == {part: "held", two: "held"}


def test_the_released_forum_goes_to_the_first_who_waits() -> None:
    world = World()
    part, slot, (one, two) = forums(world, 1, 1)
    world.register("Ada", part, choices={slot: one})
    world.register("Ben", part, choices={slot: one})

    world.change("Ada", choices={slot: two})

    assert world.states("Ben") == {part: "held", one: "held"}


def test_the_old_forum_stays_held_while_waiting_for_the_new() -> None:
    world = World()
    part, slot, (one, two) = forums(world, 0, 1)
    world.register("Ada", part, choices={slot: two})

    world.change("Ada", choices={slot: one})

    assert world.states("Ada") == {part: "held", one: "waiting", two: "held"}


def test_another_substitute_is_taken_if_it_is_free() -> None:
    world = World()
    part, slot, (one, two, three) = forums(world, 0, 1, 1)
    world.register("Ada", part, choices={slot: two})

    world.change("Ada", choices={slot: Choice(one, until_then=three)})

    assert world.states("Ada") == {part: "held", one: "waiting", three: "held"}


def test_a_substitute_that_is_full_refuses_the_whole_change() -> None:
    world = World()
    part, slot, (one, two, three) = forums(world, 0, 1, 0)
    world.register("Ada", part, choices={slot: two})

    outcome = world.change("Ada", choices={slot: Choice(one, until_then=three)})

    assert reason(outcome) == (Full, {"units": (three,)})
    assert world.states("Ada") == {part: "held", two: "held"}


def test_asking_for_the_same_again_changes_nothing_and_keeps_the_number() -> None:
    world = World()
    part, slot, (one, two) = forums(world, 0, 1)
    pair = Choice(one, until_then=two)
    world.register("Ada", part, choices={slot: pair})
    number = world.rows.seq

    assert world.change("Ada", part, choices={slot: pair}) == UNCHANGED
    assert world.change("Ada", choices={slot: one}) == UNCHANGED
    assert world.rows.seq == number
    assert world.kinds("Ada") == ["registered"]


def test_changing_the_substitute_keeps_the_number_on_the_waiting_list() -> None:
    world = World()
    part, slot, (one, two, three) = forums(world, 0, 1, 1)
    world.register("Ada", part, choices={slot: Choice(one, until_then=two)})
    world.register("Ben", part, choices={slot: one})

    world.change("Ada", choices={slot: Choice(one, until_then=three)})

    assert world.states("Ada") == {part: "held", one: "waiting", three: "held"}
    assert world.waiting(one) == [uid("Ada"), uid("Ben")]


def test_choosing_the_seat_one_has_ends_the_waiting() -> None:
    world = World()
    part, slot, (one, two) = forums(world, 0, 1)
    world.register("Ada", part, choices={slot: Choice(one, until_then=two)})

    assert world.change("Ada", choices={slot: two}) == CHANGED
    assert world.states("Ada") == {part: "held", two: "held"}


def test_waiting_for_another_forum_gives_up_the_first_waiting_place() -> None:
    world = World()
    part, slot, (one, two, three) = forums(world, 0, 0, 1)
    world.register("Ada", part, choices={slot: Choice(one, until_then=three)})

    world.change("Ada", choices={slot: two})

    assert world.states("Ada") == {part: "held", two: "waiting", three: "held"}


def test_a_free_forum_ends_both_the_waiting_and_the_seat() -> None:
    world = World()
    part, slot, (one, two, three) = forums(world, 0, 1, 1)
    world.register("Ada", part, choices={slot: Choice(one, until_then=two)})

    world.change("Ada", choices={slot: three})

    assert world.states("Ada") == {part: "held", three: "held"}


def test_a_full_forum_is_refused_to_whom_does_not_want_to_wait() -> None:
    world = World()
    part, slot, (one, two) = forums(world, 0, 1)
    world.register("Ada", part, choices={slot: two})

    assert reason(world.change("Ada", choices={slot: one}, accept_waiting=False)) == (Full, {"units": (one,)})


def test_i_decide_later_releases_the_choice() -> None:
    world = World()
    part, slot, (one, two) = forums(world, 0, 1)
    world.register("Ada", part, choices={slot: Choice(one, until_then=two)})

    world.change("Ada", choices={slot: None})

    assert world.states("Ada") == {part: "held"}


def test_if_anything_is_refused_nothing_changes() -> None:
    world = World()
    part, slot, (one, two) = forums(world, 1, 1)
    other = world.part(0)
    world.register("Ada", part, choices={slot: one})

    outcome = world.change("Ada", part, other, choices={slot: two}, accept_waiting=False)

    assert reason(outcome) == (Full, {"units": (other,)})
    assert world.states("Ada") == {part: "held", one: "held"}


def test_adding_a_part_keeps_what_is_there() -> None:
    world = World()
    part, slot, (one,) = forums(world, 1)
    other = world.part(1)
    world.register("Ada", part, choices={slot: one})
    number = world.rows.people[uid("Ada")].places[one].seq

    world.change("Ada", part, other)

    assert world.states("Ada") == {part: "held", one: "held", other: "held"}
    assert world.rows.people[uid("Ada")].places[one].seq == number


def test_dropping_a_part_releases_its_sessions_and_nothing_else() -> None:
    world = World()
    part, slot, (one, two) = forums(world, 0, 1)
    other = world.part(1)
    lunch = world.option(1)
    world.register("Ada", part, other, choices={slot: Choice(one, until_then=two)}, options=(lunch,))

    world.change("Ada", other)

    assert world.states("Ada") == {other: "held", lunch: "held"}


def test_dropping_a_part_releases_also_a_session_that_lost_its_time() -> None:
    world = World()
    part, slot, (one,) = forums(world, 1)
    other = world.part(1)
    world.register("Ada", part, other, choices={slot: one})
    world.forget(one)

    world.change("Ada", other)

    assert world.states("Ada") == {other: "held"}


def test_a_dropped_part_goes_to_the_first_who_waits_with_wishes() -> None:
    world = World()
    part, other = world.part(1), world.part(None)
    slot = world.slot(part)
    forum = world.session(slot, 1)
    world.register("Ada", part, other, choices={slot: forum})
    world.register("Ben", part, choices={slot: forum})

    world.change("Ada", other)

    assert world.states("Ben") == {part: "held", forum: "held"}


def test_dropping_the_last_part_is_to_cancel() -> None:
    world = World()
    part = world.part(1)
    world.register("Ada", part)

    assert world.change("Ada", parts=()) == CHANGED
    assert world.rows.people[uid("Ada")].ended_by == "self"
    assert world.kinds("Ada") == ["registered", "cancelled"]


def test_dropping_the_last_part_by_hand_is_the_organisers_cancellation() -> None:
    world = World()
    part = world.part(1)
    world.register("Ada", part)

    world.change("Ada", parts=(), options=(), hand=HAND)

    assert world.rows.people[uid("Ada")].ended_by == "organiser"


def test_an_option_without_a_part_is_no_registration() -> None:
    world = World()
    part, lunch = world.part(1), world.option(1)
    world.register("Ada", part)

    assert reason(world.change("Ada", parts=(), options=(lunch,))) == (ChoiceMissing, {"slots": ()})


def test_options_stay_unless_named() -> None:
    world = World()
    part, other = world.part(1), world.part(1)
    lunch, dinner = world.option(1), world.option(1)
    world.register("Ada", part, options=(lunch,))

    world.change("Ada", part, other)
    assert world.states("Ada") == {part: "held", other: "held", lunch: "held"}
    world.change("Ada", options=(dinner,))

    assert world.states("Ada") == {part: "held", other: "held", dinner: "held"}


# choices of a part that waits


def test_the_wish_of_a_waiting_part_can_be_changed() -> None:
    world = World()
    part = world.part(0)
    slot = world.slot(part)
    one, two = world.session(slot, 1), world.session(slot, 1)
    world.register("Ada", part, choices={slot: one})

    assert world.change("Ada", choices={slot: two}) == CHANGED
    assert world.states("Ada") == {part: "waiting", two: "wished"}
    assert world.change("Ada", choices={slot: two}) == UNCHANGED


def test_a_wish_and_its_substitute_can_be_swapped() -> None:
    world = World()
    part = world.part(0)
    slot = world.slot(part)
    one, two = world.session(slot, 1), world.session(slot, 1)
    world.register("Ada", part, choices={slot: Choice(one, two)})

    world.change("Ada", choices={slot: Choice(two, one)})
    world.resize(part, 1)

    assert world.states("Ada") == {part: "held", two: "held"}


def test_a_wish_can_be_taken_back() -> None:
    world = World()
    part = world.part(0)
    slot = world.slot(part)
    forum = world.session(slot, 1)
    world.register("Ada", part, choices={slot: forum})

    world.change("Ada", choices={slot: None})

    assert world.states("Ada") == {part: "waiting"}


def test_a_wish_kept_while_its_session_filled_up_is_no_reason_to_refuse() -> None:
    world = World()
    part = world.part(1)
    slot = world.slot(part)
    one, two = world.session(slot, 1, offers_waiting=False), world.session(slot, 1)
    world.register("Ben", part)
    world.register("Ada", part, choices={slot: one})
    world.change("Ben", choices={slot: one})

    assert world.change("Ada", choices={slot: Choice(one, two)}) == CHANGED
    assert world.states("Ada") == {part: "waiting", one: "wished", two: "wished"}


def test_an_added_part_that_is_full_waits_with_its_wishes() -> None:
    world = World()
    part, full = world.part(1), world.part(0)
    slot = world.slot(full)
    forum = world.session(slot, 1)
    world.register("Ada", part)

    world.change("Ada", part, full, choices={slot: forum})

    assert world.states("Ada") == {part: "held", full: "waiting", forum: "wished"}
