"""What a book may say, and what is answered where it says something wrong."""

from datetime import UTC, date, datetime
from textwrap import dedent, indent

import pytest

from confman.usecases.book import read_book
from confman.usecases.book_faults import BookRefused
from confman.usecases.book_values import Book, Event

HEAD = "host: {slug: stadt, name: Stadt}\nevents:\n"


def book(event: str = "") -> Book:
    """A book with one event; what is told comes on top of its slug, kind and title."""
    return read_book("b.yaml", source(event))


def source(event: str) -> bytes:
    told = dedent(event).strip("\n")
    lines = ["- slug: e", "  kind: conference", "  title: E"]
    lines += [] if "date:" in told or "date_text" in told else ["  date: 2027-01-26"]
    return (HEAD + "\n".join([*lines, indent(told, "  ")]) + "\n").encode()


def the_event(event: str = "") -> Event:
    return book(event).events[0]


def faults(event: str) -> list[str]:
    return whole_faults(source(event))


def whole_faults(data: str | bytes, file: str = "b.yaml") -> list[str]:
    with pytest.raises(BookRefused) as refused:
        read_book(file, data.encode() if isinstance(data, str) else data)
    return str(refused.value).split("\n")


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]  # year to minute


# times


def test_times_are_those_of_the_clocks_at_the_place() -> None:
    event = the_event("starts: 9:30\nends: 17:30\ndoors: 09:00")

    assert (event.starts_at, event.ends_at, event.doors_at) == (
        utc(2027, 1, 26, 8, 30),
        utc(2027, 1, 26, 16, 30),
        utc(2027, 1, 26, 8, 0),
    )


def test_an_event_may_have_a_zone_of_its_own() -> None:
    assert the_event("zone: Asia/Tokyo\nstarts: 9:30").starts_at == utc(2027, 1, 26, 0, 30)


def test_a_deadline_that_is_a_day_includes_that_day() -> None:
    event = the_event("registration: {opens: 2026-11-02, closes: 2027-01-20, change_until: 2027-01-22 12:00}")

    assert (event.opens_at, event.closes_at, event.change_until) == (
        utc(2026, 11, 1, 23, 0),
        utc(2027, 1, 20, 23, 0),
        utc(2027, 1, 22, 11, 0),
    )


def test_a_wall_time_that_spring_skips_is_refused() -> None:
    assert faults("date: 2027-03-28\nstarts: 2:30") == [
        "b.yaml:7: events[0].starts: does not exist: clocks are put forward over it that night. Choose another time"
    ]


def test_of_the_doubled_hour_the_earlier_is_meant() -> None:
    assert the_event("date: 2027-10-31\nstarts: 2:30").starts_at == utc(2027, 10, 31, 0, 30)


def test_on_several_days_a_time_needs_its_day() -> None:
    event = """
        date: 2027-01-26
        end_date: 2027-01-27
        parts:
          - {slug: a, title: A, starts: 9:30}
    """

    assert faults(event) == [
        "b.yaml:9: events[0].parts[0].starts: needs its day in front, as in 2027-01-26 9:30: no other field gives it"
    ]


def test_times_that_only_the_parts_tell_become_the_events() -> None:
    event = the_event("""
        parts:
          - {slug: a, title: A, starts: 9:30, ends: 13:00}
          - {slug: b, title: B, starts: 14:00, ends: 17:30}
    """)

    assert (event.starts_at, event.ends_at) == (utc(2027, 1, 26, 8, 30), utc(2027, 1, 26, 16, 30))


def test_the_end_stays_unknown_where_one_part_does_not_tell_it() -> None:
    event = the_event("""
        parts:
          - {slug: a, title: A, starts: 9:30, ends: 13:00}
          - {slug: b, title: B, starts: 14:00}
    """)

    assert event.ends_at is None


@pytest.mark.parametrize(
    ("field", "says"),
    [
        ("starts: 25:00", "must be a time from 0:00 to 23:59"),
        (
            "starts: half past nine",
            "must be the time that clocks at the place show, written as 9:30 or 2027-01-26 9:30",
        ),
        ("starts: 2027-01-26", "needs the time of day too, as in 2027-01-26 9:30"),
        ("starts: 0001-01-01 9:30", "must be a day of the calendar, written as 2027-01-26"),
        ("starts: 2027-02-30 9:30", "must be a day of the calendar, written as 2027-01-26"),
        ("starts: [9:30]", "must be a time such as 9:30 or 2027-01-26 9:30"),
    ],
)
def test_a_time_that_cannot_be_read_says_how_to_write_it(field: str, says: str) -> None:
    assert faults(field) == [f"b.yaml:7: events[0].starts: {says}"]


