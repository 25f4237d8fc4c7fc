"""What tokens open, and what stays closed to them."""

from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from confman.kernel.security import hash_of
from confman.store.hosts import token
from confman.store.registrations import registration
from confman.usecases import tokens
from confman.usecases.tokens import READ, WRITE, TokenRefused, TokenWish
from tests.api_node import BASE_URL, Api
from tests.builders import NOW, a_token, an_event, hand_over

OWN, FOREIGN = "eigene", "fremde"
NEEDS_READ = [("GET", "registrations"), ("GET", "registrations/{code}")]
NEEDS_WRITE = [("POST", "registrations"), ("PATCH", "registrations/{code}"), ("DELETE", "registrations/{code}")]
BODY = {"family_name": "Canary", "email": "canary@lindenbrueck.example"}


def ask(api: Api, method: str, address: str, slug: str = OWN, code: str = "2222-2222") -> Any:
    body = {"json": {}} if method == "PATCH" else {"json": BODY} if method == "POST" else {}
    return api.ask(method, f"events/{slug}/{address.format(code=code)}", **body)


def count(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(registration)).scalar_one()


@pytest.mark.parametrize("sent", ["", "x", "confman_", "confman_" + "A" * 43, "x" * 300, "ä", "a b", "\x7f"])
def test_a_token_that_is_none_opens_nothing_and_says_so(sqlite_api: Api, sent: str) -> None:
    sqlite_api.write(an_event, slug=OWN)
    header = {"authorization": f"Bearer {sent}".encode("latin-1")}

    answers = [
        sqlite_api.ask(method, f"events/{OWN}/{address}".format(code="x"), headers=header, json=BODY)
        for method, address in (*NEEDS_READ, *NEEDS_WRITE, ("GET", "availability"))
    ]

    assert {answer.status_code for answer in answers} == {401}
    assert {(answer.json()["type"], answer.headers["www-authenticate"]) for answer in answers} == {
        ("/problems/not-signed-in", "Bearer")
    }
    assert sqlite_api.read(count) == 0


def test_without_a_token_registrations_are_closed(sqlite_api: Api) -> None:
    sqlite_api.write(an_event, slug=OWN)

    answers = [ask(sqlite_api, method, address) for method, address in (*NEEDS_READ, *NEEDS_WRITE) if method != "POST"]
    basic = sqlite_api.get(f"events/{OWN}/registrations", headers={"authorization": "Basic YTpi"})
    twice = sqlite_api.client.build_request("GET", f"/api/v1/events/{OWN}/registrations")
    twice.headers = type(twice.headers)(
        [*twice.headers.raw, (b"authorization", b"Bearer a"), (b"authorization", b"Bearer b")]
    )

    assert {answer.status_code for answer in (*answers, basic)} == {401}
    assert sqlite_api.loop.run(sqlite_api.client.send(twice)).status_code == 401


def test_the_authorization_of_a_proxy_before_us_does_not_close_what_is_public(sqlite_api: Api) -> None:
    sqlite_api.write(an_event, slug=OWN)
    basic = {"authorization": "Basic YTpi"}

    assert sqlite_api.get(f"events/{OWN}", headers=basic).status_code == 200
    assert sqlite_api.post(f"events/{OWN}/registrations", BODY, headers=basic).status_code == 202


def test_a_revoked_token_is_dead_at_once(api: Api) -> None:
    made = api.write(an_event, slug=OWN)
    api.signed_in(made)
    before = api.get(f"events/{OWN}/registrations")

    [shown] = api.read(tokens.listed)
    api.write(tokens.revoke, shown.id, NOW)

    assert (before.status_code, api.get(f"events/{OWN}/registrations").status_code) == (200, 401)
    assert api.post(f"events/{OWN}/registrations", BODY).status_code == 401


@pytest.mark.parametrize("only_this", [False, True])
def test_what_belongs_to_others_looks_like_what_is_not_there(api: Api, *, only_this: bool) -> None:
    own, foreign = (api.write(an_event, slug=slug) for slug in (OWN, FOREIGN))
    api.signed_in(foreign)
    code = api.post(f"events/{FOREIGN}/registrations", BODY).json()["code"]
    api.signed_in(own, only_this=only_this)

    for method, address in (*NEEDS_READ, *NEEDS_WRITE):
        foreign_answer = ask(api, method, address, FOREIGN, code)
        missing = ask(api, method, address, "fehlende", code)
        assert (foreign_answer.status_code, missing.status_code) == (404, 404)
        assert (foreign_answer.content, foreign_answer.headers) == (missing.content, missing.headers)
    for method, address in (
        ("GET", "registrations/{code}"),
        ("PATCH", "registrations/{code}"),
        ("DELETE", "registrations/{code}"),
    ):
        of_another_event = ask(api, method, address, OWN, code)
        missing = ask(api, method, address, OWN, "2222-2222")
        assert (of_another_event.status_code, of_another_event.content) == (404, missing.content)
    lists = [
        api.get(f"events/{OWN}/registrations?{query}").text for query in ("", "q=canary", f"q={code}", "state=live")
    ]
    assert [text for text in lists if "anary" in text or code in text] == []
    assert api.read(count) == 1


