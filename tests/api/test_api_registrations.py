"""By an organiser's program: adding, reading, changing, cancelling."""

from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import Connection, select

from api_node import BASE_URL, Api
from builders import STARTS, APart, ASession, ASlot, a_consent, a_question, an_event
from confman.kernel.security import Link, Purpose
from confman.store.audit import audit
from confman.store.outbox import letter
from confman.store.registrations import answer_sensitive, registration
from confman.usecases.tokens import READ

EVENT = "abschlusskonferenz"
PATH = f"events/{EVENT}/registrations"
FORUMS = [APart(places=3, slots=[ASlot("foren", [ASession("klima", 1), ASession("verkehr", 5)])])]


def added(api: Api, family_name: str, **body: Any) -> str:
    """The code."""
    answer = api.post(PATH, {"given_name": "Ada", "family_name": family_name, **body})
    assert answer.status_code == 201, answer.text
    code: str = answer.json()["code"]
    return code


def places(told: dict[str, Any]) -> dict[str, tuple[str, int | None]]:
    return {place["slug"]: (place["state"], place["position"]) for place in told["places"]}


def letters(connection: Connection) -> list[tuple[str, str]]:
    found = connection.execute(select(letter.c.kind, letter.c.recipient).order_by(letter.c.id))
    return [(row.kind, row.recipient) for row in found]


def audited(connection: Connection) -> list[tuple[str, str]]:
    return [(row.verb, row.actor) for row in connection.execute(select(audit).order_by(audit.c.id))]


# adding


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


# reading


def test_registrations_are_listed_by_name_page_by_page(api: Api) -> None:
    made = api.write(an_event)
    api.signed_in(made)
    for name in ("Öztürk", "von der Aue", "Zander", "Oberberg", "Müller", "Mahler"):
        added(api, name)

    seen, address, pages = [], f"/api/v1/{PATH}?limit=2", 0
    while address:
        answer = api.get(address)
        seen += [found["family_name"] for found in answer.json()["registrations"]]
        address = answer.links.get("next", {}).get("url", "").removeprefix(BASE_URL)
        pages += 1

    assert (pages, seen) == (3, ["von der Aue", "Mahler", "Müller", "Oberberg", "Öztürk", "Zander"])


def test_nobody_is_left_out_while_others_come_and_go(api: Api) -> None:
    api.signed_in(api.write(an_event))
    codes = [added(api, name) for name in ("Berg", "Dahl", "Falk", "Hahn")]
    first = api.get(f"{PATH}?limit=2")

    api.delete(f"{PATH}/{codes[0]}")
    added(api, "Adler")
    second = api.get(first.links["next"]["url"].removeprefix(BASE_URL))

    assert [found["family_name"] for found in second.json()["registrations"]] == ["Falk", "Hahn"]


def test_registrations_are_found_by_words_and_codes_and_states(api: Api) -> None:
    api.signed_in(api.write(an_event, [APart(places=2)]))
    codes = {name: added(api, name, institution="Universität Köln") for name in ("Müller", "Meyer")}
    api.delete(f"{PATH}/{codes['Meyer']}")
    added(api, "Becker")
    added(api, "Schulz", accept_waiting=True)

    def found(**params: str) -> list[str]:
        return [shown["family_name"] for shown in api.get(PATH, params=params).json()["registrations"]]

    assert found(q="mue koel") == ["Müller"]
    assert found(q=codes["Meyer"].lower().replace("-", " ")) == ["Meyer"]
    assert found(q="100%") == []
    assert found(state="live") == ["Becker", "Müller", "Schulz"]
    assert found(state="ended", q="univ") == ["Meyer"]
    assert found(state="waiting") == ["Schulz"]
    assert found(state="unconfirmed") == []
    assert api.get(PATH, params={"state": "lost"}).status_code == 422


