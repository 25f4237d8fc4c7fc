"""Changing what one's own registration says: names, institution and answers, the sensitive ones with their consent."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, RowMapping

from confman.domain.errors import Malformed
from confman.domain.ledger.book import Identity
from confman.domain.ledger.requests import Change, Done, Outcome, Want
from confman.kernel.clock import Clock
from confman.store import attendee_reads, attendee_writes, ledger
from confman.usecases.answers import NEEDS_CONSENT, Answers, Given, check_answers
from confman.usecases.events import EventView
from confman.usecases.ledger import RulesCache
from confman.usecases.my_registration import Mine
from confman.usecases.registrar import Ask, settle_batch
from confman.usecases.submissions import Faults, Named, Submission, named_from

FIELDS = ("title", "given_name", "family_name", "institution")


@dataclass(frozen=True, slots=True)
class Details:
    """As typed or as kept; answers by the question's key."""

    title: str = ""
    given_name: str = ""
    family_name: str = ""
    institution: str = ""
    answers: Mapping[str, Given] = field(default_factory=dict)
    agrees_to_needs: bool = False

    @property
    def mark(self) -> str:
        """The same for the same details: what a form was made from."""
        written = [self.title, self.given_name, self.family_name, self.institution, self.answers, self.agrees_to_needs]
        return hashlib.sha256(msgspec.json.encode(written, order="deterministic")).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Belongings:
    """What is kept of a registration beside its row and its places: rows of `attendee_reads`."""

    answers: Sequence[RowMapping]
    consents: Sequence[RowMapping]

    def agreed(self, key: str) -> RowMapping | None:
        """The consent of that key that holds."""
        return next((row for row in self.consents if row["key"] == key and row["withdrawn_at"] is None), None)


def belongings(connection: Connection, registration_id: UUID) -> Belongings:
    """Two statements."""
    return Belongings(
        attendee_reads.answers(connection, registration_id), attendee_reads.consents(connection, registration_id)
    )


def details_of(registration: Mine, own: Belongings, event: EventView) -> Details:
    """As kept now: to the questions that the form asks, the newest answer to each."""
    given = {row["key"]: row["value"] for row in own.answers if row["key"] in event.questions}
    texts = {name: registration.row[name] or "" for name in FIELDS}
    return Details(
        **texts,
        answers={key: given[key] for key in event.questions if key in given},
        agrees_to_needs=own.agreed(NEEDS_CONSENT) is not None,
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """Details, checked. `options`: None where the limited answers stay as they are."""

    named: Named
    answers: Answers
    options: tuple[UUID, ...] | None


def checked(event: EventView, sent: Details, now: Details) -> Wanted:
    """Raises `Malformed` with all faults."""
    faults = Faults()
    texts = {name: getattr(sent, name) for name in FIELDS}
    named = named_from(Submission(**texts), faults)
    needs = event.consents.get(NEEDS_CONSENT)
    consents = [NEEDS_CONSENT] if sent.agrees_to_needs and needs is not None else []
    answers = check_answers(event, sent.answers, consents, faults.found)
    if faults.found:
        raise Malformed(tuple(faults.found))
    before = check_answers(event, now.answers, [], [], demanding=False)
    options = answers.options if set(answers.options) != set(before.options) else None
    # there is nothing to agree to where nothing is told
    return Wanted(named, answers if answers.sensitive else replace(answers, consents=()), options)


def ask_to_change(registration: Mine, wanted: Wanted) -> Ask:
    """By the ledger: a name is part of who somebody is, and answers may be limited."""
    row, named = registration.row, wanted.named
    columns: dict[str, Any] = {name: getattr(named, name) for name in (*FIELDS, "sort_key", "search_key", "name_key")}
    if any(columns[name] != row[name] for name in ("title", "given_name", "family_name")):
        columns["badge_name"] = None  # how an organiser wrote the former name
    identity = Identity(row["email_key"], named.name_key)
    request = Change(registration.id, Want(parts=None, options=wanted.options), identity=identity)
    return Ask(request, amends=columns, revision=row["revision"])


def save(connection: Connection, registration: Mine, event: EventView, wanted: Wanted, clock: Clock) -> Outcome:
    """Places, names and answers together or not at all; `Outdated` where it has changed since it was read."""
    ledger.lock(connection, [registration.event_id])
    now = clock()
    ask = ask_to_change(registration, wanted)
    [outcome] = settle_batch(connection, registration.event_id, [ask], lambda: now, RulesCache())
    if isinstance(outcome, Done):
        _write_answers(connection, registration.id, event, wanted, now)
    return outcome


def _write_answers(
    connection: Connection, registration_id: UUID, event: EventView, wanted: Wanted, now: datetime
) -> None:
    """Older versions of a question's answer go with it; what the form asks no more stays as it is."""
    before = belongings(connection, registration_id)
    given = {**wanted.answers.plain, **wanted.answers.sensitive}
    # an answer that stays is not touched: with a sensitive one would go that somebody has seen to it
    stay = {row["question_id"] for row in before.answers if given.get(row["question_id"]) == row["value"]}
    asked = {row["question_id"] for row in before.answers if row["key"] in event.questions}
    attendee_writes.forget_answers(connection, registration_id, sorted(asked - stay))
    plain, sensitive = (
        {key: value for key, value in answers.items() if key not in stay}
        for answers in (wanted.answers.plain, wanted.answers.sensitive)
    )
    attendee_writes.write_answers(connection, registration_id, plain, sensitive)
    agreed = before.agreed(NEEDS_CONSENT)
    if agreed is None and wanted.answers.consents:
        attendee_writes.give_consents(connection, registration_id, wanted.answers.consents, now)
    elif agreed is not None and not wanted.answers.consents:
        attendee_writes.withdraw_consents(connection, registration_id, [agreed["consent_text_id"]], now)
