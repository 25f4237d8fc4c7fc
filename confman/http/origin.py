"""Whether a change was asked for by our own page: other sites' forms must not act in a reader's name."""

from typing import Any
from urllib.parse import urlsplit

from litestar import Request

from confman.domain.errors import NotAllowed


def check_origin(request: Request[Any, Any, Any], base_url: str) -> None:
    """Raises `NotAllowed` for what a browser says comes from elsewhere; programs that say nothing may ask."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site not in {"same-origin", "none"}:
            raise NotAllowed
        return
    origin = request.headers.get("origin")
    if origin is not None and origin != _origin_of(base_url):
        raise NotAllowed


def _origin_of(base_url: str) -> str:
    parts = urlsplit(base_url)
    return f"{parts.scheme}://{parts.netloc}"
