from typing import Any

import pytest
from litestar import Litestar, Request, Response
from litestar.testing import TestClient

from confman.http.conditional import conditional
from confman.http.routing import readable


def client(body: bytes = b"BEGIN", **options: Any) -> TestClient[Litestar]:
    @readable("/", sync_to_thread=False)
    def handler(request: Request[Any, Any, Any]) -> Response[bytes]:
        return conditional(request, body, "text/calendar", **options)

    return TestClient(Litestar([handler], openapi_config=None))


def test_the_tag_is_a_strong_one_of_the_content() -> None:
    one, same, other = (client(body).get("/").headers["etag"] for body in (b"a", b"a", b"b"))

    assert (one == same, one == other) == (True, False)
    assert (one[0], one[-1], len(one)) == ('"', '"', 34)


@pytest.mark.parametrize("known", ['"v1"', 'W/"v1"', '"x", W/"v1"', ' "v1" ,"y"', "*"])
def test_who_has_it_is_not_sent_it_again(known: str) -> None:
    answer = client(version="v1", max_age=60).get("/", headers={"if-none-match": known})

    assert (answer.status_code, answer.content) == (304, b"")
    assert (answer.headers["etag"], answer.headers["cache-control"]) == ('"v1"', "public, max-age=60")


@pytest.mark.parametrize("known", ["", "v1", '"v2"', '"V1"', 'w/"v1"', '"v1', "**"])
def test_who_has_something_else_is_sent_all(known: str) -> None:
    answer = client(version="v1").get("/", headers={"if-none-match": known})

    assert (answer.status_code, answer.content) == (200, b"BEGIN")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"


def test_several_headers_are_read_as_one() -> None:
    answer = client(version="v1").get("/", headers=[("if-none-match", '"a"'), ("if-none-match", '"v1"')])

    assert answer.status_code == 304


def test_head_says_what_get_would() -> None:
    one = client(version="v1")

    assert dict(one.head("/").headers) == dict(one.get("/").headers)


def test_the_caller_may_say_otherwise() -> None:
    answer = client(headers={"Cache-Control": "private, no-cache", "Vary": "Authorization"}).get("/")

    assert (answer.headers["cache-control"], answer.headers["vary"]) == ("private, no-cache", "Authorization")
