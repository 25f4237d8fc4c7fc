"""What robots and whoever meets a barrier or a weakness are told."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import insert, update

from confman.kernel.ids import new_id
from confman.store.events import event, event_project
from confman.store.hosts import host, project, series
from tests.api_node import BASE_URL, Api
from tests.builders import NOW, an_event
from tests.web.looking import show, text

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
ALTERNATE = "{http://www.w3.org/1999/xhtml}link"


def set_host(site: Api, **values: Any) -> None:
    site.write(lambda c: c.execute(update(host).values(values)))


def addresses(site: Api) -> list[str]:
    tree = ET.fromstring(site.get("/sitemap.xml").content)
    return [str(each.findtext(f"{SITEMAP}loc")).removeprefix(BASE_URL) for each in tree]


def test_the_sitemap_names_each_public_page_once(site: Api) -> None:
    made = site.write(an_event)
    for slug, hidden in (("a", {"visibility": "link"}), ("b", {"visibility": "code"}), ("c", {"published_at": None})):
        site.write(an_event, slug=slug, **{"announced_at": None, **hidden})
    for table, slug in ((series, "reihe"), (project, "labore")):
        row = {"id": new_id(), "host_id": made.host_id, "slug": slug, "titles": {"de": slug}}
        site.write(lambda c, table=table, row=row: c.execute(insert(table).values(row)))
        if table is series:
            site.write(lambda c, row=row: c.execute(update(event).values(series_id=row["id"])))
        else:
            link = {"event_id": made.id, "project_id": row["id"], "position": 0}
            site.write(lambda c, link=link: c.execute(insert(event_project).values(link)))

    assert addresses(site) == [
        *("/", "/archive", "/imprint", "/privacy", "/accessibility"),
        *("/series/reihe", "/projects/labore", "/events/abschlusskonferenz"),
    ]


def test_the_sitemap_names_both_languages(sqlite_site: Api) -> None:
    answer = sqlite_site.get("/sitemap.xml")
    first = ET.fromstring(answer.content)[0]

    assert answer.headers["content-type"] == "application/xml"
    assert [(each.get("hreflang"), each.get("href")) for each in first.iter(ALTERNATE)] == [
        ("de", f"{BASE_URL}/?lang=de"),
        ("en", f"{BASE_URL}/?lang=en"),
    ]


def test_robots_are_led_to_the_sitemap(sqlite_site: Api) -> None:
    assert f"Sitemap: {BASE_URL}/sitemap.xml" in sqlite_site.get("/robots.txt").text


def test_whom_to_tell_of_a_weakness_is_valid_for_less_than_a_year(sqlite_site: Api) -> None:
    sqlite_site.write(an_event)
    set_host(sqlite_site, email="it@lindenbrueck.example")

    answer = sqlite_site.get("/.well-known/security.txt")

    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    told = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert told["Contact"] == "mailto:it@lindenbrueck.example"
    expires = datetime.strptime(told["Expires"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert timedelta(days=30) < expires - NOW < timedelta(days=365)
    assert told["Canonical"] == f"{BASE_URL}/.well-known/security.txt"


def test_where_no_host_has_an_address_the_operator_is_told(sqlite_site: Api) -> None:
    assert "Contact: mailto:a@b.example" in sqlite_site.get("/.well-known/security.txt").text


def test_the_declaration_of_accessibility_says_whom_to_tell_and_who_decides(sqlite_site: Api) -> None:
    sqlite_site.write(an_event)
    facts = {
        "known_limits": {"de": "Ältere PDF-Dateien."},
        "contact": "Beauftragte\nRathausplatz 1",
        "email": "barriere@lindenbrueck.example",
        "phone": "0221 4710 108",
        "enforcement": "Schlichtungsstelle",
        "as_of": "2026-11-01",
    }
    set_host(sqlite_site, accessibility=facts)

    page = show(sqlite_site, "/accessibility")

    assert "Was noch nicht barrierefrei ist Ältere PDF-Dateien. Barriere melden" in text(page)
    assert 'href="mailto:barriere@lindenbrueck.example?subject=Barriere%20melden"' in page.text
    assert "Stadt Lindenbrück Beauftragte Rathausplatz 1 barriere@lindenbrueck.example 0221 4710 108" in text(page)
    assert "Wenn unsere Antwort Ihnen nicht weiterhilft" in text(page)
    assert "Schlichtungsstelle Diese Erklärung ist vom 1. November 2026." in text(page)


def test_a_host_that_tells_nothing_is_still_reached(sqlite_site: Api) -> None:
    sqlite_site.write(an_event)
    set_host(sqlite_site, email="stadt@lindenbrueck.example")

    page = show(sqlite_site, "/accessibility?lang=en")

    assert "<h1>Declaration of accessibility</h1>" in page.text
    assert "stadt@lindenbrueck.example" in text(page)
    assert "If our answer does not help you" not in text(page)


@pytest.mark.parametrize(
    "path", ["/", "/archive", "/events/abschlusskonferenz", "/imprint", "/privacy", "/accessibility"]
)
def test_pages_name_themselves_in_the_other_languages(sqlite_site: Api, path: str) -> None:
    sqlite_site.write(an_event)

    found = re.findall(r'<link rel="alternate" hreflang="(\w+)" href="([^"]+)">', show(sqlite_site, path).text)

    assert found == [("de", f"{path}?lang=de"), ("en", f"{path}?lang=en")]


def test_each_of_these_is_one_statement(site: Api) -> None:
    costs = []
    for path in ("/accessibility", "/imprint", "/privacy", "/.well-known/security.txt"):
        with site.counted() as sent:
            site.get(path)
        costs.append(len(sent))

    assert costs == [1, 1, 1, 1]
