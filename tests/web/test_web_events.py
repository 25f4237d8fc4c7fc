"""What visitors see of events, without script and cookie."""

import asyncio
import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update

from confman.kernel.ids import new_id
from confman.store.events import event
from confman.store.hosts import series
from confman.store.programme import session, session_speaker, slot, speaker
from confman.usecases.ledger import RulesCache
from confman.usecases.registrar import settle_batch
from tests.api_node import Api
from tests.builders import NOW, STARTS, APart, ASession, ASlot, a_registration, an_event

BROWSER = {"accept": "text/html,application/xhtml+xml", "accept-language": "de"}
PAGE = "/events/abschlusskonferenz"
FORUMS = (APart("konferenz", 2, slots=(ASlot("foren", (ASession("f1", 1), ASession("f2", 40))),)),)


def show(site: Api, path: str, **headers: str) -> Any:
    return site.get(path, headers={**BROWSER, **headers})


def text(answer: Any) -> str:
    """What a reader reads: no tags, single blanks."""
    body = re.sub(r"<head>.*?</head>", " ", answer.text, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def register(site: Api, made: Any, *families: str, **choices: Any) -> None:
    asks = [a_registration(made, family, **choices) for family in families]
    site.write(lambda connection: settle_batch(connection, made.id, asks, lambda: NOW, RulesCache()))


def set_event(connection: Connection, **values: Any) -> None:
    connection.execute(update(event).values(revision=event.c.revision + 1, **values))


# every page


@pytest.mark.parametrize("path", ["/", PAGE, "/imprint", "/privacy", "/nirgends"])
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


@pytest.mark.parametrize("path", ["/", PAGE, "/imprint", "/privacy"])
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
    assert by_browser.headers["vary"] == "Accept-Language"


# the list


def test_the_list_shows_what_is_to_come_with_day_and_place(sqlite_site: Api) -> None:
    sqlite_site.write(an_event)

    shown = text(show(sqlite_site, "/"))

    assert (
        "5. Werkstatt und Abschlusskonferenz Dienstag, 26. Januar 2027, 9:30 bis 17:30 Uhr "
        "Altes Speicherhaus, Lindenbrück Termin speichern" in shown
    )


def test_an_empty_list_says_so(sqlite_site: Api) -> None:
    assert "Zurzeit sind keine Veranstaltungen angekündigt." in text(show(sqlite_site, "/"))


def test_drafts_and_unlisted_events_are_not_in_the_list(sqlite_site: Api) -> None:
    for slug, hidden in (
        ("a", {"announced_at": None, "published_at": None}),
        ("b", {"visibility": "link"}),
        ("c", {"visibility": "code"}),
    ):
        sqlite_site.write(an_event, slug=slug, **hidden)

    assert "Abschlusskonferenz" not in show(sqlite_site, "/").text


def test_what_is_over_stands_below_and_what_has_no_day_comes_last(sqlite_site: Api) -> None:
    past = {"starts_on": date(2026, 3, 1), "ends_on": date(2026, 3, 1), "starts_at": None, "ends_at": None}
    undated = {"starts_on": None, "ends_on": None, "starts_at": None, "ends_at": None}
    sqlite_site.write(an_event, slug="war", **past)
    sqlite_site.write(an_event, slug="damals", date_text={"de": "2017"}, **undated)
    sqlite_site.write(an_event, slug="wird", date_text={"de": "Herbst"}, published_at=None, **undated)
    sqlite_site.write(an_event, slug="kommt")

    page = show(sqlite_site, "/").text

    assert re.findall(r'href="/events/([a-z]+)"|<h2>([^<]+)</h2>', page) == [
        ("kommt", ""),
        ("wird", ""),
        ("", "Vergangene Veranstaltungen"),
        ("war", ""),
        ("damals", ""),
    ]


# one event


def test_a_page_tells_when_where_and_until_when_to_register(sqlite_site: Api) -> None:
    sqlite_site.write(an_event, doors_at=STARTS - timedelta(minutes=30), closes_at=STARTS.replace(hour=23, minute=0))

    shown = text(show(sqlite_site, PAGE))

    assert "Anmeldung bis einschließlich Dienstag, 26. Januar 2027" in shown
    assert "Wann Dienstag, 26. Januar 2027, 9:30 bis 17:30 Uhr Einlass ab 9:00 Uhr" in shown
    assert "Wo Altes Speicherhaus, Lindenbrück" in shown
    assert "Veranstaltet von Stadt Lindenbrück" in shown
    assert "werkstatt@lindenbrueck.example" in shown


@pytest.mark.parametrize(
    ("columns", "days", "says"),
    [
        (
            {"cancelled_at": NOW, "cancel_reason": {"de": "Die Halle ist gesperrt."}},
            0,
            "Abgesagt am 22. November 2026 Die Halle ist gesperrt.",
        ),
        ({"published_at": None}, 0, "Terminankündigung (Save the Date)"),
        ({"opens_at": NOW + timedelta(days=8)}, 0, "Die Anmeldung öffnet am Montag, 30. November 2026, 13:00 Uhr."),
        ({}, 62, "Die Anmeldung war bis Donnerstag, 21. Januar 2027, 9:30 Uhr möglich."),
        ({}, 66, "Diese Veranstaltung hat stattgefunden."),
        (
            {"postponed_from": date(2026, 12, 1)},
            0,
            "Verlegt: Dies ist der neue Termin, ursprünglich war es Dienstag, 1. Dezember 2026.",
        ),
    ],
)
def test_a_page_says_where_the_event_stands(sqlite_site: Api, columns: dict[str, Any], days: int, says: str) -> None:
    sqlite_site.write(an_event, **columns)
    sqlite_site.now = NOW + timedelta(days=days)

    assert says in text(show(sqlite_site, PAGE))


def test_the_state_changes_at_the_very_instant(sqlite_site: Api) -> None:
    closes_at = STARTS - timedelta(days=5)
    sqlite_site.write(an_event)
    sqlite_site.now = closes_at - timedelta(microseconds=1)
    assert "Anmeldung bis Donnerstag" in text(show(sqlite_site, PAGE))

    sqlite_site.now = closes_at

    assert "Die Anmeldung war bis Donnerstag" in text(show(sqlite_site, PAGE))


def test_places_are_told_in_words_and_never_in_numbers(site: Api) -> None:
    made = site.write(an_event, FORUMS)
    register(site, made, "Adler", choices={"foren": "f1"})

    shown = text(show(site, PAGE))

    assert "9:30 bis 17:30 Uhr – nur noch wenige Plätze" in shown
    assert "Forum 1: f1 ausgebucht, Warteliste möglich" in shown
    assert "Forum 2: f2 freie Plätze" in shown
    site.write(set_event, offers_waiting=False)
    register(site, made, "Bussard", choices={"foren": "f2"})
    site.loop.run(_later())
    assert "9:30 bis 17:30 Uhr – ausgebucht" in text(show(site, PAGE))


async def _later() -> None:
    """The version is compared at most every 100 ms, which now are over."""
    await asyncio.sleep(0.11)


def test_places_are_told_only_while_one_can_register(sqlite_site: Api) -> None:
    sqlite_site.write(an_event, FORUMS, opens_at=NOW + timedelta(days=1))

    assert "freie Plätze" not in text(show(sqlite_site, PAGE))


def test_the_programme_stands_in_order_with_speakers_rooms_and_days(sqlite_site: Api) -> None:
    days = {"ends_on": date(2027, 1, 27), "ends_at": STARTS + timedelta(days=1)}
    made = sqlite_site.write(an_event, FORUMS, **days)
    ada = {
        "id": new_id(),
        "event_id": made.id,
        "slug": "ada",
        "title": "Dr.",
        "given_name": "Ada",
        "family_name": "Beispiel",
    }
    sqlite_site.write(lambda c: c.execute(insert(speaker).values({**ada, "institution": "Stadt Musterhafen"})))
    session_id = sqlite_site.read(lambda c: c.execute(select(session.c.id).where(session.c.slug == "f1")).scalar_one())
    role = {"session_id": session_id, "speaker_id": ada["id"], "role": "moderator", "position": 0}
    sqlite_site.write(lambda c: c.execute(insert(session_speaker).values(role)))
    sqlite_site.write(lambda c: c.execute(update(slot).values(on_day=date(2027, 1, 26))))

    assert (
        "Programm Dienstag, 26. Januar 10:30 bis 11:30 Uhr Foren Forum 1: f1 "
        "Moderation: Dr. Ada Beispiel, Stadt Musterhafen" in text(show(sqlite_site, PAGE))
    )


def test_a_page_tells_for_whom_what_it_costs_and_what_it_belongs_to(sqlite_site: Api) -> None:
    made = sqlite_site.write(an_event, audience={"de": "Kommunen"}, cost={"de": "Die Teilnahme ist kostenfrei."})
    key = new_id()
    line = {"id": key, "host_id": made.host_id, "slug": "reihe", "titles": {"de": "Werkstattreihe"}}
    sqlite_site.write(lambda c: c.execute(insert(series).values(line)))
    sqlite_site.write(set_event, series_id=key, texts={"de": "Erstens.\n\nZweitens."})

    page = show(sqlite_site, PAGE)

    assert "Für wen Kommunen Kosten Die Teilnahme ist kostenfrei. Teil der Reihe Werkstattreihe" in text(page)
    assert "<p>Erstens.</p>\n<p>Zweitens.</p>" in page.text


@pytest.mark.parametrize("path", ["/", PAGE, "/imprint", "/privacy", "/nirgends"])
def test_pages_use_the_words_of_the_house(sqlite_site: Api, path: str) -> None:
    sqlite_site.write(an_event, FORUMS)
    avoided = r"stornier|\bUser\b|\bTicket|Bestellung|einloggen|ungültig|\bTeilnehmer\b|bitte beachten Sie|leider|!"

    assert re.findall(avoided, text(show(sqlite_site, path)), re.IGNORECASE) == []


def test_an_event_of_others_is_shown_without_registration(sqlite_site: Api) -> None:
    sqlite_site.write(an_event, kind="appearance")

    assert "Anmeldung" not in text(show(sqlite_site, PAGE))


def test_a_page_is_read_in_a_fixed_number_of_statements(site: Api) -> None:
    site.write(an_event, FORUMS)
    with site.counted() as cold:
        show(site, PAGE)
    site.loop.run(_later())
    with site.counted() as later:
        show(site, PAGE)
    site.node.pages._FRESH_SECONDS = site.node.catalogue._FRESH_SECONDS = 600  # however slow this machine is
    with site.counted() as warm:
        show(site, PAGE)
    with site.counted() as listed:
        show(site, "/")

    assert (len(cold), len(warm), len(later), len(listed)) == (14, 0, 3, 1)


def test_drafts_have_no_page_and_events_behind_a_code_ask_for_it(sqlite_site: Api) -> None:
    sqlite_site.write(an_event, slug="entwurf", announced_at=None, published_at=None)
    sqlite_site.write(an_event, slug="mit-code", visibility="code")
    sqlite_site.write(an_event, slug="mit-link", visibility="link")

    assert [show(sqlite_site, f"/events/{slug}").status_code for slug in ("entwurf", "mit-code", "mit-link")] == [
        404,
        303,
        200,
    ]
    assert '<meta name="robots" content="noindex">' in show(sqlite_site, "/events/mit-link").text


def test_what_organisers_write_is_text_and_never_markup(sqlite_site: Api) -> None:
    nasty = "<script>alert(1)</script> & {{ 7 * 7 }}"
    sqlite_site.write(an_event, titles={"de": nasty}, subtitles={"de": nasty}, venue_name=nasty, texts={"de": nasty})

    page = show(sqlite_site, PAGE).text

    assert "<script" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt; &amp; {{ 7 * 7 }}") >= 5


def test_a_text_in_another_language_is_marked_with_it(sqlite_site: Api) -> None:
    sqlite_site.write(an_event, subtitles={"de": "Was bleibt"})

    assert '<p><span lang="de">Was bleibt</span></p>' in show(sqlite_site, f"{PAGE}?lang=en").text
