"""The counter: who reaches a page of the team, and from where a form may come."""

import pytest

from tests.builders import AnEvent, an_event
from tests.office import Member, Office


@pytest.fixture
def made(sqlite_office: Office) -> AnEvent:
    event: AnEvent = sqlite_office.write(an_event, slug="quartierlabore")
    return event


def test_strangers_are_led_to_the_sign_in_and_back(sqlite_office: Office, made: AnEvent) -> None:
    answer = sqlite_office.get(f"/manage/events/{made.slug}")
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        f"/manage/signin?next=%2Fmanage%2Fevents%2F{made.slug}",
    )


def test_a_member_sees_the_events_of_their_host(sqlite_office: Office, made: AnEvent) -> None:
    assert sqlite_office.signed_in_as(made).see(f"/manage/events/{made.slug}").status_code == 200


def test_an_event_of_another_host_looks_like_one_that_does_not_exist(sqlite_office: Office, made: AnEvent) -> None:
    other = sqlite_office.write(an_event, slug="anderswo")
    answers = [sqlite_office.signed_in_as(made).see(f"/manage/events/{slug}") for slug in (other.slug, "gibt-es-nicht")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].text == answers[1].text


def test_a_form_needs_the_secret_of_its_own_session(sqlite_office: Office, made: AnEvent) -> None:
    mine, other = (sqlite_office.signed_in_as(made) for _ in range(2))
    assert [_signs_out(mine, csrf) for csrf in ("", "x", other.session.csrf)] == [403, 403, 403]
    assert mine.see("/manage").status_code == 200
    assert _signs_out(mine, mine.session.csrf) == 303
    assert mine.see("/manage").status_code == 303


def test_a_form_of_another_site_is_refused(sqlite_office: Office, made: AnEvent) -> None:
    mine = sqlite_office.signed_in_as(made)
    headers = {**mine.headers, "sec-fetch-site": "cross-site"}
    answer = sqlite_office.ask("POST", "/manage/signout", headers=headers, data={"csrf": mine.session.csrf})
    assert answer.status_code == 403
    assert mine.see("/manage").status_code == 200


def _signs_out(member: Member, csrf: str) -> int:
    return member.send("/manage/signout", csrf=csrf).status_code
