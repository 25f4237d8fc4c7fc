"""What a link from a letter opens, and what it must never do."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, update

from confman.kernel.security import Purpose
from confman.store.events import event
from confman.store.programme import session
from confman.store.registrations import registration
from tests.api_node import BASE_URL, Api
from tests.builders import NOW, STARTS, APart, ASession, ASlot, an_event
from tests.web.attendee import BROWSER, Person, lapse, register

SMALL = (APart("konferenz", 1),)
FORUMS = (APart("konferenz", 5, slots=(ASlot("foren", (ASession("f1", 1), ASession("f2", 5))),)),)


def set_event(connection: Connection, **values: Any) -> None:
    connection.execute(update(event).values(revision=event.c.revision + 1, **values))


# confirming


def test_who_opens_the_first_letters_link_is_asked_to_confirm(sqlite_site: Api) -> None:
    anna = register(sqlite_site, sqlite_site.write(an_event, SMALL), "Adler")

    shown = anna.reads()

    assert "Anmeldung bestätigen Anna Adler" in shown
    assert "Bitte bestätigen Sie bis Mittwoch, 25. November 2026, 18:00 Uhr." in shown
    assert "Ja, ich nehme teil" in shown
    assert "Für Sie reserviert 5. Werkstatt und Abschlusskonferenz, 9:30 bis 17:30 Uhr" in shown


def test_confirming_is_posted_and_leads_back_to_the_page(site: Api) -> None:
    anna = register(site, site.write(an_event, SMALL), "Adler")

    answer = anna.send("confirmation")

    assert (answer.status_code, answer.headers["location"]) == (303, f"/r/{anna.token()}")
    assert anna.row().confirmed_at == NOW
    assert "Meine Anmeldung Anna Adler" in anna.reads()
    assert "Bestätigt am 22. November 2026" in anna.reads()
    assert anna.letters() == ["confirm", "registered"]


def test_confirming_twice_is_confirming_once(sqlite_site: Api) -> None:
    anna = register(sqlite_site, sqlite_site.write(an_event, SMALL), "Adler")

    assert [anna.send("confirmation").status_code for _ in range(2)] == [303, 303]
    assert anna.letters() == ["confirm", "registered"]


def test_looking_changes_nothing_however_often_a_scanner_looks(sqlite_site: Api) -> None:
    anna = register(sqlite_site, sqlite_site.write(an_event, SMALL), "Adler")
    before = anna.row()

    for method in ("GET", "HEAD"):
        assert sqlite_site.ask(method, f"/r/{anna.token()}", headers=BROWSER).status_code == 200
    for what in ("confirmation", "cancellation"):
        assert sqlite_site.get(f"/r/{anna.token()}/{what}", headers=BROWSER).status_code == 405

    assert anna.row() == before


def test_confirming_late_revives_while_places_are_free_and_says_so(site: Api) -> None:
    made = site.write(an_event, SMALL)
    anna = register(site, made, "Adler")
    site.now = NOW + timedelta(days=4)
    lapse(site, made, anna)
    asked = anna.reads()

    answer = anna.send("confirmation")

    assert (
        "Ihre Reservierung ist abgelaufen. Bestätigen konnten Sie bis Mittwoch, 25. November 2026, 18:00 Uhr" in asked
    )
    assert "Noch einmal anfragen" in asked
    assert answer.status_code == 303
    assert (
        "Sie haben nach Ablauf der Frist bestätigt. Es waren noch Plätze frei: Sie sind wieder dabei." in anna.reads()
    )


def test_confirming_late_waits_where_it_is_full_by_now(site: Api) -> None:
    made = site.write(an_event, SMALL)
    anna = register(site, made, "Adler")
    site.now = NOW + timedelta(days=4)
    lapse(site, made, anna)
    register(site, made, "Bussard")

    answer = anna.send("confirmation")

    assert answer.status_code == 303
    shown = anna.reads()
    assert "Warteliste, Platz 1 Bestätigt am 26. November 2026. Sie haben nach Ablauf der Frist bestätigt." in shown
    assert "Was inzwischen ausgebucht war, dafür stehen Sie auf der Warteliste." in shown


def test_confirming_late_is_refused_in_words_where_nobody_may_wait(site: Api) -> None:
    made = site.write(an_event, SMALL, offers_waiting=False)
    anna = register(site, made, "Adler")
    site.now = NOW + timedelta(days=4)
    lapse(site, made, anna)
    register(site, made, "Bussard")

    answer = anna.send("confirmation")

    assert answer.status_code == 409
    assert "Hier sind keine Plätze mehr frei." in answer.text
    assert 'role="alert"' in answer.text
    assert anna.row().ended_by == "lapse"


def test_confirming_late_with_a_newer_registration_sends_its_link(site: Api) -> None:
    made = site.write(an_event, (APart("konferenz", 5),))
    anna = register(site, made, "Adler")
    site.now = NOW + timedelta(days=4)
    lapse(site, made, anna)
    again = register(site, made, "Adler")
    site.now += timedelta(hours=2)

    answer = anna.send("confirmation")

    assert answer.status_code == 409
    assert "Sie sind inzwischen mit einer neueren Anmeldung dabei." in answer.text
    assert again.letters() == ["confirm", "already_registered"]


def test_once_the_event_has_begun_who_lapsed_is_offered_nothing_that_would_be_refused(sqlite_site: Api) -> None:
    made = sqlite_site.write(an_event, SMALL)
    anna = register(sqlite_site, made, "Adler")
    sqlite_site.now = STARTS
    lapse(sqlite_site, made, anna)

    page = anna.look().text

    assert "<form" not in page
    assert anna.send("confirmation").status_code == 409


def test_a_hold_that_nobody_has_ended_is_confirmed_even_after_the_start(sqlite_site: Api) -> None:
    anna = register(sqlite_site, sqlite_site.write(an_event, SMALL), "Adler")
    sqlite_site.now = STARTS

    page = anna.look().text

    assert "Ja, ich nehme teil" in page
    assert "Absagen konnten Sie hier" not in page
    assert anna.send("confirmation").status_code == 303
    assert "Absagen konnten Sie hier bis Dienstag, 26. Januar 2027, 9:30 Uhr." in anna.reads()


# cancelling


def test_cancelling_frees_the_place_and_says_thank_you(site: Api) -> None:
    made = site.write(an_event, SMALL)
    anna, bela = register(site, made, "Adler"), register(site, made, "Bussard")
    for person in (anna, bela):
        person.send("confirmation")
    waiting = bela.reads()

    answer = anna.send("cancellation")

    assert "Warteliste, Platz 1" in waiting
    assert answer.status_code == 303
    assert "Abgesagt am 22. November 2026 Ihre Teilnahme ist abgesagt. Danke, dass Sie Bescheid geben." in anna.reads()
    assert "Ihr Programm 5. Werkstatt" in bela.reads()
    assert bela.letters()[-1] == "promoted"


def test_cancelling_after_the_end_of_it_is_refused_in_words(sqlite_site: Api) -> None:
    anna = register(sqlite_site, sqlite_site.write(an_event, SMALL, cancel_until=NOW), "Adler")

    answer = anna.send("cancellation")

    assert answer.status_code == 409
    assert "Die Frist dafür ist vorbei. Es bleibt alles, wie es war." in answer.text


def test_what_the_organiser_ended_is_told_as_such(sqlite_site: Api) -> None:
    anna = register(sqlite_site, sqlite_site.write(an_event, SMALL), "Adler")
    end = update(registration).values(ended_at=NOW, ended_by="organiser")
    sqlite_site.write(lambda c: c.execute(end))

    assert "Ihre Teilnahme wurde am 22. November 2026 abgesagt." in anna.reads()
    assert anna.send("confirmation").status_code == 409


# what is shown


def test_the_page_shows_what_is_held_and_what_is_waited_for(site: Api) -> None:
    made = site.write(an_event, FORUMS)
    register(site, made, "Bussard", choices={"foren": "f1"})
    anna = register(site, made, "Adler", choices={"foren": "f1"})

    shown = anna.reads()

    assert "Warteliste Forum 1: f1, 10:30 bis 11:30 Uhr" in shown
    assert "Platz 1" not in shown  # nobody has confirmed yet
    assert "wenn" not in shown


def test_what_has_moved_of_late_is_marked(sqlite_site: Api) -> None:
    made = sqlite_site.write(an_event, FORUMS)
    anna = register(sqlite_site, made, "Adler", choices={"foren": "f2"})
    moved = {"at": NOW.isoformat(), "starts_at": None, "ends_at": None, "room": "2.01"}
    sqlite_site.write(lambda c: c.execute(update(session).where(session.c.slug == "f2").values(moved_from=moved)))
    sqlite_site.write(set_event)

    marked = anna.reads()
    sqlite_site.now = NOW + timedelta(days=14)

    assert "Forum 2: f2, 10:30 bis 11:30 Uhr Geändert" in marked
    assert "Geändert" not in anna.reads()


def test_a_cancelled_event_says_so_and_why(sqlite_site: Api) -> None:
    anna = register(sqlite_site, sqlite_site.write(an_event, SMALL), "Adler")
    sqlite_site.write(set_event, cancelled_at=NOW, cancel_reason={"de": "Die Halle ist gesperrt."})

    shown = anna.reads()

    assert "Diese Veranstaltung ist abgesagt. Die Halle ist gesperrt." in shown
    assert "Ja, ich nehme teil" not in shown


def test_a_registration_keeps_its_language_unless_the_address_asks_for_another(sqlite_site: Api) -> None:
    anna = register(sqlite_site, sqlite_site.write(an_event, SMALL), "Adler")

    german = anna.look(**{"accept-language": "en"})
    english = anna.look("?lang=en")
    answered = sqlite_site.ask("POST", f"/r/{anna.token()}/confirmation?lang=en", headers=BROWSER)

    assert german.headers["content-language"] == "de"
    assert "Confirm your registration" in english.text
    assert f'action="/r/{anna.token()}/confirmation?lang=en"' in english.text
    assert answered.headers["location"] == f"/r/{anna.token()}?lang=en"


def test_the_page_is_kept_by_nobody_and_found_by_no_search(sqlite_site: Api) -> None:
    anna = register(sqlite_site, sqlite_site.write(an_event, SMALL), "Adler")

    for answer in (anna.look(), anna.send("confirmation")):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-robots-tag"] == "noindex, nofollow"
        assert "set-cookie" not in answer.headers


def test_the_page_loads_nothing_from_outside(sqlite_site: Api) -> None:
    anna = register(sqlite_site, sqlite_site.write(an_event, SMALL), "Adler")

    links = re.findall(r'(?:href|src|action)="([^"]*)"', anna.look().text)

    assert [link for link in links if not re.match(r"/|#|mailto:werkstatt@", link)] == []


def test_the_page_is_read_in_a_fixed_number_of_statements(site: Api) -> None:
    made = site.write(an_event, FORUMS)
    people = [register(site, made, family, choices={"foren": "f1"}) for family in ("Adler", "Bussard", "Condor")]
    site.node.catalogue._FRESH_SECONDS = 600  # however slow this machine is
    people[0].look()
    numbers = []
    for person in people:
        with site.counted() as sent:
            person.look()
        numbers.append(len(sent))

    assert numbers == [7, 7, 7]


# links that open nothing


def forged(person: Person) -> str:
    token = person.token()
    return token[:-1] + ("A" if token[-1] != "A" else "Q")


@pytest.mark.parametrize(
    "make",
    [
        lambda person: "unsinn",
        lambda person: "ü" * 44,
        forged,
        lambda person: person.token(Purpose.TICKET),
        lambda person: person.token(Purpose.FEED),
        lambda person: person.token(Purpose.CERTIFICATE),
        lambda person: person.token(generation=1),
        lambda person: person.site.node.secrets.sign_link(Purpose.MANAGE, UUID(int=7), 0),
    ],
    ids=["nonsense", "not ascii", "forged", "ticket", "feed", "certificate", "generation", "nobody"],
)
def test_a_link_that_is_none_of_ours_finds_the_same_nothing(sqlite_site: Api, make: Callable[[Person], str]) -> None:
    anna = register(sqlite_site, sqlite_site.write(an_event, SMALL), "Adler")
    nothing = sqlite_site.get("/r/x", headers=BROWSER)
    before = anna.row()

    answers = [sqlite_site.get(f"/r/{make(anna)}", headers=BROWSER)]
    answers += [
        sqlite_site.ask("POST", f"/r/{make(anna)}/{what}", headers=BROWSER) for what in ("confirmation", "cancellation")
    ]

    for answer in answers:
        assert (answer.status_code, answer.text, dict(answer.headers)) == (404, nothing.text, dict(nothing.headers))
    assert anna.row() == before


def test_a_link_that_was_called_back_opens_nothing_any_more(sqlite_site: Api) -> None:
    anna = register(sqlite_site, sqlite_site.write(an_event, SMALL), "Adler")
    sqlite_site.write(lambda c: c.execute(update(registration).values(manage_generation=1)))

    assert anna.look().status_code == 404
    assert anna.send("confirmation").status_code == 404
    assert sqlite_site.get(f"/r/{anna.token(generation=1)}", headers=BROWSER).status_code == 200


# other sites


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"sec-fetch-site": "same-origin"}, 303),
        ({"sec-fetch-site": "none"}, 303),
        ({"sec-fetch-site": "cross-site", "origin": BASE_URL}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": BASE_URL}, 303),
        ({"origin": "https://elsewhere.example"}, 403),
        ({"origin": "null"}, 403),
    ],
)
def test_only_our_own_pages_may_post(sqlite_site: Api, headers: dict[str, str], status: int) -> None:
    anna = register(sqlite_site, sqlite_site.write(an_event, SMALL), "Adler")

    assert anna.send("confirmation", **headers).status_code == status
    assert (anna.row().confirmed_at is not None) == (status == 303)


# badges


def test_the_code_of_a_badge_leads_to_the_event_and_tells_nothing_of_its_bearer(sqlite_site: Api) -> None:
    anna = register(sqlite_site, sqlite_site.write(an_event, SMALL), "Adler")
    ticket = anna.token(Purpose.TICKET)

    for path in (f"/t/{ticket}", f"/T/{ticket}", f"/t/{ticket.lower()}"):
        answer = sqlite_site.get(path, headers=BROWSER)

        assert (answer.status_code, answer.headers["location"], answer.content) == (
            303,
            "/events/abschlusskonferenz",
            b"",
        )
        assert answer.headers["cache-control"] == "no-store"


def test_no_other_link_is_a_badges_code(sqlite_site: Api) -> None:
    anna = register(sqlite_site, sqlite_site.write(an_event, SMALL), "Adler")

    for token in (anna.token(), anna.token(Purpose.TICKET, generation=1), "X"):
        assert sqlite_site.get(f"/t/{token}", headers=BROWSER).status_code == 404
