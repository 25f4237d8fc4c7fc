"""What is wrong with a form is said at the field and at the top; whatever was typed is still there."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from confman.domain.errors import Interrupted, Overloaded
from confman.http.entry import entry_to
from confman.http.limits import TRIES_AN_HOUR
from confman.store.outbox import letter
from confman.store.programme import slot
from confman.usecases.importing_codes import sealed
from confman.usecases.ledger import RulesCache
from confman.usecases.registrar import settle_batch
from tests.api_node import Api
from tests.builders import NOW, STARTS, APart, ASession, ASlot, a_question, a_registration, an_event
from tests.web.visitor import ANNA, EVENT, EVERYTHING, FORM, FORUMS, Page, Visitor, a_full_form, letters, people


def kept(page: Page) -> bool:
    """Whether all of EVERYTHING is in the form again."""
    lines = {name: page.value(name) for name in ("title", "given_name", "family_name", "institution", "answer.ort")}
    ticked = {("no_photo", "yes"), ("choice.foren", "f2")} <= page.chosen
    typed = lines == {name: EVERYTHING[name] for name in lines}
    return typed and ticked and "eins\nzwei</textarea>" in page.answer.text


def test_an_empty_form_names_every_field_that_is_missing(site: Api) -> None:
    site.write(an_event, (APart("werkstatt", hours=1), APart("konferenz", starts_at=STARTS + timedelta(hours=2))))
    visitor = Visitor(site)
    visitor.open()

    page = visitor.send()

    assert page.status == 422
    assert page.title.startswith("Fehler: Anmeldung: ")
    assert "Bitte prüfen Sie 3 Angaben" in page.text
    assert list(page.messages.items()) == [
        ("parts", "Bitte wählen Sie mindestens einen Teil aus."),
        ("family_name", "Bitte geben Sie Ihren Nachnamen ein."),
        ("email", "Bitte geben Sie Ihre E-Mail-Adresse ein, zum Beispiel name@beispiel.de."),
    ]
    assert page.wrong("family_name") == "Bitte geben Sie Ihren Nachnamen ein."
    assert page.wrong("parts") == "Bitte wählen Sie mindestens einen Teil aus."


@pytest.mark.parametrize(
    ("fields", "field", "says"),
    [
        ({"email": "lukasz"}, "email", "In der E-Mail-Adresse fehlt das @-Zeichen."),
        (
            {"email": "lukasz@lindenbrueck"},
            "email",
            "An diese Adresse kann keine E-Mail gesendet werden. Bitte prüfen Sie sie.",
        ),
        ({"family_name": "x" * 101}, "family_name", "Bitte kürzen Sie auf 100 Zeichen."),
        ({"choice.foren": "nirgends"}, "choice.foren", "Hier gibt es nichts Solches zu wählen."),
    ],
)
def test_a_wrong_field_keeps_all_the_others(site: Api, fields: dict[str, str], field: str, says: str) -> None:
    page = a_full_form(site).send({**EVERYTHING, **fields})

    assert page.status == 422
    assert list(page.messages) == [field]
    assert "email" in fields or page.value("email") == EVERYTHING["email"]
    assert kept(Page(page.answer)) or set(fields) & {"family_name", "choice.foren"}


def test_a_missing_answer_is_named_with_its_question(site: Api) -> None:
    made = site.write(an_event)
    site.write(a_question, made, "ort", labels={"de": "Woher kommen Sie?"}, required=True)
    visitor = Visitor(site)
    visitor.open()

    page = visitor.send(ANNA)

    assert page.messages == {"answer.ort": "Woher kommen Sie?: Bitte beantworten Sie diese Frage."}


def test_a_forum_that_filled_meanwhile_comes_first_and_free_ones_in_it(site: Api) -> None:
    visitor = a_full_form(site)
    made_id = site.read(lambda c: c.execute(select(slot.c.event_id)).scalar_one())
    taker = Visitor(site)
    taker.open()
    assert taker.send({**ANNA, "choice.foren": "f1"}).status == 303

    page = visitor.send({**EVERYTHING, "choice.foren": "f1"})

    assert page.status == 409
    assert page.messages == {
        "choice.foren": "Forum 1 ist inzwischen ausgebucht. Bitte wählen Sie etwas anderes oder die Warteliste. "
        "Ihre übrigen Angaben sind noch da."
    }
    assert page.text.index("Foren") < page.text.index("Ihre Angaben")
    assert [slug for slug in page.labels if slug in {"f1", "f2", "f3"}] == ["f2", "f3", "f1"]
    assert ("choice.foren", "f1") in page.chosen
    assert page.value("institution") == EVERYTHING["institution"]
    assert made_id is not None


def test_after_that_the_waiting_list_is_one_tick_away(site: Api) -> None:
    visitor = a_full_form(site)
    taker = Visitor(site)
    taker.open()
    taker.send({**ANNA, "choice.foren": "f1"})
    visitor.send({**EVERYTHING, "choice.foren": "f1"})

    sent = visitor.send({**EVERYTHING, "choice.foren": "f1", "accept_waiting": "foren"})

    assert sent.status == 303
    assert len(site.read(people)) == 2


def test_a_seat_for_the_time_of_waiting_that_is_gone_is_named_itself(site: Api) -> None:
    made = site.write(an_event, (APart("konferenz", slots=(FORUMS,)),))
    asks = [
        a_registration(made, name, choices={"foren": chosen}, accept_waiting=False)
        for name, chosen in (("Eins", "f1"), ("Zwei", "f3"), ("Drei", "f3"))
    ]
    visitor = Visitor(site)
    visitor.open()
    site.write(lambda c: settle_batch(c, made.id, asks, lambda: NOW, RulesCache()))

    page = visitor.send({**ANNA, "choice.foren": "f1", "accept_waiting": "foren", "until.foren": "f3"})

    assert page.messages["until.foren"].startswith("Forum 3 ist inzwischen ausgebucht.")


def test_two_parts_at_the_same_time_are_named_with_the_time_they_share(site: Api) -> None:
    parts = (APart("werkstatt", hours=4), APart("spaziergang", starts_at=STARTS + timedelta(hours=3), hours=2))
    site.write(an_event, parts)
    visitor = Visitor(site)
    visitor.open()

    page = visitor.send({**ANNA, "parts": ["werkstatt", "spaziergang"]})

    assert page.status == 409
    assert page.messages == {
        "parts": "werkstatt und spaziergang überschneiden sich (12:30 bis 13:30 Uhr). Bitte wählen Sie eines von beiden."
    }
    assert page.chosen == {("parts", "werkstatt"), ("parts", "spaziergang")}


def test_a_choice_that_must_be_made_is_asked_for(site: Api) -> None:
    must = ASlot("foren", (ASession("f1"), ASession("f2")), required=True)
    site.write(an_event, (APart("konferenz", slots=(must,)),))
    visitor = Visitor(site)

    form = visitor.open()
    page = visitor.send(ANNA)

    assert "Ich entscheide mich später" not in form.text
    assert page.messages == {"choice.foren": "Bitte wählen Sie hier etwas aus."}


def test_a_mistyped_provider_is_asked_about_once_and_both_are_offered(site: Api) -> None:
    site.write(an_event)
    visitor = Visitor(site)
    visitor.open()
    typed = {**ANNA, "email": "anna@t-onlien.de"}

    asked = visitor.send(typed)
    stays = visitor.send({**typed, "email_meant": "anna@t-onlien.de"})
    visitor.open()
    mended = visitor.send({**typed, "email_meant": "anna@t-online.de"})

    assert asked.messages == {"email": "Meinten Sie anna@t-online.de?"}
    assert asked.labels["anna@t-online.de"] == "ja, anna@t-online.de übernehmen"
    assert asked.labels["anna@t-onlien.de"] == "nein, anna@t-onlien.de stimmt"
    assert asked.chosen == set()
    assert [stays.status, mended.status] == [303, 303]
    assert [address for _, address in site.read(people)] == ["anna@t-onlien.de", "anna@t-online.de"]


def test_an_address_mended_by_hand_is_asked_about_no_more(site: Api) -> None:
    site.write(an_event)
    visitor = Visitor(site)
    visitor.open()
    visitor.send({**ANNA, "email": "anna@t-onlien.de"})

    assert visitor.send({**ANNA, "email": "anna@t-online.de"}).status == 303


def test_a_page_open_for_longer_than_a_day_comes_back_filled_and_can_be_sent(site: Api) -> None:
    visitor = a_full_form(site)
    site.now += timedelta(days=1)

    page = visitor.send(EVERYTHING)
    visitor.key = page.value("key")
    again = visitor.send(EVERYTHING)

    assert page.status == 409
    assert page.title.startswith("Fehler: ")
    assert (
        "Diese Seite war länger als einen Tag offen. Bitte senden Sie noch einmal ab; Ihre Angaben sind noch da."
        in page.text
    )
    assert kept(page)
    assert again.status == 303


@pytest.mark.parametrize("key", [None, "", "geraten", "x" * 70])
def test_without_a_key_of_ours_the_form_comes_back_filled(site: Api, key: str | None) -> None:
    visitor = a_full_form(site)

    page = visitor.send({**EVERYTHING, "key": key})

    assert page.status == 409
    assert "Bitte senden Sie noch einmal ab; Ihre Angaben sind noch da." in page.text
    assert kept(page)
    assert site.read(people) == []


def test_a_key_of_another_event_is_none(site: Api) -> None:
    visitor = a_full_form(site)
    site.write(an_event, slug="andere")
    foreign = Visitor(site).open("/events/andere/registration").value("key")

    assert visitor.send({**EVERYTHING, "key": foreign}).status == 409


def test_sending_twice_registers_once(site: Api) -> None:
    visitor = a_full_form(site)

    first, second = visitor.send(EVERYTHING), visitor.send(EVERYTHING)

    assert [first.status, second.status] == [303, 303]
    assert first.address != second.address
    assert visitor.look(first.address).text == visitor.look(second.address).text
    assert len(site.read(people)) == 1
    assert len(site.read(letters)) == 1


def test_going_back_and_sending_another_person_registers_both(site: Api) -> None:
    visitor = a_full_form(site)

    visitor.send(EVERYTHING)
    visitor.send({**EVERYTHING, "given_name": "Zofia"})

    assert [name for name, _ in site.read(people)] == ["Żółkiewski", "Żółkiewski"]


@pytest.mark.parametrize(
    ("trouble", "says"),
    [
        (Overloaded(), "Gerade melden sich sehr viele Menschen an. Ihre Angaben sind noch da."),
        (Interrupted(), "Vielleicht ist Ihre Anmeldung schon angekommen."),
    ],
)
def test_in_trouble_everything_is_kept(
    sqlite_site: Api, monkeypatch: pytest.MonkeyPatch, trouble: Exception, says: str
) -> None:
    visitor = a_full_form(sqlite_site)

    async def refuse(*_: Any) -> None:
        raise trouble

    # the clerk itself in trouble is raced elsewhere; here is asked what its answer becomes
    monkeypatch.setattr(sqlite_site.node.clerk, "ask", refuse)
    sent = sqlite_site.loop.run(
        sqlite_site.client.post(
            FORM,
            data={**EVERYTHING, "key": visitor.key},
            headers={"accept": "text/html", "accept-language": "de", "sec-fetch-site": "same-origin"},
        )
    )
    page = Page(sent)

    assert page.status == 503
    assert "retry-after" in page.answer.headers
    assert says in page.text
    assert kept(page)
    assert page.value("key") == visitor.key


def test_who_tries_one_address_too_often_is_stopped_with_everything_kept(sqlite_site: Api) -> None:
    visitor = a_full_form(sqlite_site)
    for number in range(TRIES_AN_HOUR):
        sqlite_site.node.tries.count(
            sqlite_site.read(lambda c: c.execute(select(slot.c.event_id)).scalar_one()),
            str(EVERYTHING["email"]),
            int(NOW.timestamp()),
        )
        assert number < TRIES_AN_HOUR

    page = visitor.send(EVERYTHING)

    assert page.status == 429
    assert kept(page)


def test_an_address_with_ten_people_takes_no_eleventh(site: Api) -> None:
    site.write(an_event, max_per_address=1)
    visitor = Visitor(site)
    visitor.register()

    visitor.open()
    page = visitor.send({**ANNA, "given_name": "Jonas"})

    assert page.status == 409
    assert page.messages == {
        "email": "Anmeldungen über eine E-Mail-Adresse: höchstens 1. Wir haben nichts gespeichert."
    }


def test_letters_that_wait_for_long_are_admitted(sqlite_site: Api) -> None:
    sqlite_site.write(an_event)
    visitor = Visitor(sqlite_site)
    visitor.open()
    address = visitor.send(ANNA).address
    soon = visitor.look(address).text
    sqlite_site.now += timedelta(minutes=11)

    late = visitor.look(address).text
    sqlite_site.write(lambda c: c.execute(update(letter).values(accepted_at=NOW)))

    assert "Sie kommt meist sofort." in soon
    assert "Gerade sind sehr viele E-Mails unterwegs. Ihre kann länger als zehn Minuten brauchen." in late
    assert "Sie kommt meist sofort." not in late
    assert visitor.look(address).text == soon


def test_behind_a_code_the_form_asks_for_it_and_carries_it_on(sqlite_site: Api) -> None:
    sqlite_site.write(an_event, visibility="code", access_code_hash=sealed("Linde 7"))
    visitor = Visitor(sqlite_site)
    made = sqlite_site.loop.run(sqlite_site.node.catalogue.get(EVENT))
    entry = entry_to(sqlite_site.node, made)

    asked = visitor.look(FORM)
    page = visitor.open(f"{FORM}?entry={entry}")
    sent = visitor.send(ANNA, f"{FORM}?entry={entry}")

    assert (asked.status, asked.address) == (303, f"/events/{EVENT}/entry")
    assert f'action="{FORM}?entry={entry}"' in page.answer.text
    assert sent.address.endswith(f"?entry={entry}")
    assert visitor.look(sent.address).heading.startswith("Fast geschafft")
    assert visitor.send(ANNA).status == 303
    assert sqlite_site.read(people) == [("Beispiel", ANNA["email"])]