# dates


def test_a_date_may_be_a_text_while_it_is_not_known() -> None:
    event = the_event("date_text: Frühjahr 2027")

    assert (event.starts_on, event.date_text) == (None, {"de": "Frühjahr 2027"})


def test_an_event_of_one_day_ends_on_it() -> None:
    assert the_event().ends_on == date(2027, 1, 26)


def test_without_a_date_the_book_asks_for_one() -> None:
    assert whole_faults(HEAD + "- {slug: e, kind: conference, title: E}") == [
        "b.yaml:3: events[0].date: is missing: give the day, or say in `date_text` when it will be"
    ]


def test_registration_needs_a_day() -> None:
    assert faults("date_text: Herbst\nregistration: {opens: 2027-01-01}") == [
        "b.yaml:7: events[0].registration.opens: needs an event with a day"
    ]


# texts


def test_a_plain_text_is_in_the_events_first_language() -> None:
    assert the_event("languages: [en, de]\nsubtitle: Labs").subtitles == {"en": "Labs"}


def test_a_text_may_be_given_by_language() -> None:
    assert the_event("subtitle: {de: Labore, en: Labs}").subtitles == {"de": "Labore", "en": "Labs"}


def test_words_that_other_readers_take_for_numbers_stay_words() -> None:
    event = the_event("venue: {name: no, postcode: 00123, street: 1e3, city: 12:30}")

    assert (event.venue_name, event.venue_postcode, event.venue_street, event.venue_city) == (
        "no",
        "00123",
        "1e3",
        "12:30",
    )


def test_texts_are_composed_and_without_blanks_around() -> None:
    assert the_event('subtitle: "  Mu\u0308nster "').subtitles == {"de": "M\u00fcnster"}


@pytest.mark.parametrize(
    ("field", "says"),
    [
        ('subtitle: "a\\nb"', "subtitle: must be plain text in one line"),
        ('subtitle: "a\\0b"', "subtitle: must be plain text in one line"),
        ('text: "a\\ab"', "text: must be plain text"),
        ("subtitle: {german: a}", "subtitle.german: is not a language: use codes such as de or en"),
        ("subtitle: [a]", "subtitle: must be a text, or texts by language such as {de: …, en: …}"),
        ("subtitle: {de: [a]}", "subtitle.de: must be a text"),
        ("subtitle: " + 301 * "x", "subtitle: is longer than 300 characters"),
        ("mailbox: werkstatt", "mailbox: must be an e-mail address such as werkstatt@example.org"),
        ("online_url: javascript:alert(1)", "online_url: must be a link that begins with https:// or http://"),
        ("kind2: x", "kind2: is not known here: did you mean `kind`?"),
        ("visibility: publik", "visibility: “publik” is not known here: did you mean public?"),
        ("visibility: 7", "visibility: must be one of: public, link, code"),
        (
            "visibility: code\naccess_code: Eck 12",
            "access_code: is too easy to guess: it needs 6 signs, blanks not counted",
        ),
        ("visibility: code", "access_code: belongs to `visibility: code`, and to that only"),
        (
            "series: Werkstatt",
            "series: must be made of a-z, 0-9 and single hyphens, at most 80: it is part of addresses",
        ),
        ("zone: Mars/Olympus", "zone: is no time zone: write one such as Europe/Berlin"),
        ("number: -1", "number: must be a whole number from 1 to 10000"),
        ("number: 1.5", "number: must be a whole number from 1 to 10000"),
        ("cancelled: perhaps", "cancelled: must be yes or no"),
        ("venue: Rathaus", "venue: must have named fields of its own, each on its line"),
        ("parts: Werkstatt", "parts: must be a list: each item on its own line after a hyphen"),
        ("parts: []", "parts: is empty: leave it out, and the event is one part"),
        ("languages: [de, de]", "languages[1]: stands here twice: keep one"),
        ("access_keys: [lifts]", "access_keys[0]: “lifts” is not known here: did you mean lift?"),
        ("life: announced\npublished: 2026-01-01", "published: belongs to `life: published`"),
        ("life: draft\nannounced: 2026-01-01", "announced: does not belong to a draft"),
    ],
)
def test_each_fault_names_its_field_and_what_to_do(field: str, says: str) -> None:
    assert [fault.partition("events[0].")[2] for fault in faults(field)] == [says]


