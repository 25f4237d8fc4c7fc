"""How many statements an answer costs: the same however many registrations and events there are."""

from datetime import timedelta
from typing import Any

import pytest

from tests.api_node import Api
from tests.builders import APart, ASession, ASlot, a_question, a_registration, an_event

EVENT = "abschlusskonferenz"
PATH = f"events/{EVENT}/registrations"
TOKEN, VERSION, BEGIN_PAGE = 1, 1, 1
DETAIL = 4  # the registration, its places, answers, consents


@pytest.fixture
def busy(api: Api) -> Api:
    """An event with one person, its view known to the node, and a token."""
    made = api.write(an_event, [APart(places=500, slots=[ASlot("foren", [ASession("klima", 1), ASession("frei")])])])
    api.write(a_question, made, "ort")
    return api.signed_in(made)


def add(api: Api, number: int) -> str:
    body = {
        "given_name": f"Ada {number}",
        "family_name": "Beispiel",
        "answers": {"ort": "Köln"},
        "accept_waiting": True,
    }
    answer = api.post(PATH, body | {"choices": {"foren": {"session": "klima", "until_then": "frei"}}})
    code: str = answer.json()["code"]
    return code


def statements(api: Api, method: str, path: str, **rest: Any) -> int:
    """Without asking anew whether the node's view of the event is current, which happens ten times a second."""
    api.get(f"events/{EVENT}")
    with api.counted() as sent:
        answer = api.ask(method, path, **rest)
    assert answer.status_code < 400, answer.text
    return len(essential(sent))


def essential(sent: list[str]) -> list[str]:
    return [statement for statement in sent if not ("event.revision" in statement and "programme_version" in statement)]


@pytest.mark.parametrize("people", [1, 40])
def test_reading_costs_a_fixed_number_of_statements(busy: Api, people: int) -> None:
    codes = [add(busy, number) for number in range(people)]
    api = busy

    counts = {
        "events": statements(api, "GET", "events"),
        "event": statements(api, "GET", f"events/{EVENT}"),
        "availability": statements(api, "GET", f"events/{EVENT}/availability"),
        "list": statements(api, "GET", f"{PATH}?limit=50"),
        "detail": statements(api, "GET", f"{PATH}/{codes[-1]}"),
    }
    api.token = None
    public = {name: statements(api, "GET", path) for name, path in (("events", "events"), ("event", f"events/{EVENT}"))}

    assert counts == {
        "events": TOKEN + 1,
        "event": TOKEN,
        "availability": TOKEN + 1,
        "list": TOKEN + 3,  # registrations, their places, their answers
        "detail": TOKEN + DETAIL,
    }
    assert public == {"events": 1, "event": 0}


def test_a_page_in_the_middle_costs_one_statement_more(busy: Api) -> None:
    for number in range(5):
        add(busy, number)
    second = busy.get(f"{PATH}?limit=2").links["next"]["url"].removeprefix("https://events.example.org")

    assert statements(busy, "GET", second) == TOKEN + BEGIN_PAGE + 3


def test_writing_costs_the_same_however_many_there_are(busy: Api) -> None:
    def costs() -> dict[str, int]:
        codes = [add(busy, number) for number in range(12)]
        return {
            "renamed": statements(busy, "PATCH", f"{PATH}/{codes[-1]}", json={"given_name": f"Bea {codes[-1]}"}),
            "moved": statements(busy, "PATCH", f"{PATH}/{codes[-2]}", json={"choices": {"foren": "frei"}}),
            "cancelled": statements(busy, "DELETE", f"{PATH}/{codes[-3]}"),
        }

    first = costs()
    busy.now += timedelta(hours=1)

    assert [costs(), costs()] == [first, first]


def test_a_public_answer_costs_what_the_clerk_needs_and_nothing_more(api: Api) -> None:
    made = api.write(an_event)
    for name in ("Eins", "Zwei"):  # the clerk learns the event's rules
        api.loop.run(api.node.clerk.ask(made.id, a_registration(made, name)))

    with api.counted() as by_clerk:
        api.loop.run(api.node.clerk.ask(made.id, a_registration(made, "Drei")))
    api.get(f"events/{EVENT}")
    with api.counted() as by_post:
        api.post(PATH, {"given_name": "Anna", "family_name": "Vier", "email": "vier@lindenbrueck.example"})

    assert essential(by_post) == by_clerk
