"""Bodies that no browser sends: refused at the field where there is one, with a page in any case, never with a fault."""

from typing import Any

import pytest

from tests.api_node import Api
from tests.builders import an_event
from tests.web.visitor import EVERYTHING, FORM, a_full_form, people


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"family_name": "Bei\0spiel"}, 422),
        ({"family_name": "Bei\x1b[31mspiel"}, 422),
        ({"answer.ort": "K\0ln"}, 422),
        ({"email": "anna\0@lindenbrueck.example"}, 422),
        ({"email": "anna@lindenbrueck.example\nBcc: x@y.example"}, 422),
        ({"family_name": ["Beispiel", "Anders"]}, 422),
        ({"email": ["a@b.example", "c@d.example"]}, 422),
        ({"answer.ort": ["Köln", "Bonn"]}, 422),
        ({"choice.foren": ["f1", "f2"]}, 422),
        ({"choice.nirgends": "f1"}, 422),
        ({"choice.": "f1"}, 422),
        ({"until.foren": "nirgends", "choice.foren": "f2"}, 422),
        ({"answer.nirgends": "x"}, 422),
        ({"parts": "nirgends"}, 422),
        ({"parts": ["konferenz", "nirgends"]}, 422),
        ({"consents": "nirgends"}, 422),
        ({"title": "x" * 10_000}, 422),
        ({"answer.ort": "x" * 201}, 422),
        ({"family_name": "\u202eleipsieB"}, 422),
        ({"answer.frage": "\ufffe"}, 422),
    ],
)
def test_what_no_browser_sends_is_refused_with_the_form_filled(site: Api, fields: dict[str, Any], status: int) -> None:
    page = a_full_form(site).send({**EVERYTHING, **fields})

    assert page.status == status
    assert "Bitte prüfen Sie" in page.text
    assert page.value("institution") == EVERYTHING["institution"]
    assert site.read(people) == []


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"&".join(b"parts=x" for _ in range(201)), "application/x-www-form-urlencoded", 400),
        (b"family_name=%FF", "application/x-www-form-urlencoded", 400),
        (b"family_name=%ED%A0%80", "application/x-www-form-urlencoded", 400),
        (b"family_name=" + b"x" * 70_000, "application/x-www-form-urlencoded", 413),
        (b"{}", "application/json", 415),
        (b"--x--", "multipart/form-data; boundary=x", 415),
        (b"", "application/x-www-form-urlencoded", 409),
        (b"=&=&&&%", "application/x-www-form-urlencoded", 409),
    ],
)
def test_bodies_that_are_no_form_get_a_page(site: Api, body: bytes, kind: str, status: int) -> None:
    page = a_full_form(site).post(body, kind=kind)

    assert page.status == status
    assert page.heading
    assert site.read(people) == []


def test_other_sites_cannot_send_the_form(sqlite_site: Api) -> None:
    visitor = a_full_form(sqlite_site)

    sent = sqlite_site.ask(
        "POST", FORM, data={**EVERYTHING, "key": visitor.key}, headers={"sec-fetch-site": "cross-site"}
    )

    assert sent.status_code == 403


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_not_taken(sqlite_site: Api, method: str) -> None:
    sqlite_site.write(an_event)

    assert sqlite_site.ask(method, FORM).status_code == 405
    assert sqlite_site.ask("OPTIONS", FORM).headers["allow"] == "GET, HEAD, OPTIONS, POST"
