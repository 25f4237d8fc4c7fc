"""From rows to calendar entries: which there are, what they are called, when they take place.

One entry per part. A day without a time is an all-day entry, what has neither is none; several days are one all-day
entry that blocks nobody's time. What was cancelled stays for 60 days, marked, so that every calendar learns of it.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID, uuid5

from confman.domain.deadlines import zone_of
from confman.domain.people import full_name
from confman.kernel.dates import Dates
from confman.kernel.i18n import N_, Sentences, sentences_in
from confman.render.calendar import Entry
from confman.usecases.events import EventView, Row
from confman.usecases.feed_values import CANCELLED_STAYS, How
from confman.usecases.programme import PartLine, SessionLine, place_of, programme, said, times_of

_NIGHT_ENDS = timedelta(hours=6)
_PARTS = UUID("9b0d6d0e-5d0b-5f4e-9a60-6b1f7a3f2c11")  # a name space of our own, for life

Status = Literal["CONFIRMED", "TENTATIVE", "CANCELLED"]
Times = tuple[datetime | date, datetime | date | None]


def is_public(event: Row, now: datetime, *, is_invited: bool = False) -> bool:
    """Announced or published by now; what needs a code is shown only to who has passed it."""
    is_hidden = event["visibility"] == "code" and not is_invited
    return not is_hidden and any(at is not None and at <= now for at in _births(event))


def turns(event: Row, sessions: Iterable[Row] = ()) -> Iterator[datetime]:
    """The instants at which the clock alone changes what calendars show of the event."""
    yield from (at for at in _births(event) if at is not None)
    for row in (event, *sessions):
        if row["cancelled_at"] is not None:
            yield row["cancelled_at"] + CANCELLED_STAYS


def _births(event: Row) -> tuple[datetime | None, datetime | None]:
    return event["announced_at"], event["published_at"]


def part_uid(event_uid: str, part_slug: str) -> str:
    """A part has no UID of its own: it follows from the event's, which stays for life, and the part's address."""
    return str(uuid5(_PARTS, f"{event_uid} {part_slug}"))


def state_of(event: Row, now: datetime) -> Status | None:
    """None where calendars show it no more."""
    cancelled_at: datetime | None = event["cancelled_at"]
    if cancelled_at is not None:
        return "CANCELLED" if now < cancelled_at + CANCELLED_STAYS else None
    published_at: datetime | None = event["published_at"]
    return "CONFIRMED" if published_at is not None and published_at <= now else "TENTATIVE"


def language_of(event: Row, how: How) -> str:
    language: str = how.language or event["languages"][0]
    return language


def part_entry(event: Row, part: Row, how: How, *, is_only: bool) -> Entry | None:
    """The entry of a part, whose event has others or not; None without a day and for what is long cancelled."""
    status, times = state_of(event, how.now), _part_times(event, part, is_only=is_only)
    if status is None or times is None:
        return None
    language = language_of(event, how)
    title = said(event["titles"], language, event["slug"])[0]
    if not is_only:
        title = f"{title}: {said(part['titles'], language, part['slug'])[0]}"
    page = f"{how.base_url}/events/{event['slug']}"
    return Entry(
        uid=part_uid(event["uid"], part["slug"]),
        sequence=event["sequence"],
        changed_at=event["changed_at"],
        summary=_marked(title, status, sentences_in(language)),
        description=_lines(_about_event(event, language), page),
        location=_place(event, sentences_in(language)),
        url=page,
        starts=times[0],
        ends=times[1],
        zone=event["zone"],
        status=status,
        transparent=not isinstance(times[0], datetime),
    )


def session_entries(event: EventView, how: How) -> Iterator[Entry]:
    """The whole programme, in its order; breaks too."""
    language = language_of(event.row, how)
    for part in programme(event, language):
        for slot in part.slots:
            for session in slot.sessions:
                day = session.day or (part.day if _is_one_day(part) else None)
                entry = session_entry(event.row, session, day, how)
                if entry is not None:
                    yield entry


def session_entry(event: Row, session: SessionLine, day: date | None, how: How) -> Entry | None:
    """The entry of a session on that day, if it has no time; None without either and for what is long cancelled."""
    status = state_of(event, how.now)
    if session.is_cancelled and status is not None:
        status = "CANCELLED" if how.now < session.row["cancelled_at"] + CANCELLED_STAYS else None
    times = _times(session.starts_at, session.ends_at, day)
    if status is None or times is None:
        return None
    language = language_of(event, how)
    speech = sentences_in(language)
    page = f"{how.base_url}/events/{event['slug']}"
    return Entry(
        uid=session.row["uid"],
        sequence=session.row["sequence"],
        changed_at=session.row["changed_at"],
        summary=_marked(f"{session.prefix}{session.title[0]}", status, speech),
        description=_lines(_about_session(session, language), page),
        location=", ".join(filter(None, [_room(session.room, speech), _place(event, speech)])),
        url=page,
        starts=times[0],
        ends=times[1],
        zone=event["zone"],
        status=status,
        transparent=not isinstance(times[0], datetime),
    )


def _is_one_day(part: PartLine) -> bool:
    return part.day == part.last_day


# when


def _part_times(event: Row, part: Row, *, is_only: bool) -> Times | None:
    starts_at, ends_at = times_of(event, part, is_only=is_only)
    first, last = event["starts_on"], event["ends_on"] or event["starts_on"]
    if is_only and first is not None and first != last:
        return first, last
    if starts_at is None:
        return None if (part["on_day"] or first) is None else (part["on_day"] or first, part["on_day"] or last)
    days = [at.astimezone(zone_of(event["zone"])).date() for at in (starts_at, (ends_at or starts_at) - _NIGHT_ENDS)]
    if days[0] < days[1]:  # several days, and not only an evening that runs past midnight
        return days[0], days[1]
    return _times(starts_at, ends_at, None)


def _times(starts_at: datetime | None, ends_at: datetime | None, day: date | None) -> Times | None:
    if starts_at is not None:
        return starts_at, ends_at if ends_at is not None and ends_at > starts_at else None
    return None if day is None else (day, None)


# in words


def _marked(title: str, status: Status, speech: Sentences) -> str:
    match status:
        case "CANCELLED":
            return speech.say(N_("CANCELLED: {title}"), title=title)
        case "TENTATIVE":
            return speech.say(N_("Save the date: {title}"), title=title)
        case "CONFIRMED":
            return title


def _about_event(event: Row, language: str) -> Iterator[str]:
    speech = sentences_in(language)
    dates = Dates(speech.language)
    if event["cancelled_at"] is not None:
        yield said(event["cancel_reason"], language)[0]
    yield said(event["subtitles"], language)[0]
    if event["postponed_from"] is not None:
        yield speech.say(N_("New date. It was to be on {day}."), day=dates.day_long(event["postponed_from"]))
    if event["doors_at"] is not None:
        yield speech.say(N_("Doors open at %(time)s"), time=dates.clock(event["doors_at"], event["zone"]))


def _about_session(session: SessionLine, language: str) -> Iterator[str]:
    yield ", ".join(_speaker(row) for row in session.speakers)
    yield said(session.row["abstract"], language)[0]


def _speaker(row: Row) -> str:
    name = full_name(row["title"], row["given_name"], row["family_name"])
    return f"{name} ({row['institution']})" if row["institution"] else name


def _lines(lines: Iterable[str], page: str) -> str:
    """Many calendars show no URL but what stands in the text."""
    return "\n".join([*filter(None, lines), page])


def _place(event: Row, speech: Sentences) -> str:
    """The address; of what is online only that it is, because whoever is registered is told where."""
    return place_of(event) or (speech.say(N_("online")) if event["online_url"] else "")


def _room(room: str | None, speech: Sentences) -> str:
    if not room:
        return ""
    return speech.say(N_("room %(name)s"), name=room) if room[:1].isdigit() else room
