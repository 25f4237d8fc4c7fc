"""Making files in the background: who may take which one next, how far it is, and what becomes of it.

Several nodes may ask at once. A file belongs to the one who took it last and gives a word each second; of who is silent
for longer than the lease it is taken over and made from the start.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, RowMapping

from confman.domain.roles import Grant, Right, Role
from confman.kernel.ids import new_id
from confman.render.badge_values import Field, Finding, Remark
from confman.store import downloads, erasing
from confman.usecases.badges import Checks

AT_ONCE: Final = 2
"""Files that are made at the same time, by all nodes together."""
TRIES: Final = 3
"""Whoever made it was killed so often: then it is the file that kills."""
LIVES: Final = timedelta(hours=1)
FORGOTTEN: Final = "downloads"
"""How the protocol of erasing calls them."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A file to make; `attempt` says whose it is."""

    id: UUID
    attempt: int
    slug: str
    wish: Mapping[str, Any]


def is_due(connection: Connection, now: datetime) -> bool:
    """For readers, so that nobody takes the write lock for nothing."""
    return downloads.has_free(connection, now) and bool(_free(downloads.undone(connection, now, lock=False), now))


def take(connection: Connection, now: datetime) -> Taken | None:
    """The eldest that nobody makes, while fewer than `AT_ONCE` are made; None where there is nothing to do.

    What its member may not have any more is gone, and what was begun too often has failed.
    """
    for row in _free(downloads.undone(connection, now, lock=True), now):
        if not _may(connection, row):
            downloads.forget(connection, [row["id"]])
        elif row["attempts"] >= TRIES:
            _fail(connection, row["id"], row["attempts"], now)
        else:
            downloads.take(connection, row["id"], row["attempts"] + 1, now)
            return Taken(row["id"], row["attempts"] + 1, row["slug"], row["wish"])
    return None


def _free(rows: Sequence[RowMapping], now: datetime) -> list[RowMapping]:
    free = [row for row in rows if row["lease_until"] is None or row["lease_until"] <= now]
    return free if len(rows) - len(free) < AT_ONCE else []


def _may(connection: Connection, row: RowMapping) -> bool:
    """Whether who asked for it is of the team still, and in a role that sees people."""
    held = [
        Grant(Role(found["role"]), found["host_id"], found["event_id"])
        for found in downloads.roles(connection, row["member_id"])
    ]
    return any(Right.PEOPLE in grant.rights and grant.reaches(row["host_id"], row["event_id"]) for grant in held)


def progress(connection: Connection, taken: Taken, done: int, now: datetime) -> bool:
    """A word of who makes it; False where it is no longer theirs: cancelled, taken over, erased."""
    return downloads.change(connection, taken.id, taken.attempt, {"done": done, "lease_until": now + downloads.LEASE})


def keep(connection: Connection, taken: Taken, position: int, content: bytes) -> bool:
    """One piece of the file; False as with `progress`."""
    # whoever writes the row first has it until the commit, so no piece of two makers is mixed
    if not downloads.change(connection, taken.id, taken.attempt, {"size": downloads.download.c.size + len(content)}):
        return False
    downloads.put(connection, taken.id, position, content)
    return True


def finish(connection: Connection, taken: Taken, number: int, checks: Checks, now: datetime) -> bool:
    """The file is whole; it can be had from now on, for an hour."""
    values = {
        "done": number,
        "total": number,
        "checks": kept(checks),
        "finished_at": now,
        "lease_until": None,
        "expires_at": now + LIVES,
    }
    return downloads.change(connection, taken.id, taken.attempt, values)


def fail(connection: Connection, taken: Taken, now: datetime) -> None:
    _fail(connection, taken.id, taken.attempt, now)


def _fail(connection: Connection, key: UUID, attempt: int, now: datetime) -> None:
    values = {"failed_at": now, "lease_until": None, "expires_at": now + LIVES}
    downloads.change(connection, key, attempt, values)


def release(connection: Connection, taken: Taken) -> None:
    """The node stops: anybody may make it, at once."""
    downloads.release(connection, taken.id, taken.attempt)


def kept(checks: Checks) -> dict[str, Any]:
    return {"number": checks.number, "remarks": [asdict(remark) for remark in checks.remarks]}


def checks_of(kept_: Mapping[str, Any]) -> Checks:
    """What `kept` was given."""
    remarks = (
        Remark(**{**each, "field": Field(each["field"]), "finding": Finding(each["finding"])})
        for each in kept_["remarks"]
    )
    return Checks(kept_["number"], tuple(remarks))


def has_expired(connection: Connection, now: datetime) -> bool:
    return bool(downloads.over(connection, now))


def forget_expired(connection: Connection, now: datetime) -> int:
    """Returns how many; noted, so that the night wipes their bytes from the database's files."""
    rows = downloads.over(connection, now)
    if rows:
        downloads.forget(connection, [row["id"] for row in rows])
        note_gone(connection, [row["event_id"] for row in rows], now)
    return len(rows)


def note_gone(connection: Connection, events: Iterable[UUID], now: datetime) -> None:
    """`events`: one for each file."""
    line = {"unit_id": None, "what": FORGOTTEN, "at": now}
    numbers = sorted(Counter(events).items())
    erasing.note(connection, [{**line, "id": new_id(), "event_id": key, "number": number} for key, number in numbers])
