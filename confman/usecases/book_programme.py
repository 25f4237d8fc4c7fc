"""Reads parts, slots, sessions, rooms and speakers of one event."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from confman.domain import deadlines
from confman.domain.errors import N_
from confman.usecases.book_fields import Fields
from confman.usecases.book_frame import read_documents
from confman.usecases.book_values import Part, Room, Session, Slot, Speaker, SpeakerRole, Unit

RULES = ("everybody", "pick_one", "optional", "ranked")
SESSION_KINDS = (
    "greeting", "keynote", "talk", "panel", "forum", "workshop", "plenary", "tour", "break", "meal", "other",
)  # fmt: skip
SPEAKER_ROLES = ("speaker", "keynote", "panellist", "moderator", "host")
_ROLE_BY_KIND = {"keynote": "keynote", "panel": "panellist", "forum": "moderator"}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a part or session takes over from around it.

    `day` is that of bare times, None where there are several; `first_day` is the event's.
    `promotes_until` None is what the ledger takes by itself: noon on the day before the event.
    """

    day: date | None
    first_day: date | None
    offers_waiting: bool
    promotes_until: datetime | None


def read_parts(fields: Fields, around: Surroundings) -> tuple[Part, ...]:
    found = []
    for position, inner in fields.each("parts", "slug"):
        found.append(_part(inner, around, position))
        inner.done()
    return tuple(found)


def read_slots(fields: Fields, around: Surroundings) -> tuple[Slot, ...]:
    found = []
    for position, inner in fields.each("slots"):
        found.append(_slot(inner, around, position))
        inner.done()
    return tuple(found)


def read_unit(fields: Fields, around: Surroundings, reckoned: datetime | None = None) -> Unit:
    """`reckoned`: until when people move up where nothing is told."""
    return Unit(
        capacity=fields.whole("capacity"),
        reserve=fields.whole("reserve") or 0,
        offers_waiting=fields.yes("waiting_list", default=around.offers_waiting),
        promotes_until=fields.deadline("promotes_until", around.day) or around.promotes_until or reckoned,
        spot=fields.at("capacity"),
    )


def read_rooms(fields: Fields) -> tuple[Room, ...]:
    found = []
    for position, inner in fields.each("rooms", "slug"):
        room = Room(
            slug=inner.slug(),
            name=inner.needed_text("name"),
            seats=inner.whole("seats", least=1),
            position=position,
            spot=inner.spot,
        )
        inner.done()
        found.append(room)
    return tuple(found)


def read_speakers(fields: Fields) -> tuple[Speaker, ...]:
    found = []
    for _, inner in fields.each("speakers", "slug"):
        speaker = Speaker(
            slug=inner.slug(),
            title=inner.text("title", 60),
            given_name=inner.text("given_name", 120) or "",
            family_name=inner.needed_text("family_name", 120),
            institution=inner.text("institution"),
            function=inner.line("function"),
            spot=inner.spot,
        )
        inner.done()
        found.append(speaker)
    return tuple(found)


def _part(fields: Fields, around: Surroundings, position: int) -> Part:
    own_day = fields.day("day")
    day = own_day or around.day
    starts_at = fields.time("starts", day)
    reckoned = deadlines.promotes_until(starts_at, own_day, fields.setting.zone)
    is_usual = reckoned == deadlines.promotes_until(None, around.first_day, fields.setting.zone)
    unit = read_unit(fields, replace(around, day=day), None if is_usual else reckoned)
    inside = replace(around, day=day, offers_waiting=unit.offers_waiting, promotes_until=unit.promotes_until)
    return Part(
        slug=fields.slug(),
        position=position,
        titles=fields.title(),
        texts=fields.texts("text"),
        on_day=own_day,
        starts_at=starts_at,
        ends_at=fields.time("ends", day),
        opens_at=fields.opening("opens"),
        closes_at=fields.deadline("closes"),
        change_until=fields.deadline("change_until"),
        cancel_until=fields.deadline("cancel_until"),
        unit=unit,
        slots=read_slots(fields, inside),
        spot=fields.spot,
    )


def _slot(fields: Fields, around: Surroundings, position: int) -> Slot:
    own_day = fields.day("day")
    day = own_day or around.day
    rule = fields.word("rule", RULES, "everybody")
    sessions = tuple(_sessions(fields, replace(around, day=day), is_choice=rule != "everybody"))
    if not sessions:
        fields.fault("sessions", N_("needs at least one session"))
    label = fields.line("label")
    if rule != "everybody" and label is None:
        fields.fault("label", N_("is missing: what people choose here is called by it, such as Forum"))
    return Slot(
        slug=fields.slug() if fields.has("slug") or not sessions else sessions[0].slug,
        position=position,
        on_day=own_day,
        label=label,
        label_plural=fields.line("label_plural"),
        starts_at=fields.time("starts", day),
        ends_at=fields.time("ends", day),
        rule=rule,
        choice_required=fields.yes("choice_required", default=False),
        choice_opens_at=fields.opening("choice_opens"),
        choice_closes_at=fields.deadline("choice_closes"),
        sessions=sessions,
        spot=fields.spot,
    )


def _sessions(fields: Fields, around: Surroundings, *, is_choice: bool) -> list[Session]:
    found = []
    for position, inner in fields.each("sessions"):
        unit = read_unit(inner, around)
        kind = inner.word("kind", SESSION_KINDS, "other")
        cancelled = inner.maybe_at("cancelled")
        found.append(
            Session(
                slug=inner.slug(),
                position=position,
                kind=kind,
                titles=inner.title(),
                subtitles=inner.line("subtitle"),
                abstract=inner.texts("abstract"),
                language=inner.language("language"),
                starts_at=inner.time("starts", around.day),
                ends_at=inner.time("ends", around.day),
                room=inner.reference("room"),
                minimum=inner.whole("minimum", least=1),
                decides_at=inner.deadline("decides"),
                is_cancelled=cancelled[0],
                cancelled_at=cancelled[1],
                unit=unit if is_choice or unit.capacity is not None else None,
                speakers=_speaker_roles(inner, _ROLE_BY_KIND.get(kind, "speaker")),
                documents=read_documents(inner),
                spot=inner.spot,
            )
        )
        inner.done()
    return found


def _speaker_roles(fields: Fields, usual: str) -> tuple[SpeakerRole, ...]:
    found: list[SpeakerRole] = []
    for position, inner in fields.shorthand("speakers", "speaker"):
        role = SpeakerRole(
            speaker=inner.slug("speaker"),
            role=inner.word("role", SPEAKER_ROLES, usual),
            position=position,
            spot=inner.spot,
        )
        inner.done()
        if any((role.speaker, role.role) == (other.speaker, other.role) for other in found):
            inner.fault("speaker", N_("stands here twice in the same role: keep one"))
        found.append(role)
    return tuple(found)
