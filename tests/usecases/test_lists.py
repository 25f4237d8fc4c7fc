"""The list of participants: who is on it, in which order, in which words."""

import tracemalloc
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, update
from sqlalchemy import event as sqlalchemy_event

from confman.domain.errors import NotFound
from confman.domain.ledger.requests import Cancel, Confirm, Hand, Lapse
from confman.kernel.db import Database
from confman.kernel.ids import new_id
from confman.store.registrations import answer, answer_sensitive, registration
from confman.usecases import lists, work
from confman.usecases.ledger import RulesCache
from confman.usecases.registrar import Ask, settle_batch
from tests.builders import NOW, STARTS, AnEvent, APart, ASession, ASlot, a_question, a_registration, an_event

SLUG = "abschlusskonferenz"
TITLE = "5. Werkstatt und Abschlusskonferenz"
TWO = (
    APart("werkstatt", 1, hours=2),
    APart(
        "konferenz",
        starts_at=STARTS + timedelta(hours=4),
        hours=3,
        slots=(ASlot("foren", (ASession("f1", 1), ASession("f2"))),),
    ),
)
NAME, GIVEN, TITLE_OF, INSTITUTION, EMAIL, CATEGORY, STATUS, PARTS, FORUM, RECEIVED = range(10)


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.write.connect() as opened, opened.begin():
        yield opened


def register(connection: Connection, made: AnEvent, *asks: Ask) -> None:
    settle_batch(connection, made.id, asks, lambda: NOW, RulesCache())


def confirmed(connection: Connection, made: AnEvent, *asks: Ask) -> None:
    register(connection, made, *asks)
    register(connection, made, *(Ask(Confirm(_id(ask))) for ask in asks))


def _id(ask: Ask) -> Any:
    return ask.request.id  # type: ignore[union-attr]  # registering has one


def rows(connection: Connection, language: str | None = None, *, ended: bool = False) -> list[tuple[str | None, ...]]:
    return list(lists.participants(connection, SLUG, language, ended=ended).rows)


def column(connection: Connection, index: int, **options: Any) -> list[str | None]:
    return [row[index] for row in rows(connection, **options)]


def test_a_row_has_the_columns_that_the_team_works_with(connection: Connection) -> None:
    made = an_event(connection)
    confirmed(connection, made, a_registration(made, "Adler"))
    connection.execute(update(registration).values(title="Dr.", institution="Hochschule Lindenbrück"))

    table = lists.participants(connection, SLUG)

    assert table.title == TITLE
    assert table.header == (
        *("Nachname", "Vorname", "Titel", "Institution", "E-Mail"),
        *("Kategorie", "Status", "Teile", "Forum", "Eingang"),
    )
    assert list(table.rows) == [
        (
            *("Adler", "Anna", "Dr.", "Hochschule Lindenbrück", "adler@lindenbrueck.example"),
            *("Teilnehmende", "angemeldet", TITLE, None, "2026-11-22 13:00"),
        )
    ]
    assert table.rows.number == 1


def test_the_list_is_in_the_language_that_is_asked_for(connection: Connection) -> None:
    made = an_event(connection)
    register(connection, made, a_registration(made, "Adler"))

    table = lists.participants(connection, SLUG, "en")

    assert (table.language, table.header[:2]) == ("en", ("Surname", "Given name"))
    assert [row[STATUS] for row in table.rows] == ["waits for confirmation"]


def test_people_stand_by_their_sort_key_and_equals_by_their_coming(connection: Connection) -> None:
    made = an_event(connection)
    register(connection, made, *(a_registration(made, family) for family in ("Zander", "Adler", "Muster")))
    connection.execute(update(registration).where(registration.c.family_name == "Zander").values(sort_key="aaa"))

    assert column(connection, NAME) == ["Zander", "Adler", "Muster"]


def test_parts_and_forums_say_what_is_held_and_what_is_waited_for(connection: Connection) -> None:
    made = an_event(connection, TWO)
    asks = [
        a_registration(made, "Adler", "werkstatt", "konferenz", choices={"foren": "f1"}),
        a_registration(made, "Bussard", "werkstatt", "konferenz", choices={"foren": "f1"}),
        a_registration(made, "Condor", "konferenz", choices={"foren": "f2"}),
        a_registration(made, "Drossel", "werkstatt"),
    ]
    confirmed(connection, made, *asks)

    assert [(row[STATUS], row[PARTS], row[FORUM]) for row in rows(connection)] == [
        ("angemeldet", "werkstatt, konferenz", "Forum 1"),
        ("angemeldet", "werkstatt (Warteliste), konferenz", "Forum 1 (Warteliste)"),
        ("angemeldet", "konferenz", "Forum 2"),
        ("Warteliste", "werkstatt (Warteliste)", None),
    ]


