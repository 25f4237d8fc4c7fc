"""What `settle` reads and writes: never more of a waiting list than it needs, one row per row, nothing of its book."""

from copy import deepcopy

import pytest

from confman.domain.ledger import settle
from confman.domain.ledger.book import HELD, RELEASED, WAITING, Book, Head, Person
from confman.domain.ledger.requests import (
    Cancel,
    Change,
    Choice,
    Confirm,
    Lapse,
    NeedMore,
    Promote,
    Request,
    Settled,
    Want,
)
from tests.domain.ledger_world import NOW, World, a_change, a_register, uid

PEOPLE = ("Ada", "Ben", "Cem", "Dora", "Emil")


def a_queue(places: int = 1) -> World:
    """A part with all five people, those without a place waiting in order."""
    world = World()
    part = world.part(places)
    for name in PEOPLE:
        world.register(name, part)
    return world


def read(world: World, *requests: Request, k: int = 8) -> Book:
    return world.rows.book(world.rules, requests, world.now, k)


def test_a_waiting_list_that_runs_out_asks_for_more() -> None:
    world = a_queue(places=2)
    (part,) = world.rules.parts
    requests: list[Request] = [Cancel(uid("Ada")), Cancel(uid("Ben"))]

    settled = settle(read(world, *requests, k=1), requests, NOW)

    assert settled == NeedMore(frozenset({part}))


def test_what_was_read_is_enough_where_nobody_else_waits() -> None:
    world = a_queue(places=4)
    requests: list[Request] = [Cancel(uid("Ada")), Cancel(uid("Ben"))]

    settled = settle(read(world, *requests, k=1), requests, NOW)

    assert isinstance(settled, Settled)


def test_nothing_is_needed_of_a_waiting_list_that_does_not_move() -> None:
    world = a_queue()
    requests: list[Request] = [a_register("Frida", next(iter(world.rules.parts)))]

    settled = settle(read(world, *requests, k=0), requests, NOW)

    assert isinstance(settled, Settled)
    assert settled.outcomes[0].places[0].position == 5  # type: ignore[union-attr] # accepted


def test_who_comes_behind_a_list_read_in_part_is_not_taken_for_the_next() -> None:
    world = a_queue(places=1)
    (part,) = world.rules.parts
    requests: list[Request] = [a_register("Frida", part), Cancel(uid("Ada")), Cancel(uid("Ben"))]

    assert settle(read(world, *requests, k=1), requests, NOW) == NeedMore(frozenset({part}))


def test_who_comes_behind_a_list_read_whole_moves_up_in_turn() -> None:
    world = a_queue(places=4)
    (part,) = world.rules.parts

    world.ask(a_register("Frida", part), Cancel(uid("Ada")), Cancel(uid("Ben")))

    assert world.states("Emil") == {part: "held"}
    assert world.states("Frida") == {part: "held"}


def test_who_waits_anew_in_the_same_batch_stands_at_the_end() -> None:
    world = a_queue(places=2)
    (part,) = world.rules.parts
    other = world.part(None)

    world.ask(a_change("Cem", other), a_change("Cem", other, part), Cancel(uid("Ada")), Cancel(uid("Ben")))

    assert world.waiting(part) == [uid("Cem")]


def test_a_list_that_was_not_read_at_all_is_asked_for() -> None:
    world = a_queue()
    (part,) = world.rules.parts
    book = read(world, Promote())
    world.unit(part).capacity = 2
    blind = Book(book.rules, {part: world.unit(part)}, book.seq, book.people)

    assert settle(blind, [Promote()], NOW) == NeedMore(frozenset({part}))


def test_a_head_whose_people_were_not_read_is_asked_for_again() -> None:
    world = a_queue()
    (part,) = world.rules.parts
    book = read(world, Cancel(uid("Ada")))
    alone = {key: person for key, person in book.people.items() if key == uid("Ada")}
    blind = Book(book.rules, book.units, book.seq, alone, heads={part: Head(((2, uid("Ben")),), complete=False)})

    assert settle(blind, [Cancel(uid("Ada"))], NOW) == NeedMore(frozenset({part}))


@pytest.mark.parametrize("spare", [0, 1, 8])
def test_however_little_is_read_at_first_the_same_comes_out(spare: int) -> None:
    world = a_queue(places=2)
    world.spare = spare
    (part,) = world.rules.parts

    world.ask(Cancel(uid("Ada")), Cancel(uid("Ben")), Cancel(uid("Cem")))

    assert [world.states(name) for name in ("Dora", "Emil")] == [{part: "held"}] * 2


# writing


