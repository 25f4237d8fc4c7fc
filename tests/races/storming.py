"""Many people at once who sign up, change their minds and cancel, over HTTP; each knows what they were told."""

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from confman.kernel.clock import system_clock
from confman.kernel.db import Database
from confman.store.registrations import registration
from confman.usecases import work
from confman.usecases.registrar import resize
from tests.builders import AnEvent, APart, ASession, ASlot
from tests.races.calling import Answer, Call, Caller, registering
from tests.races.harness import FAR, faults_of

FORUMS = ("red", "blue", "green")
TOURS = ("harbour", "castle")
PARTS = (
    APart(
        "conference",
        40,
        [
            ASlot("morning", [ASession("red", 9), ASession("blue", 9), ASession("green", 12)], hour=1),
            ASlot("afternoon", [ASession("harbour", 15), ASession("castle", None)], hour=3),
        ],
        starts_at=FAR,
    ),
)
SIZES = {"conference": (25, 60), "red": (3, 20), "blue": (3, 20), "green": (3, 20), "harbour": (5, 25)}


@dataclass
class Storm:
    """One event's storm. `live`: mailboxes of those who were told they are registered and have not cancelled."""

    made: AnEvent
    ports: Sequence[int]
    database: Database
    token: str
    requests: int
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    live: set[str] = field(default_factory=set)
    unequal: list[tuple[Answer, Answer]] = field(default_factory=list)
    faults: list[dict[str, int]] = field(default_factory=list)
    samples: int = 0
    resizes: int = 0

    @property
    def sent(self) -> int:
        return self.statuses.total()

    @property
    def is_over(self) -> bool:
        return self.sent >= self.requests

    async def rage(self, people: int) -> None:
        """Until so many requests are answered: `people` at once, an organiser who resizes, and somebody who counts."""
        async with asyncio.TaskGroup() as tasks:
            for number in range(people):
                tasks.create_task(_Guest(self, number).live())
            tasks.create_task(self._resize())
            tasks.create_task(self._count())

    async def _resize(self) -> None:
        """Through the ledger from this process, as the command that imports a changed book does."""
        chance = random.Random(self.made.slug)
        while not self.is_over:
            slug = chance.choice(sorted(SIZES))
            size = (self.made.units[slug], chance.randint(*SIZES[slug]), 0)
            await asyncio.to_thread(work.write, self.database, resize, self.made.id, [size], system_clock, insist=True)
            self.resizes += 1
            await asyncio.sleep(0.05)

    async def _count(self) -> None:
        while not self.is_over:
            found = await asyncio.to_thread(faults_of, self.database)
            self.faults += [found] if found else []
            self.samples += 1
            await asyncio.sleep(0.02)


class _Guest:
    """Acts for several people, one request (or two at once) after the other."""

    def __init__(self, storm: Storm, number: int) -> None:
        self.storm = storm
        self.number = number
        self.chance = random.Random(f"{storm.made.slug} {number}")
        ports = storm.ports
        # the second is at another server where there are two
        self.callers = [Caller(ports[number % len(ports)]), Caller(ports[(number + 1) % len(ports)])]
        self.people: list[str] = []
        self.codes: dict[str, str] = {}
        self.met = 0

    async def live(self) -> None:
        doings = [self._register, self._register, self._double, self._add, self._cancel, self._change, self._swap]
        while not self.storm.is_over:
            await self.chance.choice(doings)()
        for caller in self.callers:
            await caller.close()

    async def _ask(self, call: Call, which: int = 0) -> Answer:
        answer = await self.callers[which].ask(call)
        self.storm.statuses[call.method, answer.status] += 1
        return answer

    def _newcomer(self) -> str:
        self.met += 1
        return f"Guest{self.number}n{self.met}"

    def _wishes(self) -> dict[str, Any]:
        choices: dict[str, Any] = {"morning": self.chance.choice(FORUMS)}
        if self.chance.randrange(3) == 0:
            first, second = self.chance.sample(FORUMS, 2)
            choices["morning"] = {"session": first, "until_then": second}
        if self.chance.randrange(2):
            choices["afternoon"] = self.chance.choice(TOURS)
        return {"choices": choices, "accept_waiting": self.chance.randrange(4) > 0}

    def _came(self, name: str) -> None:
        self.people.append(name)
        self.storm.live.add(f"{name.lower()}@lindenbrueck.example")

    async def _register(self) -> None:
        name = self._newcomer()
        answer = await self._ask(registering(self.storm.made.slug, name, **self._wishes()))
        if answer.status == 202:
            self._came(name)

    async def _double(self) -> None:
        """The same at the same time with one key: both get the same answer, unless the first was refused."""
        name = self._newcomer()
        call = registering(self.storm.made.slug, name, key=name, **self._wishes())
        one, other = await asyncio.gather(self._ask(call), self._ask(call, 1))
        if 202 in {one.status, other.status}:
            self._came(name)
        if one.status == other.status == 202 and one.body != other.body:
            self.storm.unequal.append((one, other))

    async def _add(self) -> None:
        """By an organiser's program, which is told the code."""
        name = self._newcomer()
        call = registering(self.storm.made.slug, name, **self._wishes())
        answer = await self._ask(self._signed("POST", "", call.body))
        if answer.status == 201:
            self._came(name)
            self.codes[name] = answer.json["code"]

    async def _cancel(self) -> None:
        if self.people:
            name = self.people.pop(self.chance.randrange(len(self.people)))
            answer = await self._ask(self._signed("DELETE", f"/{await self._code(name)}"))
            if answer.status == 204:
                self.storm.live.discard(f"{name.lower()}@lindenbrueck.example")

    async def _change(self) -> None:
        if self.people:
            name = self.chance.choice(self.people)
            await self._ask(self._signed("PATCH", f"/{await self._code(name)}", self._wishes()))

    async def _swap(self) -> None:
        """Two people want each other's forum."""
        if len(self.people) >= 2:
            one, other = [await self._code(name) for name in self.chance.sample(self.people, 2)]
            red, blue = self.chance.sample(FORUMS, 2)
            for first, second in ((red, blue), (blue, red)):
                await asyncio.gather(
                    self._ask(self._to(one, first)),
                    self._ask(self._to(other, second), 1),
                )

    def _to(self, code: str, forum: str) -> Call:
        return self._signed("PATCH", f"/{code}", {"choices": {"morning": forum}, "accept_waiting": True})

    def _signed(self, method: str, path: str, body: Any = None) -> Call:
        address = f"/api/v1/events/{self.storm.made.slug}/registrations{path}"
        return Call(method, address, body, {"Authorization": f"Bearer {self.storm.token}"})

    async def _code(self, name: str) -> str:
        if name not in self.codes:
            self.codes[name] = await asyncio.to_thread(
                work.read, self.storm.database, code_of, self.storm.made, f"{name.lower()}@lindenbrueck.example"
            )
        return self.codes[name]


def code_of(connection: Connection, made: AnEvent, mailbox: str) -> str:
    mine = (registration.c.event_id == made.id) & (registration.c.email_key == mailbox)
    code: str = connection.execute(select(registration.c.code).where(mine)).scalar_one()
    return code
