"""Lists of events: what is to come and what was, the same for the index, the archive, series and projects."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from confman.domain.deadlines import span_of
from confman.domain.errors import N_
from confman.domain.people import search_terms
from confman.domain.values import Texts
from confman.kernel.i18n import sentences_in
from confman.usecases.documents import Offered, offered
from confman.usecases.events import Places, Row
from confman.usecases.life import Life, is_over, life_of
from confman.usecases.programme import Said, said
from confman.usecases.shelf import Filling, Listed, Shown

LONGEST_QUERY = 200
_NOT_COUNTED = Filling()

KINDS: Mapping[str, str] = {
    "conference": N_("Conference"),
    "werkstatt": N_("Workshop"),
    "training": N_("Training"),
    "dialogue": N_("Dialogue"),
    "appearance": N_("Contribution to others' events"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """An event as one entry of a list; `row` has what `words.when` asks for, with `date_text` as said.

    `places`: the best of what is left, None where nobody can register now.
    """

    row: Mapping[str, Any]
    title: Said
    subtitle: Said
    host: str
    place: str
    kind: str
    series: Said | None
    life: Life
    places: Places | None
    opens_at: datetime | None
    closes_at: datetime | None
    documents: tuple[Offered, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """What a visitor asks for; empty is everything. Values that nothing has find nothing."""

    series: str = ""
    project: str = ""
    kind: str = ""
    city: str = ""
    text: str = ""

    def is_empty(self) -> bool:
        return not (self.series or self.project or self.kind or self.city or self.text)

    def takes(self, listed: Listed) -> bool:
        row = listed.row
        return (
            self.series in {"", row["series_slug"]}
            and (not self.project or self.project in listed.projects)
            and self.kind in {"", row["kind"]}
            and (not self.city or self.city.casefold() == (row["venue_city"] or "").casefold())
            and all(f" {term}" in listed.found_by for term in search_terms(self.text[:LONGEST_QUERY]))
        )


Facet = tuple[str, str]
"""A value of the address, and what people read."""


@dataclass(frozen=True, slots=True)
class Facets:
    """What can be asked for here, each list by what people read."""

    series: tuple[Facet, ...]
    project: tuple[Facet, ...]
    kind: tuple[Facet, ...]
    city: tuple[Facet, ...]


def coming(listed: Iterable[Listed], now: datetime) -> list[Listed]:
    """What is not over, by day; what has no day yet last."""
    return [each for each in listed if not is_over(each.row, now)]


def past(listed: Iterable[Listed], now: datetime) -> list[Listed]:
    """What is over, the latest first; what is known by its year only at the end of that year's."""
    return sorted((each for each in listed if is_over(each.row, now)), key=_day, reverse=True)


def year_of(row: Row) -> int | None:
    """That of its day, else the one its text of the date names."""
    if row["starts_on"] is not None:
        started: date = row["starts_on"]
        return started.year
    words = [word for text in (row["date_text"] or {}).values() for word in text.split()]
    return next((int(word) for word in words if len(word) == 4 and word.isascii() and word.isdigit()), None)


def _day(listed: Listed) -> tuple[int, date]:
    return year_of(listed.row) or 0, listed.row["starts_on"] or date.min


def facets(listed: Sequence[Listed], language: str) -> Facets:
    speech = sentences_in(language)
    rows = [each.row for each in listed]
    projects: dict[str, Texts] = {}
    for each in listed:
        projects.update(each.projects)
    series = {row["series_slug"]: row["series_titles"] for row in rows if row["series_slug"]}
    kinds = {row["kind"] for row in rows}
    return Facets(
        series=_by_words((slug, said(titles, language, slug)[0]) for slug, titles in series.items()),
        project=_by_words((slug, said(titles, language, slug)[0]) for slug, titles in projects.items()),
        kind=tuple((kind, speech.say(name)) for kind, name in KINDS.items() if kind in kinds),
        city=_by_words((city, city) for city in {row["venue_city"] for row in rows if row["venue_city"]}),
    )


def _by_words(found: Iterable[Facet]) -> tuple[Facet, ...]:
    return tuple(sorted(found, key=lambda facet: search_terms(facet[1])))


def entries(language: str, shown: Shown) -> Callable[[Listed], Entry]:
    """Makes entries for one reader at one instant."""

    def made(listed: Listed) -> Entry:
        row, filling = listed.row, shown.fillings.get(listed.row["id"], _NOT_COUNTED)
        life, kind = life_of(row, filling.windows, shown.now), KINDS[row["kind"]]
        opens_at, closes_at = span_of(filling.windows)
        return Entry(
            row={**row, "date_text": said(row["date_text"], language) if row["date_text"] else None},
            title=said(row["titles"], language, row["slug"]),
            subtitle=said(row["subtitles"], language),
            host=row["host_name"],
            place=", ".join(filter(None, (row["venue_name"], row["venue_city"]))),
            kind=sentences_in(language).say(kind),
            series=said(row["series_titles"], language) if row["series_slug"] else None,
            life=life,
            places=filling.places if life == "open" else None,
            opens_at=opens_at,
            closes_at=closes_at,
            documents=offered(listed.documents, language, shown.now),
        )

    return made


def by_year(found: Iterable[Listed], made: Callable[[Listed], Entry]) -> list[tuple[int | None, list[Entry]]]:
    """Of events in their order, a heading for each year; None is for those of which not even that is known."""
    years: list[tuple[int | None, list[Entry]]] = []
    for listed in found:
        year = year_of(listed.row)
        if not years or years[-1][0] != year:
            years.append((year, []))
        years[-1][1].append(made(listed))
    return years