def test_the_token_of_one_event_never_sees_another_of_its_host(api: Api) -> None:
    own, other = (api.write(an_event, slug=slug) for slug in (OWN, "andere"))
    api.write(hand_over, other, own)

    assert api.signed_in(own).get("events/andere/registrations").status_code == 200
    api.signed_in(own, only_this=True)
    seen, missing = (api.get(f"events/{slug}/registrations") for slug in ("andere", "fehlende"))
    assert (seen.status_code, seen.content, seen.headers) == (404, missing.content, missing.headers)
    assert api.post("events/andere/registrations", BODY).status_code == 404
    assert api.get(f"events/{OWN}/registrations").status_code == 200


@pytest.mark.parametrize(("scope", "closed"), [(READ, NEEDS_WRITE), (WRITE, NEEDS_READ)])
def test_a_token_does_only_what_it_was_made_for(api: Api, scope: str, closed: list[tuple[str, str]]) -> None:
    made = api.write(an_event, slug=OWN)
    code = api.signed_in(made).post(f"events/{OWN}/registrations", BODY).json()["code"]
    api.signed_in(made, scopes=[scope])

    refused = [ask(api, method, address, code=code) for method, address in closed]
    elsewhere = [ask(api, method, address, "fehlende") for method, address in closed]

    assert {(answer.status_code, answer.json()["type"]) for answer in (*refused, *elsewhere)} == {
        (403, "/problems/not-allowed")
    }


def test_the_order_of_checks_tells_strangers_nothing(sqlite_api: Api) -> None:
    """No faults are named to those who may not send it."""
    sqlite_api.write(an_event, slug=OWN)
    sqlite_api.token = "confman_unknown"

    answer = sqlite_api.post(f"events/{OWN}/registrations", {"nonsense": True})

    assert answer.status_code == 401


# the tokens themselves


def test_of_a_token_only_a_hash_is_kept(api: Api) -> None:
    made = api.write(an_event, slug=OWN)
    plain = api.write(a_token, made)

    row = api.read(lambda connection: connection.execute(select(token)).one())

    assert plain.startswith("confman_")
    assert row.hash == hash_of(plain)
    assert plain not in repr(tuple(row))


def test_tokens_are_listed_without_what_opens(api: Api) -> None:
    made = api.write(an_event, slug=OWN)
    plain = api.write(tokens.add, TokenWish(f"host-{OWN}", OWN, "Kasse", [READ]), NOW)

    [shown] = api.read(tokens.listed)

    assert (shown.host, shown.event, shown.name, shown.scopes) == (f"host-{OWN}", OWN, "Kasse", (READ,))
    assert (shown.created_at, shown.revoked_at, made.slug) == (NOW, None, OWN)
    assert (shown.id, plain in repr(shown)) == (hash_of(plain).hex()[:12], False)


@pytest.mark.parametrize(
    "wish",
    [TokenWish("keiner", None, "x"), TokenWish(f"host-{OWN}", FOREIGN, "x"), TokenWish(f"host-{OWN}", "keine", "x")],
)
def test_a_token_is_made_for_a_host_and_its_own_events_only(sqlite_api: Api, wish: TokenWish) -> None:
    for slug in (OWN, FOREIGN):
        sqlite_api.write(an_event, slug=slug)

    with pytest.raises(TokenRefused, match=r"there is no host|has no event"):
        sqlite_api.write(tokens.add, wish, NOW)

    assert sqlite_api.read(tokens.listed) == []


def test_revoking_needs_the_id_of_one_token_and_happens_once(sqlite_api: Api) -> None:
    made = sqlite_api.write(an_event, slug=OWN)
    for _ in range(40):
        sqlite_api.write(a_token, made)
    first = sqlite_api.read(tokens.listed)[0]
    initials = [shown.id[0] for shown in sqlite_api.read(tokens.listed)]
    shared = next(letter for letter in initials if initials.count(letter) > 1)

    for unclear in ("", "x", shared):
        with pytest.raises(TokenRefused):
            sqlite_api.write(tokens.revoke, unclear, NOW)
    sqlite_api.write(tokens.revoke, first.id.upper(), NOW)
    sqlite_api.write(tokens.revoke, first.id, NOW.replace(year=2030))

    revoked = [shown.revoked_at for shown in sqlite_api.read(tokens.listed) if shown.revoked_at]
    assert revoked == [NOW]


def test_the_link_of_a_page_is_made_from_our_address_not_from_the_callers(sqlite_api: Api) -> None:
    made = sqlite_api.write(an_event, slug=OWN)
    sqlite_api.signed_in(made)
    for name in ("Eins", "Zwei"):
        sqlite_api.post(f"events/{OWN}/registrations", {"family_name": name})
    evil = {"host": "evil.example", "x-forwarded-host": "evil.example", "x-forwarded-proto": "http"}

    listed = sqlite_api.get(f"events/{OWN}/registrations?limit=1", headers=evil)
    made_by_hand = sqlite_api.post(f"events/{OWN}/registrations", {"family_name": "Drei"}, headers=evil)

    assert listed.headers["link"].startswith(f"<{BASE_URL}/api/v1/")
    assert made_by_hand.headers["location"].startswith(f"{BASE_URL}/api/v1/")
    assert "evil" not in listed.text + str(listed.headers) + made_by_hand.text
