"""Until when people are kept: each kind of data goes on its day, and what is not due stays."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from confman.kernel.security import Purpose
from confman.store.programme import unit
from confman.store.registrations import (
    erasure,
    place,
    registration,
)
from tests.builders import (
    NOW,
    APart,
    ASession,
    ASlot,
    an_event,
)
from tests.world import World

SLUG = "abschlusskonferenz"
FORUMS = (APart("konferenz", 3, slots=(ASlot("foren", (ASession("f1", 2), ASession("f2"))),)),)
DEADLINE_OVER = datetime(2027, 1, 28, 2, tzinfo=UTC)
"""Closes on 21 January at 9:30: what nobody confirmed goes on the 28th."""
NEEDS_DUE = datetime(2027, 2, 9, 2, tzinfo=UTC)
ANSWERS_DUE = datetime(2027, 2, 25, 2, tzinfo=UTC)
ALL_DUE = datetime(2027, 7, 26, 1, tzinfo=UTC)
"""Three o'clock on the clocks of summer."""
A_MOMENT = timedelta(microseconds=1)


def link_to(world: World, family: str) -> str:
    row = world.read(lambda conn: conn.execute(_PEOPLE.where(registration.c.family_name == family)).one())
    token = world.node.secrets.sign_link(Purpose.MANAGE, row.id, row.manage_generation)
    return f"/r/{token}"


_PEOPLE = select(registration)


def families(world: World) -> list[str]:
    names = select(registration.c.family_name).order_by(registration.c.family_name)
    return list(world.read(lambda conn: conn.execute(names).scalars().all()))


def confirmed(world: World, *names: str, **fields: Any) -> None:
    for family in names:
        assert world.register(SLUG, family, **fields).status_code == 202
        assert world.press(f"{link_to(world, family)}/confirmation").status_code == 303


def protocol(world: World) -> dict[str, int]:
    lines = world.read(lambda conn: conn.execute(select(erasure.c.what, erasure.c.number)).all())
    numbers: Counter[str] = Counter()
    for what, number in lines:
        numbers[what] += number
    return dict(numbers)


def counters(world: World) -> dict[UUID, tuple[int, int]]:
    """By unit: what it counts less what there is, for held and for waiting."""

    def counted(conn: Connection) -> dict[UUID, tuple[int, int]]:
        there = Counter((row.unit_id, row.state) for row in conn.execute(select(place).where(place.c.counted)))
        units = conn.execute(select(unit)).all()
        return {row.id: (row.held - there[row.id, "held"], row.waiting - there[row.id, "waiting"]) for row in units}

    found: dict[UUID, tuple[int, int]] = world.read(counted)
    return found


def are_right(world: World) -> bool:
    return set(counters(world).values()) == {(0, 0)}


def night(world: World, now: datetime) -> int:
    world.now = now
    return world.run_night()


def test_each_kind_of_people_goes_on_its_day(world: World) -> None:
    world.write(an_event, FORUMS)
    confirmed(world, "Adler", "Bussard", choices={"foren": "f1"})
    confirmed(world, "Zander", "Wartend")
    world.register(SLUG, "Vergessen")
    world.run_jobs()
    world.press(f"{link_to(world, 'Zander')}/cancellation")
    confirmed(world, "Zeisig")
    world.now = NOW + timedelta(days=10)
    world.run_jobs()

    left = []
    for due in (DEADLINE_OVER, ANSWERS_DUE, ALL_DUE):
        night(world, due - A_MOMENT)
        before = families(world)
        night(world, due)
        left.append((before, families(world), are_right(world)))

    everybody = ["Adler", "Bussard", "Vergessen", "Wartend", "Zander", "Zeisig"]
    assert left == [
        (everybody, ["Adler", "Bussard", "Wartend", "Zander", "Zeisig"], True),
        (["Adler", "Bussard", "Wartend", "Zander", "Zeisig"], ["Adler", "Bussard", "Wartend"], True),
        (["Adler", "Bussard", "Wartend"], [], True),
    ]
