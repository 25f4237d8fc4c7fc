from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, update

from confman.kernel.ids import new_id
from confman.store.events import event, event_project
from confman.store.hosts import project, series
from confman.store.programme import session, session_speaker, speaker
from tests.api_node import BASE_URL, Api
from tests.builders import NOW, AnEvent, APart, ASession, ASlot, a_consent, a_question, an_event, hand_over


def events(api: Api, slugs: str, **columns: Any) -> list[AnEvent]:
    return [api.write(an_event, slug=slug, **columns) for slug in slugs.split()]


def slugs(api: Api, **params: Any) -> list[str]:
    return [found["slug"] for found in api.get("events", params=params).json()["events"]]


# the list


def test_events_are_listed_by_day_and_what_has_no_day_comes_last(api: Api) -> None:
    events(api, "offen", starts_on=None, ends_on=None, starts_at=None, ends_at=None, date_text={"de": "Frühjahr"})
    events(api, "mai", starts_on=date(2027, 5, 2), ends_on=date(2027, 5, 2))
    events(api, "abend", starts_on=date(2026, 1, 3), ends_on=date(2026, 1, 3))

    assert slugs(api) == ["abend", "mai", "offen"]


def test_drafts_and_unlisted_events_are_not_listed(api: Api) -> None:
    events(api, "entwurf", announced_at=None, published_at=None)
    events(api, "demnaechst", announced_at=NOW + timedelta(microseconds=1), published_at=None)
    events(api, "unter-uns", visibility="link")
    events(api, "geheim", visibility="code")

    assert slugs(api) == []


def test_the_token_of_a_host_also_lists_its_own_drafts_and_of_one_event_only_that(api: Api) -> None:
    draft, other = events(api, "entwurf anderer", announced_at=None, published_at=None)
    events(api, "oeffentlich")

    assert slugs(api.signed_in(draft)) == ["entwurf", "oeffentlich"]
    api.write(hand_over, other, draft)
    assert slugs(api) == ["anderer", "entwurf", "oeffentlich"]
    assert slugs(api.signed_in(draft, only_this=True)) == ["entwurf", "oeffentlich"]


def test_events_are_found_by_series_project_kind_city_and_day(api: Api) -> None:
    first, second = events(api, "erste zweite", starts_on=date(2027, 2, 1), ends_on=date(2027, 2, 3))
    api.write(in_series_and_project, first)
    events(api, "alt", starts_on=date(2026, 2, 1), ends_on=date(2026, 2, 3), kind="dialogue", venue_city="Köln")

    assert slugs(api, series="werkstaetten") == ["erste"]
    assert slugs(api, project="lernende-stadt") == ["erste"]
    assert slugs(api, kind="dialogue") == ["alt"]
    assert slugs(api, city="Lindenbrück") == ["erste", second.slug]
    assert slugs(api, **{"from": "2026-02-03"}) == ["alt", "erste", "zweite"]
    assert slugs(api, **{"from": "2026-02-04"}) == ["erste", "zweite"]
    assert slugs(api, kind="conference", city="Köln") == []


def in_series_and_project(connection: Connection, made: AnEvent) -> None:
    keys = {"id": new_id(), "host_id": made.host_id}
    connection.execute(insert(series).values(**keys, slug="werkstaetten", titles={"de": "Werkstätten"}))
    connection.execute(update(event).where(event.c.id == made.id).values(series_id=keys["id"]))
    connection.execute(insert(project).values(**keys, slug="lernende-stadt", titles={"de": "Lernende Stadt"}))
    connection.execute(insert(event_project).values(event_id=made.id, project_id=keys["id"], position=0))


def test_pages_of_events_follow_each_other_without_a_gap(api: Api) -> None:
    none = {"starts_on": None, "ends_on": None, "starts_at": None, "ends_at": None, "date_text": {"de": "bald"}}
    events(api, "c a", starts_on=date(2027, 2, 1), ends_on=date(2027, 2, 1))
    events(api, "b", starts_on=date(2027, 2, 2), ends_on=date(2027, 2, 2))
    events(api, "f e", **none)

    seen, address = [], "/api/v1/events?limit=1&kind=conference"
    while address:
        answer = api.get(address)
        seen += [found["slug"] for found in answer.json()["events"]]
        address = answer.links.get("next", {}).get("url", "").removeprefix(BASE_URL)

    assert seen == ["a", "c", "b", "e", "f"]


def test_parameters_that_cannot_be_understood_are_named(api: Api) -> None:
    typed = {
        "limit": ("0", "201", "%C2%B2", "-1"),
        "after": ("x", "%ff", "bnVsbA", "W1tb" * 99),
        "from": ("2027-02-30", "heute"),
        "city": ("a%00b", "%ff%0a"),
        "kind": ("k" * 201,),
    }

    for name, values in typed.items():
        for value in values:
            answer = api.get(f"/api/v1/events?{name}={value}")
            assert (answer.status_code, [error["pointer"] for error in answer.json()["errors"]]) == (422, [f"/{name}"])


