"""Taking books over: all or nothing, twice is once, and what rises when something changed."""

import pytest
from sqlalchemy import select

from confman.kernel.db import Database
from confman.kernel.files import folder
from confman.store.audit import audit
from confman.store.events import document, event, event_body, event_project
from confman.store.hosts import body, host, project, topic
from confman.store.ledger import ledger
from confman.store.programme import consent_text, part, question, room, session, slot, unit
from confman.store.registrations import category
from confman.usecases.importing_codes import opens
from tests.usecases.importing_desk import LATER, NOW, Desk, changed


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


# all of it


def test_a_book_fills_every_table_that_an_organiser_sets(desk: Desk) -> None:
    report = desk.take()

    counts = {table.name: desk.count(table) for table in (host, body, project, topic, event, event_project, event_body)}
    counts |= {table.name: desk.count(table) for table in (document, part, slot, session, room, unit, question)}
    counts |= {table.name: desk.count(table) for table in (consent_text, category, ledger)}
    assert counts == {
        "host": 1,
        "body": 1,
        "project": 1,
        "topic": 1,
        "event": 1,
        "event_project": 1,
        "event_body": 1,
        "document": 1,
        "part": 2,
        "slot": 2,
        "session": 3,
        "room": 1,
        "unit": 5,
        "question": 1,
        "consent_text": 1,
        "category": 5,
        "ledger": 1,
    }
    assert {line.became for line in report.lines} == {"created"}


def test_units_are_made_with_their_ceilings(desk: Desk) -> None:
    desk.take()

    row = desk.one(unit, id=desk.one(part, slug="vormittag")["unit_id"])

    assert (row["capacity"], row["reserve"], row["reserve_planned"], row["ceiling"], row["held"]) == (4, 1, 1, 4, 0)


def test_the_same_book_twice_changes_nothing(desk: Desk) -> None:
    desk.take()
    before = desk.everything()

    report = desk.take(now=LATER)

    assert {line.became for line in report.lines} == {"unchanged"}
    assert desk.everything() == before


def test_the_real_archive_twice_changes_nothing(desk: Desk) -> None:
    text = (folder("examples") / "kosi-lab.yaml").read_text()
    desk.take(text)
    before = desk.everything()

    report = desk.take(text, LATER)

    assert {line.became for line in report.lines} == {"unchanged"}
    assert desk.everything() == before
    assert desk.count(event) == 17


def test_a_code_is_kept_as_a_hash_only(desk: Desk) -> None:
    desk.take(changed(("title: Tagung", "title: Tagung\n        visibility: code\n        access_code: Linden")))

    kept = desk.one(event)["access_code_hash"]

    assert "Linden" not in kept
    assert [opens(code, kept) for code in ("Linden", " l i n d e n", "Linde", "")] == [True, True, False, False]
    assert not opens("Linden", None)


# or nothing


def test_a_book_with_one_fault_leaves_nothing_behind(desk: Desk) -> None:
    before = desk.everything()

    told = desk.refused(changed(("series: reihe\n", "series: reise\n")))

    assert told == ["events[0].series: there is no series “reise”: list it in `series`"]
    assert desk.everything() == before


def test_all_that_refers_to_nothing_is_told_at_once(desk: Desk) -> None:
    told = desk.refused(
        changed(
            ("bodies: [hochschule]", "bodies: [schule]"),
            ("project: labore}", "project: labor}"),
            ("projects: [labore]", "projects: [laboratorien]"),
        )
    )

    assert told == [
        "projects[0].bodies[0]: there is no body “schule”: list it in `bodies`",
        "series[0].project: there is no project “labor”: list it in `projects`",
        "events[0].projects[0]: there is no project “laboratorien”: list it in `projects`",
    ]


def test_an_earlier_book_of_the_host_may_have_brought_the_series(desk: Desk) -> None:
    desk.take()

    desk.take("""
        host: {slug: stadt, name: Stadt}
        events: [{slug: zwei, kind: dialogue, title: Zwei, date: 2027-02-02, series: reihe, projects: [labore]}]
    """)

    assert desk.one(event, slug="zwei")["series_id"] == desk.one(event, slug="tagung")["series_id"]


def test_addresses_of_another_host_are_not_touched(desk: Desk) -> None:
    desk.take()

    told = desk.refused(changed(("slug: stadt,", "slug: dorf,")))

    taken = "is taken by another host of this installation: choose another"
    assert told == [f"projects[0].slug: {taken}", f"series[0].slug: {taken}", f"events[0].slug: {taken}"]


def test_an_event_keeps_its_identity_when_its_address_changes(desk: Desk) -> None:
    desk.take(changed(("slug: tagung", "slug: tagung\n        origin_key: alt-17")))
    before = desk.one(event)

    desk.take(changed(("slug: tagung", "slug: die-tagung\n        origin_key: alt-17")), LATER)

    after = desk.one(event)
    assert (after["id"], after["uid"], after["slug"]) == (before["id"], before["uid"], "die-tagung")


def test_two_events_cannot_share_their_origin(desk: Desk) -> None:
    desk.take(changed(("slug: tagung", "slug: tagung\n        origin_key: alt-17")))
    desk.take("""
        host: {slug: stadt, name: Stadt}
        events: [{slug: zwei, kind: dialogue, title: Zwei, date: 2027-02-02}]
    """)

    told = desk.refused("""
        host: {slug: stadt, name: Stadt}
        events: [{slug: zwei, origin_key: alt-17, kind: dialogue, title: Zwei, date: 2027-02-02}]
    """)

    assert told == ["events[0].origin_key: belongs to the event “tagung” already"]


# what rises


def versions(desk: Desk) -> tuple[int, int, int]:
    row = desk.one(event)
    return row["sequence"], row["revision"], desk.one(ledger)["programme_version"]


