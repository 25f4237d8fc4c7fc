"""What an organiser asks for in the table of registrations: a filter as a value, read strictly from an address or form.

A value that nothing has (any more) is dropped and named in `Asked.dropped`. A page says so and shows the rest; whoever
acts on all that a filter takes refuses then, for without it there are more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, get_args
from uuid import UUID

from sqlalchemy import Connection

from confman.domain import codes, people
from confman.store import registration_table
from confman.store.registration_table import Mark, State, Wanted
from confman.usecases.events import EventView

LONGEST: Final = 200
"""What is searched for has at most so many characters."""
OVERDUE_AFTER: Final = timedelta(hours=24)
"""Who has not confirmed by then is asked about."""
COUNTED: Final = "*"
"""The category that stands for all that take places."""
UNCHOSEN: Final = "~"
"""Before the slug of a slot: those who have chosen nothing there."""
NAMES: Final = ("q", "status", "part", "forum", "category", "mark")
"""Of the fields by which addresses and forms carry a filter."""


@dataclass(frozen=True, slots=True)
class Filter:
    """All that is given must hold; empty is everybody whose registration has not ended. Values are those of addresses.

    `forum`: a session's slug, or UNCHOSEN and a slot's. `category`: a key, or COUNTED.
    """

    asked_at: datetime
    q: str = ""
    status: State = "live"
    part: str = ""
    forum: str = ""
    category: str = ""
    mark: Mark | None = None

    @property
    def query(self) -> dict[str, str]:
        """As an address carries it, and a form in hidden fields: what is given, by name."""
        status = "" if self.status == "live" else self.status
        values = (self.q, status, self.part, self.forum, self.category, self.mark or "")
        return {name: value for name, value in zip(NAMES, values, strict=True) if value}


@dataclass(frozen=True, slots=True)
class Asked:
    """`dropped`: names of the fields that said something nobody has."""

    filter: Filter
    dropped: tuple[str, ...] = ()


def asked(event: EventView, fields: Mapping[str, Sequence[str]], now: datetime, *, sees_needs: bool = False) -> Asked:
    """The filter that these fields carry; of a field that is there several times the first counts.

    Whoever may not know of needs cannot ask for those who have some.
    """
    sent = {name: next(iter(fields.get(name, ())), "") for name in NAMES}
    kept = {name: value for name, value in sent.items() if value and _is_known(event, name, value)}
    if not sees_needs and kept.get("mark") == "needs":
        del kept["mark"]
    kept["q"] = " ".join(sent["q"][:LONGEST].split())
    dropped = tuple(name for name, value in sent.items() if value and name not in kept)
    if len(sent["q"]) > LONGEST:
        dropped = ("q", *dropped)
    return Asked(Filter(now, **kept), dropped)  # type: ignore[arg-type]  # _is_known has looked at the words


def _is_known(event: EventView, name: str, value: str) -> bool:
    match name:
        case "status":
            return value in get_args(State)
        case "part":
            return value in event.parts
        case "forum":
            return value in _forums(event) or (value[:1] == UNCHOSEN and value[1:] in event.slots)
        case "category":
            return value == COUNTED or value in event.categories
        case "mark":
            return value in get_args(Mark)
        case _:
            return False


def _forums(event: EventView, part: str = "", slot: str = "") -> dict[str, UUID]:
    """Sessions with places, also those that fell out; all, or those of a part or slot."""
    slots = (each for each in event.slots.values() if part in {"", each.part} and slot in {"", each.slug})
    sessions = (session for each in slots for session in each.sessions)
    return {session["slug"]: session["unit_id"] for session in sessions if session["unit_id"] is not None}


def wanted(event: EventView, asked_for: Filter) -> Wanted:
    """The same by ids, as the database is asked."""
    units = [event.parts[asked_for.part].unit] if asked_for.part else []
    waits_in = (*units, *_forums(event, asked_for.part).values()) if asked_for.part else ()
    unchosen, sessions = None, tuple[UUID, ...]()
    if asked_for.forum.startswith(UNCHOSEN):
        slot = event.slots[asked_for.forum[1:]]
        unchosen = (event.parts[slot.part].unit, slot.id)
        waits_in = sessions = tuple(_forums(event, slot.part, slot.slug).values())
    elif asked_for.forum:
        waits_in = (_forums(event)[asked_for.forum],)
        units += waits_in
    terms, code, email = _sought(asked_for.q)
    return Wanted(
        state=asked_for.status,
        overdue_since=asked_for.asked_at - OVERDUE_AFTER,
        categories=_categories(event, asked_for.category),
        units=tuple(units),
        waits_in=waits_in,
        unchosen=unchosen,
        sessions=sessions,
        mark=asked_for.mark,
        terms=terms,
        code=code,
        email=email,
        nobody=bool(asked_for.q) and not terms and code is None and email is None,
    )


def _sought(text: str) -> tuple[tuple[str, ...], str | None, str | None]:
    """Terms of names, a code, the beginning of an address: what it may be."""
    if "@" in text:
        return (), None, text.casefold() if text.isprintable() else None
    return people.search_terms(text), codes.normalised(text), None


def _categories(event: EventView, category: str) -> tuple[UUID, ...]:
    if category == COUNTED:
        return tuple(row["id"] for row in event.categories.values() if row["counts"])
    return (event.categories[category]["id"],) if category else ()


def codes_matching(connection: Connection, event: EventView, asked_for: Filter) -> list[tuple[UUID, str]]:
    """(id, code) of all that the filter takes, by name."""
    rows = registration_table.codes(connection, event.id, wanted(event, asked_for))
    return [(row.id, row.code) for row in rows]
