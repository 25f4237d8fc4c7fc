"""Until when data are kept, as told to people and as the nightly job reckons it: one rule, `domain/retention`."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Connection

from confman.domain.ledger.book import Rules
from confman.domain.retention import (
    ErasureDays,
    Occasion,
    Standing,
    erasure_days,
    last_day_before,
    local_day,
    terms_of,
)
from confman.kernel.security import Link
from confman.store import erasing
from confman.usecases.events import EventView, Row


@dataclass(frozen=True, slots=True)
class RetentionDates:
    """Local days of the event on which data go; None while the event has no day.

    `needs_on`, `answers_on`: the last of the sensitive questions and of all others, None where there are none.
    `answer_on`: by the question's key.
    """

    zone: str
    days: ErasureDays
    answer_on: Mapping[str, date | None]
    needs_on: date | None
    answers_on: date | None

    @property
    def unconfirmed_on(self) -> date | None:
        """When goes what was never confirmed."""
        return self.days.unconfirmed_on

    @property
    def cancelled_on(self) -> date | None:
        """When go those who cancelled and those who only waited."""
        return self.days.cancelled_on

    @property
    def registrations_on(self) -> date | None:
        """When the last of it goes: registrations, their places and letters."""
        return self.days.registrations_on

    def registration_on(self, row: Row, *, holds: bool) -> date | None:
        """When this registration goes as it stands now. `row`: confirmed_at, ended_at of it."""
        return self.days.registration_on(standing_of(row, self.zone, holds=holds))


def dates_for(event: EventView) -> RetentionDates:
    """Asks the database nothing."""
    days = days_of(event.row, event.rules.rules)
    by_key = {key: days.answers_on(question["erase_days"]) for key, question in event.questions.items()}
    return RetentionDates(
        zone=event.row["zone"],
        days=days,
        answer_on=by_key,
        needs_on=_last(by_key[key] for key, question in event.questions.items() if question["sensitive"]),
        answers_on=_last(by_key[key] for key, question in event.questions.items() if not question["sensitive"]),
    )


def days_of(row: Row, rules: Rules) -> ErasureDays:
    """`row`: zone, starts_on, ends_on, cancelled_at of the event and `host_retention`."""
    zone = row["zone"]
    occasion = Occasion(
        zone=zone,
        last_day=row["ends_on"] or row["starts_on"],
        closes_on=_last(last_day_before(part.closes_at, zone) for part in rules.parts.values()),
        cancelled_on=local_day(row["cancelled_at"], zone),
    )
    return erasure_days(terms_of(row["host_retention"]), occasion)


def standing_of(row: Row, zone: str, *, holds: bool) -> Standing:
    return Standing(
        is_confirmed=row["confirmed_at"] is not None,
        holds=holds,
        ended_on=local_day(row["ended_at"], zone),
    )


def mark_of(registration_id: UUID, manage_generation: int) -> bytes:
    """What is kept of an erased registration, so that its link can be told so. Only who has the link can make it."""
    said = b"confman: an erased registration" + registration_id.bytes + manage_generation.to_bytes(4)
    return hashlib.sha256(said).digest()


def erased_on(connection: Connection, link: Link) -> date | None:
    """When the registration behind a manage link was erased; None where it was not, or the link was called back."""
    return erasing.marked(connection, mark_of(link.registration_id, link.generation))


def _last(days: Iterable[date | None]) -> date | None:
    return max((day for day in days if day is not None), default=None)
