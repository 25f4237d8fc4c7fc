"""After the night nothing of two hundred people is found in any byte, whatever they did and however it was written."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select, text

from confman.kernel.security import Purpose
from confman.store.registrations import registration
from tests.builders import (
    NOW,
    AnEvent,
    APart,
    ASession,
    ASlot,
    a_consent,
    a_question,
    an_event,
)
from tests.journeys.planting import (
    BADGE,
    HOUSE,
    MAILBOX,
    WORDS,
    WRONG,
    found_in,
    found_in_columns,
    found_in_samples,
    of_person,
)
from tests.web.visitor import Visitor
from tests.world import World

SLUG = "abschlusskonferenz"
PEOPLE = 200
NIGHT = datetime(2027, 7, 26, 1, tzinfo=UTC)
"""Three o'clock in Berlin, half a year after the event."""
FORUMS = (APart("konferenz", 90, slots=(ASlot("foren", (ASession("f1", 20), ASession("f2"))),)),)


def a_form(conn: Connection, made: AnEvent) -> None:
    a_question(conn, made, "frage", "long")
    a_question(conn, made, "bedarf", "long", sensitive=True, erase_days=14)
    a_consent(conn, made, "needs")


def rows(world: World) -> list[Any]:
    people = select(registration).order_by(registration.c.created_at, registration.c.id)
    return list(world.read(lambda conn: conn.execute(people).all()))


def link(world: World, row: Any) -> str:
    return f"/r/{world.node.secrets.sign_link(Purpose.MANAGE, row.id, row.manage_generation)}"


def plant(world: World) -> None:
    """Two hundred people by all ways in, with everything that people and organisers do afterwards."""
    made = world.write(an_event, FORUMS)
    world.write(a_form, made)
    for number in range(PEOPLE):
        world.now = NOW + timedelta(minutes=number)
        forum = {"foren": {"session": "f1", "until_then": "f2"}} if number % 2 else {"foren": "f1"}
        more: dict[str, Any] = {"choices": forum}
        if number % 10 == 8:  # over the mailbox of the one before
            more["email"] = f"{MAILBOX}{number - 1}@quirl.example"
        if number % 10 == 9:
            more["email"] = f"{WRONG}{number}@quirl.example"
        if number % 20 == 6:
            by_hand = world.signed_in(made).post(
                f"events/{SLUG}/registrations",
                of_person(number, badge_name=f"{BADGE} {number}", category="contributor", **more),
            )
            world.token = None
            assert by_hand.status_code == 201, by_hand.text
            continue
        if number % 20 in {7, 9}:
            by_form(world, number, more)
            continue
        sent = world.post(f"events/{SLUG}/registrations", of_person(number, **more), key=f"{MAILBOX}-{number}")
        assert sent.status_code == 202, sent.text
    world.run_jobs()
    for number, row in enumerate(rows(world)):
        change(world, made, number, row)
    world.run_jobs()


def by_form(world: World, number: int, more: dict[str, Any]) -> None:
    """Typed into the form; a wrong address is mended on the page that says where the letter went."""
    person = of_person(number, **more)
    fields = {name: person[name] for name in ("title", "given_name", "family_name", "email", "institution", "consents")}
    answers = {f"answer.{key}": value for key, value in person["answers"].items()}
    visitor = Visitor(world)
    visitor.open()
    sent = visitor.send({**fields, **answers, "parts": "konferenz", "choice.foren": "f1", "accept_waiting": "yes"})
    assert sent.status == 303, sent.messages
    if number % 20 == 9:
        mended = visitor.send({"email": f"{MAILBOX}{number}@quirl.example"}, sent.address)
        assert mended.status == 303, mended.messages


def change(world: World, made: AnEvent, number: int, row: Any) -> None:
    """One of ten things; nothing: every fifth is never confirmed."""
    path = f"events/{SLUG}/registrations/{row.code}"
    match number % 10:
        case 0 | 5:
            return
        case 1:
            world.press(f"{link(world, row)}/cancellation")
        case 2:
            world.press(f"{link(world, row)}/confirmation")
            world.press(f"{link(world, row)}/cancellation")
        case 3:
            world.signed_in(made).delete(path)
        case 9:
            corrected = {"email": f"{MAILBOX}{number}@quirl.example", "institution": f"{HOUSE} neu {number}"}
            world.signed_in(made).patch(path, corrected)
        case 4:
            world.post(f"events/{SLUG}/registrations", of_person(number))
        case _:
            world.press(f"{link(world, row)}/confirmation")
    world.token = None


@pytest.fixture
def local(sqlite_url: str, tmp_path: Path) -> Iterator[World]:
    with closing(World(sqlite_url, tmp_path)) as made:
        yield made


@pytest.fixture
def central(postgresql_url: str, tmp_path: Path) -> Iterator[World]:
    with closing(World(postgresql_url, tmp_path)) as made:
        yield made


def test_nothing_of_two_hundred_people_is_left_in_any_byte(local: World, tmp_path: Path) -> None:
    plant(local)
    planted = found_in(tmp_path)
    assert {word.encode() for word in WORDS} <= set().union(*planted.values())
    assert {"confman.sqlite", "confman.sqlite-wal"} <= planted.keys()
    assert sum(name.endswith(".eml") for name in planted) > PEOPLE

    local.now = NIGHT
    local.run_night()

    assert found_in(tmp_path) == {}
    assert rows(local) == []


def test_a_backup_that_is_put_back_is_erased_again(sqlite_url: str, tmp_path: Path) -> None:
    with closing(World(sqlite_url, tmp_path)) as before:
        before.write(a_form, before.write(an_event, FORUMS))
        assert before.post(f"events/{SLUG}/registrations", of_person(1)).status_code == 202
    backup = (tmp_path / "confman.sqlite").read_bytes()
    with closing(World(sqlite_url, tmp_path, NIGHT)) as after:
        after.run_night()
    (tmp_path / "confman.sqlite").write_bytes(backup)
    assert found_in(tmp_path)

    with closing(World(sqlite_url, tmp_path, NIGHT)) as restored:
        restored.run_jobs()
        restored.run_night()

        assert found_in(tmp_path) == {}


def test_nothing_of_them_is_left_in_any_column_of_postgresql(central: World, tmp_path: Path) -> None:
    plant(central)
    analysed(central)
    somewhere = {"registration.family_name", "answer.value", "letter.recipient"}
    assert central.read(found_in_columns) > somewhere
    assert central.read(found_in_samples) > somewhere

    central.now = NIGHT
    central.run_night()

    assert central.read(found_in_columns) == set()
    assert central.read(found_in_samples) == set()
    assert found_in(tmp_path) == {}


def analysed(world: World) -> None:
    """As the server does by itself from time to time."""
    with world.node.work.database.write.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
