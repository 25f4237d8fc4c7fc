"""A late confirmation asks again with the kept data."""

from datetime import UTC, datetime, timedelta

from confman.domain.errors import DeadlinePassed, EventCancelled, Full, Refusal, TooManyForAddress
from confman.domain.ledger.book import Answer
from confman.domain.ledger.requests import (
    Accepted,
    AlreadyRegistered,
    Cancel,
    Choice,
    Confirm,
    Done,
    Lapse,
    Outcome,
    Refused,
    Standing,
)
from tests.domain.ledger_world import HAND, NOW, World, uid

CHANGED = Done(changed=True)
UNCHANGED = Done(changed=False)
THURSDAY_SIX = datetime(2026, 11, 26, 17, 0, tzinfo=UTC)  # in Berlin


def reason(outcome: Outcome) -> type[Refusal]:
    assert isinstance(outcome, Refused)
    return type(outcome.reason)


def a_world(**rules: object) -> World:
    return World(confirms_address=True, **rules)


# a late click


def a_lapsed(world: World, name: str = "Ada") -> None:
    world.now = max(world.now, THURSDAY_SIX)
    assert world.lapse(name) == CHANGED


def test_a_late_click_asks_again_and_gets_what_is_free() -> None:
    world = a_world()
    part = world.part(1)
    world.register("Ada", part)
    a_lapsed(world)

    outcome = world.confirm("Ada")

    assert outcome == Accepted(uid("Ada"), (Standing(part, "held"),), Answer("held", None))
    assert world.kinds("Ada") == ["confirm", "registered"]
    assert world.rows.people[uid("Ada")].confirmed is True


def test_a_late_click_waits_where_the_place_is_given() -> None:
    world = a_world()
    part = world.part(1)
    world.register("Ada", part, accept_waiting=False)
    world.register("Ben", part)
    a_lapsed(world)

    outcome = world.confirm("Ada")

    assert outcome == Accepted(uid("Ada"), (Standing(part, "waiting", 1),), Answer("waiting", None))
    assert world.kinds("Ada") == ["confirm", "waiting"]


def test_a_late_click_keeps_the_whole_of_the_data() -> None:
    world = a_world()
    part = world.part(None)
    slot = world.slot(part)
    first, third = world.session(slot, 0), world.session(slot, 1)
    lunch = world.option(1)
    world.register("Ada", part, choices={slot: Choice(first, third)}, options=(lunch,))
    a_lapsed(world)

    world.confirm("Ada")

    assert world.states("Ada") == {part: "held", lunch: "held", first: "waiting", third: "held"}


def test_a_late_click_keeps_the_forum_somebody_had_chosen_last() -> None:
    world = a_world()
    part = world.part(None)
    slot = world.slot(part)
    one, two = world.session(slot, 1), world.session(slot, 1)
    world.register("Ada", part, choices={slot: one})
    world.change("Ada", choices={slot: two})
    a_lapsed(world)

    world.confirm("Ada")

    assert world.states("Ada") == {part: "held", two: "held"}


def test_a_late_click_keeps_wishes_and_their_order() -> None:
    world = a_world()
    part = world.part(0)
    slot = world.slot(part)
    one, two = world.session(slot, 1), world.session(slot, 1)
    world.register("Ada", part, choices={slot: Choice(one, two)})
    a_lapsed(world)
    assert world.confirm("Ada").answer == Answer("waiting", None)  # type: ignore[union-attr] # accepted

    world.resize(part, 1)

    assert world.states("Ada") == {part: "held", one: "held"}


def test_a_late_click_leaves_out_what_is_no_more() -> None:
    world = a_world()
    part = world.part(None)
    slot = world.slot(part)
    forum = world.session(slot, 1)
    lunch = world.option(1)
    world.register("Ada", part, choices={slot: forum}, options=(lunch,))
    a_lapsed(world)
    world.forget(forum)
    world.forget(lunch)

    world.confirm("Ada")

    assert world.states("Ada") == {part: "held"}


def test_a_late_click_asks_for_no_choice_that_was_not_open_then() -> None:
    """Somebody who waits for a decision cannot be asked to choose before being back."""
    world = a_world()
    part = world.part(None)
    world.slot(part, required=True, opens_at=NOW + timedelta(days=1))
    world.register("Ada", part)
    a_lapsed(world)

    world.confirm("Ada")

    assert world.states("Ada") == {part: "held"}


