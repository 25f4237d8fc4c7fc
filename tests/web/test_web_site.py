"""What browsers, robots and operators ask for beside the pages."""

import asyncio
import re
import struct
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from confman.app import create_app
from confman.http.assets import assets
from confman.kernel.settings import Settings
from confman.usecases.ledger import RulesCache
from confman.usecases.registrar import settle_batch
from tests.api_node import BASE_URL, Api
from tests.builders import NOW, a_registration, an_event

BROWSER = {"accept": "text/html", "accept-language": "de"}
TOKEN = "t" * 24


def test_robots_may_read_calendars(sqlite_site: Api) -> None:
    answer = sqlite_site.get("/robots.txt")

    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert re.findall(r"^Disallow: (.*)$", answer.text, re.MULTILINE) == ["/api/"]


def test_the_tab_has_a_picture(sqlite_site: Api) -> None:
    answer = sqlite_site.get("/favicon.ico")

    assert answer.headers["content-type"] == "image/x-icon"
    reserved, kind, images, width, height = struct.unpack("<HHHBB", answer.content[:8])
    size, offset = struct.unpack("<II", answer.content[14:22])
    assert (reserved, kind, images, width, height, offset, size) == (0, 1, 1, 16, 16, 22, len(answer.content) - 22)


def test_stylesheets_are_kept_for_ever_under_their_names_and_are_nowhere_else(sqlite_site: Api) -> None:
    addresses = re.findall(r'rel="stylesheet" href="([^"]+)"', sqlite_site.get("/", headers=BROWSER).text)

    answers = [sqlite_site.get(address, headers={"accept-encoding": "identity"}) for address in addresses]

    assert [re.sub("-[0-9a-f]{16}", "", address) for address in addresses] == ["/static/kern.css", "/static/pages.css"]
    assert {answer.headers["content-type"] for answer in answers} == {"text/css; charset=utf-8"}
    assert {answer.headers["cache-control"] for answer in answers} == {"public, max-age=31536000, immutable"}
    assert sqlite_site.get("/static/pages-0000000000000000.css").status_code == 404
    assert sqlite_site.get("/static/pages.css").status_code == 404


def test_text_is_packed_for_those_who_take_it_and_fonts_are_as_they_are(sqlite_site: Api) -> None:
    address = assets().address("kern.css")
    plain = sqlite_site.get(address, headers={"accept-encoding": "identity"})
    fonts = [sqlite_site.get(font) for font in re.findall(r"url\('(/static/[^']+)'\)", plain.text)]

    packed = sqlite_site.get(address, headers={"accept-encoding": "gzip"})

    assert (plain.headers.get("content-encoding"), packed.headers["content-encoding"]) == (None, "gzip")
    assert (plain.headers["vary"], packed.headers["vary"]) == ("Accept-Encoding", "Accept-Encoding")
    assert packed.content == plain.content
    assert [font.headers["content-type"] for font in fonts] == ["font/woff2"] * 3
    assert [font.headers.get("content-encoding") for font in fonts] == [None] * 3


def test_a_page_says_whose_it_is(sqlite_site: Api) -> None:
    assert '<a class="site-name" href="/">events.example.org</a>' in sqlite_site.get("/", headers=BROWSER).text


def test_imprint_and_privacy_say_who_is_responsible(sqlite_site: Api) -> None:
    sqlite_site.write(an_event)
    facts = '{"controller": "Stadt Lindenbrück\\nRathausplatz 1", "legal_basis": {"de": "Art. 6 Abs. 1 Buchst. e"}}'
    change = text("UPDATE host SET address = 'Rathausplatz 1', privacy = :facts, imprint = :imprint")
    sqlite_site.write(lambda c: c.execute(change, {"facts": facts, "imprint": '{"de": "Vertreten durch das Amt."}'}))

    imprint = sqlite_site.get("/imprint", headers=BROWSER).text
    privacy = sqlite_site.get("/privacy", headers=BROWSER).text

    assert "<h2>Stadt Lindenbrück</h2>\n<p>Vertreten durch das Amt.</p>" in imprint
    assert '<h2 id="contact">Kontakt</h2>\n<h3>Stadt Lindenbrück</h3>\n<p>Rathausplatz 1' in imprint
    assert "<h3>Verantwortlich</h3>\n<p>Stadt Lindenbrück<br>Rathausplatz 1" in privacy
    assert "<h3>Rechtsgrundlage</h3>\n<p>Art. 6 Abs. 1 Buchst. e</p>" in privacy


