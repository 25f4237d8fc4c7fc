import pytest

from confman.kernel.i18n import LANGUAGES, N_, choose, language_name, sentences_in, translations


@pytest.mark.parametrize(
    ("asked", "accepted", "default", "language"),
    [
        (None, None, "de", "de"),
        (None, None, "en", "en"),
        (None, None, "pl", "de"),
        ("en", "de", "de", "en"),
        ("EN", None, "de", "en"),
        ("pl", "en", "de", "en"),
        ("", "en", "de", "en"),
        (None, "en-GB,en;q=0.9,de;q=0.8", "de", "en"),
        (None, "de-AT", "en", "de"),
        (None, "pl,fr;q=0.9,en;q=0.3", "de", "en"),
        (None, "pl,fr", "de", "de"),
        (None, "en;q=0.5,de;q=0.6", "en", "de"),
        (None, "en;q=0.5,de;q=0.5", "de", "en"),
        (None, "en;q=0", "de", "de"),
        (None, "pl,*;q=0.1", "en", "en"),
        (None, "*,de;q=0.5", "en", "en"),
        (None, "de;q=x,en;q=0.1", "de", "en"),
        (None, "en;q=2", "de", "de"),
        (None, "en;level=1", "de", "de"),
        (None, ";;,=,q", "de", "de"),
        (None, "pl," * 1000 + "en", "de", "de"),
    ],
)
def test_the_address_comes_before_the_browser_and_the_browser_before_the_host(
    asked: str | None, accepted: str | None, default: str, language: str
) -> None:
    assert choose(asked, accepted, default) == language


def test_a_sentence_is_said_in_the_readers_language_with_its_facts() -> None:
    says = N_("until {date}")

    assert sentences_in("de").say(says, date="26. Januar 2027") == "bis 26. Januar 2027"
    assert sentences_in("en").say(says, date="26 January 2027") == "until 26 January 2027"


def test_a_sentence_of_a_template_can_be_said_too() -> None:
    assert sentences_in("en").say("Hello %(name)s, {you}", name="Anna") == "Hello Anna, {you}"


def test_the_form_follows_the_count() -> None:
    said = [
        sentences_in("en").say_count("{count} place of {all}", "{count} places of {all}", count, all=3)
        for count in (0, 1, 2)
    ]

    assert said == ["0 places of 3", "1 place of 3", "2 places of 3"]


def test_facts_are_never_read_as_sentences() -> None:
    assert sentences_in("de").say("until {date}", date="{date} %(x)s {0.__class__}") == "bis {date} %(x)s {0.__class__}"


def test_a_language_we_do_not_speak_is_german() -> None:
    assert sentences_in("pl") == sentences_in("de")


def test_catalogues_are_read_once() -> None:
    assert [translations(language) is translations(language) for language in LANGUAGES] == [True, True]


def test_languages_are_called_as_the_reader_calls_them() -> None:
    named = [
        language_name(tag, reader) for tag, reader in (("en", "de"), ("en", "en"), ("de-AT", "de"), ("xx-?", "de"))
    ]

    assert named == ["Englisch", "English", "Deutsch", "xx-?"]
