import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from threading import Event
from typing import Any, TypeVar
from uuid import UUID

import pytest
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import IntegrityError

from confman.domain.errors import Interrupted, NotOpen, Overloaded, Unknown
from confman.domain.ledger.requests import Accepted, Change, Outcome, Refused, Register, Repeated
from confman.kernel.db import Database
from confman.kernel.ids import new_id
from confman.store.outbox import letter
from confman.store.programme import unit
from confman.usecases import clerk as clerks
from confman.usecases import work
from confman.usecases.clerk import LocalClerk
from confman.usecases.ledger import RulesCache
from confman.usecases.registrar import Ask, Asks, settle_batch
from confman.usecases.work import Work
from tests.builders import NOW, APart, a_registration, an_event
from tests.usecases.clerking import answers, registrations, states

T = TypeVar("T")


def with_clerk(database: Database, story: Callable[[LocalClerk], Coroutine[Any, Any, T]]) -> T:
    async def run() -> T:
        running = Work(database, lambda: NOW)
        clerk = LocalClerk(running)
        try:
            return await story(clerk)
        finally:
            await clerk.close()
            running.close()

    return asyncio.run(run())


def all_at_once(database: Database, event_id: UUID, asks: Sequence[Ask]) -> list[Outcome | BaseException]:
    return with_clerk(database, lambda clerk: answers(clerk, event_id, asks))


def counts(connection: Connection) -> list[tuple[int, int]]:
    return [(row.held, row.waiting) for row in connection.execute(select(unit.c.held, unit.c.waiting))]


def letters(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(letter)).scalar_one()


def test_a_rush_for_fifty_places_gives_exactly_fifty(database: Database) -> None:
    made = work.write(database, an_event, [APart(places=50)])

    outcomes = all_at_once(database, made.id, [a_registration(made, f"Rush{number}") for number in range(300)])

    told = Counter(outcome.answer.outcome for outcome in outcomes if isinstance(outcome, Accepted))
    assert told == {"held": 50, "waiting": 250}
    assert work.read(database, states) == {"held": 50, "waiting": 250}
    assert work.read(database, counts) == [(50, 250)]
    assert work.read(database, letters) == 300


def test_a_double_click_is_one_registration_and_one_answer(database: Database) -> None:
    made = work.write(database, an_event, [APart(places=1)])
    first = a_registration(made, "Beispiel", key="form:1", digest=b"0" * 32)
    assert isinstance(first.request, Register)
    again = replace(first, request=replace(first.request, id=new_id()))

    one, two = all_at_once(database, made.id, [first, again])

    assert isinstance(one, Accepted)
    assert isinstance(two, Repeated)
    assert (one.id, one.answer) == (two.id, two.answer)
    assert work.read(database, registrations) == 1


def test_a_request_whose_data_are_refused_does_not_take_the_others_with_it(database: Database) -> None:
    made = work.write(database, an_event)
    good, bad = a_registration(made, "Gut"), a_registration(made, "Schlecht")
    assert bad.person is not None
    bad = replace(bad, person=replace(bad.person, category_id=new_id()))

    outcomes = all_at_once(database, made.id, [good, bad, a_registration(made, "Besser")])

    assert [type(outcome) for outcome in outcomes] == [Accepted, IntegrityError, Accepted]
    assert work.read(database, registrations) == 2


def test_an_event_that_is_not_there_is_refused(database: Database) -> None:
    made = work.write(database, an_event)

    (outcome,) = all_at_once(database, new_id(), [a_registration(made, "Verirrt")])

    assert isinstance(outcome, Unknown)


def test_what_waits_is_answered_before_the_clerk_closes(database: Database) -> None:
    made = work.write(database, an_event)

    async def story(clerk: LocalClerk) -> list[Outcome]:
        asked = [asyncio.create_task(clerk.ask(made.id, a_registration(made, f"Spaet{n}"))) for n in range(20)]
        await asyncio.sleep(0)
        await clerk.close()
        return [task.result() for task in asked if task.done()]

    assert len(with_clerk(database, story)) == 20


def test_a_closed_clerk_takes_nothing_more(database: Database) -> None:
    made = work.write(database, an_event)

    async def story(clerk: LocalClerk) -> None:
        await clerk.close()
        with pytest.raises(Overloaded):
            await clerk.ask(made.id, a_registration(made, "Zuspaet"))

    with_clerk(database, story)
    assert work.read(database, registrations) == 0


