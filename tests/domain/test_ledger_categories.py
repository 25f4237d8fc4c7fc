"""People whose category changes while they have places."""

from tests.domain.ledger_world import HAND, World, uid


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
