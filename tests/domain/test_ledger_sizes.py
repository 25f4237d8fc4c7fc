"""The organiser's hand: capacity, reserve and one more."""

from confman.domain.errors import BelowHeld, Refusal, Unknown
from confman.domain.ledger.book import Answer
from confman.domain.ledger.requests import Accepted, Done, Outcome, Promote, Refused, Resize, Standing
from tests.domain.ledger_world import HAND, ONE_MORE, World, uid

CHANGED = Done(changed=True)
UNCHANGED = Done(changed=False)


def reason(outcome: Outcome) -> Refusal:
    assert isinstance(outcome, Refused)
    return outcome.reason


def a_full_part(world: World, places: int, *more: str) -> object:
    part = world.part(places)
    for name in ("Ada", "Ben", "Cem", "Dora")[:places] + more:
        world.register(name, part)
    return part


def test_more_capacity_moves_up_who_waits() -> None:
    world = World()
    part = world.part(1)
    for name in ("Ada", "Ben", "Cem", "Dora"):
        world.register(name, part)

    assert world.resize(part, 3) == CHANGED
    assert world.waiting(part) == [uid("Dora")]
    assert (world.unit(part).held, world.unit(part).ceiling) == (3, 3)


def test_no_limit_moves_up_all() -> None:
    world = World()
    part = world.part(1)
    for name in ("Ada", "Ben", "Cem"):
        world.register(name, part)

    world.resize(part, None)

    assert (world.unit(part).held, world.unit(part).waiting, world.unit(part).ceiling) == (3, 0, None)


def test_a_limit_can_be_set_where_none_was() -> None:
    world = World()
    part = world.part(None)
    for name in ("Ada", "Ben"):
        world.register(name, part)

    refused = reason(world.resize(part, 1))

    assert isinstance(refused, BelowHeld)
    assert world.resize(part, 2) == CHANGED
    assert world.unit(part).ceiling == 2


def test_lowering_below_held_is_refused_with_the_number() -> None:
    world = World()
    part = world.part(3)
    for name in ("Ada", "Ben", "Cem"):
        world.register(name, part)

    refused = reason(world.resize(part, 1))

    assert isinstance(refused, BelowHeld)
    assert vars(refused) == {"unit": part, "capacity": 1, "held": 3}
    assert world.unit(part).capacity == 3


def test_on_insistence_nobody_loses_a_place_and_nobody_moves_up_until_held_is_below() -> None:
    world = World()
    part = world.part(3)
    for name in ("Ada", "Ben", "Cem", "Dora"):
        world.register(name, part)

    world.resize(part, 1, insist=True)
    assert (world.unit(part).held, world.unit(part).ceiling) == (3, 3)
    world.cancel("Ada")
    assert (world.unit(part).held, world.unit(part).ceiling) == (2, 2)
    world.cancel("Ben")
    assert (world.unit(part).held, world.unit(part).ceiling) == (1, 1)
    assert world.waiting(part) == [uid("Dora")]
    world.cancel("Cem")

    assert world.states("Dora") == {part: "held"}


def test_the_same_size_again_changes_nothing_also_where_more_are_in() -> None:
    world = World()
    part = world.part(1)
    world.register("Ada", part)
    world.register("Ben", part, hand=ONE_MORE)

    assert world.resize(part, 1) == UNCHANGED
    assert world.unit(part).ceiling == 2


def test_raising_a_capacity_that_is_still_below_held_needs_no_insisting() -> None:
    world = World()
    part = world.part(4)
    for name in ("Ada", "Ben", "Cem", "Dora"):
        world.register(name, part)
    world.resize(part, 1, insist=True)

    assert world.resize(part, 2) == CHANGED
    assert (world.unit(part).capacity, world.unit(part).ceiling) == (2, 4)


def test_an_unknown_unit_cannot_be_resized() -> None:
    outcome = World().resize(uid("gone"), 5)

    assert isinstance(reason(outcome), Unknown)


