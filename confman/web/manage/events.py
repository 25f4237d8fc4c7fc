"""The events of a member's hosts."""

from litestar import Response

from confman.http.counter import Desk, counter_page


@counter_page("/manage")
async def mine(desk: Desk) -> Response[bytes]:
    return desk.page("manage/events.html")


@counter_page("/manage/events/{slug:str}")
async def overview(desk: Desk) -> Response[bytes]:
    return desk.page("manage/overview.html")
