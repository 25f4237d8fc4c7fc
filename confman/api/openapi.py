"""The OpenAPI 3.1 document, made from the table of operations and the types that are read and written."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from typing import Any

import msgspec

from confman.api import schemas
from confman.api.operations import OPERATIONS, Operation
from confman.domain import errors
from confman.http.problems import MEDIA_TYPE, STATUS

VERSION = "3.1.0"
_PLACE = "#/components/schemas/{name}"
_HEADERS: Mapping[int, Mapping[str, str]] = {
    201: {"Location": "The registration's address."},
    200: {"ETag": "Names what is sent, for If-None-Match and If-Match."},
}


@cache
def document(base_url: str) -> bytes:
    """The same bytes each time."""
    refs, components = _components()
    paths: dict[str, dict[str, Any]] = defaultdict(dict)
    for operation in OPERATIONS:
        paths[operation.path][operation.method] = _operation(operation, refs)
    return msgspec.json.encode(
        {
            "openapi": VERSION,
            "info": {
                "title": "confman",
                "version": "1",
                "summary": "Event registration and conference management",
                "description": "Nothing under /api/v1 is removed or changes its meaning; more may be added.",
                "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
            },
            "servers": [{"url": base_url}],
            "paths": paths,
            "components": {
                "schemas": components,
                "securitySchemes": {
                    "token": {
                        "type": "http",
                        "scheme": "bearer",
                        "description": "Made with `confman token add`; good for one host, or one of its events.",
                    }
                },
            },
        }
    )


def _types() -> list[Any]:
    answered = [kind for operation in OPERATIONS for kind in operation.answers.values() if isinstance(kind, type)]
    taken = [kind for operation in OPERATIONS for kind in operation.takes]
    return list(dict.fromkeys([*answered, *taken, schemas.Problem]))


def _components() -> tuple[dict[Any, dict[str, Any]], dict[str, Any]]:
    kinds = _types()
    refs, components = msgspec.json.schema_components(kinds, ref_template=_PLACE)
    return dict(zip(kinds, refs, strict=True)), components


def _operation(operation: Operation, refs: Mapping[Any, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {"operationId": operation.name, "summary": operation.says}
    if operation.path.startswith("/api/v1/"):
        required: list[dict[str, list[str]]] = [{"token": [operation.scope] if operation.scope else []}]
        described["security"] = [{}, *required] if operation.is_public else required
    else:
        described["security"] = []
    if operation.parameters:
        described["parameters"] = [
            {
                "name": parameter.name,
                "in": parameter.where,
                "required": parameter.where == "path",
                "description": parameter.says,
                "schema": parameter.schema,
            }
            for parameter in operation.parameters
        ]
    if operation.takes:
        described["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": _one_of(operation, refs)}},
        }
    described["responses"] = {**_answers(operation, refs), **_problems(operation)}
    return described


def _one_of(operation: Operation, refs: Mapping[Any, Any]) -> Any:
    kinds = [refs[kind] for kind in operation.takes]
    return kinds[0] if len(kinds) == 1 else {"anyOf": kinds}


def _answers(operation: Operation, refs: Mapping[Any, Any]) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for status, kind in operation.answers.items():
        answer: dict[str, Any] = {"description": HTTPStatus(status).phrase}
        if isinstance(kind, str):
            answer["content"] = {kind: {}}
        elif kind is not None:
            answer["content"] = {"application/json": {"schema": refs[kind]}}
        if status in _HEADERS:
            names = _HEADERS[status]
            answer["headers"] = {
                name: {"description": says, "schema": {"type": "string"}} for name, says in names.items()
            }
        answers[str(status)] = answer
    return answers


def _problems(operation: Operation) -> dict[str, Any]:
    """By status: each named refusal, and what the standard's own status says by itself."""
    says: dict[int, list[str]] = defaultdict(list)
    always = (errors.Interrupted,) if operation.path.startswith("/api/v1/") else ()  # the database may go any time
    for refusal in dict.fromkeys((*operation.refusals, *always)):
        says[STATUS.get(refusal, 409)].append(f"`/problems/{refusal.slug}`: {refusal.says}")
    for status in operation.statuses:
        says[status].append(HTTPStatus(status).phrase)
    content = {MEDIA_TYPE: {"schema": {"$ref": _PLACE.format(name=schemas.Problem.__name__)}}}
    return {
        str(status): {"description": "  \n".join(said), "content": content} for status, said in sorted(says.items())
    }


def problem_types() -> list[type[errors.Refusal]]:
    """All refusals that some operation names, each once, by status and name."""
    named = {refusal for operation in OPERATIONS for refusal in operation.refusals}
    return sorted(named, key=lambda refusal: (STATUS.get(refusal, 409), refusal.slug))
