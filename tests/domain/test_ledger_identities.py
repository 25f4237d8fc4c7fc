"""Who is who: one registration per person, one answer per key, and nobody learns who is registered."""

from datetime import timedelta
from typing import Any

import pytest

from confman.domain.errors import (
    Full,
    KeyReused,
    TooManyForAddress,
)
from confman.domain.ledger.book import Answer, Contact, Identity
from confman.domain.ledger.requests import (
    Accepted,
    AlreadyRegistered,
    Outcome,
    Refused,
    Repeated,
    Standing,
)
from tests.domain.ledger_world import HAND, NOW, World, a_register, hours, uid

HELD = Answer("held", None)
WAITING = Answer("waiting", None)


def reason(outcome: Outcome) -> tuple[type, dict[str, object]]:
    """What somebody is refused for, with its facts."""
    assert isinstance(outcome, Refused)
    return type(outcome.reason), vars(outcome.reason)


# who


def test_who_is_registered_is_answered_as_a_newcomer_and_nothing_changes() -> None:
    world = World()
    part = world.part(1)
    world.register("Ada", part)

    outcome = world.register("Ada", part, id=uid("again"))

    assert outcome == AlreadyRegistered(uid("Ada"), WAITING)
    assert world.states("Ada") == {part: "held"}
    assert list(world.rows.people) == [uid("Ada")]


def test_who_is_registered_gets_the_refusal_a_newcomer_would_get() -> None:
    world = World()
    part = world.part(1)
    world.register("Ada", part)

    again: dict[str, Any] = {"id": uid("again"), "accept_waiting": False}

    assert reason(world.register("Ada", part, **again)) == (Full, {"units": (part,)})
    assert world.kinds("Ada") == ["registered"]


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("places", [0, 1, 2])
def test_an_answer_does_not_tell_who_is_registered(known: bool, places: int) -> None:
    world = World(confirms_address=True)
    part = world.part(places)
    world.register("Ada" if known else "Zoe", part)

    outcome = world.register("Ada", part, id=uid("again"))

    expected = Answer("held" if places == 2 else "waiting", NOW + timedelta(days=3, hours=8))
    assert isinstance(outcome, AlreadyRegistered if known else Accepted)
    assert outcome.answer == expected


def test_another_name_over_the_same_address_is_another_registration() -> None:
    world = World()
    part = world.part(None)

    outcomes = [world.register(name, part, mailbox="office@example.org") for name in ("Ada", "Ben", "Cem")]

    assert [outcome.id for outcome in outcomes if isinstance(outcome, Accepted)] == [uid("Ada"), uid("Ben"), uid("Cem")]


def test_the_same_name_over_another_address_is_another_registration() -> None:
    world = World()
    part = world.part(None)
    world.register("Ada", part)

    outcome = world.register("Ada", part, id=uid("other Ada"), mailbox="ada@elsewhere.example")

    assert isinstance(outcome, Accepted)


def test_who_has_cancelled_may_register_anew() -> None:
    world = World()
    part = world.part(1)
    world.register("Ada", part)
    world.cancel("Ada")

    outcome = world.register("Ada", part, id=uid("again"))

    assert outcome == Accepted(uid("again"), (Standing(part, "held"),), HELD)


def test_at_most_so_many_live_registrations_over_one_address() -> None:
    world = World(max_per_address=2)
    part = world.part(None)
    for name in ("Ada", "Ben"):
        world.register(name, part, mailbox="office@example.org")

    refused = world.register("Cem", part, mailbox="office@example.org")
    world.cancel("Ada")
    accepted = world.register("Cem", part, mailbox="office@example.org")

    assert reason(refused) == (TooManyForAddress, {"limit": 2})
    assert isinstance(accepted, Accepted)


def test_who_is_registered_meets_the_limit_of_the_address_like_a_newcomer() -> None:
    """Otherwise the refusal would tell who is registered over that address."""
    world = World(max_per_address=2)
    part = world.part(None)
    for name in ("Ada", "Ben"):
        world.register(name, part, mailbox="office@example.org")

    outcome = world.register("Ada", part, mailbox="office@example.org", id=uid("again"))

    assert reason(outcome) == (TooManyForAddress, {"limit": 2})


