"""The worker: letters and jobs without pages, until SIGTERM."""

import asyncio
import signal

from confman.jobs.runner import Runner
from confman.kernel.clock import system_clock
from confman.kernel.db import open_database
from confman.kernel.logs import configure_log
from confman.kernel.settings import Settings
from confman.usecases.clerk import LocalClerk
from confman.usecases.work import Work


def work_until_stopped(settings: Settings) -> None:
    """Runs the catalogue's jobs; ends between two letters when told to."""
    configure_log(settings.log_level)
    asyncio.run(_run(settings))


async def _run(settings: Settings) -> None:
    work = Work(open_database(settings.database_url), system_clock)
    clerk = LocalClerk(work)
    runner = Runner(work, clerk, settings)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    runner.start()
    await stop.wait()
    await runner.stop()
    await clerk.close()
    work.close()
