"""Registrations whose letters are due, and postmen of both databases who deliver them."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, select

from confman.domain.ledger.book import Contact, Identity
from confman.domain.ledger.requests import Accepted, Register, Request
from confman.jobs.postman import Office, deliver_due
from confman.jobs.smtp import Mailer, server_at
from confman.kernel.db import Database
from confman.kernel.security import Secrets
from confman.store.outbox import letter
from confman.usecases import work
from confman.usecases.ledger import RulesCache
from confman.usecases.registrar import Ask, settle_batch
from confman.usecases.work import Work
from tests.builders import NOW, AnEvent, APart, a_registration, an_event
from tests.databases import quick_database
from tests.mail_sink import Sink, listening

BASE = "https://anmeldung.lindenbrueck.example"
SECRETS = Secrets((b"the secret of these tests, 32 bytes and more",))
SENDER = "anmeldung@lindenbrueck.example"


def the_event(database: Database, parts: Sequence[APart] = (APart(),), **columns: Any) -> AnEvent:
    """An event that asks to confirm."""
    return work.write(database, lambda connection: an_event(connection, parts, **columns))


def registered(
    database: Database, made: AnEvent, *names: str, address: str | None = None, now: datetime = NOW, **fields: Any
) -> list[UUID]:
    """Anna `name` for each name, over an address of her own or all over one."""
    asks = []
    for name in names:
        ask = a_registration(made, name, **fields)
        if address is not None and isinstance(ask.request, Register):
            identity, contact = Identity(address, f"anna {name.lower()}"), Contact(address, "de")
            ask = replace(ask, request=replace(ask.request, identity=identity, contact=contact))
        asks.append(ask)
    outcomes = settled(database, made, *asks, now=now)
    return [outcome.id for outcome in outcomes if isinstance(outcome, Accepted)]


def settled(database: Database, made: AnEvent, *asks: Ask | Request, now: datetime = NOW) -> Sequence[Any]:
    all_asks = [ask if isinstance(ask, Ask) else Ask(ask) for ask in asks]
    return work.write(database, settle_batch, made.id, all_asks, lambda: now, RulesCache())


def letters_of(database: Database) -> list[RowMapping]:
    """The outbox, oldest first."""

    def read(connection: Any) -> list[RowMapping]:
        rows = connection.execute(select(letter).order_by(letter.c.created_at, letter.c.id))
        return list(rows.mappings().all())

    return work.read(database, read)


def office_at(mailer: Mailer) -> Office:
    return Office(mailer, BASE, SECRETS, SENDER)


def delivered(database: Database, sink: Sink, now: datetime = NOW) -> int:
    """One round of one postman."""

    async def run() -> int:
        async with listening(sink):
            return await one_round(str_of(database), server_at(sink.url), now)

    return asyncio.run(run())


async def one_round(url: str, mailer: Mailer, now: datetime, office: Office | None = None) -> int:
    """As a process of its own would: with connections of its own."""
    running = Work(quick_database(url), lambda: now)
    try:
        async with asyncio.timeout(60):
            return await deliver_due(running, office or office_at(mailer), now)
    finally:
        running.close()


def str_of(database: Database) -> str:
    return database.write.url.set(drivername=database.write.dialect.name).render_as_string(hide_password=False)
