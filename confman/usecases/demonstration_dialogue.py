"""The dialogue that was twelve days ago: who came to it, and its signed list, of which half is entered."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import Connection

from confman.usecases.book_values import Event
from confman.usecases.demonstration_names import Named, invented
from confman.usecases.demonstration_people import Wanted
from confman.usecases.events import EventView
from confman.usecases.manage import attendance, attendance_entry
from confman.usecases.manage.attendance_entry import At, Numbers, Preset

_AFTER_THE_OTHERS = 140
"""So many invented people are at the main event; others come here."""
_PEOPLE = 31
_MISSED = "2 5 11-12"
_ENTERED_BEFORE = timedelta(days=2)


def people(event: Event) -> Iterator[Wanted]:
    """One of them needs the hearing loop."""
    assert event.opens_at is not None, "the dialogue had an opening"
    for index, named in enumerate(islice(invented(), _AFTER_THE_OTHERS, _AFTER_THE_OTHERS + _PEOPLE)):
        yield _wanted(named, event.opens_at + timedelta(hours=3 + 17 * index), hears_by_loop=index == _PEOPLE // 2)


def _wanted(named: Named, at: datetime, *, hears_by_loop: bool) -> Wanted:
    return Wanted(
        given_name=named.given_name,
        family_name=named.family_name,
        title=named.title,
        institution=named.institution,
        email=named.email,
        category="attendee",
        parts=("fachdialog",),
        choices={},
        at=at,
        answers={"unterstuetzung": ["hoeranlage"]} if hears_by_loop else {},
        consents=("needs",) if hears_by_loop else (),
    )


def enter_half(connection: Connection, event: EventView, actor: str, loaded_at: datetime) -> None:
    """Somebody has begun and was called away: the rows of the first half are entered."""
    [where] = attendance.lists_of(event)
    at = At(event, where, actor)
    entered_at = loaded_at - _ENTERED_BEFORE
    attendance_entry.begin(connection, at, Preset(), lambda: entered_at)
    attendance_entry.enter(connection, at, Numbers(_MISSED, None), lambda: entered_at + timedelta(minutes=4))
