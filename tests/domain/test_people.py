import csv
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confman.domain.people import (
    TooLong,
    Unreadable,
    badge_title,
    cleaned,
    full_name,
    name_key,
    salutation_name,
    search_key,
    search_terms,
    sort_key,
)

_DATA = Path(__file__).parents[3] / "shared" / "data"
_CLDR = _DATA / "names-cldr" / "cldr-sample-names.tsv"
_NAUGHTY = _DATA / "names-blns" / "blns.txt"

# --- cleaned


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Anna \u00a0 Maria ", "Anna Maria"),
        ("Zoe\u0308", "Zoë"),
        ("O’Neill", "O’Neill"),
        ("عَبْد الله", "عَبْد الله"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("山田\u3000太郎", "山田 太郎"),
        ("\ufeffMüller\u200b-Lüden\xadscheidt", "Müller-Lüdenscheidt"),
        ("", ""),
        (" ", ""),
    ],
)
def test_a_name_is_kept_as_typed_but_for_white_space_and_invisible_rests(typed: str, kept: str) -> None:
    assert cleaned(typed, 80) == kept


@pytest.mark.parametrize(
    "character",
    [
        "\x00",
        "\t",
        "\r",
        "\n",
        "\x1f",
        "\x7f",
        "\x85",
        "\u2028",
        "\u2029",
        "\ud800",
        "\u202e",
        "\u2066",
        "\ufffe",
        "\U0010ffff",
    ],
)
def test_characters_that_no_name_has_are_refused_with_their_place(character: str) -> None:
    with pytest.raises(Unreadable) as refused:
        cleaned(f"Anna{character}Bcc: x", 80)

    assert (refused.value.character, refused.value.position) == (character, 4)


def test_the_limit_counts_what_is_kept() -> None:
    assert cleaned("  Anna  ", 4) == "Anna"
    with pytest.raises(TooLong) as refused:
        cleaned("Jérôme", 5)

    assert (refused.value.length, refused.value.limit) == (6, 5)


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    try:
        once = cleaned(text, 1000)
    except Unreadable:
        return

    assert cleaned(once, 1000) == once
    assert unicodedata.is_normalized("NFC", once)


