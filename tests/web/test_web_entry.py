"""Events behind a code: who has it gets in and stays in without a cookie, all others learn nothing."""

import re
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select, update

from confman.store.events import event
from confman.store.hosts import attempt
from confman.usecases import entry
from confman.usecases.importing_codes import sealed
from tests.api_node import Api
from tests.builders import an_event

BROWSER = {"accept": "text/html", "accept-language": "de", "sec-fetch-site": "same-origin"}
PAGE = "/events/schulung"
TITLE = "Geheimnis der Ablage"
HIDDEN = {"slug": "schulung", "visibility": "code", "titles": {"de": TITLE}}


@pytest.fixture
def hidden(sqlite_site: Api) -> Api:
    sqlite_site.write(an_event, **HIDDEN, access_code_hash=sealed("Linde 7"))
    return sqlite_site


def look(site: Api, path: str) -> httpx.Response:
    return site.get(path, headers=BROWSER)


def send(site: Api, code: str, path: str = f"{PAGE}/entry", **headers: str) -> httpx.Response:
    return site.ask("POST", path, data={"code": code}, headers={**BROWSER, **headers})


def test_an_event_behind_a_code_leads_to_a_page_that_asks_for_it_and_tells_nothing(hidden: Api) -> None:
    answer = look(hidden, PAGE)
    asking = look(hidden, answer.headers["location"])

    assert (answer.status_code, answer.headers["location"], answer.content) == (303, f"{PAGE}/entry", b"")
    assert "<h1>Veranstaltung mit Einladung</h1>" in asking.text
    assert TITLE not in asking.text
    assert (asking.headers["cache-control"], asking.headers["x-robots-tag"]) == ("no-store", "noindex, nofollow")


@pytest.mark.parametrize("code", ["Linde 7", "linde7", "  LINDE 7 "])
def test_the_code_lets_in_however_it_is_typed(site: Api, code: str) -> None:
    site.write(an_event, **HIDDEN, access_code_hash=sealed("Linde 7"))

    answer = send(site, code)
    shown = look(site, answer.headers["location"])

    assert answer.status_code == 303
    assert re.fullmatch(rf"{PAGE}\?entry=[\w-]{{22}}", answer.headers["location"])
    assert TITLE in shown.text
    assert "set-cookie" not in answer.headers


def test_links_of_the_page_carry_the_entry_and_the_language_on(hidden: Api) -> None:
    inside = send(hidden, "linde7", f"{PAGE}/entry?lang=en").headers["location"]

    links = [link for link in re.findall(r'href="(/[^"]*)"', look(hidden, inside).text) if link.startswith("/events/")]

    assert "lang=en" in inside
    assert [link for link in links if "entry=" not in link] == []


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("", "Bitte geben Sie den Code aus Ihrer Einladung ein."),
        ("Eiche", "Dieser Code passt nicht. Bitte vergleichen Sie ihn mit Ihrer Einladung."),
        ("x" * 5_000, "Dieser Code passt nicht. Bitte vergleichen Sie ihn mit Ihrer Einladung."),
        ("\0\ud800".encode("utf-8", "replace").decode(), "Dieser Code passt nicht."),
    ],
)
def test_another_code_is_answered_at_the_field(hidden: Api, code: str, says: str) -> None:
    answer = send(hidden, code)

    assert answer.status_code == 422
    assert says in answer.text
    assert "<title>Fehler: Veranstaltung mit Einladung</title>" in answer.text
    assert TITLE not in answer.text


def test_no_other_word_opens_the_event(hidden: Api) -> None:
    other = hidden.write(an_event, slug="andere", visibility="code", access_code_hash=sealed("Linde 7"))
    inside = send(hidden, "Linde 7", "/events/andere/entry").headers["location"].partition("?")[2]
    assert other.slug == "andere"

    tried = [f"{PAGE}?{inside}", f"{PAGE}?entry=", f"{PAGE}?entry={'A' * 22}", f"{PAGE}?entry=%00", f"{PAGE}?entry=%FF"]

    assert [look(hidden, path).status_code for path in tried] == [303] * 5


def test_a_new_code_ends_the_entries_to_the_old_one(hidden: Api) -> None:
    inside = send(hidden, "Linde 7").headers["location"]
    hidden.write(
        lambda c: c.execute(update(event).values(access_code_hash=sealed("Eiche"), revision=event.c.revision + 1))
    )
    hidden.node.catalogue._known.clear()

    assert look(hidden, inside).status_code == 303


def test_codes_are_not_tried_endlessly_and_right_ones_do_not_count(site: Api, monkeypatch: Any) -> None:
    monkeypatch.setattr(entry, "WRONG_CODES_AN_HOUR", 2)
    site.write(an_event, **HIDDEN, access_code_hash=sealed("Linde 7"))

    answers = [send(site, code).status_code for code in ("Linde 7", "a", "b", "Linde 7", "c")]
    refused = send(site, "Linde 7")
    site.now += timedelta(hours=1)

    assert answers == [303, 422, 422, 429, 429]
    assert int(refused.headers["retry-after"]) > 0
    assert "bitte versuchen Sie es später noch einmal" in refused.text
    assert send(site, "Linde 7").status_code == 303
    assert site.read(lambda c: c.execute(select(func.count()).select_from(attempt)).scalar_one()) == 1


def test_pages_of_others_cannot_try_codes(hidden: Api) -> None:
    assert send(hidden, "Linde 7", **{"sec-fetch-site": "cross-site"}).status_code == 403


def test_an_event_without_a_code_needs_none(sqlite_site: Api) -> None:
    sqlite_site.write(an_event, slug="schulung")

    answers = [look(sqlite_site, f"{PAGE}/entry"), send(sqlite_site, "x")]

    assert [(answer.status_code, answer.headers["location"]) for answer in answers] == [(303, PAGE)] * 2


def test_a_draft_and_what_is_not_there_ask_for_nothing(sqlite_site: Api) -> None:
    sqlite_site.write(an_event, **HIDDEN, access_code_hash=sealed("x"), announced_at=None, published_at=None)

    paths = [PAGE, f"{PAGE}/entry", "/events/nirgends/entry"]

    assert [look(sqlite_site, path).status_code for path in paths] == [404] * 3


def test_the_calendar_of_an_event_behind_a_code_is_only_for_those_let_in(hidden: Api) -> None:
    calendar = f"{PAGE}/calendar.ics"
    entered = send(hidden, "Linde 7").headers["location"].partition("entry=")[2]

    shut = [
        hidden.get(f"{calendar}{query}").status_code for query in ("", "?sessions=1", f"?entry={'x' * 22}", "?entry=")
    ]
    answer = hidden.get(f"{calendar}?entry={entered}")

    assert shut == [404] * 4
    assert f"SUMMARY:{TITLE}\r\n" in answer.text
    assert (answer.headers["cache-control"], answer.headers["x-robots-tag"]) == (
        "private, no-cache",
        "noindex, nofollow",
    )
    assert entered not in answer.text
    assert hidden.get(calendar).status_code == 404