# one event


def test_an_event_is_told_with_its_programme_and_its_form(api: Api) -> None:
    [made] = [api.write(an_event, [APart(places=60, slots=[ASlot("foren", [ASession("klima", 12)])])])]
    api.write(a_question, made, "essen", "one", options=[{"value": "vegan", "labels": {"de": "vegan"}}], required=True)
    api.write(a_consent, made, "fotos", position=1)
    api.write(somebody_speaks, made)

    told = api.get(f"events/{made.slug}").json()

    assert (told["slug"], told["state"], told["visibility"], told["kind"]) == (
        made.slug,
        "published",
        "public",
        "conference",
    )
    assert told["titles"] == {
        "de": "5. Werkstatt und Abschlusskonferenz",
        "en": "Fifth workshop and closing conference",
    }
    assert told["host"] == {"slug": f"host-{made.slug}", "name": "Stadt Lindenbrück"}
    assert (told["venue"]["name"], told["venue"]["city"]) == ("Altes Speicherhaus", "Lindenbrück")
    assert [(part["slug"], part["capacity"]) for part in told["parts"]] == [("conference", 60)]
    [slot] = told["slots"]
    assert (slot["slug"], slot["part"], slot["rule"]) == ("foren", "conference", "pick_one")
    [only] = slot["sessions"]
    assert (only["slug"], only["capacity"], only["can_be_chosen"], only["is_cancelled"]) == ("klima", 12, True, False)
    assert only["speakers"] == [
        {
            "role": "moderator",
            "title": "Dr.",
            "given_name": "Jo",
            "family_name": "Beispiel",
            "institution": "Stadt",
            "function": None,
        }
    ]
    [question] = told["questions"]
    assert (question["key"], question["required"], question["erased_after_days"]) == ("essen", True, 30)
    assert question["options"] == [{"value": "vegan", "labels": {"de": "vegan"}, "is_limited": False}]
    assert told["consents"] == [{"key": "fotos", "version": 1, "texts": {"de": "Ich bin einverstanden: fotos"}}]


def test_who_agrees_now_agrees_to_the_newest_words(sqlite_api: Api) -> None:
    made = sqlite_api.write(an_event)
    for key, version, position in (("fotos", 1, 3), ("liste", 1, 2), ("fotos", 2, 0), ("liste", 2, 1)):
        sqlite_api.write(a_consent, made, key, version=version, position=position)

    told = sqlite_api.get(f"events/{made.slug}").json()["consents"]

    assert [(text["key"], text["version"]) for text in told] == [("fotos", 2), ("liste", 2)]


def somebody_speaks(connection: Connection, made: AnEvent) -> None:
    key = new_id()
    name = {"title": "Dr.", "given_name": "Jo", "family_name": "Beispiel", "institution": "Stadt"}
    connection.execute(insert(speaker).values(id=key, event_id=made.id, slug="jo", **name))
    session_id = connection.execute(session.select()).one().id
    connection.execute(
        insert(session_speaker).values(session_id=session_id, speaker_id=key, role="moderator", position=0)
    )


def test_what_is_meant_for_those_who_come_is_not_told_to_everybody(api: Api) -> None:
    hidden = {"online_url": "https://meet.example/canary", "phone_of_day": "canary", "access_code_hash": "canary"}
    [made] = events(api, "offen", mailbox="canary@lindenbrueck.example", **hidden)

    answers = [api.get(path).text for path in ("events", "events/offen", "events/offen/availability")]

    assert [text for text in answers if "canary" in text] == []
    assert [text for text in answers if made.id.hex in text.replace("-", "")] == []


@pytest.mark.parametrize("columns", [{"visibility": "code"}, {"announced_at": None, "published_at": None}])
def test_what_visitors_may_not_see_looks_like_what_is_not_there(api: Api, columns: dict[str, Any]) -> None:
    events(api, "versteckt", **columns)
    body = {"family_name": "Beispiel", "email": "b@lindenbrueck.example"}

    for path in ("events/{}", "events/{}/availability"):
        assert api.get(path.format("versteckt")).content == api.get(path.format("fehlt")).content
        assert api.get(path.format("versteckt")).status_code == 404
    seen, missing = (api.post(f"events/{slug}/registrations", body) for slug in ("versteckt", "fehlt"))
    assert (seen.status_code, seen.content, seen.headers) == (404, missing.content, missing.headers)


def test_who_has_the_address_sees_an_unlisted_event(api: Api) -> None:
    events(api, "unter-uns", visibility="link")

    assert api.get("events/unter-uns").json()["visibility"] == "link"


def test_a_token_sees_the_drafts_of_its_own_host_only(api: Api) -> None:
    own, foreign = events(api, "eigener fremder", announced_at=None, published_at=None)

    api.signed_in(own)

    assert api.get(f"events/{own.slug}").json()["state"] == "draft"
    assert api.get(f"events/{foreign.slug}").content == api.get("events/fehlt").content


