"""Which passwords are taken: of 8 characters or more, in any script, unless a few thousand tries would guess them.

No kind of character is asked for. What is predictable counts as one surprise however long it is: a run on the keyboard
or of the alphabet, a year, the same again, a word that stands in every list, and what is known of the person.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from confman.domain.errors import N_

SHORTEST: Final = 8
MOST_BYTES: Final = 1024
_FEWEST_SURPRISES = 5
_SHORTEST_RUN = 3
_LONGEST_ECHO = 32

TOO_SHORT: Final = N_("Please use at least {shortest} characters.")
TOO_LONG: Final = N_("This is too long for a password. Please use at most {most} characters.")
GUESSABLE: Final = N_(
    "This password is easy to guess. Please choose another one, for example four words that do not belong together."
)

_RUNS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertzuiopü",
    "qwertyuiop",
    "asdfghjklöä",
    "yxcvbnm",
    "zxcvbnm",
    "1qay2wsx3edc4rfv5tgb",
    "1qaz2wsx3edc4rfv5tgb",
    "qayxswedcvfr",
    "qazxswedcvfr",
    '!"§$%&/()=',
    "!@#$%^&*()",
)


def _listed(words: str) -> tuple[str, ...]:
    return tuple(words.split())


_WORDS = _listed(
    """
    passwort password passwd kennwort losungswort geheim secret hallo hello willkommen welcome servus moin login
    einloggen anmelden anmeldung zugang access admin administrator chef boss test testen tester demo beispiel
    example gast guest user benutzer name start neu new changeme aendern ändern default standard system computer
    internet windows office schatz liebe love iloveyou ichliebedich sonne sunshine sonnenschein stern star mond moon
    engel angel teufel prinzessin princess prinz prince koenig könig king queen drache dragon monkey affe hund katze
    tiger loewe löwe panther wolf baer bär maus mausi hasi mutti mama papa oma opa familie family baby kevin michael
    michelle thomas andreas stefan daniel alexander jessica jennifer nicole sabine anna peter klaus andrea martin
    christian sandra fussball football baseball basketball hockey soccer bayern dortmund schalke werder hamburg
    berlin muenchen münchen koeln köln frankfurt deutschland germany europa europe arschloch ficken fuckyou fuck
    scheisse master shadow superman batman pokemon starwars matrix killer hunter ranger jordan harley freedom
    freiheit trustno letmein whatever nothing blink mustang porsche mercedes bmw ferrari fruehling frühling sommer
    herbst winter spring summer autumn januar februar maerz märz april mai juni juli august september oktober
    november dezember january february march june july october december montag dienstag mittwoch donnerstag freitag
    samstag sonntag monday tuesday wednesday thursday friday saturday sunday ostern weihnachten urlaub schule buero
    büro firma arbeit verwaltung rathaus stadt gemeinde amt behoerde behörde veranstaltung veranstaltungen tagung
    konferenz conference event events werkstatt forum workshop seminar confman blume blumen schokolade chocolate
    kaffee coffee bier pizza kuchen apfel banane der die das und ist ich mein meine the and my you
    """
)
_PLAIN = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"})
_YEAR = re.compile(r"(?:19|20)\d\d")
_BETWEEN_WORDS = re.compile(r"[\W_]+")


def fault_of(password: str, known: Iterable[str] = ()) -> str | None:
    """Why it is not taken, as a sentence with {shortest} and {most}; None where it is.

    `known`: what anybody knows of the person and the place: name, address, what stands at the head of the pages.
    """
    if len(password.encode()) > MOST_BYTES:
        return TOO_LONG
    if len(password) < SHORTEST:
        return TOO_SHORT
    return GUESSABLE if _surprises(password, known) < _FEWEST_SURPRISES else None


def _surprises(password: str, known: Iterable[str]) -> int:
    folded = unicodedata.normalize("NFC", password).casefold()
    words = frozenset((*_WORDS, *_parts(known)))
    apart = _count(folded[::2], words) + _count(folded[1::2], words)  # a1b2c3d4
    return min(apart, *(_count(text, words) for text in (folded, folded.translate(_PLAIN))))


def _parts(known: Iterable[str]) -> Iterator[str]:
    for text in known:
        yield from (part for part in _BETWEEN_WORDS.split(text.casefold()) if len(part) >= _SHORTEST_RUN)


def _count(text: str, words: frozenset[str]) -> int:
    """Pieces that cannot be foretold, the longest foreseeable piece first at each place."""
    at = surprises = 0
    longest = max(map(len, words))
    while at < len(text):
        at += max(_again(text, at), _year(text, at), _run(text, at), _word(text, at, words, longest), 1)
        surprises += 1
    return surprises


def _again(text: str, at: int) -> int:
    """How far what has just been repeats itself: after „1234“ another „1234“, after „a“ all that follow."""
    return max((_echo(text, at, size) for size in range(1, min(at, _LONGEST_ECHO) + 1)), default=0)


def _echo(text: str, at: int, size: int) -> int:
    end = at
    while end < len(text) and text[end] == text[end - size]:
        end += 1
    return end - at


def _year(text: str, at: int) -> int:
    return 4 if _YEAR.match(text, at) else 0


def _run(text: str, at: int) -> int:
    """How far it runs along the keyboard or the alphabet, forwards or backwards."""
    best = 0
    for row in (*_RUNS, *(row[::-1] for row in _RUNS)):
        start = row.find(text[at])
        length = 0
        while 0 <= start < len(row) - length and at + length < len(text) and row[start + length] == text[at + length]:
            length += 1
        best = max(best, length)
    return best if best >= _SHORTEST_RUN else 0


def _word(text: str, at: int, words: frozenset[str], longest: int) -> int:
    return next((size for size in range(longest, 1, -1) if text[at : at + size] in words), 0)
