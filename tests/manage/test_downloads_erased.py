"""Files that were made in the background leave nothing behind, whatever was in them."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from confman.kernel.ids import new_id
from confman.store import downloads
from confman.usecases.badges import Checks
from confman.usecases.manage import download_making
from confman.usecases.manage.download_wishes import Kind, Wish
from tests.builders import NOW, AnEvent, an_event
from tests.jobs.erasing_night import NIGHT
from tests.journeys.planting import FAMILY, GIVEN, HOUSE, found_in
from tests.manage.downloading import confirmed
from tests.office import Office

ROW = f'"{FAMILY}";"{GIVEN}";"{HOUSE}";"wolkenschieber@lindenbrueck.example"\r\n'.encode()


def a_file(connection: Connection, made: AnEvent, who: Any, now: Any) -> None:
    """A list of some thousand, searched for by name."""
    key = new_id()
    wish = Wish(Kind.CSV, now, {"q": FAMILY})
    row = {"id": key, "event_id": made.id, "member_id": who, "kind": "csv", "wish": wish.kept(), "total": 9_000}
    downloads.add(connection, {**row, "asked_at": now, "expires_at": now + timedelta(days=1)})
    taken = download_making.take(connection, now)
    assert taken is not None
    for position in range(3):
        assert download_making.keep(connection, taken, position, (ROW * 3_000)[: downloads.PIECE_BYTES])
    assert download_making.finish(connection, taken, 9_000, Checks(), now)


def test_after_its_hour_nothing_of_a_file_is_left_in_any_byte(sqlite_office: Office) -> None:
    made = sqlite_office.write(an_event)
    sqlite_office.write(a_file, made, sqlite_office.signed_in_as(made).id, NOW)
    assert found_in(sqlite_office.data_dir)

    sqlite_office.now = NOW + timedelta(hours=1)
    assert sqlite_office.write(download_making.forget_expired, sqlite_office.now) == 1
    sqlite_office.now += timedelta(hours=12)
    sqlite_office.run_night()

    assert found_in(sqlite_office.data_dir) == {}


def test_the_night_that_erases_people_takes_the_files_with_them_along(sqlite_office: Office) -> None:
    made = sqlite_office.write(an_event)
    confirmed(sqlite_office, made, "Adler")
    sqlite_office.write(a_file, made, sqlite_office.signed_in_as(made).id, NIGHT - timedelta(minutes=10))

    sqlite_office.now = NIGHT
    sqlite_office.run_night()

    assert found_in(sqlite_office.data_dir) == {}
