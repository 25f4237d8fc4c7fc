"""What all pages have in common, without script and cookie."""

import re
from html import unescape

import pytest

from tests.api_node import Api
from tests.builders import APart, ASession, ASlot, an_event
from tests.web.looking import PAGE, show, text

FORUMS = (APart("konferenz", 2, slots=(ASlot("foren", (ASession("f1", 1), ASession("f2", 40))),)),)


@pytest.mark.parametrize("path", ["/", PAGE, "/archive", "/imprint", "/privacy", "/accessibility", "/nirgends"])
def test_every_page_has_one_heading_a_title_a_language_and_nothing_from_elsewhere(sqlite_site: Api, path: str) -> None:
    sqlite_site.write(an_event)

    answer = show(sqlite_site, path)

    assert answer.text.startswith('<!doctype html>\n<html lang="de">')
    assert len(re.findall(r"<h1[ >]", answer.text)) == 1
    assert re.search(r"<title>[^<]+</title>", answer.text)
    assert "set-cookie" not in answer.headers
    assert not re.search(r"<script|\sstyle=|\son\w+=|<img|<iframe", answer.text)
    loaded = re.findall(r'<link rel="stylesheet" href="([^"]+)"', answer.text)
    assert [sqlite_site.get(address).status_code for address in loaded] == [200, 200]


@pytest.mark.parametrize("path", ["/", PAGE, "/archive", "/imprint", "/privacy", "/accessibility"])
def test_no_link_of_a_page_is_dead(sqlite_site: Api, path: str) -> None:
    sqlite_site.write(an_event, FORUMS)
    page = show(sqlite_site, path).text

    targets = {unescape(found).partition("#")[0] for found in re.findall(r'href="([^"]*)"', page)}
    ours = {target for target in targets if target.startswith("/")}
    subscribed = {
        target.replace("webcal://events.example.org", "") for target in targets if target.startswith("webcal")
    }

    assert {target: sqlite_site.get(target).status_code for target in ours | subscribed} == dict.fromkeys(
        ours | subscribed, 200
    )


def test_the_language_is_that_of_the_address_else_the_browsers(sqlite_site: Api) -> None:
    sqlite_site.write(an_event)

    english = show(sqlite_site, "/?lang=en")
    by_browser = show(sqlite_site, "/", **{"accept-language": "en-GB,en;q=0.9"})

    assert "<h1>Events</h1>" in english.text
    assert english.headers["content-language"] == "en"
    assert 'href="/events/abschlusskonferenz?lang=en"' in english.text
    assert "<h1>Events</h1>" in by_browser.text
    assert 'href="/events/abschlusskonferenz"' in by_browser.text
    assert by_browser.headers["vary"] == "Accept-Language, Accept-Encoding"


@pytest.mark.parametrize("path", ["/", PAGE, "/archive", "/imprint", "/privacy", "/accessibility", "/nirgends"])
def test_pages_use_the_words_of_the_house(sqlite_site: Api, path: str) -> None:
    sqlite_site.write(an_event, FORUMS)
    avoided = r"stornier|\bUser\b|\bTicket|Bestellung|Login|ungültig|\bTeilnehmer\b|bitte beachten Sie|leider|!"

    assert re.findall(avoided, text(show(sqlite_site, path)), re.IGNORECASE) == []
