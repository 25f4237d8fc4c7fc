"""Sitting in one forum while waiting for another, and the wishes of a part that waits."""

from confman.domain.ledger.book import Answer
from confman.domain.ledger.requests import Accepted, Choice, Standing
from tests.domain.ledger_world import World, a_register, hours, uid

# a substitute meanwhile


def test_somebody_sits_in_one_forum_while_waiting_for_another_of_the_same_slot() -> None:
    world = World()
    part = world.part(None)
    slot = world.slot(part)
    first, third = world.session(slot, 0), world.session(slot, 1)

    outcome = world.register("Ada", part, choices={slot: Choice(first, until_then=third)})

    assert outcome == Accepted(
        uid("Ada"),
        (Standing(part, "held"), Standing(first, "waiting", 1), Standing(third, "held")),
        Answer("waiting", None),
    )


def test_the_substitute_is_not_taken_where_the_wanted_forum_is_free() -> None:
    world = World()
    part = world.part(None)
    slot = world.slot(part)
    first, third = world.session(slot, 1), world.session(slot, 1)

    world.register("Ada", part, choices={slot: Choice(first, until_then=third)})

    assert world.states("Ada") == {part: "held", first: "held"}


def test_naming_a_substitute_is_to_accept_waiting() -> None:
    world = World()
    part = world.part(None)
    slot = world.slot(part)
    first, third = world.session(slot, 0), world.session(slot, 1)

    world.register("Ada", part, choices={slot: Choice(first, until_then=third)}, accept_waiting=False)

    assert world.states("Ada") == {part: "held", first: "waiting", third: "held"}


def test_moving_up_releases_the_seat_sat_in_meanwhile_which_moves_up_the_next() -> None:
    world = World()
    part = world.part(None)
    slot = world.slot(part)
    first, third = world.session(slot, 1), world.session(slot, 1)
    world.register("Ada", part, choices={slot: first})
    world.register("Ben", part, choices={slot: Choice(first, until_then=third)})
    world.register("Cem", part, choices={slot: third})

    world.cancel("Ada")

    assert world.states("Ben") == {part: "held", first: "held"}
    assert world.states("Cem") == {part: "held", third: "held"}


def test_a_chain_of_promotions_ends() -> None:
    """Each waits for the forum before and sits in the next: one cancellation moves them all by one."""
    world = World()
    part = world.part(None)
    slot = world.slot(part)
    forums = [world.session(slot, 1) for _ in range(6)]
    people = ["Ada", "Ben", "Cem", "Dora", "Emil", "Frida"]
    world.register(people[0], part, choices={slot: forums[0]})
    for name, wanted, meanwhile in zip(people[1:], forums, forums[1:], strict=False):
        world.register(name, part, choices={slot: Choice(wanted, meanwhile)})

    world.cancel("Ada")

    assert [world.states(name) for name in people[1:]] == [{part: "held", forum: "held"} for forum in forums[:5]]
    assert [world.unit(forum).held for forum in forums] == [1, 1, 1, 1, 1, 0]


def test_two_who_want_each_others_forum_stay_until_somebody_leaves() -> None:
    world = World()
    part = world.part(None)
    slot = world.slot(part)
    one, two = world.session(slot, 1), world.session(slot, 1)
    world.register("Ada", part, choices={slot: one})
    world.register("Ben", part, choices={slot: two})

    world.change("Ada", choices={slot: two})
    world.change("Ben", choices={slot: one})
    assert world.states("Ada") == {part: "held", one: "held", two: "waiting"}
    world.cancel("Ben")

    assert world.states("Ada") == {part: "held", two: "held"}
    assert world.unit(one).held == 0


# parts that wait


def test_the_choices_of_a_waiting_part_are_wished_and_claim_nothing() -> None:
    world = World()
    part = world.part(0)
    slot = world.slot(part)
    forum = world.session(slot, 1)

    outcome = world.register("Ada", part, choices={slot: forum})

    assert outcome == Accepted(
        uid("Ada"), (Standing(part, "waiting", 1), Standing(forum, "wished")), Answer("waiting", None)
    )
    assert (world.unit(forum).held, world.unit(forum).waiting) == (0, 0)


def test_a_full_session_is_refused_also_while_its_part_waits() -> None:
    world = World()
    part = world.part(0)
    slot = world.slot(part)
    forum = world.session(slot, 0, offers_waiting=False)

    outcome = world.register("Ada", part, choices={slot: forum})

    assert vars(outcome.reason) == {"units": (forum,)}  # type: ignore[union-attr] # refused


def test_wishes_are_asked_for_when_the_part_moves_up() -> None:
    world = World()
    part = world.part(1)
    slot = world.slot(part)
    forum = world.session(slot, 1)
    world.register("Ada", part)
    world.register("Ben", part, choices={slot: forum})

    world.cancel("Ada")

    assert world.states("Ben") == {part: "held", forum: "held"}


