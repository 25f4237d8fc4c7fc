"""Changing one's details and wishes on „My registration“."""

import asyncio
import re
from typing import Any

import pytest
from sqlalchemy import select, update

from confman.domain.ledger.requests import Cancel
from confman.domain.people import sort_key
from confman.store.events import event
from confman.store.programme import consent_text
from confman.store.registrations import answer, answer_sensitive, consent, registration
from confman.usecases.registrar import Ask
from tests.api_node import Api
from tests.builders import NOW, AnEvent, APart, a_consent, a_limited_question, a_question, an_event
from tests.web.attendee import Person, confirmed, settle, words_of

ANNA = {"given_name": "Anna", "family_name": "Adler"}
MEALS = [{"value": "vegan", "labels": {"de": "vegan"}}, {"value": "vegetarisch", "labels": {"de": "vegetarisch"}}]


def a_form(site: Api, **columns: Any) -> AnEvent:
    """An event that asks for a town, a meal (sensitive) and a wish."""
    made: AnEvent = site.write(an_event, (APart("konferenz", 5),), **columns)
    site.write(a_question, made, "ort", required=True, position=1)
    site.write(a_question, made, "essen", "one", options=MEALS, sensitive=True, position=2)
    site.write(a_consent, made, "list", position=1)
    site.write(a_consent, made, "needs", position=2)
    site.write(lambda c: c.execute(update(event).values(revision=event.c.revision + 1)))
    return made


def seen(person: Person) -> str:
    [mark] = re.findall(r'name="seen" value="(\w+)"', person.look().text)
    return str(mark)


def filled(person: Person, **more: Any) -> dict[str, Any]:
    return {**ANNA, "answer.ort": "Köln", "seen": seen(person), **more}


def answers(site: Api, table: Any = answer) -> list[Any]:
    return [row.value for row in site.read(lambda c: c.execute(select(table)).all())]


def consents(site: Api, key: str) -> list[tuple[int, bool]]:
    """(version, whether it holds) in the order in which they were given."""
    rows = select(consent_text.c.version, consent.c.withdrawn_at).join(consent_text).where(consent_text.c.key == key)
    return [(row[0], row[1] is None) for row in site.read(lambda c: c.execute(rows.order_by(consent.c.given_at)).all())]


# details


def test_details_are_changed_and_shown(site: Api) -> None:
    anna = confirmed(site, a_form(site), "Adler")

    shown = anna.follow("details", filled(anna, title="Dr.", institution="Stadt Köln"))

    assert "Ihre Angaben sind gespeichert." in shown
    assert "Titel Dr. Vorname Anna Nachname Adler Institution Stadt Köln ort Köln" in shown
    assert (anna.row().institution, anna.row().revision) == ("Stadt Köln", 3)
    assert answers(site) == ["Köln"]
    assert anna.letters() == ["confirm", "registered"]


def test_a_new_name_has_new_keys_and_takes_the_badges_spelling_back(site: Api) -> None:
    anna = confirmed(site, a_form(site), "Adler")
    site.write(lambda c: c.execute(update(registration).values(badge_name="Anni Adler")))

    anna.follow("details", filled(anna, given_name="Łucja", family_name="von der Wiese"))

    row = anna.row()
    assert (row.name_key, row.sort_key, row.badge_name) == (
        "der lucja von wiese",
        sort_key("Łucja", "von der Wiese"),
        None,
    )


def test_nobody_takes_the_name_of_another_at_the_same_address(site: Api) -> None:
    made = a_form(site)
    anna = confirmed(site, made, "Adler")
    bela = confirmed(site, made, "Bussard")
    site.write(
        lambda c: c.execute(
            update(registration).where(registration.c.id == bela.id).values(email_key=anna.row().email_key)
        )
    )
    site.write(
        lambda c: c.execute(update(registration).where(registration.c.id == anna.id).values(name_key="adler anna"))
    )

    answer_ = bela.fill("details", filled(bela, family_name="Adler"))

    assert answer_.status_code == 409
    assert "Diese Person ist mit dieser E-Mail-Adresse bereits angemeldet." in words_of(answer_.text)
    assert 'value="Adler"' in answer_.text


def test_what_is_missing_is_said_at_its_field_and_what_was_typed_stays(sqlite_site: Api) -> None:
    anna = confirmed(sqlite_site, a_form(sqlite_site), "Adler")
    sent = filled(anna, family_name=" ", institution="Stadt Köln") | {"answer.ort": ""}

    answer_ = anna.fill("details", sent)

    assert answer_.status_code == 422
    assert "<title>Fehler: Meine Anmeldung: 5. Werkstatt und Abschlusskonferenz</title>" in answer_.text
    assert "Bitte prüfen Sie 2 Angaben Bitte geben Sie Ihren Nachnamen ein." in words_of(answer_.text)
    assert 'href="#answer.ort"' in answer_.text
    assert 'value="Stadt Köln"' in answer_.text
    assert anna.row().institution is None


