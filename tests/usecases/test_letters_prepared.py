"""What a letter is about: its own facts, and what event and registration say when it is written."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Table, update
from sqlalchemy import event as listening_to

from confman.domain.ledger.requests import Cancel, Change, Choice, Confirm, Want
from confman.kernel.db import Database
from confman.kernel.ids import new_id
from confman.kernel.security import Purpose
from confman.render.letter_values import LetterValues
from confman.store import outbox
from confman.store.events import event, event_project
from confman.store.hosts import project
from confman.store.programme import room, session, slot
from confman.store.registrations import registration
from confman.usecases import letters, work
from tests.builders import NOW, STARTS, AnEvent, APart, ASession, ASlot
from tests.jobs.letter_office import BASE, SECRETS, letters_of, registered, settled, the_event

HOUR = timedelta(hours=1)
FORUMS = ASlot("forums", [ASession("leerstand", 1), ASession("wirkung"), ASession("labs")])
TWO_PARTS = [APart("morning", hours=1), APart("conference", starts_at=STARTS + 2 * HOUR, slots=[FORUMS])]


def prepared(database: Database, now: Any = NOW + 2 * HOUR) -> list[LetterValues]:
    claimed = work.write(database, outbox.claim, now, 100)
    return work.read(database, letters.prepare, claimed, BASE + "/", SECRETS)


def the_letter(database: Database, kind: str) -> LetterValues:
    (found,) = [values for values in prepared(database) if values.kind == kind]
    return found


def set_(database: Database, table: Table, key: UUID, **columns: Any) -> None:
    work.write(
        database, lambda connection: connection.execute(update(table).where(table.c.id == key).values(**columns))
    )


def session_of(made: AnEvent, slug: str) -> Any:
    return session.c.unit_id == made.units[slug]


def test_the_programme_stands_in_the_order_of_the_day_with_labels_and_rooms(database: Database) -> None:
    made = the_event(database, TWO_PARTS)

    def furnish(connection: Any) -> None:
        key = new_id()
        connection.execute(room.insert().values(id=key, event_id=made.id, slug="r", name="2.04", position=0))
        connection.execute(update(session).where(session_of(made, "wirkung")).values(room_id=key))

    work.write(database, furnish)
    registered(database, made, "Beispiel", choices={"forums": "wirkung"})

    (person,) = the_letter(database, "confirm").people

    assert [(entry.title, entry.label, entry.room, entry.state) for entry in person.places] == [
        ("morning", None, None, "held"),
        ("conference", None, None, "held"),
        ("wirkung", "Forum 2", "2.04", "held"),
    ]
    assert [entry.starts_at for entry in person.places] == [STARTS, STARTS + 2 * HOUR, STARTS + 3 * HOUR]
    assert [entry.lane for entry in person.places] == [None, None, made.slots["forums"]]


def test_who_sits_elsewhere_meanwhile_has_both_places_in_the_letter(database: Database) -> None:
    made = the_event(database, TWO_PARTS)
    registered(database, made, "Erste", choices={"forums": "leerstand"})
    (second,) = registered(database, made, "Zweite", choices={"forums": "wirkung"})
    choice = Choice(made.units["leerstand"], until_then=made.units["wirkung"])
    wanted = Want(parts=tuple(made.units[slug] for slug in made.parts), choices={made.slots["forums"]: choice})
    settled(database, made, Confirm(second), Change(second, wanted, accept_waiting=True), now=NOW + HOUR)

    (person,) = the_letter(database, "changed").people

    assert [(entry.title, entry.state, entry.position) for entry in person.places[2:]] == [
        ("leerstand", "waiting", 1),
        ("wirkung", "held", None),
    ]
    assert [(entry.title, entry.state) for entry in person.before[2:]] == [("wirkung", "held")]


def test_a_position_the_ledger_left_open_is_counted_when_the_letter_is_written(database: Database) -> None:
    made = the_event(database, [APart(places=1)])
    registered(database, made, "Eins", "Zwei", "Drei", "Vier")

    def forget(connection: Any) -> None:
        for row in letters_of(database):
            places = [place | {"position": None} for place in row["facts"]["places"]]
            changed = update(outbox.letter).where(outbox.letter.c.id == row["id"])
            connection.execute(changed.values(facts=row["facts"] | {"places": places}))

    work.write(database, forget)

    positions = [values.people[0].places[0].position for values in prepared(database)]
    assert sorted(positions, key=lambda position: position or 0) == [None, 1, 2, 3]


def test_a_letter_without_places_tells_those_of_now(database: Database) -> None:
    made = the_event(database)
    registered(database, made, "Beispiel")
    set_(database, outbox.letter, letters_of(database)[0]["id"], facts={})

    (person,) = the_letter(database, "confirm").people

    assert [(entry.state, entry.is_whole_event) for entry in person.places] == [("held", True)]
    assert (person.nth, person.by, person.before) == (1, None, ())
    assert person.confirm_by is not None


def test_the_event_is_told_in_the_readers_language_as_far_as_it_is_there(database: Database) -> None:
    made = the_event(
        database,
        venue_street="Am Beispielufer 5",
        venue_postcode="00123",
        contact_phone="0221 4710 123",
        postponed_from=date(2026, 12, 1),
        cancel_reason={"de": "Der Saal ist gesperrt."},
    )
    registered(database, made, "Beispiel")
    set_(database, outbox.letter, letters_of(database)[0]["id"], language="en")

    values = the_letter(database, "confirm")

    assert values.language == "en"
    assert values.occasion.title == "Fifth workshop and closing conference"
    assert values.occasion.cancel_reason == "Der Saal ist gesperrt."
    assert values.occasion.venue == "Altes Speicherhaus, Am Beispielufer 5, 00123 Lindenbrück"
    assert values.occasion.page == f"{BASE}/events/abschlusskonferenz"
    assert (values.occasion.reply_to, values.occasion.phone) == ("werkstatt@lindenbrueck.example", "0221 4710 123")
    assert values.occasion.host_name == "Stadt Lindenbrück"


def test_funders_are_named_as_the_event_or_else_their_project_says_it(database: Database) -> None:
    made = the_event(database)

    def fund(connection: Any) -> None:
        for position, (slug, own) in enumerate([("a", None), ("b", {"de": "Gefördert vom Bund"}), ("c", None)]):
            key = new_id()
            wording = {"de": "Gefördert vom Land"} if slug != "c" else None
            row = {"id": key, "host_id": made.host_id, "slug": slug, "titles": {"de": slug}, "funder_wording": wording}
            connection.execute(project.insert().values(row))
            link = {"event_id": made.id, "project_id": key, "position": position, "funder_wording": own}
            connection.execute(event_project.insert().values(link))

    work.write(database, fund)
    registered(database, made, "Beispiel")

    assert the_letter(database, "confirm").occasion.funders == ("Gefördert vom Land", "Gefördert vom Bund")


def test_a_link_is_of_the_generation_the_registration_has_now(database: Database) -> None:
    (anna,) = registered(database, the_event(database), "Beispiel")
    set_(database, registration, anna, manage_generation=3)

    (person,) = the_letter(database, "confirm").people

    assert person.link == f"{BASE}/r/{SECRETS.sign_link(Purpose.MANAGE, anna, 3)}"


def test_a_second_submission_shares_the_letter_of_the_first(database: Database) -> None:
    made = the_event(database)
    for minutes in range(3):
        registered(
            database,
            made,
            "Beispiel",
            address="vorzimmer@lindenbrueck.example",
            now=NOW + minutes * timedelta(minutes=1),
        )

    (values,) = prepared(database)

    assert (values.kind, len(values.letter_ids), len(values.people)) == ("confirm", 3, 1)
    assert values.message_id == letters_of(database)[0]["message_id"]


def test_other_events_and_other_mailboxes_get_letters_of_their_own(database: Database) -> None:
    events = [the_event(database), the_event(database, slug="other")]
    for made in events:
        registered(database, made, "Eins", "Zwei", address="vorzimmer@lindenbrueck.example")
    registered(database, events[0], "Drei")

    shared = sorted((values.recipient, len(values.people)) for values in prepared(database))

    assert shared == [
        ("drei@lindenbrueck.example", 1),
        ("vorzimmer@lindenbrueck.example", 2),
        ("vorzimmer@lindenbrueck.example", 2),
    ]


def test_of_a_cancelled_registration_only_the_end_is_told(database: Database) -> None:
    made = the_event(database, confirm_address=False)
    (anna,) = registered(database, made, "Beispiel")
    settled(database, made, Cancel(anna, "self"), now=NOW + HOUR)

    (values,) = prepared(database)

    assert (values.kind, values.people[0].by) == ("cancelled", "self")
    assert [entry.state for entry in values.people[0].before] == ["held"]


def test_letters_of_a_cancelled_event_go_to_all_it_was_told_to(database: Database) -> None:
    made = the_event(database)
    registered(database, made, "Eins")
    set_(database, event, made.id, cancelled_at=NOW)
    set_(database, outbox.letter, letters_of(database)[0]["id"], kind="event_cancelled")

    assert [values.kind for values in prepared(database)] == ["event_cancelled"]


@pytest.mark.parametrize("erased", [{"recipient": None}, {"registration_id": None}, {"recipient_key": None}])
def test_of_what_was_erased_nothing_is_written(database: Database, erased: dict[str, None]) -> None:
    registered(database, the_event(database), "Beispiel")
    set_(database, outbox.letter, letters_of(database)[0]["id"], **erased)

    assert prepared(database) == []


def test_a_slot_without_a_label_names_the_session_alone(database: Database) -> None:
    made = the_event(database, TWO_PARTS)
    set_(database, slot, made.slots["forums"], label=None)
    registered(database, made, "Beispiel", choices={"forums": "wirkung"})

    (person,) = the_letter(database, "confirm").people

    assert [(entry.title, entry.label) for entry in person.places[2:]] == [("wirkung", None)]


def test_seven_statements_prepare_one_letter_or_fifty(database: Database) -> None:
    made = the_event(database, TWO_PARTS)
    statements: list[str] = []

    def count(*call: Any) -> None:
        statements.extend([call[2]] if call[2].startswith("SELECT") else [])

    listening_to.listen(database.read, "before_cursor_execute", count)
    counts = []
    for names in (["Eins"], [f"Person{number}" for number in range(50)]):
        registered(database, made, *names)
        statements.clear()
        assert len(prepared(database)) == len(names)
        counts.append(len(statements))

    assert counts == [7, 7]
