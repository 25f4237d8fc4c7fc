"""What the form calls the things one can have, and at which of its fields each stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from confman.http.forms import Sent
from confman.kernel.dates import Dates
from confman.usecases.events import EventView
from confman.usecases.programme import PartLine, SessionLine, programme, said, units


@dataclass(frozen=True)
class Names:
    """Of one event in one language; `sent` tells which sessions were named as a seat for the time of waiting."""

    event: EventView
    language: str
    sent: Sent

    @cached_property
    def parts(self) -> tuple[PartLine, ...]:
        return programme(self.event, self.language)

    @cached_property
    def lines(self) -> Mapping[UUID, PartLine | SessionLine]:
        return units(self.parts)

    def name(self, unit: UUID) -> str:
        """„Forum 3“, else the title; of a limited answer what it says."""
        line = self.lines.get(unit)
        if isinstance(line, SessionLine):
            return line.name
        return line.title[0] if line is not None else self._options.get(unit, ("", ""))[1]

    def field(self, unit: UUID) -> str:
        if unit in self._options:
            return f"answer.{self._options[unit][0]}"
        for slot in self.event.slots.values():
            for choice in slot.choices.values():
                if choice.unit == unit:
                    is_seat = self.sent.text(f"until.{slot.slug}") == choice.slug
                    return f"until.{slot.slug}" if is_seat else f"choice.{slot.slug}"
        return "parts"

    def overlap(self, one: UUID, other: UUID) -> str:
        """The time that both take."""
        spans = self.event.rules.rules.spans
        first, second = spans[one].window, spans[other].window
        starts_at, ends_at = max(first.starts_at, second.starts_at), min(first.ends_at, second.ends_at)
        return Dates(self.language).span(starts_at, ends_at, self.event.row["zone"])

    @cached_property
    def _options(self) -> Mapping[UUID, tuple[str, str]]:
        """Limited answers: (key of the question, what the answer says) by unit."""
        return {
            UUID(hex=option["unit_id"]): (key, _said(question, option, self.language))
            for key, question in self.event.questions.items()
            for option in question["options"] or ()
            if option.get("unit_id")
        }


def _said(question: Mapping[str, object], option: Mapping[str, object], language: str) -> str:
    labels = question["labels"] if question["kind"] == "yes_no" else option["labels"]
    return said(labels, language)[0]  # type: ignore[arg-type]  # columns of texts, as the import checks them
