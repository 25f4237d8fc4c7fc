"""Another address: nothing changes until the new mailbox says yes, and the old one is told."""

import email
import email.policy
import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from confman.domain.ledger.book import Contact, Identity
from confman.domain.ledger.requests import Register
from confman.kernel.ids import new_id
from confman.kernel.security import Purpose
from confman.store import clerk
from confman.store.audit import audit
from confman.store.outbox import letter
from confman.store.registrations import registration
from tests.api_node import BASE_URL, Api
from tests.builders import NOW, AnEvent, APart, a_registration, an_event
from tests.web.attendee import BROWSER, FORM, Person, confirmed, register, settle, words_of
from tests.world import World

NEW = "anna@neu.example"


@pytest.fixture
def world(site: Api) -> Iterator[World]:
    """Another node of the same site, with its postman."""
    opened = World(site.url, site.data_dir)
    yield opened
    opened.close()


def an_event_of(site: Api) -> AnEvent:
    made: AnEvent = site.write(an_event, (APart("konferenz", 5),))
    return made


def link_to(person: Person, address: str = NEW, generation: int = 0) -> str:
    """As if the letter had just been written."""
    key, to = new_id(), (address, address, {"generation": generation})
    row = (key, person.row().event_id, person.id, "new_address", "de", *to, key.hex, NOW, NOW)
    person.site.write(lambda connection: clerk.LETTERS.run(connection, [row]))
    return f"/address/{person.site.node.secrets.sign_new_address(key)}"


def due(site: Api, address: str) -> list[tuple[str, datetime]]:
    """The letters to that mailbox, and when they may leave."""
    rows = select(letter.c.kind, letter.c.due_at).where(letter.c.recipient_key == address)
    return [(row.kind, row.due_at) for row in site.read(lambda c: c.execute(rows.order_by(letter.c.id)).all())]


def register_over(site: Api, made: AnEvent, family: str, address: str) -> None:
    ask = a_registration(made, family)
    assert isinstance(ask.request, Register)
    identity, contact = Identity(address, ask.request.identity.name_key), Contact(address, "de")
    settle(site, made, replace(ask, request=replace(ask.request, identity=identity, contact=contact)))


def look(site: Api, path: str) -> Any:
    return site.get(path, headers=BROWSER)


def press(site: Api, path: str) -> Any:
    return site.ask("POST", path, headers=FORM)


def recipients(site: Api) -> list[tuple[str, str]]:
    rows = select(letter.c.kind, letter.c.recipient).order_by(letter.c.created_at, letter.c.id)
    return [(row.kind, row.recipient) for row in site.read(lambda c: c.execute(rows).all())]


def test_the_new_mailbox_is_asked_and_until_then_nothing_changes(site: Api) -> None:
    anna = confirmed(site, an_event_of(site), "Adler")

    shown = anna.follow("address", {"email": NEW})

    assert "Eine neue Adresse gilt, sobald Sie sie dort bestätigen: mit dem Link, den wir dorthin schicken." in shown
    assert "E-Mail-Adresse adler@lindenbrueck.example" in shown
    assert recipients(site)[-1] == ("new_address", NEW)
    assert anna.row().email == "adler@lindenbrueck.example"


def test_looking_at_the_link_changes_nothing_and_names_nobody(site: Api) -> None:
    anna = confirmed(site, an_event_of(site), "Adler")

    answer = look(site, link_to(anna))

    assert "Neue Adresse bestätigen 5. Werkstatt und Abschlusskonferenz" in words_of(answer.text)
    assert NEW in answer.text
    assert "Adler" not in answer.text
    assert "adler@" not in answer.text
    assert anna.row().email == "adler@lindenbrueck.example"
    assert (answer.headers["cache-control"], answer.headers["x-robots-tag"]) == ("no-store", "noindex, nofollow")


def test_the_button_moves_the_registration_voids_old_links_and_tells_the_old_mailbox(site: Api) -> None:
    anna = confirmed(site, an_event_of(site), "Adler")

    answer = press(site, link_to(anna))

    row = anna.row()
    assert (row.email, row.email_key, row.manage_generation, row.feed_generation) == (NEW, NEW, 1, 1)
    assert answer.headers["location"] == f"/r/{anna.token(generation=1)}?done=moved"
    assert anna.look().status_code == 404
    assert f"Für diese Anmeldung gilt die Adresse {NEW}." in words_of(look(site, answer.headers["location"]).text)
    assert recipients(site)[-2:] == [("registered", NEW), ("address_changed", "adler@lindenbrueck.example")]


def test_pressing_twice_moves_once(site: Api) -> None:
    anna = confirmed(site, an_event_of(site), "Adler")
    path = link_to(anna)

    assert [press(site, path).status_code for _ in range(2)] == [303, 404]
    assert anna.row().manage_generation == 1


