"""What an organiser looks at first: an event in numbers, what is to be done, and what comes next."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import Connection

from confman.kernel.i18n import N_
from confman.usecases.events import EventView, Row
from confman.usecases.life import Life, life
from confman.usecases.manage.numbers import Numbers, numbers
from confman.usecases.programme import programme, said
from confman.usecases.retention import dates_for

MOST_DATES: Final = 6


@dataclass(frozen=True, slots=True)
class Upcoming:
    """`at`: the end of a half-open span, or the start of something; `on` a day. `of`: what it is about, if not all."""

    text: str
    at: datetime | None = None
    on: date | None = None
    of: str = ""
    ends: bool = True

    @property
    def sorted_by(self) -> str:
        return self.at.isoformat() if self.at is not None else self.on.isoformat() if self.on is not None else ""


@dataclass(frozen=True, slots=True)
class Overview:
    """`row`: as `words.when` asks for it."""

    row: Row
    numbers: Numbers
    life: Life
    is_draft: bool
    dates: tuple[Upcoming, ...]


def overview(
    connection: Connection, event: EventView, now: datetime, language: str, *, sees_needs: bool = False
) -> Overview:
    """Three statements."""
    row = event.row
    return Overview(
        row={**row, "date_text": said(row["date_text"], language) if row["date_text"] else None},
        numbers=numbers(connection, event, now, language, sees_needs=sees_needs),
        life=life(event, now),
        is_draft=not event.is_visible(now) and row["cancelled_at"] is None,
        dates=tuple(_next(event, now, language)),
    )


def _next(event: EventView, now: datetime, language: str) -> list[Upcoming]:
    today = now.date()
    coming = [
        each
        for each in {(found.text, found.of, found.sorted_by): found for found in _dates(event, language)}.values()
        if (each.at is not None and each.at > now) or (each.on is not None and each.on >= today)
    ]
    return sorted(coming, key=lambda each: each.sorted_by)[:MOST_DATES]


def _dates(event: EventView, language: str) -> Iterator[Upcoming]:
    row, rules = event.row, event.rules.rules
    several = len(event.parts) > 1
    for part in programme(event, language):
        window = rules.parts[part.unit]
        for text, at, ends in (
            (N_("Registration opens"), window.opens_at, False),
            (N_("Registration closes"), window.closes_at, True),
            (N_("Changes are possible"), window.change_until, True),
        ):
            is_own = several and at not in {row["opens_at"], row["closes_at"], row["change_until"]}
            yield Upcoming(text, at, of=part.title[0] if is_own else "", ends=ends)
        for slot in part.slots:
            if slot.is_choice and slot.choice_opens_at is not None:
                label = slot.label[0] if slot.label else ""
                yield Upcoming(N_("Choice opens"), slot.choice_opens_at, of=label, ends=False)
        for slot in part.slots:
            for session in slot.sessions:
                if session.row["decides_at"] is not None:
                    yield Upcoming(N_("Decide whether it takes place"), session.row["decides_at"], of=session.name)
    yield Upcoming(N_("Waiting lists move up"), event.rules.promotes_until)
    yield Upcoming(N_("Badges are printed"), row["print_close_at"])
    yield Upcoming(N_("The event begins"), row["starts_at"], ends=False)
    days = dates_for(event)
    yield Upcoming(N_("Answers on support and food are erased"), on=days.needs_on)
    yield Upcoming(N_("Other answers are erased"), on=days.answers_on)
    yield Upcoming(N_("Registrations are erased"), on=days.registrations_on)
