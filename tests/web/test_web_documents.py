"""Documents are handed out to who may see what they belong to, as files and never as pages; logos to everybody."""

import hashlib
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import Connection, insert, select, update

from confman.kernel.ids import new_id
from confman.store import files
from confman.store.events import document, event
from confman.store.hosts import host, project
from confman.store.programme import session
from confman.usecases.importing_codes import sealed
from tests.api_node import Api
from tests.builders import NOW, APart, ASession, ASlot, an_event

CONTENT = b"%PDF-1.4 " + bytes(range(256)) * 3_000  # three pieces
HASH = hashlib.sha256(CONTENT).hexdigest()
NAME = "Ergebnisse-für-alle.pdf"
BROWSER = {"accept": "text/html", "accept-language": "de", "sec-fetch-site": "same-origin"}


def a_document(connection: Connection, host_id: UUID, **columns: Any) -> str:
    """The address of a PDF of 768 kB."""
    key = new_id()
    files.put(connection, HASH, "application/pdf", CONTENT)
    facts = {"name": NAME, "media_type": "application/pdf", "size": len(CONTENT), "content_hash": HASH}
    told = {"key": key.hex, "titles": {"de": "Ergebnisse"}, "position": 0, **facts, **columns}
    connection.execute(insert(document).values(id=key, host_id=host_id, **told))
    return f"/documents/{key}/{NAME}"


def look(site: Api, path: str, method: str = "GET", **headers: str) -> httpx.Response:
    """Without the look at the policy that all pages share: files have a stricter one."""
    return site.loop.run(site.client.request(method, path, headers={**BROWSER, **headers}))


def test_a_document_comes_whole_as_a_file_that_no_browser_runs(site: Api) -> None:
    made = site.write(an_event)
    address = site.write(a_document, made.host_id, event_id=made.id)

    answer = look(site, address)

    assert answer.content == CONTENT
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-length"] == str(len(CONTENT))
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["content-disposition"] == (
        "attachment; filename=\"Ergebnisse-f_r-alle.pdf\"; filename*=UTF-8''Ergebnisse-f%C3%BCr-alle.pdf"
    )


def test_a_document_is_not_sent_again_and_its_headers_can_be_asked_for(sqlite_site: Api) -> None:
    made = sqlite_site.write(an_event)
    address = sqlite_site.write(a_document, made.host_id, event_id=made.id)

    again = look(sqlite_site, address, **{"if-none-match": f'"{HASH}"'})
    headers = look(sqlite_site, address, "HEAD")

    assert (again.status_code, again.content) == (304, b"")
    assert (headers.status_code, headers.content, headers.headers["content-length"]) == (200, b"", str(len(CONTENT)))


def test_the_page_of_the_event_offers_it_with_kind_and_size(sqlite_site: Api) -> None:
    made = sqlite_site.write(an_event)
    address = sqlite_site.write(a_document, made.host_id, event_id=made.id)

    page = look(sqlite_site, "/events/abschlusskonferenz").text

    assert address.replace("ü", "%C3%BC") in page
    assert "PDF, 768 kB" in page


@pytest.mark.parametrize(
    ("columns", "status"),
    [
        ({}, 200),
        ({"visibility": "link"}, 200),
        ({"visibility": "code", "access_code_hash": sealed("x")}, 404),
        ({"announced_at": None, "published_at": None}, 404),
        ({"announced_at": NOW + timedelta(days=1), "published_at": None}, 404),
    ],
)
def test_a_document_is_as_visible_as_its_event(sqlite_site: Api, columns: dict[str, Any], status: int) -> None:
    made = sqlite_site.write(an_event, [APart(slots=[ASlot("foren", [ASession("f1")])])], **columns)
    session_id = sqlite_site.read(lambda c: c.execute(select(session.c.id)).scalar_one())
    addresses = [
        sqlite_site.write(a_document, made.host_id, event_id=made.id),
        sqlite_site.write(a_document, made.host_id, session_id=session_id),
    ]

    assert [look(sqlite_site, address).status_code for address in addresses] == [status, status]


