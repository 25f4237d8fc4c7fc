"""„That was not me“: an unconfirmed registration is given up and erased at once, with its letters."""

from sqlalchemy import Connection

from confman.domain.ledger.requests import Cancel, Hand, Refused
from confman.domain.retention import local_day
from confman.kernel.clock import Clock
from confman.kernel.ids import new_id
from confman.store import erasing
from confman.usecases.events import EventView
from confman.usecases.ledger import RulesCache
from confman.usecases.my_registration import Mine, locked
from confman.usecases.registrar import Ask, settle_batch
from confman.usecases.retention import mark_of

_SILENT = Hand("attendee", ignores_deadlines=True, tells=False)


def disown(connection: Connection, registration: Mine, event: EventView, clock: Clock) -> bool:
    """False where it is confirmed by now: somebody has said that it was them. Raises `NotFound` the second time.

    The place goes to the first who waits; only that something was erased, and the link's mark, are kept.
    """
    registration = locked(connection, registration)
    now = clock()
    if registration.standing != "unconfirmed":
        return False
    cancel = Ask(Cancel(registration.id, "self", _SILENT))
    [outcome] = settle_batch(connection, registration.event_id, [cancel], lambda: now, RulesCache())
    if isinstance(outcome, Refused):
        raise outcome.reason
    erasing.delete_people(connection, registration.event_id, [registration.id])
    day = local_day(now, event.row["zone"])
    assert day is not None, "now is an instant"
    line = {"id": new_id(), "event_id": registration.event_id, "unit_id": None, "what": "unconfirmed", "number": 1}
    erasing.note(connection, [{**line, "at": now}])  # so that the night wipes its bytes, too
    erasing.mark(connection, [mark_of(registration.id, registration.row["manage_generation"])], day)
    return True
