"""THE table of what runs by the clock. Each may run twice, on several nodes at once, and must not harm."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from confman.jobs import erasing, lapsing, postman, reminding
from confman.jobs.downloading import Maker, forget_expired
from confman.jobs.erasing import Eraser
from confman.jobs.postman import Office
from confman.usecases.clerk import Clerk
from confman.usecases.work import Work


@dataclass(frozen=True)
class Means:
    """What jobs work with."""

    work: Work
    clerk: Clerk
    office: Office
    eraser: Eraser
    maker: Maker


class JobName(StrEnum):
    LETTERS_SEND = "letters_send"
    UNCONFIRMED_LAPSE = "unconfirmed_lapse"
    UNCONFIRMED_REMIND = "unconfirmed_remind"
    EXPIRED_FORGET = "expired_forget"
    DOWNLOADS_MAKE = "downloads_make"
    DUE_ERASE = "due_erase"


@dataclass(frozen=True)
class Job:
    """`run` returns how much it did; while that is anything it is run again at once, else after `every_seconds`."""

    run: Callable[[Means], Awaitable[int]]
    every_seconds: float


RUSH_SECONDS = 20
IN_A_RUSH = 5
"""Letters a second once a rush has lasted RUSH_SECONDS: registering comes first, and nobody's letter stops for long."""


async def _send_letters(means: Means) -> int:
    busy = means.clerk.busy_seconds()
    if busy > RUSH_SECONDS:
        await postman.deliver_due(means.work, means.office, means.work.clock(), IN_A_RUSH)
    if busy:
        return 0
    return await postman.deliver_due(means.work, means.office, means.work.clock())


async def _lapse(means: Means) -> int:
    return await lapsing.lapse_due(means.work, means.clerk)


async def _remind(means: Means) -> int:
    return await reminding.remind_due(means.work)


async def _forget(means: Means) -> int:
    return await erasing.forget_expired(means.work) + await forget_expired(means.work)


async def _make_downloads(means: Means) -> int:
    return await means.maker.make_due()


async def _erase(means: Means) -> int:
    return await means.eraser.erase_due()


CATALOGUE: Mapping[JobName, Job] = {
    JobName.LETTERS_SEND: Job(_send_letters, every_seconds=1),
    JobName.UNCONFIRMED_LAPSE: Job(_lapse, every_seconds=30),
    JobName.UNCONFIRMED_REMIND: Job(_remind, every_seconds=300),
    JobName.EXPIRED_FORGET: Job(_forget, every_seconds=60),
    JobName.DOWNLOADS_MAKE: Job(_make_downloads, every_seconds=1),
    # by night: nothing is due before three in the morning of the event's zone, and what is waits an hour at most
    JobName.DUE_ERASE: Job(_erase, every_seconds=3_600),
}