def test_resizing_twice_in_one_batch_writes_one_size() -> None:
    world = World()
    part = world.part(1)
    world.register("Ada", part)
    world.register("Ben", part)

    world.ask(Resize(part, 5), Resize(part, 2, reserve=1))

    assert world.unit(part).capacity == 2
    assert world.unit(part).reserve == 1
    assert world.states("Ben") == {part: "held"}


# the reserve


def test_the_reserve_is_not_for_newcomers() -> None:
    world = World()
    part = world.part(2, reserve=1)
    world.register("Ada", part)

    world.register("Ben", part)

    assert world.states("Ben") == {part: "waiting"}


def test_the_reserve_is_not_for_those_who_wait() -> None:
    world = World()
    part = world.part(2, reserve=1)
    for name in ("Ada", "Ben", "Cem"):
        world.register(name, part)

    world.cancel("Ada")

    assert world.states("Ben") == {part: "held"}
    assert world.waiting(part) == [uid("Cem")]


def test_an_organiser_gives_a_place_of_the_reserve_past_those_who_wait() -> None:
    world = World()
    part = world.part(2, reserve=1)
    for name in ("Ada", "Ben"):
        world.register(name, part)

    outcome = world.register("Cem", part, hand=HAND)

    assert outcome == Accepted(uid("Cem"), (Standing(part, "held"),), Answer("held", None))
    assert world.unit(part).reserve == 0
    assert world.unit(part).ceiling == 2
    assert world.waiting(part) == [uid("Ben")]


def test_the_reserve_is_touched_only_where_nothing_else_is_free() -> None:
    world = World()
    part = world.part(2, reserve=1)

    world.register("Ada", part, hand=HAND)

    assert world.unit(part).reserve == 1


def test_an_organiser_without_reserve_waits_like_others() -> None:
    world = World()
    part = world.part(1)
    world.register("Ada", part)

    world.register("Ben", part, hand=HAND)

    assert world.states("Ben") == {part: "waiting"}


def test_a_reserve_above_a_lowered_capacity_gives_nothing() -> None:
    world = World()
    part = world.part(2)
    for name in ("Ada", "Ben"):
        world.register(name, part)
    world.resize(part, 1, reserve=1, insist=True)

    world.register("Cem", part, hand=HAND)

    assert world.states("Cem") == {part: "waiting"}


def test_the_reserve_is_freed_to_all_by_one_click() -> None:
    world = World()
    part = world.part(2, reserve=1)
    for name in ("Ada", "Ben"):
        world.register(name, part)

    assert world.resize(part, 2, reserve=0) == CHANGED
    assert world.states("Ben") == {part: "held"}


def test_a_place_of_the_reserve_that_is_released_goes_to_who_waits() -> None:
    world = World()
    part = world.part(2, reserve=1)
    for name in ("Ada", "Ben"):
        world.register(name, part)
    world.register("Cem", part, hand=HAND)

    world.cancel("Cem")

    assert world.states("Ben") == {part: "held"}


# one more


def test_one_more_raises_the_ceiling_by_one_for_one_person() -> None:
    world = World()
    part = world.part(1)
    for name in ("Ada", "Ben"):
        world.register(name, part)

    world.register("Cem", part, hand=ONE_MORE)

    assert world.states("Cem") == {part: "held"}
    assert (world.unit(part).held, world.unit(part).capacity, world.unit(part).ceiling) == (2, 1, 2)
    assert world.rows.people[uid("Cem")].places[part].given_by == "erika"
    assert world.waiting(part) == [uid("Ben")]


def test_the_ceiling_shrinks_back_instead_of_promoting() -> None:
    world = World()
    part = world.part(1)
    for name in ("Ada", "Ben"):
        world.register(name, part)
    world.register("Cem", part, hand=ONE_MORE)

    world.cancel("Cem")

    assert (world.unit(part).held, world.unit(part).ceiling) == (1, 1)
    assert world.waiting(part) == [uid("Ben")]