def test_an_organiser_is_not_bound_by_the_limit_of_an_address() -> None:
    world = World(max_per_address=1)
    part = world.part(None)
    world.register("Ada", part, mailbox="office@example.org")

    assert isinstance(world.register("Ben", part, mailbox="office@example.org", hand=HAND), Accepted)
    assert world.register("Ada", part, mailbox="office@example.org", hand=HAND, id=uid("again")) == AlreadyRegistered(
        uid("Ada"), HELD
    )


def test_people_without_an_address_are_never_the_same() -> None:
    world = World(confirms_address=True)
    part = world.part(None)
    nobody: dict[str, Any] = {"identity": Identity(None, "ada"), "contact": Contact(None, "de")}

    outcomes = [world.register("Ada", part, id=uid(f"Ada {n}"), hand=HAND, **nobody) for n in (1, 2)]

    assert [outcome.answer for outcome in outcomes if isinstance(outcome, Accepted)] == [HELD, HELD]
    assert world.rows.letters == []


# once per key


def test_the_same_key_and_digest_gets_the_first_answer_again() -> None:
    world = World()
    part = world.part(1)
    world.register("Ada", part, key="k", digest=b"1")

    outcome = world.register("Ada", part, key="k", digest=b"1", id=uid("again"))

    assert outcome == Repeated(uid("Ada"), HELD)
    assert world.kinds("Ada") == ["registered"]


def test_the_first_answer_is_given_again_whatever_happened_since() -> None:
    world = World()
    part = world.part(1)
    world.register("Ada", part, key="k", digest=b"1")
    world.cancel("Ada")
    world.set(is_cancelled=True)

    assert world.register("Ada", part, key="k", digest=b"1", id=uid("again")) == Repeated(uid("Ada"), HELD)


def test_a_double_click_within_one_batch_gives_one_place() -> None:
    world = World()
    part = world.part(None)
    click: dict[str, Any] = {"key": "k", "digest": b"1"}

    outcomes = world.ask(a_register("Ada", part, **click), a_register("Ada", part, id=uid("again"), **click))

    assert [type(outcome) for outcome in outcomes] == [Accepted, Repeated]
    assert world.unit(part).held == 1


def test_another_request_under_a_used_key_is_refused() -> None:
    world = World()
    part = world.part(None)
    world.register("Ada", part, key="k", digest=b"1")

    assert reason(world.register("Ben", part, key="k", digest=b"2")) == (KeyReused, {})


def test_a_form_sent_again_with_the_same_person_changed_is_already_registered() -> None:
    world = World()
    part = world.part(None)
    world.register("Ada", part, key="k", digest=b"1")

    outcome = world.register("Ada", part, key="k", digest=b"2", from_form=True, id=uid("again"))

    assert outcome == AlreadyRegistered(uid("Ada"), HELD)


def test_a_form_sent_again_with_another_person_registers_that_person() -> None:
    """Nobody is dropped silently who went back in the browser and typed the next name."""
    world = World()
    part = world.part(None)
    world.register("Ada", part, key="k", digest=b"1")

    outcome = world.register("Ben", part, key="k", digest=b"2", from_form=True)

    assert isinstance(outcome, Accepted)
    assert world.rows.keys == {"k": uid("Ada")}


def test_a_refused_request_does_not_use_its_key() -> None:
    world = World()
    part = world.part(0)
    world.register("Ada", part, key="k", digest=b"1", accept_waiting=False)

    assert isinstance(world.register("Ada", part, key="k", digest=b"2"), Accepted)


def test_times_of_different_days_do_not_matter_to_parts_without_a_window() -> None:
    world = World()
    timeless, timed = world.part(1), world.part(1, window=hours(9, 12))

    assert isinstance(world.register("Ada", timeless, timed), Accepted)
