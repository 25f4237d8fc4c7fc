"""Letters as bytes: nothing gets into the headers that we did not put there, on every Python we run on."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from confman.render.mime import BadAddress, Envelope, Letter, message, one_line, plain_address, plain_message_id

ENVELOPE = Envelope(
    message_id="0198abcd@lindenbrueck.example",
    created_at=datetime(2026, 11, 22, 12, tzinfo=UTC),
    language="de",
    sender="anmeldung@lindenbrueck.example",
    sender_name="Stadt Lindenbrück",
    recipient="anna.beispiel@lindenbrueck.example",
    reply_to="werkstatt@lindenbrueck.example",
)
LETTER = Letter("Sie sind angemeldet", "Guten Tag Łukasz,\n" + "x" * 200 + "\n", "<p>Grüße</p>\n")
HEADERS = [
    "From",
    "Reply-To",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "Content-Language",
    "MIME-Version",
    "Content-Type",
]
# what ends a line somewhere, bare and inside of an encoded word, which Python decodes when it parses (CVE-2024-6923)
SPLITTERS = [
    "\r\n",
    "\n",
    "\r",
    "\x00",
    "\x85",
    "\u2028",
    "\u2029",
    "\x0b",
    "\x1c",
    "=?utf-8?q?=0D=0A?=",
    "=?utf-8?b?DQo=?=",
]


def read(content: bytes) -> EmailMessage:
    found = message_from_bytes(content, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def test_a_letter_has_these_headers_and_no_others() -> None:
    mail = read(message(ENVELOPE, LETTER))

    assert [(name, str(value)) for name, value in mail.items() if name != "Content-Type"] == [
        ("From", "Stadt Lindenbrück <anmeldung@lindenbrueck.example>"),
        ("Reply-To", "werkstatt@lindenbrueck.example"),
        ("To", "anna.beispiel@lindenbrueck.example"),
        ("Subject", "Sie sind angemeldet"),
        ("Date", "Sun, 22 Nov 2026 12:00:00 +0000"),
        ("Message-ID", "<0198abcd@lindenbrueck.example>"),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "OOF, AutoReply"),
        ("Content-Language", "de"),
        ("MIME-Version", "1.0"),
    ]


def test_text_and_html_are_read_back_as_they_were() -> None:
    mail = read(message(ENVELOPE, LETTER))
    text, html = mail.iter_parts()

    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in (text, html)] == ["text/plain", "text/html"]
    assert [part.get_content().replace("\r\n", "\n") for part in (text, html)] == [LETTER.text, LETTER.html]


def test_a_date_goes_along_as_a_calendar_file() -> None:
    mail = read(message(ENVELOPE, replace(LETTER, ics=b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")))
    words, date = mail.iter_parts()

    assert [words.get_content_type(), date.get_content_type()] == ["multipart/alternative", "text/calendar"]
    assert date["Content-Type"].params == {"method": "PUBLISH", "charset": "utf-8"}
    assert date.get_filename() == "calendar.ics"
    assert date.get_payload(decode=True) == b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


def test_every_line_is_short_ascii_and_the_same_each_time() -> None:
    long = replace(LETTER, subject="Anmeldung „" + "ä" * 300 + "“", ics=b"x" * 500)

    content = message(ENVELOPE, long)

    assert content == message(ENVELOPE, long)
    assert content.isascii()
    assert max(map(len, content.split(b"\r\n"))) <= 78
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert read(content)["Subject"] == long.subject


@pytest.mark.parametrize("splitter", SPLITTERS, ids=ascii)
def test_nothing_in_a_subject_or_a_name_begins_a_new_header(splitter: str) -> None:
    planted = f"Eva{splitter}Bcc: x@evil.example{splitter}Muster"

    content = message(replace(ENVELOPE, sender_name=planted, language=planted), replace(LETTER, subject=planted))
    head = content.partition(b"\r\n\r\n")[0].decode("ascii")

    assert [line.partition(":")[0] for line in head.split("\r\n") if not line.startswith(" ")] == HEADERS
    assert "evil.example" not in head.partition("Subject")[0]


@pytest.mark.parametrize("splitter", SPLITTERS, ids=ascii)
@pytest.mark.parametrize("field", ["recipient", "sender", "reply_to", "message_id"])
def test_an_address_that_is_more_than_one_is_refused(field: str, splitter: str) -> None:
    values = {
        "message_id": ENVELOPE.message_id,
        "created_at": ENVELOPE.created_at,
        "language": "de",
        "sender": ENVELOPE.sender,
        "sender_name": "",
        "recipient": ENVELOPE.recipient,
        "reply_to": ENVELOPE.reply_to,
        field: f"eva@lindenbrueck.example{splitter}Bcc: x@evil.example",
    }

    with pytest.raises(BadAddress):
        message(Envelope(**values), LETTER)  # type: ignore[arg-type]  # one dict for several types


@pytest.mark.parametrize(
    "text",
    [
        "",
        "eva",
        "@lindenbrueck.example",
        "eva@",
        "eva@a.example,x@evil.example",
        "eva@a.example x@evil.example",
        "<eva@a.example>",
        "Eva <eva@a.example>",
        '"eva x"@a.example',
        "eva@a@b.example",
        "éva@a.example",
        "eva@a..example",
        "eva@" + "a" * 251,
        "eva@\ud800.example",
        "=?utf-8?q?a?=@a.example",
    ],
)
def test_what_is_not_one_plain_address_is_refused(text: str) -> None:
    with pytest.raises(BadAddress):
        plain_address(text)


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("eva.muster+1@bücher.example", "eva.muster+1@xn--bcher-kva.example"),
        ("eva@Straße.example", "eva@xn--strae-oqa.example"),
    ],
)
def test_an_international_domain_is_written_in_ascii(typed: str, sent: str) -> None:
    assert plain_address(typed) == sent


def test_a_message_id_has_its_brackets_once() -> None:
    assert plain_message_id("<a@b.example>") == plain_message_id("a@b.example") == "<a@b.example>"


def test_a_line_is_one_line() -> None:
    assert one_line(" Eva\r\nMuster\u2028\x85 \x00Beispiel\ud800 ") == "Eva Muster Beispiel"
