"""The forms of one registration: from what is kept to what fields show, and from what was sent to what is meant."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from confman.domain.errors import N_
from confman.domain.ledger.book import HELD, WAITING, WISHED
from confman.domain.values import Texts
from confman.http.forms import Sent
from confman.usecases.events import Availability, EventView, SlotView
from confman.usecases.manage.foresight import Decided
from confman.usecases.manage.person import Person
from confman.usecases.manage.person_acts import Changing
from confman.usecases.registrations import Correction
from confman.web.manage.person_words import FIELDS, Words

YES = "yes"
_TEXTS = ("title", "given_name", "family_name", "badge_name", "institution", "email")
_TICKS = ("no_list", "no_photo")
CONTROL = ("csrf", "revision", "tells", "sure")
_DECISION = "full."


def details_sent(person: Person) -> Sent:
    """As the form sends it unchanged."""
    row = person.row
    fields = {name: (row[name] or "",) for name in (*_TEXTS, "language", "category")}
    fields |= {name: (YES,) for name in _TICKS if row[name]}
    return Sent({**fields, **of_person(person)})


def of_person(person: Person) -> dict[str, tuple[str, ...]]:
    """What every form carries: the revision it was made from, and that the person is told unless that is unticked."""
    return {"revision": (str(person.row["revision"]),), "tells": (YES,)}


def details_meant(sent: Sent) -> Changing:
    texts: dict[str, Any] = {name: sent.text(name) for name in _TEXTS}
    ticks: dict[str, Any] = {name: sent.has(name, YES) for name in _TICKS}
    return Changing(Correction(**texts, **ticks, language=sent.text("language")), sent.text("category"))


def details_lines(sent: Sent, words: Words) -> dict[str, str]:
    """What a form says, by label, for comparing two versions."""
    shown = {}
    for name, label in FIELDS.items():
        value = sent.text(name)
        if name in _TICKS:
            value = words.say(N_("yes")) if value else ""
        elif name == "category":
            value = words.category(value)
        shown[words.say(label)] = value
    return shown


# places


@dataclass(frozen=True, slots=True)
class SessionField:
    """`found`: how many places there are; `state`: what the person has here."""

    value: str
    unit: UUID
    found: Availability
    state: str | None


@dataclass(frozen=True, slots=True)
class SlotField:
    slug: str
    name: str
    label: Texts
    sessions: tuple[SessionField, ...]


@dataclass(frozen=True, slots=True)
class PartField:
    value: str
    unit: UUID
    found: Availability
    state: str | None
    slots: tuple[SlotField, ...]


def places_fields(event: EventView, person: Person | None, found: Mapping[UUID, Availability]) -> tuple[PartField, ...]:
    """`person` None: somebody who has nothing yet."""

    def state(unit: UUID) -> str | None:
        return person.state(unit) if person is not None else None

    def slots(part: str) -> Iterator[SlotField]:
        for slot in event.slots.values():
            if slot.part == part and (sessions := tuple(choosable(event, slot))):
                fields = (SessionField(slug, unit, found[unit], state(unit)) for slug, unit in sessions)
                yield SlotField(
                    slot.slug, f"choice.{slot.slug}", slot.row["label_plural"] or slot.row["label"], tuple(fields)
                )

    return tuple(
        PartField(part.slug, part.unit, found[part.unit], state(part.unit), tuple(slots(part.slug)))
        for part in event.parts.values()
    )


def choosable(event: EventView, slot: SlotView) -> Iterator[tuple[str, UUID]]:
    """What can be chosen in it: slug and unit. What has no time cannot."""
    timed = event.rules.rules.sessions
    return ((slug, choice.unit) for slug, choice in slot.choices.items() if choice.unit in timed)


def places_sent(event: EventView, person: Person) -> Sent:
    """As the form sends it unchanged: what they wait for goes before what they hold meanwhile."""
    fields: dict[str, tuple[str, ...]] = {
        "parts": tuple(part.slug for part in event.parts.values() if person.state(part.unit) is not None)
    }
    for slot in event.slots.values():
        states = {person.state(unit): slug for slug, unit in choosable(event, slot)}
        chosen = next((states[state] for state in (WAITING, HELD, WISHED) if state in states), "")
        fields |= {f"choice.{slot.slug}": (chosen,), f"was.{slot.slug}": (chosen,)}
    return Sent({**fields, **of_person(person)})


def places_meant(event: EventView, sent: Sent) -> Correction:
    """An empty choice is made later. Who chooses anew in a part means the part, too; unticking gives it up."""
    parts = dict.fromkeys(sent.all("parts"))
    choices: dict[str, Any] = {}
    for slug, slot in event.slots.items():
        name = f"choice.{slug}"
        chosen = sent.text(name)
        if chosen and chosen != sent.text(f"was.{slug}"):
            parts[slot.part] = None
        if slot.part in parts and sent.all(name) and any(choosable(event, slot)):
            choices[slug] = chosen or None
    return Correction(parts=list(parts), choices=choices)


def places_lines(event: EventView, sent: Sent, words: Words) -> dict[str, str]:
    """As `details_lines`."""
    wanted = [part for slug, part in event.parts.items() if sent.has("parts", slug)]
    shown = {words.say(N_("Parts")): words.listed([words.name(part.unit) for part in wanted])}
    for slot in event.slots.values():
        units = dict(choosable(event, slot))
        if units:
            chosen = units.get(sent.text(f"choice.{slot.slug}"))
            label = words.slot(slot)
            shown[label] = words.name(chosen) if chosen is not None else words.say(N_("decides later"))
    return shown


# what every form has


def revision_of(sent: Sent) -> int:
    """The one the form was made from; where it is none of ours, one that nothing has."""
    text = sent.text("revision")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def decided(sent: Sent) -> Decided:
    """Of each unit that was full: wait there, one more, or one of the reserve."""
    said: dict[str, set[UUID]] = {"wait": set(), "beyond": set(), "reserve": set()}
    for key, values in sent.below(_DECISION).items():
        unit, meant = _uuid(key), values[0]
        if unit is not None and meant in said:
            said[meant].add(unit)
    waits, beyond, spares = (frozenset(said[meant]) for meant in ("wait", "beyond", "reserve"))
    return Decided(waits, beyond, spares, sent.has("tells", YES))


def kept(sent: Sent) -> list[tuple[str, str]]:
    """What was typed, to be sent along by the next page."""
    return [
        (name, value)
        for name, values in sent.fields.items()
        if name not in CONTROL and not name.startswith(_DECISION)
        for value in values
    ]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(hex=text)
    except ValueError:
        return None