def test_a_late_click_goes_without_the_seat_sat_in_meanwhile_where_that_is_taken() -> None:
    world = a_world()
    part = world.part(None)
    slot = world.slot(part)
    first, third = world.session(slot, 0), world.session(slot, 1)
    world.register("Ada", part, choices={slot: Choice(first, third)})
    a_lapsed(world)
    world.register("Ben", part, choices={slot: third})

    world.confirm("Ada")

    assert world.states("Ada") == {part: "held", first: "waiting"}


def test_a_late_click_is_not_bound_to_the_registration_deadline_but_to_the_start() -> None:
    world = a_world()
    part = world.part(None, closes_at=NOW + timedelta(days=1))
    for name in ("Ada", "Ben", "Cem"):
        world.register(name, part)
        a_lapsed(world, name) if world.now != NOW else None
    world.now = THURSDAY_SIX
    for name in ("Ada", "Ben", "Cem"):
        world.lapse(name)
    start = world.rules.starts_at
    assert start is not None

    world.now = start - timedelta(microseconds=1)
    assert isinstance(world.confirm("Ada"), Accepted)
    world.now = start
    assert reason(world.confirm("Ben")) is DeadlinePassed
    assert isinstance(world.confirm("Cem", hand=HAND), Accepted)


def test_a_late_click_for_an_event_without_a_start_is_always_in_time() -> None:
    world = a_world(starts_at=None)
    world.register("Ada", world.part(1))
    a_lapsed(world)

    assert isinstance(world.confirm("Ada"), Accepted)


def test_a_late_click_for_a_cancelled_event_is_refused() -> None:
    world = a_world()
    world.register("Ada", world.part(1))
    a_lapsed(world)
    world.set(is_cancelled=True)

    assert reason(world.confirm("Ada")) is EventCancelled


def test_a_late_click_is_refused_where_nothing_is_free_and_nobody_may_wait() -> None:
    world = a_world(offers_waiting=False)
    part = world.part(1)
    world.register("Ada", part)
    a_lapsed(world)
    world.register("Ben", part)

    assert reason(world.confirm("Ada")) is Full
    assert world.rows.people[uid("Ada")].ended_by == "lapse"


def test_a_late_click_of_somebody_registered_anew_says_so_by_letter() -> None:
    world = a_world()
    part = world.part(None)
    world.register("Ada", part)
    a_lapsed(world)
    world.register("Ada", part, id=uid("again"))

    outcome = world.confirm("Ada")

    assert outcome == AlreadyRegistered(uid("again"), Answer("held", None))
    assert world.kinds("again") == ["confirm", "already_registered"]


def test_a_late_click_meets_the_limit_of_the_address() -> None:
    world = a_world(max_per_address=1)
    part = world.part(None)
    world.register("Ada", part, mailbox="office@example.org")
    a_lapsed(world)
    world.register("Ben", part, mailbox="office@example.org")

    assert reason(world.confirm("Ada")) is TooManyForAddress


def test_an_organiser_confirms_a_lapsed_one_with_a_place_of_the_reserve() -> None:
    world = a_world()
    part = world.part(2, reserve=1)
    world.register("Ada", part)
    a_lapsed(world)
    world.register("Ben", part)

    world.confirm("Ada", hand=HAND)

    assert world.states("Ada") == {part: "held"}
    assert world.unit(part).reserve == 0


def test_two_late_clicks_in_one_batch_are_one() -> None:
    world = a_world()
    world.register("Ada", world.part(1))
    a_lapsed(world)

    outcomes = world.ask(Confirm(uid("Ada")), Confirm(uid("Ada")))

    assert [type(outcome) for outcome in outcomes] == [Accepted, Done]
    assert world.kinds("Ada") == ["confirm", "registered"]


def test_a_lapse_and_a_late_click_in_one_batch_leave_nothing_different() -> None:
    world = a_world()
    part = world.part(1)
    world.register("Ada", part)
    world.now = THURSDAY_SIX

    world.ask(Lapse((uid("Ada"),)), Confirm(uid("Ada")))

    assert world.states("Ada") == {part: "held"}
    assert world.rows.people[uid("Ada")].is_live


def test_who_lapsed_and_came_back_can_cancel() -> None:
    world = a_world()
    part = world.part(1)
    world.register("Ada", part)
    a_lapsed(world)

    world.ask(Confirm(uid("Ada")), Cancel(uid("Ada")))

    assert world.states("Ada") == {}
    assert world.kinds("Ada") == ["confirm", "registered", "cancelled"]
