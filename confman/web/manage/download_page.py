"""What the pages of lists and badges show: what can be chosen, how far a file is, what to look at before printing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from urllib.parse import quote

from confman.domain.deadlines import zone_of
from confman.domain.errors import Fault
from confman.http.counter import Desk
from confman.http.forms import Message, Sent, messages_of
from confman.kernel.dates import Dates
from confman.kernel.i18n import N_, Sentences, sentences_in
from confman.render.badge_values import Remark
from confman.render.label_sheets import SHEETS
from confman.usecases import badges
from confman.usecases.badges import Checks
from confman.usecases.documents import size_said
from confman.usecases.lists import COLUMNS
from confman.usecases.manage.download_wishes import Kind, Wish
from confman.usecases.manage.downloads import Download, Stage
from confman.usecases.manage.registrations import COUNTED
from confman.web.manage.registrations import Filters, Options, filters_of

_FORMATS: Final[Mapping[Kind, str]] = {Kind.CSV: "CSV", Kind.XLSX: "Excel", Kind.BADGES: "PDF"}
_ENDINGS: Final[Mapping[Kind, str]] = {Kind.CSV: "csv", Kind.XLSX: "xlsx", Kind.BADGES: "pdf"}
_MARKS: Final[Mapping[str, str]] = {
    "note": N_("with a note"),
    "needs": N_("with something to be seen to"),
    "undeliverable": N_("could not be reached by e-mail"),
}
_CARRIED: Final = ("q", "mark")
"""Parts of a filter that the table asks for and no field here."""


def speech_of(desk: Desk) -> Sentences:
    return sentences_in(desk.reader.language)


def messages(desk: Desk, kind: Kind, faults: Iterable[Fault]) -> tuple[Message, ...]:
    """At the fields of the form that was sent; both forms ask some of the same."""
    form = "badges" if kind is Kind.BADGES else "list"
    names = {name: f"{form}-{name}" for name in ("status", "part", "forum", "category")} | dict.fromkeys(_CARRIED, "")
    return messages_of(faults, desk.reader.language, names)


def file_name(desk: Desk, wish: Wish) -> str:
    """What it is, of which event, as of when."""
    day = wish.asked_at.astimezone(zone_of(desk.event.row["zone"])).date().isoformat()
    says = N_("list-{slug}-{day}") if wish.is_list else N_("badges-{slug}-{day}")
    return f"{desk.say(says, slug=desk.event.slug, day=day)}.{_ENDINGS[wish.kind]}"


@dataclass(frozen=True)
class Offer:
    """Both forms. `sent`: what was chosen so far, by a form or by the address; `chosen`: what of that there is.

    `files`: those that are there.
    """

    desk: Desk
    sent: Sent
    chosen: Mapping[str, str]
    files: Sequence[Download]

    @property
    def is_large(self) -> bool:
        """They asked for a file at once that takes longer."""
        return bool(self.sent.text("large"))

    @property
    def was_removed(self) -> bool:
        return self.sent.has("removed", "yes")

    @property
    def shown_files(self) -> list["Progress"]:
        return [Progress(self.desk, found) for found in self.files]

    @cached_property
    def filters(self) -> Filters:
        return filters_of(self.desk)

    @property
    def categories(self) -> Options:
        counted = (
            [(COUNTED, self.desk.say(N_("all who take places")))] if self.chosen.get("category") == COUNTED else []
        )
        return [*counted, *self.filters.categories]

    @property
    def columns(self) -> Sequence[tuple[str, str, bool]]:
        """Key, name, whether it is wanted: all unless some were named."""
        named = {name for value in self.sent.all("columns") for name in value.split(",")} or set(COLUMNS)
        return [(key, self.desk.say(says), key in named) for key, says in COLUMNS.items()]

    @property
    def sheets(self) -> Options:
        says = N_("{product}, {width} × {height} mm, {count} per page")
        return [
            (
                sheet.id,
                self.desk.say(
                    says,
                    product=sheet.product,
                    width=f"{sheet.label_width_mm:g}",
                    height=f"{sheet.label_height_mm:g}",
                    count=sheet.per_page,
                ),
            )
            for sheet in SHEETS.values()
        ]

    @property
    def carried(self) -> Mapping[str, str]:
        return {name: self.chosen[name] for name in _CARRIED if name in self.chosen}

    @property
    def carried_words(self) -> list[str]:
        words = [self.desk.say(N_("search for “{words}”"), words=self.chosen["q"])] if "q" in self.chosen else []
        return words + ([self.desk.say(_MARKS[self.chosen["mark"]])] if "mark" in self.chosen else [])


@dataclass(frozen=True)
class Progress:
    """One file: what it is, how far it is and until when it can be had."""

    desk: Desk
    found: Download

    @property
    def address(self) -> str:
        return f"{self.desk.home}/downloads/{self.found.id}"

    @property
    def name(self) -> str:
        if not self.found.wish.is_list:
            return self.desk.say(N_("Badges"))
        return self.desk.say(N_("List ({format})"), format=_FORMATS[self.found.wish.kind])

    @property
    def facts(self) -> str:
        """„PDF, 3,1 MB“"""
        return f"{_FORMATS[self.found.wish.kind]}, {size_said(self.found.size, self.desk.reader.language)}"

    @property
    def standing(self) -> str:
        """How it stands in a few words."""
        match self.found.stage:
            case Stage.WAITS:
                return self.desk.say(N_("is waiting"))
            case Stage.RUNS | Stage.INTERRUPTED:
                return self.far
            case Stage.READY:
                until = Dates(self.desk.reader.language).clock(self.found.expires_at, self.desk.event.row["zone"])
                return self.desk.say(N_("{facts}, available until {time}"), facts=self.facts, time=until)
            case Stage.FAILED:
                return self.desk.say(N_("could not be made"))

    @property
    def far(self) -> str:
        """„1.240 von 10.000 Namensschildern“"""
        speech = speech_of(self.desk)
        says = N_("{done} of {total} rows") if self.found.wish.is_list else N_("{done} of {total} badges")
        return speech.say(says, done=speech.number(self.found.done), total=speech.number(self.found.total))

    @property
    def sheets(self) -> "Sheets":
        return Sheets.of(self.desk, self.found.wish, self.found.total, self.found.checks)


@dataclass(frozen=True, slots=True)
class Finding:
    """What to look at of one badge; `code` empty where many share it."""

    name: str
    code: str
    address: str
    reasons: list[str]


@dataclass(frozen=True, slots=True)
class Sheets:
    """Badges on their sheets, and those to look at before they are printed."""

    number: int
    words: str
    title: str
    findings: list[Finding]
    more: int

    @classmethod
    def of(cls, desk: Desk, wish: Wish, number: int, checks: Checks) -> "Sheets":
        speech = speech_of(desk)
        pages = -(-(wish.start_at - 1 + number + wish.blanks) // wish.paper.per_page)
        words = [speech.say_count("{number} badge", "{number} badges", number, number=speech.number(number))]
        if wish.blanks:
            words.append(speech.say_count("{count} blank", "{count} blanks", wish.blanks))
        words.append(speech.say_count("{number} page", "{number} pages", pages, number=speech.number(pages)))
        title = speech.say_count(
            "Please check {number} badge",
            "Please check {number} badges",
            checks.number or number,
            number=speech.number(checks.number or number),
        )
        found = _findings(desk, checks.remarks)
        return cls(
            number + wish.blanks,
            ", ".join(words),
            title,
            found,
            checks.number - len([each for each in found if each.code]),
        )


def _findings(desk: Desk, remarks: Iterable[Remark]) -> list[Finding]:
    """One for each badge, in their order; what many share stands by itself."""
    found: dict[tuple[str, str], Finding] = {}
    for remark in remarks:
        address = f"{desk.home}/registrations/{quote(remark.code)}" if remark.code else ""
        key = (remark.code, remark.name)
        whose = found.setdefault(key, Finding(remark.name, remark.code, address, []))
        whose.reasons.append(badges.reason(remark, desk.reader.language))
    return list(found.values())
