"""Who has signed up in the demonstration, in the order in which they did: the ledger makes the state of it.

111 live registrations of people who count: 40 in the Werkstatt, 31 of them in the conference too; 102 in the
conference, of whom 12 walk, 87 sit in forums and 15 decide later; 3 wait for the Werkstatt, 6 for Forum 1 and 1 for
Forum 4.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from confman.usecases.book_values import Event
from confman.usecases.demonstration_names import CONTRIBUTORS, HOUSE, SPECIAL, Named, invented

_LAST_BEFORE = timedelta(hours=26)
"""Before the load: a hold ends a day after its letter was had at the earliest, and two end soon after the load."""

Choice = tuple[str, str | None] | None
"""A session and where to sit until then; None is "later"."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One registration as it was sent at `at`. Slugs and keys are those of the event.

    `confirmed` at once; `ends` at `ends_at` by the person or by lapse; `confirm_by` where it is not the usual;
    `source` hand: by the organiser, without confirmation; `undeliverable`: the letter came back.
    """

    given_name: str
    family_name: str
    title: str | None
    institution: str | None
    email: str | None
    category: str
    parts: tuple[str, ...]
    choices: Mapping[str, Choice]
    at: datetime
    source: Literal["form", "hand"] = "form"
    language: str = "de"
    confirmed: bool = True
    confirm_by: datetime | None = None
    ends: Literal["self", "lapse"] | None = None
    ends_at: datetime | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    consents: tuple[str, ...] = ()
    no_list: bool = False
    no_photo: bool = False
    speaker: str | None = None
    undeliverable: bool = False


@dataclass(frozen=True, slots=True)
class _Seat:
    """What somebody asks for. `forum` "" = not in the conference, "later" = decides later."""

    forum: str = ""
    until: str | None = None
    table: str | None = None
    group: str | None = None
    confirmed: bool = True
    minutes_left: int | None = None
    undeliverable: bool = False
    ends: Literal["self", "lapse"] | None = None


def people(event: Event, loaded_at: datetime) -> list[Wanted]:
    """All registrations of the main event, first come first."""
    assert event.opens_at is not None, "the main event has an opening"
    seats = list(_seats())
    names = _names(seats)
    step = (loaded_at - _LAST_BEFORE - event.opens_at) / len(seats)
    by_hand = [_by_hand(named, event.opens_at) for named in (*CONTRIBUTORS, *HOUSE)]
    asked = [
        _attendee(named, seat, event.opens_at + index * step + timedelta(minutes=1), loaded_at)
        for index, (named, seat) in enumerate(zip(names, seats, strict=True))
    ]
    return by_hand + _with_wishes(asked)


# places


def _seats() -> Iterator[_Seat]:
    """In order: those who end are early, those who wait come when all before them are in."""
    early = [*_mornings(), *_walks(), *_afternoons()]
    ended = [_Seat("forum-3", ends="self"), _Seat("later", ends="lapse"), _Seat("forum-2", ends="self")]
    ended += [_Seat("forum-5", ends="self"), _Seat("forum-2", ends="lapse"), _Seat("later", ends="self")]
    mixed = [early[index * 37 % len(early)] for index in range(len(early))]  # 37 and 96 have no common divisor
    yield from mixed[:2]
    for position, seat in enumerate(ended):
        yield seat
        yield from mixed[2 + 3 * position : 5 + 3 * position]
    yield from mixed[2 + 3 * len(ended) :]
    yield from _waiting()


def _mornings() -> list[_Seat]:
    """40 in the Werkstatt, 31 of them in the conference too."""
    forums = [*_times(12, "forum-1"), *_times(8, "forum-2"), *_times(2, "forum-3"), *_times(4, "forum-4")]
    forums += [*_times(1, "forum-5"), *_times(4, "later"), *_times(9, "")]
    tables = [*_times(13, "tisch-geld"), *_times(13, "tisch-menschen"), *_times(12, "tisch-raeume"), "later", "later"]
    # 3 and 40 have no common divisor: every table meets every forum
    return [_Seat(forum, table=tables[index * 3 % len(tables)]) for index, forum in enumerate(forums)]


def _walks() -> list[_Seat]:
    forums = [*_times(4, "forum-1"), *_times(4, "forum-2"), "forum-3", *_times(2, "forum-4"), "later"]
    groups = [*_times(7, "gruppe-ufer"), *_times(5, "gruppe-hof")]
    return [_Seat(forum, group=group) for forum, group in zip(forums, groups, strict=True)]


def _afternoons() -> list[_Seat]:
    forums = [*_times(14, "forum-1"), *_times(12, "forum-2"), *_times(2, "forum-3"), *_times(8, "forum-4")]
    return [_Seat(forum) for forum in [*forums, *_times(3, "forum-5"), *_times(5, "later")]]


def _waiting() -> Iterator[_Seat]:
    yield _Seat("forum-2", table="tisch-raeume")
    yield _Seat("forum-2", table="tisch-geld")
    yield _Seat("later", table="later")
    for number in range(1, 7):
        yield _Seat("forum-1", until="forum-3" if number % 2 else None)
    yield _Seat("forum-2", confirmed=False)
    yield _Seat("later", confirmed=False, undeliverable=True)
    yield _Seat("forum-3", confirmed=False)
    yield _Seat("forum-4", confirmed=False, minutes_left=10)
    yield _Seat("forum-4", confirmed=False, minutes_left=10)
    yield _Seat("forum-4", until="forum-2")


def _times(count: int, forum: str) -> list[str]:
    return [forum] * count


# people


def _names(seats: list[_Seat]) -> list[Named]:
    """A name for each seat: the special ones where their story needs them, the others invented."""
    names: list[Named | None] = [None] * len(seats)
    for named in SPECIAL:
        free = (
            index
            for index, seat in enumerate(seats)
            if names[index] is None and seat.ends is None and seat.confirmed and _suits(named, seat, index)
        )
        names[next(free)] = named
    others = invented()
    return [named or next(others) for named in names]


def _suits(named: Named, seat: _Seat, index: int) -> bool:
    # spread over the list, not all at its beginning
    return index >= named.not_before and seat.until is None and (named.forum is None or seat.forum == named.forum)


def _attendee(named: Named, seat: _Seat, at: datetime, loaded_at: datetime) -> Wanted:
    parts, choices = _wanted(seat)
    answers: dict[str, Any] = {"institution": named.institution_kind, "ort": named.region}
    if named.support:
        answers["unterstuetzung"] = [named.support]
    ends_after = {"self": timedelta(days=2), "lapse": timedelta(days=7), None: timedelta()}[seat.ends]
    by_phone = named.email is None
    return Wanted(
        given_name=named.given_name,
        family_name=named.family_name,
        title=named.title,
        institution=named.institution,
        email=named.email.replace("e.example", "ee.example") if seat.undeliverable and named.email else named.email,
        category="attendee",
        parts=parts,
        choices=choices,
        at=at,
        source="hand" if by_phone else "form",
        confirmed=seat.confirmed and seat.ends != "lapse",
        confirm_by=loaded_at + timedelta(minutes=seat.minutes_left) if seat.minutes_left else None,
        ends=seat.ends,
        ends_at=at + ends_after if seat.ends else None,
        answers=answers,
        no_list=named.no_list,
        no_photo=named.no_photo,
        undeliverable=seat.undeliverable,
    )


def _wanted(seat: _Seat) -> tuple[tuple[str, ...], dict[str, Choice]]:
    parts: list[str] = []
    choices: dict[str, Choice] = {}
    if seat.table:
        parts.append("werkstatt")
        choices["werkstatttische"] = None if seat.table == "later" else (seat.table, None)
    if seat.group:
        parts.append("quartiersspaziergang")
        choices["gruppen"] = (seat.group, None)
    if seat.forum:
        parts.append("abschlusskonferenz")
        choices["foren"] = None if seat.forum == "later" else (seat.forum, seat.until)
    return tuple(parts), choices


def _by_hand(named: Named, at: datetime) -> Wanted:
    choices: dict[str, Choice] = {"foren": (named.forum, None)} if named.forum else {}
    return Wanted(
        given_name=named.given_name,
        family_name=named.family_name,
        title=named.title,
        institution=named.institution,
        email=named.email,
        category=named.category,
        parts=("werkstatt", "abschlusskonferenz") if named.all_day else ("abschlusskonferenz",),
        choices=choices,
        at=at,
        source="hand",
        answers={"institution": named.institution_kind},
        speaker=named.speaker,
    )


# what they say beside


def _with_wishes(asked: list[Wanted]) -> list[Wanted]:
    """61 eat, 8 of them vegan and 21 vegetarian, 4 tell an intolerance; 73 may be listed, 38 want to hear more."""
    live = [index for index, wanted in enumerate(asked) if wanted.ends is None and wanted.source == "form"]
    mornings = [index for index in live if "werkstatt" in asked[index].parts]
    eating = (mornings + [index for index in live if index not in mornings])[:61]
    answers = {index: dict(wanted.answers) for index, wanted in enumerate(asked)}
    for position, index in enumerate(eating):
        answers[index]["mittagessen"] = True
        if position < 29:
            answers[index]["verpflegung"] = "vegan" if position % 29 < 8 else "vegetarisch"
        if position in {3, 17, 30, 44}:
            answers[index]["unvertraeglichkeit"] = ("Nüsse", "Laktose", "Gluten", "Sellerie")[position % 4]
    for position, index in enumerate(live[::9]):
        answers[index]["frage"] = _QUESTIONS[position % len(_QUESTIONS)]
    listed, following = set(live[:74]), set(live[1::2][:38])
    told = []
    for index, wanted in enumerate(asked):
        has_needs = answers[index].keys() & {"verpflegung", "unvertraeglichkeit", "unterstuetzung"}
        consents = ("list",) * (index in listed and not wanted.no_list)
        consents += ("follow-up",) * (index in following) + ("needs",) * bool(has_needs)
        told.append(replace(wanted, answers=answers[index], consents=consents))
    return told


_QUESTIONS = (
    "Wie bleibt ein Labor, wenn die Person geht, die es getragen hat?",
    "Wer zahlt im vierten Jahr?",
    "Wie erreichen wir Menschen, die nicht zu Veranstaltungen kommen?",
    "Welche Verträge braucht eine Zwischennutzung mindestens?",
    "Woran merken wir, dass sich etwas geändert hat?",
)
