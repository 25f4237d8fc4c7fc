"""Languages: which one a reader gets, and sentences in it.

Sentences are written in English, marked by `_()` or `N_()`, and translated in confman/locale/<language>.po, which is
read at the start; English is what stands in the source and needs no file.
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from confman.domain.errors import N_ as N_  # noqa: PLC0414 - offered here to the layers above, said explicitly for mypy

LANGUAGES: Final = ("de", "en")
LOCALE: Final = Path(__file__).resolve().parent.parent / "locale"
_LONGEST_HEADER = 500


@lru_cache(maxsize=512)
def choose(asked: str | None, accept_language: str | None, default: str) -> str:
    """The reader's language: what the address asks for (`?lang=`), else what the browser likes best, else the host's.

    asked, accept_language: as sent, possibly nonsense. default: taken as it is if we speak it, else German.
    """
    spoken_default = _spoken(default) or LANGUAGES[0]
    by_address = _spoken(asked or "")
    if by_address:
        return by_address
    best, best_quality = spoken_default, 0.0
    for item in (accept_language or "")[:_LONGEST_HEADER].split(","):
        tag, _, parameter = item.partition(";")
        language = spoken_default if tag.strip() == "*" else _spoken(tag)
        quality = _quality(parameter)
        if language and quality > best_quality:
            best, best_quality = language, quality
    return best


def _spoken(tag: str) -> str | None:
    language = tag.strip().replace("_", "-").partition("-")[0].lower()
    return language if language in LANGUAGES else None


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if not name:
        return 1.0
    try:
        quality = float(value)
    except ValueError:
        return 0.0
    return quality if name.strip().lower() == "q" and 0 <= quality <= 1 else 0.0


@cache
def language_name(tag: str, reader: str) -> str:
    """What the reader calls the language: „Englisch“; the tag where nobody knows it."""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - its data is read when the first page is written

    try:
        return Locale.parse(tag, sep="-").get_language_name(reader) or tag
    except (UnknownLocaleError, ValueError):
        return tag


@cache
def translations(language: str) -> NullTranslations:
    """The catalogue of one of LANGUAGES, for Jinja and for `Sentences`."""
    file = LOCALE / f"{language}.po"
    if not file.exists():
        return NullTranslations()
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - once per process, and English needs it never
    from babel.messages.pofile import read_po  # noqa: PLC0415 - as above

    compiled = BytesIO()
    with file.open("rb") as lines:
        write_mo(compiled, read_po(lines, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)


@dataclass(frozen=True, slots=True)
class Sentences:
    """Says marked texts in one language."""

    language: str

    def say(self, text: str, **facts: Any) -> str:
        """The text in this language with its facts: `{name}`, or `%(name)s` as templates write it."""
        return _filled(translations(self.language).gettext(text), facts)

    def say_count(self, one: str, many: str, count: int, **facts: Any) -> str:
        """The form that fits the count, which is the fact `count` too."""
        return _filled(translations(self.language).ngettext(one, many, count), {"count": count, **facts})

    def number(self, number: int) -> str:
        """1.240"""
        from babel.numbers import format_decimal  # noqa: PLC0415 - its data is read when the first one is shown

        return format_decimal(number, locale=self.language)


def _filled(text: str, facts: dict[str, Any]) -> str:
    return text % facts if "%(" in text else text.format(**facts)


def sentences_in(language: str) -> Sentences:
    """For a reader of that language; German where we do not speak it."""
    return Sentences(_spoken(language) or LANGUAGES[0])
