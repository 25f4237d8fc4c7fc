"""What is to come and what was: the index and the archive, their filters and the search."""

import re
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection, insert, select, update

from confman.kernel.ids import new_id
from confman.store.events import event, event_project
from confman.store.hosts import project, series
from confman.store.importing import EVERYWHERE, raise_stamps
from confman.store.programme import session, session_speaker, speaker, unit
from confman.web import listing
from tests.api_node import Api
from tests.builders import NOW, STARTS, AnEvent, APart, ASession, ASlot, an_event
from tests.web.looking import register, show, text

NO_TIMES = {"starts_at": None, "ends_at": None}
UNDATED = {"starts_on": None, "ends_on": None, **NO_TIMES}


def listed(answer: httpx.Response) -> list[str]:
    """The slugs of the events in the list, in order."""
    return re.findall(r'<h\d><a href="/events/([\w-]+)', answer.text)


def on(day: date, until: date | None = None) -> dict[str, Any]:
    return {"starts_on": day, "ends_on": until or day, **NO_TIMES}


def told(connection: Connection) -> None:
    """What was written straight into the tables is told to those who keep lists, as an import does."""
    raise_stamps(connection, [("all", EVERYWHERE)], NOW)


def in_series(connection: Connection, made: AnEvent, slug: str, title: str) -> None:
    key = new_id()
    connection.execute(insert(series).values(id=key, host_id=made.host_id, slug=slug, titles={"de": title}))
    connection.execute(update(event).where(event.c.id == made.id).values(series_id=key))


def in_project(connection: Connection, made: AnEvent, slug: str, title: str) -> None:
    key = new_id()
    connection.execute(insert(project).values(id=key, host_id=made.host_id, slug=slug, titles={"de": title}))
    connection.execute(insert(event_project).values(event_id=made.id, project_id=key, position=0))


# what is to come


def test_the_index_tells_when_where_by_whom_and_until_when_to_register(sqlite_site: Api) -> None:
    sqlite_site.write(an_event, closes_at=STARTS.replace(hour=23, minute=0))

    assert (
        "Konferenz 5. Werkstatt und Abschlusskonferenz Dienstag, 26. Januar 2027, 9:30 bis 17:30 Uhr "
        "Altes Speicherhaus, Lindenbrück Stadt Lindenbrück Anmeldung bis einschließlich Dienstag, 26. Januar 2027"
        in text(show(sqlite_site, "/"))
    )


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"cancelled_at": NOW}, "Abgesagt"),
        ({"published_at": None}, "Terminankündigung (Save the Date)"),
        ({"opens_at": NOW + timedelta(days=8)}, "Die Anmeldung öffnet am Montag, 30. November 2026, 13:00 Uhr."),
        ({"closes_at": NOW}, "Die Anmeldung war bis Sonntag, 22. November 2026, 13:00 Uhr möglich."),
        ({"postponed_from": date(2026, 12, 1)}, "ursprünglich war es Dienstag, 1. Dezember 2026."),
    ],
)
def test_the_index_says_where_an_event_stands(sqlite_site: Api, columns: dict[str, Any], says: str) -> None:
    sqlite_site.write(an_event, **columns)

    assert says in text(show(sqlite_site, "/"))


def test_what_has_no_day_yet_comes_last_and_what_is_over_is_in_the_archive(sqlite_site: Api) -> None:
    sqlite_site.write(an_event, slug="war", **on(date(2026, 3, 1)))
    sqlite_site.write(an_event, slug="damals", date_text={"de": "2017"}, **UNDATED)
    sqlite_site.write(an_event, slug="wird", date_text={"de": "Herbst 2027"}, published_at=None, **UNDATED)
    sqlite_site.write(an_event, slug="kommt")

    index, archive = show(sqlite_site, "/"), show(sqlite_site, "/archive")

    assert (listed(index), listed(archive)) == (["kommt", "wird"], ["war", "damals"])
    assert "Herbst 2027" in text(index)


@pytest.mark.parametrize(
    ("places", "people", "waits", "says"),
    [
        (2, 0, True, "Nur noch wenige Plätze"),
        (2, 2, True, "Ausgebucht – Warteliste möglich"),
        (2, 2, False, "Ausgebucht Anmeldung"),
    ],
)
def test_the_index_tells_places_in_words(site: Api, places: int, people: int, waits: bool, says: str) -> None:
    made = site.write(an_event, [APart(places=places, offers_waiting=waits)])
    register(site, made, *("Adler", "Bussard")[:people])

    assert says in text(show(site, "/"))


