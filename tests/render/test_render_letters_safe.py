"""Letters in every kind and language: short, the same as text and as HTML, and not to be bent by what people type."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from html.parser import HTMLParser
from itertools import cycle
from pathlib import Path

import pytest

from confman.domain.letter_kinds import KINDS
from confman.kernel.i18n import LANGUAGES
from confman.render.letter_values import Moment, Shift
from confman.render.letters import render
from confman.render.mime import Envelope, message
from tests.render.letter_people import ANNA, BASE, CONFERENCE, JONAS, OCCASION, START, a_letter

MORNING = Moment(START.date(), START.date(), START, START + timedelta(hours=1), "2.04")
CHANGED = replace(
    ANNA,
    before=(CONFERENCE,),
    by="self",
    shifts=(
        Shift("place", was=Moment(where="Rathaus"), now=Moment(where="Altes Speicherhaus")),
        Shift("session", "Leerstand auf Zeit öffnen", "Forum 3", MORNING, replace(MORNING, where="2.05")),
        Shift("session", "Neighbourhood Labs", "Forum 5", MORNING, None),
    ),
)
HOSTILE = [
    "[x](https://evil.example)",
    "<a href=https://evil.example>x</a>",
    "www.evil.example",
    "{event.__class__} {{7*7}} {% raw %}",
    "%s %(name)s %",
    "=?utf-8?q?a=0D=0ABcc:_x@evil.example?=",
    "Eva\r\nBcc: x@evil.example",
    "Eva\u2028\u2029\x85\x00Muster",
    "Eva & \"Co\" 'x' <b>",
]


class Shown(HTMLParser):
    """HTML as a mail program shows it: text, links, and every element with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.links: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.links += [dict(attrs)["href"] or ""] if tag == "a" else []
        self.texts += [] if tag == "span" else [" "]

    def handle_data(self, data: str) -> None:
        if self.elements and self.elements[-1][0] != "style":
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.texts).split())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_letter_fits_the_screen_and_says_the_same_twice(kind: str, language: str) -> None:
    values = replace(a_letter(kind, CHANGED, language=language), ics=b"BEGIN:VCALENDAR")

    letter = render(values)

    assert render(values) == letter
    assert [line for line in letter.text.splitlines() if len(line) > 72 and "://" not in line] == []
    assert "\n\n\n" not in letter.text
    assert letter.text.count("\n") <= 45
    assert "%(" not in letter.subject + letter.text + letter.html


@pytest.mark.parametrize("kind", KINDS)
def test_html_says_what_the_text_says(kind: str) -> None:
    letter = render(replace(a_letter(kind, CHANGED), ics=b"BEGIN:VCALENDAR"))

    shown = Shown(letter.html)
    spoken = " ".join(line for line in letter.text.splitlines() if "://" not in line)

    assert set(re.findall(r"\w+", spoken)) <= set(re.findall(r"\w+", shown.text))
    assert [name for name, attributes in shown.elements if name in {"img", "table", "script", "link"}] == []
    assert [attributes for _, attributes in shown.elements if "style" in attributes] == []
    assert shown.elements[0] == ("html", {"lang": "de"})
    assert {link.split("/r/")[0].split("#")[0] for link in shown.links} <= {
        BASE,
        OCCASION.page,
        OCCASION.imprint,
        OCCASION.privacy,
    }


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("kind", KINDS)
def test_a_name_is_a_name_whatever_it_looks_like(kind: str, name: str) -> None:
    literal = " ".join(re.sub(r"[\r\n\x00\x85\u2028\u2029]", " ", name).split())

    letters = [
        render(a_letter(kind, *(replace(person, name=called) for person in people)))
        for called in ("Xyzzy", name)
        for people in ((JONAS,), (ANNA, JONAS))
    ]

    for plain, hostile in zip(letters[:2], letters[2:], strict=True):
        assert hostile.subject == plain.subject.replace("Xyzzy", literal)
        assert hostile.text.split() == plain.text.replace("Xyzzy", literal).split()
        assert Shown(hostile.html).text == Shown(plain.html).text.replace("Xyzzy", literal)
        assert Shown(hostile.html).links == Shown(plain.html).links
        # never in one piece, so that no mail program makes a link of it
        assert "evil.example" not in hostile.html.partition("</title>")[2]


def test_an_address_that_is_no_page_is_left_out() -> None:
    letter = render(a_letter("registered", occasion=replace(OCCASION, online_url="javascript:alert(1)")))

    assert "javascript" not in letter.text + letter.html


OURS = {
    *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress"),
    *("Content-Language", "MIME-Version", "Content-Type"),
}
NAUGHTY = Path(__file__).parents[3] / "shared" / "data" / "names-blns" / "blns.json"


@pytest.mark.skipif(not NAUGHTY.exists(), reason="the list of naughty strings is not here")
def test_whatever_people_and_organisers_type_is_a_letter_with_our_headers_and_no_others() -> None:
    kinds = cycle(KINDS)
    for text in json.loads(NAUGHTY.read_text(encoding="utf-8")):
        renamed = Shift("session", text, text[:20], replace(MORNING, where=text), None)
        about = replace(OCCASION, title=text, venue=text, cancel_reason=text, funders=(text,))
        values = a_letter(next(kinds), replace(ANNA, name=text, shifts=(renamed,)), occasion=about)
        letter = render(values)
        envelope = Envelope(values.message_id, values.created_at, "de", "a@b.example", text, "x@y.example")

        read = message_from_bytes(message(envelope, letter), policy=policy.default)

        assert [name for name in read if name not in OURS] == []
        assert "<script" not in letter.html.lower()
        assert "<img" not in letter.html.lower()
