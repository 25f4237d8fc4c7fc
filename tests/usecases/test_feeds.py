"""Which entries a calendar has, and what stands in them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import Connection, insert, update

from confman.domain.errors import NotFound
from confman.kernel.db import Database
from confman.kernel.ids import new_id
from confman.store.events import event, event_project, stamp
from confman.store.hosts import project, series
from confman.store.importing import EVERYWHERE
from confman.store.programme import part, room, session, slot
from confman.usecases.feed_values import How, Wanted, Written
from confman.usecases.feed_writing import current
from tests.builders import NOW, STARTS, AnEvent, APart, ASession, ASlot, an_event

BASE = "https://events.example.org"
EVENT = Wanted("event", "abschlusskonferenz")
HOUR = timedelta(hours=1)
TWO_PARTS = (APart("werkstatt", hours=3), APart("konferenz", starts_at=STARTS + 5 * HOUR, hours=3))
FORUMS = (APart("konferenz", slots=(ASlot("foren", (ASession("f1", 10), ASession("f2", 10))),)),)


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.write.connect() as opened, opened.begin():
        yield opened


def written(
    connection: Connection, wanted: Wanted = EVENT, now: datetime = NOW, known: Written | None = None
) -> Written:
    return current(connection, wanted, known, How(now, BASE, wanted.language), {})


def entries(connection: Connection, wanted: Wanted = EVENT, now: datetime = NOW) -> list[dict[str, Any]]:
    """Each entry's properties as a reader decodes them."""
    calendar = Calendar.from_ical(written(connection, wanted, now).body)
    return [{name.lower(): _decoded(value) for name, value in found.items()} for found in calendar.walk("VEVENT")]


def _decoded(value: Any) -> Any:
    return getattr(value, "dt", None) or (str(value) if isinstance(value, str) else value)


def summaries(connection: Connection, wanted: Wanted = EVENT, now: datetime = NOW) -> list[str]:
    return [entry["summary"] for entry in entries(connection, wanted, now)]


def change(connection: Connection, table: Any, where: Any, **values: Any) -> None:
    connection.execute(update(table).where(where).values(**values))


def change_event(connection: Connection, made: AnEvent, **values: Any) -> None:
    change(connection, event, event.c.id == made.id, **values)


# parts


def test_an_event_of_one_part_is_one_entry_with_its_title_time_and_place(connection: Connection) -> None:
    made = an_event(
        connection, doors_at=STARTS - HOUR, venue_street="Am Beispielufer 5", subtitles={"de": "Was bleibt"}
    )

    [entry] = entries(connection)

    assert entry["summary"] == "5. Werkstatt und Abschlusskonferenz"
    assert (entry["dtstart"], entry["dtend"]) == (STARTS, STARTS + 8 * HOUR)
    assert entry["location"] == "Altes Speicherhaus, Am Beispielufer 5, Lindenbrück"
    assert entry["url"] == f"{BASE}/events/{made.slug}"
    assert entry["description"] == f"Was bleibt\nEinlass ab 8:30 Uhr\n{BASE}/events/{made.slug}"
    assert (entry["status"], entry["transp"], entry["sequence"]) == ("CONFIRMED", "OPAQUE", 0)
    assert entry["last-modified"] == entry["dtstamp"] == NOW


def test_each_part_is_an_entry_that_names_event_and_part(connection: Connection) -> None:
    an_event(connection, TWO_PARTS)

    assert [(entry["summary"], entry["dtstart"]) for entry in entries(connection)] == [
        ("5. Werkstatt und Abschlusskonferenz: werkstatt", STARTS),
        ("5. Werkstatt und Abschlusskonferenz: konferenz", STARTS + 5 * HOUR),
    ]


def test_a_part_keeps_its_uid_when_it_moves_and_others_come(connection: Connection) -> None:
    made = an_event(connection)
    [before] = entries(connection)

    change_event(connection, made, starts_at=STARTS + HOUR, revision=2, sequence=1)
    change(connection, part, part.c.event_id == made.id, starts_at=STARTS + HOUR)
    [after] = entries(connection)

    assert after["uid"] == before["uid"]
    assert (before["sequence"], after["sequence"]) == (0, 1)
    assert str(made.id) not in before["uid"]


