"""One's own registration, behind the link of a letter: where it stands, and what can be done with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import Connection, RowMapping

from confman.domain.errors import NotFound
from confman.domain.ledger import windows
from confman.domain.ledger.book import HELD, RELEASED
from confman.kernel.security import Link, Purpose, Secrets
from confman.store import attendee_reads, ledger
from confman.usecases.event_page import MARKED
from confman.usecases.events import EventView
from confman.usecases.programme import PartLine, SessionLine, programme, units

Standing = Literal["unconfirmed", "confirmed", "lapsed", "withdrawn", "cancelled"]
"""`withdrawn` by themselves, `cancelled` by the organiser or with the event."""

_GENERATIONS = {
    Purpose.MANAGE: "manage_generation",
    Purpose.TICKET: "ticket_generation",
    Purpose.FEED: "feed_generation",
}
_ENDS: Mapping[str, Standing] = {"self": "withdrawn", "lapse": "lapsed", "organiser": "cancelled", "event": "cancelled"}


@dataclass(frozen=True, slots=True)
class Mine:
    """A registration and the rows of all the places it ever had, by unit."""

    row: RowMapping
    seats: Mapping[UUID, RowMapping]

    @property
    def id(self) -> UUID:
        key: UUID = self.row["id"]
        return key

    @property
    def event_id(self) -> UUID:
        key: UUID = self.row["event_id"]
        return key

    @property
    def slug(self) -> str:
        slug: str = self.row["slug"]
        return slug

    @property
    def standing(self) -> Standing:
        if self.row["ended_by"] is not None:
            return _ENDS[self.row["ended_by"]]
        return "unconfirmed" if self.row["confirmed_at"] is None else "confirmed"

    @property
    def is_live(self) -> bool:
        return self.row["ended_at"] is None

    @property
    def places(self) -> Mapping[UUID, RowMapping]:
        """What is held, waited for or wished."""
        return {unit: seat for unit, seat in self.seats.items() if seat["state"] != RELEASED}

    @property
    def had(self) -> tuple[UUID, ...]:
        """What it had when it ended."""
        return tuple(unit for unit, seat in self.seats.items() if seat["was"] is not None)


@dataclass(frozen=True, slots=True)
class Holding:
    """`has_moved`: of late, so that it is marked as in the programme."""

    line: PartLine | SessionLine
    state: str
    position: int | None
    has_moved: bool


def opened(secrets: Secrets, purpose: Purpose, token: str) -> Link:
    """What the link says. Raises `NotFound` before any query for what we did not sign for this purpose."""
    link = secrets.read_link(purpose, token)
    if link is None:
        raise NotFound
    return link


def mine(connection: Connection, link: Link, purpose: Purpose) -> Mine:
    """The registration a link opens, in two statements. Raises `NotFound` for erased ones and links called back."""
    row = _behind(connection, link, purpose)
    seats = attendee_reads.places(connection, link.registration_id)
    return Mine(row, {seat["unit_id"]: seat for seat in seats})


def locked(connection: Connection, registration: Mine) -> Mine:
    """Read again under the lock of the event's places: nobody changes it until this transaction ends."""
    ledger.lock(connection, [registration.event_id])
    return mine(connection, Link(registration.id, registration.row["manage_generation"]), Purpose.MANAGE)


def event_behind(connection: Connection, link: Link, purpose: Purpose) -> str:
    """The slug of the event a link's registration is for, in one statement. Raises `NotFound` as `mine`."""
    slug: str = _behind(connection, link, purpose)["slug"]
    return slug


def _behind(connection: Connection, link: Link, purpose: Purpose) -> RowMapping:
    row = attendee_reads.registration_by_id(connection, link.registration_id)
    if row is None or row[_GENERATIONS[purpose]] != link.generation:
        raise NotFound
    return row


def holdings(registration: Mine, event: EventView, language: str, now: datetime) -> tuple[Holding, ...]:
    """What the person has or waits for, in the order of the programme."""
    places = registration.places
    return tuple(
        Holding(line, places[unit]["state"], places[unit]["position"], _has_moved(line, now))
        for unit, line in units(programme(event, language)).items()
        if unit in places
    )


def _has_moved(line: PartLine | SessionLine, now: datetime) -> bool:
    moved = line.row["moved_from"] if isinstance(line, SessionLine) else None
    return moved is not None and now < datetime.fromisoformat(moved["at"]) + MARKED


# what the ledger would say, asked by the same rules


def can_confirm(registration: Mine, event: EventView, now: datetime) -> bool:
    if registration.standing not in {"unconfirmed", "lapsed"}:
        return False
    return windows.confirming(event.rules.rules, registration.row["ended_by"], now) is None


def can_return(registration: Mine, event: EventView, now: datetime) -> bool:
    """Who cancelled by themselves, while registration is open for all that they had."""
    rules = event.rules.rules
    return windows.returning(rules, registration.row["ended_by"], registration.had, now) is None


def cancel_until(registration: Mine, event: EventView) -> datetime | None:
    return windows.cancel_until(event.rules.rules, registration.places)


def can_cancel(registration: Mine, event: EventView, now: datetime) -> bool:
    return registration.is_live and windows.past(cancel_until(registration, event), now) is None


def can_print_badge(registration: Mine, event: EventView) -> bool:
    """Where the organisers allow it: who has confirmed and holds a part of an event that takes place."""
    if not event.row["badge_download"] or registration.standing != "confirmed" or event.rules.rules.is_cancelled:
        return False
    held = {unit for unit, place in registration.places.items() if place["state"] == HELD}
    return not held.isdisjoint(part.unit for part in event.parts.values())
