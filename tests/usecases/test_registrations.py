import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from confman.domain import codes
from confman.domain.ledger.requests import Accepted, Cancel, Change, Done, Refused
from confman.kernel.db import Database
from confman.store.registrations import registration
from confman.usecases import events, registrations, work
from confman.usecases.clerk import LocalClerk
from confman.usecases.registrar import Ask
from confman.usecases.work import Work
from tests.builders import NOW, AnEvent, a_registration, an_event

CODE = codes.code_of(7)


def coded(ask: Ask, code: str = CODE) -> Ask:
    assert ask.person is not None
    return replace(ask, person=replace(ask.person, code=code))


async def asked(database: Database, made: AnEvent, asks: Sequence[Ask]) -> list[Any]:
    """All at once."""
    running = Work(database, lambda: NOW)
    clerk = LocalClerk(running)
    event = await running.read(events.current, made.slug)
    try:
        outcomes = (registrations.register(clerk, event, ask) for ask in asks)
        return await asyncio.gather(*outcomes, return_exceptions=True)
    finally:
        await clerk.close()


def columns(connection: Connection, *names: str) -> list[tuple[Any, ...]]:
    found = select(*(registration.c[name] for name in names)).order_by(registration.c.created_at, registration.c.id)
    return [tuple(row) for row in connection.execute(found)]


def test_a_code_that_is_taken_is_replaced_by_another(database: Database) -> None:
    made = work.write(database, an_event)

    outcomes = asyncio.run(asked(database, made, [coded(a_registration(made, name)) for name in ("Ada", "Bo", "Cy")]))

    given = [code for (code,) in work.read(database, columns, "code")]
    assert [type(outcome) for outcome in outcomes] == [Accepted] * 3
    assert (len(set(given)), CODE in given) == (3, True)
    assert [codes.normalised(code) for code in given] == given


def test_what_is_broken_otherwise_is_not_tried_again(database: Database) -> None:
    made = work.write(database, an_event)
    ask = a_registration(made, "Ada")
    assert ask.person is not None
    lost = replace(ask, person=replace(ask.person, category_id=made.id))

    [outcome] = asyncio.run(asked(database, made, [lost]))

    assert isinstance(outcome, IntegrityError)
    assert work.read(database, columns, "code") == []


@pytest.mark.parametrize(("revision", "family_name"), [(1, "Neu"), (2, "Ada")])
def test_a_change_happens_only_at_the_revision_it_expects(database: Database, revision: int, family_name: str) -> None:
    made = work.write(database, an_event)
    first = coded(a_registration(made, "Ada"))
    asyncio.run(asked(database, made, [first]))

    renaming = Ask(Change(first.request.id), amends={"family_name": "Neu"}, revision=revision)  # type: ignore[union-attr]  # a Register
    [outcome] = asyncio.run(asked(database, made, [renaming]))

    assert isinstance(outcome, Done if revision == 1 else Refused)
    assert work.read(database, columns, "family_name") == [(family_name,)]


def test_of_two_changes_that_expect_the_same_revision_one_is_outdated_and_others_are_not_touched(
    database: Database,
) -> None:
    made = work.write(database, an_event)
    ada, bo = coded(a_registration(made, "Ada")), a_registration(made, "Bo")
    asyncio.run(asked(database, made, [ada, bo]))
    key = ada.request.id  # type: ignore[union-attr]  # a Register
    asks = [
        Ask(Change(key), amends={"family_name": "Erste"}, revision=1),
        Ask(Change(key), amends={"family_name": "Zweite"}, revision=1),
        Ask(Cancel(bo.request.id)),  # type: ignore[union-attr]  # a Register
    ]

    outcomes = asyncio.run(asked(database, made, asks))

    assert [type(outcome) for outcome in outcomes] == [Done, Refused, Done]
    assert sorted(work.read(database, columns, "family_name", "ended_by")) == [("Bo", "self"), ("Erste", None)]