def test_one_part_with_places_is_enough_to_come(sqlite_site: Api) -> None:
    sqlite_site.write(an_event, [APart("werkstatt", 0), APart("konferenz", 40)])

    assert "Ausgebucht" not in text(show(sqlite_site, "/"))


def test_drafts_and_unlisted_events_are_in_no_list(sqlite_site: Api) -> None:
    past = on(date(2026, 3, 1))
    for slug, hidden in (
        ("a", {"announced_at": None, "published_at": None}),
        ("b", {"visibility": "link"}),
        ("c", {"visibility": "code"}),
        ("d", {"announced_at": NOW + timedelta(days=1), "published_at": None}),
    ):
        sqlite_site.write(an_event, slug=slug, **hidden)
        sqlite_site.write(an_event, slug=f"{slug}-war", **hidden, **past)

    pages = [show(sqlite_site, path).text for path in ("/", "/archive", "/sitemap.xml")]

    assert ["Abschlusskonferenz" in page or "/events/" in page for page in pages] == [False, False, False]


def test_an_event_moves_to_the_archive_at_the_very_instant_of_its_end(sqlite_site: Api) -> None:
    made = sqlite_site.write(an_event)
    ends = STARTS + timedelta(hours=8)
    sqlite_site.node.pages._FRESH_SECONDS = 600
    sqlite_site.now = ends - timedelta(microseconds=1)
    before = listed(show(sqlite_site, "/")), listed(show(sqlite_site, "/archive"))

    sqlite_site.now = ends

    assert (before, listed(show(sqlite_site, "/")), listed(show(sqlite_site, "/archive"))) == (
        ([made.slug], []),
        [],
        [made.slug],
    )


def test_empty_lists_say_so_and_lead_on(sqlite_site: Api) -> None:
    index, archive = show(sqlite_site, "/"), show(sqlite_site, "/archive")

    assert "Zurzeit sind keine Veranstaltungen angekündigt Abonnieren Sie den Kalender" in text(index)
    assert "Das Archiv ist noch leer Alle kommenden Veranstaltungen anzeigen" in text(archive)


def test_the_index_says_how_saving_and_subscribing_differ(sqlite_site: Api) -> None:
    page = show(sqlite_site, "/")

    assert 'href="webcal://events.example.org/calendar.ics"' in page.text
    assert 'href="/calendar.ics"' in page.text
    assert "Ein abonnierter Kalender aktualisiert sich, je nach Programm erst nach Stunden." in text(page)


# filters


@pytest.fixture
def several(sqlite_site: Api) -> Api:
    """Two events to come and two that are over, each in a series, a project and a town of its own."""
    for slug, kind, city, columns in (
        ("kommt-a", "conference", "Köln", {}),
        ("kommt-b", "training", "Berlin", {}),
        ("war-a", "werkstatt", "Köln", on(date(2025, 5, 5), date(2025, 5, 6))),
        ("war-b", "appearance", "Nürnberg", on(date(2026, 2, 2))),
    ):
        titles = {"titles": {"de": f"Räume teilen in {city}", "en": f"Sharing rooms in {city}"}}
        made = sqlite_site.write(an_event, slug=slug, kind=kind, venue_city=city, **titles, **columns)
        sqlite_site.write(in_series, made, f"reihe-{slug}", f"Reihe {slug}")
        sqlite_site.write(in_project, made, f"projekt-{slug}", f"Projekt {slug}")
    return sqlite_site


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["kommt-a", "kommt-b"]),
        ("series=reihe-kommt-a", ["kommt-a"]),
        ("project=projekt-kommt-b", ["kommt-b"]),
        ("kind=training", ["kommt-b"]),
        ("city=Köln", ["kommt-a"]),
        ("city=köln", ["kommt-a"]),
        ("kind=training&city=Köln", []),
        ("kind=&city=&series=&project=", ["kommt-a", "kommt-b"]),
        ("kind=nirgends", []),
        ("kind=training&kind=conference", ["kommt-b"]),
        ("unknown=1", ["kommt-a", "kommt-b"]),
    ],
)
def test_the_index_is_filtered_by_its_address(several: Api, query: str, found: list[str]) -> None:
    assert sorted(listed(show(several, f"/?{query}"))) == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["war-b", "war-a"]),
        ("kind=appearance", ["war-b"]),
        ("series=reihe-war-a", ["war-a"]),
        ("search=raume", ["war-b", "war-a"]),
        ("search=teilen+RÄUME", ["war-b", "war-a"]),
        ("search=Koeln", ["war-a"]),
        ("search=koln+2025", ["war-a"]),
        ("search=nurn+tei", ["war-b"]),
        ("search=sharing+projekt", ["war-b", "war-a"]),
        ("search=umetei", []),
        ("search=%25", ["war-b", "war-a"]),
        ("search=räume&kind=werkstatt", ["war-a"]),
    ],
)
def test_the_archive_is_found_by_words_in_any_order_without_accents(several: Api, query: str, found: list[str]) -> None:
    assert listed(show(several, f"/archive?{query}")) == found


