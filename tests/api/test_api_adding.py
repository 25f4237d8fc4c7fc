"""By an organiser's program: adding."""

from sqlalchemy import select

from confman.kernel.security import Link, Purpose
from confman.store.registrations import registration
from tests.api_node import BASE_URL, Api
from tests.builders import APart, a_limited_question, a_question, an_event
from tests.by_hand import EVENT, FORUMS, PATH, added, letters, places


def test_an_organiser_adds_somebody_by_name_alone(api: Api) -> None:
    made = api.write(an_event, FORUMS)
    api.write(a_question, made, "essen", required=True)
    api.signed_in(made)

    answer = api.post(PATH, {"family_name": "Beispiel", "choices": {"foren": "klima"}})

    told = answer.json()
    assert answer.status_code == 201
    assert (told["status"], places(told)) == ("held", {"conference": ("held", None), "klima": ("held", None)})
    assert told["links"]["self"] == answer.headers["location"] == f"{BASE_URL}/api/v1/{PATH}/{told['code']}"
    assert api.get(f"{PATH}/{told['code']}").json()["source"] == "hand"
    assert api.read(letters) == []


def test_what_is_added_by_hand_needs_no_confirmation_and_the_person_is_told(api: Api) -> None:
    api.signed_in(api.write(an_event))

    code = added(
        api, "Beispiel", email="ada@lindenbrueck.example", category="contributor", badge_name="Ada", no_photo=True
    )
    added(api, "Leise", email="leise@lindenbrueck.example", tells=False)

    told = api.get(f"{PATH}/{code}").json()
    assert (told["confirm_by"], told["confirmed_at"]) == (None, "2026-11-22T12:00:00Z")
    assert (told["category"], told["badge_name"], told["no_photo"], told["no_list"]) == (
        "contributor",
        "Ada",
        True,
        False,
    )
    assert api.read(letters) == [("registered", "ada@lindenbrueck.example")]


def test_the_link_in_the_answer_is_the_persons_own(api: Api) -> None:
    api.signed_in(api.write(an_event))

    manage = api.post(PATH, {"family_name": "Beispiel"}).json()["links"]["manage"]

    [key] = api.read(lambda connection: connection.execute(select(registration.c.id)).scalars().all())
    assert manage.startswith(f"{BASE_URL}/r/")
    assert api.node.secrets.read_link(Purpose.MANAGE, manage.rpartition("/")[2]) == Link(key, 0)


def test_only_who_is_let_beyond_capacity_gets_more_places_than_there_are(api: Api) -> None:
    api.signed_in(api.write(an_event, [APart(places=1)]))
    added(api, "Eins")

    refused = api.post(PATH, {"family_name": "Zwei"})
    waits = api.post(PATH, {"family_name": "Drei", "accept_waiting": True})
    beyond = api.post(PATH, {"family_name": "Vier", "beyond_capacity": True})

    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/full")
    assert (waits.json()["status"], places(waits.json())) == ("waiting", {"conference": ("waiting", 1)})
    assert (beyond.json()["status"], places(beyond.json())) == ("held", {"conference": ("held", None)})


def test_deadlines_bind_organisers_only_where_they_want(api: Api) -> None:
    made = api.write(an_event, closes_at=api.now)
    api.signed_in(made)

    bound = api.post(PATH, {"family_name": "Eins", "ignore_deadlines": False})

    assert (bound.status_code, bound.json()["type"]) == (409, "/problems/deadline-passed")
    assert added(api, "Zwei")


def test_an_organiser_learns_who_is_registered_already(api: Api) -> None:
    api.signed_in(api.write(an_event))
    code = added(api, "Beispiel", email="ada@lindenbrueck.example")

    again = api.post(PATH, {"given_name": "Ada", "family_name": "Beispiel", "email": "ADA@lindenbrueck.example"})

    assert (again.status_code, again.json()["type"], again.json()["code"]) == (409, "/problems/identity-taken", code)


def test_repeating_a_request_gives_its_first_answer_whatever_happened_since(api: Api) -> None:
    made = api.write(an_event, [APart(places=1)])
    api.signed_in(made)
    body = {"family_name": "Zwei", "accept_waiting": True}
    first = added(api, "Eins")
    waiting = api.post(PATH, body, key="k")
    api.delete(f"{PATH}/{first}")

    again = api.post(PATH, body, key="k")
    other = api.post(PATH, body | {"no_list": True}, key="k")

    assert (again.status_code, again.content) == (201, waiting.content)
    assert again.headers == waiting.headers
    assert api.get(f"{PATH}/{waiting.json()['code']}").json()["status"] == "held"
    assert (other.status_code, other.json()["type"]) == (409, "/problems/key-reused")


def test_the_keys_of_different_callers_are_different(api: Api) -> None:
    made = api.write(an_event)
    body = {"given_name": "Ada", "family_name": "Beispiel", "email": "ada@lindenbrueck.example"}
    public = api.post(PATH, body, key="k")
    one = api.signed_in(made).post(PATH, body | {"email": None}, key="k")
    two = api.signed_in(made).post(PATH, body | {"email": None}, key="k")

    assert [answer.status_code for answer in (public, one, two)] == [202, 201, 201]
    assert one.json()["code"] != two.json()["code"]


def test_double_clicks_of_programs_add_once(api: Api) -> None:
    api.signed_in(api.write(an_event, [APart(places=20)]))
    sent = ("POST", PATH, {"json": {"family_name": "Beispiel"}, "headers": {"idempotency-key": "k"}})

    answers = api.all_at_once([sent] * 12)

    assert {(answer.status_code, answer.content) for answer in answers} == {(201, answers[0].content)}
    assert len(api.get(PATH).json()["registrations"]) == 1


def test_all_faults_of_an_addition_are_named_at_once(sqlite_api: Api) -> None:
    sqlite_api.signed_in(sqlite_api.write(an_event))
    body = {
        "given_name": "a\nb",
        "email": "x",
        "badge_name": "b" * 101,
        "category": "king",
        "parts": ["conference", "x"],
    }

    answer = sqlite_api.post(PATH, body)

    assert sorted(error["pointer"] for error in answer.json()["errors"]) == [
        *("/badge_name", "/category", "/email", "/family_name", "/given_name", "/parts/1"),
    ]


def test_limited_answers_are_places_too(api: Api) -> None:
    made = api.write(an_event)
    api.write(a_limited_question, made, "fahrt", bus=1, bahn=5)
    api.signed_in(made)
    first = api.post(PATH, {"family_name": "Eins", "answers": {"fahrt": "bus"}}).json()

    full = api.post(PATH, {"family_name": "Zwei", "answers": {"fahrt": "bus"}})

    assert first["places"][1] == {"kind": "option", "slug": "bus", "within": "fahrt", "state": "held", "position": None}
    assert (full.status_code, full.json()["answers"]) == (409, ["fahrt"])
    [question] = api.get(f"events/{EVENT}").json()["questions"]
    assert [(option["value"], option["is_limited"]) for option in question["options"]] == [
        ("bus", True),
        ("bahn", True),
    ]
