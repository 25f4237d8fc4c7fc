"""What a letter is about, as values: prepared by usecases/letters, put into words by render/letters."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from confman.domain.messages import Message


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of somebody's programme: a part, or a session of one.

    `label`: "Forum 3", where the slot has a label. `position`: from 1, of a waiting place. `lane`: the slot, where one
    choice excludes the others. `is_whole_event`: the only part of its event, whose title and time say it all.
    """

    title: str
    state: str
    label: str | None = None
    position: int | None = None
    on_day: date | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    room: str | None = None
    lane: UUID | None = None
    is_whole_event: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """When and where something takes place, as far as that is known: days, instants in UTC, and a room or a venue."""

    first_day: date | None = None
    last_day: date | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    where: str | None = None


@dataclass(frozen=True, slots=True)
class Shift:
    """What of the event is otherwise than before: its place, a part (the whole event where it has but one), a session.

    `was` None: takes place after all. `now` None: does not take place.
    """

    of: Literal["place", "event", "part", "session"]
    name: str = ""
    label: str | None = None
    was: Moment | None = None
    now: Moment | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """One registration. `places` and `before` in the order of the day; `link` opens "my registration".

    `nth`: how many live registrations its address had with this one. `by`: who ended or changed it
    (self, organiser, lapse, event), if the letter is about that. `shifts`: what the organisers have changed for them.
    """

    name: str
    code: str
    link: str
    places: tuple[Entry, ...] = ()
    before: tuple[Entry, ...] = ()
    confirmed: bool = False
    confirm_by: datetime | None = None
    by: str | None = None
    nth: int = 1
    shifts: tuple[Shift, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """What an organiser wrote, with its placeholders, and what two of them stand for."""

    message: Message
    given_name: str
    family_name: str


@dataclass(frozen=True, slots=True)
class Occasion:
    """The event as letters tell it; texts are in the reader's language already, instants are UTC, `zone` is IANA."""

    title: str
    zone: str
    host_name: str
    page: str
    imprint: str
    privacy: str
    has_page: bool = True
    starts_on: date | None = None
    ends_on: date | None = None
    date_text: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    doors_at: datetime | None = None
    venue: str | None = None
    online_url: str | None = None
    reply_to: str | None = None
    phone: str | None = None
    postponed_from: date | None = None
    is_cancelled: bool = False
    cancel_reason: str | None = None
    funders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LetterValues:
    """One mail. `letter_ids`: the rows of the outbox it settles; several people only in a bundled confirmation."""

    letter_ids: tuple[UUID, ...]
    kind: str
    language: str
    recipient: str
    message_id: str
    created_at: datetime
    occasion: Occasion
    people: tuple[Person, ...]
    ics: bytes | None = None
    written: Written | None = None
