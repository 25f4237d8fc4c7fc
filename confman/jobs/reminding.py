"""Reminds those who have not confirmed, once; forgets addresses that were typed to have a link sent again."""

from confman.usecases import links, reminders
from confman.usecases.work import Work


async def remind_due(work: Work) -> int:
    """Returns how many are reminded; takes the write lock only where somebody is."""
    now = work.clock()
    if not await work.read(reminders.due, now):
        return 0
    return await work.write(reminders.write, now)


async def forget_links(work: Work) -> int:
    """Returns how many addresses are forgotten."""
    now = work.clock()
    if not await work.read(links.has_forgettable, now):
        return 0
    return await work.write(links.forget, now)