def test_a_field_nobody_knows_lists_those_that_are() -> None:
    assert whole_faults("host: {slug: s, name: S}\nxyz: 1") == [
        "b.yaml:2: xyz: is not known here: leave it out (known: bodies, categories, events, host, projects, series)"
    ]


def test_all_faults_are_told_at_once_in_the_order_of_the_file() -> None:
    event = """
        titel: X
        parts:
          - slug: a
            title: A
            capacity: -1
          - slug: a
            title: ""
    """

    assert faults(event) == [
        "b.yaml:7: events[0].titel: is not known here: did you mean `title`?",
        "b.yaml:11: events[0].parts[0].capacity: must be a whole number from 0, or left out for no limit",
        "b.yaml:12: events[0].parts[1].slug: “a” was used in line 9 already: each needs its own",
        "b.yaml:13: events[0].parts[1].title: is missing",
    ]


def test_a_book_begins_with_its_host() -> None:
    assert whole_faults("events: []") == [
        "b.yaml:1: host: is missing: a book begins with the organisation that holds the events"
    ]


# life


def test_what_a_book_does_not_say_about_life_stays_open() -> None:
    event = the_event()

    assert (event.life, event.is_cancelled) == (None, None)


def test_an_event_can_be_cancelled_at_a_time() -> None:
    event = the_event("cancelled: 2027-01-18 9:00")

    assert (event.is_cancelled, event.cancelled_at) == (True, utc(2027, 1, 18, 8, 0))


def test_a_time_of_publishing_publishes() -> None:
    assert the_event("published: 2026-11-02 9:00").life == "published"


# the same as JSON


def test_json_is_read_with_its_lines_too() -> None:
    text = '{\n\t"host": {"slug": "s", "name": "\\ud83c\\udfdb \\u00dc"},\n\t"events": [{"slug": "X"}]\n}'

    assert whole_faults(text, "b.json")[0] == (
        "b.json:3: events[0].slug: must be made of a-z, 0-9 and single hyphens, at most 80: it is part of addresses"
    )


def test_json_texts_keep_characters_written_as_two_escapes() -> None:
    read = read_book("b.json", b'{"host": {"slug": "s", "name": "\\ud83c\\udfdb \\\\ud83c \\u00dc\\/"}}')

    assert read.host.name == "\U0001f3db \\ud83c Ü/"


# what is refused before it is read


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ("", "b.yaml: is empty: a book begins with `host:`"),
        ("- a", "b.yaml:1: a book begins with named fields such as `host:` and `events:`"),
        ("a: &x 1", "b.yaml:1: anchors and aliases (& and *) are not allowed: write the value out"),
        ("a: *x", "b.yaml:1: anchors and aliases (& and *) are not allowed: write the value out"),
        ("a: !!python/object:os.system x", "b.yaml:1: tags (words with !) are not allowed: leave "),
        ("a: 1\na: 2", "b.yaml:2: `a` stands here twice: keep one"),
        ("a: 1\n---\nb: 2", "b.yaml:2: a second document begins: a book is one document"),
        ("[a]: 1", "b.yaml:1: "),
        ("a: " + 30 * "[" + 30 * "]", "b.yaml:1: nested more than 24 levels deep: a book needs far fewer"),
        ("a: [" + 200_001 * "1," + "]", "b.yaml:1: more than 200,000 values: split it into several books"),
        ("a: 'x\n\n", "b.yaml:3: cannot be read here: "),
    ],
)
def test_what_could_harm_or_surprise_is_refused_at_once(data: str, says: str) -> None:
    told = whole_faults(data)

    assert [told[0][: len(says)], len(told)] == [says, 1]


def test_a_file_above_five_mebibytes_is_refused() -> None:
    assert whole_faults(b"#" * (5 * 1024 * 1024 + 1)) == ["b.yaml: is larger than 5 MiB: split it into several books"]


def test_another_encoding_is_refused_with_its_line() -> None:
    assert whole_faults("a: 1\nb: ü".encode("latin-1")) == ["b.yaml:2: is not UTF-8: save the file with this encoding"]


def test_a_deep_file_is_refused_before_it_grows() -> None:
    assert whole_faults("a: " + 100_000 * "[")[0].endswith("nested more than 24 levels deep: a book needs far fewer")
