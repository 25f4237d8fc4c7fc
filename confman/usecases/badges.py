"""Badges of an event: who gets one, what stands on it, and what to look at before it is printed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import Connection

from confman.domain.people import badge_title
from confman.kernel.dates import Dates
from confman.kernel.i18n import N_, sentences_in
from confman.kernel.security import Purpose, Secrets
from confman.render.badge_values import Badge, Field, Finding, Remark
from confman.store import list_reads
from confman.store.registration_table import Wanted
from confman.usecases import events
from confman.usecases.events import EventView
from confman.usecases.lists import Counted, states
from confman.usecases.programme import SessionLine, programme, said, sessions


@dataclass(frozen=True, slots=True)
class Tickets:
    """Where the code on a badge points to: nothing is behind it but the event's page, unless a desk is signed in."""

    base_url: str
    secrets: Secrets

    def url(self, registration_id: UUID, generation: int) -> str:
        """In capitals, which a QR code packs tightest; hosts and our own path know no difference."""
        token = self.secrets.sign_link(Purpose.TICKET, registration_id, generation)
        if urlsplit(self.base_url).path:
            return f"{self.base_url}/t/{token}"  # a path of others may tell letters apart
        return f"{self.base_url}/t/{token}".upper()


@dataclass(frozen=True, slots=True)
class BadgeList:
    """`badges` are read while they are taken, on the connection they were asked for; `blank`: one to write on."""

    title: str
    language: str
    badges: Counted[Badge]
    blank: Badge


def badges_of(connection: Connection, slug: str, tickets: Tickets, language: str | None = None) -> BadgeList:
    """One for each live registration that holds a part, by name; contributors, team and guests too.

    In that language, else in the event's. Raises `NotFound` where there is no such event.
    """
    return badges_for(connection, events.current(connection, slug), tickets, language, Wanted())


def badges_for(
    connection: Connection, event: EventView, tickets: Tickets, language: str | None, wanted: Wanted
) -> BadgeList:
    """As `badges_of`, for those of them who are wanted."""
    maker = _Maker(event, language or event.row["languages"][0], tickets)
    return maker.list(list_reads.for_badges(connection, event.id, wanted))


def badge_of(connection: Connection, event: EventView, registration_id: UUID, tickets: Tickets) -> BadgeList:
    """As `badges_of`, of one registration; empty where it holds no part. In the event's language, as all the others."""
    maker = _Maker(event, event.row["languages"][0], tickets)
    rows = list_reads.for_badge(connection, event.id, registration_id)
    return maker.list(rows)


class _Maker:
    def __init__(self, event: EventView, language: str, tickets: Tickets) -> None:
        self.language = sentences_in(language).language
        self.title = said(event.row["titles"], language, event.slug)[0]
        self._tickets = tickets
        self._parts = frozenset(list_reads.unit_key(part.unit) for part in event.parts.values())
        self._categories = {
            key: (said(row["titles"], language, key)[0], row["colour"]) for key, row in event.categories.items()
        }
        self._marks = _marks(event, language)
        self._date = _date_line(event.row, language)

    def list(self, rows: Iterator[Any]) -> BadgeList:
        return BadgeList(self.title, self.language, Counted(self._badges(rows)), self._blank())

    def _badges(self, rows: Iterator[Any]) -> Iterator[Badge]:
        for row in rows:
            held = {unit for unit, state in states(row.places).items() if state == "held"}
            if not self._parts.isdisjoint(held):
                yield self._badge(row, held)

    def _blank(self) -> Badge:
        nobody = dict.fromkeys(
            ("title", "given_name", "family_name", "institution", "category_word", "mark", "code"), ""
        )
        lines = {"event_line": self.title, "date_line": self._date, "category_colour": "#ffffff"}
        return Badge(**nobody, **lines, badge_name=None, no_photo=False, ticket_url=None)

    def _badge(self, row: Any, held: set[str]) -> Badge:
        word, colour = self._categories[row.category]
        return Badge(
            title=badge_title(row.title),
            given_name=row.given_name,
            family_name=row.family_name,
            badge_name=row.badge_name,
            institution=row.institution or "",
            category_word=word,
            category_colour=colour,
            event_line=self.title,
            date_line=self._date,
            mark=" ".join([mark for unit, mark in self._marks.items() if unit in held]),
            no_photo=row.no_photo,
            ticket_url=self._tickets.url(row.id, row.ticket_generation),
            code=row.code,
        )


def _marks(event: EventView, language: str) -> Mapping[str, str]:
    """What each chosen session is called on a badge, "F3", in the order of the programme."""
    lines: Iterator[SessionLine] = sessions(programme(event, language))
    return {list_reads.unit_key(line.unit): line.mark for line in lines if line.unit is not None and line.mark}


def _date_line(row: Mapping[str, Any], language: str) -> str:
    if row["starts_on"] is None:
        return said(row["date_text"], language)[0]
    return Dates(sentences_in(language).language).days(row["starts_on"], row["ends_on"] or row["starts_on"])


# the report

_FINDINGS = {
    Finding.BROKEN: N_("{field} in two lines"),
    Finding.SHRUNK: N_("{field} reduced to {size} pt"),
    Finding.CUT: N_("{field} is too long and was cut"),
    Finding.MISSING: N_("{field}: the font lacks {characters}"),
    Finding.LEFT_OUT: N_("{field} left out, because it does not fit"),
}
_FIELDS = {
    Field.NAME: N_("name"),
    Field.TITLE: N_("title"),
    Field.INSTITUTION: N_("institution"),
    Field.CATEGORY: N_("category"),
    Field.MARK: N_("mark"),
    Field.EVENT: N_("event"),
    Field.TICKET: N_("code"),
}


@dataclass(frozen=True, slots=True)
class Printed:
    language: str
    number: int
    remarks: Sequence[Remark]


@dataclass(frozen=True, slots=True)
class Checks:
    """What to look at before printing: of how many badges, and what of the first of them."""

    number: int = 0
    remarks: tuple[Remark, ...] = ()


def checks(remarks: Sequence[Remark], at_most: int) -> Checks:
    """Remarks about up to `at_most` badges, and about what many share."""
    codes = list(dict.fromkeys(remark.code for remark in remarks if remark.code))
    told = {"", *codes[:at_most]}
    return Checks(len(codes), tuple(remark for remark in remarks if remark.code in told))


def report(printed: Printed) -> Iterator[str]:
    """Lines for whoever prints; none where nothing needs a look."""
    people_meant = len({remark.code for remark in printed.remarks if remark.code})
    if people_meant:
        speech = sentences_in(printed.language)
        yield speech.say_count("Please check {count} badge:", "Please check {count} badges:", people_meant)
    for remark in printed.remarks:
        yield in_words(remark, printed.language)


def reason(remark: Remark, language: str) -> str:
    """What to look at: „Name in zwei Zeilen“."""
    speech = sentences_in(language)
    size = f"{remark.size_pt:.0f}" if remark.size_pt is not None else ""
    return speech.say(
        _FINDINGS[remark.finding],
        field=speech.say(_FIELDS[remark.field]),
        size=size,
        characters=" ".join(remark.characters),
    )


def in_words(remark: Remark, language: str) -> str:
    """One line for whoever prints: whose badge, what about it."""
    whose = " ".join(filter(None, [remark.name, f"({remark.code})" if remark.code else ""]))
    return f"{whose}: {reason(remark, language)}"
