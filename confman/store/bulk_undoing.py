"""What organisers did to many at once: seen, and taken back with its letters."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, RowMapping, bindparam, delete, func, select, update

from confman.store.base import Id
from confman.store.bulk_actions import bulk_action, bulk_undo
from confman.store.outbox import letter

_ID = bindparam("action", type_=Id())
_EVENT = bindparam("event", type_=Id())
_ONE = (
    select(bulk_action, bulk_undo.c.facts)
    .outerjoin(bulk_undo, bulk_undo.c.bulk_action_id == bulk_action.c.id)
    .where(bulk_action.c.id == _ID, bulk_action.c.event_id == _EVENT)
)


def one(connection: Connection, event_id: UUID, action_id: UUID) -> RowMapping | None:
    """With `facts` of its undo, None where they are gone."""
    return connection.execute(_ONE, {"action": action_id, "event": event_id}).mappings().one_or_none()


_KNOWN = select(bulk_action.c.id).where(bulk_action.c.id == _ID)


def is_known(connection: Connection, action_id: UUID) -> bool:
    return connection.execute(_KNOWN, {"action": action_id}).one_or_none() is not None


_LOCKED = select(bulk_action.c.until, bulk_action.c.undone_at).where(bulk_action.c.id == _ID).with_for_update()
_LETTERS = select(letter.c.accepted_at, letter.c.lease_until)
_OF_ACTION = letter.c.bulk_action_id == _ID


def is_open(connection: Connection, action_id: UUID, now: datetime) -> bool:
    """Whether it can still be taken back: not done yet, in time, and no letter on its way; none leaves meanwhile."""
    row = connection.execute(_LOCKED, {"action": action_id}).one_or_none()
    if row is None or row.undone_at is not None or row.until <= now:
        return False
    # whoever sends passes over what is locked, and is waited for where it was first
    letters = connection.execute(_LETTERS.where(_OF_ACTION).with_for_update(), {"action": action_id}).all()
    return all(each.accepted_at is None and each.lease_until is None for each in letters)


_UNDONE = update(bulk_action).where(bulk_action.c.id == _ID)


def undo(connection: Connection, action_id: UUID, now: datetime) -> int:
    """Its letters are as if never written; how many there were."""
    taken_back = connection.execute(delete(letter).where(_OF_ACTION), {"action": action_id}).rowcount
    connection.execute(delete(bulk_undo).where(bulk_undo.c.bulk_action_id == _ID), {"action": action_id})
    connection.execute(_UNDONE.values(undone_at=now), {"action": action_id})
    return taken_back


_COUNTED = select(func.count()).select_from(letter).where(_OF_ACTION)


def letters_of(connection: Connection, action_id: UUID) -> int:
    return int(connection.execute(_COUNTED, {"action": action_id}).scalar_one())
