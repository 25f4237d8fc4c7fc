"""The programme as a timetable: by parts and days, what runs at the same time side by side."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import combinations, groupby

from confman.domain.people import full_name
from confman.kernel.i18n import N_, language_name, sentences_in
from confman.usecases.event_page import MARKED
from confman.usecases.events import Row
from confman.usecases.programme import PartLine, Said, SessionLine, SlotLine, said

_ROLES: Mapping[str, str] = {
    "speaker": "",
    "keynote": "",
    "panellist": N_("On the panel:"),
    "moderator": N_("Moderation:"),
    "host": N_("Hosted by:"),
}
"""How speakers are introduced, in the order in which they are named."""


@dataclass(frozen=True, slots=True)
class Before:
    """Where a session was before it moved, as far as that is another: room, start and end."""

    starts_at: datetime | None
    ends_at: datetime | None
    room: str | None


@dataclass(frozen=True, slots=True)
class Point:
    """A session on the page, its `title` without its label. `time` only where it is not that of its row.

    `number` of `count` in a choice; `language` by name where it is not the event's first.
    """

    line: SessionLine
    title: Said
    time: tuple[datetime, datetime | None] | None
    subtitle: Said
    abstract: Said
    language: str | None
    people: list[tuple[str, str]]
    number: int
    count: int
    before: Before | None


@dataclass(frozen=True, slots=True)
class Block:
    """One row: what runs from `starts_at`; several points run at the same time. `choose_from`: when choosing begins."""

    starts_at: datetime | None
    ends_at: datetime | None
    label: Said | None
    choose_from: datetime | None
    points: list[Point]


@dataclass(frozen=True, slots=True)
class Overlap:
    """`title` of the other part, and the time that both take."""

    title: Said
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class PartShown:
    line: PartLine
    about: Said
    days: list[tuple[date | None, list[Block]]]
    overlaps: list[Overlap]


@dataclass(frozen=True, slots=True)
class _Reading:
    """Who reads, and when; `spoken`: the event's first language."""

    language: str
    spoken: str
    now: datetime


def timetable(parts: Sequence[PartLine], language: str, spoken: str, now: datetime) -> list[PartShown]:
    reading = _Reading(language, spoken, now)
    return [
        PartShown(
            line=part,
            about=said(part.row["texts"], language),
            days=[
                (day, [block for slot in slots for block in _blocks(slot, reading)])
                for day, slots in groupby(part.slots, key=lambda slot: slot.day)
            ],
            overlaps=list(_overlaps(part, parts)),
        )
        for part in parts
    ]


def _overlaps(part: PartLine, parts: Sequence[PartLine]) -> Iterator[Overlap]:
    for pair in combinations(parts, 2):
        if part not in pair or any(each.starts_at is None or each.ends_at is None for each in pair):
            continue
        other = pair[1] if pair[0] is part else pair[0]
        starts_at = max(each.starts_at for each in pair if each.starts_at)
        ends_at = min(each.ends_at for each in pair if each.ends_at)
        if starts_at < ends_at:
            yield Overlap(other.title, starts_at, ends_at)


def _blocks(slot: SlotLine, reading: _Reading) -> Iterator[Block]:
    """A choice is one block; what everybody hears stands one after the other."""
    if slot.is_choice:
        times = (slot.starts_at, slot.ends_at)
        chosen = [session for session in slot.sessions if session.unit is not None]
        numbers = {session.row["id"]: number for number, session in enumerate(chosen, start=1)}
        points = [
            _point(session, times, (numbers.get(session.row["id"], 0), len(chosen)), reading)
            for session in slot.sessions
        ]
        begins = slot.choice_opens_at if slot.choice_opens_at and reading.now < slot.choice_opens_at else None
        yield Block(*times, slot.label, begins, points)
        return
    for times, sessions in groupby(slot.sessions, key=lambda session: (session.starts_at, session.ends_at)):
        yield Block(*times, None, None, [_point(session, times, (0, 0), reading) for session in sessions])


def _point(
    session: SessionLine,
    times: tuple[datetime | None, datetime | None],
    place: tuple[int, int],
    reading: _Reading,
) -> Point:
    row = session.row
    own, tag = (session.starts_at, session.ends_at), row["language"]
    return Point(
        line=session,
        title=_title(session),
        time=(session.starts_at, session.ends_at) if session.starts_at and own != times else None,
        subtitle=said(row["subtitles"], reading.language),
        abstract=said(row["abstract"], reading.language),
        language=language_name(tag, reading.language) if tag and tag != reading.spoken else None,
        people=list(_people(session.speakers, reading.language)),
        number=place[0],
        count=place[1],
        before=_before(session, reading.now),
    )


def _title(session: SessionLine) -> Said:
    text, language = session.title
    return (text.removeprefix(session.label or "").lstrip(" :–-") or text, language) if session.label else session.title


def _people(speakers: Sequence[Row], language: str) -> Iterator[tuple[str, str]]:
    """(how they are introduced, who) by roles."""
    for role, introduced in _ROLES.items():
        several = [_person(row, language) for row in speakers if row["role"] == role]
        if several:
            yield sentences_in(language).say(introduced) if introduced else "", "; ".join(several)


def _person(row: Row, language: str) -> str:
    name = full_name(row["title"], row["given_name"], row["family_name"])
    return ", ".join(filter(None, [name, said(row["function"], language)[0], row["institution"]]))


def _before(session: SessionLine, now: datetime) -> Before | None:
    was = session.row["moved_from"]
    if was is None or now >= datetime.fromisoformat(was["at"]) + MARKED:
        return None
    starts_at, ends_at = (datetime.fromisoformat(was[name]) if was[name] else None for name in ("starts_at", "ends_at"))
    if (starts_at, ends_at) == (session.starts_at, session.ends_at):
        starts_at = ends_at = None
    return Before(starts_at, ends_at, was["room"] if was["room"] != session.room else None)
