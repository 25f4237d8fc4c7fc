import re
from typing import Any

import pytest

from confman.api.openapi import problem_types
from confman.api.operations import OPERATIONS
from confman.domain.errors import Refusal
from confman.http.problems import STATUS, TITLES
from confman.kernel.i18n import sentences_in
from tests.api_node import BASE_URL, Api


def routes(api: Api) -> set[tuple[str, str]]:
    """Method and path, as OpenAPI writes them, of all that is served under /api; HEAD goes with GET."""
    return {
        (method.lower(), re.sub(r"\{(\w+):\w+\}", r"{\1}", route.path))
        for route in api.app.routes
        if route.path.startswith("/api")
        for method in getattr(route, "methods", ())
        if method not in {"HEAD", "OPTIONS"}
    }


def test_every_route_is_described_and_everything_described_is_a_route(sqlite_api: Api) -> None:
    assert {(operation.method, operation.path) for operation in OPERATIONS} == routes(sqlite_api)


def test_the_description_is_served_with_an_etag(sqlite_api: Api) -> None:
    answer = sqlite_api.get("/api/openapi.json")
    again = sqlite_api.get("/api/openapi.json", headers={"if-none-match": answer.headers["etag"]})

    assert answer.headers["content-type"] == "application/vnd.oai.openapi+json"
    assert (answer.json()["openapi"], answer.json()["servers"]) == ("3.1.0", [{"url": BASE_URL}])
    assert (again.status_code, again.content) == (304, b"")


def test_every_reference_in_the_description_leads_to_a_schema(sqlite_api: Api) -> None:
    description = sqlite_api.get("/api/openapi.json").json()

    used = {reference.rpartition("/")[2] for reference in references(description)}

    assert used == set(description["components"]["schemas"])


def references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [found for item in value.values() for found in references(item)]
    return [found for item in value for found in references(item)] if isinstance(value, list) else []


def test_every_parameter_of_a_path_is_described() -> None:
    described = {
        operation.name: {parameter.name for parameter in operation.parameters if parameter.where == "path"}
        for operation in OPERATIONS
    }

    assert described == {operation.name: set(re.findall(r"\{(\w+)\}", operation.path)) for operation in OPERATIONS}


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_page_names_every_operation_and_every_problem_without_any_script(sqlite_api: Api, language: str) -> None:
    answer = sqlite_api.get("/api/docs", params={"lang": language})

    say = sentences_in(language).say
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert re.findall(r'<li id="([^"]+)">', answer.text) == [
        *(operation.name for operation in OPERATIONS),
        *(f"problem-{refusal.slug}" for refusal in problem_types()),
    ]
    assert [
        operation.name for operation in OPERATIONS if say(operation.says) not in answer.text.replace("&#39;", "'")
    ] == []
    assert "<script" not in answer.text
    assert re.findall(r'(?:src|href)="(?:https?:)?//', answer.text) == []


def test_every_refusal_has_a_title() -> None:
    assert set(TITLES) == set(Refusal.__subclasses__())
    assert set(STATUS) <= set(TITLES)