def test_an_event_of_several_days_is_one_entry_of_whole_days_that_blocks_no_time(connection: Connection) -> None:
    an_event(connection, ends_on=date(2027, 1, 27), ends_at=STARTS + 30 * HOUR)

    [entry] = entries(connection)

    assert (entry["dtstart"], entry["dtend"]) == (date(2027, 1, 26), date(2027, 1, 28))
    assert entry["transp"] == "TRANSPARENT"


def test_a_part_of_several_days_is_one_too_but_an_evening_past_midnight_is_not(connection: Connection) -> None:
    evening = APart("abend", starts_at=STARTS + 10 * HOUR, hours=7)  # 19:30 to 2:30
    an_event(connection, (evening, APart("kurs", hours=30)))

    assert [(entry["dtstart"], entry["dtend"]) for entry in entries(connection)] == [
        (STARTS + 10 * HOUR, STARTS + 17 * HOUR),
        (date(2027, 1, 26), date(2027, 1, 28)),
    ]


def test_what_has_a_day_but_no_time_is_a_day_and_what_has_neither_is_no_entry(connection: Connection) -> None:
    with_day = an_event(connection, slug="tag", starts_at=None, ends_at=None)
    without = an_event(
        connection, slug="ohne", starts_on=None, ends_on=None, starts_at=None, ends_at=None, date_text={"de": "Herbst"}
    )
    for made in (with_day, without):
        change(connection, part, part.c.event_id == made.id, starts_at=None, ends_at=None)

    [entry] = entries(connection, Wanted("event", "tag"))

    assert (entry["dtstart"], entry["dtend"]) == (date(2027, 1, 26), date(2027, 1, 27))
    assert entries(connection, Wanted("event", "ohne")) == []


def test_a_part_on_a_day_of_its_own_stands_on_that_day(connection: Connection) -> None:
    made = an_event(connection, TWO_PARTS, ends_on=date(2027, 1, 27))
    second = part.c.id == made.parts["konferenz"]
    change(connection, part, second, starts_at=None, ends_at=None, on_day=date(2027, 1, 27))

    assert [entry["dtstart"] for entry in entries(connection)] == [STARTS, date(2027, 1, 27)]


def test_a_start_without_an_end_has_no_length(connection: Connection) -> None:
    made = an_event(connection, ends_at=None)
    change(connection, part, part.c.event_id == made.id, ends_at=None)

    [entry] = entries(connection)

    assert entry["dtstart"] == STARTS
    assert "dtend" not in entry


# life


def test_what_is_only_announced_is_a_save_the_date(connection: Connection) -> None:
    an_event(connection, published_at=None)

    [entry] = entries(connection)

    assert entry["summary"] == "Save the Date: 5. Werkstatt und Abschlusskonferenz"
    assert entry["status"] == "TENTATIVE"


def test_a_cancelled_event_says_so_and_why_for_sixty_days(connection: Connection) -> None:
    an_event(connection, cancelled_at=NOW, cancel_reason={"de": "Die Halle ist gesperrt."})

    [entry] = entries(connection)

    assert entry["summary"] == "ABGESAGT: 5. Werkstatt und Abschlusskonferenz"
    assert entry["status"] == "CANCELLED"
    assert entry["description"].startswith("Die Halle ist gesperrt.\n")
    moment = timedelta(microseconds=1)
    assert len(entries(connection, now=NOW + timedelta(days=60) - moment)) == 1
    assert entries(connection, now=NOW + timedelta(days=60)) == []


def test_drafts_and_events_behind_a_code_have_no_calendar(connection: Connection) -> None:
    an_event(connection, slug="entwurf", announced_at=None, published_at=None)
    an_event(connection, slug="mit-code", visibility="code")
    an_event(connection, slug="mit-link", visibility="link")

    for slug in ("entwurf", "mit-code", "nirgends"):
        with pytest.raises(NotFound):
            entries(connection, Wanted("event", slug))
    assert len(entries(connection, Wanted("event", "mit-link"))) == 1


def test_the_clock_alone_makes_a_calendar_stale(connection: Connection) -> None:
    opening = NOW + timedelta(days=3)
    made = an_event(connection, published_at=opening)

    first = written(connection)

    assert first.fresh_until == opening
    assert written(connection, known=first) is first
    later = written(connection, now=opening, known=first)
    assert (later is first, b"Save the Date" in first.body, b"Save the Date" in later.body) == (False, True, False)
    assert later.changed_at == opening
    change_event(connection, made, revision=2)
    assert written(connection, known=first) is not first


