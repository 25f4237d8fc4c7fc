"""What is limited beside the parts, like lunch: only who takes part in something has it or waits for it."""

from confman.domain.errors import Full
from confman.domain.ledger.requests import Refused
from tests.domain.ledger_world import HAND, World


def test_lunch_is_wished_for_while_the_part_is_waited_for_and_given_with_it() -> None:
    world = World()
    part, lunch = world.part(1), world.option(1)
    world.register("Ada", part)

    world.register("Ben", part, options=(lunch,))
    before, held = world.states("Ben"), world.unit(lunch).held
    world.cancel("Ada")

    assert (before, held) == ({part: "waiting", lunch: "wished"}, 0)
    assert world.states("Ben") == {part: "held", lunch: "held"}


def test_who_moves_up_waits_for_lunch_behind_those_who_do() -> None:
    world = World()
    part, lunch = world.part(2), world.option(1)
    for name in ("Ada", "Ben", "Cem"):
        world.register(name, part, options=(lunch,))

    world.change("Ada", part, options=(lunch,))
    world.cancel("Ben")
    states = world.states("Cem")
    world.cancel("Ada")

    assert states == {part: "held", lunch: "waiting"}
    assert world.states("Cem") == {part: "held", lunch: "held"}


def test_lunch_that_is_no_longer_offered_is_not_given_with_the_part() -> None:
    world = World()
    part, lunch = world.part(1), world.option(1)
    world.register("Ada", part)
    world.register("Ben", part, options=(lunch,))
    world.forget(lunch)

    world.cancel("Ada")

    assert world.states("Ben") == {part: "held"}


def test_a_lunch_that_cannot_be_had_cannot_be_wished_for() -> None:
    world = World()
    part, lunch = world.part(0), world.option(0, offers_waiting=False)

    outcome = world.register("Ada", part, options=(lunch,))

    assert isinstance(outcome, Refused)
    assert isinstance(outcome.reason, Full)
    assert outcome.reason.units == (lunch,)


def test_who_gives_up_the_only_part_held_gives_up_lunch_until_there_is_another() -> None:
    world = World()
    part, full, lunch = world.part(1), world.part(0), world.option(1)
    world.register("Ada", part, options=(lunch,))

    world.change("Ada", full)
    between, held = world.states("Ada"), world.unit(lunch).held
    world.change("Ada", full, part)

    assert (between, held) == ({full: "waiting", lunch: "wished"}, 0)
    assert world.states("Ada") == {full: "waiting", part: "held", lunch: "held"}


def test_a_wish_for_lunch_stays_as_it_is_while_nothing_else_changes() -> None:
    world = World()
    full, lunch = world.part(0), world.option(1)
    world.register("Ada", full, options=(lunch,))

    world.change("Ada", full, options=(lunch,))
    states = world.states("Ada")
    world.change("Ada", options=())

    assert states == {full: "waiting", lunch: "wished"}
    assert world.states("Ada") == {full: "waiting"}


def test_who_is_given_the_part_by_hand_has_lunch_too() -> None:
    world = World()
    part, lunch = world.part(1, reserve=1), world.option(1)

    world.register("Ada", part, options=(lunch,))
    world.change("Ada", part, hand=HAND)

    assert world.states("Ada") == {part: "held", lunch: "held"}