def test_the_same_details_again_change_nothing(sqlite_site: Api) -> None:
    anna = confirmed(sqlite_site, a_form(sqlite_site), "Adler")
    sent = filled(anna)

    assert [anna.fill("details", sent).status_code for _ in range(3)] == [303, 303, 303]
    assert anna.row().revision == 3


def test_two_who_change_at_once_are_shown_both_versions(site: Api) -> None:
    anna = confirmed(site, a_form(site), "Adler")
    stale = filled(anna, institution="Stadt Köln")
    anna.follow("details", filled(anna, institution="Stadt Bonn"))

    answer_ = anna.fill("details", stale)

    assert answer_.status_code == 409
    read = words_of(answer_.text)
    assert "Ihre Angaben wurden inzwischen geändert. Was Sie eingegeben haben, ist noch da" in read
    assert "Angabe Jetzt gespeichert Meine Fassung Institution Stadt Bonn Stadt Köln Titel" in read
    assert anna.row().institution == "Stadt Bonn"

    [mark] = re.findall(r'name="seen" value="(\w+)"', answer_.text)
    anna.follow("details", {**stale, "seen": mark})
    assert anna.row().institution == "Stadt Köln"


def test_a_move_between_looking_and_saving_is_no_conflict(site: Api) -> None:
    made = a_form(site)
    anna = confirmed(site, made, "Adler")
    sent = filled(anna, institution="Stadt Köln")
    site.write(lambda c: c.execute(update(registration).values(revision=registration.c.revision + 1)))

    assert "Ihre Angaben sind gespeichert." in anna.follow("details", sent)


def test_limited_answers_are_given_while_there_are_some(site: Api) -> None:
    made: AnEvent = site.write(an_event)
    site.write(a_limited_question, made, "mittag", suppe=1, salat=5)
    site.write(lambda c: c.execute(update(event).values(revision=event.c.revision + 1)))
    anna, bela = (confirmed(site, made, family) for family in ("Adler", "Bussard"))
    anna.follow("details", {**ANNA, "answer.mittag": "suppe", "seen": seen(anna)})

    refused = bela.fill("details", {**ANNA, "family_name": "Bussard", "answer.mittag": "suppe", "seen": seen(bela)})
    anna.follow("details", {**ANNA, "answer.mittag": "salat", "seen": seen(anna)})

    assert refused.status_code == 409
    assert "suppe wurde eben ausgebucht. Es bleibt alles, wie es war." in words_of(refused.text)
    sent = {**ANNA, "family_name": "Bussard", "answer.mittag": "suppe", "seen": seen(bela)}
    assert "Ihre Angaben sind gespeichert." in bela.follow("details", sent)


def test_who_has_cancelled_changes_no_details_in_an_old_page(sqlite_site: Api) -> None:
    made = a_form(sqlite_site)
    anna = confirmed(sqlite_site, made, "Adler")
    sent = filled(anna, institution="Stadt Köln")
    settle(sqlite_site, made, Ask(Cancel(anna.id)))

    assert anna.fill("details", sent).status_code == 409


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"family_name": "\x00"},
        {"family_name": "x" * 300},
        {"family_name": ["A", "B"], "answer.ort": "K"},
        {"answer.essen": "erfunden", "family_name": "A", "answer.ort": "K"},
        {"answer.ort": ["a", "b"], "family_name": "A"},
    ],
)
def test_nonsense_gets_a_page_that_says_what_to_do(sqlite_site: Api, sent: dict[str, Any]) -> None:
    anna = confirmed(sqlite_site, a_form(sqlite_site), "Adler")

    answer_ = anna.fill("details", {**sent, "seen": seen(anna)})

    assert answer_.status_code == 422
    assert "Bitte prüfen Sie" in answer_.text


def test_after_the_badges_were_printed_the_page_says_so(sqlite_site: Api) -> None:
    anna = confirmed(sqlite_site, a_form(sqlite_site, print_close_at=NOW), "Adler")

    assert "Ihr Namensschild ist schon gedruckt; wir schreiben ein neues." in anna.reads()


# needs


def test_needs_are_kept_apart_and_only_with_consent(site: Api) -> None:
    anna = confirmed(site, a_form(site), "Adler")

    refused = anna.fill("details", filled(anna, **{"answer.essen": "vegan"}))
    shown = anna.follow("details", filled(anna, **{"answer.essen": "vegan", "consents": "needs"}))

    assert refused.status_code == 422
    assert "Damit wir Ihre Angaben nutzen dürfen, brauchen wir Ihre Einwilligung." in words_of(refused.text)
    assert "essen vegan" in shown
    assert (answers(site), answers(site, answer_sensitive)) == (["Köln"], ["vegan"])
    assert consents(site, "needs") == [(1, True)]


def test_withdrawing_the_consent_erases_the_needs_at_once_and_nothing_else(site: Api) -> None:
    anna = confirmed(site, a_form(site), "Adler")
    anna.follow("details", filled(anna, **{"answer.essen": "vegan", "consents": "needs"}))

    shown = anna.follow("consents", {"shown": ["list.1", "needs.1"]})

    assert "Ihre Wünsche sind gespeichert." in shown
    assert (answers(site), answers(site, answer_sensitive)) == (["Köln"], [])
    assert consents(site, "needs") == [(1, False)]
    assert anna.row().ended_at is None