def test_an_event_that_nobody_changed_is_not_sent_twice(api: Api) -> None:
    [made] = events(api, "offen")
    first = api.get("events/offen")
    known = {"if-none-match": f'"other", W/{first.headers["etag"]}'}

    again = api.get("events/offen", headers=known)
    api.write(rename, made, {"de": "Anders"})
    api.loop.run(a_moment())
    changed = api.get("events/offen", headers=known)

    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert (changed.status_code, changed.json()["titles"]) == (200, {"de": "Anders"})
    assert (first.headers["vary"], first.headers["cache-control"]) == ("Authorization", "no-cache")


def rename(connection: Connection, made: AnEvent, titles: dict[str, str]) -> None:
    changed = update(event).where(event.c.id == made.id).values(titles=titles, revision=event.c.revision + 1)
    connection.execute(changed)


async def a_moment() -> None:
    """Longer than a node trusts what it knows of an event."""
    import asyncio

    await asyncio.sleep(0.15)


def test_head_answers_like_get(api: Api) -> None:
    events(api, "offen")

    got, head = api.get("events/offen"), api.ask("HEAD", "events/offen")

    assert (head.status_code, dict(head.headers)) == (200, dict(got.headers))


@pytest.mark.parametrize(
    ("columns", "state"),
    [
        ({"published_at": None}, "announced"),
        ({"cancelled_at": NOW}, "cancelled"),
        ({"cancelled_at": NOW + timedelta(seconds=1)}, "published"),
    ],
)
def test_the_state_of_an_event_follows_the_clock(sqlite_api: Api, columns: dict[str, Any], state: str) -> None:
    events(sqlite_api, "offen", **columns)

    assert sqlite_api.get("events/offen").json()["state"] == state
    assert sqlite_api.get("events").json()["events"][0]["state"] == state


# availability


def register(api: Api, slug: str, family_name: str, **body: Any) -> None:
    sent = {"family_name": family_name, "email": f"{family_name.lower()}@lindenbrueck.example", **body}
    answer = api.post(f"events/{slug}/registrations", sent)
    assert answer.status_code in {201, 202}, answer.text


def test_availability_says_free_few_waiting_or_full(api: Api) -> None:
    sessions = [
        ASession("weit", None),
        ASession("eng", 1),
        ASession("voll", 1, offers_waiting=False),
        ASession("frei", 9),
    ]
    made = api.write(an_event, [APart(places=6, slots=[ASlot("foren", sessions)])])
    register(api, made.slug, "Eins", choices={"foren": "eng"})
    register(api, made.slug, "Zwei", choices={"foren": "voll"})

    assert api.get(f"events/{made.slug}/availability").json() == {
        "open": True,
        "opens_at": "2026-11-02T12:00:00Z",
        "closes_at": "2027-01-21T08:30:00Z",
        "parts": [{"slug": "conference", "places": "free", "capacity": 6}],
        "sessions": [
            {"slug": "weit", "slot": "foren", "places": "free", "capacity": None},
            {"slug": "eng", "slot": "foren", "places": "waiting", "capacity": 1},
            {"slug": "voll", "slot": "foren", "places": "full", "capacity": 1},
            {"slug": "frei", "slot": "foren", "places": "free", "capacity": 9},
        ],
    }
    register(api, made.slug, "Drei")
    assert api.get(f"events/{made.slug}/availability").json()["parts"][0]["places"] == "few"


def test_numbers_are_told_where_the_organiser_shows_them_or_to_the_organiser(api: Api) -> None:
    made = api.write(an_event, [APart(places=1)])
    shows = api.write(an_event, [APart(places=4)], slug="offen", shows_numbers=True)
    register(api, made.slug, "Eins")
    register(api, made.slug, "Zwei", accept_waiting=True)

    def part_of(slug: str) -> dict[str, Any]:
        told: dict[str, Any] = api.get(f"events/{slug}/availability").json()["parts"][0]
        return told

    assert part_of("offen") == {"slug": "conference", "places": "free", "capacity": 4, "free": 4}
    api.signed_in(made)
    assert part_of(made.slug) == {"slug": "conference", "places": "waiting", "capacity": 1, "free": 0, "waiting": 1}
    assert part_of(shows.slug) == {"slug": "conference", "places": "free", "capacity": 4, "free": 4}
    api.signed_in(shows)
    assert part_of(made.slug) == {"slug": "conference", "places": "waiting", "capacity": 1}


@pytest.mark.parametrize(
    ("now", "is_open"),
    [
        (NOW - timedelta(days=20, microseconds=1), False),
        (NOW - timedelta(days=20), True),
        (datetime.fromisoformat("2027-01-21T08:29:59.999999Z"), True),
        (datetime.fromisoformat("2027-01-21T08:30:00Z"), False),
    ],
)
def test_registration_is_open_from_its_opening_until_just_before_its_end(
    sqlite_api: Api, now: datetime, *, is_open: bool
) -> None:
    events(sqlite_api, "offen")
    sqlite_api.now = now

    assert sqlite_api.get("events/offen/availability").json()["open"] is is_open
