"""A database that is away is 503, with a word on when to come back; what needs none goes on."""

from pathlib import Path

import pytest

from tests.api_node import Api

AWAY = "postgresql://postgres:@127.0.0.1:1/none"
BODY = {"family_name": "Beispiel", "email": "ada@lindenbrueck.example"}


@pytest.fixture
def lonely(tmp_path: Path) -> Api:
    return Api(AWAY, tmp_path)


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "events"), ("GET", "events/a"), ("POST", "events/a/registrations")]
)
def test_without_its_database_the_node_says_when_to_come_back(lonely: Api, method: str, path: str) -> None:
    answer = lonely.loop.run(lonely.client.request(method, f"/api/v1/{path}", json=BODY))
    description = lonely.get("/api/openapi.json")
    lonely.close()

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
    assert (answer.json()["type"], answer.headers["cache-control"]) == ("/problems/interrupted", "no-store")
    assert description.status_code == 200