def test_a_page_begins_behind_somebody_of_this_event_only(api: Api) -> None:
    made, other = api.write(an_event), api.write(an_event, slug="andere")
    for event in (made, other):
        api.signed_in(event)
        for name in ("Eins", "Zwei"):
            api.post(f"events/{event.slug}/registrations", {"family_name": name})
    foreign = api.get("events/andere/registrations?limit=1").links["next"]["url"].rpartition("after=")[2]
    api.signed_in(made)

    for cursor in (foreign, "x", "W10", "WyIwMCJd", "W251bGxd", "%00"):
        answer = api.get(f"/api/v1/{PATH}?after={cursor}")
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/after")


def test_one_registration_is_told_with_positions_and_plain_answers(api: Api) -> None:
    made = api.write(an_event, FORUMS)
    api.write(a_question, made, "ort", position=1)
    api.write(a_question, made, "essen", "many", position=2, options=[{"value": "vegan", "labels": {"de": "vegan"}}])
    api.write(a_consent, made, "fotos")
    api.signed_in(made)
    added(api, "Eins", choices={"foren": "klima"})
    added(api, "Zwei", choices={"foren": {"session": "klima", "until_then": "verkehr"}})
    body = {"answers": {"ort": "Köln", "essen": ["vegan"]}, "consents": ["fotos"]}
    code = added(api, "Drei", choices={"foren": {"session": "klima", "until_then": "verkehr"}}, **body)

    told = api.get(f"{PATH}/{code.lower().replace('-', '')}")

    shown = told.json()
    assert places(shown) == {"conference": ("held", None), "klima": ("waiting", 2), "verkehr": ("held", None)}
    assert [place["within"] for place in shown["places"]] == [None, "foren", "foren"]
    assert (shown["code"], shown["status"], shown["answers"]) == (code, "waiting", {"ort": "Köln", "essen": ["vegan"]})
    assert shown["consents"] == [{"key": "fotos", "version": 1, "given_at": "2026-11-22T12:00:00Z"}]
    assert (told.headers["etag"], told.headers["cache-control"]) == ('"r1"', "no-store")


def test_sensitive_answers_are_told_to_no_program(api: Api) -> None:
    made = api.write(an_event)
    api.write(a_question, made, "bedarf", sensitive=True)
    needs = api.write(a_consent, made, "needs")
    api.signed_in(made)
    code = added(api, "Beispiel", answers={"bedarf": "canary"}, consents=["needs"])

    answers = [api.get(path).text for path in (PATH, f"{PATH}/{code}", f"{PATH}?q=canary", f"events/{EVENT}")]

    assert api.read(lambda connection: connection.execute(select(answer_sensitive.c.value)).scalars().all()) == [
        "canary"
    ]
    assert [text for text in answers if "canary" in text or needs.hex in text.replace("-", "")] == []
    assert [text for text in answers[:2] if "needs" in text or "bedarf" in text] == []


def test_who_may_only_read_gets_no_link_that_writes(api: Api) -> None:
    made = api.write(an_event)
    code = added(api.signed_in(made), "Beispiel")

    assert api.get(f"{PATH}/{code}").json()["links"]["manage"].startswith(f"{BASE_URL}/r/")
    api.signed_in(made, scopes=[READ])
    assert list(api.get(f"{PATH}/{code}").json()["links"]) == ["self"]
    assert "/r/" not in api.get(PATH).text


# changing


