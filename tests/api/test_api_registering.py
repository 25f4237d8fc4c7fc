from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from confman.http.limits import TRIES_AN_HOUR
from confman.store.audit import audit
from confman.store.outbox import letter
from confman.store.registrations import answer, registration
from tests.api_node import Api
from tests.builders import NOW, APart, ASession, ASlot, a_question, an_event

EVENT = "abschlusskonferenz"
PATH = f"events/{EVENT}/registrations"


def ada(**body: Any) -> dict[str, Any]:
    return {"given_name": "Ada", "family_name": "Beispiel", "email": "ada@lindenbrueck.example"} | body


def count(connection: Connection, table: Any = registration) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


# what a newcomer is told


def test_a_newcomer_is_told_what_was_reserved_and_until_when_to_confirm(api: Api) -> None:
    api.write(an_event)

    answer = api.post(PATH, ada())

    assert (answer.status_code, answer.json()) == (202, {"outcome": "held", "confirm_by": "2026-11-25T17:00:00Z"})
    assert (answer.headers["cache-control"], "location" in answer.headers) == ("no-store", False)


def test_who_accepts_waiting_waits_where_everything_is_taken(api: Api) -> None:
    api.write(an_event, [APart(places=1)])
    api.post(PATH, ada())

    waits = api.post(PATH, ada(given_name="Bo", accept_waiting=True))
    refused = api.post(PATH, ada(given_name="Cy"))

    assert (waits.status_code, waits.json()["outcome"]) == (202, "waiting")
    assert (refused.status_code, refused.headers["content-type"]) == (409, "application/problem+json")
    assert (refused.json()["type"], refused.json()["parts"]) == ("/problems/full", ["conference"])


def test_a_known_person_is_answered_as_a_newcomer_would_be(api: Api) -> None:
    api.write(an_event, [APart(places=3)])
    known = api.post(PATH, ada())

    again = api.post(PATH, ada(given_name="ADA", email="Ada@Lindenbrueck.EXAMPLE "))
    new = api.post(PATH, ada(given_name="Bo"))

    assert [answer.status_code for answer in (known, again, new)] == [202, 202, 202]
    assert again.content == new.content
    assert again.headers == new.headers
    assert api.read(count) == 2


def test_a_refusal_is_the_same_for_who_is_known(api: Api) -> None:
    api.write(an_event, [APart(places=1)])
    api.post(PATH, ada())

    again, new = api.post(PATH, ada()), api.post(PATH, ada(given_name="Bo"))

    assert (again.status_code, again.content, again.headers) == (409, new.content, new.headers)


@pytest.mark.parametrize(
    ("columns", "slug", "fact"),
    [
        ({"opens_at": NOW + timedelta(days=1)}, "not-open", "opens_at"),
        ({"published_at": None}, "not-open", "opens_at"),
        ({"closes_at": NOW}, "deadline-passed", "closed_at"),
        ({"cancelled_at": NOW}, "event-cancelled", "type"),
    ],
)
def test_nobody_registers_where_registration_is_not_open(
    api: Api, columns: dict[str, Any], slug: str, fact: str
) -> None:
    api.write(an_event, **columns)

    answer = api.post(PATH, ada())

    assert (answer.status_code, answer.json()["type"], fact in answer.json()) == (409, f"/problems/{slug}", True)
    assert api.read(count) == 0


def test_refusals_name_what_they_are_about_by_its_slug(api: Api) -> None:
    sessions = [ASession("klima", 0, offers_waiting=False), ASession("verkehr")]
    early, late = ASlot("frueh", sessions, required=True), ASlot("spaet", [ASession("bildung")])
    api.write(an_event, [APart(slots=[early, late])])

    full = api.post(PATH, ada(choices={"frueh": "klima"}))
    missing = api.post(PATH, ada())
    clash = api.post(PATH, ada(choices={"frueh": "verkehr", "spaet": "bildung"}))

    assert (full.json()["type"], full.json()["sessions"]) == ("/problems/full", ["klima"])
    assert (missing.json()["type"], missing.json()["slots"]) == ("/problems/choice-missing", ["frueh"])
    assert (clash.json()["type"], sorted(clash.json()["sessions"])) == ("/problems/clash", ["bildung", "verkehr"])


def test_problems_speak_the_readers_language(api: Api) -> None:
    api.write(an_event, [APart(places=0)])

    said = {
        language: api.post(PATH, ada(), headers={"accept-language": language})
        for language in ("de-AT, en;q=0.5", "en-GB", "fr")
    }

    assert [answer.headers["content-language"] for answer in said.values()] == ["de", "en", "de"]
    assert said["en-GB"].json()["title"] == "No free places"
    assert said["fr"].json()["title"] == said["de-AT, en;q=0.5"].json()["title"]


