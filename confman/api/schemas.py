"""What the API answers with. What it takes: `Submission`, `Addition` and `Correction` of the use-cases.

Texts are given in all their languages, `{"de": "Werkstatt", "en": "Workshop"}`; instants in UTC, days as they are in
the event's `zone`.
"""

from datetime import date, datetime
from typing import Any, Literal

import msgspec

Texts = dict[str, str]
Places = Literal["free", "few", "waiting", "full"]
State = Literal["draft", "announced", "published", "cancelled"]


class Received(msgspec.Struct):
    """What a newcomer is told, and everybody else too. `confirm_by`: until when the letter must be confirmed."""

    outcome: Literal["held", "waiting"]
    confirm_by: datetime | None


# events


class Reference(msgspec.Struct, kw_only=True):
    """Something that is shown elsewhere: a series or a project."""

    slug: str
    titles: Texts


class Organisation(msgspec.Struct, kw_only=True):
    slug: str
    name: str


class Venue(msgspec.Struct, kw_only=True):
    name: str | None
    street: str | None
    postcode: str | None
    city: str | None
    country: str | None
    url: str | None


class Contact(msgspec.Struct, kw_only=True):
    name: str | None
    email: str | None
    phone: str | None


class ListedEvent(msgspec.Struct, kw_only=True):
    """Days may be missing while an event is only announced; `date_text` says why."""

    slug: str
    state: State
    kind: str
    titles: Texts
    subtitles: Texts | None
    host: str
    series: str | None
    number: int | None
    zone: str
    starts_on: date | None
    ends_on: date | None
    date_text: Texts | None
    starts_at: datetime | None
    ends_at: datetime | None
    venue_name: str | None
    venue_city: str | None


class Events(msgspec.Struct):
    events: list[ListedEvent]


class Part(msgspec.Struct, kw_only=True):
    """A separately bookable portion; windows that are not set are the event's. `capacity` null = without limit."""

    slug: str
    titles: Texts
    texts: Texts | None
    on_day: date | None
    starts_at: datetime | None
    ends_at: datetime | None
    opens_at: datetime | None
    closes_at: datetime | None
    change_until: datetime | None
    cancel_until: datetime | None
    capacity: int | None


class Appearance(msgspec.Struct, kw_only=True):
    """Somebody who speaks or moderates."""

    role: str
    title: str | None
    given_name: str
    family_name: str
    institution: str | None
    function: Texts | None


class Session(msgspec.Struct, kw_only=True):
    """Times that are not set are the slot's. `can_be_chosen`: by its slug, in `choices` of a registration."""

    slug: str
    kind: str
    titles: Texts
    subtitles: Texts | None
    abstract: Texts | None
    language: str | None
    starts_at: datetime | None
    ends_at: datetime | None
    room: str | None
    capacity: int | None
    can_be_chosen: bool
    is_cancelled: bool
    speakers: list[Appearance]


class Slot(msgspec.Struct, kw_only=True):
    """A span of the programme. Its choice is made by its slug in `choices`, from `choice_opens_at` on."""

    slug: str
    part: str
    rule: Literal["everybody", "pick_one", "optional", "ranked"]
    label: Texts | None
    label_plural: Texts | None
    on_day: date | None
    starts_at: datetime | None
    ends_at: datetime | None
    choice_required: bool
    choice_opens_at: datetime | None
    choice_closes_at: datetime | None
    sessions: list[Session]


class Option(msgspec.Struct, kw_only=True):
    value: str
    labels: Texts
    is_limited: bool


class Question(msgspec.Struct, kw_only=True):
    """Answered by its key in `answers`: a text, for `yes_no` true or false, for `many` a list of values."""

    key: str
    kind: Literal["text", "long", "postcode", "yes_no", "one", "many"]
    labels: Texts
    hints: Texts | None
    options: list[Option]
    purpose: Texts | None
    required: bool
    sensitive: bool
    erased_after_days: int


class ConsentText(msgspec.Struct, kw_only=True):
    """Given by its key in `consents`."""

    key: str
    version: int
    texts: Texts


