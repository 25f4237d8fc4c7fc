"""By an organiser's program: changing and cancelling."""

from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import select

from confman.kernel.security import Purpose
from confman.store.audit import audit
from tests.api_node import Api
from tests.builders import STARTS, APart, an_event
from tests.by_hand import FORUMS, PATH, added, audited, letters, places

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
