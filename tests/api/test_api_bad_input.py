"""Whatever is sent is answered with a problem that names it, never with a fault of ours, on both databases."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, func, select

from confman.store.registrations import registration
from tests.api_node import Api
from tests.builders import APart, ASession, ASlot, a_consent, a_question, an_event

EVENT = "abschlusskonferenz"
PATH = f"events/{EVENT}/registrations"
GOOD = {"family_name": "Beispiel", "email": "ada@lindenbrueck.example"}
DEEP = 100_000


def count(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(registration)).scalar_one()


@pytest.fixture
def prepared(api: Api) -> Api:
    """An event with all kinds of questions."""
    slots = [ASlot("foren", [ASession("klima", 5), ASession("verkehr", 5)])]
    made = api.write(an_event, [APart("tag", slots=slots), APart("abend", hours=1)])
    options = [{"value": value, "labels": {"de": value}} for value in ("vegan", "alles")]
    api.write(a_question, made, "ort", "text", position=1)
    api.write(a_question, made, "wunsch", "long", position=2)
    api.write(a_question, made, "kommt", "yes_no", position=3, required=True)
    api.write(a_question, made, "essen", "one", position=4, options=options)
    api.write(a_question, made, "themen", "many", position=5, options=options)
    api.write(a_question, made, "bedarf", "text", position=6, sensitive=True)
    api.write(a_consent, made, "needs")
    return api


def raw(api: Api, content: Any, media_type: str = "application/json", method: str = "POST") -> Any:
    path = PATH if method == "POST" else f"{PATH}/2222-2222"
    return api.ask(method, path, content=content, headers={"content-type": media_type})


# bodies


def test_a_body_that_cannot_be_read_is_refused(api: Api) -> None:
    api.write(an_event)
    bodies = {
        "empty": b"",
        "cut off": b'{"family_name": "A',
        "no json": b"family_name=A",
        "bom": b"\xef\xbb\xbf{}",
        "bad utf-8": b'{"family_name": "\xff"}',
        "bad utf-8 in a name": b'{"\xff": 1}',
        "bad utf-8 in an unknown field": b'{"x": "\xff"}',
        "half a surrogate": b'{"family_name": "\\ud800"}',
        "half a surrogate in an unknown field": b'{"x": "\\udc00"}',
        "deep": b"[" * DEEP,
        "deep in a field": b'{"choices": ' + b'{"a": ' * 10_000,
        "deep in an unknown field": b'{"x": ' + b"[" * 60_000,
        "no number": b'{"family_name": NaN}',
        "infinite": b'{"accept_waiting": 1e999}',
        "two values": b"{} {}",
    }

    refused = {name: raw(api, body) for name, body in bodies.items()}

    big = {"deep"}  # more than 64 KiB
    assert {name: answer.status_code for name, answer in refused.items()} == {
        name: 413 if name in big else 400 for name in bodies
    }
    assert {answer.headers["content-type"] for answer in refused.values()} == {"application/problem+json"}
    assert api.read(count) == 0


def test_a_body_that_is_too_large_is_refused_also_in_pieces(sqlite_api: Api) -> None:
    sqlite_api.write(an_event)
    large = json.dumps(GOOD | {"institution": "x" * 65_536}).encode()

    async def pieces() -> Any:
        for start in range(0, len(large), 1000):
            yield large[start : start + 1000]

    whole = raw(sqlite_api, large)
    chunked = raw(sqlite_api, pieces())

    assert [answer.status_code for answer in (whole, chunked)] == [413, 413]
    assert whole.json()["detail"] == "Es wurden mehr als 64 KiB gesendet. Wir haben nichts gespeichert."


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/x-www-form-urlencoded", "", "multipart/form-data", "application/jsonx"]
)
def test_only_json_is_taken(sqlite_api: Api, media_type: str) -> None:
    made = sqlite_api.write(an_event)
    body = json.dumps(GOOD).encode()

    assert raw(sqlite_api, body, media_type).status_code == 415
    sqlite_api.signed_in(made)
    assert [raw(sqlite_api, body, media_type, method).status_code for method in ("POST", "PATCH")] == [415, 415]


def test_the_media_type_may_say_its_charset_in_any_case(sqlite_api: Api) -> None:
    sqlite_api.write(an_event)

    assert raw(sqlite_api, json.dumps(GOOD).encode(), "Application/JSON; charset=UTF-8").status_code == 202


def test_every_field_that_does_not_fit_is_named(prepared: Api) -> None:
    wrong = {
        "given_name": 1,
        "family_name": None,
        "email": ["a"],
        "title": {},
        "language": 2,
        "accept_waiting": "yes",
        "parts": ["tag", 3, None],
        "consents": "needs",
        "x/y~z": 1,
        "event_id": "1",
        "choices": {"foren": {"session": 1, "until_then": ["x"]}, "b": 3},
        "answers": {"ort": 1.5, "themen": ["vegan", 7]},
    }

    answer = prepared.post(PATH, wrong)

    assert answer.status_code == 422
    assert sorted(error["pointer"] for error in answer.json()["errors"]) == [
        *("/accept_waiting", "/answers/ort", "/answers/themen/1", "/choices/b"),
        *("/choices/foren/session", "/choices/foren/until_then", "/consents", "/email", "/event_id"),
        *("/family_name", "/given_name", "/language", "/parts/1", "/parts/2", "/title", "/x~1y~0z"),
    ]


def test_every_value_that_cannot_be_accepted_is_named(prepared: Api) -> None:
    wrong = {
        "given_name": "a\u202eb",
        "family_name": " ",
        "email": "ada",
        "title": "t" * 61,
        "institution": "i" * 201,
        "language": "fr",
        "parts": ["tag", "mitternacht"],
        "consents": ["fotos"],
        "choices": {"foren": {"session": "kunst", "until_then": "x", "y": "z"}, "fehlt": "klima", "a\x00": None},
        "answers": {
            "ort": "o" * 201,
            "wunsch": "a\x00",
            "essen": "fleisch",
            "themen": ["fisch"],
            "bedarf": "x",
            "x": "y",
        },
    }

    answer = prepared.post(PATH, wrong)

    assert sorted(error["pointer"] for error in answer.json()["errors"]) == [
        *("/answers/essen", "/answers/kommt", "/answers/ort", "/answers/themen", "/answers/wunsch", "/answers/x"),
        *(
            "/choices/a\x00",
            "/choices/fehlt",
            "/choices/foren/session",
            "/choices/foren/until_then",
            "/choices/foren/y",
        ),
        *("/consents", "/consents/0", "/email", "/family_name", "/given_name", "/institution", "/language"),
        *("/parts/1", "/title"),
    ]
    assert {error["detail"] for error in answer.json()["errors"] if "character" in error["detail"]} == set()
    assert prepared.read(count) == 0


def test_a_body_that_is_no_object_is_named_as_a_whole(sqlite_api: Api) -> None:
    sqlite_api.write(an_event)

    for body in (b"[]", b'"x"', b"1", b"null", b"true"):
        answer = raw(sqlite_api, body)
        assert (answer.status_code, [error["pointer"] for error in answer.json()["errors"]]) == (422, [""])


def test_thousands_of_faults_do_not_make_an_answer_of_megabytes(sqlite_api: Api) -> None:
    sqlite_api.write(an_event)

    wrong = sqlite_api.post(PATH, GOOD | {"parts": [0] * 20_000})
    unknown = sqlite_api.post(PATH, GOOD | {"parts": ["x"] * 12_000})

    assert [len(answer.json()["errors"]) for answer in (wrong, unknown)] == [100, 100]


@pytest.mark.parametrize(
    "address",
    [
        *("ada", "ada@", "@lindenbrueck.example", "ada@localhost", "ada@[127.0.0.1]", '"a b"@lindenbrueck.example'),
        *("a" * 65 + "@lindenbrueck.example", "a@" + "b" * 63 + ("." + "c" * 63) * 3 + ".example"),
        *("ada@lindenbrueck.example\nBcc: x@lindenbrueck.example", "ada@linden\x00brueck.example", "ada@a..example"),
    ],
)
def test_what_is_no_address_is_refused(sqlite_api: Api, address: str) -> None:
    sqlite_api.write(an_event)

    answer = sqlite_api.post(PATH, GOOD | {"email": address})

    assert (answer.status_code, [error["pointer"] for error in answer.json()["errors"]]) == (422, ["/email"])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("max@exämple.example", "max@xn--exmple-cua.example"),
        ("Max@Lindenbrueck.EXAMPLE", " max@lindenbrueck.example"),
    ],
)
def test_one_address_is_one_person_however_it_is_written(api: Api, one: str, other: str) -> None:
    api.write(an_event)

    answers = [api.post(PATH, GOOD | {"email": address}) for address in (one, other)]

    assert [answer.status_code for answer in answers] == [202, 202]
    assert api.read(count) == 1


# addresses, methods and headers


STRANGE = ("%00", "a%00b", "%ff", "%ed%a0%80", "%F0%9F%98%80", "..%2f..", "%2e%2e", "%0d%0aX:y", "a" * 5000, "'", "%25")


def test_strange_addresses_lead_nowhere(api: Api) -> None:
    made = api.write(an_event)
    body = {"json": GOOD}

    for token in (None, "its own"):
        if token:
            api.signed_in(made)
        for strange in STRANGE:
            answers = [
                api.get(f"/api/v1/events/{strange}"),
                api.get(f"/api/v1/events/{strange}/availability"),
                api.ask("POST", f"/api/v1/events/{strange}/registrations", **body),
            ]
            assert [answer.status_code for answer in answers] == [404, 404, 404], strange
            if token:
                own = f"/api/v1/{PATH}/{strange}"
                codes = [api.get(own), api.patch(own, {}), api.delete(own)]
                assert [answer.status_code for answer in codes] == [404, 404, 404], strange


def test_strange_queries_and_headers_are_no_fault_of_ours(api: Api) -> None:
    made = api.write(an_event)
    api.signed_in(made)
    api.post(PATH, {"family_name": "Beispiel"})
    names = ("q", "state", "after", "limit", "lang", "series", "project", "kind", "city", "from", "tells")

    for strange in (*STRANGE, "", "%20", "%E2%80%AE", "1e9", "%"):
        query = "&".join(f"{name}={strange}" for name in names)
        for path in (PATH, "events", f"events/{EVENT}", f"{PATH}/2222-2222"):
            assert api.get(f"/api/v1/{path}?{query}").status_code in {200, 404, 422}
    for name in ("accept-language", "if-none-match", "if-match", "idempotency-key", "accept", "cookie"):
        for value in (
            b"\xff",
            b'"',
            b"," * 500,
            b"*" * 900,
            b"de;q=x",
            b"'; --",
            b'"r\xb2"',
            b'"r' + b"9" * 500 + b'"',
        ):
            assert api.get(f"events/{EVENT}", headers={name: value}).status_code in {200, 304}
            assert api.ask("PATCH", f"{PATH}/2222-2222", json={}, headers={name: value}).status_code == 404


def test_other_methods_are_refused_and_say_which_are_taken(sqlite_api: Api) -> None:
    sqlite_api.write(an_event)
    taken = {
        "events": "GET, HEAD, OPTIONS",
        f"events/{EVENT}/availability": "GET, HEAD, OPTIONS",
        PATH: "GET, HEAD, OPTIONS, POST",
        f"{PATH}/2222-2222": "DELETE, GET, HEAD, OPTIONS, PATCH",
    }

    put = {path: sqlite_api.ask("PUT", path, json={}) for path in taken}
    options = {path: sqlite_api.ask("OPTIONS", path) for path in taken}

    assert {path: ", ".join(sorted(answer.headers["allow"].split(", "))) for path, answer in put.items()} == taken
    assert {(answer.status_code, answer.json()["title"]) for answer in put.values()} == {(405, "Method Not Allowed")}
    assert {path: (answer.status_code, answer.headers["allow"]) for path, answer in options.items()} == {
        path: (204, methods) for path, methods in taken.items()
    }


def test_what_there_is_not_is_a_problem_too(sqlite_api: Api) -> None:
    for path in ("/api", "/api/v1", "/api/v2/events", "/api/v1/events/a/b/c", "/API/v1/events"):
        answer = sqlite_api.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json"), path


# anything


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(
    [
        "tag",
        "abend",
        "foren",
        "klima",
        "verkehr",
        "de",
        "needs",
        "ort",
        "vegan",
        "ada@lindenbrueck.example",
        "Beispiel",
        "\x00",
    ]
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
FIELDS = (
    *("given_name", "family_name", "email", "title", "institution", "language", "parts", "choices", "answers"),
    *("consents", "accept_waiting", "category", "badge_name", "beyond_capacity", "ignore_deadlines", "no_list", "x"),
)
LIKELY = st.fixed_dictionaries(
    {"family_name": TEXTS, "email": st.just("ada@lindenbrueck.example") | TEXTS | st.none()},
    optional={
        "given_name": TEXTS,
        "parts": st.lists(st.sampled_from(["tag", "abend"]) | TEXTS, max_size=3),
        "choices": st.dictionaries(
            st.just("foren") | TEXTS,
            st.none() | TEXTS | st.dictionaries(st.sampled_from(["session", "until_then"]), TEXTS | st.none()),
            max_size=2,
        ),
        "answers": st.dictionaries(
            st.sampled_from(["ort", "wunsch", "kommt", "essen", "themen", "bedarf"]), VALUES, max_size=6
        ),
        "consents": st.lists(TEXTS, max_size=2),
        "accept_waiting": st.booleans(),
    },
)
BODIES = LIKELY | st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=6) | VALUES


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=BODIES, by_hand=st.booleans(), key=st.none() | st.sampled_from(["a", "b"]))
def test_no_body_is_a_fault_of_ours(prepared: Api, body: Any, *, by_hand: bool, key: str | None) -> None:
    """`Api.ask` refuses every 5xx."""
    if by_hand and prepared.token is None:
        prepared.token = prepared.write(token_of_the_event)
    sign = {"authorization": f"Bearer {prepared.token}"} if by_hand else {"authorization": ""}

    headers = {"content-type": "application/json", **sign, **({"idempotency-key": key} if key else {})}
    sent: dict[str, Any] = {"content": json.dumps(body).encode(), "headers": headers}

    answer = prepared.ask("POST", PATH, **sent)
    code = answer.json().get("code", "2222-2222")
    changed = prepared.ask("PATCH", f"{PATH}/{code}", **sent) if by_hand else None

    assert answer.status_code in ({201, 409, 422} if by_hand else {202, 409, 422, 429})
    assert changed is None or changed.status_code in {200, 404, 409, 422}


def token_of_the_event(connection: Connection) -> str:
    from confman.usecases import tokens
    from confman.usecases.tokens import TokenWish
    from tests.builders import NOW

    return tokens.add(connection, TokenWish(f"host-{EVENT}", None, "x"), NOW)
