"""The parts of an event book as read: checked, typed, instants in UTC. Fields bear the names of the columns they fill.

`spot` says where a thing stands in the file and is no part of its worth: equal books compare equal wherever it stands.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from confman.domain.values import Texts
from confman.usecases.book_faults import NOWHERE, Fault, Spot


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    spot: Spot = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class File:
    """A file that comes with the book, under a safe name, known by the hash of what is in it."""

    name: str
    media_type: str
    content_hash: str
    content: bytes = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Host(Placed):
    slug: str
    name: str
    zone: str
    language: str
    homepage: str | None
    address: str | None
    email: str | None
    phone: str | None
    logo: str | None
    imprint: Texts | None
    privacy: dict[str, Any] | None
    accessibility: dict[str, Any] | None
    retention: dict[str, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Category(Placed):
    key: str
    titles: Texts
    counts: bool
    colour: str
    on_signature_list: bool
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Body(Placed):
    key: str
    name: str
    city: str | None
    homepage: str | None
    logo: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyRole(Placed):
    """A body by its key, in a role of BODY_ROLES; it may stand in an earlier book of the same host."""

    body: str
    role: str
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic(Placed):
    slug: str
    titles: Texts
    texts: Texts | None
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Document(Placed):
    """What is known about a document; its file is one of the book's `files`, by its hash. `size` in bytes."""

    key: str
    titles: Texts
    name: str | None
    media_type: str | None
    size: int | None
    content_hash: str | None
    url: str | None
    published_at: datetime | None
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Project(Placed):
    slug: str
    titles: Texts
    subtitles: Texts | None
    texts: Texts | None
    aims: Texts | None
    funder_wording: Texts | None
    funding_code: str | None
    homepage: str | None
    contact_name: str | None
    contact_email: str | None
    contact_phone: str | None
    logo: str | None
    position: int
    topics: tuple[Topic, ...] = ()
    bodies: tuple[BodyRole, ...] = ()
    documents: tuple[Document, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Series(Placed):
    slug: str
    titles: Texts
    texts: Texts | None
    item_label: Texts | None
    project: str | None
    documents: tuple[Document, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EventProject(Placed):
    """A project by its slug, with its funder's wording and code as they were for this event."""

    project: str
    funder_wording: Texts | None
    funding_code: str | None
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit(Placed):
    """Places: `capacity` None is no limit; `reserve` of them only the organiser gives."""

    capacity: int | None
    reserve: int
    offers_waiting: bool
    promotes_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerRole(Placed):
    speaker: str
    role: str
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Session(Placed):
    """`unit` where the session has places of its own: a capacity, or a slot where people choose."""

    slug: str
    position: int
    kind: str
    titles: Texts
    subtitles: Texts | None
    abstract: Texts | None
    language: str | None
    starts_at: datetime | None
    ends_at: datetime | None
    room: str | None
    minimum: int | None
    decides_at: datetime | None
    is_cancelled: bool | None
    cancelled_at: datetime | None
    unit: Unit | None
    speakers: tuple[SpeakerRole, ...] = ()
    documents: tuple[Document, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot(Placed):
    slug: str
    position: int
    on_day: date | None
    label: Texts | None
    label_plural: Texts | None
    starts_at: datetime | None
    ends_at: datetime | None
    rule: str
    choice_required: bool
    choice_opens_at: datetime | None
    choice_closes_at: datetime | None
    sessions: tuple[Session, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(Placed):
    slug: str
    position: int
    titles: Texts
    texts: Texts | None
    on_day: date | None
    starts_at: datetime | None
    ends_at: datetime | None
    opens_at: datetime | None
    closes_at: datetime | None
    change_until: datetime | None
    cancel_until: datetime | None
    unit: Unit
    slots: tuple[Slot, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Room(Placed):
    slug: str
    name: str
    seats: int | None
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker(Placed):
    slug: str
    title: str | None
    given_name: str
    family_name: str
    institution: str | None
    function: Texts | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Option(Placed):
    """`unit` where the option is limited."""

    key: str
    labels: Texts
    unit: Unit | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Placed):
    """A limited yes-or-no question has the one option `yes`."""

    key: str
    kind: str
    labels: Texts
    hints: Texts | None
    purpose: Texts | None
    required: bool
    sensitive: bool
    visible_to: str
    erase_days: int
    position: int
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentText(Placed):
    key: str
    texts: Texts
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Placed):
    """`life` draft, announced or published, None where the book leaves it as it is (a new event is then a draft).

    `is_cancelled` None likewise leaves it as it is. `announced_at`, `published_at`, `cancelled_at` only where told.
    """

    slug: str
    origin_key: str | None
    series: str | None
    number: int | None
    kind: str
    visibility: str
    access_code: str | None
    zone: str
    starts_on: date | None
    ends_on: date | None
    date_text: Texts | None
    starts_at: datetime | None
    ends_at: datetime | None
    doors_at: datetime | None
    venue_name: str | None
    venue_street: str | None
    venue_postcode: str | None
    venue_city: str | None
    venue_country: str | None
    venue_url: str | None
    online_url: str | None
    access: Texts | None
    access_keys: list[str] | None
    way: Texts | None
    catering: Texts | None
    hotel: Texts | None
    languages: list[str]
    titles: Texts
    subtitles: Texts | None
    texts: Texts | None
    notices: Texts | None
    audience: Texts | None
    cost: Texts | None
    contact_name: str | None
    contact_email: str | None
    contact_phone: str | None
    mailbox: str | None
    phone_of_day: str | None
    life: str | None
    announced_at: datetime | None
    published_at: datetime | None
    is_cancelled: bool | None
    cancelled_at: datetime | None
    cancel_reason: Texts | None
    postponed_from: date | None
    opens_at: datetime | None
    closes_at: datetime | None
    change_until: datetime | None
    cancel_until: datetime | None
    print_close_at: datetime | None
    hold_hours: int
    confirm_address: bool
    offers_waiting: bool
    shows_numbers: bool
    badge_download: bool
    photos: str
    max_per_address: int
    projects: tuple[EventProject, ...] = ()
    bodies: tuple[BodyRole, ...] = ()
    rooms: tuple[Room, ...] = ()
    speakers: tuple[Speaker, ...] = ()
    parts: tuple[Part, ...] = ()
    questions: tuple[Question, ...] = ()
    consents: tuple[ConsentText, ...] = ()
    documents: tuple[Document, ...] = ()
    rules_spot: Spot = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """One host's book. `categories` None where the book says nothing about them. `warnings` are worth a look only."""

    file: str
    host: Host
    categories: tuple[Category, ...] | None
    bodies: tuple[Body, ...]
    projects: tuple[Project, ...]
    series: tuple[Series, ...]
    events: tuple[Event, ...]
    files: tuple[File, ...] = ()
    warnings: tuple[Fault, ...] = ()