def test_the_privacy_notice_names_every_right_and_how_to_use_it(sqlite_site: Api) -> None:
    made = sqlite_site.write(an_event)
    change = text("UPDATE host SET email = 'amt@lindenbrueck.example', privacy = :facts, retention = :terms")
    facts, terms = '{"authority": "Landesbeauftragte"}', '{"unconfirmed_days": 1, "registration_days": 181}'
    sqlite_site.write(lambda c: c.execute(change, {"facts": facts, "terms": terms}))

    notice = sqlite_site.get("/privacy", headers=BROWSER).text

    assert re.findall(r"<li><strong>(.*?)</strong>", notice) == [
        "Auskunft und Datenübertragbarkeit",
        "Berichtigung",
        "Löschung",
        "Einschränkung",
        "Widerspruch",
        "Widerruf einer Einwilligung",
        "Beschwerde",
    ]
    assert 'formlose Nachricht: <a href="mailto:amt@lindenbrueck.example">' in notice
    assert "bei der Aufsichtsbehörde beschweren: Landesbeauftragte</li>" in notice
    assert re.findall(r"<li>.*: (?:in der Regel )?bis (.*)</li>", notice) == [
        "1 Tag nach dem Anmeldeschluss",
        "14 Tage nach der Veranstaltung",
        "30 Tage nach der Veranstaltung",
        "30 Tage nach der Veranstaltung",
        "181 Tage nach der Veranstaltung",
    ]
    for page in (f"/events/{made.slug}", f"/events/{made.slug}/registration"):
        [(address, anchor)] = set(re.findall(r'href="(/privacy)#([^"]+)"', sqlite_site.get(page, headers=BROWSER).text))
        assert f'<section id="{anchor}"' in notice
        assert address == "/privacy"


# what went wrong


def test_people_get_a_page_and_programs_a_problem(sqlite_site: Api) -> None:
    page = sqlite_site.get("/nirgends", headers=BROWSER)
    problem = sqlite_site.get("/nirgends", headers={"accept": "application/json"})
    api = sqlite_site.get("/api/v1/events/nirgends", headers=BROWSER)

    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "<h1>Diese Seite gibt es nicht</h1>\n<p>Unter dieser Adresse gibt es nichts oder nichts mehr." in page.text
    assert [answer.headers["content-type"] for answer in (problem, api)] == ["application/problem+json"] * 2


def test_a_page_of_an_error_says_how_to_go_on_and_when(sqlite_site: Api) -> None:
    sqlite_site.loop.run(sqlite_site.node.clerk.close())
    made = sqlite_site.write(an_event)
    ask = a_registration(made, "Adler")
    sqlite_site.write(lambda c: settle_batch(c, made.id, [ask], lambda: NOW, RulesCache()))
    from confman.kernel.security import Purpose

    token = sqlite_site.node.secrets.sign_link(Purpose.MANAGE, ask.request.id, 0)  # type: ignore[union-attr]  # a Register has one
    answer = sqlite_site.loop.run(sqlite_site.client.post(f"/r/{token}/confirmation", headers=BROWSER))

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    assert "<h1>Gerade nicht möglich</h1>" in answer.text
    assert "Bitte senden Sie in einer Minute erneut ab." in answer.text


def test_an_error_of_ours_is_a_page_too(sqlite_site: Api) -> None:
    sqlite_site.write(lambda c: c.execute(text("DROP TABLE stamp")))

    answer = sqlite_site.loop.run(sqlite_site.client.get("/calendar.ics", headers=BROWSER))

    assert answer.status_code == 500
    assert "<h1>Bei uns ist etwas schiefgegangen</h1>\n<p>Das ist unser Fehler." in answer.text
    assert "stamp" not in answer.text


def test_a_method_that_does_not_fit_is_said_to(sqlite_site: Api) -> None:
    answer = sqlite_site.ask("POST", "/", headers=BROWSER)

    assert answer.status_code == 405
    assert {"GET", "HEAD"} <= {method.strip() for method in answer.headers["allow"].split(",")}


# figures


@pytest.fixture
def figures(sqlite_url: str, tmp_path: Path) -> Any:
    """The figures as they are answered to `headers`, with and without a token set."""
    settings = Settings(tmp_path, sqlite_url, BASE_URL, (b"s" * 32,), ops_token=TOKEN)

    def ask(headers: Any, *, token: str | None = TOKEN) -> httpx.Response:
        app = create_app(replace(settings, ops_token=token), lambda: NOW)

        async def get() -> httpx.Response:
            transport = httpx.ASGITransport(app)  # type: ignore[arg-type]  # one more ASGI
            async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as client:
                return await client.get("/metrics", headers=headers)

        answer = asyncio.run(get())
        app.dependencies["node"].dependency().work.close()  # type: ignore[union-attr]  # a Provide
        return answer

    return ask


def test_figures_count_registrations_letters_and_what_waits(sqlite_site: Api, figures: Any) -> None:
    made = sqlite_site.write(an_event)
    asks = [a_registration(made, family) for family in ("Adler", "Bussard")]
    sqlite_site.write(lambda c: settle_batch(c, made.id, asks, lambda: NOW, RulesCache()))

    answer = figures({"authorization": f"Bearer {TOKEN}"})

    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert [line for line in answer.text.splitlines() if not line.startswith("#")] == [
        'confman_registrations{state="unconfirmed"} 2',
        "confman_letters_waiting 2",
        "confman_letters_failed 0",
        "confman_requests_queued 0",
    ]
    assert "lindenbrueck" not in answer.text


@pytest.mark.parametrize("sent", ["", "Bearer ", f"Bearer {TOKEN}x", f"bearer {TOKEN}", TOKEN, "Bearer ü"])
def test_without_the_token_there_are_no_figures(figures: Any, sent: str) -> None:
    headers = {b"authorization": sent.encode()} if sent else {}

    assert figures(headers).status_code == 404


@pytest.mark.parametrize("sent", ["Bearer None", "Bearer ", f"Bearer {TOKEN}"])
def test_where_no_token_is_set_nobody_gets_figures(figures: Any, sent: str) -> None:
    assert figures({"authorization": sent}, token=None).status_code == 404