def test_wishes_go_behind_those_who_wait_already() -> None:
    world = World()
    part = world.part(2)
    slot = world.slot(part)
    forum = world.session(slot, 1)
    world.register("Ada", part)
    world.register("Cem", part, choices={slot: forum})
    world.register("Ben", part, choices={slot: forum})
    world.change("Ada", choices={slot: forum})

    world.resize(part, 3)

    assert world.states("Ben") == {part: "held", forum: "waiting"}
    assert world.waiting(forum) == [uid("Ada"), uid("Ben")]


def test_the_substitute_of_a_wish_is_taken_where_the_wish_must_wait() -> None:
    world = World()
    part = world.part(0)
    slot = world.slot(part)
    first, third = world.session(slot, 0), world.session(slot, 1)
    world.register("Ada", part, choices={slot: Choice(first, until_then=third)})
    assert world.states("Ada") == {part: "waiting", first: "wished", third: "wished"}

    world.resize(part, 1)

    assert world.states("Ada") == {part: "held", first: "waiting", third: "held"}


def test_the_substitute_of_a_wish_is_dropped_where_the_wish_comes_true() -> None:
    world = World()
    part = world.part(0)
    slot = world.slot(part)
    first, third = world.session(slot, 1), world.session(slot, 1)
    world.register("Ada", part, choices={slot: Choice(first, until_then=third)})

    world.resize(part, 1)

    assert world.states("Ada") == {part: "held", first: "held"}


def test_a_substitute_that_is_full_by_then_is_not_waited_for() -> None:
    world = World()
    part = world.part(0)
    slot = world.slot(part)
    first, third = world.session(slot, 0), world.session(slot, 0)
    world.register("Ada", part, choices={slot: Choice(first, until_then=third)})

    world.resize(part, 1)

    assert world.states("Ada") == {part: "held", first: "waiting"}


def test_a_wish_that_became_impossible_is_dropped_and_the_substitute_taken() -> None:
    world = World()
    part = world.part(0)
    slot = world.slot(part)
    first, third = world.session(slot, 1, offers_waiting=False), world.session(slot, 1)
    world.register("Ada", part, choices={slot: Choice(first, until_then=third)})
    world.resize(first, 0)

    world.resize(part, 1)

    assert world.states("Ada") == {part: "held", third: "held"}


def test_a_wish_that_became_impossible_leaves_no_waiting_for_the_substitute() -> None:
    world = World()
    part = world.part(0)
    slot = world.slot(part)
    first, third = world.session(slot, 1, offers_waiting=False), world.session(slot, 0)
    world.register("Ada", part, choices={slot: Choice(first, until_then=third)})
    world.resize(first, 0)

    world.resize(part, 1)

    assert world.states("Ada") == {part: "held"}


def test_a_wish_for_a_session_that_is_no_more_is_dropped() -> None:
    world = World()
    part = world.part(0)
    slot = world.slot(part)
    forum = world.session(slot, 1)
    world.register("Ada", part, choices={slot: forum})
    world.forget(forum)

    world.resize(part, 1)

    assert world.states("Ada") == {part: "held"}


def test_parts_move_up_before_sessions_and_units_by_their_ids() -> None:
    """All in one request: the part's wish is behind who waited for the session, and gets what is left."""
    world = World()
    part = world.part(2)
    slot = world.slot(part)
    forum = world.session(slot, 1)
    lunch = world.option(1)
    world.register("Ada", part, choices={slot: forum}, options=(lunch,))
    world.register("Ben", part, choices={slot: forum})
    world.register("Cem", part, choices={slot: forum}, options=(lunch,))

    world.cancel("Ada")

    assert world.states("Ben") == {part: "held", forum: "held"}
    assert world.states("Cem") == {part: "held", forum: "waiting", lunch: "held"}
    assert world.rows.people[uid("Cem")].places[forum].seq == world.rows.seq


def test_positions_count_all_who_wait_before() -> None:
    world = World()
    part = world.part(0)

    outcomes = world.ask(*(a_register(name, part) for name in ("Ada", "Ben", "Cem")))

    assert [outcome.places[0].position for outcome in outcomes if isinstance(outcome, Accepted)] == [1, 2, 3]


def test_the_wishes_of_another_part_that_waits_stay_wishes() -> None:
    world = World()
    part, other = world.part(0), world.part(0)
    slot, slot2 = world.slot(part), world.slot(other)
    forum, tour = world.session(slot, 1, hours(15, 16)), world.session(slot2, 1, hours(10, 11))
    world.register("Ada", part, other, choices={slot: forum, slot2: tour})

    world.resize(other, 1)

    assert world.states("Ada") == {part: "waiting", other: "held", forum: "wished", tour: "held"}