class Event(msgspec.Struct, kw_only=True):
    """Everything about an event but its people and its free places."""

    slug: str
    state: State
    visibility: Literal["public", "link", "code"]
    kind: str
    titles: Texts
    subtitles: Texts | None
    texts: Texts | None
    notices: Texts | None
    audience: Texts | None
    cost: Texts | None
    access: Texts | None
    access_keys: list[str] | None
    way: Texts | None
    languages: list[str]
    host: Organisation
    series: Reference | None
    number: int | None
    projects: list[Reference]
    zone: str
    starts_on: date | None
    ends_on: date | None
    date_text: Texts | None
    starts_at: datetime | None
    ends_at: datetime | None
    doors_at: datetime | None
    postponed_from: date | None
    cancel_reason: Texts | None
    venue: Venue
    contact: Contact
    opens_at: datetime | None
    closes_at: datetime | None
    change_until: datetime | None
    cancel_until: datetime | None
    offers_waiting: bool
    parts: list[Part]
    slots: list[Slot]
    questions: list[Question]
    consents: list[ConsentText]


class UnitPlaces(msgspec.Struct, kw_only=True, omit_defaults=True):
    """`free`: how many; only where the organiser shows numbers, or with a token; null = without limit."""

    slug: str
    places: Places
    capacity: int | None
    slot: str | msgspec.UnsetType = msgspec.UNSET
    free: int | msgspec.UnsetType | None = msgspec.UNSET
    waiting: int | msgspec.UnsetType = msgspec.UNSET


class Availability(msgspec.Struct, kw_only=True):
    """`open`: somebody can register for at least one part now."""

    open: bool
    opens_at: datetime | None
    closes_at: datetime | None
    parts: list[UnitPlaces]
    sessions: list[UnitPlaces]


# registrations, with a token


class Place(msgspec.Struct, kw_only=True):
    """`within`: the slot of a session, the question of an option. `position` from 1, where it waits and was counted."""

    kind: Literal["part", "session", "option"]
    slug: str
    within: str | None
    state: Literal["held", "waiting", "wished"]
    position: int | None


class Links(msgspec.Struct, kw_only=True):
    """`manage`: whoever knows it can change and cancel the registration; only with a token that may write."""

    self: str
    manage: str | msgspec.UnsetType = msgspec.UNSET


class Added(msgspec.Struct, kw_only=True):
    code: str
    status: Literal["held", "waiting"]
    places: list[Place]
    links: Links


class Consent(msgspec.Struct, kw_only=True):
    key: str
    version: int
    given_at: datetime


class ListedRegistration(msgspec.Struct, kw_only=True):
    """`status` held: everything is; waiting: at least one place waits. `answers`: none that are sensitive."""

    code: str
    status: Literal["held", "waiting", "ended"]
    revision: int
    category: str
    title: str | None
    given_name: str
    family_name: str
    badge_name: str | None
    institution: str | None
    language: str
    email: str | None
    source: Literal["form", "api", "hand", "import"]
    no_list: bool
    no_photo: bool
    created_at: datetime
    changed_at: datetime
    confirm_by: datetime | None
    confirmed_at: datetime | None
    ended_at: datetime | None
    ended_by: Literal["self", "organiser", "lapse", "event"] | None
    places: list[Place]
    answers: dict[str, Any]


class Registration(ListedRegistration, kw_only=True):
    consents: list[Consent]
    links: Links


class Registrations(msgspec.Struct):
    """At most a page; the Link header names the next."""

    registrations: list[ListedRegistration]


# problems


class FieldError(msgspec.Struct, kw_only=True):
    """`pointer`: where it is, by RFC 6901; parameters and headers by their name."""

    pointer: str
    detail: str


class Problem(msgspec.Struct, kw_only=True):
    """RFC 9457. `type` names a page of the documentation, or is `about:blank`; facts stand beside it."""

    type: str
    title: str
    status: int
    detail: str | msgspec.UnsetType = msgspec.UNSET
    errors: list[FieldError] | msgspec.UnsetType = msgspec.UNSET