def test_the_letters_say_what_it_is_about(world: World, site: Api) -> None:
    anna = confirmed(site, an_event_of(site), "Adler")
    anna.fill("address", {"email": NEW})
    world.run_jobs()

    [asks] = [body for to, body in sent(world) if to == NEW]
    [path] = re.findall(rf"{re.escape(BASE_URL)}(/address/\S+)", asks)
    press(site, path)
    world.run_jobs()

    assert "Adler" not in asks
    assert "/r/" not in asks
    assert "Der Link gilt drei Tage." in asks
    told = [body for to, body in sent(world) if to == "adler@lindenbrueck.example" and "andere E-Mail-Adresse" in body]
    assert len(told) == 1
    assert "/r/" not in told[0]
    assert any("schön, dass Sie dabei sind" in body and "/r/" in body for to, body in sent(world) if to == NEW)


def sent(world: World) -> list[tuple[str, str]]:
    found = []
    for path in sorted((world.data_dir / "letters").glob("*.eml")):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        body = message.get_body(("plain",))
        assert body is not None
        found.append((str(message["To"]), body.get_content()))
    return found


def test_the_link_is_good_for_three_days(sqlite_site: Api) -> None:
    anna = confirmed(sqlite_site, an_event_of(sqlite_site), "Adler")
    path = link_to(anna)

    sqlite_site.now = NOW + timedelta(days=3)
    late = press(sqlite_site, path)
    assert (look(sqlite_site, path).status_code, late.status_code) == (410, 410)
    assert "Dieser Link galt bis Mittwoch, 25. November 2026, 13:00 Uhr." in words_of(late.text)
    assert anna.row().email == "adler@lindenbrueck.example"

    sqlite_site.now = NOW + timedelta(days=3, microseconds=-1)
    assert press(sqlite_site, path).status_code == 303


def test_after_one_change_links_asked_for_before_are_void(sqlite_site: Api) -> None:
    anna = confirmed(sqlite_site, an_event_of(sqlite_site), "Adler")
    other = link_to(anna, "anna@anders.example")
    press(sqlite_site, link_to(anna))

    assert press(sqlite_site, other).status_code == 404
    assert anna.row().email == NEW


def test_nobody_is_registered_twice_by_moving(site: Api) -> None:
    made = an_event_of(site)
    anna = confirmed(site, made, "Adler")
    bela = confirmed(site, made, "Bussard")
    same = {"email_key": NEW, "name_key": anna.row().name_key}
    site.write(lambda c: c.execute(update(registration).where(registration.c.id == bela.id).values(same)))

    answer = press(site, link_to(anna))

    assert answer.status_code == 409
    assert "Diese Person ist mit dieser E-Mail-Adresse bereits angemeldet." in words_of(answer.text)
    assert anna.row().email == "adler@lindenbrueck.example"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Bitte geben Sie Ihre E-Mail-Adresse ein"),
        ("anna", "In der E-Mail-Adresse fehlt das @-Zeichen."),
        ("a b@c.example", "An diese Adresse lässt sich keine E-Mail schicken."),
        ("ADLER@lindenbrueck.example", "Diese Adresse haben wir schon."),
    ],
)
def test_what_is_no_new_address_is_said_at_the_field(sqlite_site: Api, typed: str, says: str) -> None:
    anna = confirmed(sqlite_site, an_event_of(sqlite_site), "Adler")

    answer = anna.fill("address", {"email": typed})

    assert answer.status_code == 422
    assert says in words_of(answer.text)
    assert f'value="{typed}"' in answer.text
    assert [kind for kind, _ in recipients(sqlite_site)] == ["confirm", "registered"]


def test_one_registration_asks_three_times_a_day(site: Api) -> None:
    anna = confirmed(site, an_event_of(site), "Adler")

    answers = [anna.fill("address", {"email": f"anna{number}@neu.example"}) for number in range(5)]

    assert [answer.status_code for answer in answers] == [303, 303, 303, 429, 429]
    assert [kind for kind, _ in recipients(site)].count("new_address") == 3


def test_a_mailbox_gets_three_letters_an_hour_however_many_ask_for_it(site: Api) -> None:
    made = an_event_of(site)
    people = [confirmed(site, made, family) for family in ("Adler", "Bussard", "Condor", "Drossel")]

    answers = []
    for person in people * 3:
        site.now += timedelta(seconds=1)
        answers.append(person.fill("address", {"email": "Otto@Fremd.example"}))

    seconds = [(at - NOW) / timedelta(seconds=1) for _, at in due(site, "otto@fremd.example")]
    assert seconds == [1, 601, 601]
    assert {answer.status_code for answer in answers} == {303}
    assert len({words_of(look(site, answer.headers["location"]).text) for answer in answers}) == len(people)