# once and not twice


def test_the_same_request_with_the_same_key_happens_once(api: Api) -> None:
    api.write(an_event, [APart(places=1)])
    first = api.post(PATH, ada(accept_waiting=True), key="k-1")
    api.post(PATH, ada(given_name="Bo", accept_waiting=True), key="k-2")

    again = api.post(PATH, ada(accept_waiting=True), key="k-1")
    waiting = api.post(PATH, ada(given_name="Bo", accept_waiting=True), key="k-2")

    assert (again.status_code, again.content) == (202, first.content)
    assert waiting.json()["outcome"] == "waiting"
    assert (api.read(count), api.read(count, letter)) == (2, 2)


def test_the_order_of_names_in_the_body_does_not_matter(api: Api) -> None:
    api.write(an_event)
    first = api.post(PATH, ada(), key="k")

    again = api.post(PATH, dict(reversed(ada().items())), key="k")

    assert (again.status_code, again.content) == (202, first.content)


def test_a_key_is_not_for_another_request(api: Api) -> None:
    api.write(an_event)
    api.post(PATH, ada(), key="k")

    other = api.post(PATH, ada(given_name="Bo"), key="k")

    assert (other.status_code, other.json()["type"]) == (409, "/problems/key-reused")
    assert api.read(count) == 1


def test_a_double_click_registers_once(api: Api) -> None:
    api.write(an_event)
    sent = ("POST", PATH, {"json": ada(), "headers": {"idempotency-key": "k"}})

    answers = api.all_at_once([sent] * 20)

    assert Counter((answer.status_code, answer.content) for answer in answers) == {
        (202, b'{"outcome":"held","confirm_by":"2026-11-25T17:00:00Z"}'): 20
    }
    assert (api.read(count), api.read(count, letter), api.read(count, audit)) == (1, 1, 1)


def test_a_key_is_remembered_after_a_restart(api: Api) -> None:
    api.write(an_event)
    first = api.post(PATH, ada(), key="k")
    after = Api(api.url, api.data_dir, now=NOW + timedelta(days=1))

    again = after.post(PATH, ada(), key="k")
    after.close()

    assert (again.status_code, again.content) == (202, first.content)


@pytest.mark.parametrize("key", ["", "k" * 256, "ä", "a\tb"])
def test_a_key_that_is_none_is_refused(sqlite_api: Api, key: str) -> None:
    sqlite_api.write(an_event)

    answer = sqlite_api.ask("POST", PATH, json=ada(), headers={"idempotency-key": key.encode("latin-1")})

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/Idempotency-Key")


# limits


def test_too_many_tries_with_one_address_are_put_off_for_known_and_unknown_alike(sqlite_api: Api) -> None:
    sqlite_api.write(an_event)
    sqlite_api.post(PATH, ada())
    for name in ("ada", "bo"):
        body = ada(email=f"{name}@lindenbrueck.example", given_name="Ada" if name == "ada" else "Bo")
        tries = [sqlite_api.post(PATH, body) for _ in range(TRIES_AN_HOUR + 1)]
        assert {answer.status_code for answer in tries[: TRIES_AN_HOUR - 1]} == {202}
        assert (tries[-1].status_code, tries[-1].json()["type"]) == (429, "/problems/too-often")
        assert tries[-1].headers["retry-after"] == "3600"

    sqlite_api.now = NOW + timedelta(hours=1)
    assert sqlite_api.post(PATH, ada(given_name="Cy")).status_code == 202


def test_at_most_ten_people_register_with_one_address(sqlite_api: Api) -> None:
    sqlite_api.write(an_event)
    for number in range(10):
        assert sqlite_api.post(PATH, ada(given_name=f"Kind {number}")).status_code == 202

    eleventh = sqlite_api.post(PATH, ada(given_name="Kind elf"))

    assert (eleventh.status_code, eleventh.json()["limit"]) == (409, 10)


def test_of_a_postcode_three_digits_are_kept_and_nothing_else_is_one(sqlite_api: Api) -> None:
    sqlite_api.write(a_question, sqlite_api.write(an_event), "ort", "postcode")
    typed = ("506", " 00123 ", "50", "abc", "\u0661\u0662\u0663")

    said = [sqlite_api.post(PATH, ada(email=f"ada{n}@x.example", answers={"ort": one})) for n, one in enumerate(typed)]

    assert [each.status_code for each in said] == [202, 202, 422, 422, 422]
    assert [each.json()["errors"][0]["pointer"] for each in said[2:]] == ["/answers/ort"] * 3
    kept = sqlite_api.read(lambda connection: connection.execute(select(answer.c.value)).scalars().all())
    assert sorted(kept) == ["001", "506"]
