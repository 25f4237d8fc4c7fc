"""The pages of a series and of a project."""

import re
from datetime import date
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, insert, update

from confman.kernel.ids import new_id
from confman.store.events import document, event, event_project
from confman.store.hosts import body, project, project_body, series, topic
from tests.api_node import Api
from tests.builders import AnEvent, an_event
from tests.web.looking import show

NO_TIMES = {"starts_at": None, "ends_at": None}


def main(answer: Any) -> str:
    """What a reader reads of the page's own content."""
    content = re.search(r"<main.*?</main>", answer.text, re.DOTALL)
    assert content is not None
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", content[0])).split())


def on(day: date) -> dict[str, Any]:
    return {"starts_on": day, "ends_on": day, **NO_TIMES}


def a_series(connection: Connection, made: AnEvent, **columns: Any) -> UUID:
    key = new_id()
    told = {"slug": "reihe", "titles": {"de": "Werkstattreihe"}, "item_label": {"de": "Werkstatt"}, **columns}
    connection.execute(insert(series).values(id=key, host_id=made.host_id, **told))
    return key


def a_project(connection: Connection, made: AnEvent, **columns: Any) -> UUID:
    key = new_id()
    told = {"slug": "labore", "titles": {"de": "Quartierlabore", "en": "Neighbourhood Labs"}, **columns}
    connection.execute(insert(project).values(id=key, host_id=made.host_id, **told))
    return key


def put_into(connection: Connection, made: AnEvent, *, line: UUID | None = None, work: UUID | None = None) -> None:
    if line is not None:
        connection.execute(update(event).where(event.c.id == made.id).values(series_id=line))
    if work is not None:
        connection.execute(insert(event_project).values(event_id=made.id, project_id=work, position=0))


# series


def test_a_series_is_a_numbered_line_of_its_events(sqlite_site: Api) -> None:
    first = sqlite_site.write(an_event, slug="erste", number=1, titles={"de": "Anfangen"}, **on(date(2025, 5, 5)))
    second = sqlite_site.write(an_event, slug="zweite", number=2, titles={"de": "Bleiben"})
    draft = sqlite_site.write(an_event, slug="dritte", number=3, announced_at=None, published_at=None)
    key = sqlite_site.write(a_series, first, texts={"de": "Worum es geht.\n\nUnd was daraus wird."})
    for made in (second, first, draft):
        sqlite_site.write(put_into, made, line=key)

    page = show(sqlite_site, "/series/reihe")

    assert (
        "Reihe Werkstattreihe Worum es geht. Und was daraus wird. Veranstaltet von: Stadt Lindenbrück "
        "Die Veranstaltungen dieser Reihe Werkstatt 1 Anfangen Montag, 5. Mai 2025 Altes Speicherhaus, Lindenbrück "
        "Werkstatt 2 Bleiben Dienstag, 26. Januar 2027" in main(page)
    )
    assert "dritte" not in page.text
    assert 'href="webcal://events.example.org/series/reihe/calendar.ics"' in page.text
    assert "Einmalig gespeicherte Termine bleiben, wie sie heute sind." in main(page)


def test_a_series_without_events_says_how_to_go_on(sqlite_site: Api) -> None:
    made = sqlite_site.write(an_event)
    sqlite_site.write(a_series, made)

    assert "Von dieser Reihe ist noch keine Veranstaltung angekündigt." in main(show(sqlite_site, "/series/reihe"))


# projects


@pytest.fixture
def labs(site: Api) -> Api:
    """A project with everything that can be told."""
    coming = site.write(an_event, slug="kommt", titles={"de": "Kommt noch"})
    was = site.write(an_event, slug="war", titles={"de": "War schon"}, **on(date(2025, 5, 5)))
    guest = site.write(an_event, slug="gast", kind="appearance", titles={"de": "Zu Gast"}, **on(date(2024, 4, 4)))
    key = site.write(
        a_project,
        coming,
        subtitles={"de": "Nachbarschaft macht Stadt"},
        texts={"de": "Porträt."},
        aims={"de": "Ziel."},
        funder_wording={"de": "Gefördert vom Ministerium"},
        funding_code="00XX0000A",
        contact_name="Projektbüro",
        contact_email="labore@lindenbrueck.example",
    )
    for made in (coming, was, guest):
        site.write(put_into, made, work=key)
    site.write(_around, key, coming.host_id, was.id)
    return site


