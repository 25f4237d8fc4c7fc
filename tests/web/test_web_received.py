"""The page after the form: one hour, one submission; it shows the address and mends it, and tells of nobody."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from confman.kernel.security import Purpose
from confman.store.registrations import registration, submission
from tests.api_node import Api
from tests.builders import NOW, APart, ASession, ASlot, a_question, an_event
from tests.web.visitor import ANNA, EVENT, FORM, Page, Visitor, letters, people, places

FORUMS = ASlot("foren", (ASession("f1", 1), ASession("f2", 30)))
ONE_PART = (APart("konferenz", 50, slots=(FORUMS,)),)
WRONG, RIGHT = "ana@lindenbrueck.example", "anna@lindenbrueck.example"


@pytest.fixture
def visitor(site: Api) -> Visitor:
    site.write(an_event, ONE_PART)
    return Visitor(site)


def received(visitor: Visitor, **fields: Any) -> str:
    """The address of the page after a form."""
    visitor.open()
    sent = visitor.send({**ANNA, **fields})
    assert sent.status == 303
    return sent.address


def mended(visitor: Visitor, address: str, email: str = RIGHT) -> Page:
    return visitor.send({"email": email}, address)


def test_a_mistyped_address_is_mended_and_the_place_kept(visitor: Visitor) -> None:
    address = received(visitor, email=WRONG, **{"choice.foren": "f1"})
    before = visitor.site.read(places, "Beispiel")

    sent = mended(visitor, address)
    page = visitor.look(sent.address)

    assert (sent.status, sent.address) == (303, address)
    assert f"Die E-Mail ist jetzt an {RIGHT} unterwegs. Der frühere Link gilt nicht mehr." in page.text
    assert page.value("email") == RIGHT
    assert visitor.site.read(people) == [("Beispiel", RIGHT)]
    assert visitor.site.read(places, "Beispiel") == before
    assert visitor.site.read(letters) == [("confirm", WRONG), ("confirm", RIGHT)]


def test_the_link_in_the_letter_to_the_wrong_address_opens_nothing_any_more(visitor: Visitor) -> None:
    address = received(visitor, email=WRONG)
    key = visitor.site.read(lambda c: c.execute(select(registration.c.id)).scalar_one())
    links = [visitor.site.node.secrets.sign_link(Purpose.MANAGE, key, generation) for generation in (0, 1)]

    mended(visitor, address)

    assert [visitor.look(f"/r/{link}").status for link in links] == [404, 200]


def test_the_address_can_be_mended_three_times(visitor: Visitor) -> None:
    address = received(visitor, email=WRONG)

    statuses = [mended(visitor, address, f"anna{number}@lindenbrueck.example").status for number in range(4)]
    page, refused = visitor.look(address), mended(visitor, address, "")

    assert statuses == [303, 303, 303, 409]
    assert refused.status == 409
    for each in (page, refused):
        assert "Adresse falsch geschrieben?" not in each.text
        assert "Bitte prüfen Sie eine Angabe" not in each.text
        assert 'name="email"' not in each.answer.text
        assert "Sie haben sie dreimal korrigiert; öfter geht es hier nicht." in each.text
        assert f'href="/events/{EVENT}/link"' in each.answer.text
        assert f'href="/events/{EVENT}/registration?again=' in each.answer.text
    assert "Die Adresse wurde dreimal korrigiert" in refused.text
    assert visitor.site.read(people) == [("Beispiel", "anna2@lindenbrueck.example")]


def test_three_times_also_if_many_are_sent_at_once(visitor: Visitor) -> None:
    address = received(visitor, email=WRONG)
    headers = {"accept": "text/html", "sec-fetch-site": "same-origin"}
    asked = [
        ("POST", address, {"data": {"email": f"anna{number}@lindenbrueck.example"}, "headers": headers})
        for number in range(12)
    ]

    answers = visitor.site.all_at_once(asked)

    assert sorted(answer.status_code for answer in answers) == [303] * 3 + [409] * 9
    assert len(visitor.site.read(people)) == 1


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Bitte geben Sie Ihre E-Mail-Adresse ein, zum Beispiel name@beispiel.de."),
        ("anna", "In der E-Mail-Adresse fehlt das @-Zeichen."),
    ],
)
def test_what_is_no_address_is_said_and_costs_no_try(visitor: Visitor, typed: str, says: str) -> None:
    address = received(visitor, email=WRONG)

    pages = [mended(visitor, address, typed) for _ in range(4)]

    assert {page.status for page in pages} == {422}
    assert pages[0].messages == {"email": says}
    assert pages[0].title.startswith("Fehler: ")
    assert mended(visitor, address).status == 303


def test_after_an_hour_the_page_has_expired(visitor: Visitor) -> None:
    address = received(visitor)
    visitor.site.now += timedelta(minutes=60)

    page, sent = visitor.look(address), mended(visitor, address)

    assert [page.status, sent.status] == [410, 410]
    assert page.heading == "Diese Seite ist abgelaufen"
    assert f'href="/events/{EVENT}/link"' in page.answer.text
    assert "werkstatt@lindenbrueck.example" in page.text


def test_up_to_then_it_is_there(visitor: Visitor) -> None:
    address = received(visitor)
    visitor.site.now += timedelta(minutes=60) - timedelta(microseconds=1)

    assert visitor.look(address).status == 200


@pytest.mark.parametrize("receipt", ["x" * 43, "%00", "%ED%A0%80", "ä", "..%2f", "x" * 5_000])
def test_what_never_was_a_receipt_has_expired_too(visitor: Visitor, receipt: str) -> None:
    assert visitor.look(f"{FORM}/received/{receipt}").status in {410, 404, 400}


def test_a_receipt_opens_nothing_of_another_event(visitor: Visitor) -> None:
    visitor.site.write(an_event, slug="andere")
    address = received(visitor)

    assert visitor.look(address.replace(EVENT, "andere")).status == 410


def test_the_page_is_kept_by_nobody_and_found_by_no_search(visitor: Visitor) -> None:
    page = visitor.look(received(visitor))

    assert page.answer.headers["cache-control"] == "no-store"
    assert page.answer.headers["x-robots-tag"] == "noindex, nofollow"
    assert "ics" not in page.answer.text


# the same address once more


@pytest.mark.parametrize("typed", [RIGHT, RIGHT.upper(), f" {RIGHT} "])
def test_with_the_same_address_the_letter_is_written_again_and_its_link_stays(visitor: Visitor, typed: str) -> None:
    address = received(visitor, email=RIGHT)
    key = visitor.site.read(lambda c: c.execute(select(registration.c.id)).scalar_one())
    link = visitor.site.node.secrets.sign_link(Purpose.MANAGE, key, 0)

    sent = mended(visitor, address, typed)
    page = visitor.look(sent.address)

    assert (sent.status, sent.address) == (303, f"{address}?again=1")
    assert f"Die E-Mail ist noch einmal an {typed.strip()} unterwegs." in page.text
    assert "Der frühere Link gilt nicht mehr." not in page.text
    assert visitor.look(f"/r/{link}").status == 200
    assert visitor.site.read(letters) == [("confirm", RIGHT), ("confirm", RIGHT)]
    assert visitor.site.read(people) == [("Beispiel", RIGHT)]


def test_asking_again_uses_up_no_correction_and_writes_three_letters_at_most(visitor: Visitor) -> None:
    address = received(visitor, email=WRONG)

    statuses = [mended(visitor, address, WRONG).status for _ in range(6)]

    assert statuses == [303] * 6
    assert visitor.site.read(letters) == [("confirm", WRONG)] * 3
    assert mended(visitor, address).status == 303
    assert visitor.site.read(people) == [("Beispiel", RIGHT)]


def test_what_was_confirmed_meanwhile_is_written_to_again(visitor: Visitor) -> None:
    address = received(visitor)
    visitor.site.write(lambda c: c.execute(update(registration).values(confirmed_at=NOW)))

    sent = mended(visitor, address, ANNA["email"])

    assert sent.status == 303
    assert [kind for kind, _ in visitor.site.read(letters)] == ["confirm", "already_registered"]


def test_who_was_registered_before_is_written_to_again_like_a_newcomer(visitor: Visitor) -> None:
    visitor.register(email=RIGHT)
    known = received(visitor, email=RIGHT)
    new = received(visitor, family_name="Neu", email=WRONG)

    answers = [mended(visitor, known, RIGHT), mended(visitor, new, WRONG)]
    pages = [visitor.look(answer.address) for answer in answers]

    assert shape(answers[0]) == shape(answers[1])
    assert shape(pages[0], RIGHT) == shape(pages[1], WRONG)
    assert visitor.site.read(letters) == [
        ("confirm", RIGHT),
        ("already_registered", RIGHT),
        ("confirm", WRONG),
        ("confirm", RIGHT),
        ("confirm", WRONG),
    ]


def test_what_was_withdrawn_is_asked_for_anew_also_with_the_same_address(visitor: Visitor) -> None:
    address = received(visitor)
    visitor.site.write(lambda c: c.execute(update(registration).values(ended_at=NOW, ended_by="self")))

    assert mended(visitor, address, ANNA["email"]).status == 303
    assert visitor.site.read(people) == [("Beispiel", ANNA["email"])]


# an address that was probably mistyped


def test_a_mistyped_provider_is_asked_about_and_costs_no_try(visitor: Visitor) -> None:
    address = received(visitor, email=WRONG)

    pages = [mended(visitor, address, "ada@t-onlien.de") for _ in range(4)]

    assert {page.status for page in pages} == {422}
    assert pages[0].messages == {"email": "Meinten Sie ada@t-online.de?"}
    assert pages[0].value("email") == "ada@t-onlien.de"
    assert pages[0].labels == {
        "ada@t-online.de": "ja, ada@t-online.de übernehmen",
        "ada@t-onlien.de": "nein, ada@t-onlien.de stimmt",
    }
    assert visitor.site.read(people) == [("Beispiel", WRONG)]


@pytest.mark.parametrize("meant", ["ada@t-online.de", "ada@t-onlien.de"])
def test_either_address_is_taken_once_it_is_said_which(visitor: Visitor, meant: str) -> None:
    address = received(visitor, email=WRONG)

    sent = visitor.send({"email": "ada@t-onlien.de", "email_meant": meant}, address)

    assert sent.status == 303
    assert visitor.site.read(people) == [("Beispiel", meant)]
    assert mended(visitor, address, meant).address == f"{address}?again=1"


# nobody learns who is registered


def shape(page: Page, address: str = RIGHT) -> tuple[Any, ...]:
    """All that could tell one answer from another, without what is random in each and the address that was typed."""
    headers = {name: value for name, value in page.answer.headers.items() if name not in {"date", "content-length"}}
    text = re.sub(r"received/[\w-]{43}|again=[\w-]{43}|name=\"key\" value=\"[^\"]*\"", "", page.answer.text)
    text = text.replace(address, "")
    headers["location"] = re.sub(r"[\w-]{43}(?=$|\?)", "", headers.get("location", ""))
    return page.status, headers, text


def test_who_is_registered_already_sees_what_a_newcomer_would_see(visitor: Visitor) -> None:
    known = received(visitor, **{"choice.foren": "f2"})
    visitor.site.write(lambda c: c.execute(update(registration).values(confirmed_at=NOW)))

    visitor.open()
    new = visitor.send({**ANNA, "family_name": "Anderes", "email": "x@lindenbrueck.example", "choice.foren": "f2"})
    again = visitor.send({**ANNA, "choice.foren": "f2"})
    pages = [visitor.look(sent.address) for sent in (new, again)]

    assert shape(new) == shape(again)
    assert shape(pages[0], "x@lindenbrueck.example") == shape(pages[1], ANNA["email"])
    assert [kind for kind, _ in visitor.site.read(letters)] == ["confirm", "confirm", "already_registered"]
    assert known != again.address


def test_mending_the_address_of_somebody_registered_before_moves_nothing_of_theirs(visitor: Visitor) -> None:
    visitor.register(email="opfer@lindenbrueck.example")
    visitor.site.write(lambda c: c.execute(update(registration).values(confirmed_at=NOW)))
    address = received(visitor, email="opfer@lindenbrueck.example")

    sent = mended(visitor, address, "angreifer@lindenbrueck.example")
    page = visitor.look(address)

    assert sent.status == 303
    assert "Die E-Mail ist jetzt an angreifer@lindenbrueck.example unterwegs." in page.text
    assert visitor.site.read(people) == [
        ("Beispiel", "opfer@lindenbrueck.example"),
        ("Beispiel", "angreifer@lindenbrueck.example"),
    ]
    assert visitor.site.read(letters)[-1] == ("confirm", "angreifer@lindenbrueck.example")


def test_mending_it_to_an_address_that_is_registered_ends_the_wrong_one_in_silence(visitor: Visitor) -> None:
    visitor.register(email=RIGHT)
    address = received(visitor, email=WRONG)

    sent = mended(visitor, address, RIGHT)

    assert sent.status == 303
    assert visitor.site.read(people) == [("Beispiel", RIGHT)]
    assert visitor.site.read(letters) == [("confirm", RIGHT), ("confirm", WRONG), ("already_registered", RIGHT)]


def test_it_looks_like_a_move_also_when_nobody_could_register_any_more(visitor: Visitor) -> None:
    visitor.register(email="opfer@lindenbrueck.example")
    known = received(visitor, email="opfer@lindenbrueck.example")
    unknown = received(visitor, family_name="Neu", email=WRONG)
    visitor.site.now += timedelta(minutes=30)
    from confman.store.events import event

    visitor.site.write(lambda c: c.execute(update(event).values(closes_at=NOW, revision=2)))
    visitor.site.node.catalogue._known.clear()

    answers = [mended(visitor, address, RIGHT) for address in (known, unknown)]
    pages = [visitor.look(address) for address in (known, unknown)]

    assert [answer.status for answer in answers] == [303, 303]
    assert shape(pages[0]) == shape(pages[1])


def test_what_was_confirmed_meanwhile_is_not_moved_by_a_receipt(visitor: Visitor) -> None:
    address = received(visitor)
    visitor.site.write(lambda c: c.execute(update(registration).values(confirmed_at=NOW)))

    sent = mended(visitor, address, "andere@lindenbrueck.example")

    assert sent.status == 409
    assert "Die Adresse bleibt, wie sie ist Diese Anmeldung ist inzwischen bestätigt." in sent.text
    assert "Bitte prüfen Sie" not in sent.text
    assert visitor.site.read(people) == [("Beispiel", ANNA["email"])]


def test_where_no_confirmation_is_asked_the_address_can_be_mended_too(site: Api) -> None:
    site.write(an_event, confirm_address=False)
    visitor = Visitor(site)
    address = received(visitor, email=WRONG)

    sent = mended(visitor, address)

    assert sent.status == 303
    assert site.read(people) == [("Beispiel", RIGHT)]
    assert site.read(letters) == [("registered", WRONG), ("registered", RIGHT)]


def test_what_was_withdrawn_meanwhile_is_asked_for_anew(visitor: Visitor) -> None:
    address = received(visitor, email=WRONG)
    ended = update(registration).values(ended_at=NOW, ended_by="self")
    visitor.site.write(lambda c: c.execute(ended))

    sent = mended(visitor, address)

    assert sent.status == 303
    assert visitor.site.read(people) == [("Beispiel", RIGHT)]


def test_an_erased_registration_takes_its_receipt_along(visitor: Visitor) -> None:
    address = received(visitor)
    visitor.site.write(lambda c: c.execute(delete(registration)))

    assert visitor.look(address).status == 410
    assert visitor.site.read(lambda c: c.execute(select(submission)).all()) == []


def test_sensitive_answers_do_not_outlive_the_hour(site: Api) -> None:
    made = site.write(an_event)
    site.write(a_question, made, "vegan", "yes_no", sensitive=True)
    visitor = Visitor(site)
    address = received(visitor, **{"answer.vegan": "yes"})

    kept = site.read(lambda c: c.execute(select(submission.c.expires_at)).scalar_one())

    assert kept == NOW + timedelta(hours=1)
    assert visitor.look(address).status == 200
