"""Taking many back while somebody new asks for the same places: one of both, never both."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import UUID

from sqlalchemy import Connection

from confman.domain.ledger import settle
from confman.domain.ledger.bulks import fingerprint
from confman.domain.ledger.requests import Bulk, BulkDone, Cancel, Done, Hand, Outcome, Register, Restore, Settled
from confman.kernel.db import Database
from confman.kernel.ids import new_id
from confman.store import ledger
from confman.usecases import work
from confman.usecases.bulk_recording import BulkNote
from confman.usecases.ledger import Reader, RulesCache, touched
from confman.usecases.registrar import Ask, settle_batch
from tests.builders import NOW, AnEvent, APart, a_registration, an_event

ROUNDS = 12
HAND = Hand("member", ignores_deadlines=True)


def settled(database: Database, made: AnEvent, *asks: Ask) -> tuple[Outcome, ...]:
    return work.write(database, settle_batch, made.id, asks, lambda: NOW, RulesCache())


def cancelled(database: Database, made: AnEvent, people: list[UUID]) -> Restore:
    """All of them at once; how to take it back."""
    bulk = Bulk(new_id(), tuple(Cancel(key, "organiser", HAND) for key in people), timedelta(minutes=5))

    def seen(connection: Connection) -> BulkDone:
        reader = Reader(connection, ledger.seen(connection, made.id), RulesCache(), NOW)
        found = settle(reader.book(touched([bulk]), 99)[1], [bulk], NOW)
        assert isinstance(found, Settled)
        assert isinstance(found.outcomes[0], BulkDone)
        return found.outcomes[0]

    expects = fingerprint(work.read(database, seen))
    [done] = settled(database, made, Ask(bulk, actor="member", bulk=BulkNote("cancel", expects)))
    assert isinstance(done, BulkDone)
    return Restore(bulk.id, done.people, done.units)


def test_taking_back_and_somebody_new_never_get_the_same_place(database: Database) -> None:
    won: Counter[str] = Counter()
    for number in range(ROUNDS):
        made = work.write(database, an_event, [APart(places=2)], f"race{number}")
        asks = [a_registration(made, name) for name in ("Ada", "Ben")]
        settled(database, made, *asks)
        restore = cancelled(database, made, [ask.request.id for ask in asks if isinstance(ask.request, Register)])
        newcomer = a_registration(made, "Cleo", accept_waiting=False)
        barrier = Barrier(2)

        def ask(one: Ask) -> Outcome:
            barrier.wait(30)  # noqa: B023 - both threads end within the round
            return settled(database, made, one)[0]  # noqa: B023 - as above

        with ThreadPoolExecutor(2) as pool:
            back, came = pool.map(ask, (Ask(restore, actor="member"), newcomer))

        is_back, has_come = back == Done(changed=True), hasattr(came, "answer")
        assert is_back != has_come
        won["back" if is_back else "new"] += 1
        for row in work.read(database, ledger.units, made.id):
            assert row.held == (2 if is_back else 1)
            assert row.held <= (row.ceiling or 0)
        assert settled(database, made, Ask(restore, actor="member"))[0] != Done(changed=True)
    assert won.total() == ROUNDS