def test_who_has_the_code_has_the_documents_and_nobody_keeps_them(sqlite_site: Api) -> None:
    made = sqlite_site.write(an_event, visibility="code", access_code_hash=sealed("Linde"))
    address = sqlite_site.write(a_document, made.host_id, event_id=made.id)
    sent = sqlite_site.ask("POST", f"/events/{made.slug}/entry", data={"code": "linde"}, headers=BROWSER)
    page = look(sqlite_site, sent.headers["location"]).text

    answer = look(sqlite_site, f"{address}?{sent.headers['location'].partition('?')[2]}")

    assert f"{address.replace('ü', '%C3%BC')}?entry=" in page
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")


def test_a_document_waits_for_its_instant(sqlite_site: Api) -> None:
    made = sqlite_site.write(an_event)
    published_at = NOW + timedelta(hours=1)
    address = sqlite_site.write(a_document, made.host_id, event_id=made.id, published_at=published_at)

    before = look(sqlite_site, address).status_code
    sqlite_site.now = published_at

    assert (before, look(sqlite_site, address).status_code) == (404, 200)


def test_only_the_address_itself_hands_it_out(sqlite_site: Api) -> None:
    made = sqlite_site.write(an_event)
    address = sqlite_site.write(a_document, made.host_id, event_id=made.id)
    key = address.split("/")[2]
    elsewhere = sqlite_site.write(a_document, made.host_id, content_hash=None, url="https://a.example/x.pdf")

    wrong = [f"/documents/{key}/x.pdf", f"/documents/{key}/%00", f"/documents/{key}/..%2F..%2Fetc%2Fpasswd"]
    wrong += ["/documents/1/x.pdf", f"/documents/{new_id()}/{NAME}", "/documents/%FF/x", elsewhere, f"/logos/{HASH}"]

    assert {path: look(sqlite_site, path).status_code for path in wrong} == dict.fromkeys(wrong, 404)


def test_documents_of_projects_are_everybodys(sqlite_site: Api) -> None:
    made = sqlite_site.write(an_event)
    key = new_id()
    row = {"id": key, "host_id": made.host_id, "slug": "labore", "titles": {"de": "Labore"}}
    sqlite_site.write(lambda c: c.execute(insert(project).values(row)))
    address = sqlite_site.write(a_document, made.host_id, project_id=key)

    assert look(sqlite_site, address).status_code == 200
    assert address.replace("ü", "%C3%BC") in look(sqlite_site, "/projects/labore").text


def test_logos_are_ours_and_kept_for_ever(site: Api) -> None:
    content = b"\x89PNG\r\n\x1a\n" + b"x" * 40
    content_hash = hashlib.sha256(content).hexdigest()
    site.write(an_event)
    site.write(files.put, content_hash, "image/png", content)
    before = look(site, f"/logos/{content_hash}").status_code
    site.write(lambda c: c.execute(update(host).values(logo=content_hash)))

    answer = look(site, f"/logos/{content_hash}")

    assert (before, answer.status_code, answer.content) == (404, 200, content)
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("name", ["x", "..%2F", "A" * 64, "%00", "0" * 63])
def test_what_is_no_logo_is_nowhere(sqlite_site: Api, name: str) -> None:
    assert look(sqlite_site, f"/logos/{name}").status_code == 404


def test_handing_out_costs_a_fixed_number_of_statements(site: Api) -> None:
    made = site.write(an_event)
    address = site.write(a_document, made.host_id, event_id=made.id)
    look(site, address)
    site.node.catalogue._FRESH_SECONDS = 600

    with site.counted() as whole:
        look(site, address)
    with site.counted() as known:
        look(site, address, **{"if-none-match": f'"{HASH}"'})

    assert (len(whole), len(known)) == (1 + 3, 1)  # the document and its pieces


def test_an_event_that_goes_takes_its_documents_along(site: Api) -> None:
    made = site.write(an_event)
    address = site.write(a_document, made.host_id, event_id=made.id)

    site.write(lambda c: c.execute(event.delete().where(event.c.id == made.id)))

    assert look(site, address).status_code == 404
