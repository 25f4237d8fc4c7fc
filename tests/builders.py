"""Events for tests and benchmarks, written straight into the tables. Each builder returns what it says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, insert, update

from confman.domain.ledger.book import Contact, Identity
from confman.domain.ledger.requests import Choice, Register, Want
from confman.kernel.ids import new_id
from confman.store.events import event
from confman.store.hosts import host
from confman.store.ledger import ledger
from confman.store.programme import consent_text, part, question, session, slot, unit
from confman.store.registrations import category
from confman.usecases import tokens
from confman.usecases.registrar import Ask, NewPerson
from confman.usecases.tokens import SCOPES, TokenWish

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
STARTS = datetime(2027, 1, 26, 8, 30, tzinfo=UTC)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class ASession:
    """`places` None = without limit."""

    slug: str
    places: int | None = None
    offers_waiting: bool = True


@dataclass(frozen=True)
class ASlot:
    slug: str
    sessions: Sequence[ASession]
    required: bool = False
    hour: int = 1


@dataclass(frozen=True)
class APart:
    slug: str = "conference"
    places: int | None = None
    slots: Sequence[ASlot] = ()
    reserve: int = 0
    starts_at: datetime = STARTS
    hours: int = 8
    offers_waiting: bool = True


@dataclass
class AnEvent:
    """What was written: ids by slug. `units` names parts and sessions, `slots` the lanes."""

    id: UUID
    slug: str
    host_id: UUID
    categories: dict[str, UUID] = field(default_factory=dict)
    parts: dict[str, UUID] = field(default_factory=dict)
    slots: dict[str, UUID] = field(default_factory=dict)
    units: dict[str, UUID] = field(default_factory=dict)


def a_host(connection: Connection, slug: str = "lindenbrueck") -> tuple[UUID, dict[str, UUID]]:
    """A host with its categories attendee (counts) and contributor (does not)."""
    key = new_id()
    connection.execute(
        insert(host).values(id=key, slug=slug, name="Stadt Lindenbrück", zone="Europe/Berlin", language="de")
    )
    categories = {}
    for name, counts in (("attendee", True), ("contributor", False)):
        categories[name] = new_id()
        connection.execute(
            insert(category).values(
                id=categories[name],
                host_id=key,
                key=name,
                titles={"de": "Teilnehmende" if counts else "Mitwirkende", "en": name},
                counts=counts,
                colour="#005A8C",
                on_signature_list=True,
            )
        )
    return key, categories


def an_event(
    connection: Connection, /, parts: Sequence[APart] = (APart(),), slug: str = "abschlusskonferenz", **columns: Any
) -> AnEvent:
    """A published event of Stadt Lindenbrück; `columns` override the event's."""
    host_id, categories = a_host(connection, f"host-{slug}")
    made = AnEvent(new_id(), slug, host_id, categories)
    values: dict[str, Any] = {
        "kind": "conference",
        "visibility": "public",
        "zone": "Europe/Berlin",
        "starts_on": date(2027, 1, 26),
        "ends_on": date(2027, 1, 26),
        "starts_at": STARTS,
        "ends_at": STARTS + 8 * _HOUR,
        "venue_name": "Altes Speicherhaus",
        "venue_city": "Lindenbrück",
        "languages": ["de"],
        "titles": {"de": "5. Werkstatt und Abschlusskonferenz", "en": "Fifth workshop and closing conference"},
        "mailbox": "werkstatt@lindenbrueck.example",
        "announced_at": NOW - timedelta(days=40),
        "published_at": NOW - timedelta(days=30),
        "opens_at": NOW - timedelta(days=20),
        "closes_at": STARTS - timedelta(days=5),
        "uid": new_id().hex,
        "changed_at": NOW,
    }
    connection.execute(insert(event).values(id=made.id, host_id=host_id, slug=slug, **(values | columns)))
    connection.execute(insert(ledger).values(event_id=made.id))
    for position, wanted in enumerate(parts):
        _a_part(connection, made, wanted, position)
    return made


def _a_unit(connection: Connection, made: AnEvent, kind: str, places: int | None, **columns: Any) -> UUID:
    key = new_id()
    connection.execute(
        insert(unit).values(id=key, event_id=made.id, kind=kind, capacity=places, ceiling=places, **columns)
    )
    return key


