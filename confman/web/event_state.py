"""Where an event stands, in one line, and what one can do about it now."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from confman.domain.deadlines import zone_of
from confman.kernel.dates import Dates
from confman.kernel.i18n import N_, Sentences, sentences_in
from confman.usecases import events
from confman.usecases.event_page import LAST_DAYS, EventPage
from confman.usecases.events import Places
from confman.usecases.life import life

Kind = Literal["info", "success", "warning", "danger"]


@dataclass(frozen=True, slots=True)
class State:
    """One line; `asks`: whom to ask comes behind it."""

    kind: Kind
    says: str
    asks: bool = False


def best_places(page: EventPage) -> Places | None:
    """The best that any part offers; None while nobody can register."""
    words = {page.places[part.unit] for part in page.event.parts.values() if part.unit in page.places}
    order: tuple[Places, ...] = ("free", "few", "waiting", "full")
    return next((word for word in order if word in words), None)


def states(page: EventPage, language: str) -> list[State]:
    """What stands above the title: the state first."""
    return list(_states(page, _Words(page, language)))


@dataclass(frozen=True, slots=True)
class _Words:
    page: EventPage
    language: str

    @property
    def speech(self) -> Sentences:
        return sentences_in(self.language)

    @property
    def dates(self) -> Dates:
        return Dates(self.language)

    @property
    def zone(self) -> str:
        zone: str = self.page.event.row["zone"]
        return zone

    def day_of(self, instant: datetime) -> date:
        return instant.astimezone(zone_of(self.zone)).date()


def _states(page: EventPage, words: _Words) -> Iterator[State]:
    row, say = page.event.row, words.speech.say
    opens_at, closes_at = events.window(page.event)
    match life(page.event, page.now):
        case "cancelled":
            yield State(
                "danger", say(N_("Cancelled on %(day)s"), day=words.dates.day(words.day_of(row["cancelled_at"])))
            )
        case "announced":
            yield State("info", say(N_("Save the date")))
        case "over":
            yield State("info", _took_place(words))
        case "opens":
            assert opens_at is not None, "what opens has an instant at which it does"
            yield State(
                "info", say(N_("Registration opens on %(when)s."), when=words.dates.day_and_clock(opens_at, words.zone))
            )
        case "open":
            yield from _open(page, words, closes_at)
        case "closed":
            yield State("info", _closed(words, closes_at), asks=True)
        case "elsewhere":
            pass
    if row["postponed_from"] is not None and row["cancelled_at"] is None:
        was = words.dates.day_long(row["postponed_from"])
        yield State("warning", say(N_("New date. It was to be on %(day)s."), day=was))


def _took_place(words: _Words) -> str:
    row, say = words.page.event.row, words.speech.say
    first, last = row["starts_on"], row["ends_on"] or row["starts_on"]
    if first is None:
        return say(N_("This event has taken place."))
    if first == last:
        return say(N_("Took place on %(day)s"), day=words.dates.day(first))
    return say(N_("Took place from %(days)s"), days=words.dates.days(first, last))


def _open(page: EventPage, words: _Words, closes_at: datetime | None) -> Iterator[State]:
    say = words.speech.say
    match best_places(page):
        case "waiting":
            yield State("warning", say(N_("Fully booked – waiting list possible")))
        case "full":
            yield State("warning", say(N_("Fully booked")))
        case _:
            pass
    if closes_at is None:
        yield State("success", say(N_("Registration is open.")))
        return
    until = words.dates.until(closes_at, words.zone)
    last_day = words.day_of(closes_at - timedelta(microseconds=1))
    left = (last_day - words.day_of(page.now)).days + 1
    if left > LAST_DAYS:
        yield State("success", say(N_("Registration is open %(until)s."), until=until))
    elif left == 1:
        yield State("warning", say(N_("Last day: registration is open %(until)s."), until=until))
    else:
        says = N_("%(days)s days left: registration is open %(until)s.")
        yield State("warning", say(says, days=left, until=until))


def _closed(words: _Words, closes_at: datetime | None) -> str:
    if closes_at is None:
        return words.speech.say(N_("Registration is closed."))
    when = words.dates.closing(closes_at, words.zone)
    return words.speech.say(N_("Registration closed on %(when)s."), when=when)
