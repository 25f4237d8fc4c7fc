"""Nobody is in two places at once: judged by time at every request."""

from uuid import UUID

import pytest

from confman.domain.errors import Clash
from confman.domain.ledger.requests import Accepted, Choice, Done, Outcome, Refused
from tests.domain.ledger_world import HAND, World, hours, uid


def units(outcome: Outcome) -> tuple[UUID, UUID]:
    assert isinstance(outcome, Refused)
    assert isinstance(outcome.reason, Clash)
    return outcome.reason.units


def test_two_parts_that_overlap_cannot_both_be_had() -> None:
    world = World()
    workshop, walk = world.part(1, window=hours(9.5, 13)), world.part(1, window=hours(12.75, 13.75))

    assert units(world.register("Ada", workshop, walk)) == (workshop, walk)


def test_windows_that_touch_do_not_clash() -> None:
    world = World()
    workshop, walk = world.part(1, window=hours(9.5, 13)), world.part(1, window=hours(13, 14))

    assert isinstance(world.register("Ada", workshop, walk), Accepted)


def test_sessions_of_two_slots_at_the_same_time_clash() -> None:
    world = World()
    part = world.part(1)
    slot, other = world.slot(part), world.slot(part)
    one, two = world.session(slot, 1, hours(15, 16)), world.session(other, 1, hours(15.5, 16.5))

    assert units(world.register("Ada", part, choices={slot: one, other: two})) == (one, two)


def test_a_part_does_not_clash_with_its_own_sessions_but_with_those_of_another() -> None:
    world = World()
    conference, walk = world.part(1, window=hours(14, 17)), world.part(1, window=hours(10, 11))
    slot, other = world.slot(conference), world.slot(walk)
    forum, late_tour = world.session(slot, 1, hours(15, 16)), world.session(other, 1, hours(14.5, 15))

    assert isinstance(world.register("Ada", conference, choices={slot: forum}), Accepted)
    assert units(world.register("Ben", conference, walk, choices={other: late_tour})) == (conference, late_tour)


def test_the_seat_meanwhile_and_the_one_waited_for_do_not_clash() -> None:
    world = World()
    part = world.part(1)
    slot = world.slot(part)
    one, two = world.session(slot, 0, hours(15, 16)), world.session(slot, 1, hours(15, 16))

    assert isinstance(world.register("Ada", part, choices={slot: Choice(one, two)}), Accepted)


def test_both_of_a_pair_are_judged_against_the_rest() -> None:
    world = World()
    part = world.part(1)
    slot, other = world.slot(part), world.slot(part)
    one, two = world.session(slot, 0, hours(15, 16)), world.session(slot, 1, hours(16, 17))
    tour = world.session(other, 1, hours(15.5, 15.75))

    assert units(world.register("Ada", part, choices={slot: Choice(one, two), other: tour})) == (one, tour)


@pytest.mark.parametrize("places", [0, 1])
def test_waiting_and_wished_choices_clash_like_held_ones(places: int) -> None:
    """With 0 places the part waits and its choices are wishes; with 1 the forum is waited for."""
    world = World()
    part = world.part(places)
    slot, other = world.slot(part), world.slot(part)
    one, two = world.session(slot, 0, hours(15, 16)), world.session(other, 1, hours(15, 16))

    assert units(world.register("Ada", part, choices={slot: one, other: two})) == (one, two)


def test_what_has_no_time_cannot_clash() -> None:
    world = World()
    timeless, timed = world.part(1), world.part(1, window=hours(9, 17))
    lunch = world.option(1)

    assert isinstance(world.register("Ada", timeless, timed, options=(lunch,)), Accepted)


def test_a_new_choice_is_judged_against_what_is_there() -> None:
    world = World()
    part = world.part(1)
    slot, other = world.slot(part), world.slot(part)
    one, two = world.session(slot, 1, hours(15, 16)), world.session(other, 1, hours(15, 16))
    world.register("Ada", part, choices={slot: one})

    assert units(world.change("Ada", choices={other: two})) == (one, two)
    assert units(world.change("Ada", choices={other: two}, hand=HAND)) == (one, two)


def test_what_is_given_up_in_the_same_request_does_not_clash() -> None:
    world = World()
    part = world.part(1)
    slot, other = world.slot(part), world.slot(part)
    one, two = world.session(slot, 1, hours(15, 16)), world.session(other, 1, hours(15, 16))
    world.register("Ada", part, choices={slot: one})

    world.change("Ada", choices={slot: None, other: two})

    assert world.states("Ada") == {part: "held", two: "held"}


def test_a_clash_is_told_before_what_is_full() -> None:
    world = World()
    workshop, walk = world.part(0, window=hours(9.5, 13)), world.part(0, window=hours(12, 14))

    assert units(world.register("Ada", workshop, walk, accept_waiting=False)) == (workshop, walk)


def test_a_clash_that_came_with_the_programme_does_not_hinder_other_changes() -> None:
    world = World()
    part, other = world.part(1), world.part(1)
    slot, slot2 = world.slot(part), world.slot(part)
    one, two = world.session(slot, 1, hours(15, 16)), world.session(slot2, 1, hours(16, 17))
    world.register("Ada", part, choices={slot: one, slot2: two})
    moved = world.rules.sessions[two]
    world.set(sessions={**world.rules.sessions, two: moved.__class__(two, slot2, hours(18, 19))})

    assert world.change("Ada", part, other) == Done(changed=True)
    assert world.states("Ada") == {part: "held", one: "held", two: "held", other: "held"}
    assert uid("Ada") in world.rows.people
