"""Writes what a settlement changed, in a fixed number of statements."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from confman.domain.ledger.book import HELD, WAITING, Answer, Book
from confman.domain.ledger.requests import (
    Accepted,
    AlreadyRegistered,
    Bulk,
    BulkDone,
    Clear,
    Confirm,
    Done,
    LetterDue,
    Moved,
    NewRegistration,
    Outcome,
    PlaceRow,
    Register,
    RegistrationChange,
    Repeated,
    Request,
    Resize,
    Restore,
    Settled,
    Standing,
)
from confman.kernel.ids import new_id
from confman.store import clerk, submissions
from confman.usecases.bulk_recording import BulkNote, Where, add_bulk, take_back
from confman.usecases.ledger import EventRules, answer_to_store

LEDGER = "ledger"
"""The actor where free places went to those who waited."""
RECEIPT_LIVES = timedelta(minutes=60)


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
class Receipt:
    """What opens the page that follows a form: kept by its hash, with what was sent, for RECEIPT_LIVES."""

    hash: bytes
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ask:
    """A request with what only the database needs of it. `amends`: columns a Change sets beside places.

    `revision`: the one the registration must still be at, else the request is refused as `Outdated`.
    `receipt`: of a form that registers, or of the one whose address a Change corrects.
    `notes`: what the audit keeps beside what the ledger did; without names.
    `bulk`: of a Bulk, what it is, and what it was seen to do: where it would do otherwise, it is refused as `Outdated`.
    """

    request: Request
    person: NewPerson | None = None
    amends: Mapping[str, Any] = field(default_factory=dict)
    actor: str = "attendee"
    revision: int | None = None
    receipt: Receipt | None = None
    notes: Mapping[str, Any] = field(default_factory=dict)
    bulk: BulkNote | None = None


@dataclass(frozen=True, slots=True)
class Recorder:
    """Writes for one batch of one event; `now` is the batch's."""

    connection: Connection
    event_id: UUID
    event: EventRules
    book: Book
    now: datetime

    def record(self, asks: Sequence[Ask], settled: Settled) -> None:
        changes = settled.changes
        connection = self.connection
        self._people(asks, settled)
        clerk.SIZES.run(
            connection,
            [(size.unit, size.capacity, size.reserve, size.ceiling, size.held, size.waiting) for size in changes.sizes],
        )
        clerk.UNITS.run(
            connection,
            [(delta.unit, delta.held, delta.waiting, delta.ceiling, delta.reserve) for delta in changes.units],
        )
        self._places(changes.places)
        clerk.LETTERS.run(connection, [self._letter(due) for due in changes.letters if due.bulk is None])
        clerk.AUDITS.run(connection, self._audit(asks, settled))
        self._bulks(asks, settled)
        self._amend(asks, settled)
        self._receipts(asks, settled.outcomes)
        if changes.seq != self.book.seq:
            clerk.write_seq(connection, self.event_id, changes.seq)

    def _places(self, rows: Sequence[PlaceRow]) -> None:
        """In the order of the changes: what is given up first, then held, then waiting, so that no lane meets two."""
        for states in (("released", "wished"), (HELD,), (WAITING,)):
            clerk.PLACES.run(self.connection, [self._place(row) for row in rows if row.state in states])

    def _people(self, asks: Sequence[Ask], settled: Settled) -> None:
        changes = settled.changes
        persons = {ask.request.id: ask.person for ask in asks if isinstance(ask.request, Register)}
        new = [(row, person) for row in changes.new if (person := persons[row.request.id]) is not None]
        told = {outcome.id: outcome.places for outcome in settled.outcomes if isinstance(outcome, Accepted)}
        rows = [self._registration(row, person, told[row.request.id]) for row, person in new]
        # who ends first: somebody of the same name and address may come or come back in the same batch
        self._changed([row for row in changes.changed if row.ended_by])
        self._changed([row for row in changes.changed if not row.ended_by])
        clerk.REGISTRATIONS.run(self.connection, rows)
        for insert, given in (
            (clerk.ANSWERS, [(row.request.id, person.answers) for row, person in new]),
            (clerk.SENSITIVE_ANSWERS, [(row.request.id, person.sensitive_answers) for row, person in new]),
        ):
            insert.run(
                self.connection, [(key, question, value) for key, all_ in given for question, value in all_.items()]
            )
        agreed = [(row.request.id, text, self.now) for row, person in new for text in person.consents]
        clerk.CONSENTS.run(self.connection, agreed)

    def _changed(self, rows: Sequence[RegistrationChange]) -> None:
        """`ended_at` anew: a registration that had ended before is either revived or not in the changes."""
        now = self.now
        clerk.CHANGES.run(
            self.connection,
            [
                (row.id, now if row.ended_by else None, row.ended_by, now if row.confirmed else None, now)
                for row in rows
            ],
        )

    def _registration(self, new: NewRegistration, person: NewPerson, places: Iterable[Standing]) -> tuple[Any, ...]:
        """In the order of `clerk.REGISTRATIONS`; `places` as first told, kept for organisers who repeat a request."""
        request, now = new.request, self.now
        first: dict[str, Any] = {**answer_to_store(new.answer)}
        if request.hand is not None and new.key is not None:
            first["places"] = _standings(places)
        elif request.from_form:
            first["places"] = _placed(new.answer)
        return (
            request.id,
            self.event_id,
            person.code,
            person.category_id,
            person.title,
            person.given_name,
            person.family_name,
            person.badge_name,
            person.sort_key,
            person.search_key,
            request.identity.name_key,
            person.institution,
            request.contact.language,
            request.contact.email,
            request.identity.email_key,
            person.source,
            person.speaker_id,
            now,
            new.answer.confirm_by,
            now if new.confirmed else None,
            now if new.ended_by else None,
            new.ended_by,
            new.key,
            request.digest if new.key is not None else None,
            first,
            person.no_list,
            person.no_photo,
            now,
        )

    def _place(self, row: PlaceRow) -> tuple[Any, ...]:
        return (
            row.registration,
            row.unit,
            self.event_id,
            row.lane,
            row.state,
            row.counted,
            row.seq,
            row.given_by,
            row.was,
            self.now,
        )

    def _letter(self, due: LetterDue) -> tuple[Any, ...]:
        key = new_id()
        return (
            key,
            self.event_id,
            due.id,
            due.kind,
            due.contact.language,
            due.contact.email,
            due.email_key,
            letter_facts(due),
            key.hex,
            self.now,
            due.due_at,
        )

    def _audit(self, asks: Sequence[Ask], settled: Settled) -> list[tuple[Any, ...]]:
        """One row for each request that changed anything, for each whom a lapse ended, and for each who moved up."""
        rows = []
        for ask, outcome in zip(asks, settled.outcomes, strict=True):
            verb = type(ask.request).__name__.lower()
            if isinstance(outcome, Done) and outcome.ended:
                rows += [self._noted(ask.actor, verb, key.hex, {}) for key in outcome.ended]
            elif isinstance(outcome, Accepted) or (isinstance(outcome, Done) and (outcome.changed or ask.amends)):
                rows.append(self._noted(ask.actor, verb, subject_of(ask.request), _audit_facts(ask, outcome)))
        for promoted in settled.changes.promoted:
            rows.append(self._noted(LEDGER, "promoted", promoted.id.hex, {"moves": _moves(promoted.moves)}))
        return rows

    def _bulks(self, asks: Sequence[Ask], settled: Settled) -> None:
        """After all else, and before their own letters."""
        for ask, outcome in zip(asks, settled.outcomes, strict=True):
            where = Where(self.connection, self.event_id, self.event.host_id, self.now, ask.actor)
            if isinstance(ask.request, Bulk) and isinstance(outcome, BulkDone) and ask.bulk is not None:
                add_bulk(where, ask.request, ask.bulk, outcome)
            elif isinstance(ask.request, Restore) and outcome == Done(changed=True):
                take_back(where, ask.request)
        held = [(*self._letter(due), due.bulk) for due in settled.changes.letters if due.bulk is not None]
        clerk.BULK_LETTERS.run(self.connection, held)

    def _noted(self, actor: str, verb: str, subject: str, facts: Mapping[str, Any]) -> tuple[Any, ...]:
        return new_id(), self.event_id, self.event.host_id, self.now, actor, verb, subject, facts

    def _amend(self, asks: Sequence[Ask], settled: Settled) -> None:
        counted = {row.id for row in settled.changes.changed}
        for ask, outcome in zip(asks, settled.outcomes, strict=True):
            if ask.amends and isinstance(outcome, Done):
                subject = UUID(hex=subject_of(ask.request))
                # the revision rises once a batch: with the places, or here where nothing else changed
                clerk.amend(self.connection, subject, ask.amends, self.now, raises=subject not in counted)
                counted.add(subject)

    def _receipts(self, asks: Sequence[Ask], outcomes: Sequence[Outcome]) -> None:
        """The same for who is new and who was registered already; but only the new one's registration is named."""
        rows = []
        for ask, outcome in zip(asks, outcomes, strict=True):
            match outcome:
                case _ if ask.receipt is None:
                    continue
                case Accepted(id=key, answer=answer) | Repeated(id=key, answer=answer):
                    rows.append(self._receipt(ask.receipt, key, answer))
                case AlreadyRegistered(answer=answer):
                    rows.append(self._receipt(ask.receipt, None, answer))
                case Done():
                    submissions.readdress(self.connection, ask.receipt.hash, ask.receipt.body)
                case _:
                    continue
        submissions.SUBMISSIONS.run(self.connection, rows)

    def _receipt(self, receipt: Receipt, registration: UUID | None, answer: Answer) -> tuple[Any, ...]:
        told = {**answer_to_store(answer), "places": _placed(answer)}
        return receipt.hash, self.event_id, registration, receipt.body, told, 0, self.now + RECEIPT_LIVES