def change(api: Api, code: str, body: dict[str, Any], **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return api.patch(f"{PATH}/{code}", body, headers=named)


def test_details_are_changed_and_what_is_left_out_stays(api: Api) -> None:
    api.signed_in(api.write(an_event))
    code = added(api, "Muller", email="ada@lindenbrueck.example", institution="Stadt", title="Dr.")

    answer = change(api, code, {"family_name": "Öhler ", "institution": None, "no_list": True, "language": "en"})

    told = answer.json()
    assert (answer.status_code, answer.headers["etag"]) == (200, f'"r{told["revision"]}"')
    assert (told["title"], told["given_name"], told["family_name"], told["institution"]) == (
        "Dr.",
        "Ada",
        "Öhler",
        None,
    )
    assert (told["email"], told["no_list"], told["language"]) == ("ada@lindenbrueck.example", True, "en")
    assert [found["code"] for found in api.get(f"{PATH}?q=oehler").json()["registrations"]] == [code]
    assert api.get(f"{PATH}?q=muller").json()["registrations"] == []
    assert change(api, code, {}).headers["etag"] == answer.headers["etag"]


def test_a_new_name_and_address_are_known_again(api: Api) -> None:
    made = api.write(an_event)
    api.signed_in(made)
    code = added(api, "Beispiel", email="alt@lindenbrueck.example")
    added(api, "Andere", email="neu@lindenbrueck.example")
    new = {"given_name": "Ada", "family_name": "Neu", "email": "NEU@lindenbrueck.example"}

    assert change(api, code, {"family_name": "Neu", "email": "Neu@lindenbrueck.example"}).status_code == 200

    assert api.post(PATH, new).json()["code"] == code
    taken = change(api, code, {"family_name": "Andere"})
    assert (taken.status_code, taken.json()["type"]) == (409, "/problems/identity-taken")


def test_the_links_sent_to_an_address_die_when_it_is_replaced(api: Api) -> None:
    api.signed_in(api.write(an_event))
    code = added(api, "Beispiel", email="falsch@lindenbrueck.example")
    before = api.get(f"{PATH}/{code}").json()["links"]["manage"]

    renamed = change(api, code, {"given_name": "Bea"}).json()["links"]["manage"]
    moved = change(api, code, {"email": "richtig@lindenbrueck.example"}).json()["links"]["manage"]

    generations = [
        api.node.secrets.read_link(Purpose.MANAGE, link.rpartition("/")[2]) for link in (before, renamed, moved)
    ]
    assert [link.generation for link in generations if link] == [0, 0, 1]


def test_places_are_changed_together_with_details_or_not_at_all(api: Api) -> None:
    made = api.write(an_event, FORUMS)
    api.signed_in(made)
    added(api, "Eins", choices={"foren": "klima"})
    code = added(api, "Zwei", email="zwei@lindenbrueck.example", choices={"foren": "verkehr"})

    refused = change(api, code, {"given_name": "Neu", "choices": {"foren": "klima"}})
    kept = api.get(f"{PATH}/{code}").json()
    waits = change(api, code, {"given_name": "Neu", "choices": {"foren": "klima"}, "accept_waiting": True}).json()

    assert (refused.status_code, refused.json()["sessions"]) == (409, ["klima"])
    assert (kept["given_name"], places(kept)["verkehr"]) == ("Ada", ("held", None))
    assert (waits["given_name"], waits["status"]) == ("Neu", "waiting")
    assert places(waits) == {"conference": ("held", None), "klima": ("waiting", 1), "verkehr": ("held", None)}
    assert api.read(letters)[-1] == ("changed", "zwei@lindenbrueck.example")
    assert change(api, code, {"choices": {"foren": "klima"}, "beyond_capacity": True}).json()["status"] == "held"


def test_parts_are_added_and_dropped_but_the_last_is_not_dropped_by_accident(api: Api) -> None:
    morning, afternoon = APart("vormittag", 1, hours=3), APart("nachmittag", 1, starts_at=STARTS + timedelta(hours=4))
    made = api.write(an_event, [morning, afternoon])
    api.signed_in(made)
    code = added(api, "Eins", parts=["vormittag"])

    both = change(api, code, {"parts": ["vormittag", "nachmittag"]}).json()
    one = change(api, code, {"parts": ["nachmittag"]}).json()
    none = change(api, code, {"parts": []})
    unknown = change(api, code, {"parts": ["abend"], "choices": {"x": None}, "email": "x"})

    assert (list(places(both)), list(places(one))) == (["vormittag", "nachmittag"], ["nachmittag"])
    assert (none.status_code, [error["pointer"] for error in none.json()["errors"]]) == (422, ["/parts"])
    assert sorted(error["pointer"] for error in unknown.json()["errors"]) == ["/choices/x", "/email", "/parts/0"]


def test_a_change_of_what_was_changed_meanwhile_is_refused(api: Api) -> None:
    api.signed_in(api.write(an_event))
    code = added(api, "Beispiel")
    seen = api.get(f"{PATH}/{code}").headers["etag"]
    fresh = change(api, code, {"given_name": "Bea"}, if_match=seen).headers["etag"]

    late = change(api, code, {"given_name": "Cy"}, if_match=seen)
    cancelled = api.delete(f"{PATH}/{code}", headers={"if-match": seen})
    nonsense = change(api, code, {"given_name": "Cy"}, if_match='W/"r2", *, "x"')

    assert [answer.status_code for answer in (late, cancelled, nonsense)] == [412, 412, 412]
    assert late.json()["type"] == "/problems/outdated"
    assert change(api, code, {"given_name": "Di"}, if_match=f'"r99", {fresh}').json()["given_name"] == "Di"
    assert change(api, code, {"given_name": "Eva"}, if_match="*").json()["given_name"] == "Eva"


def test_of_many_who_change_what_they_have_read_one_succeeds(api: Api) -> None:
    api.signed_in(api.write(an_event))
    code = added(api, "Beispiel")
    etag = api.get(f"{PATH}/{code}").headers["etag"]
    address = f"{PATH}/{code}"

    asked = [("PATCH", address, {"json": {"given_name": f"Ada {n}"}, "headers": {"if-match": etag}}) for n in range(8)]
    statuses = sorted(answer.status_code for answer in api.all_at_once(asked))

    assert statuses == [200, *[412] * 7]


def test_changes_at_the_same_time_do_not_mix_names_and_keys(api: Api) -> None:
    api.signed_in(api.write(an_event))
    code = added(api, "Beispiel")
    address = f"{PATH}/{code}"

    changes = [{"given_name": "Zoe"}, {"family_name": "Quast"}]
    answers = api.all_at_once([("PATCH", address, {"json": body}) for body in changes])

    told = api.get(address).json()
    assert [answer.status_code for answer in answers] == [200, 200]
    assert (told["given_name"], told["family_name"]) == ("Zoe", "Quast")
    assert [found["code"] for found in api.get(f"{PATH}?q=zoe+quast").json()["registrations"]] == [code]


# cancelling


def test_cancelling_hands_the_place_on_and_once_more_is_no_error(api: Api) -> None:
    api.signed_in(api.write(an_event, [APart(places=1)]))
    code = added(api, "Eins", email="eins@lindenbrueck.example")
    waiting = added(api, "Zwei", accept_waiting=True)

    answers = [api.delete(f"{PATH}/{code}") for _ in range(2)]

    told = api.get(f"{PATH}/{code}").json()
    assert [(answer.status_code, answer.content) for answer in answers] == [(204, b"")] * 2
    assert (told["status"], told["ended_by"], told["places"]) == ("ended", "organiser", [])
    assert api.get(f"{PATH}/{waiting}").json()["status"] == "held"
    assert api.read(letters)[-1] == ("cancelled", "eins@lindenbrueck.example")


def test_cancelling_in_silence_sends_no_letter(api: Api) -> None:
    api.signed_in(api.write(an_event))
    code = added(api, "Eins", email="eins@lindenbrueck.example")

    assert api.delete(f"{PATH}/{code}?tells=maybe").status_code == 422
    assert api.delete(f"{PATH}/{code}?tells=false").status_code == 204

    assert api.read(letters) == [("registered", "eins@lindenbrueck.example")]


def test_what_has_ended_is_not_changed_any_more(api: Api) -> None:
    api.signed_in(api.write(an_event))
    code = added(api, "Eins")
    api.delete(f"{PATH}/{code}")

    answer = change(api, code, {"given_name": "Bea"})

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/ended")


def test_every_change_is_in_the_audit_once_with_the_token_that_made_it(api: Api) -> None:
    made = api.write(an_event, FORUMS)
    api.signed_in(made)
    actor = f"token {api.read(lambda connection: connection.execute(select(audit.c.subject)).scalar_one())}"
    code = added(api, "Eins")
    change(api, code, {"no_list": True})
    change(api, code, {"given_name": "Bea", "choices": {"foren": "klima"}})
    change(api, code, {})
    api.delete(f"{PATH}/{code}")
    api.delete(f"{PATH}/{code}")

    assert api.read(audited) == [
        ("token-added", "operator"),
        *(("register", actor), ("change", actor), ("change", actor), ("cancel", actor)),
    ]
