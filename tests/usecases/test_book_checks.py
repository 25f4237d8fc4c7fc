"""What no single field can show, and the two demonstration books as they are."""

from pathlib import Path

import pytest
import yaml

from confman.kernel.files import folder
from confman.usecases.book import read_book
from confman.usecases.book_faults import BookRefused
from confman.usecases.book_values import Book

HEAD = "host: {slug: stadt, name: Stadt}\nevents:\n- slug: e\n  kind: conference\n  title: E\n  date: 2027-01-26\n"
SHARED = Path(__file__).parents[3] / "shared/data/kosi-lab.yaml"


def told(event: str) -> list[str]:
    """The faults of an event, each without file and line."""
    with pytest.raises(BookRefused) as refused:
        read_book("b.yaml", (HEAD + event).encode())
    return [fault.text("").partition("events[0]")[2].lstrip(".") for fault in refused.value.faults]


def kosi_lab() -> Book:
    return read_book("kosi-lab.yaml", (folder("examples") / "kosi-lab.yaml").read_bytes())


@pytest.mark.parametrize(
    ("event", "says"),
    [
        ("  starts: 9:30\n  ends: 9:30", "ends: must be later than the start"),
        ("  starts: 9:30\n  doors: 9:31", "doors: must not be later than the start"),
        ("  end_date: 2027-01-25", "end_date: lies before the first day"),
        (
            "  registration: {opens: 2027-01-02, closes: 2027-01-01}",
            "registration.closes: must be later than the opening",
        ),
        ("  registration: {reserve: 2}", "registration.capacity: is missing: a reserve is a part of it"),
        ("  registration: {capacity: 1, reserve: 2}", "registration.capacity: is less than the reserve"),
        ("  parts: [{slug: p, title: P, starts: 9:30, ends: 9:00}]", "parts[0].ends: must be later than the start"),
        ("  parts: [{slug: p, title: P, day: 2027-01-27}]", "parts[0].day: is not one of the event's days"),
        (
            "  parts: [{slug: p, title: P}]\n  registration: {capacity: 3}",
            "registration.capacity: belongs to each of the parts here",
        ),
        ("  slots: [{slug: s}]", "slots[0].sessions: needs at least one session"),
        (
            "  slots: [{rule: pick_one, label: Forum, sessions: [{slug: f, title: F}]}]",
            "slots[0].sessions[0]: cannot be a choice without times: give its slot or the session a start and an end",
        ),
        (
            "  slots: [{rule: pick_one, starts: 9:30, ends: 10:30, sessions: [{slug: f, title: F}]}]",
            "slots[0].label: is missing: what people choose here is called by it, such as Forum",
        ),
        (
            "  slots: [{starts: 9:30, ends: 10:30, sessions: [{slug: f, title: F, starts: 10:30, ends: 11:00}]}]",
            "slots[0].sessions[0].starts: lies outside the time of its slot",
        ),
        (
            "  slots: [{starts: 9:30, ends: 10:30, sessions: [{slug: f, title: F, ends: 11:00}]}]",
            "slots[0].sessions[0].ends: lies outside the time of its slot",
        ),
        (
            "  slots: [{sessions: [{slug: f, title: F, room: saal}]}]",
            "slots[0].sessions[0].room: there is no room “saal” in the event's `rooms`",
        ),
        (
            "  slots: [{sessions: [{slug: f, title: F, speakers: [wer]}]}]",
            "slots[0].sessions[0].speakers[0]: there is no speaker “wer” in the event's `speakers`",
        ),
        (
            "  slots: [{sessions: [{slug: f, title: F}]}, {slug: s, sessions: [{slug: f, title: F}]}]",
            "slots[1].sessions[0]: the session “f” is in line 7 already: each needs its own name",
        ),
        (
            "  slots: [{sessions: [{slug: f, title: F, minimum: 3, capacity: 2}]}]",
            "slots[0].sessions[0].capacity: is less than the minimum",
        ),
        (
            "  questions: [{key: q, kind: one, label: Q, purpose: P}]",
            "questions[0].options: is missing: list what can be chosen",
        ),
        (
            "  questions: [{key: q, kind: text, label: Q, purpose: P, options: [{key: a, label: A}]}]",
            "questions[0].options: do not belong to a question of the kind text: leave them out",
        ),
        (
            "  questions: [{key: q, kind: text, label: Q}]",
            "questions[0].purpose: is missing: people are told what their answer is for",
        ),
        (
            "  documents: [{key: d, title: D}, {key: d, title: D}]",
            "documents[1]: the document “d” is in line 7 already: each needs its own name",
        ),
        ("  projects: [a, a]", "projects[1].project: stands here twice: keep one"),
        (
            "  bodies: [{body: a, role: funder}, {body: a, role: funder}]",
            "bodies[1].body: stands here twice in the same role: keep one",
        ),
    ],
)
def test_what_does_not_fit_together_is_told(event: str, says: str) -> None:
    assert told(event) == [says]


def test_sessions_of_a_choice_have_places_even_without_a_limit() -> None:
    book = read_book(
        "b.yaml",
        (
            HEAD + "  slots: [{rule: optional, label: F, starts: 9:30, ends: 10:30, sessions: [{slug: f, title: F}]}]"
        ).encode(),
    )

    unit = book.events[0].parts[0].slots[0].sessions[0].unit

    assert unit is not None
    assert unit.capacity is None


def test_a_room_with_too_few_seats_is_a_warning_only() -> None:
    event = (
        "  rooms: [{slug: r, name: R, seats: 18}]\n  slots: [{sessions: [{slug: f, title: F, room: r, capacity: 20}]}]"
    )

    book = read_book("b.yaml", (HEAD + event).encode())

    assert [warning.text("b.yaml") for warning in book.warnings] == [
        "b.yaml:8: events[0].slots[0].sessions[0].capacity: 20 places, but the room has only 18 seats"
    ]


def test_the_real_archive_names_all_known_events_in_their_series() -> None:
    book = kosi_lab()

    assert len(book.events) == 17
    assert [series.slug for series in book.series] == [
        "werkstatt",
        "dialog-wuppertal",
        "dortmund-soziale-innovation",
        "labore-fortbildung",
        "fachkonferenz",
    ]


def test_the_real_archive_says_what_public_pages_say() -> None:
    if not SHARED.exists():
        pytest.skip("the shared facts are not here")
    facts = yaml.safe_load(SHARED.read_text())["events"]
    book = kosi_lab()

    assert [
        (event.titles["de"], event.kind, event.series, event.number, event.venue_city) for event in book.events
    ] == [(fact["title"], fact["kind"], fact.get("series"), fact.get("number"), fact.get("city")) for fact in facts]
    assert [str(event.starts_on or event.date_text) for event in book.events] == [
        str(fact.get("date") or {"de": fact["date_text"]}) for fact in facts
    ]


def test_the_real_archive_names_only_people_of_public_programmes() -> None:
    people = {speaker.family_name for event in kosi_lab().events for speaker in event.speakers}

    assert people == {"Schwan", "Sierau"}