def test_a_full_queue_refuses_and_records_nothing_of_it(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clerks, "AT_MOST_ASKING", 5)
    made = work.write(database, an_event)

    outcomes = all_at_once(database, made.id, [a_registration(made, f"Viele{number}") for number in range(8)])

    refused = [outcome for outcome in outcomes if isinstance(outcome, Overloaded)]
    assert len(refused) == 3
    assert work.read(database, registrations) == 5


def test_nobody_waits_for_ever_where_settling_is_cancelled(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clerks, "BATCH", 2)
    made = work.write(database, an_event)

    async def story(clerk: LocalClerk) -> tuple[list[Outcome | BaseException], Outcome]:
        asks = [asyncio.create_task(clerk.ask(made.id, a_registration(made, f"Kappe{n}"))) for n in range(3)]
        await asyncio.sleep(0)
        while len(clerk._queues[made.id]) > 1:  # noqa: ASYNC110 - what a thread does
            await asyncio.sleep(0)
        for drain in clerk._drains:
            drain.cancel()
        told = await asyncio.gather(*asks, return_exceptions=True)
        assert (clerk.asking, clerk.busy_seconds()) == (0, 0.0)
        return told, await clerk.ask(made.id, a_registration(made, "Danach"))

    told, after = with_clerk(database, story)

    assert [type(outcome) for outcome in told] == [Interrupted, Interrupted, Overloaded]
    assert isinstance(after, Accepted)


def test_who_comes_while_a_batch_fails_is_in_the_next(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    made = work.write(database, an_event)
    is_failing, may_fail = Event(), Event()

    def failing_first(connection: Connection, event_id: UUID, asks: Asks, *more: Any) -> tuple[Outcome, ...]:
        taken = asks() if callable(asks) else asks
        if not is_failing.is_set():
            is_failing.set()
            may_fail.wait(30)
            raise OverflowError
        return settle_batch(connection, event_id, taken, *more)

    monkeypatch.setattr(clerks, "settle_batch", failing_first)

    async def story(clerk: LocalClerk) -> list[Outcome | BaseException]:
        first = asyncio.create_task(clerk.ask(made.id, a_registration(made, "Pech")))
        await asyncio.to_thread(is_failing.wait, 30)
        others = [asyncio.create_task(clerk.ask(made.id, a_registration(made, f"Folgt{n}"))) for n in range(5)]
        await asyncio.sleep(0)
        may_fail.set()
        return await asyncio.gather(first, *others, return_exceptions=True)

    assert [type(told) for told in with_clerk(database, story)] == [OverflowError, *[Accepted] * 5]


def test_who_asks_for_what_has_changed_is_in_nobodys_way(database: Database) -> None:
    made = work.write(database, an_event)
    first = a_registration(made, "Beispiel")
    assert isinstance(first.request, Register)
    work.write(database, settle_batch, made.id, [first], lambda: NOW, RulesCache())
    one = Ask(Change(first.request.id), amends={"badge_name": "Anna B."}, actor="organiser")

    outcomes = work.write(
        database, settle_batch, made.id, [replace(one, revision=r) for r in (7, 1, 1)], lambda: NOW, RulesCache()
    )

    assert [isinstance(outcome, Refused) for outcome in outcomes] == [True, False, True]


def test_somebody_who_hangs_up_is_registered_all_the_same(database: Database) -> None:
    made = work.write(database, an_event)

    async def story(clerk: LocalClerk) -> None:
        asked = asyncio.create_task(clerk.ask(made.id, a_registration(made, "Ungeduldig")))
        await asyncio.sleep(0)
        asked.cancel()
        await clerk.close()

    with_clerk(database, story)
    assert work.read(database, registrations) == 1


def test_an_event_without_a_day_takes_nobody(database: Database) -> None:
    made = work.write(
        database, an_event, starts_on=None, ends_on=None, starts_at=None, ends_at=None, date_text={"de": "2017"}
    )

    (outcome,) = all_at_once(database, made.id, [a_registration(made, "Zufrueh")])

    assert isinstance(outcome, Refused)
    assert isinstance(outcome.reason, NotOpen)
