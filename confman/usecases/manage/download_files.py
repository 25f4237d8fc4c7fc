"""Makes the file somebody wished for: the same bytes as the commands, for whoever waits and in the background."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Final, TypeVar

from sqlalchemy import Connection

from confman.domain.errors import Unknown
from confman.store import list_reads
from confman.store.registration_table import Wanted
from confman.usecases import badges, events, lists
from confman.usecases.badges import Checks, Tickets
from confman.usecases.events import EventView
from confman.usecases.manage import registrations
from confman.usecases.manage.download_wishes import Kind, Wish

T = TypeVar("T")
Tell = Callable[[int], None]
NAMED_AT_MOST: Final = 200
"""So many badges to look at are named; of more only the number is said."""


@dataclass(frozen=True, slots=True)
class MadeFile:
    """`number` of rows or badges, blanks not counted."""

    content: bytes
    number: int
    checks: Checks = Checks()  # noqa: RUF009 - it is frozen


def number(connection: Connection, event: EventView, wish: Wish) -> int:
    """How many rows or badges it will have."""
    counts = list_reads.number_listed if wish.is_list else list_reads.number_of_badges
    return counts(connection, event.id, _wanted(event, wish))


def made_of(connection: Connection, slug: str, wish: Wish, tickets: Tickets, tell: Tell) -> MadeFile:
    """As `made`. Raises `NotFound` where there is no such event (any more)."""
    return made(connection, events.current(connection, slug), wish, tickets, tell)


def _nothing(_done: int) -> None:
    return


def made(connection: Connection, event: EventView, wish: Wish, tickets: Tickets, tell: Tell = _nothing) -> MadeFile:
    """`tell` is called with how many rows or badges are done. Raises `Unknown` where the filter is out of date."""
    if wish.is_list:
        return _list(connection, event, wish, tell)
    return _badges(connection, event, wish, tickets, tell)


def _wanted(event: EventView, wish: Wish) -> Wanted:
    asked = registrations.asked(event, {name: (value,) for name, value in wish.filter.items()}, wish.asked_at)
    if asked.dropped:
        raise Unknown  # without it there would be more people in the file than were asked for
    return registrations.wanted(event, asked.filter)


def _list(connection: Connection, event: EventView, wish: Wish, tell: Tell) -> MadeFile:
    from confman.render import sheets  # noqa: PLC0415 - loads xlsxwriter: not before the first list

    table = lists.listed(connection, event, wish.language, _wanted(event, wish), wish.columns)
    rows = _told(table.rows, tell)
    if wish.kind is Kind.CSV:
        content = b"".join(sheets.csv_bytes(table.header, rows, excel=True))
    else:
        content = sheets.xlsx_bytes(table.title, table.header, rows)
    return MadeFile(content, table.rows.number)


def _badges(connection: Connection, event: EventView, wish: Wish, tickets: Tickets, tell: Tell) -> MadeFile:
    from confman.render.badges import BadgeOptions  # noqa: PLC0415 - loads reportlab: not before the first badge
    from confman.render.badges import badges as printed  # noqa: PLC0415 - as above

    found = badges.badges_for(connection, event, tickets, wish.language, _wanted(event, wish))
    people = chain(_told(found.badges, tell), repeat(found.blank, wish.blanks))
    pdf = printed(people, wish.paper, BadgeOptions(found.title, found.language, wish.start_at))
    return MadeFile(pdf.pdf, found.badges.number, badges.checks(pdf.report, NAMED_AT_MOST))


def _told(items: Iterable[T], tell: Tell) -> Iterator[T]:
    for done, item in enumerate(items, start=1):
        yield item
        tell(done)
