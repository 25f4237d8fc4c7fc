"""An event with as many registrations as one wants, written straight into the tables: only to be read."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select, update

from confman.domain import codes, people
from confman.kernel.db import Database
from confman.kernel.ids import new_id
from confman.store.bulk import Insert
from confman.store.outbox import letter
from confman.store.programme import unit
from confman.store.registrations import place, registration
from confman.usecases import work
from tests.builders import NOW, AnEvent, APart, ASession, ASlot, an_event

FORUMS = 12
_AT_ONCE = 5_000
_GIVEN = ("Łukasz", "Thị Hạnh", "Öztürk", "Anna", "Hans-Peter", "Ursula", "Wulandari", "José", "Zoë", "Maximiliane")
_FAMILY = ("Żółkiewski", "Nguyễn", "Müller", "Schmidt", "von der Wiese", "Großmann", "Beispiel", "Çelik", "Sørensen")
_TOWNS = ("Stadt Lindenbrück", "Hochschule Lindenbrück", "Nachbarschaftswerk e. V.", "Stadt Musterhafen", "Amt Über")
_REGISTRATION = (
    *("id", "event_id", "code", "category_id", "given_name", "family_name", "sort_key", "search_key", "name_key"),
    *("institution", "language", "email", "email_key", "source", "created_at", "confirm_by", "confirmed_at"),
    *("ended_at", "ended_by", "first_answer", "changed_at"),
)
_PLACE = ("registration_id", "unit_id", "event_id", "lane", "state", "counted", "seq", "was", "changed_at")
_LETTER = (
    *("id", "event_id", "registration_id", "kind", "language", "recipient", "recipient_key", "facts", "message_id"),
    *("created_at", "due_at", "attempts", "accepted_at", "failed_at", "failure"),
)
Values = tuple[Any, ...]


def fill(database: Database, count: int, slug: str = "gross", first: int = 0) -> AnEvent:
    """Of 1,000: 970 hold the part and a forum, 10 wait for Forum 1, 10 cancelled, 5 lapsed, 5 are unconfirmed.

    `first`: where their numbers begin, for a second event in the same database.
    """
    made: AnEvent = work.write(database, _an_event, slug)
    rows = (_Someone(made, number) for number in range(first, first + count))
    while several := list(islice(rows, _AT_ONCE)):
        work.write(database, _insert, several)
    work.write(database, _count, made)
    return made


def _an_event(connection: Connection, slug: str) -> AnEvent:
    forums = [ASession(f"forum-{number}", 1_000_000) for number in range(1, FORUMS + 1)]
    return an_event(connection, [APart("conference", 1_000_000, [ASlot("foren", forums)])], slug)


@dataclass(frozen=True)
class _Someone:
    made: AnEvent
    number: int
    id: UUID = field(default_factory=new_id)

    @property
    def at(self) -> datetime:
        return NOW - timedelta(days=20) + self.number * timedelta(seconds=1)

    @property
    def kind(self) -> int:
        return self.number % 1_000

    @property
    def email(self) -> str:
        return f"person{self.number}@lindenbrueck.example"

    @property
    def ended_by(self) -> str | None:
        return "self" if 970 <= self.kind < 980 else "lapse" if 980 <= self.kind < 985 else None

    @property
    def seats(self) -> tuple[UUID, UUID]:
        forum = 1 if self.kind >= 990 else self.number % FORUMS + 1
        return self.made.units["conference"], self.made.units[f"forum-{forum}"]

    @property
    def first_answer(self) -> dict[str, Any]:
        places = [{"unit": unit.hex, "state": "held", "position": None} for unit in self.seats]
        return {"outcome": "held", "confirm_by": self.at.isoformat(), "places": places}

    def registration(self) -> Values:
        number = self.number
        given, family = f"{_GIVEN[number % 10]} {number % 7_919}", f"{_FAMILY[number * 7 % 9]}-{number % 997}"
        town = _TOWNS[number % 5]
        category = self.made.categories["contributor" if number % 5_000 == 7 else "attendee"]
        code = codes.code_of(number * 7_919 % codes.CODES)
        keys = (people.sort_key(given, family), people.search_key(given, family, town), people.name_key(given, family))
        who = (given, family, *keys, town, "de", self.email, self.email, "form")
        confirmed_at = None if 985 <= self.kind < 990 or self.ended_by == "lapse" else self.at
        ended_at = self.at if self.ended_by else None
        when = (self.at, self.at + timedelta(days=3), confirmed_at, ended_at, self.ended_by)
        return (self.id, self.made.id, code, category, *who, *when, self.first_answer, self.at)

    def places(self) -> Iterator[Values]:
        lanes = (None, self.made.slots["foren"])
        for unit_id, lane in zip(self.seats, lanes, strict=True):
            waits = lane is not None and self.kind >= 990
            state = "released" if self.ended_by else "waiting" if waits else "held"
            was = "held" if self.ended_by else None
            yield self.id, unit_id, self.made.id, lane, state, True, self.number, was, self.at

    def letter(self) -> Values:
        failed_at = self.at if self.number % 10_000 == 3 else None
        to = (self.email, self.email, {"places": self.first_answer["places"]}, new_id().hex)
        fate = (None, failed_at, "550 unknown") if failed_at else (self.at, None, None)
        return new_id(), self.made.id, self.id, "confirm", "de", *to, self.at, self.at, 1, *fate


def _insert(connection: Connection, several: list[_Someone]) -> None:
    Insert(registration, _REGISTRATION).run(connection, [each.registration() for each in several])
    Insert(place, _PLACE).run(connection, [row for each in several for row in each.places()])
    Insert(letter, _LETTER).run(connection, [each.letter() for each in several])


def _count(connection: Connection, made: AnEvent) -> None:
    for state in ("held", "waiting"):
        number = select(func.count()).where(place.c.unit_id == unit.c.id, place.c.state == state, place.c.counted)
        connection.execute(update(unit).where(unit.c.event_id == made.id).values({state: number.scalar_subquery()}))
    # who waits does so for a full forum; a node that starts would let them in and write to each
    full = (unit.c.event_id == made.id, unit.c.waiting > 0)
    connection.execute(update(unit).where(*full).values(capacity=unit.c.held))
