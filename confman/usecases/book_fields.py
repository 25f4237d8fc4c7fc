"""Reads the fields of one mapping of a book: each method takes one field, says what is wrong with it and goes on.

A fault never stops the reading; a harmless value stands in for what could not be read, as the book is refused anyway.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from confman.domain.deadlines import SkippedWallTime, end_of_day, instant_of, start_of_day
from confman.domain.errors import N_
from confman.domain.retention import USUAL, Terms
from confman.domain.values import Texts
from confman.usecases.book_faults import Fault, Spot
from confman.usecases.book_nodes import Items, Node, Scalar, Table
from confman.usecases.book_values import File

MOST_ITEMS = 2_000
MOST_LETTERS = 20_000
MOST_LINE = 300
_MOST_STRANGERS = 50
_FIRST_YEAR, _LAST_YEAR = 1900, 2199  # near the ends of the calendar no zone can be applied

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,4})?")
_WHOLE = re.compile(r"[0-9]{1,9}")
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_MOMENT = re.compile(r"(?:(\d{4}-\d{2}-\d{2})(?:[ T]+|$))?(?:(\d{1,2}):(\d{2})(?::00)?)?", re.ASCII)
_ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>.]+")
_LINK = re.compile(r"https?://[^\s\"<>]+")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_YES = {"true", "yes", "ja", "on"}
_NO = {"false", "no", "nein", "off"}


@dataclass(slots=True)
class Reading:
    """What all fields of one book share."""

    faults: dict[Spot, Fault] = field(default_factory=dict)
    warnings: list[Fault] = field(default_factory=list)
    beside: Path | None = None  # the folder of the book, where its files lie
    files: dict[str, File] = field(default_factory=dict)  # by hash
    file_bytes: int = 0

    def fault(self, spot: Spot, says: str, **facts: Any) -> None:
        """Only the first thing that is wrong with a field is told: the rest mostly follows from it."""
        self.faults.setdefault(spot, Fault(spot, says, facts))

    def warn(self, spot: Spot, says: str, **facts: Any) -> None:
        self.warnings.append(Fault(spot, says, facts))


@dataclass(frozen=True, slots=True)
class Setting:
    """The zone of wall times, the language of plain texts, and for how long the host keeps answers."""

    zone: str
    language: str
    terms: Terms = USUAL


class Fields:
    def __init__(self, reading: Reading, table: Table, spot: Spot, setting: Setting) -> None:
        self.reading = reading
        self.table = table
        self.spot = replace(spot, lines={name: line for name, (line, _) in table.entries.items()})
        self.setting = setting
        self.asked: set[str] = set()

    def with_setting(self, **changes: Any) -> None:
        self.setting = replace(self.setting, **changes)

    def at(self, name: str) -> Spot:
        return self.spot.of(name)

    def fault(self, name: str, says: str, **facts: Any) -> None:
        self.reading.fault(self.at(name), says, **facts)

    def has(self, name: str) -> bool:
        self.asked.add(name)
        node = self.table.entries.get(name)
        return node is not None and not (isinstance(node[1], Scalar) and node[1].is_nothing)

    def done(self) -> None:
        """Says which fields nobody asked for. To be called when all that may stand here has been read."""
        strangers = [name for name in self.table.entries if name not in self.asked]
        for name in strangers[:_MOST_STRANGERS]:
            near = get_close_matches(name, sorted(self.asked), n=1)
            if near:
                self.fault(name, N_("is not known here: did you mean `{near}`?"), near=near[0])
            else:
                known = ", ".join(sorted(self.asked))
                self.fault(name, N_("is not known here: leave it out (known: {known})"), known=known)

    # texts

    def text(self, name: str, most: int = MOST_LINE) -> str | None:
        scalar = self._scalar(name, N_("must be a text"))
        return None if scalar is None else self._clean(self.at(name), scalar.text, most, lines=False) or None

    def needed_text(self, name: str, most: int = MOST_LINE) -> str:
        return self.text(name, most) or self._missing(name)

    def lines(self, name: str) -> str | None:
        """One text of several lines, not translated: an address."""
        scalar = self._scalar(name, N_("must be a text"))
        return None if scalar is None else self._clean(self.at(name), scalar.text, MOST_LETTERS, lines=True) or None

    def texts(self, name: str, most: int = MOST_LETTERS, *, lines: bool = True) -> Texts | None:
        if not self.has(name):
            return None
        node = self.table.entries[name][1]
        if isinstance(node, Scalar):
            text = self._clean(self.at(name), node.text, most, lines=lines)
            return {self.setting.language: text} if text else None
        if isinstance(node, Items):
            self.fault(name, N_("must be a text, or texts by language such as {{de: …, en: …}}"))
            return None
        inner = Fields(self.reading, node, self.at(name), self.setting)
        given: dict[str, str] = {}
        for language in node.entries:
            if not _LANGUAGE.fullmatch(language):
                inner.fault(language, N_("is not a language: use codes such as de or en"))
                continue
            scalar = inner._scalar(language, N_("must be a text"))
            if scalar and (cleaned := inner._clean(inner.at(language), scalar.text, most, lines=lines)):
                given[language] = cleaned
        return given or None

    def line(self, name: str) -> Texts | None:
        """A text in one line, by language."""
        return self.texts(name, MOST_LINE, lines=False)

    def title(self, name: str = "title") -> Texts:
        return self.line(name) or {self.setting.language: self._missing(name)}

    def slug(self, name: str = "slug") -> str:
        text = self.needed_text(name)
        if text and (len(text) > 80 or not _SLUG.fullmatch(text)):
            self.fault(name, N_("must be made of a-z, 0-9 and single hyphens, at most 80: it is part of addresses"))
        return text

    def reference(self, name: str) -> str | None:
        return self.slug(name) if self.has(name) else None

    def address(self, name: str) -> str | None:
        text = self.text(name)
        if text and not _ADDRESS.fullmatch(text):
            self.fault(name, N_("must be an e-mail address such as werkstatt@example.org"))
        return text

    def link(self, name: str) -> str | None:
        text = self.text(name, 2_000)
        if text and not _LINK.fullmatch(text):
            self.fault(name, N_("must be a link that begins with https:// or http://"))
        return text

    def language(self, name: str) -> str | None:
        text = self.text(name)
        if text and not _LANGUAGE.fullmatch(text):
            self.fault(name, N_("must be a language code such as de or en"))
        return text

    def matching(self, name: str, pattern: str, says: str) -> str | None:
        text = self.text(name)
        if text and not re.fullmatch(pattern, text):
            self.fault(name, says)
        return text

    # words and numbers

    def word(self, name: str, known: Sequence[str], default: str | None = None) -> str:
        """One of the known words; without a default it must be there."""
        text = self.text(name) if self.has(name) else default
        if text is not None and text in known:
            return text
        if text is None:
            self._missing(name)
        else:
            self._unknown_word(self.at(name), text, known)
        return known[0]

    def words(self, name: str, known: Sequence[str] | None = None) -> list[str]:
        if not self.has(name):
            return []
        found = []
        for spot, node in self._items(name):
            if not isinstance(node, Scalar):
                self.reading.fault(spot, N_("must be a word"))
            elif known is not None and node.text not in known:
                self._unknown_word(spot, node.text, known)
            elif node.text in found:
                self.reading.fault(spot, N_("stands here twice: keep one"))
            else:
                found.append(self._clean(spot, node.text, 80, lines=False))
        return found

    def whole(self, name: str, least: int = 0, most: int = 1_000_000) -> int | None:
        """A whole number from `least` to `most`; None where it is left out."""
        scalar = self._scalar(name, N_("must be a whole number"))
        if scalar is None:
            return None
        number = int(scalar.text) if _WHOLE.fullmatch(scalar.text) else -1
        if not least <= number <= most:
            if name == "capacity":
                self.fault(name, N_("must be a whole number from {least}, or left out for no limit"), least=least)
            else:
                self.fault(name, N_("must be a whole number from {least} to {most}"), least=least, most=most)
            return None
        return number

    def yes(self, name: str, *, default: bool) -> bool:
        answer = self.maybe(name)
        return default if answer is None else answer

    def maybe(self, name: str) -> bool | None:
        scalar = self._scalar(name, N_("must be yes or no"))
        if scalar is None:
            return None
        word = scalar.text.lower()
        if word not in _YES | _NO:
            self.fault(name, N_("must be yes or no"))
        return word in _YES

    # days and times

    def day(self, name: str) -> date | None:
        scalar = self._scalar(name, N_("must be a day such as 2027-01-26"))
        return None if scalar is None else self._day(self.at(name), scalar.text)

    def time(self, name: str, day: date | None) -> datetime | None:
        """A wall time such as `9:30` of `day`, or with its own day in front."""
        return self._moment(name, day, bare_day=None)

    def opening(self, name: str, day: date | None = None) -> datetime | None:
        """As `time`; a day alone means its beginning."""
        return self._moment(name, day, bare_day="begins")

    def deadline(self, name: str, day: date | None = None) -> datetime | None:
        """As `time`; a day alone means all of it: the instant is the beginning of the next."""
        return self._moment(name, day, bare_day="ends")

    def maybe_at(self, name: str) -> tuple[bool | None, datetime | None]:
        """`yes`, `no` or the time at which it became so; twice None where it is left out."""
        node = self.table.entries.get(name)
        if node is not None and isinstance(node[1], Scalar) and node[1].text[:4].isdigit():
            return True, self.opening(name)
        return self.maybe(name), None

    # what lies inside

    def inner(self, name: str) -> "Fields | None":
        if not self.has(name):
            return None
        node = self.table.entries[name][1]
        if not isinstance(node, Table):
            self.fault(name, N_("must have named fields of its own, each on its line"))
            return None
        return Fields(self.reading, node, self.at(name), self.setting)

    def section(self, name: str) -> "Fields":
        """As `inner`, and empty where it is left out."""
        return self.inner(name) or Fields(self.reading, Table(self.at(name).line), self.at(name), self.setting)

    def each(self, name: str, key: str | None = None) -> Iterator[tuple[int, "Fields"]]:
        """The mappings of a list with their positions from 0; the values of `key` must differ."""
        seen: dict[str, int] = {}
        for position, (spot, node) in enumerate(self._items(name) if self.has(name) else ()):
            if not isinstance(node, Table):
                self.reading.fault(spot, N_("must have named fields of its own, each on its line"))
                continue
            fields = Fields(self.reading, node, spot, self.setting)
            value = node.entries.get(key or "", (0, None))[1]
            if key is not None and isinstance(value, Scalar) and value.text:
                if value.text in seen:
                    says = N_("“{value}” was used in line {line} already: each needs its own")
                    fields.fault(key, says, value=value.text, line=seen[value.text])
                seen.setdefault(value.text, fields.at(key).line)
            yield position, fields

    def shorthand(self, name: str, key: str) -> Iterator[tuple[int, "Fields"]]:
        """As `each`, but an item may be the plain value of `key` instead of a mapping."""
        if self.has(name) and isinstance(items := self.table.entries[name][1], Items):
            items.items[:] = [
                Table(item.line, {key: (item.line, item)}) if isinstance(item, Scalar) else item for item in items.items
            ]
        return self.each(name)

    # how

    def _items(self, name: str) -> Iterator[tuple[Spot, Node]]:
        node = self.table.entries[name][1]
        if not isinstance(node, Items):
            self.fault(name, N_("must be a list: each item on its own line after a hyphen"))
            return
        if len(node.items) > MOST_ITEMS:
            self.fault(name, N_("has more than {most} items"), most=MOST_ITEMS)
            return
        for position, item in enumerate(node.items):
            yield Spot(item.line, f"{self.at(name).path}[{position}]"), item

    def _scalar(self, name: str, says: str) -> Scalar | None:
        if not self.has(name):
            return None
        node = self.table.entries[name][1]
        if isinstance(node, Scalar):
            return node
        self.fault(name, says)
        return None

    def _clean(self, spot: Spot, text: str, most: int, *, lines: bool) -> str:
        cleaned = unicodedata.normalize("NFC", text).strip()
        if _CONTROL.search(cleaned) or (not lines and "\n" in cleaned):
            self.reading.fault(spot, N_("must be plain text") if lines else N_("must be plain text in one line"))
        elif len(cleaned) > most:
            self.reading.fault(spot, N_("is longer than {most} characters"), most=most)
        return cleaned

    def _unknown_word(self, spot: Spot, word: str, known: Sequence[str]) -> None:
        near = get_close_matches(word, known, n=1)
        if near:
            self.reading.fault(spot, N_("“{word}” is not known here: did you mean {near}?"), word=word, near=near[0])
        else:
            self.reading.fault(spot, N_("must be one of: {known}"), known=", ".join(known))

    def _missing(self, name: str) -> str:
        self.fault(name, N_("is missing"))
        return ""

    def _day(self, spot: Spot, text: str) -> date | None:
        match = _DAY.fullmatch(text)
        try:
            if match and _FIRST_YEAR <= int(match[1]) <= _LAST_YEAR:
                return date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            pass
        self.reading.fault(spot, N_("must be a day of the calendar, written as 2027-01-26"))
        return None

    def _moment(self, name: str, day: date | None, bare_day: str | None) -> datetime | None:
        scalar = self._scalar(name, N_("must be a time such as 9:30 or 2027-01-26 9:30"))
        if scalar is None:
            return None
        match = _MOMENT.fullmatch(scalar.text)
        if not match or not scalar.text:
            self.fault(name, N_("must be the time that clocks at the place show, written as 9:30 or 2027-01-26 9:30"))
            return None
        own_day = self._day(self.at(name), match[1]) if match[1] else day
        if own_day is None:
            if not match[1]:
                self.fault(name, N_("needs its day in front, as in 2027-01-26 9:30: no other field gives it"))
            return None
        try:
            if match[2] is None:
                return self._bare(name, own_day, bare_day)
            return instant_of(own_day, time(int(match[2]), int(match[3])), self.setting.zone)
        except SkippedWallTime:
            self.fault(name, N_("does not exist: clocks are put forward over it that night. Choose another time"))
        except ValueError:
            self.fault(name, N_("must be a time from 0:00 to 23:59"))
        return None

    def _bare(self, name: str, day: date, bare_day: str | None) -> datetime | None:
        if bare_day == "begins":
            return start_of_day(day, self.setting.zone)
        if bare_day == "ends":
            return end_of_day(day, self.setting.zone)
        self.fault(name, N_("needs the time of day too, as in 2027-01-26 9:30"))
        return None