def test_what_a_mailbox_was_sent_of_late_counts_and_is_told_to_nobody(sqlite_site: Api) -> None:
    made = an_event_of(sqlite_site)
    for family in ("Meise", "Möwe", "Milan"):
        register_over(sqlite_site, made, family, NEW)
    anna = confirmed(sqlite_site, made, "Adler")

    told = [anna.fill("address", {"email": NEW}) for _ in range(4)]
    sqlite_site.now = NOW + timedelta(hours=25)
    later = anna.fill("address", {"email": NEW})

    assert [answer.status_code for answer in [*told, later]] == [303, 303, 303, 429, 303]
    assert due(sqlite_site, NEW) == [("confirm", NOW)] * 3 + [("new_address", NOW + timedelta(hours=25))]


def test_letters_that_ask_a_mailbox_count_for_those_that_follow(sqlite_site: Api) -> None:
    made = an_event_of(sqlite_site)
    anna = confirmed(sqlite_site, made, "Adler")
    anna.fill("address", {"email": NEW})

    sqlite_site.now += timedelta(seconds=1)
    register_over(sqlite_site, made, "Meise", NEW)

    assert due(sqlite_site, NEW) == [("new_address", NOW), ("confirm", NOW + timedelta(minutes=10))]


def test_who_has_not_confirmed_has_letters_sent_to_nobody(site: Api) -> None:
    anna = register(site, an_event_of(site), "Adler")

    answer = anna.fill("address", {"email": NEW})

    assert answer.status_code == 409
    assert "Bitte bestätigen Sie zuerst Ihre Anmeldung" in words_of(answer.text)
    assert due(site, NEW) == []


def test_the_link_names_no_address_and_nobody(world: World, site: Api) -> None:
    anna = confirmed(site, an_event_of(site), "Adler")
    anna.fill("address", {"email": NEW})
    world.run_jobs()

    [asks] = [body for to, body in sent(world) if to == NEW]
    [token] = re.findall(rf"{re.escape(BASE_URL)}/address/([\w-]{{43}})\s", asks)

    assert NEW.encode() not in urlsafe_b64decode(f"{token}=")
    assert anna.id.bytes not in urlsafe_b64decode(f"{token}=")
    assert NEW in look(site, f"/address/{token}").text


@pytest.mark.parametrize(
    "values",
    [{"recipient": None, "recipient_key": None, "facts": None}, {"kind": "address_changed"}, {"registration_id": None}],
)
def test_a_letter_that_is_no_more_opens_nothing(sqlite_site: Api, values: dict[str, Any]) -> None:
    anna = confirmed(sqlite_site, an_event_of(sqlite_site), "Adler")
    path = link_to(anna)
    asks = letter.c.kind == "new_address"
    sqlite_site.write(lambda c: c.execute(update(letter).where(asks).values(values)))

    assert (look(sqlite_site, path).status_code, press(sqlite_site, path).status_code) == (404, 404)
    assert anna.row().email == "adler@lindenbrueck.example"


@pytest.mark.parametrize("done", ["address", "moved", "details", "wishes", "calendar", "part.konferenz"])
def test_an_address_that_was_made_up_claims_nothing_that_is_not_so(sqlite_site: Api, done: str) -> None:
    anna = confirmed(sqlite_site, an_event_of(sqlite_site), "Adler")

    shown = words_of(anna.look(f"?done={done}").text)

    assert NEW not in shown
    assert re.search("haben wir|Wir haben", shown) is None


def test_a_request_of_another_purpose_is_no_link_to_an_address(sqlite_site: Api) -> None:
    anna = confirmed(sqlite_site, an_event_of(sqlite_site), "Adler")

    tokens = [anna.token(purpose) for purpose in Purpose] + ["x", "ü" * 60, link_to(anna)[9:-1] + "A"]

    assert {look(sqlite_site, f"/address/{token}").status_code for token in tokens} == {404}
    assert {press(sqlite_site, f"/address/{token}").status_code for token in tokens} == {404}
    assert sqlite_site.get(f"/r/{link_to(anna)[9:]}", headers=BROWSER).status_code == 404


def test_other_sites_cannot_move_it(sqlite_site: Api) -> None:
    anna = confirmed(sqlite_site, an_event_of(sqlite_site), "Adler")

    for path in (link_to(anna), f"/r/{anna.token()}/address"):
        headers = {**FORM, "sec-fetch-site": "cross-site"}
        assert sqlite_site.ask("POST", path, headers=headers, content="email=a%40b.example").status_code == 403


def test_asking_and_moving_stand_in_the_history_without_addresses(sqlite_site: Api) -> None:
    anna = confirmed(sqlite_site, an_event_of(sqlite_site), "Adler")
    anna.fill("address", {"email": NEW})
    press(sqlite_site, link_to(anna))

    rows = sqlite_site.read(lambda c: c.execute(select(audit).order_by(audit.c.at, audit.c.id)).all())

    assert [row.verb for row in rows][-2:] == ["new_address", "change"]
    assert NEW not in str(rows)