# languages


def test_texts_are_in_the_events_language_or_in_that_of_the_address(connection: Connection) -> None:
    an_event(connection, published_at=None)

    assert summaries(connection) == ["Save the Date: 5. Werkstatt und Abschlusskonferenz"]
    english = Wanted("event", "abschlusskonferenz", "en")
    assert summaries(connection, english) == ["Save the date: Fifth workshop and closing conference"]


def test_an_event_in_a_language_we_do_not_speak_keeps_its_title(connection: Connection) -> None:
    an_event(connection, languages=["fr"], titles={"de": "Tagung", "fr": "Colloque"}, published_at=None)

    assert summaries(connection) == ["Save the Date: Colloque"]


# sessions

WHOLE = Wanted("event", "abschlusskonferenz", sessions=True)


def test_sessions_stand_only_in_the_whole_programme_which_is_called_so(connection: Connection) -> None:
    an_event(connection, FORUMS)

    assert summaries(connection) == ["5. Werkstatt und Abschlusskonferenz"]
    assert summaries(connection, WHOLE) == ["5. Werkstatt und Abschlusskonferenz", "Forum 1: f1", "Forum 2: f2"]
    assert "5. Werkstatt und Abschlusskonferenz – ganzes Programm" in written(connection, WHOLE).body.decode()


def test_a_session_has_its_slots_time_its_room_and_an_identity_of_its_own(connection: Connection) -> None:
    made = an_event(connection, FORUMS)
    saal = {"id": new_id(), "event_id": made.id, "slug": "saal", "name": "2.04", "position": 0}
    connection.execute(insert(room).values(saal))
    change(connection, session, session.c.slug == "f1", room_id=saal["id"], uid="u-1", sequence=3, changed_at=STARTS)

    first = entries(connection, WHOLE)[1]

    assert (first["dtstart"], first["dtend"]) == (STARTS + HOUR, STARTS + 2 * HOUR)
    assert first["location"] == "Raum 2.04, Altes Speicherhaus, Lindenbrück"
    assert (first["uid"], first["sequence"], first["last-modified"]) == ("u-1", 3, STARTS)


def test_a_session_keeps_its_own_times_and_without_any_it_is_a_day(connection: Connection) -> None:
    made = an_event(connection, FORUMS)
    change(connection, session, session.c.slug == "f1", starts_at=STARTS, ends_at=STARTS + HOUR)
    change(connection, slot, slot.c.event_id == made.id, starts_at=None, ends_at=None)

    assert [entry["dtstart"] for entry in entries(connection, WHOLE)] == [STARTS, STARTS, date(2027, 1, 26)]


def test_a_session_without_day_and_time_is_no_entry(connection: Connection) -> None:
    made = an_event(connection, FORUMS, ends_on=date(2027, 1, 28), starts_at=None, ends_at=None)
    change(connection, part, part.c.event_id == made.id, starts_at=None, ends_at=None)
    change(connection, slot, slot.c.event_id == made.id, starts_at=None, ends_at=None)

    assert summaries(connection, WHOLE) == ["5. Werkstatt und Abschlusskonferenz"]


def test_a_cancelled_session_is_marked_for_sixty_days(connection: Connection) -> None:
    an_event(connection, FORUMS)
    change(connection, session, session.c.slug == "f1", cancelled_at=NOW)

    first = entries(connection, WHOLE)[1]

    assert (first["summary"], first["status"]) == ("ABGESAGT: Forum 1: f1", "CANCELLED")
    assert written(connection, WHOLE).fresh_until == NOW + timedelta(days=60)
    later = summaries(connection, WHOLE, NOW + timedelta(days=60))
    assert later == ["5. Werkstatt und Abschlusskonferenz", "Forum 2: f2"]


def test_with_the_event_all_its_sessions_are_cancelled(connection: Connection) -> None:
    an_event(connection, FORUMS, cancelled_at=NOW)

    assert {entry["status"] for entry in entries(connection, WHOLE)} == {"CANCELLED"}
    assert entries(connection, WHOLE, NOW + timedelta(days=60)) == []


# lines of events


