import pytest
from babel.messages.catalog import Catalog

from confman.kernel.i18n import LANGUAGES, LOCALE
from scripts.catalogue import TRANSLATED, faults, read, sources, updated, written


@pytest.fixture(scope="module")
def found() -> Catalog:
    return sources()


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_has_a_text_in_every_language(found: Catalog, language: str) -> None:
    assert list(faults(updated(language, found))) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_catalogue_holds_the_sentences_of_the_sources_and_no_others(found: Catalog, language: str) -> None:
    committed = {message.id for message in read(language) if message.id}

    assert committed == {message.id for message in found if message.id}, "python -m scripts.catalogue adds and removes"


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_catalogue_is_written_the_same_way_each_time(language: str) -> None:
    catalogue = read(language)

    assert written(catalogue) == written(updated(language, catalogue))


def test_every_language_but_that_of_the_sources_has_a_catalogue() -> None:
    assert [*TRANSLATED, "en"] == list(LANGUAGES)
    assert sorted(path.name for path in LOCALE.iterdir()) == [f"{language}.po" for language in TRANSLATED]


@pytest.mark.parametrize(
    ("said", "text", "complaint"),
    [
        ("until {date}", "bis {date}", []),
        ("until {date}", "", ["no text: 'until {date}'"]),
        ("until {date}", "bis {datum}", ["other facts: 'until {date}'"]),
        ("Hello %(name)s", "Guten Tag", ["other facts: 'Hello %(name)s'"]),
        (("{count} place", "{count} places"), ("ein Platz", "{count} Plätze"), []),
        (("{count} place", "{count} places"), ("ein Platz", ""), ["no text: ('{count} place', '{count} places')"]),
        (("one place", "{count} places"), ("ein Platz", "Plätze"), ["other facts: ('one place', '{count} places')"]),
    ],
)
def test_a_text_that_lacks_or_says_something_else_is_a_fault(said: str, text: str, complaint: list[str]) -> None:
    catalogue = Catalog(locale="de")
    catalogue.add(said, text)

    assert list(faults(catalogue)) == complaint


def test_a_guessed_text_is_a_fault() -> None:
    catalogue = Catalog(locale="de")
    catalogue.add("a place", "ein Platz", flags=["fuzzy"])

    assert list(faults(catalogue)) == ["guessed: 'a place'"]
