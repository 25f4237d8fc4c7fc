"""„My registration“ before it is confirmed: what is offered, and what is said where it cannot be done from there."""

import re

from tests.api_node import Api
from tests.builders import APart, an_event
from tests.web.attendee import BROWSER, register, words_of

SMALL = (APart("konferenz", 1),)


def test_who_has_not_confirmed_disowns_it_and_is_not_asked_to_cancel(sqlite_site: Api) -> None:
    anna = register(sqlite_site, sqlite_site.write(an_event, SMALL), "Adler")

    page = anna.look().text
    old = anna.send("cancellation")

    assert "Teilnahme absagen" not in page
    assert re.search('<form [^>]*/erasure" class="disown" id="cancel">', page)
    assert old.status_code == 303
    assert anna.row().ended_by == "self"


def test_a_hold_past_its_time_says_that_it_was_and_that_the_place_is_still_free(sqlite_site: Api) -> None:
    anna = register(sqlite_site, sqlite_site.write(an_event, SMALL), "Adler")
    in_time = anna.reads()
    sqlite_site.now = anna.row().confirm_by

    late = anna.reads()

    assert "Bitte bestätigen Sie bis Mittwoch, 25. November 2026, 18:00 Uhr. Bis dahin halten wir" in in_time
    said = "Die Frist lief bis Mittwoch, 25. November 2026, 18:00 Uhr; Ihr Platz ist noch frei. Bestätigen Sie bitte"
    assert said in late
    assert "Bis dahin" not in late


def test_what_another_site_sent_or_a_reload_opened_says_how_to_go_on(sqlite_site: Api) -> None:
    anna = register(sqlite_site, sqlite_site.write(an_event, SMALL), "Adler")

    refused = words_of(anna.send("confirmation", **{"sec-fetch-site": "cross-site"}).text)
    reloaded = words_of(sqlite_site.get(f"/r/{anna.token()}/confirmation", headers=BROWSER).text)

    once_more = "Es wurde nichts geändert. Öffnen Sie die Seite bitte noch einmal, über den Link in unserer E-Mail"
    assert f"Das hat von dort aus nicht geklappt {once_more}" in refused
    assert f"Bitte öffnen Sie die Seite noch einmal {once_more}" in reloaded
