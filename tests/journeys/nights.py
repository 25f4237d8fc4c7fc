"""Nights in which people are erased, and what there is before and after."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from confman.kernel.security import Purpose
from confman.store.programme import unit
from confman.store.registrations import erasure, place, registration
from tests.builders import APart, ASession, ASlot
from tests.world import World

SLUG = "abschlusskonferenz"
FORUMS = (APart("konferenz", 3, slots=(ASlot("foren", (ASession("f1", 2), ASession("f2"))),)),)
DEADLINE_OVER = datetime(2027, 1, 28, 2, tzinfo=UTC)
"""Closes on 21 January at 9:30: what nobody confirmed goes on the 28th."""
NEEDS_DUE = datetime(2027, 2, 9, 2, tzinfo=UTC)
ANSWERS_DUE = datetime(2027, 2, 25, 2, tzinfo=UTC)
ALL_DUE = datetime(2027, 7, 26, 1, tzinfo=UTC)
"""Three o'clock on the clocks of summer."""
LONG_AFTER = datetime(2029, 1, 1, tzinfo=UTC)
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
