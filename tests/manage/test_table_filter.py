"""Whom a filter of the registrations' table takes."""

from datetime import timedelta

from confman.usecases.events import current
from confman.usecases.manage import registrations
from confman.usecases.manage.registrations import Filter
from tests.builders import NOW
from tests.manage.table_people import an_event_of_two_parts, matching, people
from tests.office import Office

ALL_LIVE = ["Alt", "Erste", "Frisch", "Müller", "Sand", "Schmidt", "Spät", "Wartklima", "Wartwerkstatt"]

TAKES: dict[str, tuple[dict[str, str], list[str]]] = {
    "nothing asked": ({}, [*ALL_LIVE, "von der Wiese", "Żółkiewski"]),
    "unconfirmed": ({"status": "unconfirmed"}, ["Alt", "Frisch"]),
    "unconfirmed for a day": ({"status": "overdue"}, ["Alt"]),
    "waiting for anything": ({"status": "waiting"}, ["Wartklima", "Wartwerkstatt"]),
    "waiting for a part or in it": ({"status": "waiting", "part": "konferenz"}, ["Wartklima"]),
    "waiting for a forum": ({"status": "waiting", "forum": "klima"}, ["Wartklima"]),
    "waiting, but not for this one": ({"status": "waiting", "forum": "verkehr"}, []),
    "cancelled": ({"status": "cancelled"}, ["Abgesagt"]),
    "cancelled, who had this": ({"status": "cancelled", "forum": "verkehr"}, ["Abgesagt"]),
    "cancelled, who had not": ({"status": "cancelled", "part": "werkstatt"}, []),
    "lapsed": ({"status": "lapsed"}, ["Abgelaufen"]),
    "of a part": ({"part": "werkstatt"}, ["Erste", "Wartwerkstatt", "von der Wiese"]),
    "of a forum": ({"forum": "klima"}, ["Müller", "Wartklima", "Żółkiewski"]),
    "of a part and a forum of another": ({"part": "werkstatt", "forum": "klima"}, []),
    "of a forum, whatever became of it": ({"status": "all", "forum": "verkehr"}, ["Abgesagt", "Schmidt", "Wartklima"]),
    "without a forum": ({"forum": "~foren"}, ["Alt", "Frisch", "Spät"]),
    "of a category": ({"category": "contributor"}, ["Sand"]),
    "who take places and have not confirmed": ({"category": "*", "status": "unconfirmed"}, ["Alt", "Frisch"]),
    "with a remark": ({"mark": "note"}, ["Müller"]),
    "by half a name without accents": ({"q": "zolk"}, ["Żółkiewski"]),
    "by words in any order": ({"q": "lindenbr müll ada"}, ["Müller"]),
    "by another spelling": ({"q": "MUELLER"}, ["Müller"]),
    "by a prefix and a title": ({"q": "dr wiese von"}, ["von der Wiese"]),
    "by an institution and a forum": ({"q": "lindenbrück", "forum": "klima"}, ["Müller", "Żółkiewski"]),
    "by the beginning of an address": ({"q": "anna_sch@", "status": "all"}, []),
    "by an address in any case": ({"q": "ANNA_schmidt@linden"}, ["Schmidt"]),
    "an underscore is no wildcard": ({"q": "annaxschmidt@linden"}, []),
    "by what says nothing": ({"q": "%%_'"}, []),
    "by what nobody is called": ({"q": "gibtesnicht"}, []),
}


def test_a_filter_takes_whom_all_its_values_fit(office: Office) -> None:
    made, codes = people(office)
    names = {code: name for name, code in codes.items()}

    found = {case: [names[code] for code in matching(office, made, **asked)] for case, (asked, _) in TAKES.items()}

    assert found == {case: sorted(expected, key=_by_name) for case, (_, expected) in TAKES.items()}


def _by_name(name: str) -> str:
    return {"von der Wiese": "wiese", "Żółkiewski": "zolkiewski", "Müller": "muller", "Spät": "spat"}.get(
        name, name.lower()
    )


def test_a_code_is_found_however_it_is_typed(office: Office) -> None:
    made, codes = people(office)
    code = codes["Schmidt"]

    typed = [code, code.lower(), code.replace("-", ""), f" {code.replace('-', ' – ')} "]

    assert [matching(office, made, q=text) for text in typed] == [[code]] * 4


DROPPED = (
    ("status", "invented"),
    ("part", "klima"),
    ("forum", "werkstatt"),
    ("forum", "~klima"),
    ("category", "%"),
    ("mark", "note\x00"),
    ("mark", "needs"),
    ("q", "x" * 10_000),
)


def test_what_nobody_has_is_dropped_and_named(sqlite_office: Office) -> None:
    made = sqlite_office.write(an_event_of_two_parts)
    event = sqlite_office.read(current, made.slug)

    asked = [registrations.asked(event, {name: (value, "live"), "x": ("y",)}, NOW) for name, value in DROPPED]

    assert [each.dropped for each in asked] == [(name,) for name, _ in DROPPED]
    assert [each.filter for each in asked] == [Filter(NOW)] * 7 + [Filter(NOW, q="x" * 200)]


def test_a_filter_is_carried_by_addresses_and_forms(sqlite_office: Office) -> None:
    made = sqlite_office.write(an_event_of_two_parts)
    event = sqlite_office.read(current, made.slug)
    query = {"q": "müller", "status": "all", "part": "konferenz", "forum": "~foren", "category": "*", "mark": "note"}

    asked = registrations.asked(event, {name: (value,) for name, value in query.items()}, NOW + timedelta(days=1))

    assert (asked.filter.query, asked.dropped) == (query, ())
