"""„Zu erledigen“, for whoever may see needs; and the kitchen's numbers, for everybody who sees registrations."""

from collections.abc import Callable
from datetime import date, datetime

from litestar import Response

from confman.domain.retention import local_day
from confman.domain.roles import Right
from confman.domain.values import Texts
from confman.http.counter import Desk, counter_form, counter_page
from confman.usecases.manage import needs
from confman.usecases.manage.needs import Tick
from confman.usecases.programme import Said, said
from confman.usecases.retention import dates_for

_EVENT = "/manage/events/{slug:str}"


@counter_page(f"{_EVENT}/needs")
async def see(desk: Desk) -> Response[bytes]:
    items = await desk.node.work.read(needs.items, desk.event)
    still_open = [item for item in items if item.met is None]
    done = [item for item in items if item.met is not None]
    return desk.page(
        "manage/needs.html",
        items=still_open,
        done=done,
        erased_on=dates_for(desk.event).needs_on,
        say=_say(desk),
        day_of=_day_of(desk),
    )


@counter_form(f"{_EVENT}/needs")
async def tick(desk: Desk) -> Response[bytes]:
    sent = desk.sent
    wanted = Tick(sent.text("code"), sent.text("question"), sent.text("option"), sent.text("done") != "no")
    await desk.node.work.write(needs.tick, desk.event, wanted, desk.who.actor, desk.node.clock)
    return desk.see_other(f"{desk.home}/needs")


@counter_page(f"{_EVENT}/kitchen")
async def kitchen(desk: Desk) -> Response[bytes]:
    counts = await desk.node.work.read(needs.counts, desk.event, sees_notes=desk.may(Right.NEEDS))
    return desk.page("manage/kitchen.html", say=_say(desk), kitchen=counts, as_of=desk.now)


def _say(desk: Desk) -> Callable[[Texts], Said]:
    return lambda texts: said(texts, desk.reader.language)


def _day_of(desk: Desk) -> Callable[[datetime], date | None]:
    return lambda instant: local_day(instant, desk.event.row["zone"])
