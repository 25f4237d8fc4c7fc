"""What the templates of letters are given: lines ready in the reader's language, so that they only place them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from confman.kernel.i18n import N_
from confman.render.letter_shifts import shift_line
from confman.render.letter_speech import Speech, named
from confman.render.letter_values import Entry, Occasion, Person
from confman.render.mime import one_line

_SHIFTS_SHOWN = 8  # so that a letter stays one screen


@dataclass(frozen=True, slots=True)
class OccasionView:
    """`day`: the date without weekday, for subjects. `answers`: somebody reads what is sent in reply."""

    title: str
    when: str | None
    doors: str | None
    day: str | None
    former_day: str | None
    where: str | None
    online_url: str | None
    reason: str | None
    host_name: str
    phone: str | None
    answers: bool
    funders: tuple[str, ...]
    is_cancelled: bool
    page: str
    has_page: bool
    imprint: str
    privacy: str


@dataclass(frozen=True, slots=True)
class PersonView:
    """Lines of programme by state; `gained` and `lost` compare with before.

    The only part of an event has no line: `holds` counts it too; `waits`: for the whole event, at `waits_at`.
    Positions are for who has confirmed: before, they would tell others over the same mailbox who is known.
    `swaps`: waits where another place of the same slot is held. `short_…`: names without times, for sentences.
    `could_return_to`: what was left for a place of the same slot. `shifts`: what the organisers have changed;
    `may_choose_anew`: and something that was chosen does not take place.
    """

    name: str
    code: str
    link: str
    nth: int
    by: str | None
    confirmed: bool
    confirm_by: str | None
    holds: int
    waits: bool
    waits_at: int | None
    held: tuple[str, ...]
    waiting: tuple[str, ...]
    wished: tuple[str, ...]
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    short_gained: tuple[str, ...]
    could_return_to: tuple[str, ...]
    swaps: bool
    shifts: tuple[str, ...]
    has_more_shifts: bool
    may_choose_anew: bool

    @property
    def choices(self) -> str:
        """Where the choice can be changed."""
        return f"{self.link}#choices"


def occasion_view(occasion: Occasion, speech: Speech) -> OccasionView:
    return OccasionView(
        title=one_line(occasion.title),
        when=_when(occasion, speech),
        doors=_doors(occasion, speech),
        day=_day(occasion, speech),
        former_day=speech.dates.day_long(occasion.postponed_from) if occasion.postponed_from else None,
        where=_line(occasion.venue),
        online_url=_address(occasion.online_url),
        reason=_line(occasion.cancel_reason),
        host_name=one_line(occasion.host_name),
        phone=_line(occasion.phone),
        answers=occasion.reply_to is not None,
        funders=tuple(one_line(wording) for wording in occasion.funders),
        is_cancelled=occasion.is_cancelled,
        page=occasion.page,
        has_page=occasion.has_page,
        imprint=occasion.imprint,
        privacy=occasion.privacy,
    )


def person_view(person: Person, occasion: Occasion, speech: Speech) -> PersonView:
    held = _in_state(person.places, "held")
    waiting = _in_state(person.places, "waiting")
    if not person.confirmed:
        waiting = [replace(entry, position=None) for entry in waiting]
    held_before = _in_state(person.before, "held")
    gained = [entry for entry in held if entry not in held_before] if person.before else held
    lost = [entry for entry in held_before if entry not in held]
    lanes = {entry.lane for entry in held if entry.lane is not None}

    def lines(entries: Iterable[Entry]) -> tuple[str, ...]:
        return tuple(_entry(entry, occasion, speech) for entry in entries if not entry.is_whole_event)

    return PersonView(
        name=one_line(person.name),
        code=person.code,
        link=person.link,
        nth=person.nth,
        by=person.by,
        confirmed=person.confirmed,
        confirm_by=speech.dates.day_and_clock(person.confirm_by, occasion.zone) if person.confirm_by else None,
        holds=len(held),
        waits=any(entry.is_whole_event for entry in waiting),
        waits_at=next((entry.position for entry in waiting if entry.is_whole_event), None),
        held=lines(held),
        waiting=tuple(_queued(entry, speech) for entry in waiting if not entry.is_whole_event),
        wished=lines(_in_state(person.places, "wished")),
        gained=lines(gained),
        lost=lines(lost),
        short_gained=tuple(_short(entry) for entry in gained),
        could_return_to=tuple(_short(entry) for entry in lost if entry.lane in lanes),
        swaps=any(entry.lane in lanes for entry in waiting),
        shifts=tuple(shift_line(shift, occasion, speech) for shift in person.shifts[:_SHIFTS_SHOWN]),
        has_more_shifts=len(person.shifts) > _SHIFTS_SHOWN,
        may_choose_anew=any(shift.label is not None and shift.now is None for shift in person.shifts),
    )


def _in_state(entries: Iterable[Entry], state: str) -> list[Entry]:
    return [entry for entry in entries if entry.state == state]


def _when(occasion: Occasion, speech: Speech) -> str | None:
    """Date and time as far as they are known; the text that stands for a date; or None."""
    if occasion.starts_on is None:
        return _line(occasion.date_text)
    if occasion.ends_on is not None and occasion.ends_on != occasion.starts_on:
        return speech.dates.days_long(occasion.starts_on, occasion.ends_on)
    when = speech.dates.day_long(occasion.starts_on)
    if occasion.starts_at is not None:
        when += f", {speech.dates.span(occasion.starts_at, occasion.ends_at, occasion.zone)}"
    return when


def _doors(occasion: Occasion, speech: Speech) -> str | None:
    if occasion.doors_at is None:
        return None
    return speech.sentences.say(N_("Doors open at %(time)s"), time=speech.dates.clock(occasion.doors_at, occasion.zone))


def _day(occasion: Occasion, speech: Speech) -> str | None:
    return speech.dates.day(occasion.starts_on) if occasion.starts_on is not None else _line(occasion.date_text)


def _short(entry: Entry) -> str:
    return one_line(entry.label or entry.title)


def _named(entry: Entry) -> str:
    return named(entry.label, entry.title)


def _entry(entry: Entry, occasion: Occasion, speech: Speech) -> str:
    pieces = [_named(entry)]
    is_long = occasion.starts_on is not None and occasion.ends_on not in {None, occasion.starts_on}
    if is_long and entry.on_day is not None:
        pieces.append(speech.dates.day_in_year(entry.on_day))
    if entry.starts_at is not None:
        pieces.append(speech.dates.span(entry.starts_at, entry.ends_at, occasion.zone))
    if entry.room:
        pieces.append(speech.room(entry.room))
    return ", ".join(pieces)


def _queued(entry: Entry, speech: Speech) -> str:
    if entry.position is None:
        return _named(entry)
    number = speech.sentences.say(N_("number %(position)s"), position=entry.position)
    return f"{_named(entry)}, {number}"


def _line(text: str | None) -> str | None:
    return (one_line(text) or None) if text else None


def _address(url: str | None) -> str | None:
    """Only what a browser opens as a page: an organiser's javascript: is no address."""
    return one_line(url) if url and url.startswith(("https://", "http://")) else None
