"""People whose category changes while they have places."""

from confman.domain.errors import Full
from confman.domain.ledger.requests import Choice, Done, Moved, Refused
from tests.domain.ledger_world import HAND, ONE_MORE, World, hours, uid


def test_who_counts_no_longer_moves_up_without_taking_a_place() -> None:
    world = World()
    part = world.part(1)
    for name in ("Ada", "Ben", "Cem"):
        world.register(name, part)
    world.rows.people[uid("Ben")].counts = False

    world.cancel("Ada")

    assert world.states("Ben") == {part: "held"}
    assert world.states("Cem") == {part: "held"}
    assert (world.unit(part).held, world.unit(part).waiting) == (1, 0)


def test_who_counts_no_longer_is_admitted_without_one_more() -> None:
    world = World()
    part = world.part(1)
    for name in ("Ada", "Ben"):
        world.register(name, part)
    world.rows.people[uid("Ben")].counts = False

    world.change("Ben", part, hand=HAND)

    assert world.states("Ben") == {part: "held"}
    assert (world.unit(part).held, world.unit(part).ceiling) == (1, 1)


def test_who_counts_no_longer_gets_the_wishes_of_a_part_without_waiting() -> None:
    world = World()
    part = world.part(0)
    slot = world.slot(part)
    forum = world.session(slot, 0)
    world.register("Ada", part, choices={slot: forum})
    world.rows.people[uid("Ada")].counts = False

    world.resize(part, 1)

    assert world.states("Ada") == {part: "held", forum: "held"}
    assert (world.unit(part).held, world.unit(forum).held) == (0, 0)


def test_who_becomes_a_contributor_leaves_the_place_to_the_first_who_waits() -> None:
    world = World()
    part = world.part(1)
    for name in ("Ada", "Ben"):
        world.register(name, part)

    world.change("Ada", hand=HAND, counts=False)

    assert (world.states("Ada"), world.states("Ben")) == ({part: "held"}, {part: "held"})
    assert (world.unit(part).held, world.unit(part).ceiling) == (1, 1)
    assert (world.kinds("Ada"), world.kinds("Ben")) == (["registered"], ["waiting", "promoted"])


def test_who_becomes_a_contributor_waits_for_nothing_any_more() -> None:
    world = World()
    part, other = world.part(None), world.part(0)
    slot, lunch = world.slot(part), world.option(0)
    first, third = world.session(slot, 1), world.session(slot, 5)
    table = world.session(world.slot(other), 0, hours(10, 11))
    world.register("Ben", part, choices={slot: first})
    tables = world.rules.sessions[table].slot
    world.register("Ada", part, other, choices={slot: Choice(first, third), tables: table}, options=(lunch,))

    outcome = world.change("Ada", hand=HAND, counts=False)

    assert world.states("Ada") == dict.fromkeys([part, other, first, table, lunch], "held")
    assert [world.unit(key).held for key in (part, other, first, third, table, lunch)] == [1, 0, 1, 0, 0, 0]
    assert isinstance(outcome, Done)
    assert Moved(third, "held", None) in outcome.moves


def test_who_counts_from_now_on_takes_a_place_that_is_free() -> None:
    world = World()
    part = world.part(1)
    slot = world.slot(part)
    forum = world.session(slot, 1)
    world.register("Ada", part, choices={slot: forum}, counts=False, hand=HAND)

    world.change("Ada", hand=HAND, counts=True)

    assert (world.unit(part).held, world.unit(forum).held) == (1, 1)
    assert world.kinds("Ada") == ["registered"]


def test_who_counts_from_now_on_takes_nobodys_place() -> None:
    world = World()
    part = world.part(1)
    slot = world.slot(part)
    forum = world.session(slot, 5)
    world.register("Ada", part, choices={slot: forum}, counts=False, hand=HAND)
    world.register("Ben", part)

    refused = world.change("Ada", hand=HAND, counts=True, accept_waiting=False)
    assert isinstance(refused, Refused)
    assert isinstance(refused.reason, Full)
    world.change("Ada", hand=HAND, counts=True)

    assert world.states("Ada") == {part: "waiting", forum: "wished"}
    assert world.waiting(part) == [uid("Ada")]
    assert world.kinds("Ada") == ["registered", "changed"]


def test_who_counts_from_now_on_may_be_one_more() -> None:
    world = World()
    part = world.part(1)
    world.register("Ada", part, counts=False, hand=HAND)
    world.register("Ben", part)

    world.change("Ada", hand=ONE_MORE, counts=True)
    assert (world.unit(part).held, world.unit(part).ceiling) == (2, 2)
    world.cancel("Ben")

    assert (world.unit(part).held, world.unit(part).ceiling) == (1, 1)


def test_a_category_may_change_together_with_places() -> None:
    world = World()
    part, other = world.part(1), world.part(1)
    slot = world.slot(part)
    forum = world.session(slot, 1)
    world.register("Ada", part, choices={slot: forum})

    world.change("Ada", other, hand=HAND, counts=False)

    assert world.states("Ada") == {other: "held"}
    assert [world.unit(key).held for key in (part, forum, other)] == [0, 0, 0]


def test_what_was_given_up_before_stays_so_in_a_new_category() -> None:
    world = World()
    part, other = world.part(1), world.part(1, window=hours(9, 10))
    world.register("Ada", part, other)
    world.change("Ada", part)

    world.change("Ada", hand=HAND, counts=False)

    assert world.states("Ada") == {part: "held"}
    assert (world.unit(part).held, world.unit(other).held) == (0, 0)


def test_a_category_that_counts_alike_moves_nothing() -> None:
    world = World()
    part = world.part(1)
    world.register("Ada", part)
    seq = world.rows.seq

    outcome = world.change("Ada", hand=HAND, counts=True)

    assert (outcome, world.rows.seq, world.kinds("Ada")) == (Done(changed=False), seq, ["registered"])
