"""One registration as the team sees it: where it stands, what it says, who might be the same, what was done to it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping

from confman.domain.ledger.book import HELD, RELEASED
from confman.domain.likeness import Likeness, beginning, likeness
from confman.store import attendee_reads, history, person_reads
from confman.store.person_reads import Alike
from confman.usecases.answers import NEEDS_CONSENT
from confman.usecases.events import EventView
from confman.usecases.registration_views import row_of
from confman.usecases.tokens import name_of

AT_ONCE = 20
_LETTERS = 50
_ALIKE = 50


@dataclass(frozen=True, slots=True)
class Sight:
    """What of it is shown: `needs` only to who may see them; `after`: the last line of the history that was seen."""

    needs: bool = False
    after: UUID | None = None


@dataclass(frozen=True, slots=True)
class Double:
    """Somebody else who might be the same person."""

    row: RowMapping
    why: Likeness


@dataclass(frozen=True, slots=True)
class History:
    """`actors`: names of members and programs by what the audit calls them; `more`: there are older lines."""

    lines: tuple[RowMapping, ...]
    actors: Mapping[str, str]
    more: bool


@dataclass(frozen=True, slots=True)
class Person:
    """`places`: rows by unit, also of what was given up. `beyond`: units of which they hold one more than there are."""

    row: RowMapping
    places: Mapping[UUID, RowMapping]
    beyond: frozenset[UUID]
    answers: tuple[RowMapping, ...]
    consents: tuple[RowMapping, ...]
    doubles: tuple[Double, ...]
    letters: tuple[RowMapping, ...]
    history: History

    @property
    def id(self) -> UUID:
        key: UUID = self.row["id"]
        return key

    @property
    def is_live(self) -> bool:
        return self.row["ended_at"] is None

    @property
    def is_confirmed(self) -> bool:
        return self.row["confirmed_at"] is not None

    @property
    def other(self) -> RowMapping | None:
        """Of who has ended: another registration of the same person, which is live."""
        mine = (self.row["email_key"], self.row["name_key"])
        if self.is_live or mine[0] is None:
            return None
        rows = (double.row for double in self.doubles)
        return next((row for row in rows if (row["email_key"], row["name_key"]) == mine), None)

    def state(self, unit: UUID) -> str | None:
        """What they have there now."""
        place = self.places.get(unit)
        return None if place is None or place["state"] == RELEASED else place["state"]


def person(connection: Connection, event: EventView, code: str, sight: Sight) -> Person:
    """Ten statements, one more for older lines of the history. Raises `NotFound`."""
    row = row_of(connection, event.id, code)
    key: UUID = row["id"]
    places = {place["unit_id"]: place for place in attendee_reads.places(connection, key)}
    given = set(person_reads.given_beyond(connection, event.id, key))
    return Person(
        row=row,
        places=places,
        beyond=frozenset(
            unit
            for unit, place in places.items()
            if place["state"] == HELD and (place["changed_at"], unit.hex) in given
        ),
        answers=tuple(person_reads.answers(connection, key, needs=sight.needs)),
        consents=tuple(
            consent
            for consent in attendee_reads.consents(connection, key)
            if sight.needs or consent["key"] != NEEDS_CONSENT  # that there is such an answer is one of the needs
        ),
        doubles=tuple(doubles_of(connection, event.id, dict(row))),
        letters=tuple(person_reads.letters(connection, key, _LETTERS)),
        history=_history(connection, event, key, sight.after),
    )


def doubles_of(connection: Connection, event_id: UUID, of: Mapping[str, Any]) -> Iterable[Double]:
    """Live registrations that might be the same person's; one statement."""
    mine = (of["email_key"], of["name_key"], of["sort_key"])
    for row in person_reads.alike(connection, event_id, Alike(of["email_key"], beginning(of["sort_key"])), _ALIKE):
        why = likeness(mine, (row["email_key"], row["name_key"], row["sort_key"]))
        if why is not None and row["id"] != of.get("id"):
            yield Double(row, why)


def _history(connection: Connection, event: EventView, key: UUID, after: UUID | None) -> History:
    found = history.page(connection, event.id, key, AT_ONCE + 1, after)
    lines = tuple(found[:AT_ONCE])
    return History(lines, actors(connection, event, [line["actor"] for line in lines]), len(found) > AT_ONCE)


def actors(connection: Connection, event: EventView, deeds: Sequence[str]) -> dict[str, str]:
    """Names of members and programs; two statements."""
    members = {actor: key for actor in deeds if (key := _member(actor)) is not None}
    names = person_reads.member_names(connection, list(members.values()))
    programs = {f"token {name_of(hash_)}": name for hash_, name in person_reads.token_names(connection, event.host_id)}
    return {actor: names[key] for actor, key in members.items() if key in names} | programs


def _member(actor: str) -> UUID | None:
    kind, _, key = actor.partition(" ")
    try:
        return UUID(key) if kind == "member" else None
    except ValueError:
        return None
