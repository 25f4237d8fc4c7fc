"""Who writes down every acknowledged registration, so that it can be sought after a server died."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, text

from confman.kernel.db import Database
from confman.usecases import work
from tests.builders import AnEvent, APart, ASession, ASlot
from tests.races.calling import Answer, Call, Caller, Unanswered, registering
from tests.races.harness import FAR

CLIENTS = 24
INTERRUPTED = (503, "/problems/interrupted")
PARTS = (APart("conference", 150, [ASlot("morning", [ASession("red", 40), ASession("blue", None)])], starts_at=FAR),)


@dataclass
class Witness:
    """`acknowledged`: mailbox → what was told; `unanswered`: calls that may have been recorded and may not.

    `heard`: set when the first answer of a load has come.
    """

    made: AnEvent
    database: Database
    acknowledged: dict[str, str] = field(default_factory=dict)
    unanswered: list[Call] = field(default_factory=list)
    others: list[Answer] = field(default_factory=list)
    came: int = 0
    heard: asyncio.Event = field(default_factory=asyncio.Event)

    def _people(self) -> Iterator[Call]:
        while True:
            self.came += 1
            forum = "red" if self.came % 2 else "blue"
            name = f"Witness{self.came}"
            yield registering(self.made.slug, name, key=f"key-{name}", choices={"morning": forum})

    async def load(self, ports: Sequence[int]) -> None:
        """Registers one after the other over `CLIENTS` connections until the servers or their database are gone."""
        people, self.heard = self._people(), asyncio.Event()
        await asyncio.gather(*(self._register(people, ports[n % len(ports)]) for n in range(CLIENTS)))

    async def _register(self, people: Iterator[Call], port: int) -> None:
        async with Caller(port) as caller:
            for call in people:
                try:
                    answer = await caller.ask(call)
                except Unanswered as gone:
                    self.unanswered += [call] if gone.sent else []
                    return
                self.heard.set()
                if (answer.status, answer.outcome) == INTERRUPTED:
                    self.unanswered.append(call)
                    return
                self._note(call, answer)

    def _note(self, call: Call, answer: Answer) -> None:
        if answer.status == 202:
            self.acknowledged[call.body["email"]] = answer.outcome
        else:
            self.others.append(answer)

    async def send_again(self, port: int) -> Counter[int]:
        """What was not answered, with the keys it had: nobody needs to know whether it was recorded."""
        statuses = Counter[int]()
        async with Caller(port) as caller:
            while self.unanswered:
                call = self.unanswered.pop()
                answer = await caller.ask(call)
                statuses[answer.status] += 1
                self._note(call, answer)
        return statuses

    def recorded(self) -> dict[str, str]:
        """Mailbox → what the registration's person was told first, of all that are live with a place and a letter."""
        return work.read(self.database, recorded, self.made)


_RECORDED = text(
    "SELECT r.email, r.first_answer FROM registration AS r JOIN event AS e ON e.id = r.event_id AND e.slug = :slug"
    " WHERE r.ended_at IS NULL"
    " AND (SELECT count(*) FROM place AS p WHERE p.registration_id = r.id AND p.state <> 'released') = 2"
    " AND EXISTS (SELECT 1 FROM letter AS l WHERE l.registration_id = r.id AND l.kind = 'confirm')"
)


def recorded(connection: Connection, made: AnEvent) -> dict[str, str]:
    answers = connection.execute(_RECORDED, {"slug": made.slug}).all()
    plain = {row.email: row.first_answer for row in answers}
    read = {who: json.loads(answer) if isinstance(answer, str) else answer for who, answer in plain.items()}
    return {who: answer["outcome"] for who, answer in read.items()}


def damage(database: Database) -> list[str]:
    """What SQLite finds wrong with its file and its references; nothing on PostgreSQL."""
    if not database.is_sqlite:
        return []
    return work.read(database, _damage)


def _damage(connection: Connection) -> list[str]:
    found = [row[0] for row in connection.exec_driver_sql("PRAGMA integrity_check") if row[0] != "ok"]
    return found + [str(tuple(row)) for row in connection.exec_driver_sql("PRAGMA foreign_key_check")]
