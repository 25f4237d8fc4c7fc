"""The start page and the overview of an event."""

import re
from datetime import timedelta

from tests.builders import NOW, STARTS, AnEvent, an_event, hand_over
from tests.manage.table_looking import links, plain, see
from tests.manage.table_people import people
from tests.office import Office

DAY = timedelta(days=1)


def test_my_events_are_those_of_my_hosts_coming_ones_first(office: Office) -> None:
    made, _ = people(office)
    past = {"starts_on": (NOW - 9 * DAY).date(), "ends_on": (NOW - 9 * DAY).date(), "starts_at": NOW - 9 * DAY}
    ended: AnEvent = office.write(an_event, slug="vorbei", ends_at=NOW - 8 * DAY, closes_at=NOW - 10 * DAY, **past)
    draft: AnEvent = office.write(
        an_event, slug="entwurf", announced_at=None, published_at=None, starts_at=STARTS + DAY
    )
    office.write(an_event, slug="fremd")
    for each in (ended, draft):
        office.write(hand_over, each, made)

    page = see(office.signed_in_as(made, "reader"), "/manage")
    single = see(office.signed_in_as(made, "desk", only_this=True), "/manage")

    shown = re.findall('href="(/manage/events/[^"]+)"', page)
    assert shown == [f"/manage/events/{slug}" for slug in ("abschlusskonferenz", "entwurf", "vorbei")]
    text = plain(page)
    assert [text.count(word) for word in ("Anmeldung offen", "Entwurf", "vorbei", "fremd")] == [1, 1, 1, 0]
    assert text.index("Kommende") < text.index("Entwurf") < text.index("Vergangene")
    assert "7 Teilnehmende · 1 Mitwirkende · 8 im Haus · 1 Warteliste" in text
    assert ("entwurf" in single, "abschlusskonferenz" in single) == (False, True)


def test_the_overview_says_what_is_to_be_done_and_comes_next(sqlite_office: Office) -> None:
    made, _ = people(sqlite_office)

    page = see(sqlite_office.signed_in_as(made), f"/manage/events/{made.slug}")

    text = plain(page)
    assert "1 Person hat seit 24 Stunden nicht bestätigt" in text
    assert "3 ohne Forum" in text
    assert "Anmeldeschluss bis Donnerstag, 21. Januar 2027" in text
    assert "2 von 2 , 1 wartet" in text
    for address in links(page, "numbers").values():
        assert sqlite_office.signed_in_as(made).see(address).status_code == 200


def test_the_desk_sees_numbers_and_no_way_to_people(sqlite_office: Office) -> None:
    made, _ = people(sqlite_office)

    page = see(sqlite_office.signed_in_as(made, "desk"), f"/manage/events/{made.slug}")

    assert "10 angemeldet" in plain(page)
    assert "Hier wartet nichts auf Sie." in plain(page)
    assert "nicht bestätigt" not in plain(page)
    assert "/registrations" not in page