def _around(connection: Connection, key: UUID, host_id: UUID, event_id: UUID) -> None:
    texts = {"titles": {"de": "Leerstand"}, "texts": {"de": "Leere Räume öffnen."}}
    connection.execute(insert(topic).values(id=new_id(), project_id=key, slug="leer", position=0, **texts))
    for position, (name, role) in enumerate((("Hochschule", "partner"), ("Ministerium", "funder"))):
        body_id = new_id()
        connection.execute(insert(body).values(id=body_id, host_id=host_id, key=name.lower(), name=name))
        connection.execute(insert(project_body).values(project_id=key, body_id=body_id, role=role, position=position))
    for owner, title in (({"project_id": key}, "Faltblatt"), ({"event_id": event_id}, "Protokoll")):
        facts = {"media_type": "application/pdf", "size": 295_000, "url": "https://labore.example/a.pdf"}
        told = {"key": title.lower(), "titles": {"de": title}, "position": 0, **facts, **owner}
        connection.execute(insert(document).values(id=new_id(), host_id=host_id, **told))


def test_a_project_tells_its_portrait_aims_topics_documents_and_dates(labs: Api) -> None:
    shown = main(show(labs, "/projects/labore"))

    assert shown.startswith(
        "Projekt Quartierlabore Nachbarschaft macht Stadt Porträt. Ziele Ziel. Themen Leerstand Leere Räume öffnen. "
        "Unterlagen Faltblatt (PDF, 295 kB) – auf einer anderen Website Nächste Termine Konferenz Kommt noch"
    )
    assert "Vergangene Veranstaltungen 2025 Konferenz War schon Montag, 5. Mai 2025" in shown
    assert "Altes Speicherhaus, Lindenbrück Protokoll (PDF, 295 kB)" in shown
    assert "Beteiligungen Beteiligung Zu Gast Donnerstag, 4. April 2024" in shown


def test_documents_that_are_not_kept_here_are_in_no_list(labs: Api) -> None:
    labs.write(lambda c: c.execute(update(document).values(url=None)))

    shown = main(show(labs, "/projects/labore"))

    assert "Leere Räume öffnen. Nächste Termine" in shown
    assert "Protokoll" not in shown


def test_a_project_tells_its_partners_its_funder_and_whom_to_ask(labs: Api) -> None:
    shown = main(show(labs, "/projects/labore"))

    assert (
        "Partner und Förderung Partner Hochschule Gefördert von Ministerium Gefördert vom Ministerium "
        "Förderkennzeichen: 00XX0000A Kontakt Projektbüro labore@lindenbrueck.example" in shown
    )


def test_a_code_that_the_wording_names_is_not_told_twice(sqlite_site: Api) -> None:
    made = sqlite_site.write(an_event)
    sqlite_site.write(a_project, made, funder_wording={"de": "Förderkennzeichen 01AB"}, funding_code="01AB")

    assert main(show(sqlite_site, "/projects/labore")).count("01AB") == 1


def test_a_project_that_names_nobody_is_asked_at_its_host(sqlite_site: Api) -> None:
    made = sqlite_site.write(an_event)
    sqlite_site.write(a_project, made)

    assert "Kontakt Stadt Lindenbrück" in main(show(sqlite_site, "/projects/labore"))


def test_a_text_in_another_language_is_marked(labs: Api) -> None:
    page = show(labs, "/projects/labore?lang=en").text

    assert "<h1>Neighbourhood Labs</h1>" in page
    assert '<p><span lang="de">Porträt.</span></p>' in page


# both


@pytest.mark.parametrize("path", ["/series/nirgends", "/projects/nirgends", "/series/%00", "/projects/%C3%BC"])
def test_what_is_not_there_has_no_page(site: Api, path: str) -> None:
    assert show(site, path).status_code == 404


def test_pages_of_lines_are_read_in_a_fixed_number_of_statements(labs: Api) -> None:
    made = labs.write(an_event, slug="noch-eine")
    labs.write(put_into, made, line=labs.write(a_series, made))
    costs = []
    for path in ("/projects/labore", "/series/reihe"):
        show(labs, path)
        labs.node.pages._known.clear()
        with labs.counted() as sent:
            show(labs, path)
        costs.append(len(sent))

    # version and places; the project, topics, bodies, series, documents; the series, documents
    assert costs == [2 + 5, 2 + 2]


@pytest.mark.parametrize("path", ["/projects/labore", "/series/reihe"])
def test_what_is_unchanged_is_not_sent_again(sqlite_site: Api, path: str) -> None:
    made = sqlite_site.write(an_event)
    sqlite_site.write(a_series, made)
    sqlite_site.write(a_project, made)
    first = show(sqlite_site, path)

    again = show(sqlite_site, path, **{"if-none-match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert '<link rel="alternate" hreflang="en"' in first.text
