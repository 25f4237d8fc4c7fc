"""Which letters a settlement causes, when they may leave, and what they tell."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from confman.domain.errors import Unknown
from confman.domain.ledger.book import Contact, Identity, RecentLetters
from confman.domain.ledger.letters import due_at
from confman.domain.ledger.requests import (
    Cancel,
    Change,
    Choice,
    Confirm,
    Done,
    Hand,
    Refused,
    Standing,
    Want,
    WriteAgain,
)
from tests.domain.ledger_rows import recent_letters
from tests.domain.ledger_world import HAND, NOW, World, a_change, a_register, identity, uid

OFFICE = "office@example.org"
SILENT = Hand("erika", tells=False)


def a_world() -> World:
    return World(confirms_address=True)


def test_a_newcomer_is_asked_to_confirm() -> None:
    world = a_world()
    part = world.part(1)
    world.register("Ada", part)

    (letter,) = world.letters("Ada")

    assert (letter.kind, letter.places, letter.confirm_by) == (
        "confirm",
        (Standing(part, "held"),),
        world.rows.people[uid("Ada")].confirm_by,
    )
    assert (letter.contact, letter.email_key) == (Contact("ada@example.org", "de"), "ada@example.org")


def test_on_confirmation_comes_the_letter_that_is_certain() -> None:
    world = a_world()
    part = world.part(1)
    for name in ("Ada", "Ben"):
        world.register(name, part)

    world.confirm("Ada")
    world.confirm("Ben")

    assert world.kinds("Ada") == ["confirm", "registered"]
    assert world.kinds("Ben") == ["confirm", "waiting"]
    assert world.letters("Ada")[-1].confirm_by is None


def test_who_holds_something_is_registered_also_while_waiting_for_more() -> None:
    world = World()
    part, full = world.part(1), world.part(0)

    world.register("Ada", part, full)

    assert world.kinds("Ada") == ["registered"]
    assert world.letters("Ada")[0].places == (Standing(part, "held"), Standing(full, "waiting", 1))


def test_a_place_at_lunch_is_no_place_at_the_event() -> None:
    world = a_world()
    full, lunch = world.part(0), world.option(5)

    world.register("Ada", full, options=(lunch,))
    world.confirm("Ada")

    assert world.kinds("Ada") == ["confirm", "waiting"]


def test_the_letter_that_asks_to_confirm_is_written_again_with_the_number_it_had() -> None:
    world = a_world()
    part = world.part(None)
    ids = [UUID(int=number) for number in (1, 2, 3)]
    for name, key in zip(("Ada", "Ben", "Cem"), ids, strict=True):
        world.register(name, part, mailbox=OFFICE, id=key)
    world.forward(hours=2)

    outcome = world.ask(WriteAgain(identity("Ben", OFFICE)))

    letter = world.rows.letters[-1][1]
    assert outcome == (Done(changed=False),)
    assert (letter.kind, letter.id, letter.nth, letter.places) == ("confirm", ids[1], 2, (Standing(part, "held"),))


def test_it_is_written_three_times_an_hour_at_most() -> None:
    world = a_world()
    world.register("Ada", world.part(None))

    world.ask(*[WriteAgain(identity("Ada"))] * 5)
    world.forward(hours=2)
    world.ask(WriteAgain(identity("Ada")))

    assert world.kinds("Ada") == ["confirm"] * 4


def test_who_has_confirmed_gets_the_link_again() -> None:
    world = World()
    world.register("Ada", world.part(None))

    world.ask(WriteAgain(identity("Ada")))

    assert world.kinds("Ada") == ["registered", "already_registered"]


def test_nothing_is_written_again_to_who_is_not_registered() -> None:
    world = World()
    world.register("Ada", world.part(None))
    world.cancel("Ada")

    (outcome,) = world.ask(WriteAgain(identity("Ada")))
    assert isinstance(outcome, Refused)
    assert isinstance(outcome.reason, Unknown)
    assert world.kinds("Ada") == ["registered", "cancelled"]


def test_who_was_added_by_hand_is_told_at_once() -> None:
    world = a_world()

    world.register("Ada", world.part(1), hand=HAND)

    assert world.kinds("Ada") == ["registered"]
    assert world.letters("Ada")[0].due_at == NOW


def test_a_silent_hand_sends_nothing() -> None:
    world = a_world()
    part = world.part(None)

    world.register("Ada", part, hand=SILENT)
    world.register("Ada", part, hand=SILENT, id=uid("again"))

    assert world.rows.letters == []


def test_who_has_no_address_gets_no_letter() -> None:
    world = World()
    part = world.part(1)

    world.register("Ada", part, identity=Identity(None, "ada"), contact=Contact(None, "de"))
    world.cancel("Ada")

    assert world.rows.letters == []


def test_the_letter_says_how_many_are_registered_over_the_address() -> None:
    world = a_world()
    part = world.part(None)
    for name in ("Ada", "Ben", "Cem"):
        world.register(name, part, mailbox=OFFICE)

    assert [world.letters(name)[0].nth for name in ("Ada", "Ben", "Cem")] == [1, 2, 3]


def test_who_left_is_not_counted_among_those_over_the_address() -> None:
    world = a_world()
    part = world.part(None)
    world.register("Ada", part, mailbox=OFFICE)
    world.cancel("Ada")

    world.register("Ben", part, mailbox=OFFICE)

    assert world.letters("Ben")[0].nth == 1


# moving up and changing


def test_moving_up_tells_what_was_and_what_is() -> None:
    world = World()
    part = world.part(None)
    slot = world.slot(part)
    first, third = world.session(slot, 1), world.session(slot, 1)
    world.register("Ada", part, choices={slot: first})
    world.register("Ben", part, choices={slot: Choice(first, third)})

    world.cancel("Ada")

    letter = world.letters("Ben")[-1]
    assert letter.kind == "promoted"
    assert letter.before == (Standing(part, "held"), Standing(first, "waiting"), Standing(third, "held"))
    assert letter.places == (Standing(part, "held"), Standing(first, "held"))


def test_one_letter_per_person_and_batch_tells_all_that_moved_up() -> None:
    world = World()
    part = world.part(1)
    slot = world.slot(part)
    forum = world.session(slot, 1)
    lunch = world.option(1)
    world.register("Ada", part, choices={slot: forum}, options=(lunch,))
    world.register("Ben", part, choices={slot: forum}, options=(lunch,))

    world.cancel("Ada")

    assert world.kinds("Ben") == ["waiting", "promoted"]
    letter = world.letters("Ben")[-1]
    assert letter.before == (Standing(part, "waiting"), Standing(lunch, "wished"), Standing(forum, "wished"))
    assert letter.places == (Standing(part, "held"), Standing(lunch, "held"), Standing(forum, "held"))


def test_two_changes_in_one_batch_are_one_letter() -> None:
    world = World()
    part, other, third = world.part(None), world.part(None), world.part(None)
    world.register("Ada", part)

    world.ask(Change(uid("Ada"), Want((part, other))), Change(uid("Ada"), Want((part, third))))

    letter = world.letters("Ada")[-1]
    assert world.kinds("Ada") == ["registered", "changed"]
    assert letter.before == (Standing(part, "held"),)
    assert letter.places == (Standing(part, "held"), Standing(third, "held"))


def test_a_letter_about_two_changes_goes_where_the_last_one_says() -> None:
    world = World()
    part, other, third = world.part(None), world.part(None), world.part(None)
    world.register("Ada", part)
    moved = a_change(
        "Ada", part, third, identity=identity("Ada", "new@example.org"), contact=Contact("new@example.org", "en")
    )

    world.ask(a_change("Ada", part, other), moved)

    letter = world.letters("Ada")[-1]
    assert (letter.contact, letter.email_key) == (Contact("new@example.org", "en"), "new@example.org")


def test_a_letter_whose_person_lost_the_address_in_the_same_batch_stays_as_it_was() -> None:
    world = World()
    part, other, third = world.part(None), world.part(None), world.part(None)
    world.register("Ada", part)
    gone = a_change("Ada", part, third, identity=Identity(None, "ada"), contact=Contact(None, "de"))

    world.ask(a_change("Ada", part, other), gone)

    letter = world.letters("Ada")[-1]
    assert letter.places == (Standing(part, "held"), Standing(other, "held"))
    assert letter.contact == Contact("ada@example.org", "de")


def test_moving_up_and_changing_are_two_letters() -> None:
    world = World()
    part, other = world.part(1), world.part(None)
    world.register("Ada", part)
    world.register("Ben", part)

    world.ask(Cancel(uid("Ada")), Change(uid("Ben"), Want((part, other))))

    assert world.kinds("Ben") == ["waiting", "promoted", "changed"]


def test_letters_about_ones_own_places_leave_at_once() -> None:
    world = World()
    part, other = world.part(None), world.part(None)
    world.register("Ada", part)

    world.forward(minutes=1)
    world.change("Ada", part, other)
    world.forward(minutes=1)
    world.cancel("Ada")

    assert [letter.due_at - NOW for letter in world.letters("Ada")] == [timedelta(minutes=n) for n in (0, 1, 2)]


# letters that anybody can cause


def test_who_registers_again_is_sent_the_link_again() -> None:
    world = World()
    part = world.part(None)
    world.register("Ada", part)

    world.register("Ada", part, id=uid("again"))

    assert world.kinds("Ada") == ["registered", "already_registered"]
    assert world.letters("Ada")[-1].places == (Standing(part, "held"),)


def test_at_most_three_letters_an_hour_tell_of_registering_again() -> None:
    world = World()
    part = world.part(None)
    world.register("Ada", part)

    for n in range(5):
        world.register("Ada", part, id=uid(f"again {n}"))
        world.forward(minutes=1)
    assert world.kinds("Ada") == ["registered"] + ["already_registered"] * 3
    world.forward(hours=1, minutes=10)
    world.register("Ada", part, id=uid("again tomorrow"))

    assert len(world.kinds("Ada")) == 5


def test_three_letters_an_hour_hold_within_one_batch_too() -> None:
    world = World()
    part = world.part(None)
    world.register("Ada", part)

    world.ask(*(a_register("Ada", part, id=uid(f"again {n}")) for n in range(5)))

    assert world.kinds("Ada") == ["registered"] + ["already_registered"] * 3


def test_the_first_letter_leaves_at_once_and_others_to_the_same_mailbox_together() -> None:
    world = a_world()
    part = world.part(None)
    for name in ("Ada", "Ben", "Cem"):
        world.register(name, part, mailbox=OFFICE)
        world.forward(minutes=1)

    due = [world.letters(name)[0].due_at - NOW for name in ("Ada", "Ben", "Cem")]

    assert due == [timedelta(0), timedelta(minutes=10), timedelta(minutes=10)]


@pytest.mark.parametrize(
    ("minutes", "due"),
    [
        ((0, 11), (0, 11)),
        ((0, 10), (0, 10)),
        ((0, 1, 10, 11), (0, 10, 10, 30)),
        ((0, 1, 11, 31), (0, 10, 30, 60)),
        ((0, 1, 11, 31, 61), (0, 10, 30, 60, 90)),
        ((0, 1, 40, 41), (0, 10, 40, 70)),
        ((0, 1, 69, 70), (0, 10, 69, 79)),
        ((0, 59, 60), (0, 59, 69)),
        ((0, 60), (0, 60)),
        ((0, 61, 62), (0, 61, 71)),
    ],
)
def test_bundles_to_one_mailbox_leave_ten_then_twenty_and_then_thirty_minutes_apart(
    minutes: tuple[int, ...], due: tuple[int, ...]
) -> None:
    world = a_world()
    part = world.part(None)
    for minute in minutes:
        world.now = NOW + timedelta(minutes=minute)
        world.register(f"P{minute}", part, mailbox=OFFICE)

    assert tuple((letter.due_at - NOW) / timedelta(minutes=1) for _, letter in world.rows.letters) == due


@settings(deadline=None)
@given(st.lists(st.integers(0, 300), min_size=1, max_size=60))
def test_no_mailbox_gets_more_than_three_mails_an_hour_nor_waits_longer_than_half_an_hour(minutes: list[int]) -> None:
    sent: list[datetime] = []
    waits = []
    for now in (NOW + timedelta(minutes=minute) for minute in sorted(minutes)):
        due = due_at(now, recent_letters(sent, now))
        sent.append(due)
        waits.append(due - now)

    mails = sorted(set(sent))

    assert all(later - mail >= timedelta(hours=1) for mail, later in zip(mails, mails[3:], strict=False))
    assert all(timedelta(0) <= wait <= timedelta(minutes=30) for wait in waits)


def test_a_mailbox_that_put_a_bundle_off_does_not_hold_up_the_next() -> None:
    recent = RecentLetters(2, 1, NOW + timedelta(hours=6))

    assert due_at(NOW, recent) == NOW + timedelta(minutes=30)


def test_a_late_click_after_registering_anew_counts_among_the_three() -> None:
    world = a_world()
    part = world.part(None)
    world.register("Ada", part)
    world.now += timedelta(days=4)
    world.lapse("Ada")
    world.register("Ada", part, id=uid("again"))

    for _ in range(4):
        world.ask(Confirm(uid("Ada")))

    assert world.kinds("again") == ["confirm", "already_registered", "already_registered"]
