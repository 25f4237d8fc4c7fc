"""Adding people by hand, one a line: each is answered by itself, and nobody is added twice by sending twice."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping

from confman.domain.adding_lines import TypedPerson, read
from confman.domain.errors import Fault, Full, Malformed, Refusal
from confman.domain.ledger.requests import Accepted, AlreadyRegistered, Hand, Outcome, Refused, Repeated
from confman.store import ledger, person_reads
from confman.usecases import registrations
from confman.usecases.acting import Acting
from confman.usecases.clerk import Clerk
from confman.usecases.events import EventView, reserve_left
from confman.usecases.manage.foresight import Decided, FullUnit
from confman.usecases.registrar import Ask
from confman.usecases.registrations import Addition, ask_to_add


@dataclass(frozen=True, slots=True)
class Common:
    """What all lines of a form have in common. `key`: of the form, so that sending it twice adds nobody twice."""

    event: EventView
    parts: tuple[str, ...]
    choices: dict[str, str | None]
    category: str
    language: str
    decided: Decided
    key: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A line and what came of it. `id`: whom it added, or who is registered `already`; else why it could not be."""

    line: str
    id: UUID | None = None
    already: bool = False
    faults: tuple[Fault, ...] = ()
    refusal: Refusal | None = None

    @property
    def full(self) -> tuple[UUID, ...]:
        return self.refusal.units if isinstance(self.refusal, Full) else ()


async def add(clerk: Clerk, common: Common, lines: Sequence[str], who: Acting) -> list[Answered]:
    """In the order of the lines. Raises what the clerk raises."""
    return list(await asyncio.gather(*(_add(clerk, common, line, who) for line in lines)))


async def _add(clerk: Clerk, common: Common, line: str, who: Acting) -> Answered:
    typed = read(line)
    if isinstance(typed, str):
        return Answered(line, faults=(Fault((), typed),))
    try:
        ask = _ask(common, typed, line, who)
    except Malformed as malformed:
        return Answered(line, faults=malformed.faults)
    return _answered(line, await registrations.register(clerk, common.event, ask))


def _ask(common: Common, typed: TypedPerson, line: str, who: Acting) -> Ask:
    choices: dict[str, Any] = dict(common.choices)
    sent = Addition(
        given_name=typed.given_name,
        family_name=typed.family_name,
        institution=typed.institution or None,
        email=typed.email or None,
        parts=list(common.parts),
        choices=choices,
        category=common.category,
        language=common.language,
        accept_waiting=bool(common.decided.waits),
        tells=common.decided.tells,
    )
    key = f"{who.actor} {common.key} {hashlib.sha256(line.encode()).hexdigest()[:16]}"
    return ask_to_add(common.event, sent, _Deciding(who, common.decided), key, common.language)


@dataclass(frozen=True, slots=True)
class _Deciding:
    """Whoever acts, with what they decided about what is full."""

    who: Acting
    decided: Decided

    @property
    def actor(self) -> str:
        return self.who.actor

    def hand(self, **_: bool) -> Hand:
        return self.decided.hand(self.who)


def _answered(line: str, outcome: Outcome) -> Answered:
    match outcome:
        case Accepted(id=key) | Repeated(id=key):
            return Answered(line, key)
        case AlreadyRegistered(id=key):
            return Answered(line, key, already=True)
        case Refused(reason):
            return Answered(line, refusal=reason)
        case _:
            raise AssertionError("who registers is accepted, known or refused")


# showing what was added


def named(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, RowMapping]:
    """One statement."""
    return person_reads.named(connection, ids)


def full_units(connection: Connection, event: EventView, units: Sequence[UUID]) -> list[FullUnit]:
    """What is to be decided about; one statement."""
    found = {row.id: row for row in ledger.units(connection, event.id)}
    waits = event.rules.rules.offers_waiting
    return [
        FullUnit(one.id, one.held, one.waiting, waits and one.offers_waiting, reserve_left(one))
        for one in (found[unit] for unit in units if unit in found)
    ]


def coded(connection: Connection, event: EventView, codes: Sequence[str]) -> list[RowMapping]:
    """Those of this event, in the order of the codes; one statement."""
    found = {row["code"]: row for row in person_reads.coded(connection, event.id, codes)}
    return [found[code] for code in codes if code in found]
