"""What letters say, read as the person would: subject, text, and the HTML as a mail program shows it."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from uuid import UUID

import pytest

from confman.kernel.i18n import LANGUAGES
from confman.render.letter_values import Entry, LetterValues, Occasion, Person
from confman.render.letters import render

BASE = "https://anmeldung.lindenbrueck.example"
LINK = f"{BASE}/r/AZ8Bc2Ff3nJx0kQy7u1mVwAAbCdEfGhIjKlMnOpQrStU"
START = datetime(2027, 1, 26, 8, 30, tzinfo=UTC)
LANE = UUID(int=3)
KINDS = [
    "confirm",
    "registered",
    "waiting",
    "promoted",
    "changed",
    "cancelled",
    "already_registered",
    "event_cancelled",
    "event_moved",
]
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

CONFERENCE = Entry(
    "Abschlusskonferenz", "held", starts_at=START + timedelta(hours=4.5), ends_at=START + timedelta(hours=8)
)
FORUM = {"starts_at": START + timedelta(hours=5, minutes=20), "ends_at": START + timedelta(hours=6, minutes=20)}
FORUM_3 = Entry("Leerstand auf Zeit öffnen", "held", "Forum 3", room="2.04", lane=LANE, **FORUM)  # type: ignore[arg-type]  # one type for several fields
FORUM_1 = Entry("Vom Projekt zur Daueraufgabe", "waiting", "Forum 1", 7, lane=LANE, **FORUM)  # type: ignore[arg-type]  # as above

OCCASION = Occasion(
    title="5. Werkstatt und Abschlusskonferenz",
    zone="Europe/Berlin",
    host_name="Stadt Lindenbrück",
    page=f"{BASE}/events/abschlusskonferenz",
    imprint=f"{BASE}/imprint",
    privacy=f"{BASE}/privacy",
    starts_on=date(2027, 1, 26),
    ends_on=date(2027, 1, 26),
    starts_at=START,
    ends_at=START + timedelta(hours=8),
    doors_at=START - timedelta(minutes=30),
    venue="Altes Speicherhaus, Am Beispielufer 5, 00123 Lindenbrück",
    reply_to="werkstatt@lindenbrueck.example",
    phone="0221 4710 123",
    funders=("Gefördert vom Ministerium für Beispielvorhaben (erfunden), Förderkennzeichen 00XX0000A",),
)
ANNA = Person(
    name="Anna Beispiel",
    code="K7M4-29QX",
    link=LINK,
    places=(CONFERENCE, FORUM_3, FORUM_1),
    confirm_by=datetime(2026, 11, 25, 17, tzinfo=UTC),
)
JONAS = replace(ANNA, name="Jonas Muster", nth=2, places=(CONFERENCE,), link=LINK + "J")
WULANDARI = replace(ANNA, name="Wulandari", nth=3, places=(replace(CONFERENCE, state="waiting", position=3),))


def a_letter(kind: str, *people: Person, language: str = "de", occasion: Occasion = OCCASION) -> LetterValues:
    return LetterValues(
        letter_ids=(UUID(int=1),),
        kind=kind,
        language=language,
        recipient="anna.beispiel@lindenbrueck.example",
        message_id="0198@lindenbrueck.example",
        created_at=datetime(2026, 11, 22, 12, tzinfo=UTC),
        occasion=occasion,
        people=people or (ANNA,),
    )


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


def test_the_first_letter_asks_to_confirm() -> None:
    letter = render(a_letter("confirm"))

    assert letter.subject == "Bitte bestätigen: Ihre Anmeldung zu „5. Werkstatt und Abschlusskonferenz“"
    assert (
        letter.text
        == f"""\
Guten Tag Anna Beispiel,

Sie haben sich angemeldet für:

5. Werkstatt und Abschlusskonferenz
Dienstag, 26. Januar 2027, 9:30 bis 17:30 Uhr
Altes Speicherhaus, Am Beispielufer 5, 00123 Lindenbrück

