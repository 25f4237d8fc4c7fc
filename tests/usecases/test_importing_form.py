"""Answers and consents keep the question and the words they were given to."""

import pytest
from sqlalchemy import select

from confman.kernel.db import Database
from confman.store.programme import consent_text, question, unit
from tests.usecases.importing_desk import BOOK, LATER, Desk, changed

QUESTION = BOOK[BOOK.index("        questions:") : BOOK.index("        consents:")]
CONSENT = "        consents: [{key: liste, text: Ich stehe auf der Liste.}]\n"


@pytest.fixture
def desk(database: Database) -> Desk:
    desk = Desk(database)
    desk.take()
    return desk


def versions(desk: Desk) -> list[tuple[int, str]]:
    with desk.database.read.connect() as connection:
        rows = connection.execute(select(consent_text).order_by(consent_text.c.version))
        return [(row.version, row.texts["de"]) for row in rows]


def test_an_answered_question_may_be_worded_anew(desk: Desk) -> None:
    desk.register("ada", eats=True)

    desk.take(changed(("label: Essen", "label: Mittagessen")), LATER)

    row = desk.one(question)
    assert (row["version"], row["labels"]) == (2, {"de": "Mittagessen"})


def test_an_answered_question_keeps_its_kind(desk: Desk) -> None:
    desk.register("ada", eats=True)

    told = desk.refused(changed(("kind: one", "kind: many")))

    assert told == [
        "events[0].questions[0].kind: its kind cannot change before the answers are erased (people who answered: 1)"
    ]


def test_an_answered_question_must_stay(desk: Desk) -> None:
    desk.register("ada", eats=True)

    told = desk.refused(BOOK.replace(QUESTION, ""))

    assert told == ["events[0].questions: the question “essen” must stay (people who answered: 1)"]


def test_a_taken_option_must_stay_limited(desk: Desk) -> None:
    desk.register("ada", eats=True)

    told = desk.refused(changed(("label: Ja, capacity: 5", "label: Ja")))

    assert told == ["events[0].questions[0]: the option “ja” must stay limited (people in it: 1)"]


def test_an_option_cannot_shrink_below_what_is_taken(desk: Desk) -> None:
    for name in ("ada", "bea"):
        desk.register(name, eats=True)

    told = desk.refused(changed(("label: Ja, capacity: 5", "label: Ja, capacity: 1")))

    assert told == [
        "events[0].questions[0].options[0].capacity: 2 places are taken; the capacity cannot be 1 unless you insist."
    ]


def test_a_question_nobody_answered_goes_with_its_places(desk: Desk) -> None:
    before = desk.count(unit)

    desk.take(BOOK.replace(QUESTION, ""), LATER)

    assert (desk.count(question), desk.count(unit)) == (0, before - 1)


def test_new_words_of_a_consent_leave_the_agreed_ones_as_they_were(desk: Desk) -> None:
    desk.register("ada", eats=True)

    desk.take(changed(("Ich stehe auf der Liste.", "Ich will auf die Liste.")), LATER)

    assert versions(desk) == [(1, "Ich stehe auf der Liste."), (2, "Ich will auf die Liste.")]


def test_new_words_nobody_agreed_to_replace_the_old(desk: Desk) -> None:
    desk.take(changed(("Ich stehe auf der Liste.", "Ich will auf die Liste.")), LATER)

    assert versions(desk) == [(1, "Ich will auf die Liste.")]


def test_a_consent_somebody_gave_must_stay(desk: Desk) -> None:
    desk.register("ada", eats=True)

    told = desk.refused(BOOK.replace(CONSENT, ""))

    assert told == ["events[0].consents: the text “liste” must stay (people who agreed: 1)"]


def test_a_consent_must_stay_for_those_who_agreed_to_its_older_words(desk: Desk) -> None:
    desk.register("ada", eats=True)
    desk.take(changed(("Ich stehe auf der Liste.", "Ich will auf die Liste.")), LATER)

    told = desk.refused(BOOK.replace(CONSENT, ""))

    assert told == ["events[0].consents: the text “liste” must stay (people who agreed: 1)"]


def test_texts_of_a_consent_move_together(desk: Desk) -> None:
    desk.register("ada", eats=True)
    first = "consents: [{key: neu, text: Neu.}, {key: liste, text: Ich will auf die Liste.}]"

    desk.take(changed((CONSENT.strip(), first)), LATER)

    with desk.database.read.connect() as connection:
        rows = connection.execute(select(consent_text).where(consent_text.c.key == "liste"))
        assert [row.position for row in rows] == [1, 1]


def test_a_consent_nobody_gave_goes(desk: Desk) -> None:
    desk.take(BOOK.replace(CONSENT, ""), LATER)

    assert versions(desk) == []
