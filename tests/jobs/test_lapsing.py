from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from confman.kernel.db import Database
from confman.store import registration_reads
from confman.store.outbox import letter
from confman.store.registrations import registration
from confman.usecases import work
from confman.usecases.addresses import NotAnAddress, checked_address
from confman.usecases.ledger import RulesCache
from confman.usecases.registrar import settle_batch
from tests.builders import NOW, APart, a_registration, an_event

LATER = NOW + timedelta(days=30)


def due_after(database: Database, **letter_columns: Any) -> int:
    """How many registrations may lapse a month later, when their letter to confirm looks like that."""
    made = work.write(database, an_event, [APart(places=5)])
    work.write(database, settle_batch, made.id, [a_registration(made, "Niemand")], lambda: NOW, RulesCache())
    work.write(database, _set, letter_columns)
    return work.read(database, _due)


def _set(connection: Connection, columns: Mapping[str, Any]) -> None:
    assert connection.execute(select(letter.c.kind)).scalars().all() == ["confirm"]
    connection.execute(update(letter).values(**columns))
    connection.execute(update(registration).values(confirm_by=NOW + timedelta(days=3)))


def _due(connection: Connection) -> int:
    return len(registration_reads.unconfirmed(connection, LATER, LATER - timedelta(hours=24), 10))


def test_a_hold_may_lapse_a_day_after_the_mail_server_took_the_letter(database: Database) -> None:
    assert due_after(database, accepted_at=NOW) == 1


def test_a_hold_stays_while_the_letter_is_still_tried(database: Database) -> None:
    assert due_after(database, accepted_at=None) == 0


def test_a_hold_stays_for_a_day_after_the_letter_was_taken(database: Database) -> None:
    assert due_after(database, accepted_at=LATER - timedelta(hours=1)) == 0


def test_a_made_up_mailbox_holds_no_place_for_ever(database: Database) -> None:
    assert due_after(database, failed_at=NOW, failure="550 5.1.1") == 1


def test_a_letter_that_was_replaced_counts_for_nothing(database: Database) -> None:
    assert due_after(database, failed_at=NOW, failure="superseded") == 0


def test_no_address_is_taken_that_the_postman_cannot_write_to() -> None:
    refused = []
    for text in ("jörg@lindenbrueck.example", "=?utf-8?q?x?=@lindenbrueck.example", "ä@ö.example"):
        try:
            checked_address(text)
        except NotAnAddress:
            refused.append(text)

    assert len(refused) == 3
