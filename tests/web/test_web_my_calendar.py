"""One's own calendar: behind a secret address, with what is held and nothing of the person."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from icalendar import Calendar
from sqlalchemy import Connection, update

from confman.domain.ledger.requests import Cancel, Change, Choice, Confirm, Want
from confman.kernel.security import Link, Purpose
from confman.store.events import event
from confman.store.ledger import ledger
from confman.store.registrations import registration
from confman.usecases import my_calendar
from confman.usecases.ledger import RulesCache
from confman.usecases.my_registration import mine
from confman.usecases.registrar import Ask, settle_batch
from tests.api_node import BASE_URL, Api
from tests.builders import NOW, AnEvent, APart, ASession, ASlot, a_registration, an_event

HOUR = timedelta(hours=1)
FORUMS = (APart(slots=(ASlot("foren", (ASession("f1", 1), ASession("f2"))),)),)


def settled(site: Api, made: AnEvent, *asks: Any) -> Any:
    wrapped = [ask if isinstance(ask, Ask) else Ask(ask) for ask in asks]
    return site.write(settle_batch, made.id, wrapped, lambda: site.now, RulesCache())


def confirmed(site: Api, made: AnEvent, family: str, **fields: Any) -> UUID:
    [outcome] = settled(site, made, a_registration(made, family, **fields))
    settled(site, made, Confirm(outcome.id))
    key: UUID = outcome.id
    return key


def address(site: Api, key: UUID) -> str:
    def row(connection: Connection) -> Any:
        return connection.execute(registration.select().where(registration.c.id == key)).mappings().one()

    return my_calendar.path_of(site.node.secrets, site.read(row))


def shown(answer: Any) -> list[tuple[str, str]]:
    return [(str(entry["summary"]), str(entry["status"])) for entry in entries(answer)]


def entries(answer: Any) -> list[Any]:
    assert answer.status_code == 200
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def test_it_holds_what_is_held_and_not_what_is_waited_for(site: Api) -> None:
    made = site.write(an_event, FORUMS)
    confirmed(site, made, "Erste", choices={"foren": "f1"})
    second = confirmed(site, made, "Zweite", choices={"foren": "f2"})
    choice = Choice(made.units["f1"], until_then=made.units["f2"])
    settled(site, made, Change(second, Want(None, {made.slots["foren"]: choice}), accept_waiting=True))

    answer = site.get(address(site, second))

    assert shown(answer) == [("5. Werkstatt und Abschlusskonferenz", "CONFIRMED"), ("Forum 2: f2", "CONFIRMED")]
    assert str(Calendar.from_ical(answer.content)["name"]) == "5. Werkstatt und Abschlusskonferenz – mein Programm"
    assert [word for word in (b"Anna", b"Zweite", b"/r/", b"METHOD") if word in answer.content] == []


def test_it_is_kept_by_nobody_and_found_by_no_search(sqlite_site: Api) -> None:
    made = sqlite_site.write(an_event)

    answer = sqlite_site.get(address(sqlite_site, confirmed(sqlite_site, made, "Beispiel")))

    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    assert "set-cookie" not in answer.headers


def test_who_has_it_already_is_told_so_in_three_statements(site: Api) -> None:
    made = site.write(an_event, FORUMS)
    path = address(site, confirmed(site, made, "Beispiel", choices={"foren": "f1"}))
    with site.counted() as first:
        tag = site.get(path).headers["etag"]

    for known in (tag, f"W/{tag}"):
        with site.counted() as later:
            assert site.get(path, headers={"if-none-match": known}).status_code == 304
        assert len(later) == 3
    assert len(first) == 6
    assert site.get(path, headers={"if-none-match": '"other"'}).status_code == 200


def test_each_change_of_the_person_or_of_the_event_is_a_new_version(site: Api) -> None:
    made = site.write(an_event, FORUMS)
    key = confirmed(site, made, "Beispiel", choices={"foren": "f1"})
    path = address(site, key)
    tags = [site.get(path).headers["etag"]]

    settled(site, made, Change(key, Want(None, {made.slots["foren"]: Choice(made.units["f2"])})))
    tags.append(site.get(path).headers["etag"])
    site.write(lambda connection: connection.execute(update(event).values(revision=2)))
    tags.append(site.get(path).headers["etag"])
    site.write(lambda connection: connection.execute(update(ledger).values(programme_version=9)))
    tags.append(site.get(path).headers["etag"])

    assert len(set(tags)) == 4


def test_a_file_to_keep_has_no_name_and_says_so(sqlite_site: Api) -> None:
    made = sqlite_site.write(an_event)
    path = address(sqlite_site, confirmed(sqlite_site, made, "Beispiel"))

    answer = sqlite_site.get(f"{path}?download=1")

    assert answer.headers["content-disposition"] == 'attachment; filename="calendar.ics"'
    assert b"METHOD:PUBLISH\r\n" in answer.content
    assert b"\r\nNAME:" not in answer.content
    assert answer.headers["etag"] != sqlite_site.get(path).headers["etag"]


def test_who_has_not_confirmed_has_no_dates_yet(sqlite_site: Api) -> None:
    made = sqlite_site.write(an_event)
    [outcome] = settled(sqlite_site, made, a_registration(made, "Beispiel"))

    assert shown(sqlite_site.get(address(sqlite_site, outcome.id))) == []


def test_who_cancels_sees_it_for_sixty_days(site: Api) -> None:
    made = site.write(an_event, FORUMS)
    key = confirmed(site, made, "Beispiel", choices={"foren": "f1"})
    path = address(site, key)
    before = entries(site.get(path))
    settled(site, made, Cancel(key))

    cancelled = site.get(path)
    site.now = NOW + timedelta(days=60)
    forgotten = site.get(path, headers={"if-none-match": cancelled.headers["etag"]})

    assert shown(cancelled) == [
        ("TEILNAHME ABGESAGT: 5. Werkstatt und Abschlusskonferenz", "CANCELLED"),
        ("TEILNAHME ABGESAGT: Forum 1: f1", "CANCELLED"),
    ]
    after = entries(cancelled)
    assert [entry["uid"] for entry in after] == [entry["uid"] for entry in before]
    assert all(new["sequence"] > old["sequence"] for new, old in zip(after, before, strict=True))
    assert shown(forgotten) == []


def test_a_cancelled_event_is_marked(site: Api) -> None:
    made = site.write(an_event)
    path = address(site, confirmed(site, made, "Beispiel"))
    site.write(lambda connection: connection.execute(update(event).values(cancelled_at=NOW, revision=2)))

    cancelled = site.get(path)
    site.now = NOW + timedelta(days=60)
    forgotten = site.get(path, headers={"if-none-match": cancelled.headers["etag"]})

    assert shown(cancelled) == [("ABGESAGT: 5. Werkstatt und Abschlusskonferenz", "CANCELLED")]
    assert shown(forgotten) == []


def test_it_speaks_the_language_of_the_registration(sqlite_site: Api) -> None:
    made = sqlite_site.write(an_event)
    key = confirmed(sqlite_site, made, "Beispiel")
    english = update(registration).values(language="en")
    sqlite_site.write(lambda connection: connection.execute(english))

    answer = sqlite_site.get(address(sqlite_site, key), headers={"accept-language": "de"})

    assert shown(answer) == [("Fifth workshop and closing conference", "CONFIRMED")]
    assert b"NAME:Fifth workshop and closing conference \xe2\x80\x93 my programme" in answer.content


@pytest.mark.parametrize("raised", ["feed_generation", "erased"])
def test_an_address_that_was_called_back_opens_nothing(sqlite_site: Api, raised: str) -> None:
    made = sqlite_site.write(an_event)
    key = confirmed(sqlite_site, made, "Beispiel")
    path = address(sqlite_site, key)

    def call_back(connection: Connection) -> None:
        if raised == "erased":
            connection.execute(registration.delete())
        else:
            connection.execute(update(registration).values(feed_generation=1))

    sqlite_site.write(call_back)

    assert sqlite_site.get(path).status_code == 404


def test_its_address_is_good_for_nothing_else(sqlite_site: Api) -> None:
    made = sqlite_site.write(an_event)
    key = confirmed(sqlite_site, made, "Beispiel")
    token = address(sqlite_site, key).split("/")[2]
    secrets = sqlite_site.node.secrets

    for purpose in (Purpose.MANAGE, Purpose.TICKET, Purpose.CERTIFICATE):
        other = secrets.sign_link(purpose, key, 0)
        assert sqlite_site.get(f"/my/{other}/calendar.ics").status_code == 404
    for path in (f"/r/{token}", f"/t/{token}", f"/my/{token[:-1]}/calendar.ics"):
        assert sqlite_site.get(path).status_code == 404
    assert sqlite_site.read(mine, Link(key, 0), Purpose.FEED).id == key


def test_the_dates_of_an_event_can_be_kept_as_a_file(sqlite_site: Api) -> None:
    sqlite_site.write(an_event)

    answer = sqlite_site.get("/events/abschlusskonferenz/calendar.ics?download=1")

    assert answer.headers["content-disposition"] == 'attachment; filename="abschlusskonferenz.ics"'
    assert b"METHOD:PUBLISH\r\n" in answer.content
    assert f"URL:{BASE_URL}/events/abschlusskonferenz".encode() in answer.content
    assert b"METHOD" not in sqlite_site.get("/events/abschlusskonferenz/calendar.ics").content


@pytest.mark.parametrize(
    ("path", "name"), [("", "calendar"), ("/hosts/host-abschlusskonferenz", "host-abschlusskonferenz")]
)
def test_the_dates_of_several_events_can_be_kept_as_a_file(sqlite_site: Api, path: str, name: str) -> None:
    sqlite_site.write(an_event)

    answer = sqlite_site.get(f"{path}/calendar.ics?download=1")

    assert answer.headers["content-disposition"] == f'attachment; filename="{name}.ics"'
    assert b"METHOD:PUBLISH\r\n" in answer.content
    assert len(entries(answer)) == 1
    assert b"METHOD" not in sqlite_site.get(f"{path}/calendar.ics").content