def test_leaving_the_needs_empty_ends_the_consent(sqlite_site: Api) -> None:
    anna = confirmed(sqlite_site, a_form(sqlite_site), "Adler")
    anna.follow("details", filled(anna, **{"answer.essen": "vegan", "consents": "needs"}))

    anna.follow("details", filled(anna, consents="needs"))

    assert consents(sqlite_site, "needs") == [(1, False)]
    assert answers(sqlite_site, answer_sensitive) == []


def test_limited_needs_give_their_place_back_when_they_are_withdrawn(site: Api) -> None:
    made: AnEvent = site.write(an_event)
    site.write(a_limited_question, made, "platz", rollstuhl=1)
    site.write(a_consent, made, "needs")
    site.write(lambda c: c.exec_driver_sql("UPDATE question SET sensitive = true"))
    site.write(lambda c: c.execute(update(event).values(revision=event.c.revision + 1)))
    anna, bela = (confirmed(site, made, family) for family in ("Adler", "Bussard"))
    needs = {"answer.platz": "rollstuhl", "consents": "needs"}
    anna.follow("details", {**ANNA, **needs, "seen": seen(anna)})

    anna.follow("consents", {"shown": "needs.1"})

    sent = {**ANNA, **needs, "family_name": "Bussard", "seen": seen(bela)}
    assert "Ihre Angaben sind gespeichert." in bela.follow("details", sent)


# wishes


def test_wishes_are_switched_on_and_off_with_their_times(site: Api) -> None:
    anna = confirmed(site, a_form(site), "Adler")

    on = anna.follow("consents", {"shown": ["list.1", "no_photo"], "on": "list.1", "no_photo": "yes"})
    assert "Zugestimmt am 22. November 2026" in on
    assert anna.row().no_photo is True

    anna.follow("consents", {"shown": ["list.1", "no_photo"]})
    assert consents(site, "list") == [(1, False)]
    assert anna.row().no_photo is False


def test_a_double_click_agrees_once(site: Api) -> None:
    anna = confirmed(site, a_form(site), "Adler")

    for _ in range(2):
        anna.follow("consents", {"shown": "list.1", "on": "list.1"})

    assert consents(site, "list") == [(1, True)]
    assert anna.row().revision == 3


def test_nobody_agrees_to_a_text_that_they_have_not_seen(sqlite_site: Api) -> None:
    made = a_form(sqlite_site)
    anna = confirmed(sqlite_site, made, "Adler")
    sqlite_site.write(a_consent, made, "list", version=2)
    sqlite_site.write(lambda c: c.execute(update(event).values(revision=event.c.revision + 1)))

    answer_ = anna.fill("consents", {"shown": "list.1", "on": "list.1"})

    assert answer_.status_code == 409
    assert "Einer der Texte hat sich inzwischen geändert" in words_of(answer_.text)
    assert consents(sqlite_site, "list") == []


def test_who_agreed_to_an_older_text_withdraws_that_one(sqlite_site: Api) -> None:
    made = a_form(sqlite_site)
    anna = confirmed(sqlite_site, made, "Adler")
    anna.follow("consents", {"shown": "list.1", "on": "list.1"})
    sqlite_site.write(a_consent, made, "list", version=2)
    sqlite_site.write(lambda c: c.execute(update(event).values(revision=event.c.revision + 1)))
    sqlite_site.loop.run(asyncio.sleep(0.11))  # an event as it was a tenth of a second ago is taken for current
    assert 'value="list.1" checked' in anna.look().text

    anna.follow("consents", {"shown": "list.1"})

    assert consents(sqlite_site, "list") == [(1, False)]
    assert 'name="on" value="list.2"' in anna.look().text


def test_withdrawing_is_possible_after_cancelling_and_agreeing_is_not(sqlite_site: Api) -> None:
    made = a_form(sqlite_site)
    anna = confirmed(sqlite_site, made, "Adler")
    anna.follow("consents", {"shown": "list.1", "on": "list.1"})
    settle(sqlite_site, made, Ask(Cancel(anna.id)))

    anna.follow("consents", {"shown": "list.1"})
    assert consents(sqlite_site, "list") == [(1, False)]
    assert "Ihre Wünsche" not in anna.reads()

    anna.follow("consents", {"shown": "list.1", "on": "list.1"})
    assert consents(sqlite_site, "list") == [(1, False)]


def test_where_photographs_need_consent_the_mark_goes_with_it(sqlite_site: Api) -> None:
    made = a_form(sqlite_site, photos="consent")
    sqlite_site.write(a_consent, made, "photos", position=3)
    sqlite_site.write(lambda c: c.execute(update(event).values(revision=event.c.revision + 1)))
    anna = confirmed(sqlite_site, made, "Adler")

    anna.follow("consents", {"shown": "photos.1", "on": "photos.1"})
    agreed = anna.row().no_photo
    anna.follow("consents", {"shown": ["photos.1", "no_photo"]})

    assert (agreed, anna.row().no_photo) == (False, True)