def _a_part(connection: Connection, made: AnEvent, wanted: APart, position: int) -> None:
    key, times = new_id(), {"starts_at": wanted.starts_at, "ends_at": wanted.starts_at + wanted.hours * _HOUR}
    unit_id = _a_unit(
        connection, made, "part", wanted.places, reserve=wanted.reserve, offers_waiting=wanted.offers_waiting
    )
    made.parts[wanted.slug], made.units[wanted.slug] = key, unit_id
    connection.execute(
        insert(part).values(
            id=key,
            event_id=made.id,
            slug=wanted.slug,
            position=position,
            titles={"de": wanted.slug},
            unit_id=unit_id,
            **times,
        )
    )
    for number, wanted_slot in enumerate(wanted.slots):
        _a_slot(connection, made, wanted, wanted_slot, number)


def _a_slot(connection: Connection, made: AnEvent, of: APart, wanted: ASlot, position: int) -> None:
    key, starts = new_id(), of.starts_at + wanted.hour * _HOUR
    made.slots[wanted.slug] = key
    connection.execute(
        insert(slot).values(
            id=key,
            event_id=made.id,
            part_id=made.parts[of.slug],
            slug=wanted.slug,
            position=position,
            label={"de": "Forum"},
            label_plural={"de": "Foren"},
            starts_at=starts,
            ends_at=starts + _HOUR,
            rule="pick_one",
            choice_required=wanted.required,
        )
    )
    for number, choice in enumerate(wanted.sessions):
        unit_id = _a_unit(connection, made, "session", choice.places, offers_waiting=choice.offers_waiting)
        made.units[choice.slug] = unit_id
        connection.execute(
            insert(session).values(
                id=new_id(),
                event_id=made.id,
                slot_id=key,
                slug=choice.slug,
                position=number,
                kind="forum",
                titles={"de": choice.slug},
                unit_id=unit_id,
                uid=new_id().hex,
                changed_at=NOW,
            )
        )


def a_person(made: AnEvent, family: str, category_key: str = "attendee") -> NewPerson:
    return NewPerson(
        code=new_id().hex[-9:],
        category_id=made.categories[category_key],
        given_name="Anna",
        family_name=family,
        sort_key=family.lower(),
        search_key=f"anna {family.lower()}",
        source="api",
    )


def a_registration(
    made: AnEvent,
    family: str,
    *parts: str,
    choices: Mapping[str, str | Sequence[str] | None] | None = None,
    **fields: Any,
) -> Ask:
    """Anna `family` for parts (default: all) and choices by slug; `fields` go to the Register.

    Two sessions of one slot: the first, and the second until then.
    """
    wanted = Want(
        parts=tuple(made.units[slug] for slug in parts or made.parts),
        choices={
            made.slots[slug]: None if chosen is None else _a_choice(made, chosen)
            for slug, chosen in (choices or {}).items()
        },
    )
    address = f"{family.lower()}@lindenbrueck.example"
    request = Register(
        id=new_id(),
        identity=Identity(address, f"anna {family.lower()}"),
        contact=Contact(address, "de"),
        want=wanted,
        **({"accept_waiting": True} | fields),
    )
    return Ask(request, a_person(made, family))


def _a_choice(made: AnEvent, chosen: str | Sequence[str]) -> Choice:
    return Choice(*(made.units[slug] for slug in ([chosen] if isinstance(chosen, str) else chosen)))


def a_question(connection: Connection, made: AnEvent, key: str, kind: str = "text", **columns: Any) -> UUID:
    """A question of the event's form; `options` as {"value", "labels"}."""
    question_id = new_id()
    values = {"labels": {"de": key}, "position": 0, **columns}
    connection.execute(insert(question).values(id=question_id, event_id=made.id, key=key, kind=kind, **values))
    return question_id


def a_limited_question(connection: Connection, made: AnEvent, key: str, **places: int) -> UUID:
    """A question with one answer of a few, each for so many people."""
    options = [
        {"value": value, "labels": {"de": value}, "unit_id": _a_unit(connection, made, "option", number).hex}
        for value, number in places.items()
    ]
    return a_question(connection, made, key, "one", options=options)


def a_consent(connection: Connection, made: AnEvent, key: str, **columns: Any) -> UUID:
    consent_id = new_id()
    values = {"texts": {"de": f"Ich bin einverstanden: {key}"}, **columns}
    connection.execute(insert(consent_text).values(id=consent_id, event_id=made.id, key=key, **values))
    return consent_id


def a_token(connection: Connection, made: AnEvent, *, only_this: bool = False, scopes: Sequence[str] = SCOPES) -> str:
    """The plain token of a program of the event's host."""
    wish = TokenWish(f"host-{made.slug}", made.slug if only_this else None, "Anmeldesystem", scopes)
    return tokens.add(connection, wish, NOW)


def hand_over(connection: Connection, made: AnEvent, to: AnEvent) -> None:
    """`made` becomes an event of the host of `to`."""
    connection.execute(update(event).where(event.c.id == made.id).values(host_id=to.host_id))
