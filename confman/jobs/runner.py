"""Runs the catalogue's jobs beside the requests of a node, or alone in a worker."""

import asyncio

import structlog

from confman.domain.errors import Interrupted, Overloaded
from confman.jobs.catalogue import CATALOGUE, Job, JobName, Means
from confman.jobs.downloading import Maker, Sources
from confman.jobs.erasing import Eraser
from confman.jobs.postman import Office
from confman.jobs.smtp import mailer_for
from confman.kernel.security import Secrets
from confman.kernel.settings import Settings
from confman.usecases.clerk import Clerk
from confman.usecases.work import Work

_log = structlog.get_logger("confman.jobs")


class Runner:
    """One task per job of the catalogue; a job that fails is logged and tried again in its turn."""

    def __init__(self, work: Work, clerk: Clerk, settings: Settings) -> None:
        self._stopping = asyncio.Event()
        mailer, secrets = mailer_for(settings), Secrets(settings.secrets)
        office = Office(mailer, settings.base_url, secrets, settings.mail_from, self._stopping.is_set)
        eraser = Eraser(work, clerk, settings.data_dir, self._stopping.is_set)
        sources = Sources(settings.database_url, settings.base_url, settings.secrets)
        self._means = Means(work, clerk, office, eraser, Maker(work, sources, self._stopping.is_set))
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self._tasks = [asyncio.create_task(self._repeat(name, job)) for name, job in CATALOGUE.items()]

    async def stop(self) -> None:
        """Lets what is under way come to its end, for it may be in the middle of a letter."""
        self._stopping.set()
        await asyncio.gather(*self._tasks)

    async def _repeat(self, name: JobName, job: Job) -> None:
        while not self._stopping.is_set():
            if not await self._once(name, job):
                await self._pause(job.every_seconds)

    async def _once(self, name: JobName, job: Job) -> int:
        try:
            return await job.run(self._means)
        except (Overloaded, Interrupted):
            return 0  # the database is busy or away; the next turn tries again
        except Exception as error:  # noqa: BLE001 - one job's fault must not end the others
            _log.error("job failed", job=name.value, kind=type(error).__name__)
            return 0

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return