def test_whoever_leaves_first_shrinks_the_ceiling() -> None:
    world = World()
    part = world.part(1)
    for name in ("Ada", "Ben"):
        world.register(name, part)
    world.register("Cem", part, hand=ONE_MORE)

    world.cancel("Ada")

    assert (world.unit(part).held, world.unit(part).ceiling) == (1, 1)
    assert world.waiting(part) == [uid("Ben")]


def test_one_more_takes_a_place_of_the_reserve_first() -> None:
    world = World()
    part = world.part(2, reserve=1)
    world.register("Ada", part)

    world.register("Ben", part, hand=ONE_MORE)

    assert (world.unit(part).reserve, world.unit(part).ceiling) == (0, 2)


def test_one_more_raises_all_that_is_missing() -> None:
    world = World()
    part = world.part(0)
    slot = world.slot(part)
    forum = world.session(slot, 0)
    lunch = world.option(0)

    world.register("Ada", part, choices={slot: forum}, options=(lunch,), hand=ONE_MORE)

    assert world.states("Ada") == {part: "held", lunch: "held", forum: "held"}
    assert [world.unit(key).ceiling for key in (part, forum, lunch)] == [1, 1, 1]


def test_one_more_above_a_capacity_that_was_lowered() -> None:
    world = World()
    part = world.part(2)
    for name in ("Ada", "Ben"):
        world.register(name, part)
    world.resize(part, 1, insist=True)

    world.register("Cem", part, hand=ONE_MORE)

    assert (world.unit(part).held, world.unit(part).ceiling) == (3, 3)


def test_one_more_for_who_does_not_count_raises_nothing() -> None:
    world = World()
    part = world.part(0)

    world.register("Press", part, counts=False, hand=ONE_MORE)

    assert (world.unit(part).held, world.unit(part).ceiling) == (0, 0)
    assert world.rows.people[uid("Press")].places[part].given_by == "erika"


def test_who_was_admitted_and_asks_anew_is_not_admitted_again() -> None:
    world = World()
    part, other = world.part(0), world.part(5)
    world.register("Ada", part, other, hand=ONE_MORE)

    world.change("Ada", other)
    world.change("Ada", other, part)

    assert world.states("Ada") == {other: "held", part: "waiting"}
    assert world.rows.people[uid("Ada")].places[part].given_by is None


def test_a_hand_changes_a_forum_past_those_who_wait() -> None:
    world = World()
    part = world.part(None)
    slot = world.slot(part)
    one, two = world.session(slot, 1), world.session(slot, 1)
    world.register("Ada", part, choices={slot: one})
    world.register("Ben", part, choices={slot: two})
    world.register("Cem", part, choices={slot: one})

    world.change("Ben", choices={slot: one}, hand=ONE_MORE)

    assert world.states("Ben") == {part: "held", one: "held"}
    assert (world.unit(one).ceiling, world.unit(two).held) == (2, 0)


def test_a_hand_gives_a_forum_somebody_waits_for() -> None:
    world = World()
    part = world.part(None)
    slot = world.slot(part)
    one, two = world.session(slot, 0), world.session(slot, 1)
    lunch = world.option(0)
    world.register("Ada", part, choices={slot: one}, options=(lunch,))
    world.change("Ada", choices={slot: two})
    world.register("Ben", part, choices={slot: one})

    world.change("Ben", choices={slot: one}, hand=ONE_MORE)
    world.change("Ada", options=(lunch,), hand=ONE_MORE)

    assert world.states("Ben") == {part: "held", one: "held"}
    assert world.states("Ada") == {part: "held", two: "held", lunch: "held"}


def test_a_hand_reaches_a_unit_without_limit_whoever_waits() -> None:
    """Only between an organiser's change and the promotion that follows it."""
    world = World()
    part = world.part(0)
    world.register("Ada", part)
    unit = world.unit(part)
    unit.capacity = unit.ceiling = None

    outcomes = world.ask(Promote())

    assert outcomes == (UNCHANGED,)
    assert world.states("Ada") == {part: "held"}
