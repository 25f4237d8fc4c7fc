"""What can be asked of the ledger, and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from confman.domain.errors import Refusal
from confman.domain.ledger.book import Answer, Contact, Identity, State


@dataclass(frozen=True, slots=True)
class Hand:
    """An organiser's hand: may use the reserve, pass deadlines and capacity where told.

    `only`: the units of which it may give one more; `spares`: those whose reserve it may give; None = any.
    """

    actor: str
    ignores_deadlines: bool = False
    beyond_capacity: bool = False
    tells: bool = True
    only: frozenset[UUID] | None = None
    spares: frozenset[UUID] | None = None

    def reaches_reserve(self, unit: UUID) -> bool:
        return self.spares is None or unit in self.spares

    def reaches_beyond(self, unit: UUID) -> bool:
        return self.beyond_capacity and (self.only is None or unit in self.only)


@dataclass(frozen=True, slots=True)
class Choice:
    """One session of a slot; `until_then`: the session to sit in while waiting for it."""

    session: UUID
    until_then: UUID | None = None


@dataclass(frozen=True, slots=True)
class Want:
    """Parts and options as unit ids; choices by slot, None = decides later.

    In a Register what is not named is not wanted. In a Change `parts` or `options` None, or a slot that is not
    named, stay as they are.
    """

    parts: tuple[UUID, ...] | None
    choices: Mapping[UUID, Choice | None] = field(default_factory=dict)
    options: tuple[UUID, ...] | None = None


@dataclass(frozen=True, slots=True)
class Register:
    """`key`/`digest`: the request's idempotency; `from_form`: another digest under the same key is no error there."""

    id: UUID
    identity: Identity
    contact: Contact
    want: Want
    key: str | None = None
    digest: bytes | None = None
    from_form: bool = False
    accept_waiting: bool = False
    counts: bool = True
    hand: Hand | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """`identity`: the new one where name or address changes. `counts`: whether places do, as the new category says."""

    id: UUID
    want: Want = field(default_factory=lambda: Want(parts=None))
    accept_waiting: bool = False
    identity: Identity | None = None
    contact: Contact | None = None
    hand: Hand | None = None
    counts: bool | None = None


@dataclass(frozen=True, slots=True)
class Cancel:
    id: UUID
    by: Literal["self", "organiser", "event"] = "self"
    hand: Hand | None = None


@dataclass(frozen=True, slots=True)
class Confirm:
    """`returns`: who cancelled by themselves wants to come after all; a hand lets in who ended in whatever way."""

    id: UUID
    hand: Hand | None = None
    returns: bool = False


@dataclass(frozen=True, slots=True)
class Lapse:
    """Ends those of `ids` that are live, unconfirmed and past their confirm_by."""

    ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class WriteAgain:
    """To who is registered under that identity: the letter with which they go on, once more; nothing else changes."""

    identity: Identity


@dataclass(frozen=True, slots=True)
class Promote:
    """Asks for nothing but what follows every request: giving free places to those who wait."""


@dataclass(frozen=True, slots=True)
class Resize:
    """`insist`: also below what is held; nobody loses a place."""

    unit: UUID
    capacity: int | None
    reserve: int = 0
    insist: bool = False


@dataclass(frozen=True, slots=True)
class Clear:
    """Releases the places of `ids` in a unit that is no more (a cancelled session); whoever asks for it tells them."""

    unit: UUID
    ids: tuple[UUID, ...]
    actor: str


@dataclass(frozen=True, slots=True)
class Bulk:
    """What an organiser asks for many at once: settled in order and as one, so that it can be taken back as one.

    `id`: what it is taken back by. Changes are of places only: not of names, addresses or categories. Its letters leave
    `held_for` later; none at all unless it `tells`.
    """

    id: UUID
    requests: tuple[Change | Cancel, ...]
    held_for: timedelta
    tells: bool = True


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """Net state of one place."""

    registration: UUID
    unit: UUID
    lane: UUID | None
    state: State
    counted: bool
    seq: int
    given_by: str | None
    was: State | None


