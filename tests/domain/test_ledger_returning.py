"""Who cancelled by themselves comes after all."""

from datetime import timedelta

from confman.domain.errors import DeadlinePassed, Ended, EventCancelled, Full, Refusal
from confman.domain.ledger.book import Answer
from confman.domain.ledger.requests import Accepted, AlreadyRegistered, Choice, Done, Outcome, Refused, Standing
from tests.domain.ledger_world import HAND, NOW, World, hours, uid

DAY_LATER = NOW + timedelta(days=1)


def reason(outcome: Outcome) -> type[Refusal]:
    assert isinstance(outcome, Refused)
    return type(outcome.reason)


def test_who_comes_back_gets_what_is_still_free() -> None:
    world = World()
    part = world.part(1)
    world.register("Ada", part)
    world.cancel("Ada")

    outcome = world.confirm("Ada", returns=True)

    assert outcome == Accepted(uid("Ada"), (Standing(part, "held"),), Answer("held", None))
    assert world.kinds("Ada") == ["registered", "cancelled", "registered"]


def test_who_comes_back_waits_behind_those_who_waited() -> None:
    world = World()
    part = world.part(1)
    for name in ("Ada", "Ben", "Cem"):
        world.register(name, part)
    world.cancel("Ada")

    world.confirm("Ada", returns=True)

    assert world.states("Ben") == {part: "held"}
    assert world.waiting(part) == [uid("Cem"), uid("Ada")]


def test_who_comes_back_waits_for_the_same_forum_in_the_same_seat() -> None:
    world = World()
    part = world.part(None)
    slot = world.slot(part)
    first, third = world.session(slot, 1), world.session(slot, 5)
    world.register("Ben", part, choices={slot: first})
    world.register("Ada", part, choices={slot: Choice(first, third)})
    world.cancel("Ada")

    world.confirm("Ada", returns=True)

    assert world.states("Ada") == {part: "held", first: "waiting", third: "held"}


def test_who_comes_back_when_choosing_is_over_is_asked_for_no_choice() -> None:
    world = World()
    part = world.part(None)
    slot = world.slot(part)
    forum = world.session(slot, 5)
    world.register("Ada", part, choices={slot: forum})
    world.cancel("Ada")
    world.set_slot(slot, closes_at=DAY_LATER, required=True)
    world.now = DAY_LATER

    world.confirm("Ada", returns=True)

    assert world.states("Ada") == {part: "held", forum: "held"}


def test_nobody_comes_back_when_registration_has_closed() -> None:
    world = World()
    open_part, closed = world.part(None, window=hours(14, 17)), world.part(None, window=hours(9, 12))
    world.register("Ada", open_part, closed)
    world.cancel("Ada")
    world.set_part(closed, closes_at=DAY_LATER)

    world.now = DAY_LATER

    assert reason(world.confirm("Ada", returns=True)) is DeadlinePassed
    assert world.states("Ada") == {}


def test_only_who_cancelled_by_themselves_comes_back_and_only_if_that_is_meant() -> None:
    world = World()
    part = world.part(None)
    world.register("Ada", part)
    world.register("Ben", part)
    world.cancel("Ada")
    world.cancel("Ben", by="organiser", hand=HAND)

    assert reason(world.confirm("Ada")) is Ended
    assert reason(world.confirm("Ben", returns=True)) is Ended


def test_nobody_comes_back_to_a_cancelled_event() -> None:
    world = World()
    world.register("Ada", world.part(None))
    world.cancel("Ada")
    world.set(is_cancelled=True)

    assert reason(world.confirm("Ada", returns=True)) is EventCancelled


def test_coming_back_is_refused_where_nothing_is_free_and_nobody_may_wait() -> None:
    world = World(offers_waiting=False)
    part = world.part(1)
    world.register("Ada", part)
    world.cancel("Ada")
    world.register("Ben", part)

    assert reason(world.confirm("Ada", returns=True)) is Full


def test_who_comes_back_twice_or_by_another_registration_comes_once() -> None:
    world = World()
    part = world.part(None)
    world.register("Ada", part)
    world.cancel("Ada")

    world.confirm("Ada", returns=True)
    assert world.confirm("Ada", returns=True) == Done(changed=False)

    world.cancel("Ada")
    world.register("Ada", part, id=uid("again"))
    assert world.confirm("Ada", returns=True) == AlreadyRegistered(uid("again"), Answer("held", None))


def test_a_late_click_that_lapsed_needs_no_wish_to_return() -> None:
    world = World(confirms_address=True)
    world.register("Ada", world.part(None))
    world.forward(days=5)
    world.lapse("Ada")

    assert isinstance(world.confirm("Ada", returns=True), Accepted)
