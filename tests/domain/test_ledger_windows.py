"""Until when: what pages ask before they offer something is what the ledger asks before it refuses."""

from dataclasses import replace
from datetime import timedelta

from confman.domain.errors import DeadlinePassed, Ended, EventCancelled, NotOpen, Refusal
from confman.domain.ledger import windows
from confman.domain.ledger.book import PartRules, Rules, SlotRules
from tests.domain.ledger_world import NOW, a_rule_book, uid

BEFORE, AFTER = NOW - timedelta(microseconds=1), NOW + timedelta(microseconds=1)
PART, SLOT = uid("part"), uid("slot")


def rules(part: PartRules | None = None, **fields: object) -> Rules:
    return replace(a_rule_book(), parts={PART: part or PartRules(PART)}, **fields)  # type: ignore[arg-type] # by name


def kind(refusal: Refusal | None) -> type[Refusal] | None:
    return None if refusal is None else type(refusal)


def test_a_span_is_open_at_its_beginning_and_closed_at_its_end() -> None:
    part, slot = PartRules(PART, opens_at=NOW, closes_at=AFTER), SlotRules(SLOT, PART, opens_at=NOW, closes_at=AFTER)

    for now, expected in ((BEFORE, NotOpen), (NOW, None), (AFTER, DeadlinePassed)):
        assert kind(windows.registering(rules(part), part, now)) is expected
        assert kind(windows.choosing(slot, now)) is expected


def test_what_is_not_published_is_not_open() -> None:
    for published_at in (None, AFTER):
        assert kind(windows.registering(rules(published_at=published_at), PartRules(PART), NOW)) is NotOpen


def test_choosing_anew_ends_with_the_changes_of_the_part_and_with_the_slot() -> None:
    slot = SlotRules(SLOT, PART)

    assert windows.choosing_anew(rules(PartRules(PART, change_until=AFTER)), slot, NOW) is None
    assert kind(windows.choosing_anew(rules(PartRules(PART, change_until=NOW)), slot, NOW)) is DeadlinePassed
    assert kind(windows.choosing_anew(rules(), replace(slot, opens_at=AFTER), NOW)) is NotOpen
    assert kind(windows.choosing_anew(rules(is_cancelled=True), slot, NOW)) is EventCancelled


def test_a_part_is_added_from_its_opening_until_the_end_of_changes() -> None:
    part = PartRules(PART, opens_at=NOW, change_until=AFTER)

    for now, expected in ((BEFORE, NotOpen), (NOW, None), (AFTER, DeadlinePassed)):
        assert kind(windows.adding(rules(part), part, now)) is expected
    assert kind(windows.adding(rules(part, is_cancelled=True), part, NOW)) is EventCancelled


def test_cancelling_ends_with_the_last_of_somebodys_parts() -> None:
    other = uid("other")
    parts = {PART: PartRules(PART, cancel_until=NOW), other: PartRules(other, cancel_until=AFTER)}
    two = replace(a_rule_book(), parts=parts)
    endless = replace(two, parts={**parts, other: PartRules(other)})

    assert windows.cancel_until(two, [PART]) == NOW
    assert windows.cancel_until(two, [PART, other, uid("a session")]) == AFTER
    assert windows.cancel_until(endless, [PART, other]) is None
    assert windows.cancel_until(two, []) is None


def test_who_lapsed_confirms_until_the_start_and_who_is_held_at_any_time() -> None:
    event = rules(starts_at=NOW)

    assert windows.confirming(event, None, AFTER) is None
    assert windows.confirming(event, "lapse", BEFORE) is None
    assert kind(windows.confirming(event, "lapse", NOW)) is DeadlinePassed
    assert kind(windows.confirming(event, "self", BEFORE)) is Ended
    assert kind(windows.confirming(rules(is_cancelled=True), None, NOW)) is EventCancelled


def test_who_cancelled_returns_while_all_that_they_had_is_open() -> None:
    event = rules(PartRules(PART, closes_at=NOW))

    assert windows.returning(event, "self", [PART, uid("a session")], BEFORE) is None
    assert kind(windows.returning(event, "self", [PART], NOW)) is DeadlinePassed
    assert windows.returning(event, "self", [uid("gone")], NOW) is None
    assert kind(windows.returning(event, "organiser", [PART], BEFORE)) is Ended
    assert kind(windows.returning(rules(is_cancelled=True), "self", [PART], BEFORE)) is EventCancelled
