"""How letters say what the organisers have changed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from confman.render.letter_values import Moment, Shift
from confman.render.letters import render
from tests.render.letter_people import ANNA, BASE, FORUM_3, OCCASION, START, a_letter

DAY = START.date()
WEEK = timedelta(days=7)
HOUR = timedelta(hours=1)
WHOLE = Moment(DAY, DAY, START, START + 8 * HOUR)
NEXT_WEEK = Moment(DAY + WEEK, DAY + WEEK, START + WEEK, START + WEEK + 8 * HOUR)
TALK = Moment(DAY, DAY, START, START + HOUR, "2.04")
SPEICHER, RATHAUS = Moment(where="Altes Speicherhaus, Lindenbrück"), Moment(where="Rathaus, Lindenbrück")


def lines(*shifts: Shift, language: str = "de") -> list[str]:
    text = render(a_letter("event_moved", replace(ANNA, shifts=shifts), language=language)).text
    heading = {"de": "Geändert:\n", "en": "Changed:\n"}[language]
    return [line.removeprefix("- ") for line in text.partition(heading)[2].partition("\n\n")[0].split("\n- ")]


def line(of: str, was: Moment | None, now: Moment | None, language: str = "de") -> str:
    label = "Forum 3" if of == "session" else None
    shift = Shift(of, "Leerstand", label, was, now)  # type: ignore[arg-type]  # one of the four
    [said] = lines(shift, language=language)
    return " ".join(said.removeprefix("- ").split())


@pytest.mark.parametrize(
    ("of", "was", "now", "says"),
    [
        ("place", SPEICHER, RATHAUS, "Ort: Rathaus, Lindenbrück (bisher Altes Speicherhaus, Lindenbrück)"),
        ("place", Moment(), RATHAUS, "Ort: Rathaus, Lindenbrück"),
        ("place", RATHAUS, Moment(), "Ort: noch offen (bisher Rathaus, Lindenbrück)"),
        (
            "event",
            WHOLE,
            NEXT_WEEK,
            "Termin: Dienstag, 2. Februar 2027, 9:30 bis 17:30 Uhr (bisher Dienstag, 26. Januar 2027, 9:30 bis 17:30 Uhr)",
        ),
        ("event", Moment(), WHOLE, "Termin: Dienstag, 26. Januar 2027, 9:30 bis 17:30 Uhr"),
        (
            "event",
            Moment(DAY, DAY + timedelta(days=1), START, START + 32 * HOUR),
            WHOLE,
            (
                "Termin: Dienstag, 26. Januar 2027, 9:30 bis 17:30 Uhr "
                "(bisher Dienstag, 26. bis Mittwoch, 27. Januar 2027)"
            ),
        ),
        (
            "part",
            WHOLE,
            replace(WHOLE, ends_at=START + 7 * HOUR),
            "Leerstand, 9:30 bis 16:30 Uhr (bisher 9:30 bis 17:30 Uhr)",
        ),
        ("session", TALK, replace(TALK, where="2.05"), "Forum 3: Leerstand, Raum 2.05 (bisher Raum 2.04)"),
        ("session", TALK, replace(TALK, where=None), "Forum 3: Leerstand, noch offen (bisher Raum 2.04)"),
        ("session", replace(TALK, where=None), replace(TALK, where="Saal"), "Forum 3: Leerstand, Saal"),
        (
            "session",
            TALK,
            replace(TALK, starts_at=START + HOUR / 4, ends_at=None, where="Saal"),
            "Forum 3: Leerstand, 9:45 Uhr, Saal (bisher 9:30 bis 10:30 Uhr, Raum 2.04)",
        ),
        ("session", TALK, None, "Entfällt: Forum 3: Leerstand"),
        (
            "session",
            None,
            TALK,
            "Findet doch statt: Forum 3: Leerstand, Dienstag, 26. Januar 2027, 9:30 bis 10:30 Uhr, Raum 2.04",
        ),
    ],
)
def test_the_new_stands_before_the_old_and_what_stayed_is_left_out(
    of: str, was: Moment | None, now: Moment | None, says: str
) -> None:
    assert line(of, was, now) == says


def test_english_says_the_same() -> None:
    moved = replace(TALK, starts_at=START + HOUR, ends_at=START + 2 * HOUR)

    assert line("session", TALK, moved, "en") == "Forum 3: Leerstand, 10:30 to 11:30 (before: 9:30 to 10:30)"


def test_who_changes_many_things_is_told_eight_and_where_the_rest_is() -> None:
    several = tuple(Shift("session", f"Punkt {number}", None, TALK, None) for number in range(9))

    letter = render(a_letter("programme_changed", replace(ANNA, shifts=several)))

    assert [f"Punkt {number}" in letter.text for number in range(9)] == [True] * 8 + [False]
    assert f"Weitere Änderungen stehen im Programm: {OCCASION.page}" in " ".join(letter.text.split())
    assert f'<a href="{OCCASION.page}">' in letter.html
    assert "Weitere" not in render(a_letter("programme_changed", replace(ANNA, shifts=several[:8]))).text


def test_who_has_lost_a_choice_can_choose_anew() -> None:
    confirmed = replace(ANNA, confirmed=True)
    gone = Shift("session", "Leerstand", "Forum 3", TALK, None)

    letter = render(a_letter("programme_changed", replace(confirmed, shifts=(gone,))))
    others = [
        replace(confirmed, shifts=(replace(gone, label=None),)),
        replace(confirmed, shifts=(replace(gone, now=TALK),)),
        replace(ANNA, shifts=(gone,)),
    ]

    assert f"Etwas anderes wählen, solange Plätze frei sind:\n{ANNA.link}#choices" in letter.text
    assert [f"{ANNA.link}#choices" in render(a_letter("programme_changed", other)).text for other in others] == [
        False
    ] * 3


def test_a_cancelled_event_gives_its_reason_and_its_page_where_it_has_one() -> None:
    cancelled = replace(OCCASION, is_cancelled=True, cancel_reason="Der Saal ist gesperrt.")

    letters = [
        render(a_letter("event_cancelled", occasion=replace(cancelled, has_page=has_page)))
        for has_page in (True, False)
    ]

    assert [f"{BASE}/events/" in letter.text for letter in letters] == [True, False]
    assert "Der Saal ist gesperrt." in letters[0].text
    assert "Die Veranstaltung findet nicht statt." in render(a_letter("links", occasion=cancelled)).text


def test_titles_of_organisers_stay_one_line_and_text() -> None:
    hostile = Shift("session", "<b>Rede</b>\r\nBcc: x", "Forum\n3", replace(TALK, where="<i>\u2028Saal"), None)
    moved = replace(hostile, now=replace(TALK, where="<i>\u2028Saal"), was=TALK)

    letter = render(a_letter("event_moved", replace(ANNA, shifts=(hostile, moved))))

    assert "- Entfällt: Forum 3: <b>Rede</b> Bcc: x\n" in letter.text
    assert "<i> Saal (bisher Raum 2.04)" in " ".join(letter.text.split())
    assert "<b>" not in letter.html
    assert "<i>" not in letter.html
    assert FORUM_3.title in letter.text
