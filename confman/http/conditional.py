"""Answers that need not be sent twice: strong ETags, If-None-Match, 304."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from litestar import Request, Response

_TAG_BYTES = 16
_NO_GZIP = re.compile(r"gzip\s*;\s*q=0(\.0*)?\s*(,|$)", re.IGNORECASE)


def conditional(
    request: Request[Any, Any, Any],
    body: bytes,
    media_type: str,
    *,
    version: str | None = None,
    max_age: int = 0,
    headers: Mapping[str, str] | None = None,
) -> Response[bytes]:
    """200 with `body`, or 304 where the reader has it already.

    `version`: visible ASCII that changes whenever `body` does, else a hash of it is taken. `max_age`: seconds for which
    anybody may keep it without asking; 0 = ask each time. `headers` override what is set here (Cache-Control, Vary …).
    """
    tag = f'"{version}"' if version is not None else etag_of(body)
    sent = {"ETag": tag, "Cache-Control": f"public, max-age={max_age}" if max_age else "no-cache", **(headers or {})}
    if knows(request, tag):
        return Response(b"", status_code=304, headers=sent, media_type=media_type)
    return Response(body, status_code=200, headers=sent, media_type=media_type)


def etag_of(body: bytes) -> str:
    return f'"{hashlib.blake2b(body, digest_size=_TAG_BYTES).hexdigest()}"'


def knows(request: Request[Any, Any, Any], tag: str) -> bool:
    """Whether If-None-Match names this tag; weak ones count, as RFC 9110 wants it here."""
    return any(known.removeprefix("W/") in {tag, "*"} for known in tags_in(request, "if-none-match"))


def tags_in(request: Request[Any, Any, Any], header: str) -> list[str]:
    """The tags a header lists, with their quotation marks. Ours hold no commas, so a comma always parts two."""
    return [tag.strip() for tag in sent(request, header).split(",") if tag.strip()]


def takes_gzip(request: Request[Any, Any, Any]) -> bool:
    accepted = sent(request, "accept-encoding")
    return "gzip" in accepted and not _NO_GZIP.search(accepted)


def sent(request: Request[Any, Any, Any], header: str) -> str:
    """All that was sent under that name (in small letters), with commas between; what is asked most costs least."""
    name = header.encode()
    return ",".join(value.decode("latin-1") for key, value in request.scope["headers"] if key == name)
