"""The table of registrations: a filter, a page of people, and what can be done with those that are chosen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from litestar import Response
from sqlalchemy import Connection

from confman.domain import codes
from confman.http.counter import Desk, counter_page
from confman.http.forms import Filled, Sent
from confman.kernel.i18n import N_
from confman.store import registration_table
from confman.store.registration_table import Mark
from confman.usecases.events import EventView
from confman.usecases.manage import table
from confman.usecases.manage.registrations import UNCHOSEN, Asked, asked, wanted
from confman.usecases.manage.table import MANY, Order, Table, View
from confman.usecases.programme import programme, said
from confman.web.manage.pictures import Picture, picture_of

HERE: Final = "/manage/events/{slug:str}/registrations"
ADDRESSES: Final = f"{HERE}/addresses"
AT_ONCE_COPIED: Final = 500
"""More recipients no mail program takes in one go."""

COLUMNS: Final[Mapping[str, str]] = {
    "institution": N_("Institution"),
    "parts": N_("Parts"),
    "forums": N_("Forum"),
    "status": N_("Status"),
    "received": N_("Received"),
    "category": N_("Category"),
    "code": N_("Registration number"),
    "email": N_("E-mail"),
}
_USUAL: Final = ("institution", "parts", "forums", "status", "received")
_ORDERS: Final[Mapping[str, Order]] = {"newest": "newest", "oldest": "oldest", "name": "name", "name-down": "name-down"}
_LOST: Final = "-"
"""No code: where somebody asks to go on from what cannot be one."""
STATES: Final[Mapping[str, str]] = {
    "": N_("registered (all)"),
    "unconfirmed": N_("waits for confirmation"),
    "overdue": N_("unconfirmed for 24 hours"),
    "waiting": N_("waiting list"),
    "cancelled": N_("cancelled"),
    "lapsed": N_("reservation ended"),
    "all": N_("all, also cancelled and ended"),
}
MARKS: Final[Mapping[Mark, str]] = {
    "note": N_("Note"),
    "needs": N_("Support still open"),
    "undeliverable": N_("E-mail undeliverable"),
}
NAMES: Final[Mapping[str, str]] = {
    "q": N_("Search"),
    "status": N_("Status"),
    "part": N_("Part"),
    "forum": N_("Forum"),
    "category": N_("Category"),
    "mark": N_("Mark"),
}
Options = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Addresses:
    """Leads from a page of the table to others: the filter, the order and the columns are carried on."""

    desk: Desk
    query: Mapping[str, str]
    layout: Mapping[str, str]
    path: str = "/registrations"
    page: Mapping[str, str] = field(default_factory=dict)

    @property
    def here(self) -> Mapping[str, str]:
        """This very page, as a form carries it, so that the way leads back to it."""
        return {**self.query, **self.layout, **self.page}

    def _at(self, path: str, query: Mapping[str, str]) -> str:
        return self.desk.reader.link(f"{self.desk.home}{path}", **query)

    def only(self, query: Mapping[str, str]) -> str:
        """This filter alone."""
        return self._at(self.path, {**query, **self.layout})

    def widened(self) -> str:
        """The same of all, whatever became of them."""
        return self.only({**self.query, "status": "all"})

    def ordered(self, order: str) -> str:
        return self._at(self.path, {**self.query, **self.layout, "order": order})

    def after(self, code: str) -> str:
        return self._at(self.path, {**self.query, **self.layout, "after": code})

    def before(self, code: str) -> str:
        return self._at(self.path, {**self.query, **self.layout, "before": code})

    def first(self) -> str:
        return self.only(self.query)

    def filtered(self, path: str) -> str:
        """Another page about those the filter takes."""
        return self._at(path, self.query)

    def is_here(self, query: Mapping[str, str]) -> bool:
        return dict(query) == dict(self.query)


@counter_page(HERE)
async def see(desk: Desk) -> Response[bytes]:
    asked_for = _asked(desk)
    usual = table.usual_order(desk.event, desk.now)
    order = _ORDERS.get(desk.query.text("order"), usual)
    view = View(
        filter=asked_for.filter,
        order=order,
        language=desk.reader.language,
        after=_code(desk.query.text("after")),
        before=_code(desk.query.text("before")),
        sees_needs=desk.may("needs"),
    )
    found: Table = await desk.node.work.read(table.table, desk.event, view)
    there = _columns(desk.event)
    shown = _shown(desk.query, there)
    layout: dict[str, str] = {} if order == usual else {"order": order}
    if shown != tuple(name for name in _USUAL if name in there):
        layout["columns"] = ".".join(shown)
    return desk.page(
        "manage/registrations.html",
        table=found,
        order=order,
        columns=shown,
        choices={name: desk.say(COLUMNS[name]) for name in there},
        links=Addresses(desk, asked_for.filter.query, layout, page=_page(view)),
        form=Filled(Sent({name: (value,) for name, value in asked_for.filter.query.items()})),
        filters=filters_of(desk),
        filtered=[desk.say(NAMES[name]) for name in asked_for.filter.query if name != "q"],
        dropped=[desk.say(NAMES[name]) for name in asked_for.dropped],
        most=MANY,
        ticked=frozenset(desk.query.text("chosen").split(".")),
        every=desk.query.has("all", "1"),
        shared=_shared(desk) if found.numbers.total == 0 else None,
    )


@counter_page(ADDRESSES)
async def addresses(desk: Desk) -> Response[bytes]:
    """Those of everybody the filter takes, to be copied into a mail program."""
    asked_for = _asked(desk)

    def read(connection: Connection) -> list[str]:
        return registration_table.addresses(connection, desk.event.id, wanted(desk.event, asked_for.filter))

    found = await desk.node.work.read(read)
    several = [found[at : at + AT_ONCE_COPIED] for at in range(0, len(found), AT_ONCE_COPIED)]
    return desk.page(
        "manage/addresses.html",
        several=[] if len(found) > MANY else several,
        number=len(found),
        most=MANY,
        links=Addresses(desk, asked_for.filter.query, {}),
        dropped=[desk.say(NAMES[name]) for name in asked_for.dropped],
    )


def _asked(desk: Desk) -> Asked:
    return asked(desk.event, desk.query.fields, desk.now, sees_needs=desk.may("needs"))


def _code(sent: str) -> str:
    return (codes.normalised(sent) or _LOST) if sent else ""


def _page(view: View) -> dict[str, str]:
    """Where in the list it is; nothing at its beginning."""
    return {name: code for name, code in (("after", view.after), ("before", view.before)) if code}


def _columns(event: EventView) -> tuple[str, ...]:
    """What an event of one part or without choices has not, needs no column."""
    missing = set() if len(event.parts) > 1 else {"parts"}
    missing |= set() if any(slot.choices for slot in event.slots.values()) else {"forums"}
    return tuple(name for name in COLUMNS if name not in missing)


def _shown(query: Sent, there: Sequence[str]) -> tuple[str, ...]:
    """As the form sends them, one by one, or as addresses carry them."""
    chosen = {name for value in query.all("columns") for name in value.split(".")} or set(_USUAL)
    return tuple(name for name in there if name in chosen)


@dataclass(frozen=True, slots=True)
class Filters:
    """What can be chosen: values and what they are called. `forums` by what they are called together."""

    parts: Options
    forums: list[tuple[str, Options]]
    states: Options
    categories: Options
    marks: Options


def filters_of(desk: Desk) -> Filters:
    event, language = desk.event, desk.reader.language
    parts = programme(event, language)
    forums: list[tuple[str, Options]] = []
    slots = [(part, slot) for part in parts for slot in part.slots if slot.is_choice]
    rows = {slot.id: slot for slot in event.slots.values()}
    for _, slot in slots:
        options = [
            (session.row["slug"], f"{session.prefix}{session.title[0]}")
            for session in slot.sessions
            if session.unit is not None
        ]
        if options:
            row = rows[slot.sessions[0].row["slot_id"]]
            label = said(row.row["label"], language, row.slug)[0]
            none = (f"{UNCHOSEN}{row.slug}", desk.say(N_("without {label}"), label=label))
            forums.append((slot.label[0] if slot.label else label, [*options, none]))
    return Filters(
        parts=[(part.row["slug"], part.title[0]) for part in parts] if len(parts) > 1 else [],
        forums=forums,
        states=[(value, desk.say(text)) for value, text in STATES.items()],
        marks=[(value, desk.say(text)) for value, text in MARKS.items() if value != "needs" or desk.may("needs")],
        categories=[(key, said(row["titles"], language, key)[0]) for key, row in event.categories.items()],
    )


@dataclass(frozen=True, slots=True)
class Shared:
    """The event's public page, to be passed on."""

    address: str
    picture: Picture | None


def _shared(desk: Desk) -> Shared:
    address = f"{desk.node.settings.base_url}/events/{desk.event.slug}"
    return Shared(address, picture_of(address))