def test_a_choice_of_a_part_that_waits_is_only_wished(connection: Connection) -> None:
    made = an_event(connection, (APart("konferenz", 1, slots=TWO[1].slots),))
    confirmed(connection, made, *(a_registration(made, name, choices={"foren": "f2"}) for name in ("Adler", "Bussard")))

    assert column(connection, FORUM) == ["Forum 2", "Forum 2 (sobald ein Platz frei ist)"]


def test_those_who_ended_are_listed_only_when_asked_for(connection: Connection) -> None:
    made = an_event(connection)
    asks = [a_registration(made, family) for family in ("Adler", "Bussard", "Condor", "Drossel")]
    register(connection, made, *asks)
    by_hand = Hand("organiser", ignores_deadlines=True)
    register(connection, made, Ask(Cancel(_id(asks[0]))), Ask(Cancel(_id(asks[1]), "organiser", by_hand)))
    connection.execute(update(registration).where(registration.c.id == _id(asks[2])).values(confirm_by=NOW))
    register(connection, made, Ask(Lapse((_id(asks[2]),))))

    assert column(connection, NAME) == ["Drossel"]
    assert [(row[NAME], row[STATUS]) for row in rows(connection, ended=True)] == [
        ("Adler", "abgesagt"),
        ("Bussard", "von uns abgesagt"),
        ("Condor", "Reservierung abgelaufen"),
        ("Drossel", "wartet auf Bestätigung"),
    ]


def test_answers_are_in_no_list(connection: Connection) -> None:
    made = an_event(connection)
    ask = a_registration(made, "Adler")
    register(connection, made, ask)
    for table, key, sensitive in ((answer, "frage", False), (answer_sensitive, "bedarf", True)):
        question = a_question(connection, made, key, sensitive=sensitive)
        values = {"registration_id": _id(ask), "question_id": question, "value": "Rollstuhl"}
        connection.execute(insert(table).values(values))

    assert "Rollstuhl" not in repr(rows(connection))


def test_of_an_event_that_does_not_exist_there_is_no_list(connection: Connection) -> None:
    with pytest.raises(NotFound):
        lists.participants(connection, "nirgends")


def test_a_draft_has_its_list_too(connection: Connection) -> None:
    an_event(connection, announced_at=None, published_at=None)

    assert rows(connection) == []


def test_the_list_is_read_in_a_fixed_number_of_statements(database: Database) -> None:
    made = work.write(database, an_event)
    sent: list[str] = []
    sqlalchemy_event.listen(database.read, "before_cursor_execute", lambda *told: sent.append(told[2]))
    numbers = []
    for family in ("Adler", "Bussard", "Condor"):
        work.write(database, register, made, a_registration(made, family))
        sent.clear()
        work.read(database, lambda c: list(lists.participants(c, SLUG).rows))
        numbers.append(len([statement for statement in sent if not statement.startswith("BEGIN")]))

    assert numbers == [12, 12, 12]


def test_a_long_list_is_read_in_the_memory_of_a_short_one(database: Database) -> None:
    made = work.write(database, an_event)
    work.write(database, _many, made, 12_000)

    def peak(connection: Connection) -> int:
        table = lists.participants(connection, SLUG)
        tracemalloc.start()
        for _ in table.rows:
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert table.rows.number == 12_000
        return most

    assert work.read(database, peak) < 8_000_000


def _many(connection: Connection, made: AnEvent, number: int) -> None:
    shared = {
        "event_id": made.id,
        "category_id": made.categories["attendee"],
        "given_name": "Anna",
        "language": "de",
        "source": "import",
        "created_at": NOW,
        "changed_at": NOW,
        "institution": "Hochschule Lindenbrück" * 4,
    }
    people = [
        {
            **shared,
            "id": new_id(),
            "code": f"{index:08}",
            "family_name": f"Muster{index}",
            **dict.fromkeys(("sort_key", "search_key", "name_key"), f"muster{index:08}"),
        }
        for index in range(number)
    ]
    connection.execute(insert(registration), people)
