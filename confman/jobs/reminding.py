"""Reminds those who have not confirmed, once."""

from confman.usecases import reminders
from confman.usecases.work import Work


async def remind_due(work: Work) -> int:
    """Returns how many are reminded; takes the write lock only where somebody is."""
    now = work.clock()
    if not await work.read(reminders.due, now):
        return 0
    return await work.write(reminders.write, now)
