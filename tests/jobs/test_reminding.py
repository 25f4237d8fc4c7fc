"""One reminder to who has not confirmed: at half of the time, by day, and to nobody twice."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from confman.domain.ledger.requests import Cancel, Confirm
from confman.jobs.reminding import remind_due
from confman.kernel.db import Database
from confman.kernel.ids import new_id
from confman.store import outbox, reminding
from confman.store.events import event
from confman.store.outbox import letter
from confman.store.registrations import registration
from confman.usecases import letters, work
from confman.usecases.work import Work
from tests.builders import NOW
from tests.databases import quick_database
from tests.jobs.letter_office import BASE, SECRETS, letters_of, registered, settled, str_of, the_event

HOUR = timedelta(hours=1)
HALFWAY = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)  # from Sunday noon to Wednesday 18:00 in Berlin
MORNING = datetime(2026, 11, 24, 6, tzinfo=UTC)  # 7:00


def had(database: Database, at: datetime = NOW, **columns: Any) -> None:
    """The mail server took all letters at that instant."""
    taken = update(letter).values(accepted_at=at, **columns)
    work.write(database, lambda connection: connection.execute(taken))


def remind(database: Database, now: datetime) -> int:
    async def run() -> int:
        running = Work(quick_database(str_of(database)), lambda: now)
        try:
            return await remind_due(running)
        finally:
            running.close()

    return asyncio.run(run())


def reminded(database: Database) -> list[str]:
    return [row["recipient"].partition("@")[0] for row in letters_of(database) if row["kind"] == "reminder"]


def test_who_has_not_confirmed_is_reminded_once_at_half_of_the_time(database: Database) -> None:
    made = the_event(database)
    anna, _ = registered(database, made, "Anna", "Ben")
    settled(database, made, Confirm(anna))
    had(database)

    counts = [remind(database, at) for at in (HALFWAY - HOUR, MORNING, MORNING + HOUR)]

    assert counts == [0, 1, 0]
    assert reminded(database) == ["ben"]


def test_nobody_is_reminded_by_night(database: Database) -> None:
    registered(database, the_event(database), "Ben")
    had(database)

    assert [remind(database, at) for at in (HALFWAY, MORNING - timedelta(seconds=1), MORNING)] == [0, 0, 1]


def test_half_of_the_time_counts_from_when_the_mail_server_took_the_first_letter(database: Database) -> None:
    registered(database, the_event(database), "Ben")

    unsent = remind(database, MORNING)
    had(database, MORNING - HOUR)

    late = [remind(database, at) for at in (MORNING, MORNING + 12 * HOUR, MORNING + 25 * HOUR)]
    assert (unsent, late) == (0, [0, 0, 1])


@pytest.mark.parametrize("why", ["refused", "cancelled", "ended", "no address", "too late"])
def test_who_could_do_nothing_about_it_is_not_reminded(database: Database, why: str) -> None:
    made = the_event(database)
    (ben,) = registered(database, made, "Ben")
    had(database)

    def happen(connection: Any) -> None:
        match why:
            case "refused":
                connection.execute(update(letter).values(accepted_at=None, failed_at=NOW))
            case "cancelled":
                connection.execute(update(event).values(cancelled_at=NOW))
            case "no address":
                connection.execute(update(registration).values(email=None, email_key=None))
            case _:
                pass

    work.write(database, happen)
    if why == "ended":
        settled(database, made, Cancel(ben))

    assert remind(database, MORNING + (40 * HOUR if why == "too late" else 0 * HOUR)) == 0


@pytest.mark.parametrize(("minutes", "count"), [(60, 1), (59, 0)])
def test_in_the_last_hour_nobody_is_reminded_any_more(database: Database, minutes: int, count: int) -> None:
    registered(database, the_event(database), "Ben")
    had(database)
    ends = update(registration).values(confirm_by=MORNING + timedelta(minutes=minutes))
    work.write(database, lambda connection: connection.execute(ends))

    assert remind(database, MORNING) == count


def test_two_who_write_at_once_remind_once(database: Database) -> None:
    registered(database, the_event(database), "Ben")
    had(database)
    assert remind(database, MORNING) == 1
    [row] = [{**row} for row in letters_of(database) if row["kind"] == "reminder"]

    work.write(database, lambda connection: reminding.add(connection, [row | {"id": new_id()}]))

    assert reminded(database) == ["ben"]


def test_several_people_of_one_mailbox_are_reminded_in_one_letter(database: Database) -> None:
    made = the_event(database)
    registered(database, made, "Anna", "Ben", address="vorzimmer@lindenbrueck.example")
    had(database)
    assert remind(database, MORNING) == 2

    claimed = work.write(database, outbox.claim, MORNING, 100)
    [values] = work.read(database, letters.prepare, claimed, BASE, SECRETS)

    assert [(person.name, person.nth) for person in values.people] == [("Anna Anna", 1), ("Anna Ben", 2)]
