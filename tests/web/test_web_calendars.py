"""Calendars as programs fetch them: rarely changed, often asked for."""

import asyncio
import gzip
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, update

from confman.store.events import event, stamp
from confman.store.importing import EVERYWHERE
from tests.api_node import Api
from tests.builders import NOW, an_event

ADDRESS = "/events/abschlusskonferenz/calendar.ics"
PLAIN = {"accept-encoding": "identity"}


def fetch(site: Api, path: str = ADDRESS, **headers: str) -> Any:
    return site.get(path, headers={"accept-encoding": "identity", **headers})


def rename(connection: Connection, title: str) -> None:
    values = {"titles": {"de": title}, "revision": event.c.revision + 1, "changed_at": NOW + timedelta(hours=1)}
    connection.execute(update(event).values(values))


def until_asked_again(site: Api) -> None:
    """The version is compared at most every 100 ms, which now are over."""
    site.loop.run(asyncio.sleep(0.11))


def hold_time(site: Api) -> None:
    """However slow this machine is: the 100 ms are not over."""
    site.node.feeds._FRESH_SECONDS = 600


def test_a_calendar_is_sent_as_one(sqlite_site: Api) -> None:
    sqlite_site.write(an_event)

    answer = fetch(sqlite_site)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=900"
    assert answer.headers["last-modified"] == "Sun, 22 Nov 2026 12:00:00 GMT"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert "set-cookie" not in answer.headers
    assert answer.content.startswith(b"BEGIN:VCALENDAR\r\n")
    assert answer.content.endswith(b"END:VCALENDAR\r\n")


def test_who_has_it_already_is_told_so(sqlite_site: Api) -> None:
    sqlite_site.write(an_event)
    tag = fetch(sqlite_site).headers["etag"]

    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        answer = fetch(sqlite_site, **{"if-none-match": known})

        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)
    assert fetch(sqlite_site, **{"if-none-match": '"other"'}).status_code == 200


def test_the_tag_changes_with_the_content_and_only_then(site: Api) -> None:
    site.write(an_event)
    first = fetch(site)

    until_asked_again(site)
    same = fetch(site)
    site.write(rename, "Umbenannt")
    until_asked_again(site)
    renamed = fetch(site, **{"if-none-match": first.headers["etag"]})

    assert (same.headers["etag"], same.content) == (first.headers["etag"], first.content)
    assert renamed.status_code == 200
    assert b"SUMMARY:Umbenannt\r\n" in renamed.content
    assert renamed.headers["etag"] != first.headers["etag"]


def test_a_packed_calendar_has_a_tag_of_its_own(sqlite_site: Api) -> None:
    sqlite_site.write(an_event)
    plain = fetch(sqlite_site)

    packed = fetch(sqlite_site, **{"accept-encoding": "gzip, deflate"})
    known = fetch(sqlite_site, **{"accept-encoding": "gzip", "if-none-match": packed.headers["etag"]})
    other = fetch(sqlite_site, **{"accept-encoding": "gzip", "if-none-match": plain.headers["etag"]})

    assert (packed.headers["content-encoding"], packed.content) == ("gzip", plain.content)
    assert packed.headers["etag"] != plain.headers["etag"]
    assert (known.status_code, other.status_code) == (304, 200)
    assert "content-encoding" not in known.headers


@pytest.mark.parametrize("accepted", ["", "identity", "br", "gzip;q=0", "gzip; q=0.0, br"])
def test_nobody_gets_it_packed_who_cannot_unpack_it(sqlite_site: Api, accepted: str) -> None:
    sqlite_site.write(an_event)

    assert "content-encoding" not in fetch(sqlite_site, **{"accept-encoding": accepted}).headers


def test_the_packed_bytes_are_the_same_each_time(sqlite_site: Api) -> None:
    sqlite_site.write(an_event)
    one = sqlite_site.loop.run(sqlite_site.node.feeds.get(_wanted()))

    assert gzip.compress(one.body, 6, mtime=0) == one.gzipped


def _wanted() -> Any:
    from confman.usecases.feed_values import Wanted

    return Wanted("event", "abschlusskonferenz")


def test_head_says_what_get_would(sqlite_site: Api) -> None:
    sqlite_site.write(an_event)

    answer = sqlite_site.ask("HEAD", ADDRESS, headers=PLAIN)

    assert answer.status_code == 200
    assert answer.headers["etag"] == fetch(sqlite_site).headers["etag"]


