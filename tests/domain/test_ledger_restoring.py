"""Many at once by an organiser's hand, and taking it back."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from confman.domain.errors import CannotRestore, EventCancelled, Full
from confman.domain.ledger.book import HELD, WAITING, WISHED
from confman.domain.ledger.bulks import fingerprint
from confman.domain.ledger.requests import (
    BulkDone,
    Cancel,
    Change,
    Choice,
    Count,
    Done,
    Hand,
    Outcome,
    Refused,
    Register,
    Restore,
    Want,
)
from tests.domain.ledger_world import BULK, HAND, ONE_MORE, World, a_register, hours, uid

ANY = Hand("erika", ignores_deadlines=True)


class Forums(World):
    """A conference with two forums in one slot."""

    def __init__(self, first: int | None = 2, third: int | None = None, **rules: Any) -> None:
        super().__init__(**rules)
        self.conference = self.part()
        self.slot_ = self.slot(self.conference)
        self.first = self.session(self.slot_, first)
        self.third = self.session(self.slot_, third)

    def come(self, *people: str, to: UUID, until: UUID | None = None) -> None:
        for name in people:
            self.register(name, self.conference, choices={self.slot_: Choice(to, until)})

    def moving(self, *people: str, to: UUID, hand: Hand = HAND) -> tuple[Change, ...]:
        return tuple(Change(uid(name), Want(None, {self.slot_: Choice(to)}), hand=hand) for name in people)

    def lines(self) -> tuple[list[UUID], list[UUID]]:
        return self.waiting(self.first), self.waiting(self.third)

    def picture(self) -> tuple[Any, ...]:
        """Everything that people and units have; what was given up leaves no trace."""
        people = {
            key: (person.ended_by, [place for place in person.places.values() if place.state != "released"])
            for key, person in self.rows.people.items()
        }
        return people, self.rows.copy().units


def a_full_forum() -> Forums:
    """Ada and Ben sit in the first, Cleo to Fay in the third; of these Cleo and Dora would rather sit in the first."""
    world = Forums()
    world.come("Ada", "Ben", to=world.first)
    world.come("Cleo", "Dora", to=world.first, until=world.third)
    world.come("Emil", "Fay", to=world.third)
    return world


def why(outcome: Outcome) -> CannotRestore:
    assert isinstance(outcome, Refused)
    assert isinstance(outcome.reason, CannotRestore)
    return outcome.reason


def people_in(done: BulkDone) -> set[UUID]:
    return {trace.id for trace in done.people}


# many at once


def test_many_are_moved_and_those_who_wait_move_up() -> None:
    world = a_full_forum()

    done = world.bulk(*world.moving("Ada", "Ben", to=world.third))

    assert [isinstance(one, Done) and one.changed for one in done.outcomes] == [True, True]
    assert people_in(done) == {uid(name) for name in ("Ada", "Ben", "Cleo", "Dora")}
    assert world.states("Cleo") == {world.conference: HELD, world.first: HELD}
    assert {trace.unit: (trace.before, trace.after) for trace in done.units} == {
        world.first: (Count(2, 0, 2, 2), Count(2, 0, 2, 0)),
    }


def test_who_cannot_be_moved_does_not_keep_the_others() -> None:
    world = Forums(first=None, third=1)
    world.come("Ada", "Ben", "Cleo", to=world.first)
    world.cancel("Cleo")

    done = world.bulk(*world.moving("Ada", "Ben", "Cleo", to=world.third))

    assert [type(one) for one in done.outcomes] == [Done, Refused, Refused]
    assert isinstance(done.outcomes[1], Refused)
    assert isinstance(done.outcomes[1].reason, Full)
    assert people_in(done) == {uid("Ada")}


def test_letters_of_many_are_held_and_are_letters_of_their_own() -> None:
    world = a_full_forum()
    world.rows.letters.clear()

    world.ask(*world.moving("Ada", to=world.third))
    world.bulk(*world.moving("Ben", to=world.third))

    told = [(letter.id, letter.kind, letter.due_at - world.now, letter.bulk) for _, letter in world.rows.letters]
    five = timedelta(minutes=5)
    assert told == [
        (uid("Ada"), "changed", timedelta(), None),
        (uid("Cleo"), "promoted", timedelta(), None),
        (uid("Ben"), "changed", five, BULK),
        (uid("Dora"), "promoted", five, BULK),
    ]


def test_nobody_is_told_where_the_organiser_does_not_want_it() -> None:
    world = a_full_forum()
    world.rows.letters.clear()

    world.bulk(*world.moving("Ada", "Ben", to=world.third), tells=False)

    assert world.rows.letters == []


def test_many_are_read_again_where_the_line_is_longer_than_was_read() -> None:
    world = a_full_forum()
    world.spare = -1

    world.bulk(*world.moving("Ada", "Ben", to=world.third))

    assert world.lines() == ([], [])


# taking it back


def test_taking_back_gives_everybody_what_they_had_also_those_who_moved_up() -> None:
    world = a_full_forum()
    before = world.picture()

    done = world.bulk(*world.moving("Ada", "Ben", to=world.third))
    outcome = world.restore(done)

    assert outcome == Done(changed=True)
    assert world.picture() == before


def test_cancelled_people_are_live_again() -> None:
    world = a_full_forum()
    before = world.picture()

    done = world.bulk(Cancel(uid("Ada"), "organiser", ANY), Cancel(uid("Emil"), "organiser", ANY))
    outcome = world.restore(done)

    assert outcome == Done(changed=True)
    assert world.picture() == before
    assert world.register("Ada", world.conference) != Done(changed=True)  # known again: nobody comes twice


def test_taking_back_nothing_changes_nothing() -> None:
    world = a_full_forum()

    assert world.restore(world.bulk()) == Done(changed=False)


def test_taking_back_twice_changes_nothing_the_second_time() -> None:
    world = a_full_forum()
    done = world.bulk(*world.moving("Ada", to=world.third))
    world.restore(done)
    before = world.picture()

    reason = why(world.restore(done))

    assert set(reason.changed) == people_in(done)
    assert world.picture() == before


def test_a_part_that_was_given_is_waited_for_again_with_its_wishes() -> None:
    world = World()
    part = world.part(1)
    slot = world.slot(part)
    forum = world.session(slot, 5)
    world.register("Ada", part)
    world.register("Ben", part, choices={slot: forum})

    done = world.bulk(Cancel(uid("Ada"), "organiser", ANY))
    assert world.states("Ben") == {part: HELD, forum: HELD}
    world.restore(done)

    assert world.states("Ben") == {part: WAITING, forum: WISHED}
    assert world.states("Ada") == {part: HELD}


def test_the_reserve_and_one_more_are_given_back() -> None:
    world = Forums(first=1)
    reserved = world.session(world.slot_, 2, reserve=1)
    world.come("Ada", "Ben", to=world.third)
    world.come("Cleo", to=world.first)
    before = world.picture()

    done = world.bulk(
        *world.moving("Ada", to=world.first, hand=ONE_MORE),
        *world.moving("Ben", "Cleo", to=reserved),
    )
    assert (world.unit(world.first).ceiling, world.unit(reserved).reserve) == (1, 0)
    world.restore(done)

    assert world.picture() == before


def test_who_was_one_more_than_the_capacity_is_so_again() -> None:
    world = Forums(first=1)
    world.come("Ada", to=world.first)
    world.come("Ben", to=world.third)
    world.ask(*world.moving("Ben", to=world.first, hand=ONE_MORE))
    before = world.picture()

    done = world.bulk(*world.moving("Ada", "Ben", to=world.third))
    world.restore(done)

    assert world.picture() == before
    assert world.unit(world.first).ceiling == 2


def test_a_place_free_since_goes_at_once_to_the_first_who_waits_again() -> None:
    world = a_full_forum()
    done = world.bulk(*world.moving("Ada", to=world.third))
    world.cancel("Ben")  # nobody but Dora is left to move up
    world.cancel("Dora")

    world.restore(done)

    assert world.states("Ada")[world.first] == HELD
    assert world.states("Cleo")[world.first] == HELD


def test_who_waits_in_another_slot_waits_on_where_they_stood() -> None:
    world = a_full_forum()
    tours = world.slot(world.conference)
    one, other = (world.session(tours, None, hours(17, 18)) for _ in range(2))
    world.change("Cleo", choices={tours: one})
    world.spare = 0
    before = world.picture()

    done = world.bulk(Change(uid("Cleo"), Want(None, {tours: Choice(other)}), hand=HAND))
    world.restore(done)

    assert world.picture() == before
    assert world.lines()[0] == [uid("Cleo"), uid("Dora")]


def test_others_may_ask_in_the_same_batch() -> None:
    world = a_full_forum()
    done = world.bulk(*world.moving("Ada", to=world.third))

    _, outcome = world.ask(Cancel(uid("Emil")), Restore(BULK, done.people, done.units))

    assert outcome == Done(changed=True)
    assert world.lines()[0] == [uid("Cleo"), uid("Dora")]


# what forbids it


def test_whoever_has_changed_since_forbids_it() -> None:
    world = a_full_forum()
    done = world.bulk(*world.moving("Ada", "Ben", to=world.third))
    world.cancel("Cleo")
    before = world.picture()

    reason = why(world.restore(done))

    assert (reason.changed, reason.returned, reason.passed) == ((uid("Cleo"),), (), ())
    assert world.picture() == before


def test_whoever_is_erased_since_forbids_it() -> None:
    world = a_full_forum()
    done = world.bulk(Cancel(uid("Emil"), "organiser", ANY))
    del world.rows.people[uid("Emil")]

    assert why(world.restore(done)).changed == (uid("Emil"),)


def test_whoever_was_cancelled_and_came_anew_forbids_it() -> None:
    world = a_full_forum()
    done = world.bulk(Cancel(uid("Emil"), "organiser", ANY))
    world.ask(anew(world, "Emil"))

    assert why(world.restore(done)).returned == (uid("Emil"),)


def anew(world: Forums, name: str) -> Register:
    """The same person, another registration."""
    return replace(a_register(name, world.conference), id=uid(f"{name} again"))


def test_somebody_new_in_the_place_forbids_it() -> None:
    world = Forums(first=2)
    world.come("Ada", "Ben", to=world.first)
    done = world.bulk(*world.moving("Ada", to=world.third))
    world.come("Cleo", to=world.first)

    assert why(world.restore(done)).units == (world.first,)


def test_a_smaller_room_forbids_it() -> None:
    world = Forums(first=2)
    world.come("Ada", "Ben", to=world.first)
    done = world.bulk(*world.moving("Ada", to=world.third))
    world.resize(world.first, 1)

    assert why(world.restore(done)).units == (world.first,)


def test_a_session_that_is_no_more_forbids_it() -> None:
    world = a_full_forum()
    done = world.bulk(*world.moving("Ada", "Ben", to=world.third))
    world.forget(world.first)

    assert why(world.restore(done)).units == (world.first,)


def test_who_moved_up_since_from_behind_forbids_it() -> None:
    """Ben leaves, and his place goes to Dora, who came after Cleo: Cleo shall not wait behind her."""
    world = a_full_forum()
    done = world.bulk(*world.moving("Ada", to=world.third))
    world.cancel("Ben")

    assert why(world.restore(done)).passed == (uid("Dora"),)


def test_an_organiser_may_let_somebody_pass() -> None:
    world = a_full_forum()
    done = world.bulk(*world.moving("Ada", to=world.third))
    world.ask(*world.moving("Emil", to=world.first, hand=ONE_MORE))
    world.ask(*world.moving("Ben", to=world.third))

    assert world.restore(done) == Done(changed=True)
    assert world.lines()[0] == [uid("Cleo"), uid("Dora")]


def test_after_the_end_of_moving_up_there_is_no_order_to_keep() -> None:
    world = a_full_forum()
    world.unit(world.first).promotes_until = world.now
    done = world.bulk(*world.moving("Cleo", to=world.third))  # gives up waiting
    world.cancel("Ben")
    world.come("Gus", to=world.first)

    assert world.restore(done) == Done(changed=True)
    assert world.lines()[0] == [uid("Cleo"), uid("Dora")]


def test_a_cancelled_event_forbids_it() -> None:
    world = a_full_forum()
    done = world.bulk(*world.moving("Ada", to=world.third))
    world.set(is_cancelled=True)

    outcome = world.restore(done)

    assert isinstance(outcome, Refused)
    assert isinstance(outcome.reason, EventCancelled)


def test_whoever_needs_no_capacity_is_put_back_without_touching_it() -> None:
    world = Forums(first=1, third=1)
    world.register("Ada", world.conference, choices={world.slot_: Choice(world.first)}, counts=False, hand=ANY)
    before = world.picture()

    world.restore(world.bulk(*world.moving("Ada", to=world.third)))

    assert world.picture() == before
    assert world.rows.units[world.first].held == 0


# what an organiser has seen before


def test_a_picture_is_the_same_where_the_same_happens_to_the_same_people() -> None:
    first, again, other = a_full_forum(), a_full_forum(), a_full_forum()
    again.come("Greta", to=again.third)  # of whom nothing depends
    other.cancel("Dora")  # so nobody moves up behind Ben

    seen, same, differs = (
        fingerprint(world.bulk(*world.moving("Ada", "Ben", to=world.third))) for world in (first, again, other)
    )

    assert seen == same
    assert seen != differs
