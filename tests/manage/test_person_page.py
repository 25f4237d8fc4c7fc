"""The page of one registration: what it shows, and to whom."""

from tests.manage.person_desk import an_event_with_forums, here, people
from tests.office import Office


def test_the_page_shows_where_somebody_stands(sqlite_office: Office) -> None:
    made = an_event_with_forums(sqlite_office)
    codes = people(sqlite_office)
    erika = sqlite_office.signed_in_as(made)

    page = erika.see(here(made, codes["Cem"]))

    assert page.status_code == 200
    for text in ("<h1>Ada Cem</h1>", codes["Cem"]):
        assert text in page.text


def test_all_pages_of_a_registration_can_be_seen(sqlite_office: Office) -> None:
    made = an_event_with_forums(sqlite_office)
    codes = people(sqlite_office)
    erika = sqlite_office.signed_in_as(made)

    answers = {
        name: erika.see(here(made, codes["Cem"], name)).status_code
        for name in ("", "details", "places", "cancellation", "return")
    }

    assert set(answers.values()) == {200}
