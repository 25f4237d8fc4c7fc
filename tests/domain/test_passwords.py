import pytest

from confman.domain.passwords import GUESSABLE, MOST_BYTES, TOO_LONG, TOO_SHORT, fault_of

ERIKA = ("Erika Beispiel", "erika.beispiel@lindenbrueck.example", "Veranstaltungen in Lindenbrück")


@pytest.mark.parametrize(
    "password",
    [
        "x9Kd2mQp",
        "sieben Zwerge im Nieselregen",
        "🦊🌲🎈🍋🚲🧦📎🎺",
        "ÄäÖöÜüß§",
        "пароль из слов",
        "k7m4-29qx-h3nb",
        "Zwerge im Regen " * 5,
        "ü" * 10 + "Zwölf Boxkämpfer jagen Viktor" * 10,
    ],
)
def test_a_password_of_any_script_and_length_is_taken(password: str) -> None:
    assert fault_of(password, ERIKA) is None


def test_seven_characters_are_too_few_and_eight_are_enough() -> None:
    assert [fault_of("x9Kd2mQ"), fault_of("x9Kd2mQp"), fault_of("")] == [TOO_SHORT, None, TOO_SHORT]


def test_more_than_a_kibibyte_is_refused_before_anything_is_reckoned() -> None:
    words = "Zwölf Boxkämpfer jagen Viktor. "
    fits = (words * 40).encode()[:MOST_BYTES].decode(errors="ignore")

    assert [fault_of(fits), fault_of(fits + "xxxx"), fault_of("a" * 60_000)] == [None, TOO_LONG, TOO_LONG]


@pytest.mark.parametrize(
    "password",
    [
        *("password", "passwort1", "P@ssw0rd", "Passw0rt!", "Willkommen1", "hallo1234", "geheim123!", "admin2026"),
        *("12345678", "87654321", "qwertzui", "asdfghjkl", "1qay2wsx", "abcd1234", "a1b2c3d4", "q1w2e3r4"),
        *("aaaaaaaa", "hahahaha", "12341234", "passwortpasswort", "😀😀😀😀😀😀😀😀", "        "),
        *("Sommer2026!", "Herbst26", "Montag01", "Berlin2026", "schatz123", "iloveyou1", "trustno1!", "letmein123"),
        *("Erika2026!!", "beispiel1", "Lindenbrück1", "lindenbrueck7", "Veranstaltungen1"),
    ],
)
def test_what_a_few_thousand_tries_would_guess_is_refused(password: str) -> None:
    assert fault_of(password, ERIKA) == GUESSABLE


def test_what_is_known_of_one_person_is_a_good_word_for_another() -> None:
    assert fault_of("Rumpelstilz!9z", ("Anna Rumpelstilz",)) == GUESSABLE
    assert fault_of("Rumpelstilz!9z", ERIKA) is None
