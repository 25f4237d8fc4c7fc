"""Until when something can be changed, which choices are demanded, and who somebody may become."""

from datetime import timedelta

from confman.domain.errors import (
    ChoiceMissing,
    DeadlinePassed,
    Ended,
    EventCancelled,
    IdentityTaken,
    NotOpen,
    TooManyForAddress,
    Unknown,
)
from confman.domain.ledger.book import Contact, Identity
from confman.domain.ledger.requests import Done, Hand, Outcome, Refused
from tests.domain.ledger_world import ANY_TIME, DAY, HAND, NOW, World, identity, uid

CHANGED = Done(changed=True)
UNCHANGED = Done(changed=False)


def reason(outcome: Outcome) -> tuple[type, dict[str, object]]:
    assert isinstance(outcome, Refused)
    return type(outcome.reason), vars(outcome.reason)


# until when


def test_changing_is_possible_until_before_change_until() -> None:
    world = World()
    part = world.part(None, change_until=NOW + timedelta(days=1))
    slot = world.slot(part)
    one, two = world.session(slot, 1), world.session(slot, 1)
    world.register("Ada", part, choices={slot: one})

    world.now = NOW + timedelta(days=1) - timedelta(microseconds=1)
    assert world.change("Ada", choices={slot: two}) == CHANGED
    world.now = NOW + timedelta(days=1)
    assert reason(world.change("Ada", choices={slot: one})) == (DeadlinePassed, {"closed_at": NOW + timedelta(days=1)})
    assert world.change("Ada", choices={slot: one}, hand=ANY_TIME) == CHANGED


def test_changing_is_bound_to_the_slots_choice_window() -> None:
    world = World()
    part = world.part(None)
    slot = world.slot(part, opens_at=NOW + timedelta(days=1), closes_at=NOW + timedelta(days=2))
    forum = world.session(slot, 1)
    world.register("Ada", part)

    assert reason(world.change("Ada", choices={slot: forum})) == (NotOpen, {"opens_at": NOW + timedelta(days=1)})
    world.now = NOW + timedelta(days=1)
    assert world.change("Ada", choices={slot: forum}) == CHANGED
    world.now = NOW + timedelta(days=2)
    assert reason(world.change("Ada", choices={slot: None})) == (DeadlinePassed, {"closed_at": NOW + timedelta(days=2)})


def test_a_part_can_be_added_until_its_change_until() -> None:
    world = World()
    part, other = world.part(1), world.part(1, change_until=NOW)
    world.register("Ada", part)

    assert reason(world.change("Ada", part, other)) == (DeadlinePassed, {"closed_at": NOW})


def test_a_part_cannot_be_added_before_it_opens() -> None:
    world = World()
    part, other = world.part(1), world.part(1, opens_at=NOW + timedelta(days=1))
    world.register("Ada", part)

    assert reason(world.change("Ada", part, other)) == (NotOpen, {"opens_at": NOW + timedelta(days=1)})


def test_a_part_can_be_dropped_until_its_cancel_until() -> None:
    world = World()
    part, other = world.part(1), world.part(1, change_until=NOW, cancel_until=NOW + timedelta(days=1))
    world.register("Ada", part, other)

    world.now = NOW + timedelta(days=1)
    assert reason(world.change("Ada", part)) == (DeadlinePassed, {"closed_at": NOW + timedelta(days=1)})
    world.now -= timedelta(microseconds=1)
    assert world.change("Ada", part) == CHANGED


def test_options_can_be_changed_until_the_last_of_the_parts_closes_for_changes() -> None:
    world = World()
    part, other = world.part(1, change_until=NOW), world.part(1, change_until=NOW + timedelta(days=1))
    lunch = world.option(1)
    world.register("Ada", part, other)

    assert world.change("Ada", options=(lunch,)) == CHANGED
    world.now = NOW + timedelta(days=1)
    assert reason(world.change("Ada", options=())) == (DeadlinePassed, {"closed_at": NOW + timedelta(days=1)})
    assert world.change("Ada", options=(), hand=ANY_TIME) == CHANGED


def test_options_of_a_part_without_a_deadline_can_be_changed_always() -> None:
    world = World()
    part, other = world.part(1, change_until=NOW), world.part(1)
    lunch = world.option(1)
    world.register("Ada", part, other)

    assert world.change("Ada", options=(lunch,)) == CHANGED


# required choices


def test_a_demanded_choice_is_made_on_registering() -> None:
    world = World()
    part = world.part(None)
    slot, other = world.slot(part, required=True), world.slot(part, required=True)
    world.session(slot, 1)
    world.session(other, 1)

    assert reason(world.register("Ada", part)) == (ChoiceMissing, {"slots": (slot, other)})
    assert reason(world.register("Ada", part, choices={slot: None}))[1] == {"slots": (slot, other)}


def test_a_demanded_choice_may_be_missing_while_it_cannot_be_made() -> None:
    world = World()
    part = world.part(None)
    world.slot(part, required=True, opens_at=NOW + timedelta(days=1))
    world.slot(part, required=True, closes_at=NOW)

    world.register("Ada", part)

    assert world.states("Ada") == {part: "held"}


def test_an_organiser_may_leave_a_demanded_choice_open() -> None:
    world = World()
    part = world.part(None)
    slot = world.slot(part, required=True)
    forum = world.session(slot, 1)
    world.register("Ada", part, hand=HAND)

    assert world.states("Ada") == {part: "held"}
    world.change("Ada", choices={slot: forum})
    assert reason(world.change("Ada", choices={slot: None})) == (ChoiceMissing, {"slots": (slot,)})
    assert world.change("Ada", choices={slot: None}, hand=HAND) == CHANGED