# --- identity


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Anna", "Müller"), ("ANNA", "müller")),
        (("Anna", "Müller"), ("Anna", "Mu\u0308ller")),
        (("Anna", "Muller"), ("Änna", "Müller")),
        (("Jörg", "Strauß"), ("JÖRG", "STRAUSS")),
        (("Søren", "Łukasik"), ("Soren", "Lukasik")),
        (("Işıl", "Đorđević"), ("Isil", "Dordevic")),
        (("Jānis", "K\u0327alnin\u0326š"), ("Janis", "Kalnins")),
        (("Anna", "Beispiel"), ("Beispiel", "Anna")),
        (("Dr. Anna", "Beispiel"), ("Anna", "Beispiel")),
        (("Prof. Dr. h. c. mult. Anna", "Beispiel"), ("Anna", "Beispiel")),
        (("Dr.", "Anna Beispiel"), ("Anna", "Beispiel")),
        (("Dr.-Ing. Anna", "Beispiel"), ("Anna", "Beispiel")),
        (("Jun.-Prof.in Anna", "Beispiel"), ("Anna", "Beispiel")),
        (("", "Dipl.-Ing. (FH) Anna Beispiel"), ("Anna", "Beispiel")),
        (("Anna", "Beispiel, M.A."), ("Anna", "Beispiel")),
        (("Pat", "O'Neill"), ("Pat", "O’Neill")),
        (("Keola", "Kaʻana"), ("Keola", "Ka‘ana")),
        (("Йосип", "Шевченко"), ("ЙОСИП", "ШЕВЧЕНКО")),
        (("Ａｎｎａ", "Ｂｅｉｓｐｉｅｌ"), ("Anna", "Beispiel")),
        (("می\u200cنا", "x"), ("مینا", "x")),
    ],
)
def test_one_person_has_one_key_however_the_name_is_written(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert name_key(*one) == name_key(*other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Anna", "Beispiel"), ("Jonas", "Beispiel")),
        (("Anna H.", "Beispiel"), ("Anna C.", "Beispiel")),
        (("Jun", "Tanaka"), ("Em", "Tanaka")),
        (("Anna", "Beispiel, Muster"), ("Anna", "Beispiel")),
        (("Иосиф", "Шевченко"), ("Йосиф", "Шевченко")),
        (("Anna", "Müller"), ("Anna", "Mueller")),
        (("", "★"), ("", "☆")),
    ],
)
def test_different_people_have_different_keys(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert name_key(*one) != name_key(*other)


def test_a_name_that_looks_like_a_title_stays_a_name() -> None:
    assert name_key("", "Prof") == "prof"
    assert name_key("", "Dr. Dipl") == "dipl"


@given(st.text(), st.text())
def test_the_order_of_names_never_changes_a_key_of_letters(one: str, other: str) -> None:
    letters = [" ".join(filter(str.isalpha, text)) for text in (one, other)]

    assert name_key(*letters) == name_key(*reversed(letters))


@given(st.text(min_size=1))
def test_a_name_always_has_a_key(name: str) -> None:
    try:
        typed = cleaned(name, 1000)
    except Unreadable:
        return

    assert bool(name_key("", typed)) == bool(typed)
    assert bool(sort_key("", typed)) == bool(typed)


# --- lists


def test_a_list_is_in_the_order_of_german_lists() -> None:
    in_order = [
        ("Zoe", "Klein"),
        ("Anna", "Klein Schmidt"),
        ("Adam", "Kleinert"),
        ("Ursula", "von der Leyen"),
        ("Anna", "Leyendecker"),
        ("Anna", "Muller"),
        ("Anna", "Müller"),
        ("Berta", "Muller"),
        ("Anna", "Müller-Lüdenscheidt"),
        ("Anna", "Mustermann"),
        ("Pat", "O’Neill"),
        ("Änne", "Strauß"),
        ("Bernd", "Strauss"),
        ("", "Sukarno"),
        ("Teller", ""),
        ("Вера", "Шевченко"),
    ]

    shuffled = in_order[::-1]

    assert sorted(shuffled, key=lambda name: sort_key(*name)) == in_order


@pytest.mark.parametrize(
    ("name", "key"),
    [
        (("Ursula", "von der Leyen"), "leyen  ursula  von der"),
        (("Ursula", "VON DER LEYEN"), "leyen  ursula  von der"),
        (("Eva", "Von und zu Muster"), "muster  eva  von und zu"),
        (("Eva", "Zu Muster"), "muster  eva  zu"),
        (("Eva", "de la Cruz"), "cruz  eva  de la"),
        (("Eva", "van den Berg"), "berg  eva  van den"),
        (("Eva", "Van den Berg"), "berg  eva  van den"),
        (("Eva", "’t Hooft"), "hooft  eva  t   ’t hooft eva"),
        (("Eva", "De Luca"), "de luca  eva"),
        (("Eva", "Van"), "van  eva"),
        (("Dr. Eva", "Muster"), "muster  eva"),
        (("", "Sukarno"), "sukarno"),
        (("", "von Muster"), "muster    von"),
        (("Sukarno", ""), "sukarno"),
    ],
)
def test_a_name_is_sorted_under_its_core(name: tuple[str, str], key: str) -> None:
    assert sort_key(*name) == key


# --- search


def _is_found(query: str, key: str) -> bool:
    return all(f" {term}" in key for term in search_terms(query))


@pytest.mark.parametrize("typed", ["Müller", "Mueller", "Muller"])
@pytest.mark.parametrize(
    "query",
    ["Müller", "mueller", "muller", "MÜLL", "mue", "anna mü", "mü anna", "stadt", "dr müller", "linden", "lindenbrück"],
)
def test_a_person_is_found_by_the_beginnings_of_words_in_any_order_and_spelling(typed: str, query: str) -> None:
    assert _is_found(query, search_key("Anna", typed, "Stadt Lindenbrück", "Dr."))


@pytest.mark.parametrize("query", ["üller", "anna x", "nna"])
def test_what_is_no_beginning_of_a_word_finds_nobody(query: str) -> None:
    assert not _is_found(query, search_key("Anna", "Müller"))


def test_a_query_without_words_has_no_terms() -> None:
    assert search_terms(" %_'") == ()


def test_terms_need_no_escaping() -> None:
    assert search_terms("50% _x_ \\ o'neill") == ("50", "x", "o", "neill")


@given(st.text(alphabet="aouexyäöüß", min_size=1), st.data())
def test_every_beginning_of_a_word_finds_it(word: str, data: st.DataObject) -> None:
    beginning = word[: data.draw(st.integers(0, len(word)))]

    assert _is_found(beginning, search_key("", word))


@pytest.mark.parametrize("query", ["шев", "ВЕРА"])
def test_names_in_other_scripts_are_found(query: str) -> None:
    assert _is_found(query, search_key("Вера", "Шевченко"))


# --- as shown


def test_the_salutation_has_neither_title_nor_gender() -> None:
    assert salutation_name("Anna", "Beispiel") == "Anna Beispiel"
    assert salutation_name("", "Sukarno") == "Sukarno"


def test_the_full_name_begins_with_the_title() -> None:
    assert full_name("Dr.", "Anna", "Beispiel") == "Dr. Anna Beispiel"
    assert full_name(None, "", "Sukarno") == "Sukarno"


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        (None, ""),
        ("Dr.", "Dr."),
        ("Dr. h. c. mult.", "Dr."),
        ("Dr.-Ing.", "Dr."),
        ("PD Dr.", "Dr."),
        ("Prof.", "Prof."),
        ("Jun.-Prof.in", "Prof."),
        ("Univ.-Prof. Dr. Dr.", "Prof. Dr."),
        ("professorin doktorin", "Prof. Dr."),
        ("Dipl.-Ing.", ""),
        ("MdB", ""),
    ],
)
def test_a_badge_shows_doctors_and_professors_only(title: str | None, shown: str) -> None:
    assert badge_title(title) == shown


# --- names of the world


@pytest.mark.skipif(not _CLDR.exists(), reason="names of the CLDR are not here")
def test_the_names_of_all_languages_have_keys_that_hold_when_typed_otherwise() -> None:
    with _CLDR.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))

    for row in rows:
        given_name = cleaned(row["given"], 80)
        family = cleaned(f"{row['surname_prefix'] or ''} {row['surname'] or row['surname_core'] or ''}", 80)
        upper = (unicodedata.normalize("NFD", given_name).upper(), unicodedata.normalize("NFD", family).upper())
        assert name_key(given_name, family) == name_key(*upper)
        assert name_key(given_name, family) == name_key(family, given_name)
        assert _is_found(f"{given_name} {family}", search_key(*upper))
        assert sort_key(given_name, family)


@pytest.mark.skipif(not _NAUGHTY.exists(), reason="naughty strings are not here")
def test_naughty_strings_are_cleaned_or_refused() -> None:
    for line in _NAUGHTY.read_bytes().decode("utf-8", "surrogateescape").splitlines():
        try:
            name = cleaned(line, 10_000)
        except Unreadable:
            continue
        assert bool(name_key("", name)) == bool(name)


def test_a_hyphen_tells_people_apart() -> None:
    assert name_key("Hans-Peter", "Muster") != name_key("Hans Peter", "Muster")
