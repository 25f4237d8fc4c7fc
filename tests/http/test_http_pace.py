"""When answers leave that must not tell by their time who is registered."""

import asyncio

import pytest

from confman.http import pace
from confman.http.pace import Arrival

STEP = 0.02


@pytest.fixture(autouse=True)
def step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "STEP_SECONDS", STEP)


@pytest.mark.parametrize("taken", [0.0, 0.001, 0.6 * STEP, 1.5 * STEP, 2.2 * STEP])
def test_an_answer_leaves_after_whole_steps_only(taken: float) -> None:
    async def answered() -> float:
        at = asyncio.get_running_loop().time()
        await pace.even(Arrival(at - taken, is_in_rush=False))
        return asyncio.get_running_loop().time() - at + taken

    whole = asyncio.run(answered()) / STEP

    assert whole >= max(1, -(-taken // STEP)) - 0.1  # a timer may ring a hair too early


def test_in_a_rush_nobody_waits() -> None:
    with pytest.raises(StopIteration):
        pace.even(Arrival(0.0, is_in_rush=True)).send(None)
