"""Forms as they are sent: read strictly, bounded, and shown again as they were typed."""

import asyncio
from typing import Any

import httpx
import pytest
from litestar import Litestar, Request, post
from litestar.exceptions import HTTPException

from confman.domain.errors import Fault
from confman.http.bodies import LARGEST_BODY
from confman.http.forms import MEDIA_TYPE, Filled, Message, Sent, messages_of, parse_form, read_form
from confman.kernel.templates import environment


@post("/", status_code=200)
async def echo(request: Request[Any, Any, Any]) -> dict[str, list[str]]:
    return {name: list(values) for name, values in (await read_form(request)).fields.items()}


def posted(body: bytes, content_type: str = MEDIA_TYPE) -> httpx.Response:
    async def ask() -> httpx.Response:
        app: Any = Litestar([echo], request_max_body_size=LARGEST_BODY, openapi_config=None)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
            return await client.post("/", content=body, headers={"content-type": content_type})

    return asyncio.run(ask())


def test_every_name_is_a_list_in_the_order_it_was_sent() -> None:
    sent = parse_form(b"parts=a&given_name=%C5%81ukasz+J.&parts=b&choice.foren=f1&empty=&bare")

    assert sent.all("parts") == ("a", "b")
    assert sent.text("given_name") == "Łukasz J."
    assert sent.below("choice.") == {"foren": ("f1",)}
    assert [sent.all("empty"), sent.all("bare"), sent.all("missing")] == [("",), ("",), ()]
    assert sent.text("missing") == ""


def test_lines_end_alike_whatever_the_browser() -> None:
    assert parse_form(b"frage=eins%0D%0Azwei%0Ddrei").text("frage") == "eins\nzwei\ndrei"


@pytest.mark.parametrize(
    "content_type", [f"{MEDIA_TYPE};charset=UTF-8", f'{MEDIA_TYPE}; charset="utf-8"', MEDIA_TYPE.upper()]
)
def test_browsers_may_name_the_charset(content_type: str) -> None:
    assert posted(b"a=1", content_type).json() == {"a": ["1"]}


@pytest.mark.parametrize(
    "content_type", ["", "application/json", "multipart/form-data; boundary=x", f"{MEDIA_TYPE}; charset=latin-1"]
)
def test_other_kinds_of_bodies_are_refused(content_type: str) -> None:
    assert posted(b"a=1", content_type).status_code == 415


@pytest.mark.parametrize("body", [b"a=%FF", b"a=\xff", b"%ED%A0%80=1", b"a=%ED%A0%80", b"a=%C0%AF"])
def test_what_is_not_utf_8_is_refused(body: bytes) -> None:
    assert posted(body).status_code == 400


def test_two_hundred_fields_are_taken_and_one_more_is_not() -> None:
    assert len(parse_form(b"&".join(b"a=1" for _ in range(200))).all("a")) == 200
    with pytest.raises(HTTPException) as refused:
        parse_form(b"&".join(b"a=1" for _ in range(201)))
    assert refused.value.status_code == 400


def test_sixty_four_kibibytes_are_taken_and_one_byte_more_is_not() -> None:
    assert posted(b"a=" + b"x" * (64 * 1024 - 2)).status_code == 200
    assert posted(b"a=" + b"x" * (64 * 1024 - 1)).status_code == 413


def test_a_percent_sign_that_means_nothing_stays_one() -> None:
    assert parse_form(b"a=100%&b=%zz").fields == {"a": ("100%",), "b": ("%zz",)}


def test_a_field_sent_twice_is_named() -> None:
    sent = parse_form(b"email=a&email=b&parts=a&parts=b")

    assert [fault.path for fault in sent.repeated(("email", "title"))] == [("email",)]


def test_control_characters_are_kept_for_the_check_and_not_shown_again() -> None:
    sent = parse_form(b"family_name=Bei%00spiel%1B&frage=eins%0Azwei")

    assert sent.text("family_name") == "Bei\0spiel\x1b"
    assert Filled(sent).value("family_name") == "Beispiel"
    assert Filled(sent).value("frage") == "eins\nzwei"


def test_messages_stand_once_at_each_field() -> None:
    faults = [
        Fault(("family_name",), "Please shorten this to {limit} characters.", (("limit", 100),)),
        Fault(("family_name",), "Please enter your surname."),
        Fault(("parts", 1), "There is no such part."),
    ]

    assert messages_of(faults, "en", {"parts.1": "parts"}, {"parts": "Parts"}) == (
        Message("family_name", "Please shorten this to 100 characters."),
        Message("parts", "There is no such part.", "Parts"),
    )


def shown(source: str, form: Filled) -> str:
    template = environment("en").from_string('{% import "_fields.html" as fields with context %}' + source)
    return " ".join(template.render(form=form).split())


def test_a_field_is_tied_to_its_label_hint_and_message() -> None:
    form = Filled(parse_form(b"email=anna"), (Message("email", "The @ is missing."),))

    html = shown('{{ fields.text(form, "email", "E-mail", hint="We write there.", inputmode="email") }}', form)

    assert '<label class="kern-label" for="email">E-mail</label>' in html
    assert '<div class="kern-hint" id="email-hint">We write there.</div>' in html
    assert 'value="anna" required inputmode="email"' in html
    assert 'aria-describedby="email-hint email-error" aria-invalid="true"' in html
    assert '<p class="kern-error" id="email-error">' in html


def test_the_list_of_messages_takes_the_focus_and_leads_to_the_fields() -> None:
    form = Filled(Sent(), (Message("email", "The @ is missing."), Message("answer.ort", "Please answer.", "Place")))

    html = shown("{{ fields.title_prefix(form) }}Registration{{ fields.errors(form) }}", form)

    assert html.startswith(
        'Error: Registration<div class="kern-alert kern-alert--danger" role="alert" tabindex="-1" autofocus'
    )
    assert "Please check 2 things" in html
    assert '<a class="kern-link" href="#answer.ort">Place: Please answer.</a>' in html
    assert shown("{{ fields.title_prefix(form) }}Registration{{ fields.errors(form) }}", Filled()) == "Registration"


def test_what_was_typed_is_text_and_never_markup() -> None:
    form = Filled(parse_form(b'frage=%22%3E%3Cscript%3E&title="><b>'))

    html = shown('{{ fields.textarea(form, "frage", "Q") }}{{ fields.text(form, "title", "T") }}', form)

    assert "<script>" not in html
    assert "&#34;&gt;&lt;script&gt;</textarea>" in html
    assert 'value="&#34;&gt;&lt;b&gt;"' in html


def test_what_was_chosen_is_chosen_again() -> None:
    form = Filled(parse_form(b"parts=b&forum=f2&until.foren=f3"))

    html = shown(
        '{{ fields.check(form, "parts", "a", "A") }}{{ fields.check(form, "parts", "b", "B", id="parts-2") }}'
        '{{ fields.radio(form, "forum", "f2", "F2") }}'
        '{{ fields.select(form, "until.foren", "Until", [("", "none"), ("f3", "F3")]) }}',
        form,
    )

    assert [line.count("checked") for line in html.split("<input")[1:]] == [0, 1, 1]
    assert '<option value="f3" selected>F3</option>' in html
