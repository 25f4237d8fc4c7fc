"""Names of people: cleaned as typed, and folded into the keys by which they are told apart, sorted and found.

Folding keeps letters of all scripts. Only for Latin letters are marks left off and special letters spelled plainly
(ä = a, ß = ss, ø = o, ł = l); й, آ and देवी stay what they are.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

# C0, C1, line and paragraph separator, surrogates, bidi embeddings, overrides and isolates, deprecated format
# characters, interlinear annotations and noncharacters: nothing of these is part of a name, and each has broken
# somebody's header, list, page or file.
_UNREADABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\u202a-\u202e\u2066-\u206f\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff"
    + "".join(chr(plane << 16 | last) for plane in range(1, 17) for last in (0xFFFE, 0xFFFF))
    + "]"
)
# Invisible companions of copied text: soft hyphen, zero width space, word joiner, byte order mark.
_INVISIBLE = dict.fromkeys(map(ord, "\xad\u200b\u2060\ufeff"))


class Unreadable(ValueError):
    """The text has a character that no name has: `character` at `position` (from 0)."""

    def __init__(self, character: str, position: int) -> None:
        super().__init__(f"U+{ord(character):04X} at {position}")
        self.character = character
        self.position = position


class TooLong(ValueError):
    """The cleaned text has `length` characters; `limit` are allowed."""

    def __init__(self, length: int, limit: int) -> None:
        super().__init__(f"{length} characters, at most {limit}")
        self.length = length
        self.limit = limit


def cleaned(text: str, limit: int) -> str:
    """The text in NFC with single blanks and none at the ends, of at most `limit` characters; may be empty.

    Raises Unreadable for control characters and other marks of machines (also tabs and line ends), TooLong.
    """
    if not text.isprintable():  # quick: nothing that is refused or dropped here is printable
        found = _UNREADABLE.search(text)
        if found:
            raise Unreadable(found.group(), found.start())
        text = text.translate(_INVISIBLE)
    text = " ".join(unicodedata.normalize("NFC", text).split())
    if len(text) > limit:
        raise TooLong(len(text), limit)
    return text


# --- folding

_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t", "ŋ": "n"}
)
_APOSTROPHES = "\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\ua78c"  # letters to Unicode, apostrophes to people
_LATIN_MARKS = re.compile("(?<=[a-z])[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")


def _folded_character(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cf":  # joiners of Persian and Indic spelling and other format characters: no border between words
        return ""
    if character in _APOSTROPHES or category[0] in "PSZC":
        return " "
    lower = character.casefold()
    if not unicodedata.name(character, "").startswith("LATIN"):
        return lower
    letters = unicodedata.normalize("NFKD", lower).translate(_PLAIN)
    return "".join([letter for letter in letters if not unicodedata.combining(letter)])


class _Folding(dict[int, str]):
    """A table for `str.translate` that learns each character when it first meets it."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _folded_character(chr(code))
        return folded


_FOLDING = _Folding({code: _folded_character(chr(code)) for code in range(0x250)})


def _tokens(text: str) -> list[str]:
    if text.isascii():
        return text.translate(_FOLDING).split()
    folded = unicodedata.normalize("NFKC", text).translate(_FOLDING)
    if not folded.isascii():
        folded = unicodedata.normalize("NFC", _LATIN_MARKS.sub("", folded))
    return folded.split()


# --- titles


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TITLES = _words("dr prof professor professorin doktor doktorin pd privatdozent privatdozentin dipl mag mdb mdl mdep")
# Part of a title only before „Prof.“ or „Doz.“; Jun and Em are names too.
_KINDS_OF_PROFESSOR = _words("univ apl jun hon em priv ao o")
_CHAIRS = frozenset(("prof", "professor", "professorin", "doz", "dozent", "dozentin"))
# What may follow a title and belongs to it: „Dr. rer. nat.“, „Dipl.-Ing. (FH)“, „Dr. h. c. mult.“, „Prof.in“.
_TITLE_TAILS = _words(
    "med dent vet phil rer nat pol oec soc jur iur utr theol techn paed pad ing inf math phys chem biol psych soz "
    "geogr arch kfm kffr volksw betriebsw verw wirt bibl des habil hc mult fh in"
)
_CREDENTIALS = _words(
    "ma m a ba b msc sc bsc mba mph mpa llm ll phd ph d ed eng arts science fh mdb mdl dr prof med rer nat"
)


def _without_titles(tokens: list[str], *, keep: int) -> list[str]:
    """`tokens` after the titles they begin with; at least `keep` of them stay."""
    start = 0
    while (length := _title_length(tokens[start:])) and start + length <= len(tokens) - keep:
        start += length
    return tokens[start:]


