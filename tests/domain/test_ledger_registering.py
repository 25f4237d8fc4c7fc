"""Registering: whole or not at all, the same for everybody, once per key."""

from datetime import timedelta

from confman.domain.errors import (
    ChoiceMissing,
    DeadlinePassed,
    EventCancelled,
    Full,
    NotOpen,
    Unknown,
)
from confman.domain.ledger.book import Answer
from confman.domain.ledger.requests import (
    Accepted,
    Choice,
    Outcome,
    Refused,
    Standing,
)
from tests.domain.ledger_world import ANY_TIME, HAND, NOW, World, uid

HELD = Answer("held", None)
WAITING = Answer("waiting", None)


def reason(outcome: Outcome) -> tuple[type, dict[str, object]]:
    """What somebody is refused for, with its facts."""
    assert isinstance(outcome, Refused)
    return type(outcome.reason), vars(outcome.reason)


def test_a_newcomer_gets_a_free_place() -> None:
    world = World()
    part = world.part(1)

    outcome = world.register("Ada", part)

    assert outcome == Accepted(uid("Ada"), (Standing(part, "held"),), HELD)
    assert world.unit(part).held == 1


def test_a_newcomer_waits_where_all_places_are_taken() -> None:
    world = World()
    part = world.part(1)
    world.register("Ada", part)

    outcome = world.register("Ben", part)

    assert outcome == Accepted(uid("Ben"), (Standing(part, "waiting", 1),), WAITING)
    assert world.register("Cem", part) == Accepted(uid("Cem"), (Standing(part, "waiting", 2),), WAITING)


def test_a_unit_without_capacity_has_places_for_all() -> None:
    world = World()
    part = world.part(None)

    assert [world.register(name, part).answer for name in ("Ada", "Ben")] == [HELD, HELD]  # type: ignore[union-attr] # accepted
    assert (world.unit(part).held, world.unit(part).ceiling) == (2, None)


def test_nobody_waits_who_does_not_accept_to() -> None:
    world = World()
    part = world.part(0)

    outcome = world.register("Ada", part, accept_waiting=False)

    assert reason(outcome) == (Full, {"units": (part,)})


def test_nobody_waits_where_the_event_offers_no_waiting() -> None:
    world = World(offers_waiting=False)
    part = world.part(0)

    assert reason(world.register("Ada", part)) == (Full, {"units": (part,)})


def test_nobody_waits_where_the_unit_offers_no_waiting() -> None:
    world = World()
    part = world.part(0, offers_waiting=False)

    assert reason(world.register("Ada", part)) == (Full, {"units": (part,)})


def test_all_full_units_are_named_in_the_order_asked() -> None:
    world = World()
    walk, workshop = world.part(0), world.part(0)
    table = world.session(world.slot(workshop), 0)
    lunch = world.option(0)
    slot = world.rules.sessions[table].slot

    outcome = world.register("Ada", workshop, walk, choices={slot: table}, options=(lunch,), accept_waiting=False)

    assert reason(outcome) == (Full, {"units": (workshop, walk, lunch, table)})


def test_a_request_is_given_whole_or_not_at_all() -> None:
    world = World()
    free, full = world.part(5), world.part(0)

    world.register("Ada", free, full, accept_waiting=False)

    assert world.unit(free).held == 0
    assert world.rows.people == {}


def test_the_same_part_named_twice_is_asked_for_once() -> None:
    world = World()
    part, lunch = world.part(5), world.option(5)

    outcome = world.register("Ada", part, part, options=(lunch, lunch))

    assert outcome == Accepted(uid("Ada"), (Standing(part, "held"), Standing(lunch, "held")), HELD)
    assert (world.unit(part).held, world.unit(lunch).held) == (1, 1)


def test_a_free_place_beside_somebody_waiting_is_not_for_newcomers() -> None:
    """The reserve is freed and who waits moves up: the newcomer of the same batch waits behind."""
    world = World()
    part = world.part(1)
    world.register("Ada", part)
    world.register("Ben", part)

    world.cancel("Ada")
    world.register("Cem", part)

    assert world.states("Ben") == {part: "held"}
    assert world.waiting(part) == [uid("Cem")]


def test_who_is_in_a_category_that_does_not_count_is_never_in_held() -> None:
    world = World()
    part = world.part(0)

    outcome = world.register("Ada", part, counts=False)

    assert outcome == Accepted(uid("Ada"), (Standing(part, "held"),), HELD)
    assert world.unit(part).held == 0


def test_who_does_not_count_does_not_go_behind_those_who_wait_and_frees_nothing() -> None:
    world = World()
    part = world.part(0)
    world.register("Ada", part)
    world.register("Press", part, counts=False)

    world.cancel("Press")

    assert world.states("Ada") == {part: "waiting"}
    assert world.unit(part).held == 0


# when