def test_a_new_event_stamps_all_that_list_it(desk: Desk) -> None:
    desk.take()

    assert desk.stamps() == {"all": 1, "event": 1, "host": 1, "project": 1, "series": 1}


@pytest.mark.parametrize(
    ("old", "new", "rises"),
    [
        ("title: Tagung", "title: Die Tagung", (0, 2, 1)),
        ("kind: conference", "kind: dialogue", (0, 2, 1)),
        ("date: 2027-01-26", "date: 2027-01-27", (1, 2, 2)),
        ("date: 2027-01-26", "date: 2027-01-26\n        venue: {city: Ulm}", (1, 2, 1)),
        ("life: published", "life: published\n        cancelled: yes", (1, 2, 2)),
        ("starts: 9:30", "starts: 9:15", (1, 2, 2)),
        ("closes: 2027-01-20", "closes: 2027-01-21", (0, 2, 2)),
        ("title: F1", "title: Forum eins", (0, 2, 1)),
        ("title: F1", "title: F1, starts: 10:15", (0, 2, 2)),
        ("text: Ich stehe", "text: Ich komme", (0, 2, 1)),
        ("label: Essen", "label: Mittagessen", (0, 2, 1)),
        ("title: Programm", "title: Das Programm", (0, 2, 1)),
    ],
)
def test_sequence_rises_with_time_place_and_state_and_revision_with_all(
    desk: Desk, old: str, new: str, rises: tuple[int, int, int]
) -> None:
    desk.take()

    desk.take(changed((old, new)), LATER)

    assert versions(desk) == rises
    assert desk.one(event)["changed_at"] == LATER
    assert desk.stamps() == {"all": 2, "event": 2, "host": 2, "project": 2, "series": 2}


@pytest.mark.parametrize(
    ("old", "new", "rises"),
    [
        ("title: F1", "title: Forum eins", {"f1": (0, 2)}),
        ("speakers: [rede]}", "}", {"f1": (0, 2)}),
        ("capacity: 2, room: saal", "capacity: 2, starts: 10:15", {"f1": (1, 2)}),
        ("starts: 10:00", "starts: 10:05", {"f1": (1, 2), "f2": (1, 2)}),
        ("name: Saal", "name: Großer Saal", {"f1": (1, 2)}),
        ("label: Forum", "label: Foren", {"f1": (0, 2), "f2": (0, 2)}),
        ("title: F2}", "title: F2, cancelled: yes}", {"f2": (1, 2)}),
        (
            "date: 2027-01-26",
            "date: 2027-01-26\n        venue: {city: Ulm}",
            {"f1": (1, 2), "f2": (1, 2), "schluss": (1, 2)},
        ),
    ],
)
def test_sessions_rise_with_what_concerns_them(
    desk: Desk, old: str, new: str, rises: dict[str, tuple[int, int]]
) -> None:
    desk.take()

    desk.take(changed((old, new)), LATER)

    assert desk.sequences() == {"f1": (0, 1), "f2": (0, 1), "schluss": (0, 1)} | rises


def test_what_events_show_of_their_host_renews_them_without_moving_them(desk: Desk) -> None:
    desk.take()

    desk.take(changed(("name: Hochschule", "name: Universität")), LATER)

    assert versions(desk) == (0, 1, 2)
    assert desk.stamps() == {"all": 2, "event": 2, "host": 2, "project": 1, "series": 1}


def test_uids_stay_for_life(desk: Desk) -> None:
    desk.take()
    before = desk.one(session, slug="f1")["uid"]

    desk.take(changed(("title: F1", "title: Forum eins")), LATER)

    assert desk.one(session, slug="f1")["uid"] == before


# life


def test_publishing_keeps_its_first_instant(desk: Desk) -> None:
    desk.take()

    desk.take(changed(("title: Tagung", "title: Die Tagung")), LATER)

    assert desk.one(event)["published_at"] == NOW


def test_what_the_book_does_not_say_about_life_stays(desk: Desk) -> None:
    desk.take(changed(("life: published", "life: published\n        cancelled: yes")))

    desk.take(changed(("life: published", "number: 3")), LATER)

    row = desk.one(event)
    assert (row["published_at"], row["cancelled_at"]) == (NOW, NOW)


def test_a_cancelled_event_can_come_back(desk: Desk) -> None:
    desk.take(changed(("life: published", "life: published\n        cancelled: 2026-11-20 10:00")))

    desk.take(changed(("life: published", "life: published\n        cancelled: no")), LATER)

    assert desk.one(event)["cancelled_at"] is None


def test_an_announcement_becomes_published(desk: Desk) -> None:
    desk.take(changed(("life: published", "life: announced")))

    desk.take(now=LATER)

    row = desk.one(event)
    assert (row["announced_at"], row["published_at"], row["sequence"]) == (NOW, LATER, 1)


def test_life_does_not_happen_in_the_future(desk: Desk) -> None:
    told = desk.refused(changed(("life: published", "published: 2027-01-01")))

    assert told == ["events[0].published: lies in the future: import the book then"]


def test_the_audit_tells_who_imported_what_without_names_of_people(desk: Desk) -> None:
    desk.take()
    desk.take(changed(("date: 2027-01-26", "date: 2027-01-27")), LATER)

    with desk.database.read.connect() as connection:
        rows = connection.execute(select(audit).order_by(audit.c.id)).mappings().all()

    assert [(row["actor"], row["verb"], row["subject"]) for row in rows] == [
        ("organiser", "event.created", "tagung"),
        ("organiser", "imported", "stadt"),
        ("organiser", "event.changed", "tagung"),
        ("organiser", "imported", "stadt"),
    ]
    assert rows[2]["facts"]["moved_from"] == "2027-01-26"