Reserviert:
- Abschlusskonferenz, 14:00 bis 17:30 Uhr
- Forum 3: Leerstand auf Zeit öffnen, 14:50 bis 15:50 Uhr, Raum 2.04

Warteliste:
- Forum 1: Vom Projekt zur Daueraufgabe, Platz 7

Bitte bestätigen Sie bis Mittwoch, 25. November 2026, 18:00 Uhr.

Anmeldung bestätigen:
{LINK}

Danach geben wir die Plätze an andere weiter.

Sie haben sich nicht angemeldet? Dann brauchen Sie nichts zu tun; wir
löschen die Daten.

Fragen? Antworten Sie auf diese E-Mail oder rufen Sie an: 0221 4710 123.

Stadt Lindenbrück
Gefördert vom Ministerium für Beispielvorhaben (erfunden),
Förderkennzeichen 00XX0000A
Impressum: {BASE}/imprint
Datenschutz: {BASE}/privacy
"""
    )


def test_the_second_letter_says_where_and_when() -> None:
    letter = render(replace(a_letter("registered", replace(ANNA, confirmed=True)), ics=b"BEGIN:VCALENDAR"))

    assert letter.subject == "Sie sind angemeldet: 5. Werkstatt und Abschlusskonferenz, 26. Januar 2027"
    assert (
        letter.text
        == f"""\
Guten Tag Anna Beispiel,

schön, dass Sie dabei sind.

5. Werkstatt und Abschlusskonferenz
Wann: Dienstag, 26. Januar 2027, 9:30 bis 17:30 Uhr
Einlass ab 9:00 Uhr
Wo: Altes Speicherhaus, Am Beispielufer 5, 00123 Lindenbrück

Ihr Programm:
- Abschlusskonferenz, 14:00 bis 17:30 Uhr
- Forum 3: Leerstand auf Zeit öffnen, 14:50 bis 15:50 Uhr, Raum 2.04

Warteliste:
- Forum 1: Vom Projekt zur Daueraufgabe, Platz 7

Wird etwas frei, buchen wir Sie um und schreiben Ihnen.

Meine Anmeldung ansehen oder ändern:
{LINK}

Sie können nicht kommen? Bitte sagen Sie hier ab, dann kann jemand
anders kommen:
{LINK}#cancel

Der Termin hängt als Kalenderdatei an.
Bitte leiten Sie diese E-Mail nicht weiter: Mit dem Link lässt sich Ihre
Anmeldung ändern.

Anmeldenummer: K7M4-29QX

Fragen? Antworten Sie auf diese E-Mail oder rufen Sie an: 0221 4710 123.

