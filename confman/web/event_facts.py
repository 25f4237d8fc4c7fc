"""What people ask before they come: where, for whom, at what cost, in which language, how to get in, who pays."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from confman.kernel.i18n import N_, language_name, sentences_in
from confman.usecases.event_page import EventPage
from confman.usecases.events import Row
from confman.usecases.programme import Said, said

ACCESS: Mapping[str, str] = {
    "step-free": N_("step-free"),
    "lift": N_("lift"),
    "accessible-toilet": N_("accessible toilet"),
    "hearing-loop": N_("hearing loop"),
    "quiet-room": N_("quiet room"),
    "sign-language": N_("sign language"),
    "captions": N_("captions"),
    "guide-strips": N_("guide strips"),
}
_MAP = "https://www.openstreetmap.org/search?"


@dataclass(frozen=True, slots=True)
class Fact:
    name: str
    lines: list[Said]


def facts(row: Row, language: str) -> list[Fact]:
    """Those that are one text each, in the order of the page."""
    speech = sentences_in(language)
    found = [
        (N_("For whom"), [said(row["audience"], language)]),
        (N_("Cost"), [said(row["cost"], language)]),
        (N_("Language"), [(", ".join(language_name(tag, language) for tag in row["languages"]), language)]),
        (N_("Accessibility"), _access(row, language)),
        (N_("Food and drink"), [said(row["catering"], language)]),
    ]
    named = ((speech.say(name), [line for line in lines if line[0]]) for name, lines in found)
    return [Fact(name, lines) for name, lines in named if lines]


def _access(row: Row, language: str) -> list[Said]:
    """The text says more than the known words, so they stand only where there is none."""
    if row["access"]:
        return [said(row["access"], language)]
    speech = sentences_in(language)
    return [(", ".join(speech.say(ACCESS[key]) for key in row["access_keys"] or ()), language)]


def venue(row: Row) -> list[str]:
    """Name, street, town: a line each."""
    town = " ".join(filter(None, [row["venue_postcode"], row["venue_city"]]))
    return [line for line in (row["venue_name"], row["venue_street"], town) if line]


def map_address(row: Row) -> str | None:
    """Where a map shows the venue; None where it is known only as a town."""
    lines = venue(row)
    return _MAP + urlencode({"query": ", ".join(lines)}) if row["venue_street"] or len(lines) > 1 else None


def funding(page: EventPage, language: str) -> list[Said]:
    """The wording of each project as of then; the code where the wording does not name it."""
    found: list[Said] = []
    for project in page.event.projects:
        wording, code = said(project["funder_wording"], language), project["funding_code"]
        if code and code not in wording[0]:
            told = sentences_in(language).say(N_("Grant number %(code)s"), code=code)
            wording = (f"{wording[0]} ({told})" if wording[0] else told, wording[1])
        if wording[0] and wording not in found:
            found.append(wording)
    return found
