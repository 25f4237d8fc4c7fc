"""The clerk in a process of its own: the same answers, and what happens when either side goes."""

import asyncio
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError

from confman.domain.errors import Interrupted, Overloaded, Unknown
from confman.domain.ledger.requests import Accepted, Outcome, Register, Repeated
from confman.kernel.db import Database, constraint_of
from confman.kernel.ids import new_id
from confman.usecases import clerk_process, work
from confman.usecases.clerk_frames import SettlingFailed
from confman.usecases.clerk_process import ClerkProcess
from confman.usecases.registrar import Ask
from tests.builders import a_registration
from tests.races.harness import an_open_event
from tests.usecases.clerking import answers, registrations, states

T = TypeVar("T")
ROOT = Path(__file__).parents[2]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """On PostgreSQL the clerk stays in the node."""
    return sqlite_url


def with_clerk(url: str, story: Callable[[ClerkProcess], Coroutine[Any, Any, T]]) -> T:
    async def run() -> T:
        clerk = ClerkProcess(url, "error")
        try:
            return await story(clerk)
        finally:
            await clerk.close()

    return asyncio.run(run())


def all_at_once(url: str, event_id: UUID, asks: Sequence[Ask]) -> list[Outcome | BaseException]:
    return with_clerk(url, lambda clerk: answers(clerk, event_id, asks))


def process_of(clerk: ClerkProcess) -> int:
    assert clerk._line is not None
    return clerk._line._process.pid


def test_a_rush_for_fifty_places_gives_exactly_fifty(database: Database, database_url: str) -> None:
    made = work.write(database, an_open_event)

    outcomes = all_at_once(database_url, made.id, [a_registration(made, f"Rush{number}") for number in range(300)])

    told = Counter(outcome.answer.outcome for outcome in outcomes if isinstance(outcome, Accepted))
    assert told == {"held": 50, "waiting": 250}
    assert work.read(database, states) == {"held": 50, "waiting": 250}


def test_a_double_click_is_one_registration_and_one_answer(database: Database, database_url: str) -> None:
    made = work.write(database, an_open_event)
    first = a_registration(made, "Beispiel", key="form:1", digest=b"0" * 32)
    assert isinstance(first.request, Register)
    again = replace(first, request=replace(first.request, id=new_id()))

    one, two = all_at_once(database_url, made.id, [first, again])

    assert isinstance(one, Accepted)
    assert isinstance(two, Repeated)
    assert (one.id, one.answer) == (two.id, two.answer)


def test_errors_are_told_as_what_they_are(database: Database, database_url: str) -> None:
    made = work.write(database, an_open_event)
    good, bad, same_code = (a_registration(made, name) for name in ("Gut", "Schlecht", "Gleich"))
    assert good.person is not None
    assert bad.person is not None
    assert same_code.person is not None
    bad = replace(bad, person=replace(bad.person, category_id=new_id()))
    same_code = replace(same_code, person=replace(same_code.person, code=good.person.code))

    taken, refused, collided = all_at_once(database_url, made.id, [good, bad, same_code])
    (nowhere,) = all_at_once(database_url, new_id(), [a_registration(made, "Verirrt")])

    assert isinstance(taken, Accepted)
    assert isinstance(refused, IntegrityError)
    assert isinstance(collided, IntegrityError)
    assert constraint_of(collided) == "registration.code"
    assert isinstance(nowhere, Unknown)
    assert work.read(database, registrations) == 1


def test_what_nobody_expects_is_told_by_its_kind_alone(database: Database, database_url: str) -> None:
    made = work.write(database, an_open_event)
    odd = a_registration(made, "Sonderbar")
    assert odd.person is not None
    odd = replace(odd, person=replace(odd.person, answers={new_id(): 1j}))

    (outcome,) = all_at_once(database_url, made.id, [odd])

    assert isinstance(outcome, SettlingFailed)
    assert str(outcome) == "TypeError"
    assert work.read(database, registrations) == 0


def test_what_cannot_be_sent_keeps_nobody_waiting(database: Database, database_url: str) -> None:
    made = work.write(database, an_open_event)
    good, bad = a_registration(made, "Gut"), a_registration(made, "Schlecht")
    bad = replace(bad, notes={"unsendable": lambda: None})

    async def story(clerk: ClerkProcess) -> list[Outcome | BaseException]:
        await clerk.open()
        at_once = await asyncio.gather(*(clerk.ask(made.id, ask) for ask in (good, bad)), return_exceptions=True)
        return [*at_once, await clerk.ask(made.id, a_registration(made, "Danach"))]

    assert [type(told) for told in with_clerk(database_url, story)] == [Accepted, AttributeError, Accepted]


def test_also_a_long_answer_is_told_before_the_clerk_closes(database: Database, database_url: str) -> None:
    made = work.write(database, an_open_event)
    bad = a_registration(made, "Schlecht")
    assert bad.person is not None
    bad = replace(bad, person=replace(bad.person, category_id=new_id(), institution="x" * 3_000_000))

    async def story(clerk: ClerkProcess) -> Outcome | BaseException:
        await clerk.open()
        asked = asyncio.create_task(clerk.ask(made.id, bad))
        await asyncio.sleep(0)
        await clerk.close()
        (told,) = await asyncio.gather(asked, return_exceptions=True)
        return told

    assert isinstance(with_clerk(database_url, story), IntegrityError)  # it quotes what it was about


