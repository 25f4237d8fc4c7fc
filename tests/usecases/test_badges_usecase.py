"""Badges: who gets one, what stands on it, and what the report says of it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, update
from sqlalchemy import event as sqlalchemy_event

from confman.domain.errors import NotFound
from confman.domain.ledger.requests import Cancel
from confman.kernel.db import Database
from confman.kernel.security import Link, Purpose, Secrets
from confman.render.badge_values import Badge, Field, Finding, Remark
from confman.store.registrations import registration
from confman.usecases import badges, work
from confman.usecases.badges import Printed, Tickets, badges_of, in_words, report
from confman.usecases.ledger import RulesCache
from confman.usecases.registrar import Ask, settle_batch
from tests.builders import NOW, STARTS, AnEvent, APart, ASession, ASlot, a_person, a_registration, an_event

SLUG = "abschlusskonferenz"
SECRETS = Secrets((b"s" * 32,))
TICKETS = Tickets("https://events.example.org", SECRETS)
TWO = (
    APart("werkstatt", 1, hours=2, slots=(ASlot("tische", (ASession("t1"), ASession("t2")), hour=0),)),
    APart(
        "konferenz",
        starts_at=STARTS + timedelta(hours=4),
        hours=3,
        slots=(ASlot("foren", (ASession("f1", 1), ASession("f2"))),),
    ),
)


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.write.connect() as opened, opened.begin():
        yield opened


def register(connection: Connection, made: AnEvent, *asks: Ask) -> None:
    settle_batch(connection, made.id, asks, lambda: NOW, RulesCache())


def printed(connection: Connection, language: str | None = None, tickets: Tickets = TICKETS) -> list[Badge]:
    return list(badges_of(connection, SLUG, tickets, language).badges)


def test_a_badge_says_who_from_where_for_what(connection: Connection) -> None:
    made = an_event(connection)
    ask = a_registration(made, "Adler")
    register(connection, made, ask)
    values = {"title": "Prof. Dr.-Ing. habil.", "institution": "Hochschule Lindenbrück", "no_photo": True}
    connection.execute(update(registration).values(**values, code="K7M4-29QX"))

    [badge] = printed(connection)

    assert badge == Badge(
        title="Prof. Dr.",
        given_name="Anna",
        family_name="Adler",
        badge_name=None,
        institution="Hochschule Lindenbrück",
        category_word="Teilnehmende",
        category_colour="#005A8C",
        event_line="5. Werkstatt und Abschlusskonferenz",
        date_line="26. Januar 2027",
        mark="",
        no_photo=True,
        ticket_url=TICKETS.url(ask.request.id, 0),  # type: ignore[union-attr]  # registering has one
        code="K7M4-29QX",
    )


def test_the_code_is_a_ticket_in_capitals(connection: Connection) -> None:
    made = an_event(connection)
    ask = a_registration(made, "Adler")
    register(connection, made, ask)
    connection.execute(update(registration).values(ticket_generation=3))

    [badge] = printed(connection)

    assert badge.ticket_url is not None
    address, _, token = badge.ticket_url.rpartition("/")
    assert address == "HTTPS://EVENTS.EXAMPLE.ORG/T"
    assert SECRETS.read_link(Purpose.TICKET, token) == Link(ask.request.id, 3)  # type: ignore[union-attr]  # as above
    assert SECRETS.read_link(Purpose.MANAGE, token) is None


def test_below_a_path_of_others_the_address_stays_as_it_is(connection: Connection) -> None:
    made = an_event(connection)
    register(connection, made, a_registration(made, "Adler"))

    [badge] = printed(connection, tickets=Tickets("https://example.org/Tagungen", SECRETS))

    assert badge.ticket_url is not None
    assert badge.ticket_url.startswith("https://example.org/Tagungen/t/")


def test_only_who_holds_a_part_gets_a_badge(connection: Connection) -> None:
    made = an_event(connection, TWO)
    asks = [a_registration(made, name, "werkstatt") for name in ("Adler", "Bussard")]
    asks += [a_registration(made, name, "konferenz") for name in ("Condor", "Drossel")]
    register(connection, made, *asks)
    register(connection, made, Ask(Cancel(asks[2].request.id)))  # type: ignore[union-attr]  # as above

    assert [badge.family_name for badge in printed(connection)] == ["Adler", "Drossel"]


def test_contributors_get_theirs_with_their_word(connection: Connection) -> None:
    made = an_event(connection, (APart("konferenz", 1),))
    register(connection, made, a_registration(made, "Adler"))
    speaker = Ask(a_registration(made, "Bussard", counts=False).request, a_person(made, "Bussard", "contributor"))
    register(connection, made, speaker)

    assert [(badge.family_name, badge.category_word) for badge in printed(connection)] == [
        ("Adler", "Teilnehmende"),
        ("Bussard", "Mitwirkende"),
    ]


def test_the_mark_names_the_chosen_sessions_that_are_held(connection: Connection) -> None:
    made = an_event(connection, TWO)
    both: dict[str, str | None] = {"tische": "t2", "foren": "f1"}
    register(connection, made, a_registration(made, "Adler", "werkstatt", "konferenz", choices=both))
    register(connection, made, a_registration(made, "Bussard", "konferenz", choices={"foren": "f1"}))

    assert [badge.mark for badge in printed(connection)] == ["F2 F1", ""]


def test_badges_speak_the_language_that_is_asked_for(connection: Connection) -> None:
    made = an_event(connection)
    register(connection, made, a_registration(made, "Adler"))

    [badge] = printed(connection, "en")

    assert (badge.event_line, badge.date_line) == ("Fifth workshop and closing conference", "26 January 2027")
    assert badge.category_word == "attendee"


def test_an_event_without_a_day_has_its_text(connection: Connection) -> None:
    undated: dict[str, Any] = {"starts_on": None, "ends_on": None, "date_text": {"de": "Herbst 2027"}}
    made = an_event(connection, **undated)
    register(connection, made, a_registration(made, "Adler"))

    assert [badge.date_line for badge in printed(connection)] == ["Herbst 2027"]


def test_of_an_event_that_does_not_exist_there_are_no_badges(connection: Connection) -> None:
    with pytest.raises(NotFound):
        badges_of(connection, "nirgends", TICKETS)


def test_badges_are_read_in_a_fixed_number_of_statements(database: Database) -> None:
    made = work.write(database, an_event)
    sent: list[str] = []
    sqlalchemy_event.listen(database.read, "before_cursor_execute", lambda *told: sent.append(told[2]))
    numbers = []
    for family in ("Adler", "Bussard", "Condor"):
        work.write(database, register, made, a_registration(made, family))
        sent.clear()
        work.read(database, printed)
        numbers.append(len([statement for statement in sent if not statement.startswith("BEGIN")]))

    assert numbers == [12, 12, 12]


# the report


def of_anna(field: Field, finding: Finding, size_pt: float | None = None, characters: str = "") -> Remark:
    return Remark("K7M4-29QX", "Anna Adler", field, finding, size_pt, characters)


@pytest.mark.parametrize(
    ("remark", "german", "english"),
    [
        (
            of_anna(Field.NAME, Finding.SHRUNK, 18.4),
            "Anna Adler (K7M4-29QX): Name verkleinert auf 18 pt",
            "Anna Adler (K7M4-29QX): name reduced to 18 pt",
        ),
        (
            of_anna(Field.NAME, Finding.BROKEN),
            "Anna Adler (K7M4-29QX): Name in zwei Zeilen",
            "Anna Adler (K7M4-29QX): name in two lines",
        ),
        (
            of_anna(Field.NAME, Finding.MISSING, characters="ꞌ{"),
            "Anna Adler (K7M4-29QX): Name: Zeichen fehlt in der Schrift: ꞌ {",
            "Anna Adler (K7M4-29QX): name: the font lacks ꞌ {",
        ),
        (
            Remark("", "Tagung", Field.EVENT, Finding.CUT),
            "Tagung: Veranstaltung ist zu lang und wurde gekürzt",
            "Tagung: event is too long and was cut",
        ),
        (
            of_anna(Field.TICKET, Finding.LEFT_OUT),
            "Anna Adler (K7M4-29QX): QR-Code weggelassen, weil kein Platz dafür ist",
            "Anna Adler (K7M4-29QX): code left out, because it does not fit",
        ),
    ],
)
def test_what_cannot_be_printed_well_is_said_in_words(remark: Remark, german: str, english: str) -> None:
    assert (in_words(remark, "de"), in_words(remark, "en")) == (german, english)


def test_the_report_begins_with_how_many_to_check() -> None:
    remarks = [of_anna(Field.NAME, finding) for finding in (Finding.BROKEN, Finding.CUT)]

    first, *_ = report(Printed("de", 7, remarks))
    assert first == "Bitte 1 Namensschild prüfen:"
    first, *_ = report(Printed("de", 7, [*remarks, Remark("X", "B", Field.NAME, Finding.CUT)]))
    assert first == "Bitte 2 Namensschilder prüfen:"
    assert list(report(Printed("de", 7, []))) == []


def test_every_finding_and_field_has_its_words() -> None:
    assert set(badges._FINDINGS) == set(Finding)
    assert set(badges._FIELDS) == set(Field)
