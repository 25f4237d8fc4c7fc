"""The language of an answer."""

from typing import Any

from litestar import Request

from confman.kernel.i18n import choose


def language_of(request: Request[Any, Any, Any], default: str = "de") -> str:
    """`?lang=` wins, else what the browser likes best, else `default`."""
    asked = request.query_params.get("lang")
    return choose(asked, request.headers.get("accept-language"), default)
