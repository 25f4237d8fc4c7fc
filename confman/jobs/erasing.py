"""Erases what is due: in the database, in the folder of letters, in copies, and in the bytes that deleting leaves.

Every step may be cut off and is done again, by this node or another: what is due is asked of the database each time.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import structlog

from confman.domain.ledger.requests import Lapse
from confman.jobs.smtp import LETTERS
from confman.kernel import schema
from confman.kernel.wiping import wipe
from confman.store.personal import WIPED
from confman.usecases import erasing
from confman.usecases.clerk import Clerk
from confman.usecases.registrar import Ask
from confman.usecases.work import Work

_log = structlog.get_logger("confman.jobs")
_NAMES_AT_ONCE = 500
_WIPED_AFTER = timedelta(hours=12)
_UNFINISHED_SECONDS = 3_600
"""What was not written to its end in this time never will be."""


@dataclass(frozen=True)
class Eraser:
    """`is_stopping`: asked between two transactions; what is left is for the next turn."""

    work: Work
    clerk: Clerk
    data_dir: Path
    is_stopping: Callable[[], bool] = lambda: False

    async def erase_due(self) -> int:
        """All that is due now; returns how many rows of the protocol's kinds went."""
        now = self.work.clock()
        gone: Counter[str] = Counter()
        for event_id in await self.work.read(erasing.events_with_people):
            try:
                gone += await self._event(event_id, now)
            except Exception as error:  # noqa: BLE001 - one event's trouble must not keep the data of all others
                _log.error("could not erase", event_id=event_id.hex, kind=type(error).__name__)
        gone["letter_files"] = await self._letter_files(now)
        gone["copies"] = await asyncio.to_thread(schema.remove_old_copies, self.work.database, now)
        if gone.total():
            _log.info("erased", **{kind: number for kind, number in sorted(gone.items()) if number})
        # of what people erase themselves by day (and of a wiping that failed) the bytes may wait for the night
        await self._wipe(now if gone.total() else now - _WIPED_AFTER)
        return gone.total()

    async def _event(self, event_id: UUID, now: datetime) -> Counter[str]:
        gone: Counter[str] = Counter()
        due = await self.work.read(erasing.what_is_due, event_id, now)
        if not due.is_any:
            return gone
        if due.unconfirmed:  # the ledger gives their places on; they are erased as others whose hold has ended
            await self.clerk.ask(event_id, Ask(Lapse(tuple(due.unconfirmed)), actor="clock"))
        for step in (erasing.erase_answers, erasing.erase_people):
            while not self.is_stopping():
                done = await self.work.write(step, event_id, now)
                if not done:
                    break
                gone += done
        return gone

    async def _letter_files(self, now: datetime) -> int:
        """Letters in files (there is no mail server) go with their rows; also those of a crash in between."""
        folder = self.data_dir / LETTERS
        files = await asyncio.to_thread(_files, folder)
        gone = [path for path in files if path.name.startswith(".") and _is_left_over(path, now)]
        letters = [path for path in files if not path.name.startswith(".")]
        for at in range(0, len(letters), _NAMES_AT_ONCE):
            some = letters[at : at + _NAMES_AT_ONCE]
            kept = await self.work.read(erasing.letters_kept, [_message_id(path) for path in some])
            gone += [path for path in some if _message_id(path) not in kept]
        await asyncio.to_thread(_unlink, gone)
        return len(gone)

    async def _wipe(self, by: datetime) -> None:
        erased = await self.work.read(erasing.unwiped, by)
        if not erased or self.is_stopping():
            return
        if await self.work.beside(wipe, WIPED):
            await self.work.write(erasing.note_wiped, erased, self.work.clock())
        else:
            _log.warning("erased data may still be read in the file; somebody was reading or writing")


async def forget_expired(work: Work) -> int:
    """Receipts and what else lives for an hour or a day; returns how many."""
    now = work.clock()
    if not await work.read(erasing.has_expired, now):
        return 0
    return await work.write(erasing.forget_expired, now)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*") if path.is_file()) if folder.is_dir() else []


def _message_id(path: Path) -> str:
    return path.name.removesuffix(".eml").partition("@")[0]


def _is_left_over(path: Path, now: datetime) -> bool:
    try:
        return now.timestamp() - path.stat().st_mtime > _UNFINISHED_SECONDS
    except FileNotFoundError:
        return False


def _unlink(paths: list[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
