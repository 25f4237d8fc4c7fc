"""„Link erneut zusenden“: everybody is answered alike, and only who is registered gets a letter."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from confman.jobs import erasing, postman
from confman.jobs.postman import Office
from confman.jobs.smtp import mailer_for
from confman.store.events import event
from confman.store.outbox import letter
from tests.api_node import BASE_URL, Api
from tests.builders import NOW, an_event
from tests.world import BROWSER

PATH = "/events/abschlusskonferenz/link"
SAME_ORIGIN = {**BROWSER, "sec-fetch-site": "same-origin"}


def ask(site: Api, email: str, path: str = PATH, **headers: str) -> Any:
    return site.ask("POST", path, data={"email": email}, headers={**SAME_ORIGIN, **headers})


def register(site: Api, family: str, email: str = "anna@lindenbrueck.example") -> None:
    body = {"given_name": "Anna", "family_name": family, "email": email}
    assert site.post("events/abschlusskonferenz/registrations", body).status_code == 202


def outbox(site: Api) -> list[Any]:
    return list(site.read(lambda connection: connection.execute(select(letter).order_by(letter.c.id)).mappings().all()))


def deliver(site: Api) -> list[str]:
    """The texts of the mails that leave now."""
    folder = site.data_dir / "letters"
    before = set(folder.glob("*.eml"))
    settings = site.node.settings
    office = Office(mailer_for(settings), BASE_URL, site.node.secrets, settings.mail_from)
    while site.loop.run(postman.deliver_due(site.node.work, office, site.now)):
        pass
    return [path.read_bytes().decode() for path in sorted(set(folder.glob("*.eml")) - before)]


def test_the_page_asks_for_the_address(sqlite_site: Api) -> None:
    sqlite_site.write(an_event)

    page = sqlite_site.get(PATH, headers=BROWSER)

    assert page.status_code == 200
    assert "<h1>Link erneut zusenden</h1>" in page.text
    assert '<input class="kern-form-input__input" type="email" id="email" name="email"' in page.text
    assert (page.headers["cache-control"], page.headers["x-robots-tag"]) == ("no-store", "noindex, nofollow")


def test_known_and_unknown_addresses_are_answered_alike(site: Api) -> None:
    site.write(an_event)
    register(site, "Beispiel")
    answers = []

    for address in ("anna@lindenbrueck.example", "niemand@lindenbrueck.example"):
        with site.counted() as statements:
            answer = ask(site, address)
        about_letters = [statement for statement in statements if "letter" in statement]
        answers.append((answer.status_code, dict(answer.headers), answer.content, about_letters))

    assert answers[0] == answers[1]
    assert answers[0][0] == 303
    page = site.get(answers[0][1]["location"], headers=BROWSER)
    assert "Wenn zu dieser Adresse eine Anmeldung besteht, ist eine E-Mail unterwegs." in page.text


def test_who_is_registered_gets_the_link_and_nobody_else_a_letter(site: Api) -> None:
    site.write(an_event)
    register(site, "Beispiel")
    deliver(site)
    site.now += timedelta(hours=2)

    ask(site, " Anna@Lindenbrueck.Example ")
    ask(site, "niemand@lindenbrueck.example")

    [mail] = deliver(site)
    assert "\r\nTo: Anna@Lindenbrueck.Example\r\n" in mail
    assert [row["failure"] for row in outbox(site) if row["kind"] == "links"] == [None, "superseded"]


def test_all_who_are_registered_over_an_address_are_in_one_letter(site: Api) -> None:
    site.write(an_event)
    for family in ("Eins", "Zwei"):
        register(site, family)
    deliver(site)
    site.now += timedelta(hours=2)

    for _ in range(5):
        ask(site, "anna@lindenbrueck.example")

    mails = deliver(site)
    site.now += timedelta(minutes=59)
    mails += deliver(site)
    assert 1 <= len(mails) <= 3
    assert "/r/" in mails[0]
    assert "Anna Eins" in mails[0]
    assert "Anna Zwei" in mails[0]


def test_an_address_asked_for_a_hundred_times_gets_at_most_three_mails_an_hour(sqlite_site: Api) -> None:
    sqlite_site.write(an_event)
    register(sqlite_site, "Beispiel")
    mails = 0

    for minute in range(60):
        sqlite_site.now = NOW + timedelta(minutes=minute)
        ask(sqlite_site, "anna@lindenbrueck.example")
        mails += len(deliver(sqlite_site))

    assert mails <= 3


def test_asking_in_vain_keeps_the_first_letter_of_who_registers_then_back_by_nothing(sqlite_site: Api) -> None:
    sqlite_site.write(an_event)
    ask(sqlite_site, "anna@lindenbrueck.example")
    assert deliver(sqlite_site) == []

    register(sqlite_site, "Beispiel")

    assert len(deliver(sqlite_site)) == 1


def test_nobody_is_shut_out_by_who_asks_endlessly_for_their_link(sqlite_site: Api) -> None:
    sqlite_site.write(an_event)

    answers = [ask(sqlite_site, "anna@lindenbrueck.example") for _ in range(62)]

    assert {(answer.status_code, answer.headers["location"], answer.content) for answer in answers} == {
        (303, f"{PATH}?sent=1", b"")
    }
    assert len(outbox(sqlite_site)) == 60
    ask(sqlite_site, "ben@lindenbrueck.example")
    sqlite_site.now += timedelta(hours=1)
    ask(sqlite_site, "anna@lindenbrueck.example")
    assert len(outbox(sqlite_site)) == 62


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Bitte geben Sie Ihre E-Mail-Adresse ein, zum Beispiel name@beispiel.de."),
        ("anna.lindenbrueck.example", "In der E-Mail-Adresse fehlt das @-Zeichen."),
        ("anna@", None),
        ("a\r\nBcc: x@evil.example@x.example", None),
        ("<script>alert(1)</script>@x", None),
    ],
)
def test_what_is_no_address_stays_in_the_field_with_a_message(sqlite_site: Api, typed: str, says: str | None) -> None:
    sqlite_site.write(an_event)

    answer = ask(sqlite_site, typed)

    assert answer.status_code == 422
    assert (says or "An diese Adresse") in answer.text
    assert "<title>Fehler: " in answer.text
    assert "<script>alert" not in answer.text
    assert outbox(sqlite_site) == []


def test_other_sites_cannot_send_links(sqlite_site: Api) -> None:
    sqlite_site.write(an_event)

    answer = ask(sqlite_site, "anna@lindenbrueck.example", **{"sec-fetch-site": "cross-site"})

    assert (answer.status_code, outbox(sqlite_site)) == (403, [])


def test_an_event_behind_a_code_asks_for_it_first(sqlite_site: Api) -> None:
    sqlite_site.write(an_event)
    sqlite_site.write(lambda connection: connection.execute(update(event).values(visibility="code")))

    for answer in (sqlite_site.get(PATH, headers=BROWSER), ask(sqlite_site, "anna@lindenbrueck.example")):
        assert (answer.status_code, answer.headers["location"]) == (303, "/events/abschlusskonferenz/entry")
    assert sqlite_site.get("/events/nirgends/link", headers=BROWSER).status_code == 404


def test_the_letter_speaks_the_language_of_the_page(sqlite_site: Api) -> None:
    sqlite_site.write(an_event)
    register(sqlite_site, "Beispiel")
    deliver(sqlite_site)
    sqlite_site.now += timedelta(hours=2)

    answer = ask(sqlite_site, "anna@lindenbrueck.example", f"{PATH}?lang=en")

    assert answer.headers["location"] == f"{PATH}?lang=en&sent=1"
    assert "Hello Anna Beispiel," in deliver(sqlite_site)[0]


def test_addresses_are_forgotten_after_a_day(site: Api) -> None:
    site.write(an_event)
    register(site, "Beispiel")
    ask(site, "anna@lindenbrueck.example")
    ask(site, "niemand@lindenbrueck.example")
    counts = []

    for hours in (1, 24, 25):
        site.now = NOW + timedelta(hours=hours)
        deliver(site)
        counts.append(site.loop.run(erasing.forget_expired(site.node.work)))

    assert counts == [0, 2, 0]
    assert [row["kind"] for row in outbox(site)] == ["confirm"]
