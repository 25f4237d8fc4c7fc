"""Confirming and lapsing."""

from datetime import UTC, datetime, timedelta

from confman.domain.errors import Ended, EventCancelled, Refusal, Unknown
from confman.domain.ledger.book import Answer, Contact, Identity
from confman.domain.ledger.requests import (
    Accepted,
    Done,
    Hand,
    Outcome,
    Refused,
)
from tests.domain.ledger_world import DAY, HAND, NOW, World, uid

CHANGED = Done(changed=True)
UNCHANGED = Done(changed=False)
THURSDAY_SIX = datetime(2026, 11, 26, 17, 0, tzinfo=UTC)  # in Berlin


def reason(outcome: Outcome) -> type[Refusal]:
    assert isinstance(outcome, Refused)
    return type(outcome.reason)


def a_world(**rules: object) -> World:
    return World(confirms_address=True, **rules)


def test_the_hold_ends_at_six_of_the_working_day_on_which_its_hours_are_over() -> None:
    world = a_world()

    outcome = world.register("Ada", world.part(1))

    assert isinstance(outcome, Accepted)
    assert outcome.answer == Answer("held", THURSDAY_SIX)
    assert world.rows.people[uid("Ada")].confirmed is False


def test_nobody_confirms_who_has_no_address_or_was_added_by_hand() -> None:
    world = a_world()
    part = world.part(None)

    world.register("Ada", part, hand=HAND)
    world.register("Ben", part, identity=Identity(None, "ben"), contact=Contact(None, "de"))

    assert [person.confirmed for person in world.rows.people.values()] == [True, True]


def test_confirming_keeps_the_places() -> None:
    world = a_world()
    part = world.part(1)
    world.register("Ada", part)

    assert world.confirm("Ada") == CHANGED
    assert world.states("Ada") == {part: "held"}
    assert world.rows.people[uid("Ada")].confirmed is True


def test_confirming_twice_changes_nothing_and_sends_nothing() -> None:
    world = a_world()
    world.register("Ada", world.part(1))
    world.confirm("Ada")

    assert world.confirm("Ada") == UNCHANGED
    assert world.kinds("Ada") == ["confirm", "registered"]


def test_confirming_is_not_bound_to_the_registration_deadline() -> None:
    world = a_world()
    part = world.part(1, closes_at=NOW + timedelta(hours=1))
    world.register("Ada", part)
    world.forward(days=1)

    assert world.confirm("Ada") == CHANGED


def test_a_hold_that_has_not_been_settled_as_lapsed_can_be_confirmed_late() -> None:
    """The clock alone ends nothing."""
    world = a_world()
    world.register("Ada", world.part(1))
    world.now = THURSDAY_SIX + timedelta(days=1)

    assert world.confirm("Ada") == CHANGED


def test_what_is_unknown_or_ended_otherwise_cannot_be_confirmed() -> None:
    world = a_world()
    world.register("Ada", world.part(1))
    world.cancel("Ada")

    assert reason(world.confirm("Ada")) is Ended
    assert reason(world.confirm("Ben")) is Unknown


def test_a_registration_for_a_cancelled_event_cannot_be_confirmed() -> None:
    world = a_world()
    part = world.part(1)
    world.register("Ada", part)
    world.register("Ben", part)
    world.confirm("Ben")
    world.set(is_cancelled=True)

    assert reason(world.confirm("Ada")) is EventCancelled
    assert world.confirm("Ben") == UNCHANGED
    assert world.kinds("Ada") == ["confirm"]


def test_confirming_by_hand_may_be_silent() -> None:
    world = a_world()
    world.register("Ada", world.part(1))

    world.confirm("Ada", hand=Hand("erika", tells=False))

    assert world.kinds("Ada") == ["confirm"]


# lapsing


def test_a_lapse_ends_the_registration_and_hands_the_places_on() -> None:
    world = a_world()
    part = world.part(1)
    world.register("Ada", part)
    world.register("Ben", part)
    world.confirm("Ben")
    world.now = THURSDAY_SIX

    assert world.lapse("Ada") == CHANGED
    assert world.rows.people[uid("Ada")].ended_by == "lapse"
    assert world.states("Ben") == {part: "held"}


def test_a_lapse_spares_who_is_not_due_or_confirmed_or_gone() -> None:
    world = a_world()
    part = world.part(None)
    for name in ("Ada", "Ben", "Cem"):
        world.register(name, part)
    world.now = THURSDAY_SIX - timedelta(microseconds=1)
    assert world.lapse("Ada") == UNCHANGED
    world.now = THURSDAY_SIX
    world.confirm("Ben")
    world.cancel("Cem")

    assert world.lapse("Ben", "Cem", "Dora") == UNCHANGED
    assert world.states("Ada") == {part: "held"}


def test_who_never_had_to_confirm_in_time_does_not_lapse() -> None:
    world = a_world()
    world.register("Ada", world.part(1))
    world.rows.people[uid("Ada")].confirm_by = None
    world.now = DAY

    assert world.lapse("Ada") == UNCHANGED


def test_lapsing_twice_changes_nothing() -> None:
    world = a_world()
    world.register("Ada", world.part(1))
    world.now = THURSDAY_SIX
    world.lapse("Ada")

    assert world.lapse("Ada") == UNCHANGED
    assert world.kinds("Ada") == ["confirm"]


def test_of_several_who_lapse_together_nobody_moves_up_in_between() -> None:
    world = a_world()
    part = world.part(1)
    for name in ("Ada", "Ben", "Cem"):
        world.register(name, part)
    world.now = THURSDAY_SIX

    world.lapse("Ada", "Ben")

    assert world.kinds("Ben") == ["confirm"]
    assert world.states("Cem") == {part: "held"}
