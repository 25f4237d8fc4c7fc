"""Who came without being on the list: registered by hand, for this part, without address, and there at once."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from confman.domain import codes
from confman.domain.adding_lines import read
from confman.domain.errors import N_, Ended, Fault, Malformed, NotFound
from confman.domain.ledger.requests import Accepted, Outcome, Refused, Repeated
from confman.store import attendances
from confman.usecases.acting import Acting
from confman.usecases.clerk import Clerk
from confman.usecases.manage import attendance_entry
from confman.usecases.manage.attendance import ADMITTED, WAITED, WALK_IN, sheet
from confman.usecases.manage.attendance_entry import At
from confman.usecases.registrar import Ask
from confman.usecases.registration_views import one
from confman.usecases.registrations import Addition, Correction, Target, ask_to_add, change, register
from confman.usecases.submissions import Faults
from confman.usecases.work import Work

LINE = "walk_in"
"""The field of the form."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A line as typed; `key`: so that sending it twice adds nobody twice.

    `another`: of a name that is known; `admits`: whose code was chosen of those of that name.
    """

    text: str
    key: str
    another: bool = False
    admits: str = ""


@dataclass(frozen=True, slots=True)
class Namesake:
    """Somebody of that name who is registered already; `number` on this list, None where they do not stand on it."""

    code: str
    institution: str
    number: int | None


@dataclass(frozen=True, slots=True)
class Added:
    """`held` of `capacity` places are taken now, if that is more than there are."""

    number: int
    held: int
    capacity: int | None

    @property
    def is_one_more(self) -> bool:
        return self.capacity is not None and self.held > self.capacity


def parsed(text: str) -> Addition:
    """„Vorname; Nachname; Institution“; a single word is a surname. Raises `Malformed`."""
    line = text.strip(" ;")
    if not line:
        raise Malformed((Fault((LINE,), N_("Please type a name.")),))
    person = read(line)
    if isinstance(person, str) or person.email:
        raise Malformed((Fault((LINE,), N_("Please type it like this: given name; surname; institution.")),))
    return Addition(
        given_name=person.given_name, family_name=person.family_name, institution=person.institution or None
    )


async def add(work: Work, clerk: Clerk, at: At, typed: Typed, who: Acting) -> Added | list[Namesake] | Refused:
    """Namesakes where there are any and nobody has said that it is another person. Raises `Malformed`."""
    ask = _ask(at, typed, who)
    assert ask.person is not None, "somebody who is added is a person"
    if not typed.another:
        known = await work.read(namesakes, at, ask.person.sort_key)
        if known:
            return known
    outcome = await register(clerk, at.event, ask)
    if not isinstance(outcome, Accepted | Repeated):
        return _refused(outcome)
    return await _there(work, at, outcome.id, WALK_IN)


async def admit(work: Work, clerk: Clerk, at: At, typed: Typed, who: Acting) -> Added | Refused:
    """Somebody who is registered, but not for this part or only on its waiting list.

    Only who has the name that was typed. Raises `NotFound`, `Malformed`.
    """
    person = _ask(at, typed, who).person
    assert person is not None, "somebody who is added is a person"
    code = codes.normalised(typed.admits)
    known = await work.read(namesakes, at, person.sort_key)
    if code not in {one.code for one in known if one.number is None}:
        raise NotFound
    shown = await work.read(one, at.event, typed.admits)
    parts = [seat.named.slug for seat in shown.seats if seat.named.kind == "part"]
    source = WAITED if at.where.part.slug in parts else ADMITTED
    wanted = Correction(parts=list(dict.fromkeys([*parts, at.where.part.slug])), beyond_capacity=True, tells=False)
    outcome = await change(work, clerk, Target(at.event, code), wanted, who)
    return outcome if isinstance(outcome, Refused) else await _there(work, at, shown.row["id"], source)


async def _there(work: Work, at: At, registration: UUID, source: str) -> Added | Refused:
    number = await work.write(attendance_entry.add, at, registration, source, work.clock)
    if number is None:
        return Refused(Ended())
    filled = await work.read(attendances.filled, at.where.unit)
    return Added(number, filled["held"], filled["capacity"])


def _ask(at: At, typed: Typed, who: Acting) -> Ask:
    sent = parsed(typed.text)
    sent.parts, sent.beyond_capacity, sent.tells = [at.where.part.slug], True, False
    try:
        return ask_to_add(at.event, sent, who, f"{who.actor} {typed.key}", at.event.row["languages"][0])
    except Malformed as malformed:  # all that is typed stands in one field
        faults = Faults()
        for fault in malformed.faults:
            faults.add(fault.says, LINE, **dict(fault.facts))
        raise Malformed(tuple(faults.found)) from None


def namesakes(connection: Connection, at: At, sort_key: str) -> list[Namesake]:
    known = attendances.namesakes(connection, at.event.id, sort_key)
    if not known:
        return []
    numbers = {line.id: line.number for line in sheet(connection, at.event, at.where).lines}
    return [Namesake(row["code"], row["institution"] or "", numbers.get(row["id"])) for row in known]


def _refused(outcome: Outcome) -> Refused:
    assert isinstance(outcome, Refused), "without an address nobody is known already"
    return outcome