def test_an_outcome_stands_for_each_request_in_order() -> None:
    world = a_queue()
    (part,) = world.rules.parts
    requests: list[Request] = [Promote(), Cancel(uid("nobody")), a_register("Frida", part)]

    outcomes = world.ask(*requests)

    assert [type(outcome).__name__ for outcome in outcomes] == ["Done", "Refused", "Accepted"]


def test_nothing_asked_changes_nothing() -> None:
    world = a_queue()

    settled = settle(read(world), [], NOW)

    assert isinstance(settled, Settled)
    assert (settled.changes.places, settled.changes.units, settled.changes.seq) == ((), (), world.rows.seq)


def test_what_comes_and_goes_within_a_batch_leaves_no_count() -> None:
    world = a_queue(places=1)
    (part,) = world.rules.parts
    requests: list[Request] = [a_register("Frida", part), Cancel(uid("Frida"))]

    settled = settle(read(world, *requests), requests, NOW)

    assert isinstance(settled, Settled)
    assert settled.changes.units == ()
    assert [row.state for row in settled.changes.places] == [RELEASED]
    assert settled.changes.new[0].ended_by == "self"


def test_places_are_written_as_released_then_held_then_waiting() -> None:
    """So that no unique index meets two places of one lane."""
    world = World()
    part = world.part(None)
    slot = world.slot(part)
    one, two, three = world.session(slot, 1), world.session(slot, 0), world.session(slot, 1)
    world.register("Ada", part, choices={slot: one})
    world.register("Ben", part, choices={slot: Choice(one, three)})
    requests: list[Request] = [Cancel(uid("Ada")), a_change("Ben", choices={slot: two})]

    settled = settle(read(world, *requests), requests, NOW)

    assert isinstance(settled, Settled)
    ben = [(row.unit, row.state) for row in settled.changes.places if row.registration == uid("Ben")]
    assert ben == [(three, RELEASED), (one, HELD), (two, WAITING)]
    world.ask(*requests)


def test_a_place_that_was_held_and_is_waited_for_now_is_released_first() -> None:
    world = World()
    part = world.part(None)
    slot = world.slot(part)
    one, two = world.session(slot, 1), world.session(slot, 1)
    world.register("Ada", part, choices={slot: one})
    requests: list[Request] = [
        a_change("Ada", choices={slot: two}),
        a_register("Ben", part, choices={slot: one}),
        a_change("Ada", choices={slot: one}),
    ]

    settled = settle(read(world, *requests), requests, NOW)

    assert isinstance(settled, Settled)
    ada = [(row.unit, row.state) for row in settled.changes.places if row.registration == uid("Ada")]
    assert ada == [(one, RELEASED), (two, HELD), (one, WAITING)]
    world.ask(*requests)


def test_who_ends_is_written_before_who_comes_back() -> None:
    world = World(confirms_address=True)
    part = world.part(None)
    world.register("Ada", part)
    world.forward(days=4)
    world.lapse("Ada")
    world.register("Ada", part, id=uid("again"))

    world.ask(Confirm(uid("Ada")), Cancel(uid("again")), Confirm(uid("Ada")))

    assert world.states("Ada") == {part: "held"}


def test_somebody_leaves_and_the_same_person_registers_in_one_batch() -> None:
    world = World()
    part = world.part(1)
    world.register("Ada", part)

    world.ask(Cancel(uid("Ada")), a_register("Ada", part, id=uid("again")))

    assert world.states("again") == {part: "held"}


# pure


def the_lot(world: World) -> list[Request]:
    (part,) = world.rules.parts
    return [
        a_register("Frida", part),
        Cancel(uid("Ada")),
        Change(uid("Ben"), Want(())),
        Lapse((uid("Cem"),)),
        Confirm(uid("Dora")),
        Promote(),
    ]


def test_the_book_stays_as_it_was() -> None:
    world = a_queue(places=2)
    requests = the_lot(world)
    book = read(world, *requests)
    before = deepcopy((book.units, book.people, book.by_request_key, book.heads, book.recent_letters, book.seq))

    settle(book, requests, NOW)

    assert (book.units, book.people, book.by_request_key, book.heads, book.recent_letters, book.seq) == before


def test_equal_inputs_give_equal_outputs() -> None:
    world = a_queue(places=2)
    requests = the_lot(world)

    once = settle(read(world, *requests), requests, NOW)
    again = settle(read(world, *requests), requests, NOW)

    assert once == again


def test_a_person_of_the_book_is_no_live_one_after_it_has_ended() -> None:
    assert Person(uid("Ada"), *PERSON).is_live
    assert not Person(uid("Ada"), *PERSON, ended_by="self").is_live


PERSON = (a_register("Ada").identity, a_register("Ada").contact)
