"""Changing forums and parts: what was sent strangely is not guessed."""

import pytest

from tests.api_node import Api
from tests.builders import an_event
from tests.web.attendee import confirmed, words_of
from tests.web.test_web_my_choices import ONE, TWO, choose


@pytest.mark.parametrize(
    "fields",
    [
        {"choice.foren": ["f1", "f2"]},
        {"choice.foren": ["f2", "f2"]},
        {"choice.foren": "f1", "waits": "f1", "until.foren": ["f2", "f3"]},
        {"adds": ["konferenz", "konferenz"]},
    ],
)
def test_what_was_sent_more_than_once_is_not_guessed(sqlite_site: Api, fields: dict[str, object]) -> None:
    anna = confirmed(sqlite_site, sqlite_site.write(an_event, ONE), "Adler", choices={"foren": "f3"})

    answer = anna.fill("choices", fields)

    assert answer.status_code == 422
    assert "Das kam mehrmals an. Bitte prüfen Sie es." in words_of(answer.text)
    assert "Forum 3: f3, 10:30" in anna.reads()


def test_a_seat_that_is_what_is_waited_for_is_none(sqlite_site: Api) -> None:
    made = sqlite_site.write(an_event, ONE)
    confirmed(sqlite_site, made, "Bussard", choices={"foren": "f1"})
    anna = confirmed(sqlite_site, made, "Adler", choices={"foren": "f3"})

    full = anna.fill("choices", {**choose("f1"), "until.foren": "f1"})
    waits = anna.follow("choices", {**choose("f1", waits="f1"), "until.foren": "f1"})
    free = anna.follow("choices", {**choose("f2"), "until.foren": "f2"})

    assert full.status_code == 409
    assert "Sie stehen auf der Warteliste für Forum 1, Platz 1. Ihren Platz in Forum 3 behalten Sie so lange." in waits
    assert "Gewechselt: Sie sind jetzt in Forum 2." in free


def test_a_part_one_never_had_was_not_given_up(sqlite_site: Api) -> None:
    anna = confirmed(sqlite_site, sqlite_site.write(an_event, TWO), "Adler", "konferenz")

    assert words_of(anna.look("?done=part.werkstatt").text) == anna.reads()