def subject_of(request: Request) -> str:
    """What a request is about, as written to the audit: a registration, a unit, or nothing named."""
    named = getattr(request, "id", None) or getattr(request, "unit", None)
    return named.hex if named is not None else ""


def _audit_facts(ask: Ask, outcome: Accepted | Done) -> dict[str, Any]:
    """No names: states, sizes and counts."""
    request = ask.request
    facts: dict[str, Any] = dict(ask.notes)
    if isinstance(outcome, Accepted):
        facts["outcome"] = outcome.answer.outcome
        if outcome.beyond:
            facts["beyond"] = [unit.hex for unit in outcome.beyond]
        if outcome.spared:
            facts["spared"] = [unit.hex for unit in outcome.spared]
        if isinstance(request, Confirm):
            facts["revived"] = True
    elif outcome.moves:
        facts["moves"] = _moves(outcome.moves)
        if beyond := [move.unit.hex for move in outcome.moves if move.beyond]:
            facts["beyond"] = beyond
        if spared := [move.unit.hex for move in outcome.moves if move.spared]:
            facts["spared"] = spared
    if isinstance(request, Resize):
        facts |= {"capacity": request.capacity, "reserve": request.reserve}
    if isinstance(request, Clear):
        facts["people"] = len(request.ids)
    return facts


def _moves(moves: Iterable[Moved]) -> list[tuple[str, str | None, str | None]]:
    return [(move.unit.hex, move.before, move.after) for move in moves]


def letter_facts(due: LetterDue) -> dict[str, Any]:
    """What the postman renders from; instants as ISO texts, units as hexadecimal."""
    return {
        "places": _standings(due.places),
        "before": _standings(due.before),
        "confirm_by": due.confirm_by.isoformat() if due.confirm_by else None,
        "by": due.by,
        "nth": due.nth,
        **({} if due.bulk is None else {"held": True}),
    }


def _placed(answer: Answer) -> list[dict[str, Any]]:
    return _standings(Standing(unit, state) for unit, state in answer.places)


def _standings(places: Iterable[Standing]) -> list[dict[str, Any]]:
    return [{"unit": place.unit.hex, "state": place.state, "position": place.position} for place in places]
