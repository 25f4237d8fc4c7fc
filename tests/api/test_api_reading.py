"""By an organiser's program: lists and single registrations."""

from sqlalchemy import select

from confman.store.registrations import answer_sensitive
from confman.usecases.tokens import READ
from tests.api_node import BASE_URL, Api
from tests.builders import APart, a_consent, a_question, an_event
from tests.by_hand import EVENT, FORUMS, PATH, added, places


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
