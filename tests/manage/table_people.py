"""Who is in the tables of these tests: few people, one of each kind."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, func, select, update

from confman.store.programme import unit
from confman.store.registrations import place, registration
from confman.usecases import events
from confman.usecases.manage import registrations
from tests.builders import NOW, AnEvent, APart, ASession, ASlot, a_question, an_event
from tests.by_hand import added
from tests.office import Office

PARTS = [
    APart("werkstatt", places=2, hours=2),
    APart("konferenz", slots=[ASlot("foren", [ASession("klima", 2), ASession("verkehr")], hour=3)]),
]
_MORNING, _AFTERNOON = {"parts": ["werkstatt"]}, {"parts": ["konferenz"]}


def _in(session: str | Mapping[str, str]) -> dict[str, Any]:
    return {**_AFTERNOON, "choices": {"foren": session}, "accept_waiting": True}


PEOPLE: Mapping[str, Mapping[str, Any]] = {
    "Müller": {**_in("klima"), "institution": "Stadt Lindenbrück", "answers": {"frage": "Was bleibt?"}},
    "Żółkiewski": {**_in("klima"), "given_name": "Łukasz", "institution": "Hochschule Lindenbrück"},
    "von der Wiese": {**_MORNING, "title": "Dr.", "given_name": "Ursula"},
    "Schmidt": {**_in("verkehr"), "email": "Anna_Schmidt@lindenbrueck.example"},
    "Spät": _AFTERNOON,
    "Sand": _AFTERNOON,
    "Abgesagt": _in("verkehr"),
    "Erste": _MORNING,
    "Wartklima": _in({"session": "klima", "until_then": "verkehr"}),
    "Wartwerkstatt": {**_MORNING, "accept_waiting": True},
    "Frisch": _AFTERNOON,
    "Alt": _AFTERNOON,
    "Abgelaufen": _AFTERNOON,
}


def people(office: Office) -> tuple[AnEvent, dict[str, str]]:
    """Codes by surname. Klima and the Werkstatt are full; Sand contributes; Frisch and Alt have not confirmed."""
    made: AnEvent = office.write(an_event_of_two_parts)
    office.signed_in(made)
    codes = {name: added(office, name, **body) for name, body in PEOPLE.items()}
    office.delete(f"events/{made.slug}/registrations/{codes['Abgesagt']}")
    day = timedelta(days=1)
    changes: Mapping[str, Mapping[str, Any]] = {
        "Sand": {"category_id": made.categories["contributor"]},
        "Frisch": {"confirmed_at": None},
        "Alt": {"confirmed_at": None, "created_at": NOW - day},
        "Abgelaufen": {"confirmed_at": None, "ended_at": NOW, "ended_by": "lapse"},
    }
    for name, columns in changes.items():
        office.write(change, codes[name], **columns)
    office.write(_recounted, made, codes)
    office.token = None
    return made, codes


def change(connection: Connection, code: str, **columns: Any) -> None:
    connection.execute(update(registration).where(registration.c.code == code).values(**columns))


def _recounted(connection: Connection, made: AnEvent, codes: Mapping[str, str]) -> None:
    """The places follow: Sand's does not count, and the one that lapsed has none."""
    whose = {
        name: select(registration.c.id).where(registration.c.code == codes[name]).scalar_subquery()
        for name in ("Sand", "Abgelaufen")
    }
    ended = {"state": "released", "was": place.c.state}
    connection.execute(update(place).where(place.c.registration_id == whose["Sand"]).values(counted=False))
    connection.execute(update(place).where(place.c.registration_id == whose["Abgelaufen"]).values(ended))
    held = select(func.count()).where(place.c.unit_id == unit.c.id, place.c.state == "held", place.c.counted)
    connection.execute(update(unit).where(unit.c.event_id == made.id).values(held=held.scalar_subquery()))


def an_event_of_two_parts(connection: Connection) -> AnEvent:
    made = an_event(connection, PARTS)
    a_question(connection, made, "frage", "long")
    return made


def matching(office: Office, made: AnEvent, **asked: str) -> list[str]:
    """Codes of those the filter takes, by name."""

    def found(connection: Connection) -> list[str]:
        event = events.current(connection, made.slug)
        fields = {name: (value,) for name, value in asked.items()}
        asked_for = registrations.asked(event, fields, office.now).filter
        return [code for _, code in registrations.codes_matching(connection, event, asked_for)]

    codes: list[str] = office.read(found)
    return codes