def test_an_unchanged_poll_reads_one_row_and_within_a_tenth_of_a_second_none(site: Api) -> None:
    site.write(an_event)
    for path in (ADDRESS, "/calendar.ics"):
        tag = fetch(site, path).headers["etag"]
        until_asked_again(site)
        with site.counted() as later:
            assert fetch(site, path, **{"if-none-match": tag}).status_code == 304
        hold_time(site)
        with site.counted() as at_once:
            assert fetch(site, path, **{"if-none-match": tag}).status_code == 304
        site.node.feeds._FRESH_SECONDS = 0.1

        assert (len(at_once), len(later)) == (0, 1)


def test_a_calendar_is_written_in_a_fixed_number_of_statements(site: Api) -> None:
    site.write(an_event)
    with site.counted() as one_event:
        fetch(site)
    with site.counted() as line_of_one:
        fetch(site, "/calendar.ics")
    for number in range(5):
        site.write(an_event, slug=f"e{number}")
    until_asked_again(site)
    site.write(lambda c: c.execute(insert(stamp).values(scope="all", scope_id=EVERYWHERE, version=1, changed_at=NOW)))
    with site.counted() as line_of_six:
        fetch(site, "/calendar.ics")

    assert (len(one_event), len(line_of_one), len(line_of_six)) == (11, 3, 3)


def test_many_who_ask_at_once_cause_one_question(site: Api) -> None:
    site.write(an_event)

    with site.counted() as sent:
        answers = site.all_at_once([("GET", ADDRESS, {}) for _ in range(20)])

    assert {answer.status_code for answer in answers} == {200}
    assert len(sent) == 11


def test_at_the_instant_of_the_opening_a_warm_calendar_changes(sqlite_site: Api) -> None:
    opening = NOW + timedelta(days=3)
    sqlite_site.write(an_event, published_at=opening)
    sqlite_site.now = opening - timedelta(microseconds=1)
    before = fetch(sqlite_site)
    sqlite_site.now = opening

    after = fetch(sqlite_site, **{"if-none-match": before.headers["etag"]})

    assert b"STATUS:TENTATIVE" in before.content
    assert (after.status_code, b"STATUS:CONFIRMED" in after.content) == (200, True)
    assert after.headers["last-modified"] == "Wed, 25 Nov 2026 12:00:00 GMT"


def test_the_language_of_the_address_counts_and_the_browsers_does_not(sqlite_site: Api) -> None:
    sqlite_site.write(an_event)

    german = fetch(sqlite_site, **{"accept-language": "en"})
    english = fetch(sqlite_site, f"{ADDRESS}?lang=en-GB")
    unknown = fetch(sqlite_site, f"{ADDRESS}?lang=xx")

    assert b"SUMMARY:5. Werkstatt und Abschlusskonferenz\r\n" in german.content
    assert b"SUMMARY:Fifth workshop and closing conference\r\n" in english.content
    assert unknown.content == german.content


def test_the_whole_programme_has_its_own_address(sqlite_site: Api) -> None:
    sqlite_site.write(an_event)

    assert b"ganzes Programm" in fetch(sqlite_site, f"{ADDRESS}?sessions=1").content.replace(b"\r\n ", b"")
    assert b"ganzes Programm" not in fetch(sqlite_site, f"{ADDRESS}?sessions=0").content.replace(b"\r\n ", b"")


def test_there_are_calendars_of_everything_of_a_host_and_none_of_what_does_not_exist(sqlite_site: Api) -> None:
    sqlite_site.write(an_event)

    assert [
        fetch(sqlite_site, path).status_code
        for path in ("/calendar.ics", "/hosts/host-abschlusskonferenz/calendar.ics")
    ] == [200, 200]
    for path in (
        "/hosts/x/calendar.ics",
        "/series/x/calendar.ics",
        "/projects/x/calendar.ics",
        "/events/x/calendar.ics",
    ):
        assert fetch(sqlite_site, path).status_code == 404


def test_what_becomes_a_draft_again_is_gone(sqlite_site: Api) -> None:
    sqlite_site.write(an_event)
    fetch(sqlite_site)
    sqlite_site.write(lambda c: c.execute(update(event).values(announced_at=None, published_at=None, revision=2)))
    until_asked_again(sqlite_site)

    assert [fetch(sqlite_site).status_code for _ in range(2)] == [404, 404]


def test_what_is_kept_has_a_bound(sqlite_site: Api) -> None:
    for number in range(3):
        sqlite_site.write(an_event, slug=f"e{number}")
    feeds = sqlite_site.node.feeds
    feeds._AT_MOST, feeds._AT_MOST_ENTRIES = 2, 2

    lines = ("/calendar.ics", *(f"/hosts/host-e{number}/calendar.ics" for number in range(3)))
    answers = [fetch(sqlite_site, path).content.count(b"BEGIN:VEVENT") for path in lines]

    assert answers == [3, 1, 1, 1]
    assert len(feeds._known) <= 2