Stadt Lindenbrück
Gefördert vom Ministerium für Beispielvorhaben (erfunden),
Förderkennzeichen 00XX0000A
Impressum: {BASE}/imprint
Datenschutz: {BASE}/privacy
"""
    )
    assert letter.ics == b"BEGIN:VCALENDAR"


def test_who_used_the_english_page_is_written_to_in_english() -> None:
    letter = render(a_letter("confirm", language="en"))

    assert letter.subject == "Please confirm: your registration for “5. Werkstatt und Abschlusskonferenz”"
    assert letter.text.split("\n\n")[:6] == [
        "Hello Anna Beispiel,",
        "You have registered for:",
        (
            "5. Werkstatt und Abschlusskonferenz\n"
            "Tuesday, 26 January 2027, 9:30 to 17:30\n"
            "Altes Speicherhaus, Am Beispielufer 5, 00123 Lindenbrück"
        ),
        (
            "Reserved:\n"
            "- Abschlusskonferenz, 14:00 to 17:30\n"
            "- Forum 3: Leerstand auf Zeit öffnen, 14:50 to 15:50, room 2.04"
        ),
        "Waiting list:\n- Forum 1: Vom Projekt zur Daueraufgabe, number 7",
        "Please confirm by Wednesday, 25 November 2026, 18:00.",
    ]


def test_a_second_person_over_one_address_is_named_and_can_be_withdrawn() -> None:
    letter = render(a_letter("confirm", JONAS))

    assert letter.subject == "2. Anmeldung über diese Adresse: Bitte bestätigen Sie für Jonas Muster"
    assert letter.text.split("\n\n")[:2] == [
        "Guten Tag,",
        "dies ist die 2. Anmeldung über diese Adresse. Angemeldet ist Jonas\nMuster für:",
    ]
    assert f"\n\nEin Versehen? Diese Anmeldung zurückziehen:\n{JONAS.link}#cancel\n\n" in letter.text


def test_three_people_of_one_mailbox_share_a_letter_and_confirm_each_alone() -> None:
    letter = render(a_letter("confirm", ANNA, JONAS, WULANDARI))

    assert letter.subject == "Bitte bestätigen: 3 Anmeldungen zu „5. Werkstatt und Abschlusskonferenz“"
    assert letter.text.split("\n\n")[4:11] == [
        (
            "Anna Beispiel\nReserviert:\n- Abschlusskonferenz, 14:00 bis 17:30 Uhr\n"
            "- Forum 3: Leerstand auf Zeit öffnen, 14:50 bis 15:50 Uhr, Raum 2.04"
        ),
        "Warteliste:\n- Forum 1: Vom Projekt zur Daueraufgabe, Platz 7",
        f"Bitte bestätigen Sie bis Mittwoch, 25. November 2026, 18:00 Uhr.\nFür Anna Beispiel bestätigen:\n{ANNA.link}",
        "Jonas Muster (2. Anmeldung über diese Adresse)\nReserviert:\n- Abschlusskonferenz, 14:00 bis 17:30 Uhr",
        f"Bitte bestätigen Sie bis Mittwoch, 25. November 2026, 18:00 Uhr.\nFür Jonas Muster bestätigen:\n{JONAS.link}",
        "Wulandari (3. Anmeldung über diese Adresse)\nWarteliste:\n- Abschlusskonferenz, Platz 3",
        f"Bitte bestätigen Sie bis Mittwoch, 25. November 2026, 18:00 Uhr.\nFür Wulandari bestätigen:\n{WULANDARI.link}",
    ]
    assert [link for link in Shown(letter.html).links if "/r/" in link] == [
        link for person in (ANNA, JONAS, WULANDARI) for link in (person.link, person.link)
    ]


def test_a_shared_letter_asks_only_those_to_confirm_who_have_not() -> None:
    confirmed = replace(ANNA, confirmed=True, places=(CONFERENCE,))

    mixed = render(a_letter("already_registered", confirmed, JONAS))
    known = render(a_letter("already_registered", confirmed, replace(JONAS, confirmed=True)))

    assert mixed.subject == "Bitte bestätigen: Ihre Anmeldung zu „5. Werkstatt und Abschlusskonferenz“"
    assert [line for line in mixed.text.splitlines() if line.endswith(("tätigen:", "ändern:"))] == [
        "Anmeldung von Anna Beispiel ansehen oder ändern:",
        "Für Jonas Muster bestätigen:",
    ]
    assert known.subject == "Sie sind bereits angemeldet: 5. Werkstatt und Abschlusskonferenz"
    assert "bestätigen" not in known.text


@pytest.mark.parametrize(
    ("by", "first"),
    [
        ("self", "Ihre Änderung ist gespeichert."),
        ("organiser", "das Organisationsteam hat Ihre Anmeldung geändert:"),
        (None, "Ihre Anmeldung wurde geändert:"),
    ],
)
def test_a_change_says_who_made_it_and_what_is_gone(by: str | None, first: str) -> None:
    before = (CONFERENCE, replace(FORUM_3, label="Forum 5", title="Neighbourhood Labs", room="Saal"))

    letter = render(a_letter("changed", replace(ANNA, confirmed=True, by=by, before=before)))

    assert [letter.text.split("\n\n")[number] for number in (1, 3)] == [
        first,
        "Entfällt:\n- Forum 5: Neighbourhood Labs, 14:50 bis 15:50 Uhr, Saal",
    ]


def test_who_moves_up_learns_what_was_gained_and_what_became_free() -> None:
    moved = replace(
        ANNA,
        confirmed=True,
        places=(CONFERENCE, replace(FORUM_1, state="held", position=None)),
        before=(CONFERENCE, FORUM_3, FORUM_1),
    )

    letter = render(a_letter("promoted", moved))

    assert letter.subject == "Ein Platz ist frei geworden: Sie sind in Forum 1"
    assert letter.text.split("\n\n")[3:5] == [
        "Neu:\n- Forum 1: Vom Projekt zur Daueraufgabe, 14:50 bis 15:50 Uhr",
        (
            "Ihr Platz in Forum 3 wird dafür frei. Lieber in Forum 3 bleiben? Sie\n"
            "können zurück, solange dort Plätze frei sind."
        ),
    ]


@pytest.mark.parametrize(
    ("by", "first"),
    [
        ("self", "Ihre Teilnahme ist abgesagt. Danke, dass Sie Bescheid geben."),
        ("organiser", "das Organisationsteam hat Ihre Teilnahme abgesagt:"),
        ("lapse", "Ihre Anmeldung wurde nicht rechtzeitig bestätigt. Die Reservierung ist\ndeshalb abgelaufen:"),
    ],
)
def test_an_end_says_who_ended_it(by: str, first: str) -> None:
    letter = render(a_letter("cancelled", replace(ANNA, by=by)))

    assert letter.text.split("\n\n")[1] == first


def test_an_event_of_one_part_is_not_told_as_a_part() -> None:
    whole = replace(CONFERENCE, is_whole_event=True)

    held = render(a_letter("confirm", replace(ANNA, places=(whole,))))
    waits = render(a_letter("waiting", replace(ANNA, places=(replace(whole, state="waiting", position=4),))))

    assert held.text.split("\n\n")[3] == "Ein Platz ist reserviert."
    assert waits.text.split("\n\n")[3] == ("Zurzeit sind alle Plätze vergeben. Sie stehen auf Platz 4 der\nWarteliste.")


def test_days_are_named_where_there_are_several() -> None:
    first = replace(CONFERENCE, on_day=date(2027, 1, 27), starts_at=None)
    two_days = replace(OCCASION, ends_on=date(2027, 1, 27))

    letter = render(a_letter("confirm", replace(ANNA, places=(first,)), occasion=two_days))

    assert letter.text.split("\n\n")[2].splitlines()[1] == "Dienstag, 26. bis Mittwoch, 27. Januar 2027"
    assert letter.text.split("\n\n")[3] == "Reserviert:\n- Abschlusskonferenz, Mittwoch, 27. Januar"


def test_what_is_not_known_yet_is_left_out() -> None:
    bare = Occasion("6. Werkstatt", "Europe/Berlin", "Stadt Lindenbrück", f"{BASE}/x", f"{BASE}/i", f"{BASE}/p")

    letter = render(a_letter("registered", replace(ANNA, places=()), occasion=replace(bare, date_text="Herbst 2027")))

    assert letter.subject == "Sie sind angemeldet: 6. Werkstatt, Herbst 2027"
    assert letter.text.split("\n\n")[2] == "6. Werkstatt\nWann: Herbst 2027"
    assert letter.text.endswith(
        f"\n\nAnmeldenummer: K7M4-29QX\n\nStadt Lindenbrück\nImpressum: {BASE}/i\nDatenschutz: {BASE}/p\n"
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_letter_fits_the_screen_and_says_the_same_twice(kind: str, language: str) -> None:
    values = a_letter(kind, replace(ANNA, before=(CONFERENCE,), by="self"), language=language)

    letter = render(values)

    assert render(values) == letter
    assert [line for line in letter.text.splitlines() if len(line) > 72 and "://" not in line] == []
    assert "\n\n\n" not in letter.text
    assert letter.text.count("\n") <= 45
    assert "%(" not in letter.subject + letter.text + letter.html


@pytest.mark.parametrize("kind", KINDS)
def test_html_says_what_the_text_says(kind: str) -> None:
    letter = render(a_letter(kind, replace(ANNA, before=(CONFERENCE,), by="self")))

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
