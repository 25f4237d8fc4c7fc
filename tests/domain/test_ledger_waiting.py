"""Waiting and moving up: in order, to the end of the chain, until promotion ends."""

from datetime import timedelta

from confman.domain.ledger.book import Answer
from confman.domain.ledger.requests import Accepted, Cancel, Choice, Done, Promote, Standing
from tests.domain.ledger_world import ANY_TIME, HAND, NOON_BEFORE, ONE_MORE, World, hours, uid


def test_cancelling_hands_the_place_to_the_first_who_waits() -> None:
    world = World()
    part = world.part(1)
    for name in ("Ada", "Ben", "Cem"):
        world.register(name, part)

    world.cancel("Ada")

    assert world.states("Ben") == {part: "held"}
    assert world.waiting(part) == [uid("Cem")]


def test_a_place_keeps_its_number_until_it_is_given() -> None:
    world = World()
    part = world.part(1)
    for name in ("Ada", "Ben"):
        world.register(name, part)
    number = world.rows.people[uid("Ben")].places[part].seq

    world.cancel("Ada")

    assert world.rows.people[uid("Ben")].places[part].seq == number == 2
    assert world.rows.seq == 2


def test_who_asks_anew_goes_to_the_end() -> None:
    world = World()
    part, other = world.part(0), world.part(None)
    for name in ("Ada", "Ben"):
        world.register(name, part, other)

    world.change("Ada", other)
    world.change("Ada", other, part)

    assert world.waiting(part) == [uid("Ben"), uid("Ada")]


def test_unconfirmed_people_wait_and_move_up_like_others_and_their_time_is_not_extended() -> None:
    world = World(confirms_address=True)
    part = world.part(1)
    for name in ("Ada", "Ben"):
        world.register(name, part)
    until = world.rows.people[uid("Ben")].confirm_by

    world.forward(days=1)
    world.cancel("Ada")

    assert world.states("Ben") == {part: "held"}
    assert world.letters("Ben")[-1].confirm_by == until


def test_promotion_goes_on_after_the_registration_deadline() -> None:
    world = World()
    part = world.part(1, closes_at=world.now + timedelta(days=1))
    for name in ("Ada", "Ben"):
        world.register(name, part)

    world.forward(days=2)
    world.cancel("Ada")

    assert world.states("Ben") == {part: "held"}


def test_promotion_ends_at_its_instant() -> None:
    world = World()
    part = world.part(1)
    for name in ("Ada", "Ben"):
        world.register(name, part)

    world.now = NOON_BEFORE
    world.cancel("Ada")

    assert world.waiting(part) == [uid("Ben")]


def test_promotion_runs_until_before_its_instant() -> None:
    world = World()
    part = world.part(1)
    for name in ("Ada", "Ben"):
        world.register(name, part)

    world.now = NOON_BEFORE - timedelta(microseconds=1)
    world.cancel("Ada")

    assert world.states("Ben") == {part: "held"}


def test_a_unit_without_an_end_of_promotion_promotes_on() -> None:
    world = World()
    part = world.part(1, promotes_until=None)
    for name in ("Ada", "Ben"):
        world.register(name, part)

    world.now = NOON_BEFORE + timedelta(hours=1)
    world.cancel("Ada")

    assert world.states("Ben") == {part: "held"}


def test_after_the_end_of_promotion_a_newcomer_takes_a_free_place() -> None:
    world = World()
    part = world.part(1)
    for name in ("Ada", "Ben"):
        world.register(name, part)

    world.now = NOON_BEFORE
    world.cancel("Ada")
    outcome = world.register("Cem", part)

    assert outcome == Accepted(uid("Cem"), (Standing(part, "held"),), Answer("held", None))


def test_after_the_end_of_promotion_an_organiser_gives_the_place_to_whom_he_names() -> None:
    world = World()
    part = world.part(1)
    for name in ("Ada", "Ben", "Cem"):
        world.register(name, part)

    world.now = NOON_BEFORE
    world.cancel("Ada")
    outcome = world.change("Cem", part, hand=ANY_TIME)

    assert outcome == Done(changed=True)
    assert world.states("Cem") == {part: "held"}
    assert world.waiting(part) == [uid("Ben")]


def test_an_organiser_admits_one_who_waits_beyond_capacity() -> None:
    world = World()
    part = world.part(1)
    for name in ("Ada", "Ben", "Cem"):
        world.register(name, part)

    world.change("Cem", part, hand=ONE_MORE)

    assert world.states("Cem") == {part: "held"}
    assert (world.unit(part).held, world.unit(part).ceiling) == (2, 2)
    assert world.rows.people[uid("Cem")].places[part].given_by == "erika"
    assert world.kinds("Cem") == ["waiting", "changed"]


def test_naming_a_waiting_part_by_hand_where_nothing_can_be_given_leaves_it_waiting() -> None:
    world = World()
    part, other = world.part(0), world.part(5)
    world.register("Ada", part, other)
    number = world.rows.people[uid("Ada")].places[part].seq

    outcome = world.change("Ada", part, other, hand=HAND)

    assert outcome == Done(changed=False)
    assert world.rows.people[uid("Ada")].places[part].seq == number


def test_a_part_given_by_hand_asks_for_its_wishes_in_the_same_step() -> None:
    world = World()
    part = world.part(0)
    slot, other = world.slot(part), world.slot(part)
    forum = world.session(slot, 1)
    full, meanwhile = world.session(other, 0, hours(16, 17)), world.session(other, 1, hours(16, 17))
    world.register("Ada", part, choices={slot: forum, other: Choice(full, meanwhile)})

    world.change("Ada", part, hand=ONE_MORE)

    assert world.states("Ada") == {part: "held", forum: "held", full: "waiting", meanwhile: "held"}


def test_a_part_given_by_hand_with_a_choice_replaces_its_wishes() -> None:
    world = World()
    part = world.part(0)
    slot = world.slot(part)
    one, two = world.session(slot, 1), world.session(slot, 1)
    world.register("Ada", part, choices={slot: Choice(one, until_then=two)})

    world.change("Ada", part, choices={slot: Choice(two, until_then=one)}, hand=ONE_MORE)

    assert world.states("Ada") == {part: "held", two: "held"}


def test_promote_gives_what_became_free_by_other_means() -> None:
    """An organiser moved the end of promotion: the programme's change asks for nothing else."""
    world = World()
    part = world.part(1)
    for name in ("Ada", "Ben"):
        world.register(name, part)
    world.now = NOON_BEFORE
    world.cancel("Ada")

    world.unit(part).promotes_until = NOON_BEFORE + timedelta(hours=2)
    world.ask(Promote())

    assert world.states("Ben") == {part: "held"}


def test_nobody_moves_up_in_a_cancelled_event() -> None:
    world = World()
    part = world.part(1)
    for name in ("Ada", "Ben"):
        world.register(name, part)

    world.set(is_cancelled=True)
    world.ask(Cancel(uid("Ada"), "event"), Cancel(uid("Ben"), "event"))

    assert world.kinds("Ben") == ["waiting", "cancelled"]


def test_nobody_moves_up_into_a_session_that_is_no_more() -> None:
    world = World()
    part = world.part(None)
    slot = world.slot(part)
    forum = world.session(slot, 1)
    for name in ("Ada", "Ben"):
        world.register(name, part, choices={slot: forum})

    world.forget(forum)
    world.clear(forum, "Ada")
    world.clear(forum, "Ben")

    assert world.states("Ben") == {part: "held"}
    assert world.kinds("Ben") == ["registered"]
