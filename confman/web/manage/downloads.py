"""Lists and badges to take along: small ones at once, large ones in the background."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from litestar import Response
from litestar.response import Stream

from confman.domain.errors import NotFound
from confman.http.counter import Desk, counter_form, counter_page
from confman.http.forms import Filled, Sent
from confman.http.pages import PRIVATE
from confman.kernel.i18n import N_
from confman.usecases.badges import Tickets
from confman.usecases.manage import download_files, downloads
from confman.usecases.manage.download_files import MadeFile
from confman.usecases.manage.download_wishes import MEDIA_TYPES, Kind, Wish
from confman.usecases.manage.downloads import Download, Order, Stage
from confman.web.manage.download_form import Read, query_of, read
from confman.web.manage.download_page import Offer, Progress, Sheets, file_name, messages

_EVENT = "/manage/events/{slug:str}"
_PAGE = f"{_EVENT}/downloads"
_ONE = f"{_PAGE}/{{key:str}}"
_FILES = {Kind.CSV: "registrations.csv", Kind.XLSX: "registrations.xlsx", Kind.BADGES: "badges.pdf"}
_REFRESH_SECONDS = 3
_USUAL = {"start_at": ("1",), "blanks": ("0",)}
_TOO_MANY = N_(
    "We keep no more than {most} files for you at a time. Please delete one of them; then the new one can be made."
)


@counter_page(f"{_EVENT}/registrations.csv")
async def as_csv(desk: Desk) -> Response[Any]:
    return await _at_once(desk, Kind.CSV)


@counter_page(f"{_EVENT}/registrations.xlsx")
async def as_xlsx(desk: Desk) -> Response[Any]:
    return await _at_once(desk, Kind.XLSX)


@counter_page(f"{_EVENT}/badges.pdf")
async def as_badges(desk: Desk) -> Response[Any]:
    return await _at_once(desk, Kind.BADGES)


@counter_page(_PAGE)
async def see(desk: Desk) -> Response[Any]:
    return await _offer(desk, desk.query, read(desk, Kind.XLSX, desk.query))


@counter_form(_PAGE)
async def ask(desk: Desk) -> Response[Any]:
    """Leads to the file itself, to a look at the badges before they are printed, or to the file that is being made."""
    kind = next((kind for kind in Kind if kind.value == desk.sent.text("kind")), Kind.XLSX)
    asked = read(desk, kind, desk.sent)
    if asked.faults:
        return await _offer(desk, desk.sent, asked)
    number = await _number(desk, asked.wish)
    if not asked.wish.is_large(number):
        path = "downloads/badges" if kind is Kind.BADGES else _FILES[kind]
        return desk.see_other(f"{desk.home}/{path}", **query_of(asked.wish))
    order = Order(desk.event, asked.wish, number)
    key = await desk.node.work.write(downloads.ask, desk.who, order, desk.now)
    if key is None:
        return await _offer(desk, desk.sent, Read(asked.wish, ()), desk.say(_TOO_MANY, most=downloads.MOST))
    return desk.see_other(f"{desk.home}/downloads/{key}")


@counter_page(f"{_PAGE}/badges")
async def look(desk: Desk) -> Response[Any]:
    """What to look at before badges are printed, if they are few; the others tell it when they are made."""
    asked = read(desk, Kind.BADGES, desk.query)
    if asked.faults or asked.wish.is_large(await _number(desk, asked.wish)):
        return await _offer(desk, desk.query, asked)
    made = await _made(desk, asked.wish)
    sheets = Sheets.of(desk, asked.wish, made.number, made.checks)
    file = desk.reader.link(f"{desk.home}/{_FILES[Kind.BADGES]}", **query_of(asked.wish))
    return desk.page("manage/badges.html", sheets=sheets, file=file)


@counter_page(_ONE)
async def follow(desk: Desk) -> Response[Any]:
    found = await _one(desk)
    follows = found.is_under_way and desk.query.text("refresh") != "no"
    headers = {"Refresh": str(_REFRESH_SECONDS)} if follows else {}
    return desk.page("manage/download.html", headers=headers, progress=Progress(desk, found), follows=follows)


@counter_page(f"{_ONE}/file")
async def hand_out(desk: Desk) -> Response[Any]:
    found = await _one(desk)
    if found.stage is not Stage.READY:
        raise NotFound
    headers = {**_headers(desk, found.wish), "Content-Length": str(found.size)}
    if desk.request.method == "HEAD":
        return Response(b"", headers=headers, media_type=MEDIA_TYPES[found.wish.kind])
    return Stream(_pieces(desk, found), headers=headers, media_type=MEDIA_TYPES[found.wish.kind])


@counter_form(f"{_ONE}/removal")
async def remove(desk: Desk) -> Response[Any]:
    await desk.node.work.write(downloads.remove, desk.event, desk.who, _key(desk), desk.now)
    return desk.see_other(f"{desk.home}/downloads", removed="yes")


async def _at_once(desk: Desk, kind: Kind) -> Response[Any]:
    """What is too large is asked for by the form, which the answer shows."""
    asked = read(desk, kind, desk.query)
    if asked.faults:
        return await _offer(desk, desk.query, asked)
    number = await _number(desk, asked.wish)
    if asked.wish.is_large(number):
        return desk.see_other(f"{desk.home}/downloads", **query_of(asked.wish), large=kind.value)
    headers = _headers(desk, asked.wish)
    if desk.request.method == "HEAD":
        return Response(b"", headers=headers, media_type=MEDIA_TYPES[kind])
    made = await _made(desk, asked.wish)
    order = Order(desk.event, asked.wish, made.number)
    await desk.node.work.write(downloads.record, desk.who, order, desk.now)
    return Response(made.content, headers=headers, media_type=MEDIA_TYPES[kind])


async def _offer(desk: Desk, sent: Sent, asked: Read, refused: str = "") -> Response[Any]:
    """The page with both forms, as they were filled."""
    files = await desk.node.work.read(downloads.of_member, desk.event, desk.who, desk.now)
    form = Filled(Sent({**_USUAL, **sent.fields}), messages(desk, asked.wish.kind, asked.faults))
    offer = Offer(desk, sent, asked.wish.filter, files)
    status = 409 if refused else 422 if asked.faults else 200
    return desk.page("manage/downloads.html", status=status, form=form, offer=offer, refused=refused)


async def _number(desk: Desk, wish: Wish) -> int:
    return await desk.node.work.read(download_files.number, desk.event, wish)


async def _made(desk: Desk, wish: Wish) -> MadeFile:
    tickets = Tickets(desk.node.settings.base_url, desk.node.secrets)
    return await desk.node.work.read(download_files.made, desk.event, wish, tickets)


async def _one(desk: Desk) -> Download:
    return await desk.node.work.read(downloads.one, desk.event, desk.who, _key(desk), desk.now)


async def _pieces(desk: Desk, found: Download) -> AsyncIterator[bytes]:
    for position in range(found.pieces):
        yield await desk.node.work.read(downloads.piece, found.id, position)


def _key(desk: Desk) -> UUID:
    try:
        return UUID(desk.path("key"))
    except ValueError:
        raise NotFound from None


def _headers(desk: Desk, wish: Wish) -> dict[str, str]:
    return {**PRIVATE, "Content-Disposition": f'attachment; filename="{file_name(desk, wish)}"'}