@dataclass(frozen=True, slots=True)
class PersonTrace:
    """A registration before and after a bulk: who had ended it, and all of its places."""

    id: UUID
    ended_before: str | None
    ended_after: str | None
    before: tuple[PlaceRow, ...]
    after: tuple[PlaceRow, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """The numbers of a unit at one time."""

    capacity: int | None
    reserve: int
    held: int
    waiting: int


@dataclass(frozen=True, slots=True)
class UnitTrace:
    """A unit before and after a bulk."""

    unit: UUID
    before: Count
    after: Count


@dataclass(frozen=True, slots=True)
class Restore:
    """Takes a bulk back: all whom it concerned, also those who moved up, have what they had before, or nothing changes.

    `id`: the bulk's; `people` and `units`: what it did. Not `of_bulk`: it was done to one person.
    """

    id: UUID
    people: tuple[PersonTrace, ...]
    units: tuple[UnitTrace, ...]
    of_bulk: bool = True


Single = Register | Change | Cancel | Confirm | Lapse | WriteAgain | Promote | Resize | Clear
Request = Single | Bulk | Restore


@dataclass(frozen=True, slots=True)
class Standing:
    """A place as told to its person; `position` only where it is known without counting."""

    unit: UUID
    state: State
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of one place; None where there was none or is none any more.

    `beyond`: it is one more; `spared`: it is of the reserve.
    """

    unit: UUID
    before: State | None
    after: State | None
    beyond: bool = False
    spared: bool = False


@dataclass(frozen=True, slots=True)
class Accepted:
    """`beyond`: the units of which a hand gave one more; `spared`: of whose reserve."""

    id: UUID
    places: tuple[Standing, ...]
    answer: Answer
    beyond: tuple[UUID, ...] = field(default=(), compare=False)
    spared: tuple[UUID, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class AlreadyRegistered:
    """`answer` is what a newcomer would have got: nobody learns who is registered."""

    id: UUID
    answer: Answer


@dataclass(frozen=True, slots=True)
class Repeated:
    id: UUID
    answer: Answer


@dataclass(frozen=True, slots=True)
class Done:
    """`moves`: of who asked for a change. `ended`: those whom a lapse has ended."""

    changed: bool
    moves: tuple[Moved, ...] = field(default=(), compare=False)
    ended: tuple[UUID, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Refused:
    reason: Refusal


@dataclass(frozen=True, slots=True)
class BulkDone:
    """`outcomes` are parallel to the bulk's requests; `people` and `units`: all that differs, also by moving up."""

    outcomes: tuple[Done | Refused, ...]
    people: tuple[PersonTrace, ...]
    units: tuple[UnitTrace, ...]


Outcome = Accepted | AlreadyRegistered | Repeated | Done | Refused | BulkDone

LetterKind = Literal["confirm", "registered", "waiting", "promoted", "changed", "cancelled", "already_registered"]


@dataclass(frozen=True, slots=True)
class LetterDue:
    """A letter as facts of the moment. `before`: the places as they were; `nth`: how many live over this address.

    `bulk`: the one that caused it, and may be taken back until it leaves.
    """

    kind: LetterKind
    id: UUID
    contact: Contact
    email_key: str | None
    due_at: datetime
    places: tuple[Standing, ...]
    before: tuple[Standing, ...] = ()
    confirm_by: datetime | None = None
    by: str | None = None
    nth: int = 1
    bulk: UUID | None = None


@dataclass(frozen=True, slots=True)
class NewRegistration:
    """`confirmed` and `ended_by` as they are after the whole batch."""

    request: Register
    key: str | None
    answer: Answer
    confirmed: bool
    ended_by: str | None


@dataclass(frozen=True, slots=True)
class RegistrationChange:
    """Net state of a registration that was there before; `ended_by` None = live."""

    id: UUID
    ended_by: str | None
    confirmed: bool


@dataclass(frozen=True, slots=True)
class UnitDelta:
    """To be added to the unit's columns."""

    unit: UUID
    held: int = 0
    waiting: int = 0
    ceiling: int = 0
    reserve: int = 0


@dataclass(frozen=True, slots=True)
class UnitSize:
    """A unit's new size, and what is to be added to its counts in the same write; ceiling None = without limit."""

    unit: UUID
    capacity: int | None
    reserve: int
    ceiling: int | None
    held: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Promoted:
    """Who moved up after one request, and how."""

    id: UUID
    moves: tuple[Moved, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """Rows to write, net, in this order: `changed` (who ended before who is live), then `new`, then `places`.

    `places` are ordered releases, wishes, held, waiting, so that no unique index meets two rows of one lane: a place
    that was waited for is held before another is waited for. The rare one that was held and is now waited for comes
    twice, first as released. Otherwise there is one row per registration and place, and one delta per unit.
    """

    new: tuple[NewRegistration, ...]
    changed: tuple[RegistrationChange, ...]
    places: tuple[PlaceRow, ...]
    sizes: tuple[UnitSize, ...]
    units: tuple[UnitDelta, ...]
    letters: tuple[LetterDue, ...]
    promoted: tuple[Promoted, ...]
    seq: int


@dataclass(frozen=True, slots=True)
class Settled:
    """`outcomes` are parallel to the requests."""

    outcomes: tuple[Outcome, ...]
    changes: Changes


@dataclass(frozen=True, slots=True)
class NeedMore:
    """Units whose waiting list's head ran out: read more of them and settle again."""

    units: frozenset[UUID]
