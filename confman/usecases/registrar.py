"""Settles a batch of requests against the database: lock, read, settle, write. The caller commits."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from confman.domain.errors import Refusal, Unknown
from confman.domain.ledger import settle
from confman.domain.ledger.book import Book
from confman.domain.ledger.requests import (
    Accepted,
    Changes,
    Confirm,
    Done,
    LetterDue,
    NewRegistration,
    Outcome,
    PlaceRow,
    Register,
    RegistrationChange,
    Request,
    Resize,
    Settled,
    Standing,
)
from confman.kernel.clock import Clock
from confman.kernel.ids import new_id
from confman.store import clerk, ledger
from confman.store.audit import audit
from confman.store.outbox import letter
from confman.store.registrations import answer, answer_sensitive, consent, registration
from confman.usecases.ledger import EventRules, Reader, RulesCache, answer_to_store, touched

_SPARE_HEADS = 8


@dataclass(frozen=True, slots=True)
class NewPerson:
    """What is known of somebody beside their places; keys as `domain/people` and `domain/codes` make them."""

    code: str
    category_id: UUID
    given_name: str
    family_name: str
    sort_key: str
    search_key: str
    source: str
    title: str | None = None
    badge_name: str | None = None
    institution: str | None = None
    speaker_id: UUID | None = None
    no_list: bool = False
    no_photo: bool = False
    answers: Mapping[UUID, Any] = field(default_factory=dict)
    sensitive_answers: Mapping[UUID, Any] = field(default_factory=dict)
    consents: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """A request with what only the database needs of it. `amends`: columns a Change sets beside places."""

    request: Request
    person: NewPerson | None = None
    amends: Mapping[str, Any] = field(default_factory=dict)
    actor: str = "attendee"


def settle_batch(
    connection: Connection, event_id: UUID, asks: Sequence[Ask], clock: Clock, cache: RulesCache
) -> tuple[Outcome, ...]:
    """Outcomes parallel to the asks. `now` is read after the lock; a fixed number of statements whatever the size.

    Raises `Unknown` where the event has no ledger.
    """
    locked = ledger.lock(connection, [event_id])
    if not locked:
        raise Unknown((event_id,))
    now = clock()
    reader = Reader(connection, locked[0], cache, now)
    requests = [ask.request for ask in asks]
    batch = touched(requests)
    event, book = reader.book(batch, k := batch.frees + _SPARE_HEADS)
    while not isinstance(settled := settle(book, requests, now), Settled):
        event, book = reader.book(batch, k := k * 4)
    _Writer(connection, event_id, event, book, now).write(asks, settled)
    return settled.outcomes


@dataclass(frozen=True, slots=True)
class _Writer:
    connection: Connection
    event_id: UUID
    event: EventRules
    book: Book
    now: datetime

    def write(self, asks: Sequence[Ask], settled: Settled) -> None:
        changes = settled.changes
        self._people(asks, changes)
        self._counts(changes)
        clerk.write_places(self.connection, [self._place(row) for row in changes.places])
        clerk.add(self.connection, letter, [self._letter(due) for due in changes.letters])
        clerk.add(self.connection, audit, self._audit(asks, settled.outcomes))
        self._amend(asks, settled.outcomes)
        if changes.seq != self.book.seq:
            clerk.write_seq(self.connection, self.event_id, changes.seq)

    def _counts(self, changes: Changes) -> None:
        clerk.write_sizes(
            self.connection,
            [
                {
                    "unit": size.unit,
                    "to_capacity": size.capacity,
                    "to_reserve": size.reserve,
                    "to_ceiling": size.ceiling,
                    "held_by": size.held,
                    "waiting_by": size.waiting,
                }
                for size in changes.sizes
            ],
        )
        clerk.write_units(
            self.connection,
            [
                {
                    "unit": delta.unit,
                    "held_by": delta.held,
                    "waiting_by": delta.waiting,
                    "ceiling_by": delta.ceiling,
                    "reserve_by": delta.reserve,
                }
                for delta in changes.units
            ],
        )

    def _people(self, asks: Sequence[Ask], changes: Changes) -> None:
        persons = {ask.request.id: ask.person for ask in asks if isinstance(ask.request, Register)}
        new = [(row, person) for row in changes.new if (person := persons[row.request.id]) is not None]
        clerk.add(self.connection, registration, [self._registration(row, person) for row, person in new])
        clerk.write_registrations(self.connection, [self._changed(row) for row in changes.changed])
        for table, key in ((answer, "answers"), (answer_sensitive, "sensitive_answers")):
            given = [
                {"registration_id": row.request.id, "question_id": question, "value": value}
                for row, person in new
                for question, value in getattr(person, key).items()
            ]
            clerk.add(self.connection, table, given)
        agreed = [
            {"registration_id": row.request.id, "consent_text_id": text, "given_at": self.now}
            for row, person in new
            for text in person.consents
        ]
        clerk.add(self.connection, consent, agreed)

    def _registration(self, new: NewRegistration, person: NewPerson) -> dict[str, Any]:
        request = new.request
        return {
            "id": request.id,
            "event_id": self.event_id,
            "code": person.code,
            "category_id": person.category_id,
            "title": person.title,
            "given_name": person.given_name,
            "family_name": person.family_name,
            "badge_name": person.badge_name,
            "sort_key": person.sort_key,
            "search_key": person.search_key,
            "name_key": request.identity.name_key,
            "institution": person.institution,
            "language": request.contact.language,
            "email": request.contact.email,
            "email_key": request.identity.email_key,
            "source": person.source,
            "speaker_id": person.speaker_id,
            "created_at": self.now,
            "confirm_by": new.answer.confirm_by,
            "confirmed_at": self.now if new.confirmed else None,
            "ended_at": self.now if new.ended_by else None,
            "ended_by": new.ended_by,
            "request_key": new.key,
            "request_digest": request.digest if new.key is not None else None,
            "first_answer": answer_to_store(new.answer),
            "no_list": person.no_list,
            "no_photo": person.no_photo,
            "changed_at": self.now,
        }

    def _changed(self, row: RegistrationChange) -> dict[str, Any]:
        """`ended_at` is set anew: a registration of the book that ended before is either revived or left alone."""
        return {
            "registration": row.id,
            "to_ended_at": self.now if row.ended_by else None,
            "to_ended_by": row.ended_by,
            "to_confirmed_at": self.now if row.confirmed else None,
            "at": self.now,
        }

    def _place(self, row: PlaceRow) -> dict[str, Any]:
        return {
            "registration_id": row.registration,
            "unit_id": row.unit,
            "event_id": self.event_id,
            "lane": row.lane,
            "state": row.state,
            "counted": row.counted,
            "seq": row.seq,
            "given_by": row.given_by,
            "was": row.was,
            "changed_at": self.now,
        }

    def _letter(self, due: LetterDue) -> dict[str, Any]:
        key = new_id()
        return {
            "id": key,
            "event_id": self.event_id,
            "registration_id": due.id,
            "kind": due.kind,
            "language": due.contact.language,
            "recipient": due.contact.email,
            "recipient_key": due.email_key,
            "facts": letter_facts(due),
            "message_id": key.hex,
            "created_at": self.now,
            "due_at": due.due_at,
        }

    def _audit(self, asks: Sequence[Ask], outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
        return [
            {
                "id": new_id(),
                "event_id": self.event_id,
                "host_id": self.event.host_id,
                "at": self.now,
                "actor": ask.actor,
                "verb": type(ask.request).__name__.lower(),
                "subject": subject_of(ask.request),
                "facts": _audit_facts(ask.request, outcome),
            }
            for ask, outcome in zip(asks, outcomes, strict=True)
            if isinstance(outcome, Accepted) or (isinstance(outcome, Done) and outcome.changed)
        ]

    def _amend(self, asks: Sequence[Ask], outcomes: Sequence[Outcome]) -> None:
        for ask, outcome in zip(asks, outcomes, strict=True):
            if ask.amends and isinstance(outcome, Done):
                assert not isinstance(ask.request, Register), "only what is there can be amended"
                subject = UUID(hex=subject_of(ask.request))
                clerk.amend(self.connection, subject, ask.amends, self.now)


def subject_of(request: Request) -> str:
    """What a request is about, as written to the audit: a registration, a unit, or nothing named."""
    named = getattr(request, "id", None) or getattr(request, "unit", None)
    return named.hex if named is not None else ""


def _audit_facts(request: Request, outcome: Outcome) -> dict[str, Any]:
    """No names: states, sizes and counts."""
    facts: dict[str, Any] = {}
    hand = getattr(request, "hand", None)
    if hand is not None and hand.beyond_capacity:
        facts["beyond_capacity"] = True
    if isinstance(outcome, Accepted):
        facts["outcome"] = outcome.answer.outcome
        if isinstance(request, Confirm):
            facts["revived"] = True
    if isinstance(request, Resize):
        facts |= {"capacity": request.capacity, "reserve": request.reserve}
    several = getattr(request, "ids", None)
    if several is not None:
        facts["people"] = len(several)
    return facts


def letter_facts(due: LetterDue) -> dict[str, Any]:
    """What the postman renders from; instants as ISO texts, units as hexadecimal."""
    return {
        "places": _standings(due.places),
        "before": _standings(due.before),
        "confirm_by": due.confirm_by.isoformat() if due.confirm_by else None,
        "by": due.by,
        "nth": due.nth,
    }


def _standings(places: Iterable[Standing]) -> list[dict[str, Any]]:
    return [{"unit": place.unit.hex, "state": place.state, "position": place.position} for place in places]


def resize(
    connection: Connection,
    event_id: UUID,
    sizes: Sequence[tuple[UUID, int | None, int]],
    clock: Clock,
    *,
    insist: bool,
) -> tuple[Refusal | None, ...]:
    """Changed sizes through the ledger: (unit, capacity, reserve) each; a refusal where it cannot be, else None."""
    asks = [Ask(Resize(unit, capacity, reserve, insist), actor="organiser") for unit, capacity, reserve in sizes]
    outcomes = settle_batch(connection, event_id, asks, clock, RulesCache())
    return tuple(getattr(outcome, "reason", None) for outcome in outcomes)


Settler = Callable[[Connection, UUID, Sequence[Ask], Clock, RulesCache], tuple[Outcome, ...]]