def a_line(connection: Connection, made: AnEvent) -> None:
    shared = {"host_id": made.host_id, "titles": {"de": "Labore", "en": "Labs"}}
    in_project = {"id": new_id(), "slug": "labore", **shared}
    in_series = {"id": new_id(), "slug": "werkstaetten", **shared}
    connection.execute(insert(project).values(in_project))
    connection.execute(insert(series).values(in_series))
    connection.execute(insert(event_project).values(event_id=made.id, project_id=in_project["id"], position=0))
    change_event(connection, made, series_id=in_series["id"])


def test_a_line_of_events_has_each_of_its_public_events_by_day(connection: Connection) -> None:
    a_line(connection, an_event(connection, slug="zweite", starts_on=date(2027, 1, 26)))
    an_event(connection, TWO_PARTS, slug="erste", starts_on=date(2027, 1, 25), ends_on=date(2027, 1, 26))
    an_event(connection, slug="entwurf", announced_at=None, published_at=None)
    an_event(connection, slug="mit-link", visibility="link")

    assert len(entries(connection, Wanted("all"))) == 3
    for of, slug in (("project", "labore"), ("series", "werkstaetten"), ("host", "host-zweite")):
        [entry] = entries(connection, Wanted(of, slug))  # type: ignore[arg-type]  # the three are among them
        assert entry["url"] == f"{BASE}/events/zweite"


def test_a_line_is_called_by_its_title(connection: Connection) -> None:
    a_line(connection, an_event(connection, slug="zweite"))

    names = {
        (wanted.of, wanted.language): str(Calendar.from_ical(written(connection, wanted).body)["NAME"])
        for wanted in (
            Wanted("all"),
            Wanted("all", language="en"),
            Wanted("series", "werkstaetten"),
            Wanted("project", "labore", "en"),
            Wanted("host", "host-zweite"),
        )
    }

    assert names == {
        ("all", None): "Alle Veranstaltungen",
        ("all", "en"): "All events",
        ("series", None): "Labore",
        ("project", "en"): "Labs",
        ("host", None): "Stadt Lindenbrück",
    }


def test_a_line_that_does_not_exist_has_no_calendar_and_one_without_events_an_empty_one(connection: Connection) -> None:
    for of in ("host", "series", "project"):
        with pytest.raises(NotFound):
            entries(connection, Wanted(of, "nirgends"))
    assert entries(connection, Wanted("all")) == []


def test_a_line_is_written_anew_when_its_stamp_rises(connection: Connection) -> None:
    made = an_event(connection)
    first = written(connection, Wanted("all"))
    change_event(connection, made, titles={"de": "Umbenannt"}, revision=2)
    unseen = written(connection, Wanted("all"), known=first)

    connection.execute(insert(stamp).values(scope="all", scope_id=EVERYWHERE, version=1, changed_at=NOW + HOUR))
    seen = written(connection, Wanted("all"), now=NOW + 2 * HOUR, known=first)

    assert unseen is first
    assert b"Umbenannt" in seen.body
    assert seen.changed_at == NOW + HOUR


def test_a_draft_that_is_to_be_announced_makes_its_line_stale_in_time(connection: Connection) -> None:
    soon = NOW + timedelta(days=2)
    an_event(connection, announced_at=soon, published_at=None)

    assert written(connection, Wanted("all")).fresh_until == soon
    assert summaries(connection, Wanted("all"), soon) == ["Save the Date: 5. Werkstatt und Abschlusskonferenz"]


def test_of_an_event_online_only_that_is_told(connection: Connection) -> None:
    an_event(connection, venue_name=None, venue_city=None, online_url="https://meet.example/geheim")

    [entry] = entries(connection)

    assert entry["location"] == "online"
    assert b"geheim" not in written(connection).body


def test_a_moved_event_tells_its_former_day(connection: Connection) -> None:
    an_event(connection, postponed_from=date(2026, 12, 1))

    [entry] = entries(connection)

    assert entry["description"].startswith("Neuer Termin, ursprünglich Dienstag, 1. Dezember 2026.\n")


def test_instants_are_those_of_the_zone(connection: Connection) -> None:
    summer = datetime(2027, 7, 1, 7, 30, tzinfo=UTC)
    an_event(connection, (APart(starts_at=summer),), starts_on=date(2027, 7, 1), ends_on=date(2027, 7, 1))

    assert b"DTSTART;TZID=Europe/Berlin:20270701T093000\r\n" in written(connection).body
