"""What the registration form shows: parts, choices and questions with the places there are at the moment."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from confman.domain import deadlines
from confman.http.forms import Filled
from confman.kernel.dates import Dates
from confman.kernel.i18n import N_, sentences_in
from confman.usecases.answers import NEEDS_CONSENT
from confman.usecases.events import Availability, EventView, Row, SlotView
from confman.usecases.programme import PartLine, Said, SessionLine, SlotLine, said
from confman.usecases.submissions import PHOTOS
from confman.web.signup_names import Names

Available = Mapping[UUID, Availability]
_WITH_PLACES = {"free": 0, "few": 0, "waiting": 1, "full": 2}
_MOST_RADIOS = 7


@dataclass(frozen=True, slots=True)
class PartField:
    """`number`: its place in the form, from 1, by which the page ties choices to it. `closed`: why it cannot be had."""

    slug: str
    number: int
    line: PartLine
    places: Availability | None
    overlaps: str
    closed: str


@dataclass(frozen=True, slots=True)
class OptionField:
    slug: str
    line: SessionLine
    places: Availability | None
    overlaps: str

    @property
    def has_places(self) -> bool:
        return self.places is None or self.places.places in {"free", "few"}


@dataclass(frozen=True, slots=True)
class ChoiceField:
    """A slot with its sessions. `closed`: why nothing can be chosen now; `is_short`: what was chosen is full by now."""

    slug: str
    part: int
    line: SlotLine
    options: tuple[OptionField, ...]
    is_required: bool
    hint: str
    closed: str
    is_short: bool

    @property
    def name(self) -> str:
        return f"choice.{self.slug}"

    @property
    def has_queues(self) -> bool:
        return any(option.places is not None and option.places.places == "waiting" for option in self.options)

    @property
    def seats(self) -> list[tuple[str, str]]:
        """Where one can sit while waiting for another."""
        return [(one.slug, one.line.prefix + one.line.title[0]) for one in self.options if one.has_places]


@dataclass(frozen=True, slots=True)
class OptionOf:
    value: str
    text: Said
    places: Availability | None


@dataclass(frozen=True, slots=True)
class QuestionField:
    key: str
    kind: str
    label: Said
    hint: Said
    purpose: Said
    is_required: bool
    options: tuple[OptionOf, ...]

    @property
    def name(self) -> str:
        return f"answer.{self.key}"

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return [(option.value, option.text[0]) for option in self.options]


@dataclass(frozen=True, slots=True)
class Signup:
    """The form of one event at one moment. `available` is empty where nobody was asked how many places there are."""

    names: Names
    now: datetime
    available: Available

    @property
    def event(self) -> EventView:
        return self.names.event

    @property
    def language(self) -> str:
        return self.names.language

    def fields(self, form: Filled) -> dict[str, Any]:
        """For the template; what was chosen and is full by now comes first, `tops`."""
        choices = list(self.choices(form))
        sensitive = [self.question(row) for row in self.event.questions.values() if row["sensitive"]]
        return {
            "parts": list(self.parts()),
            "choices": [choice for choice in choices if not choice.is_short],
            "tops": [choice for choice in choices if choice.is_short],
            "questions": [self.question(row) for row in self.event.questions.values() if not row["sensitive"]],
            "needs": sensitive,
            "needs_consent": self.consent(NEEDS_CONSENT) if sensitive else None,
            "consents": [
                (key, said(row["texts"], self.language))
                for key, row in self.event.consents.items()
                if self._is_wish(key)
            ],
            "asks_photos": self.event.row["photos"] == "objection",
        }

    def consent(self, key: str) -> Said | None:
        row = self.event.consents.get(key)
        return None if row is None else said(row["texts"], self.language)

    def _is_wish(self, key: str) -> bool:
        return key != NEEDS_CONSENT and (key != PHOTOS or self.event.row["photos"] == "consent")

    @property
    def is_full(self) -> bool:
        """Whether no part has a place or a waiting list."""
        open_ = [part for part in self.parts() if not part.closed and part.places is not None]
        return bool(open_) and all(part.places is not None and part.places.places == "full" for part in open_)

    # parts

    def parts(self) -> Iterator[PartField]:
        for number, line in enumerate(self.names.parts, start=1):
            yield PartField(
                slug=line.row["slug"],
                number=number,
                line=line,
                places=self.available.get(line.unit),
                overlaps=self._overlaps(line.unit, [other.unit for other in self.names.parts]),
                closed=self._closed(line.unit),
            )

    def _closed(self, unit: UUID) -> str:
        rules = self.event.rules.rules.parts[unit]
        return self._outside(rules.opens_at, rules.closes_at, _PART_OPENS, _PART_CLOSED)

    def _outside(self, opens_at: datetime | None, closes_at: datetime | None, opens: str, closed: str) -> str:
        """The sentence for what is not open at this moment; empty while it is."""
        if deadlines.is_open(opens_at, closes_at, self.now):
            return ""
        dates, zone, speech = Dates(self.language), self.event.row["zone"], sentences_in(self.language)
        if opens_at is not None and self.now < opens_at:
            return speech.say(opens, when=dates.day_and_clock(opens_at, zone))
        assert closes_at is not None, "what is not open and not to open has closed"
        return speech.say(closed, until=dates.until(closes_at, zone))

    def _overlaps(self, unit: UUID, others: list[UUID]) -> str:
        """With what it overlaps, said with the time that both take."""
        spans = self.event.rules.rules.spans
        if unit not in spans:
            return ""
        met = [
            f"{self.names.name(other)} ({self.names.overlap(unit, other)})"
            for other in others
            if other != unit and other in spans and spans[unit].window.overlaps(spans[other].window)
        ]
        return sentences_in(self.language).say(_OVERLAPS, what=", ".join(met)) if met else ""

    # choices

    def choices(self, form: Filled) -> Iterator[ChoiceField]:
        for part in self.parts():
            if not part.closed:
                slots = [slot for slot in self.event.slots.values() if slot.part == part.slug]
                for slot, line in zip(slots, part.line.slots, strict=True):
                    if line.is_choice:
                        yield self._choice(part, slot, line, form)

    def _choice(self, part: PartField, slot: SlotView, line: SlotLine, form: Filled) -> ChoiceField:
        options = list(self._options(part, slot, line))
        is_short = bool(form.wrong(f"choice.{slot.slug}")) and any(not option.has_places for option in options)
        if is_short:
            options.sort(key=lambda option: _WITH_PLACES[option.places.places] if option.places else 0)
        rules = self.event.rules.rules.slots[slot.id]
        closed = self._outside(rules.opens_at, rules.closes_at, _CHOICE_OPENS, _CHOICE_CLOSED)
        return ChoiceField(
            slug=slot.slug,
            part=part.number,
            line=line,
            options=tuple(options),
            is_required=rules.required,
            hint=self._hint(part, slot, line),
            closed=closed or ("" if options else sentences_in(self.language).say(_NOT_KNOWN)),
            is_short=is_short and not closed,
        )

    def _options(self, part: PartField, slot: SlotView, line: SlotLine) -> Iterator[OptionField]:
        rules = self.event.rules.rules
        others = [unit for unit in rules.spans if self._is_elsewhere(unit, part, slot)]
        for session in line.sessions:
            slug, unit = session.row["slug"], session.unit
            if unit is not None and slug in slot.choices and unit in rules.sessions:
                yield OptionField(slug, session, self.available.get(unit), self._overlaps(unit, others))

    def _is_elsewhere(self, unit: UUID, part: PartField, slot: SlotView) -> bool:
        """What may overlap a choice without its part saying so: other slots of the part, and parts beside it."""
        spans = self.event.rules.rules.spans
        mine, span = part.line.unit, spans[unit]
        if span.lane == slot.id or unit == mine:
            return False
        of_part = span.part or unit
        beside = of_part == mine or mine not in spans or of_part not in spans
        return beside or not spans[mine].window.overlaps(spans[of_part].window)

    def _hint(self, part: PartField, slot: SlotView, line: SlotLine) -> str:
        """When it is, and until when the choice can be changed."""
        dates, zone, speech = Dates(self.language), self.event.row["zone"], sentences_in(self.language)
        rules = self.event.rules.rules
        ends = [rules.parts[part.line.unit].change_until, rules.slots[slot.id].closes_at]
        until = min((end for end in ends if end is not None), default=None)
        said_ = []
        if line.starts_at is not None:
            when = dates.span(line.starts_at, line.ends_at, zone)
            sessions = said(slot.row["label_plural"], self.language)[0]
            said_.append(speech.say(_SESSIONS_AT_ONCE if sessions else _AT_ONCE, sessions=sessions, when=when))
        if until is not None and until > self.now:
            said_.append(speech.say(_CHANGE, until=dates.until(until, zone)))
        return " ".join(said_)

    # questions

    def question(self, row: Row) -> QuestionField:
        options = row["options"] or ()
        return QuestionField(
            key=row["key"],
            kind="list" if self._is_long(row) else row["kind"],
            label=said(row["labels"], self.language, row["key"]),
            hint=said(row["hints"], self.language),
            purpose=said(row["purpose"], self.language),
            is_required=row["required"],
            options=tuple(
                OptionOf(option["value"], said(option["labels"], self.language), self._left(option))
                for option in options
            ),
        )

    def _is_long(self, row: Row) -> bool:
        options = row["options"] or ()
        limited = any(option.get("unit_id") for option in options)
        return row["kind"] == "one" and len(options) > _MOST_RADIOS and not limited

    def _left(self, option: Mapping[str, Any]) -> Availability | None:
        return self.available.get(UUID(hex=option["unit_id"])) if option.get("unit_id") else None


_PART_OPENS = N_("Registration for this opens on {when}.")
_PART_CLOSED = N_("Registration for this was open {until}.")
_CHOICE_OPENS = N_("The sessions are not settled yet. You choose from {when}; the link to do so is in our e-mail.")
_CHOICE_CLOSED = N_("Choosing was possible {until}.")
_NOT_KNOWN = N_("The sessions are not settled yet. You choose later; the link to do so is in our e-mail.")
_OVERLAPS = N_("overlaps with: {what}")
_AT_ONCE = N_("All at the same time, {when}.")
_SESSIONS_AT_ONCE = N_("{sessions} take place at the same time, {when}.")
_CHANGE = N_("You can change your choice {until}.")
