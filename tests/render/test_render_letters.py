"""What letters say, read as the person would."""

import re
from dataclasses import replace
from datetime import date

import pytest

from confman.render.letter_values import Occasion
from confman.render.letters import render
from tests.render.letter_people import (
    ANNA,
    BASE,
    CONFERENCE,
    FORUM_1,
    FORUM_3,
    JONAS,
    LINK,
    OCCASION,
    WULANDARI,
    a_letter,
)

UNTIL = "Bitte bestätigen Sie bis Mittwoch, 25. November 2026, 18:00 Uhr."


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
- Forum 1: Vom Projekt zur Daueraufgabe

Bitte bestätigen Sie bis Mittwoch, 25. November 2026, 18:00 Uhr. Danach
geben wir die Plätze an andere weiter.

Anmeldung bestätigen:
{LINK}

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
        "Waiting list:\n- Forum 1: Vom Projekt zur Daueraufgabe",
        "Please confirm by Wednesday, 25 November 2026, 18:00. After that we give\nthe places to others.",
    ]


def test_a_second_person_over_one_address_is_named_and_can_be_withdrawn() -> None:
    letter = render(a_letter("confirm", JONAS))

    assert letter.subject == "2. Anmeldung über diese Adresse: Bitte bestätigen Sie für Jonas Muster"
    assert letter.text.split("\n\n")[:2] == [
        "Guten Tag,",
        "dies ist die 2. Anmeldung über diese Adresse. Angemeldet ist Jonas\nMuster für:",
    ]
    assert f"\n\nEin Versehen? Diese 2. Anmeldung zurückziehen:\n{JONAS.link}#cancel\n\n" in letter.text


def test_a_reminder_names_whom_it_is_about_if_that_may_be_another() -> None:
    own, another = render(a_letter("reminder")), render(a_letter("reminder", JONAS))

    assert own.subject == "Erinnerung: Bitte bestätigen Sie Ihre Anmeldung zu „5. Werkstatt und Abschlusskonferenz“"
    assert own.text.split("\n\n")[:2] == ["Guten Tag Anna Beispiel,", "Ihre Anmeldung ist noch nicht bestätigt:"]
    assert another.subject == "Erinnerung: Bitte bestätigen Sie die Anmeldung von Jonas Muster"
    assert another.text.split("\n\n")[:2] == [
        "Guten Tag,",
        "die Anmeldung von Jonas Muster über diese Adresse ist noch nicht\nbestätigt:",
    ]


def test_three_people_of_one_mailbox_share_a_letter_and_confirm_each_alone() -> None:
    letter = render(a_letter("confirm", ANNA, JONAS, WULANDARI))

    assert letter.subject == "Bitte bestätigen: 3 Anmeldungen zu „5. Werkstatt und Abschlusskonferenz“"
    assert letter.text.split("\n\n")[4:14] == [
        (
            "Anna Beispiel\nReserviert:\n- Abschlusskonferenz, 14:00 bis 17:30 Uhr\n"
            "- Forum 3: Leerstand auf Zeit öffnen, 14:50 bis 15:50 Uhr, Raum 2.04"
        ),
        "Warteliste:\n- Forum 1: Vom Projekt zur Daueraufgabe",
        f"{UNTIL} Danach\ngeben wir die Plätze an andere weiter.",
        f"Für Anna Beispiel bestätigen:\n{ANNA.link}",
        "Jonas Muster (2. Anmeldung über diese Adresse)\nReserviert:\n- Abschlusskonferenz, 14:00 bis 17:30 Uhr",
        f"{UNTIL} Danach\ngeben wir den Platz weiter.",
        f"Für Jonas Muster bestätigen:\n{JONAS.link}",
        "Wulandari (3. Anmeldung über diese Adresse)\nWarteliste:\n- Abschlusskonferenz",
        f"{UNTIL} Danach\nnehmen wir Sie von der Warteliste.",
        f"Für Wulandari bestätigen:\n{WULANDARI.link}",
    ]
    assert [link for link in re.findall(r'href="([^"]+)"', letter.html) if "/r/" in link] == [
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
    assert letter.text.split("\n\n")[3:6] == [
        "Neu:\n- Forum 1: Vom Projekt zur Daueraufgabe, 14:50 bis 15:50 Uhr",
        "Ihr Platz in Forum 3 wird dafür frei. Lieber in Forum 3 bleiben?",
        f"Zurück in Forum 3, solange dort Plätze frei sind:\n{LINK}#choices",
    ]
    assert f'<a href="{LINK}#choices">Zurück in Forum 3, solange dort Plätze frei sind</a>' in letter.html


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
    waiting = replace(ANNA, places=(replace(whole, state="waiting", position=4),))
    waits = render(a_letter("waiting", replace(waiting, confirmed=True)))

    assert held.text.split("\n\n")[3] == "Ein Platz ist reserviert."
    assert waits.text.split("\n\n")[3] == ("Zurzeit sind alle Plätze vergeben. Sie stehen auf Platz 4 der\nWarteliste.")


@pytest.mark.parametrize("kind", ["confirm", "reminder", "already_registered", "links"])
def test_nobody_reads_a_position_on_a_waiting_list_before_confirming(kind: str) -> None:
    whole = replace(CONFERENCE, is_whole_event=True, state="waiting", position=4)
    waits = [replace(ANNA, places=(whole,)), replace(ANNA, places=(FORUM_1,), nth=2)]

    alone = [render(a_letter(kind, person)) for person in waits]
    bundled = render(a_letter(kind, *waits))

    assert "Zurzeit sind alle Plätze vergeben. Sie stehen auf der Warteliste." in alone[0].text
    assert "Warteliste:\n- Forum 1: Vom Projekt zur Daueraufgabe\n" in alone[1].text
    assert [letter.text for letter in (*alone, bundled) if re.search(r"Platz [47]\b", letter.text + letter.html)] == []


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
