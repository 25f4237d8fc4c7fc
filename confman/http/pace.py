"""When an answer leaves that must not tell by its time whether somebody is registered.

Who is known already is settled with fewer rows than a newcomer. The difference is small and constant, so answers leave
on a grid of time reckoned from the arrival: whatever takes less than a step takes as long as the step.
"""

import asyncio
import math

STEP_SECONDS = 0.025


def arrived() -> float:
    """The present on the clock that `even` reckons with."""
    return asyncio.get_running_loop().time()


async def even(since: float) -> None:
    """Waits until a whole number of steps has passed since then."""
    passed = asyncio.get_running_loop().time() - since
    await asyncio.sleep(math.ceil(passed / STEP_SECONDS) * STEP_SECONDS - passed)