def test_a_demanded_choice_that_was_left_open_does_not_hinder_other_changes() -> None:
    world = World()
    part, other = world.part(None), world.part(None)
    world.slot(part, required=True, opens_at=NOW + timedelta(days=1))
    world.register("Ada", part)
    world.forward(days=2)

    assert world.change("Ada", part, other) == CHANGED


def test_a_choice_cannot_be_made_before_its_window_opens() -> None:
    world = World()
    part = world.part(None)
    slot = world.slot(part, opens_at=NOW + timedelta(days=1))
    forum = world.session(slot, 1)

    assert reason(world.register("Ada", part, choices={slot: forum}))[0] is NotOpen


# who


def test_the_name_and_the_address_can_change() -> None:
    world = World()
    part = world.part(None)
    world.register("Ada", part)

    outcome = world.change("Ada", identity=identity("Ada Lovelace"), contact=Contact("a@l.example", "en"))

    assert outcome == CHANGED
    assert world.rows.people[uid("Ada")].identity == identity("Ada Lovelace")
    assert world.kinds("Ada") == ["registered", "registered"]  # the new address gets what the old one had
    assert world.change("Ada", identity=identity("Ada Lovelace")) == UNCHANGED


def test_after_a_new_address_letters_of_the_same_batch_go_there() -> None:
    world = World()
    part, other = world.part(None), world.part(None)
    world.register("Ada", part)

    world.change(
        "Ada", part, other, identity=identity("Ada", "new@example.org"), contact=Contact("new@example.org", "en")
    )

    assert world.letters("Ada")[-1].contact == Contact("new@example.org", "en")
    assert world.letters("Ada")[-1].email_key == "new@example.org"


def test_a_new_address_gets_the_letter_the_old_one_had() -> None:
    world = World(confirms_address=True)
    part = world.part(None)
    world.register("Ada", part)
    moved = Contact("new@example.org", "de")

    world.change("Ada", identity=identity("Ada", "new@example.org"), contact=moved)
    world.confirm("Ada")
    world.change("Ada", identity=identity("Ada"), contact=Contact("ada@example.org", "de"))
    world.change("Ada", identity=identity("Adele", "ada@example.org"))

    assert [(letter.kind, letter.email_key) for letter in world.letters("Ada")] == [
        ("confirm", "ada@example.org"),
        ("confirm", "new@example.org"),
        ("registered", "new@example.org"),
        ("registered", "ada@example.org"),
    ]
    assert world.letters("Ada")[1].contact == moved


def test_a_silent_hand_moves_somebody_to_another_address_without_a_letter() -> None:
    world = World()
    part = world.part(None)
    world.register("Ada", part)

    world.change("Ada", identity=identity("Ada", "new@example.org"), hand=Hand("erika", tells=False))

    assert world.kinds("Ada") == ["registered"]


def test_a_contact_can_change_without_the_identity() -> None:
    world = World()
    part, other = world.part(None), world.part(None)
    world.register("Ada", part)

    world.change("Ada", part, other, contact=Contact("ada@example.org", "en"))

    assert world.letters("Ada")[-1].contact == Contact("ada@example.org", "en")


def test_nobody_becomes_somebody_who_is_registered() -> None:
    world = World()
    part = world.part(None)
    world.register("Ada", part)
    world.register("Ben", part)

    assert reason(world.change("Ben", identity=identity("Ada"))) == (IdentityTaken, {})


def test_a_freed_identity_can_be_registered_again() -> None:
    world = World()
    part = world.part(None)
    world.register("Ada", part)

    world.change("Ada", identity=identity("Adele"))
    world.register("Ada", part, id=uid("other Ada"))

    assert {person.identity for person in world.rows.people.values()} == {identity("Ada"), identity("Adele")}


def test_the_limit_of_an_address_holds_for_who_moves_to_it() -> None:
    world = World(max_per_address=1)
    part = world.part(None)
    world.register("Ada", part, mailbox="office@example.org")
    world.register("Ben", part)

    new = identity("Ben", "office@example.org")

    assert reason(world.change("Ben", identity=new)) == (TooManyForAddress, {"limit": 1})
    assert world.change("Ben", identity=new, hand=HAND) == CHANGED


def test_a_new_name_over_a_full_address_is_no_further_person() -> None:
    world = World(max_per_address=1)
    part = world.part(None)
    world.register("Ada", part, mailbox="office@example.org")

    assert world.change("Ada", identity=identity("Adele", "office@example.org")) == CHANGED


def test_the_address_of_a_person_can_go() -> None:
    world = World()
    part = world.part(None)
    world.register("Ada", part)

    outcome = world.change("Ada", identity=Identity(None, "ada"), contact=Contact(None, "de"))

    assert outcome == CHANGED


# not at all


def test_who_is_unknown_or_gone_cannot_change() -> None:
    world = World()
    part = world.part(None)
    world.register("Ada", part)
    world.cancel("Ada")

    assert reason(world.change("Ada", part)) == (Ended, {})
    assert reason(world.change("Ben", part)) == (Unknown, {"ids": (uid("Ben"),)})


def test_nothing_changes_in_a_cancelled_event() -> None:
    world = World()
    part, other = world.part(None), world.part(None)
    world.register("Ada", part)
    world.set(is_cancelled=True)

    assert reason(world.change("Ada", part, other)) == (EventCancelled, {})


def test_a_change_by_hand_may_be_silent() -> None:
    world = World()
    part, other = world.part(None), world.part(None)
    world.register("Ada", part)

    world.change("Ada", part, other, hand=Hand("erika", tells=False))

    assert world.kinds("Ada") == ["registered"]


def test_changes_before_the_start_need_no_other_deadline() -> None:
    world = World()
    part, other = world.part(None), world.part(None)
    world.register("Ada", part)
    world.now = DAY

    assert world.change("Ada", part, other) == CHANGED
