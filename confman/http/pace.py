"""When an answer leaves that must not tell by its time whether somebody is registered.

Who is known already is settled with fewer rows than a newcomer: a difference of some tenths of a millisecond. Answers
therefore leave on a grid of time reckoned from their request: what takes less than a step takes the whole step. In a
rush they leave at once, for then each shares its transaction with many others, whose number says more than anything.
"""

import asyncio
import math
from dataclasses import dataclass

from confman.http.node import Node

STEP_SECONDS = 0.04
RUSH = 8
"""As many others under way hide the difference by themselves."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request as it came: on the event loop's clock, and whether it came alone."""

    at: float
    is_in_rush: bool


def arrival(node: Node) -> Arrival:
    return Arrival(asyncio.get_running_loop().time(), node.clerk.asking >= RUSH)


async def even(arrived: Arrival) -> None:
    """Waits until a whole number of steps has passed since then."""
    if arrived.is_in_rush:
        return
    passed = asyncio.get_running_loop().time() - arrived.at
    await asyncio.sleep(math.ceil(passed / STEP_SECONDS) * STEP_SECONDS - passed)
