"""The events of a member's hosts, and each of them at a glance."""

from litestar import Response

from confman.http.counter import Desk, counter_page
from confman.usecases.manage import overview as overviews
from confman.usecases.manage import own_events
from confman.web.manage.registrations import Addresses

_LONGEST_NUMBER = 6


@counter_page("/manage")
async def mine(desk: Desk) -> Response[bytes]:
    asked = desk.query.text("page")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= _LONGEST_NUMBER else 1
    found = await desk.node.work.read(own_events.start, desk.who, desk.now, desk.reader.language, number)
    return desk.page("manage/events.html", start=found)


@counter_page("/manage/events/{slug:str}")
async def overview(desk: Desk) -> Response[bytes]:
    found = await desk.node.work.read(
        overviews.overview, desk.event, desk.now, desk.reader.language, sees_needs=desk.may("needs")
    )
    links = Addresses(desk, {}, {}) if desk.may("people") else None
    return desk.page("manage/overview.html", overview=found, links=links)
