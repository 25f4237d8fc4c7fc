"""Two members at the same registration: both versions are shown, and nothing typed is lost."""

import re

from tests.manage.person_desk import an_event_with_forums, audited, fields, has, here, people, send
from tests.manage.test_person_page import said
from tests.office import Office


def test_both_versions_of_the_details_are_shown(office: Office) -> None:
    made = an_event_with_forums(office)
    code = people(office)["Ada"]
    erika, jonas = office.signed_in_as(made), office.signed_in_as(made)
    path = here(made, code, "details")
    seen = erika.see(path)
    send(jonas, path, institution="Amt für Wohnen", title="Prof. Dr.")
    done = len(audited(office))

    both = send(erika, path, seen, institution="Stadtwerke", no_photo="yes")

    assert both.status_code == 409
    words = said(both)
    assert "Erika Beispiel hat diese Anmeldung um 13:00 Uhr geändert." in words
    assert "Institution Stadtwerke Amt für Wohnen" in words
    assert "Titel – Prof. Dr." in words
    assert "Meine Fassung speichern" in words
    assert "Fassung von Erika Beispiel behalten" in words
    assert "Ihre" not in words
    assert len(audited(office)) == done

    saved = send(erika, path, both)

    assert saved.status_code == 303
    kept = fields(erika.see(path))
    assert (kept["institution"], kept["title"], kept["no_photo"]) == (["Stadtwerke"], [""], ["yes"])


def test_both_versions_of_the_places_are_shown(sqlite_office: Office) -> None:
    office = sqlite_office
    made = an_event_with_forums(office)
    codes = people(office)
    erika, path = office.signed_in_as(made), here(made, codes["Cem"], "places")
    seen = erika.see(path)
    send(erika, here(made, codes["Ada"], "cancellation"))  # so that they move up

    both = send(erika, path, seen, **{"choice.foren": "wohnen"})

    words = said(both)
    assert "Diese Anmeldung wurde um 13:00 Uhr geändert." in words
    assert "Forum Forum 3 Forum 1" in words
    assert "Andere Fassung behalten" in words
    weighed = send(erika, path, both)
    send(erika, path, weighed)
    assert has(office, made, codes["Cem"]) == {"konferenz": "held", "wohnen": "held"}


def test_two_who_want_the_same_are_not_bothered(sqlite_office: Office) -> None:
    office = sqlite_office
    made = an_event_with_forums(office)
    path = here(made, people(office)["Ada"], "details")
    erika = office.signed_in_as(made)
    seen = erika.see(path)
    send(erika, path, institution="Amt")

    assert send(erika, path, seen, institution="Amt").status_code == 303


def test_nobody_cancels_what_has_changed_since_they_looked(sqlite_office: Office) -> None:
    office = sqlite_office
    made = an_event_with_forums(office)
    code = people(office)["Ada"]
    erika, path = office.signed_in_as(made), here(made, code, "cancellation")
    seen = erika.see(path)
    send(erika, here(made, code, "details"), institution="Amt")

    answer = send(erika, path, seen)

    assert answer.status_code == 409
    assert "Erika Beispiel hat diese Anmeldung um 13:00 Uhr geändert." in said(answer)
    assert has(office, made, code) == {"konferenz": "held", "klima": "held"}
    assert re.search(r'role="alert"', answer.text)