def test_the_archive_is_found_by_who_spoke_and_about_what(site: Api) -> None:
    forums = APart(slots=[ASlot("foren", [ASession("bürgerbudget"), ASession("leerstand")])])
    made = site.write(an_event, [forums], slug="war", **on(date(2025, 5, 5)))
    ada = {"id": new_id(), "event_id": made.id, "slug": "ada", "given_name": "Ada", "family_name": "Łukowska"}
    role = {"speaker_id": ada["id"], "role": "speaker", "position": 0}
    site.write(lambda c: c.execute(insert(speaker).values(ada)))
    of_forum = select(session.c.id).where(session.c.slug == "leerstand").scalar_subquery()
    site.write(lambda c: c.execute(insert(session_speaker).values({**role, "session_id": of_forum})))

    found = [listed(show(site, f"/archive?search={words}")) for words in ("lukowska", "burgerbudget+ada", "bea")]

    assert found == [["war"], ["war"], []]


def test_filters_offer_only_what_there_is_and_keep_what_was_chosen(several: Api) -> None:
    page = show(several, "/archive?kind=appearance&search=r%C3%A4ume").text

    kinds = re.search(r'<select[^>]*name="kind".*?</select>', page, re.DOTALL)
    assert kinds is not None
    options = re.findall(r'<option value="(\w*)"( selected)?>([^<]+)', kinds[0])
    assert options == [("", "", "Alle"), ("werkstatt", "", "Werkstatt"), ("appearance", " selected", "Beteiligung")]
    assert 'value="räume"' in page
    assert "1 Veranstaltung gefunden." in page
    assert "noindex" in page


def test_a_choice_that_nothing_fits_leads_on_and_keeps_the_choice(several: Api) -> None:
    index, archive = show(several, "/?city=Bonn&lang=en"), show(several, "/archive?search=zebra")

    assert "No upcoming event fits your choice" in text(index)
    assert 'href="/archive?lang=en&amp;city=Bonn"' in index.text
    assert "0 Veranstaltungen gefunden." in text(archive)
    assert "Versuchen Sie weniger oder andere Wörter" in text(archive)


def test_the_other_language_keeps_the_choice(several: Api) -> None:
    assert 'href="/archive?lang=en&amp;kind=werkstatt"' in show(several, "/archive?kind=werkstatt").text


@pytest.mark.parametrize("path", ["/", "/archive"])
@pytest.mark.parametrize(
    "query",
    [
        "series=" + "x" * 5_000,
        "search=" + "ab%20" * 2_000,
        "search=%00%01&city=%00",
        "city=%FF%FE&search=%C3%28",
        "search=%ED%A0%80",
        "kind=training&kind=training&kind=",
        "page=99999999999999999999",
        "page=-1",
        "page=%D9%A3",
        "page=1e5",
        "%5Bkind%5D=1&=&&&",
        "search=<script>alert(1)</script>",
        "lang=xx&kind=%27%20OR%201=1--",
    ],
)
def test_whatever_the_address_asks_for_a_page_answers(several: Api, path: str, query: str) -> None:
    answer = show(several, f"{path}?{query}")

    assert answer.status_code == 200
    assert "<h1>" in answer.text
    assert "<script>alert" not in answer.text