def test_what_waits_is_answered_before_the_clerk_closes(database: Database, database_url: str) -> None:
    made = work.write(database, an_open_event)

    async def story(clerk: ClerkProcess) -> list[Outcome]:
        await clerk.open()
        asked = [asyncio.create_task(clerk.ask(made.id, a_registration(made, f"Spaet{n}"))) for n in range(200)]
        await asyncio.sleep(0)
        await clerk.close()
        with pytest.raises(Overloaded):
            await clerk.ask(made.id, a_registration(made, "Zuspaet"))
        return await asyncio.gather(*asked)

    assert len(with_clerk(database_url, story)) == 200
    assert work.read(database, registrations) == 200


def test_a_clerk_that_nobody_asked_closes(database_url: str) -> None:
    async def story(clerk: ClerkProcess) -> None:
        await clerk.close()
        with pytest.raises(Overloaded):
            await clerk.open()

    with_clerk(database_url, story)


def test_too_many_are_refused_and_nothing_of_them_is_recorded(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clerk_process, "AT_MOST_ASKING", 5)
    made = work.write(database, an_open_event)

    async def story(clerk: ClerkProcess) -> list[Outcome | BaseException]:
        await clerk.open()
        asks = (clerk.ask(made.id, a_registration(made, f"Viele{number}")) for number in range(8))
        told = await asyncio.gather(*asks, return_exceptions=True)
        assert (clerk.asking, clerk.busy_seconds()) == (0, 0.0)
        return told

    outcomes = with_clerk(database_url, story)

    assert Counter(type(outcome) for outcome in outcomes) == {Accepted: 5, Overloaded: 3}
    assert work.read(database, registrations) == 5


def test_somebody_who_hangs_up_is_registered_all_the_same(database: Database, database_url: str) -> None:
    made = work.write(database, an_open_event)

    async def story(clerk: ClerkProcess) -> None:
        await clerk.open()
        asked = asyncio.create_task(clerk.ask(made.id, a_registration(made, "Ungeduldig")))
        await asyncio.sleep(0)
        asked.cancel()

    with_clerk(database_url, story)
    assert work.read(database, registrations) == 1


def test_when_its_process_is_killed_who_waits_is_told_and_the_next_is_served(
    database: Database, database_url: str
) -> None:
    made = work.write(database, an_open_event)

    async def story(clerk: ClerkProcess) -> tuple[list[Outcome | BaseException], list[Outcome | BaseException]]:
        await clerk.open()
        first = process_of(clerk)
        asks = [a_registration(made, f"Opfer{n}", key=f"k{n}", digest=b"0" * 32) for n in range(300)]
        asked = [asyncio.create_task(clerk.ask(made.id, ask)) for ask in asks]
        await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
        os.kill(first, signal.SIGKILL)
        told = await asyncio.gather(*asked, return_exceptions=True)
        again = await asyncio.gather(*(clerk.ask(made.id, ask) for ask in asks), return_exceptions=True)
        assert process_of(clerk) != first
        return told, again

    told, again = with_clerk(database_url, story)

    kinds = Counter(type(outcome) for outcome in told)
    assert kinds[Accepted] > 0
    assert kinds[Interrupted] > 0
    assert kinds.keys() == {Accepted, Interrupted}
    assert {type(outcome) for outcome in again} <= {Accepted, Repeated}  # the same again is safe
    first_ids = {outcome.id for outcome in told if isinstance(outcome, Accepted)}
    assert first_ids <= {outcome.id for outcome in again if isinstance(outcome, Repeated)}
    assert work.read(database, registrations) == 300


def test_it_ends_when_the_node_is_killed(database_url: str) -> None:
    node = subprocess.Popen([sys.executable, "-c", NODE, database_url], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert node.stdout is not None
    assert node.stdout.readline() == "open\n"
    node.kill()

    said, _ = node.communicate(timeout=30)  # until nobody is left who could write there, and its process could
    assert said == ""


NODE = """
import asyncio, sys
from confman.usecases.clerk_process import ClerkProcess

async def run():
    clerk = ClerkProcess(sys.argv[1], "error")
    await clerk.open()
    print("open", flush=True)
    await asyncio.sleep(60)

asyncio.run(run())
"""


def test_signals_that_reach_all_at_once_do_not_end_it(database: Database, database_url: str) -> None:
    made = work.write(database, an_open_event)

    async def story(clerk: ClerkProcess) -> tuple[Outcome, Outcome]:
        one = await clerk.ask(made.id, a_registration(made, "Vorher"))
        for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
            os.kill(process_of(clerk), number)
        return one, await clerk.ask(made.id, a_registration(made, "Nachher"))

    assert [type(outcome) for outcome in with_clerk(database_url, story)] == [Accepted, Accepted]
