"""Anna Beispiel and others, the conference they go to, and letters to them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from confman.render.letter_values import Entry, LetterValues, Occasion, Person

BASE = "https://anmeldung.lindenbrueck.example"
LINK = f"{BASE}/r/AZ8Bc2Ff3nJx0kQy7u1mVwAAbCdEfGhIjKlMnOpQrStU"
START = datetime(2027, 1, 26, 8, 30, tzinfo=UTC)
LANE = UUID(int=3)
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