# the archive


def test_the_archive_has_a_heading_for_each_year_and_days_once(several: Api) -> None:
    page = show(several, "/archive")

    assert re.findall(r"<h2>(\d+)</h2>", page.text) == ["2026", "2025"]
    assert text(page).count("Montag, 5. bis Dienstag, 6. Mai 2025") == 1


def test_what_is_known_by_its_year_only_stands_at_the_end_of_that_year(sqlite_site: Api) -> None:
    sqlite_site.write(an_event, slug="genau", **on(date(2017, 6, 1)))
    sqlite_site.write(an_event, slug="ungefaehr", date_text={"de": "Herbst 2017"}, **UNDATED)
    sqlite_site.write(an_event, slug="spaeter", **on(date(2018, 6, 1)))
    sqlite_site.write(an_event, slug="irgendwann", date_text={"de": "früher"}, **UNDATED)

    page = show(sqlite_site, "/archive")

    assert listed(page) == ["spaeter", "genau", "ungefaehr", "irgendwann"]
    assert re.findall(r"<h2>([^<]+)</h2>", page.text) == ["2018", "2017", "Ohne Datum"]


def test_a_long_archive_has_pages(sqlite_site: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "ON_A_PAGE", 2)
    for number in range(5):
        sqlite_site.write(an_event, slug=f"e{number}", **on(date(2020 + number, 1, 1)))

    pages = [show(sqlite_site, f"/archive?page={number}") for number in (1, 2, 3, 9)]

    assert [listed(page) for page in pages] == [["e4", "e3"], ["e2", "e1"], ["e0"], ["e0"]]
    assert 'href="/archive?page=2"' in pages[0].text
    assert "Seite 2 von 3" in text(pages[1])
    assert "Ältere Veranstaltungen" not in text(pages[2])


# what it costs


def test_lists_are_read_in_a_fixed_number_of_statements(site: Api) -> None:
    def costs(path: str) -> int:
        site.node.pages._known.clear()
        with site.counted() as sent:
            show(site, path)
        return len(sent)

    site.write(an_event, slug="eins")
    new = [costs("/"), costs("/archive")]
    for number in range(12):
        site.write(an_event, slug=f"kommt-{number}")
        site.write(an_event, slug=f"war-{number}", **on(date(2020, 1, 1 + number)))
    site.write(told)

    again = [costs("/"), costs("/archive"), costs("/?kind=training"), costs("/archive?search=war")]

    # version, projects, documents, sessions, events; and how full what is to come is
    assert new == [6, 2]
    assert again == [6, 2, 2, 2]


def test_a_list_that_is_kept_asks_nothing(sqlite_site: Api) -> None:
    sqlite_site.write(an_event)
    show(sqlite_site, "/")
    sqlite_site.node.pages._FRESH_SECONDS = 600

    with sqlite_site.counted() as sent:
        show(sqlite_site, "/")

    assert sent == []


@pytest.mark.parametrize("path", ["/", "/archive", "/?kind=conference", "/archive?search=x", "/sitemap.xml"])
def test_what_is_unchanged_is_not_sent_again(sqlite_site: Api, path: str) -> None:
    sqlite_site.write(an_event)
    first = show(sqlite_site, path)

    again = show(sqlite_site, path, **{"if-none-match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")


def test_a_change_is_seen_in_all_lists(site: Api) -> None:
    made = site.write(an_event)
    first = show(site, "/")
    site.node.pages._FRESH_SECONDS = -1
    site.write(lambda c: c.execute(update(event).where(event.c.id == made.id).values(titles={"de": "Anders"})))
    site.write(told)

    changed = show(site, "/", **{"if-none-match": first.headers["etag"]})

    assert changed.status_code == 200
    assert "Anders" in changed.text


def test_a_place_taken_is_seen_at_once(site: Api) -> None:
    made = site.write(an_event, [APart(places=40)])
    first = show(site, "/")
    site.node.pages._FRESH_SECONDS = -1
    site.write(lambda c: c.execute(update(unit).where(unit.c.event_id == made.id).values(held=38)))

    assert "Nur noch wenige Plätze" not in text(first)
    assert "Nur noch wenige Plätze" in text(show(site, "/"))
