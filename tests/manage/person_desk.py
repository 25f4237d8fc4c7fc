"""A full forum with people waiting, and what a member does with one of its people, in one word each."""

import re
from typing import Any

import httpx
from sqlalchemy import Connection, select

from confman.store.audit import audit
from confman.store.programme import unit
from confman.store.registrations import place, registration
from tests.builders import AnEvent, APart, ASession, ASlot, an_event
from tests.by_hand import added
from tests.office import Member, Office

FORUMS = ASlot("foren", [ASession("klima", 2), ASession("verkehr", 5), ASession("wohnen", 1, offers_waiting=False)])
PARTS = [APart("konferenz", 20, [FORUMS]), APart("rundgang", 1, hours=1)]


def an_event_with_forums(office: Office) -> AnEvent:
    """Ada and Bo hold the two places of klima; Cem waits for it in verkehr, Dora waits in none."""
    made: AnEvent = office.write(an_event, PARTS)
    office.signed_in(made)
    return made


def people(office: Office) -> dict[str, str]:
    """Codes by surname."""
    wants: dict[str, Any] = {
        "Ada": {"foren": "klima"},
        "Bo": {"foren": "klima"},
        "Cem": {"foren": {"session": "klima", "until_then": "verkehr"}},
        "Dora": {"foren": "klima"},
    }
    codes = {}
    for name, choices in wants.items():
        address = f"{name.lower()}@lindenbrueck.example"
        body = {"parts": ["konferenz"], "choices": choices, "accept_waiting": True, "email": address}
        codes[name] = added(office, name, **body)
    office.token = None
    return codes


def here(made: AnEvent, code: str, name: str = "") -> str:
    return f"/manage/events/{made.slug}/registrations/{code}{name and '/'}{name}"


def fields(page: httpx.Response) -> dict[str, list[str]]:
    """What a browser would send of the page's own form as it stands."""
    form = page.text[page.text.index("<main") :]
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input [^>]*>", form):
        at = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        ticked = at.get("type") not in {"radio", "checkbox"} or " checked" in tag
        if ticked and at["name"] != "csrf":
            found.setdefault(at["name"], []).append(at.get("value", ""))
    for name, options in re.findall(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.findall(r'<option value="([^"]*)" selected', options)
        found[name] = chosen or re.findall(r'<option value="([^"]*)"', options)[:1]
    return found


def send(member: Member, path: str, page: httpx.Response | None = None, /, **changed: Any) -> httpx.Response:
    """The form at `path` (or on `page`) with some fields changed; None takes a field away."""
    sent = {**fields(page or member.see(path)), **changed}
    return member.send(path, **{name: value for name, value in sent.items() if value is not None})


def undo(member: Member, done: str) -> httpx.Response:
    """The form of the page that says what was done."""
    return member.send(f"{done.partition('?')[0]}/undo", **fields(member.see(done)))


def states(connection: Connection, code: str) -> dict[str, str]:
    """What somebody has, by unit as hexadecimal."""
    found = (
        select(place.c.unit_id, place.c.state)
        .join(registration, registration.c.id == place.c.registration_id)
        .where(registration.c.code == code, place.c.state != "released")
    )
    return {row.unit_id.hex: row.state for row in connection.execute(found)}


def has(office: Office, made: AnEvent, code: str) -> dict[str, str]:
    """What somebody has, by slug."""
    slugs = {key.hex: slug for slug, key in made.units.items()}
    return {slugs[key]: state for key, state in office.read(states, code).items()}


def size(office: Office, made: AnEvent, slug: str) -> tuple[int, int, int]:
    """held, waiting, ceiling"""

    def read(connection: Connection) -> tuple[int, int, int]:
        found = connection.execute(select(unit).where(unit.c.id == made.units[slug])).one()
        return found.held, found.waiting, found.ceiling

    sizes: tuple[int, int, int] = office.read(read)
    return sizes


def audited(office: Office, since: int = 0) -> list[tuple[str, str, Any]]:
    """(verb, actor, facts) of all rows but the first `since`; those of one moment by their verbs."""

    def read(connection: Connection) -> list[tuple[str, str, Any]]:
        found = connection.execute(select(audit).order_by(audit.c.id)).all()[since:]
        return sorted([(row.verb, row.actor, row.facts) for row in found], key=lambda row: row[0])

    rows: list[tuple[str, str, Any]] = office.read(read)
    return rows
