"""A night that is cut off, two at once, and one beside people who register."""

import asyncio
import sys
from pathlib import Path

import pytest

from confman.domain.ledger.requests import Accepted, Outcome
from confman.jobs.erasing import Eraser
from confman.kernel.db import Database, open_database
from confman.usecases import work
from confman.usecases.clerk import LocalClerk
from confman.usecases.erasing import AT_ONCE
from confman.usecases.work import Work
from tests.builders import APart, a_registration
from tests.jobs.erasing_night import NIGHT, PEOPLE, left, one_night, past_event, protocol
from tests.jobs.letter_office import str_of
from tests.races.harness import FAR, an_open_event, faults_of
from tests.races.witness import damage

ROOT = Path(__file__).parents[2]
ALL = {"registrations": 200, "cancelled": 50, "letters": PEOPLE, "places": 300}
"""Fifty only waited for a place; a hundred of those who had one had a place in the forum too."""


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_a_night_that_is_cut_off_goes_on_with_the_next(database: Database, tmp_path: Path, nth: int) -> None:
    past_event(database)
    url = str_of(database)

    async def killed() -> int:
        words = ("-m", "tests.jobs.dying_eraser", url, str(tmp_path), str(nth))
        dying = await asyncio.create_subprocess_exec(sys.executable, *words, cwd=ROOT)
        return await dying.wait()

    code = asyncio.run(killed())
    after_the_kill = left(database), damage(database)
    asyncio.run(one_night(url, tmp_path))

    assert code == -9
    assert after_the_kill == (PEOPLE - (nth - 1) * AT_ONCE, [])
    assert (left(database), protocol(database), faults_of(database), damage(database)) == (0, ALL, {}, [])


def test_two_nodes_erase_nobody_twice(database: Database, tmp_path: Path) -> None:
    past_event(database)
    url = str_of(database)

    async def both() -> None:
        await asyncio.gather(one_night(url, tmp_path), one_night(url, tmp_path))

    asyncio.run(both())

    assert (left(database), protocol(database), faults_of(database)) == (0, ALL, {})


def test_people_register_while_others_are_erased(database: Database, tmp_path: Path) -> None:
    past_event(database)
    made = work.write(database, an_open_event, "fachtag", [APart("konferenz", 150, starts_at=FAR)])
    node = Work(open_database(str_of(database)), lambda: NIGHT)
    clerk = LocalClerk(node)

    async def night() -> list[Outcome]:
        erasing = asyncio.create_task(Eraser(node, clerk, tmp_path).erase_due())
        people = [clerk.ask(made.id, a_registration(made, f"Neu{number}")) for number in range(200)]
        outcomes = await asyncio.gather(*people)
        await erasing
        return outcomes

    outcomes = asyncio.run(night())
    node.close()

    assert sum(isinstance(outcome, Accepted) for outcome in outcomes) == 200
    assert (left(database), protocol(database), faults_of(database)) == (200, ALL, {})
