"""How many statements a batch costs: as many for 128 requests as for one, with 100,000 waiting as with ten."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, event, func, select, text

from confman.domain.ledger.requests import Cancel, Change, Choice, Confirm, Lapse, Register, Want
from confman.kernel.db import Database
from confman.store.base import Id
from confman.store.registrations import place, registration
from confman.usecases import work
from confman.usecases.ledger import RulesCache
from confman.usecases.registrar import Ask, settle_batch
from tests.builders import NOW, AnEvent, APart, ASession, ASlot, a_registration, an_event

MANY = 128
CAME = 600
AT_MOST_READS = 8
LATER = NOW + timedelta(days=10)  # when what was not confirmed lapses
FORUMS = ASlot("morning", [ASession("red"), ASession("blue")])


@dataclass
class Desk:
    """An event with `CAME` people who hold a place; `people` are those nobody has asked about yet."""

    database: Database
    made: AnEvent
    people: list[UUID] = field(default_factory=list)
    came: int = 0

    def settle(self, asks: Sequence[Ask]) -> None:
        """As the first batch of a clerk: the rules are read as well."""
        work.write(self.database, settle_batch, self.made.id, asks, lambda: LATER, RulesCache())

    def newcomers(self, count: int) -> list[Ask]:
        self.came += count
        return [a_registration(self.made, f"P{self.came - n}", choices={"morning": "red"}) for n in range(count)]

    def some(self, count: int) -> list[UUID]:
        taken, self.people = self.people[:count], self.people[count:]
        return taken


def a_desk(database: Database, slug: str, places: int | None = CAME) -> Desk:
    desk = Desk(database, work.write(database, an_event, [APart(places=places, slots=[FORUMS])], slug))
    asks = desk.newcomers(CAME)
    work.write(database, settle_batch, desk.made.id, asks, lambda: NOW, RulesCache())
    desk.people = [ask.request.id for ask in asks if isinstance(ask.request, Register)]
    return desk


KINDS: dict[str, Callable[[Desk, int], list[Ask]]] = {
    "registering": lambda desk, count: desk.newcomers(count),
    "changing": lambda desk, count: [Ask(Change(key, _to_blue(desk))) for key in desk.some(count)],
    "confirming": lambda desk, count: [Ask(Confirm(key)) for key in desk.some(count)],
    "lapsing": lambda desk, count: [Ask(Lapse((key,))) for key in desk.some(count)],
    "cancelling": lambda desk, count: [Ask(Cancel(key)) for key in desk.some(count)],
}


def _to_blue(desk: Desk) -> Want:
    return Want(None, {desk.made.slots["morning"]: Choice(desk.made.units["blue"])})


def cost(desk: Desk, kind: str) -> tuple[list[str], list[str]]:
    """The statements for one request and for many."""
    with statements(desk.database) as one:
        desk.settle(KINDS[kind](desk, 1))
    with statements(desk.database) as many:
        desk.settle(KINDS[kind](desk, MANY))
    return one, many


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    seen: list[str] = []

    def remember(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(database.write, "before_cursor_execute", remember)
    yield seen
    event.remove(database.write, "before_cursor_execute", remember)


def reads(statements: Sequence[str]) -> list[str]:
    writing = ("INSERT INTO", "UPDATE ")  # SQLite's begin with the rows, as WITH …
    return [
        each for each in statements if each.split()[0] in {"SELECT", "WITH"} and not any(w in each for w in writing)
    ]


def test_a_batch_costs_what_one_request_costs_however_many_wait(database: Database) -> None:
    few = {}
    for kind in KINDS:
        desk = a_desk(database, kind)
        work.write(database, queue_up, desk.made, 10)
        few[kind] = cost(desk, kind)
    desk = a_desk(database, "long-queue")
    work.write(database, queue_up, desk.made, 100_000)

    many = {kind: cost(desk, kind) for kind in KINDS}

    assert work.read(database, _count, "waiting") > 99_000
    for kind, (one, all_) in few.items():
        assert one == all_, kind
        assert many[kind] == (one, one), kind
    assert {kind: len(reads(one)) for kind, (one, _) in few.items() if len(reads(one)) > AT_MOST_READS} == {}


def test_registering_where_places_are_free_costs_the_same_for_one_and_many(database: Database) -> None:
    one, many = cost(a_desk(database, "free", places=None), "registering")

    assert one == many
    assert len(reads(one)) <= AT_MOST_READS
    assert len(one) == len(set(one))


def _count(connection: Connection, state: str) -> int:
    waiting = select(func.count()).select_from(place).where(place.c.state == state)
    return int(connection.execute(waiting).scalar_one())


def queue_up(connection: Connection, made: AnEvent, count: int) -> None:
    """So many more wait for the part with a wish for a forum; by SQL, as 100,000 through the ledger take a minute."""
    own = {"id", "code", "name_key", "email", "email_key", "request_key"}
    rest = ", ".join(column.name for column in registration.c if column.name not in own)
    key = "randomblob(16)" if connection.dialect.name == "sqlite" else "gen_random_uuid()"
    ids = {
        "event": made.id,
        "part": made.units["conference"],
        "forum": made.units["red"],
        "lane": made.slots["morning"],
    }
    typed = [bindparam(name, value, type_=Id()) for name, value in ids.items()]
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL session_replication_role = 'replica'"))  # 300,000 looks at other tables less
    mark = f"w{made.slug[:2]}"  # codes are hexadecimal otherwise
    people = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)"
        f" INSERT INTO registration (id, code, name_key, email, email_key, {rest})"
        f" SELECT {key}, '{mark}' || i, 'w' || i, 'w' || i || '@x.example', 'w' || i || '@x.example', {rest}"
        " FROM n, (SELECT * FROM registration WHERE event_id = :event LIMIT 1) AS pattern"
    )
    for statement in (
        people,
        _PLACES.format(unit=":part", lane="NULL", state="waiting", add=0, mark=mark),
        _PLACES.format(unit=":forum", lane=":lane", state="wished", add=1, mark=mark),
        "UPDATE unit SET waiting = waiting + :count WHERE id = :part",
        "UPDATE ledger SET seq = seq + 2 * :count + 1 WHERE event_id = :event",
    ):
        needed = [param for param in typed if f":{param.key}" in statement]
        values = {"count": count} if ":count" in statement else {}
        connection.execute(text(statement).bindparams(*needed), values)


_PLACES = (
    "INSERT INTO place (registration_id, unit_id, event_id, lane, state, counted, seq, changed_at)"
    " SELECT r.id, {unit}, r.event_id, {lane}, '{state}', true, l.seq + 2 * CAST(substr(r.code, 4) AS INTEGER) + {add},"
    " r.changed_at FROM registration AS r JOIN ledger AS l ON l.event_id = r.event_id AND l.event_id = :event"
    " WHERE r.code LIKE '{mark}%'"
)
