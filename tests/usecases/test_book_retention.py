"""For how long a host keeps what, as the event book says it."""

import pytest

from confman.usecases.book import read_book
from confman.usecases.book_faults import BookRefused
from confman.usecases.book_values import Book

BOOK = """
host: {{slug: s, name: S, retention: {{{retention}}}}}
events:
  - slug: e
    title: E
    kind: dialogue
    date: 2027-01-26
    questions:
      - {{key: plain, kind: text, label: A, purpose: P}}
      - {{key: needs, kind: text, label: B, purpose: P, sensitive: yes}}
      - {{key: own, kind: text, label: C, purpose: P, erase_days: 3}}
      - {{key: more, kind: text, label: D, purpose: P, sensitive: yes{more}}}
"""


def book(retention: str = "", more: str = "") -> Book:
    return read_book("b.yaml", BOOK.format(retention=retention, more=more).encode())


def erase_days(read: Book) -> list[int]:
    return [question.erase_days for question in read.events[0].questions]


def test_questions_that_say_nothing_are_kept_as_usual() -> None:
    assert erase_days(book()) == [30, 14, 3, 14]


def test_a_host_says_it_for_all_its_questions() -> None:
    assert erase_days(book("answers_days: 60, needs_days: 7", ", erase_days: 20")) == [60, 7, 3, 20]


def test_what_a_host_sets_is_kept() -> None:
    days = {"unconfirmed_days": 1, "cancelled_days": 365, "registration_days": 4_000}

    assert book(", ".join(f"{name}: {number}" for name, number in days.items())).host.retention == days


@pytest.mark.parametrize(
    ("retention", "more", "says"),
    [
        ("unconfirmed_days: 91", "", "host.retention.unconfirmed_days: must be a whole number from 1 to 90"),
        ("needs_days: 0", "", "host.retention.needs_days: must be a whole number from 1 to 90"),
        ("registration_days: 29", "", "host.retention.registration_days: must be a whole number from 30 to 4000"),
        ("cancelled_days: soon", "", "host.retention.cancelled_days: must be a whole number from 1 to 365"),
        ("answers_days: -1", "", "host.retention.answers_days: must be a whole number from 1 to 365"),
        ("", ", erase_days: 91", "events[0].questions[3].erase_days: must be a whole number from 1 to 90"),
    ],
)
def test_what_is_out_of_bounds_is_refused(retention: str, more: str, says: str) -> None:
    with pytest.raises(BookRefused) as refused:
        book(retention, more)

    assert says in str(refused.value)