def test_nobody_registers_before_the_event_is_published() -> None:
    world = World(published_at=None)
    part = world.part(1, opens_at=NOW)

    assert reason(world.register("Ada", part)) == (NotOpen, {"opens_at": NOW})


def test_nobody_registers_before_the_instant_of_publication() -> None:
    world = World(published_at=NOW + timedelta(hours=1))
    part = world.part(1)

    assert reason(world.register("Ada", part)) == (NotOpen, {"opens_at": None})


def test_registration_is_open_from_its_opening_to_before_its_closing() -> None:
    world = World()
    part = world.part(None, opens_at=NOW, closes_at=NOW + timedelta(hours=1))

    world.now = NOW - timedelta(microseconds=1)
    assert reason(world.register("Ada", part)) == (NotOpen, {"opens_at": NOW})
    world.now = NOW
    assert isinstance(world.register("Ben", part), Accepted)
    world.now = NOW + timedelta(hours=1)
    assert reason(world.register("Cem", part)) == (DeadlinePassed, {"closed_at": NOW + timedelta(hours=1)})


def test_every_part_must_be_open() -> None:
    world = World()
    now, later = world.part(1), world.part(1, opens_at=NOW + timedelta(days=1))

    assert reason(world.register("Ada", now, later)) == (NotOpen, {"opens_at": NOW + timedelta(days=1)})


def test_an_organiser_may_register_somebody_before_and_after_if_told_so() -> None:
    world = World()
    early, late = world.part(1, opens_at=NOW + timedelta(days=1)), world.part(1, closes_at=NOW)

    assert reason(world.register("Ada", early, hand=HAND))[0] is NotOpen
    assert isinstance(world.register("Ada", early, late, hand=ANY_TIME), Accepted)


def test_nobody_registers_for_a_cancelled_event() -> None:
    world = World(is_cancelled=True)
    part = world.part(1)

    assert reason(world.register("Ada", part)) == (EventCancelled, {})


# what


def test_at_least_one_part_is_wanted() -> None:
    world = World()
    world.part(1)

    assert reason(world.register("Ada")) == (ChoiceMissing, {"slots": ()})


def test_an_unknown_part_or_option_is_named() -> None:
    world = World()
    part, session = world.part(1), world.session(world.slot(world.part(1)))

    assert reason(world.register("Ada", part, uid("gone"))) == (Unknown, {"ids": (uid("gone"),)})
    assert reason(world.register("Ada", part, options=(uid("gone"),))) == (Unknown, {"ids": (uid("gone"),)})
    assert reason(world.register("Ada", session)) == (Unknown, {"ids": (session,)})


def test_an_option_is_no_part_and_a_part_no_option() -> None:
    world = World()
    part, lunch = world.part(1), world.option(1)

    assert reason(world.register("Ada", part, lunch)) == (Unknown, {"ids": (lunch,)})
    assert reason(world.register("Ada", part, options=(part,))) == (Unknown, {"ids": (part,)})


def test_a_choice_in_a_slot_of_a_part_not_wanted_is_unknown() -> None:
    world = World()
    part, other = world.part(1), world.part(1)
    slot = world.slot(other)
    forum = world.session(slot)

    assert reason(world.register("Ada", part, choices={slot: forum})) == (Unknown, {"ids": (slot,)})
    assert reason(world.register("Ada", part, choices={uid("slot"): forum})) == (Unknown, {"ids": (uid("slot"),)})


def test_a_session_of_another_slot_is_unknown_as_choice_and_as_substitute() -> None:
    world = World()
    part = world.part(1)
    slot, other = world.slot(part), world.slot(part)
    here, there = world.session(slot), world.session(other)

    assert reason(world.register("Ada", part, choices={slot: there})) == (Unknown, {"ids": (there,)})
    assert reason(world.register("Ada", part, choices={slot: Choice(here, there)})) == (Unknown, {"ids": (there,)})


def test_a_cancelled_session_cannot_be_chosen() -> None:
    world = World()
    part = world.part(1)
    slot = world.slot(part)
    forum = world.session(slot)
    world.forget(forum)

    assert reason(world.register("Ada", part, choices={slot: forum})) == (Unknown, {"ids": (forum,)})


def test_parts_come_first_then_options_then_choices() -> None:
    world = World()
    part, lunch = world.part(1), world.option(1)
    slot = world.slot(part)
    forum = world.session(slot, 1)

    outcome = world.register("Ada", part, choices={slot: forum}, options=(lunch,))

    assert outcome == Accepted(
        uid("Ada"), (Standing(part, "held"), Standing(lunch, "held"), Standing(forum, "held")), HELD
    )


def test_the_answer_is_waiting_as_soon_as_one_thing_is_not_held() -> None:
    world = World()
    part, lunch = world.part(1), world.option(0)

    outcome = world.register("Ada", part, options=(lunch,))

    assert outcome == Accepted(uid("Ada"), (Standing(part, "held"), Standing(lunch, "waiting", 1)), WAITING)
