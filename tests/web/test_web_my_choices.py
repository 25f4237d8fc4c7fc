"""Changing forums and parts on „My registration“: the old place is kept until the new one is certain."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import update

from confman.domain.ledger.requests import Cancel
from confman.store.events import event
from confman.store.programme import part, session, slot
from confman.usecases.registrar import Ask
from tests.api_node import Api
from tests.builders import NOW, STARTS, APart, ASession, ASlot, an_event
from tests.web.attendee import FORM, Person, confirmed, settle, words_of

HOUR = timedelta(hours=1)
FORUMS = ASlot("foren", (ASession("f1", 1), ASession("f2", 5), ASession("f3", 5)))
ONE = (APart("konferenz", 20, slots=(FORUMS,)),)
TWO = (APart("werkstatt", 1, hours=2), APart("konferenz", 20, starts_at=STARTS + 3 * HOUR, slots=(FORUMS,)))


def choose(session_: str, **more: object) -> dict[str, object]:
    return {"choice.foren": session_, **more}


def set_event(site: Api, **values: object) -> None:
    site.write(lambda c: c.execute(update(event).values(revision=event.c.revision + 1, **values)))


# forums


def test_a_free_forum_is_had_at_once_and_the_old_place_goes(site: Api) -> None:
    anna = confirmed(site, site.write(an_event, ONE), "Adler", choices={"foren": "f2"})

    shown = anna.follow("choices", choose("f3"))

    assert "Gewechselt: Sie sind jetzt in Forum 3." in shown
    assert "Ihr Programm 5. Werkstatt und Abschlusskonferenz" in shown
    assert "Forum 3: f3, 10:30 bis 11:30 Uhr" in shown
    assert "Forum 2: f2, 10:30" not in shown
    assert anna.letters()[-1] == "changed"


def test_free_forums_come_first_and_each_says_how_it_stands(sqlite_site: Api) -> None:
    made = sqlite_site.write(an_event, ONE)
    for family in ("Bussard", "Condor"):
        confirmed(sqlite_site, made, family, choices={"foren": "f1"})
    anna = confirmed(sqlite_site, made, "Adler", choices={"foren": "f3"})

    shown = anna.reads()

    assert (
        "Forum wechseln Foren, 10:30 bis 11:30 Uhr Forum 2: f2 freie Plätze "
        "Forum 3: f3 Ihr jetziger Platz Forum 1: f1 ausgebucht, eine Person wartet Ich entscheide mich später"
    ) in shown
    assert "Ihr bisheriger Platz wird erst frei, wenn der neue sicher ist." in shown


def test_who_waits_keeps_the_old_place_until_then(site: Api) -> None:
    made = site.write(an_event, ONE)
    bela = confirmed(site, made, "Bussard", choices={"foren": "f1"})
    anna = confirmed(site, made, "Adler", choices={"foren": "f3"})

    shown = anna.follow("choices", choose("f1", waits="f1"))
    bela.send("cancellation")

    expected = "Sie stehen auf der Warteliste für Forum 1, Platz 1. Ihren Platz in Forum 3 behalten Sie so lange."
    assert expected in shown
    assert "Wird etwas frei, buchen wir Sie um und schreiben Ihnen." in shown
    assert "Forum 1: f1, 10:30" in anna.reads()
    assert anna.letters()[-1] == "promoted"


def test_another_seat_for_the_time_of_waiting(site: Api) -> None:
    made = site.write(an_event, ONE)
    confirmed(site, made, "Bussard", choices={"foren": "f1"})
    anna = confirmed(site, made, "Adler", choices={"foren": "f3"})

    shown = anna.follow("choices", {**choose("f1", waits="f1"), "until.foren": "f2"})

    assert "Sie stehen auf der Warteliste für Forum 1, Platz 1. Ihren Platz in Forum 2 behalten Sie so lange." in shown


def test_who_moved_up_goes_back_while_places_are_free(site: Api) -> None:
    made = site.write(an_event, ONE)
    bela = confirmed(site, made, "Bussard", choices={"foren": "f1"})
    anna = confirmed(site, made, "Adler", choices={"foren": ("f1", "f3")})
    bela.send("cancellation")
    assert "Zurück in Forum 3" in anna.reads()

    shown = anna.follow("choices", choose("f3"))

    assert "Gewechselt: Sie sind jetzt in Forum 3." in shown


def test_there_is_no_way_back_into_what_is_full_by_now(sqlite_site: Api) -> None:
    small = (APart("konferenz", slots=(ASlot("foren", (ASession("f1", 1), ASession("f2", 1))),)),)
    made = sqlite_site.write(an_event, small)
    anna = confirmed(sqlite_site, made, "Adler", choices={"foren": "f1"})
    anna.follow("choices", choose("f2"))
    assert "Zurück in Forum 1" in anna.reads()

    confirmed(sqlite_site, made, "Bussard", choices={"foren": "f1"})

    assert "Zurück in" not in anna.reads()


def test_what_was_free_on_the_page_and_is_full_by_now_changes_nothing(site: Api) -> None:
    made = site.write(an_event, ONE)
    anna = confirmed(site, made, "Adler", choices={"foren": "f3"})
    anna.look()
    confirmed(site, made, "Bussard", choices={"foren": "f1"})

    answer = anna.fill("choices", choose("f1"))

    assert answer.status_code == 409
    assert "Forum 1 wurde eben ausgebucht. Sie bleiben in Forum 3." in words_of(answer.text)
    assert re.search(r'<details class="kern-accordion" id="change.foren" open>', answer.text)
    assert "Forum 3: f3, 10:30" in anna.reads()


def test_who_sits_nowhere_and_finds_it_full_is_told_that_nothing_changed(sqlite_site: Api) -> None:
    made = sqlite_site.write(an_event, ONE)
    anna = confirmed(sqlite_site, made, "Adler")
    confirmed(sqlite_site, made, "Bussard", choices={"foren": "f1"})

    answer = anna.fill("choices", choose("f1"))

    assert "Forum 1 wurde eben ausgebucht. Es bleibt alles, wie es war." in words_of(answer.text)


def test_a_seat_named_without_waiting_puts_nobody_on_a_waiting_list(sqlite_site: Api) -> None:
    made = sqlite_site.write(an_event, ONE)
    anna = confirmed(sqlite_site, made, "Adler", choices={"foren": "f3"})
    confirmed(sqlite_site, made, "Bussard", choices={"foren": "f1"})

    answer = anna.fill("choices", {**choose("f1"), "until.foren": "f2"})

    assert answer.status_code == 409
    assert "Warteliste Forum 1" not in anna.reads()


def test_deciding_later_gives_the_place_back(sqlite_site: Api) -> None:
    made = sqlite_site.write(an_event, ONE)
    bela = confirmed(sqlite_site, made, "Bussard", choices={"foren": "f1"})

    assert "Gespeichert: Sie entscheiden sich später." in bela.follow("choices", choose(""))
    assert "Forum wählen" in bela.reads()


def test_giving_up_waiting_is_choosing_ones_seat(sqlite_site: Api) -> None:
    made = sqlite_site.write(an_event, ONE)
    confirmed(sqlite_site, made, "Bussard", choices={"foren": "f1"})
    anna = confirmed(sqlite_site, made, "Adler", choices={"foren": ("f1", "f3")})

    shown = anna.follow("choices", choose("f3", waits="f1"))

    assert "Gewechselt: Sie sind jetzt in Forum 3." in shown
    assert "Warteliste Forum 1" not in shown


def test_a_double_click_chooses_once(site: Api) -> None:
    anna = confirmed(site, site.write(an_event, ONE), "Adler", choices={"foren": "f2"})

    answers = [anna.fill("choices", choose("f3")) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert anna.letters().count("changed") == 1


def test_two_who_want_each_others_forum_wait_and_lose_nothing(site: Api) -> None:
    small = (APart("konferenz", slots=(ASlot("foren", (ASession("f1", 1), ASession("f2", 1), ASession("f3", 1))),)),)
    made = site.write(an_event, small)
    anna, bela = (confirmed(site, made, f, choices={"foren": s}) for f, s in (("Adler", "f1"), ("Bussard", "f2")))

    together(site, (anna, choose("f2", waits=["f1", "f2"])), (bela, choose("f1", waits=["f1", "f2"])))
    assert "Warteliste Forum 2: f2" in anna.reads()
    assert "Warteliste Forum 1: f1" in bela.reads()
    assert "Ihr Programm 5. Werkstatt und Abschlusskonferenz, 9:30 bis 17:30 Uhr Forum 1" in (anna.reads())

    anna.fill("choices", choose("f3"))

    assert "Forum 1: f1, 10:30" in bela.reads()
    assert "Warteliste" not in bela.reads().partition("Ihr Programm")[2].partition("Programm ändern")[0]


def test_of_two_who_take_the_last_place_at_once_one_gets_it(site: Api) -> None:
    made = site.write(an_event, ONE)
    anna, bela = (confirmed(site, made, family, choices={"foren": "f3"}) for family in ("Adler", "Bussard"))

    answers = together(site, (anna, choose("f1")), (bela, choose("f1")))

    assert sorted(answer.status_code for answer in answers) == [303, 409]


def together(site: Api, *forms: tuple[Person, dict[str, object]]) -> list[Any]:
    asked = [
        (f"/r/{person.token()}/choices", {"headers": FORM, "content": urlencode(fields, doseq=True)})
        for person, fields in forms
    ]
    return list(site.all_at_once([("POST", path, rest) for path, rest in asked]))


# until when


def test_the_end_of_changes_is_no_wall(sqlite_site: Api) -> None:
    made = sqlite_site.write(an_event, ONE, change_until=NOW + HOUR, contact_phone="0221 4710 123")
    anna = confirmed(sqlite_site, made, "Adler", choices={"foren": "f3"})
    assert "Sie können Ihre Wahl bis Sonntag, 22. November 2026, 14:00 Uhr ändern." in anna.reads()
    sqlite_site.now = NOW + HOUR

    shown = anna.reads()
    answer = anna.fill("choices", choose("f2"))

    said = (
        "Änderungen waren bis Sonntag, 22. November 2026, 14:00 Uhr möglich. Rufen Sie uns an: 0221 4710 123. "
        "Absagen können Sie hier weiterhin."
    )
    assert said in shown
    assert answer.status_code == 409
    assert said in words_of(answer.text)
    assert "Forum 3: f3, 10:30" in anna.reads()


def test_a_slot_that_opens_later_says_when(sqlite_site: Api) -> None:
    made = sqlite_site.write(an_event, ONE)
    opens = NOW + timedelta(days=50)
    anna = confirmed(sqlite_site, made, "Adler")
    sqlite_site.write(lambda c: c.execute(update(slot).values(choice_opens_at=opens)))
    set_event(sqlite_site)

    shown = anna.reads()
    answer = anna.fill("choices", choose("f2"))

    assert "Sie wählen ab Montag, 11. Januar 2027, 13:00 Uhr." in shown
    assert "Sie wählen ab Montag, 11. Januar 2027, 13:00 Uhr." in words_of(answer.text)


@pytest.mark.parametrize(("moment", "status"), [(-timedelta(microseconds=1), 303), (timedelta(0), 409)])
def test_page_and_ledger_close_a_slot_at_the_same_instant(sqlite_site: Api, moment: timedelta, status: int) -> None:
    made = sqlite_site.write(an_event, ONE)
    closes = NOW + timedelta(days=3)
    anna = confirmed(sqlite_site, made, "Adler", choices={"foren": "f3"})
    sqlite_site.write(lambda c: c.execute(update(slot).values(choice_closes_at=closes)))
    set_event(sqlite_site)
    sqlite_site.now = closes + moment

    page = anna.look().text

    assert ('name="choice.foren"' in page) == (status == 303)
    assert anna.fill("choices", choose("f2")).status_code == status


def test_a_cancelled_event_offers_no_choice(sqlite_site: Api) -> None:
    anna = confirmed(sqlite_site, sqlite_site.write(an_event, ONE), "Adler", choices={"foren": "f3"})
    set_event(sqlite_site, cancelled_at=NOW)

    assert "Programm ändern" not in anna.reads()
    assert anna.fill("choices", choose("f2")).status_code == 409


# parts


def test_a_part_is_added_with_its_forum(site: Api) -> None:
    anna = confirmed(site, site.write(an_event, TWO), "Adler", "werkstatt")

    shown = anna.follow("choices", {"adds": "konferenz", "choice.foren": "f1"})

    assert "Dazugenommen: konferenz." in shown
    assert "Forum 1: f1, 13:30" in shown


def test_a_full_part_is_waited_for(site: Api) -> None:
    made = site.write(an_event, TWO)
    confirmed(site, made, "Bussard", "werkstatt")
    anna = confirmed(site, made, "Adler", "konferenz")
    assert "Dazunehmen: werkstatt" in anna.reads()

    refused = anna.fill("choices", {"adds": "werkstatt"})
    shown = anna.follow("choices", {"adds": "werkstatt", "waits_for_part": "1"})

    assert "werkstatt wurde eben ausgebucht. Es bleibt alles, wie es war." in words_of(refused.text)
    assert "Sie stehen auf der Warteliste: werkstatt." in shown
    assert "Warteliste werkstatt, 9:30 bis 11:30 Uhr, Platz 1" in shown


def test_a_part_is_given_up_and_the_rest_stays(site: Api) -> None:
    made = site.write(an_event, TWO)
    anna = confirmed(site, made, "Adler")
    bela = confirmed(site, made, "Bussard", "werkstatt")

    shown = anna.follow("choices", {"drops": "werkstatt"})

    assert "Abgegeben: werkstatt." in shown
    assert "Ihr Programm konferenz" in shown
    assert "Ihr Programm werkstatt" in bela.reads()


def test_the_last_part_is_not_given_up_by_the_way(sqlite_site: Api) -> None:
    anna = confirmed(sqlite_site, sqlite_site.write(an_event, TWO), "Adler")
    anna.look()

    answers = [anna.fill("choices", {"drops": slug}) for slug in ("werkstatt", "konferenz")]

    assert [answer.status_code for answer in answers] == [303, 409]
    assert "Um es abzugeben, sagen Sie bitte Ihre Teilnahme ab." in words_of(answers[1].text)
    assert anna.row().ended_at is None


def test_parts_that_overlap_are_named(sqlite_site: Api) -> None:
    overlapping = (APart("werkstatt", hours=4), APart("rundgang", starts_at=STARTS + 3 * HOUR))
    anna = confirmed(sqlite_site, sqlite_site.write(an_event, overlapping), "Adler", "werkstatt")

    shown = anna.reads()
    answer = anna.fill("choices", {"adds": "rundgang"})

    assert "gleichzeitig mit: werkstatt" in shown
    assert answer.status_code == 409
    assert "werkstatt und rundgang finden gleichzeitig statt." in words_of(answer.text)


def test_a_part_whose_changes_have_ended_is_not_offered(sqlite_site: Api) -> None:
    anna = confirmed(sqlite_site, sqlite_site.write(an_event, TWO), "Adler", "konferenz")
    sqlite_site.write(lambda c: c.execute(update(part).where(part.c.slug == "werkstatt").values(change_until=NOW)))
    set_event(sqlite_site)

    assert "Dazunehmen" not in anna.reads()
    assert anna.fill("choices", {"adds": "werkstatt"}).status_code == 409


# what cannot be


@pytest.mark.parametrize(
    "fields",
    [
        {"choice.foren": "gibtsnicht"},
        {"choice.nirgends": "f1"},
        {"choice.foren": "f1", "until.foren": "gibtsnicht", "waits": "f1"},
        {"adds": "gibtsnicht"},
        {"drops": "gibtsnicht"},
        {"adds": "konferenz", "choice.foren": "\x00"},
    ],
)
def test_what_there_is_not_changes_nothing(sqlite_site: Api, fields: dict[str, str]) -> None:
    anna = confirmed(sqlite_site, sqlite_site.write(an_event, ONE), "Adler", choices={"foren": "f3"})

    answer = anna.fill("choices", fields)

    assert answer.status_code == 409
    assert "Etwas, das Sie gewählt haben, gibt es nicht mehr." in words_of(answer.text)
    assert "Forum 3: f3, 10:30" in anna.reads()


def test_an_empty_form_changes_nothing(sqlite_site: Api) -> None:
    anna = confirmed(sqlite_site, sqlite_site.write(an_event, ONE), "Adler", choices={"foren": "f3"})

    assert anna.fill("choices", {}).status_code == 303
    assert "Forum 3: f3, 10:30" in anna.reads()


def test_a_forum_that_was_called_off_is_no_choice(sqlite_site: Api) -> None:
    made = sqlite_site.write(an_event, ONE)
    anna = confirmed(sqlite_site, made, "Adler", choices={"foren": "f3"})
    sqlite_site.write(lambda c: c.execute(update(session).where(session.c.slug == "f2").values(cancelled_at=NOW)))
    set_event(sqlite_site)

    assert 'value="f2"' not in anna.look().text


def test_who_has_cancelled_chooses_nothing_in_an_old_page(sqlite_site: Api) -> None:
    made = sqlite_site.write(an_event, ONE)
    anna = confirmed(sqlite_site, made, "Adler", choices={"foren": "f3"})
    settle(sqlite_site, made, Ask(Cancel(anna.id)))

    answer = anna.fill("choices", choose("f2"))

    assert answer.status_code == 409
    assert "Diese Anmeldung ist beendet und lässt sich nicht mehr ändern." in words_of(answer.text)


def test_an_address_that_says_something_was_done_tells_only_how_it_stands(sqlite_site: Api) -> None:
    anna = confirmed(sqlite_site, sqlite_site.write(an_event, ONE), "Adler", choices={"foren": "f3"})

    said = [words_of(anna.look(f"?done={done}").text) for done in ("choice.foren", "choice.x", "<b>", "part.konferenz")]

    assert "Gewechselt: Sie sind jetzt in Forum 3." in said[0]
    assert said[1] == said[2] == anna.reads()
    assert "Dazugenommen" in said[3]