def _title_length(tokens: Sequence[str]) -> int:
    """How many tokens at the beginning are one title and what belongs to it."""
    if not tokens:
        return 0
    if tokens[0] in _TITLES:
        length = 1
    elif tokens[0] in _KINDS_OF_PROFESSOR and not _CHAIRS.isdisjoint(tokens[1:2]):
        length = 2
    else:
        return 0
    while length < len(tokens):
        if tokens[length] in _TITLE_TAILS:
            length += 1
        elif tokens[length : length + 2] == ["h", "c"]:
            length += 2
        else:
            break
    return length


@lru_cache(maxsize=64)  # the keys of one person ask for the same in turn
def _name_tokens(given: str, family: str) -> tuple[list[str], list[str]]:
    core, comma, credentials = family.partition(",")
    if comma and not _CREDENTIALS.issuperset(_tokens(credentials)):
        core = family
    family_tokens = _without_titles(_tokens(core), keep=1)
    return _without_titles(_tokens(given), keep=0 if family_tokens else 1), family_tokens


# --- keys

_HYPHEN = re.compile(r"(?<=\w)[-\u2010\u2011](?=\w)")  # between letters: the one of Dipl.-Ing. is none of the name's


def name_key(given: str, family: str) -> str:
    """The same for one person however the name is written: case, accents, titles and order do not count.

    A hyphen does: Hans-Peter and Hans Peter may be two people, and an organiser is told that they are near.
    """
    given_tokens, family_tokens = _name_tokens(_HYPHEN.sub("", given), _HYPHEN.sub("", family))
    return " ".join(sorted(given_tokens + family_tokens)) or _as_typed(given, family)


def _as_typed(given: str, family: str) -> str:
    return unicodedata.normalize("NFC", f"{family} {given}".strip().casefold())


_PREFIXES = _words("von vom zu zum zur van ter ten und")
# These begin many a surname that is sorted under them (De Luca, La Fontaine, Le Pen): prefixes only in lower case.
_LOWER_PREFIXES = _words("de del della dei der den dem des di da do dos das du la las los le af av op t d y")


def _prefix_length(family: str, tokens: Sequence[str]) -> int:
    first_letter = family.lstrip("'’ ")[:1]
    is_plain = family.isupper() or first_letter.islower()
    known = _PREFIXES | _LOWER_PREFIXES if is_plain else _PREFIXES
    length = 0
    while length < len(tokens) - 1 and tokens[length] in known:
        known = _PREFIXES | _LOWER_PREFIXES
        length += 1
    return length


def sort_key(given: str, family: str) -> str:
    """Orders people as German lists do (DIN 5007-1: ä as a, ß as ss; von der Leyen under L) by code points.

    Shape: surname, given name and prefix with two blanks between; where marks are the only difference, the plain
    letters come first. Whoever has one name is sorted under it.
    """
    given_tokens, family_tokens = _name_tokens(given, family)
    if not family_tokens:
        given_tokens, family_tokens = [], given_tokens
    if not family_tokens:
        return _as_typed(given, family)
    cut = _prefix_length(family, family_tokens)
    parts = [" ".join(family_tokens[cut:])]
    if given_tokens or cut:
        parts.append(" ".join(given_tokens))
    if cut:
        parts.append(" ".join(family_tokens[:cut]))
    if not (given.isascii() and family.isascii()):
        parts.append(f" {_as_typed(given, family)}")
    return "  ".join(parts)


# Müller, Mueller and Muller are one to who searches: folding drops the dots of ü, this drops the e in their place.
_SPELLED_UMLAUT = re.compile("([aou])e")


def search_terms(query: str) -> tuple[str, ...]:
    """What a person typed, as beginnings of words to look for: each in a `search_key` after a blank, in any order.

    Letters and digits only, so that a term needs no escaping in LIKE. Empty if the query says nothing.
    """
    return tuple(dict.fromkeys(_SPELLED_UMLAUT.sub(r"\1", " ".join(_tokens(query))).split()))


def search_key(given: str, family: str, institution: str | None = None, title: str | None = None) -> str:
    """All words by which a person is found, each after a blank: found iff every term is in it as " term"."""
    return " " + " ".join(search_terms(f"{family} {given} {institution or ''} {title or ''}"))


# --- names as shown


def salutation_name(given: str, family: str) -> str:
    """The name after „Guten Tag“: without title and without Frau or Herr."""
    return f"{given} {family}".strip()


def full_name(title: str | None, given: str, family: str) -> str:
    """Title, given name and family name, as far as there are any."""
    return " ".join([part for part in (title, given, family) if part])


_PROFESSOR = frozenset(("prof", "professor", "professorin"))
_DOCTOR = frozenset(("dr", "doktor", "doktorin"))


def badge_title(title: str | None) -> str:
    """What a badge shows of a title: „Prof. Dr.“, „Prof.“, „Dr.“ or nothing."""
    tokens = _tokens(title or "")
    shown = ["Prof."] * (not _PROFESSOR.isdisjoint(tokens)) + ["Dr."] * (not _DOCTOR.isdisjoint(tokens))
    return " ".join(shown)
