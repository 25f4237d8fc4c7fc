"""One's own registration, behind the link of a letter: where it stands, and what can be done with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import Connection, RowMapping

from confman.domain.errors import NotFound
from confman.kernel.security import Link, Purpose, Secrets
from confman.store import attendee_reads, outbox_queries
from confman.usecases.events import EventView
from confman.usecases.programme import PartLine, SessionLine, programme, units

Standing = Literal["unconfirmed", "confirmed", "lapsed", "withdrawn", "cancelled"]
"""`withdrawn` by themselves, `cancelled` by the organiser or with the event."""

_GENERATIONS = {Purpose.MANAGE: "manage_generation", Purpose.TICKET: "ticket_generation"}
_ENDS: Mapping[str, Standing] = {"self": "withdrawn", "lapse": "lapsed", "organiser": "cancelled", "event": "cancelled"}


@dataclass(frozen=True, slots=True)
class Mine:
    """A registration and its places: (state, position on the waiting list from 1) by unit."""

    row: RowMapping
    places: Mapping[UUID, tuple[str, int | None]]

    @property
    def slug(self) -> str:
        slug: str = self.row["slug"]
        return slug

    @property
    def standing(self) -> Standing:
        if self.row["ended_by"] is not None:
            return _ENDS[self.row["ended_by"]]
        return "unconfirmed" if self.row["confirmed_at"] is None else "confirmed"


@dataclass(frozen=True, slots=True)
class Holding:
    line: PartLine | SessionLine
    state: str
    position: int | None


def opened(secrets: Secrets, purpose: Purpose, token: str) -> Link:
    """What the link says. Raises `NotFound` before any query for what we did not sign for this purpose."""
    link = secrets.read_link(purpose, token)
    if link is None:
        raise NotFound
    return link


def mine(connection: Connection, link: Link, purpose: Purpose) -> Mine:
    """The registration a link opens, in two statements. Raises `NotFound` for erased ones and links called back."""
    row = _behind(connection, link, purpose)
    places = outbox_queries.places(connection, [link.registration_id])
    return Mine(row, {place["unit_id"]: (place["state"], place["position"]) for place in places})


def event_behind(connection: Connection, link: Link, purpose: Purpose) -> str:
    """The slug of the event a link's registration is for, in one statement. Raises `NotFound` as `mine`."""
    slug: str = _behind(connection, link, purpose)["slug"]
    return slug


def _behind(connection: Connection, link: Link, purpose: Purpose) -> RowMapping:
    row = attendee_reads.registration_by_id(connection, link.registration_id)
    if row is None or row[_GENERATIONS[purpose]] != link.generation:
        raise NotFound
    return row


def holdings(registration: Mine, event: EventView, language: str) -> tuple[Holding, ...]:
    """What the person has or waits for, in the order of the programme."""
    return tuple(
        Holding(line, *registration.places[unit])
        for unit, line in units(programme(event, language)).items()
        if unit in registration.places
    )


def can_confirm(registration: Mine, event: EventView, now: datetime) -> bool:
    """Also when the time for it is over, until the event begins: then it is asked for again."""
    starts_at, is_cancelled = event.rules.rules.starts_at, event.rules.rules.is_cancelled
    begun = starts_at is not None and now >= starts_at
    return registration.standing in {"unconfirmed", "lapsed"} and not is_cancelled and not begun


def cancel_until(registration: Mine, event: EventView) -> datetime | None:
    """The end of the last of the person's parts that has one; None without end. As the ledger reckons."""
    mine_ = [part.cancel_until for unit, part in event.rules.rules.parts.items() if unit in registration.places]
    ends = [until for until in mine_ if until is not None]
    return max(ends) if ends and len(ends) == len(mine_) else None


def can_cancel(registration: Mine, event: EventView, now: datetime) -> bool:
    until = cancel_until(registration, event)
    return registration.row["ended_at"] is None and (until is None or now < until)
