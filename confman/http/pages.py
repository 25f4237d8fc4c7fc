"""Pages: a template in the reader's language, and what every page is sent with. No cookie, no script."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, wraps
from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Request, Response

from confman.http.assets import assets
from confman.http.conditional import sent
from confman.http.language import language_of
from confman.kernel.i18n import N_, choose, sentences_in
from confman.kernel.templates import environment

AnyRequest = Request[Any, Any, Any]
PRIVATE: Mapping[str, str] = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}
"""What is sent with everything that is one person's own."""

_TOO_LARGE = 413
_HEADINGS = {
    413: N_("That was too much at once"),
    403: N_("This did not work from there"),
    404: N_("There is no such page"),
    405: N_("Please open the page once more"),
    409: N_("This was not possible"),
    500: N_("Something went wrong on our side"),
    503: N_("Not possible right now"),
}
_ONCE_MORE = N_(
    "Nothing was changed. Please open the page once more, with the link of our e-mail or from the list of events, and "
    "go on there."
)
_SENTENCES = {
    413: N_(
        "Nothing was recorded. With “Back” your browser shows again what you typed. Please send less at once; "
        "where you add registrations, at most 50 lines."
    ),
    403: _ONCE_MORE,
    404: N_(
        "There is nothing at this address, or nothing any more. If a link of ours led you here, please take the one of "
        "our latest e-mail, or look for the event in the list."
    ),
    405: _ONCE_MORE,
    500: N_("This is our mistake. It may have been recorded; sending the same again is safe."),
}
"""What people are told instead of what programs are."""


@dataclass(frozen=True, slots=True)
class Reader:
    """`asked`: the address names the language, so all links of the page carry it on.

    `entry`: what the address says to pass an event's code (see http/entry), which links to events carry on.
    `site`: what stands at the head of the page.
    """

    language: str
    asked: bool = False
    entry: str | None = None
    site: str = ""

    @classmethod
    def of(cls, request: AnyRequest, default: str = "de") -> "Reader":
        return cls.in_language(request, language_of(request, default))

    @classmethod
    def in_language(cls, request: AnyRequest, language: str) -> "Reader":
        """Where something else than the browser says the language."""
        return cls(language, "lang" in request.query_params, entry_in(request), request.app.state["site"])

    def speaking(self, language: str) -> "Reader":
        """The same reader, who asks for another language."""
        return replace(self, language=language, asked=True)

    @classmethod
    def shared(cls, request: AnyRequest, default: str = "de") -> "Reader":
        """Of a page that is kept for many (http/cached): whatever entry the address carries, no link of it does."""
        if request.scope["query_string"]:
            return replace(cls.of(request, default), entry=None)
        return _plain(choose(None, sent(request, "accept-language"), default), request.app.state["site"])

    def link(self, path: str, /, **query: Sequence[str]) -> str:
        """An address of ours without query, for this reader; `query` follows: texts, or several of one name."""
        if self.asked:
            query = {"lang": self.language, **query}
        if self.entry and path.startswith(("/events/", "/documents/")):
            query["entry"] = self.entry
        return f"{path}?{urlencode(query, doseq=True)}" if query else path


@lru_cache(maxsize=64)
def _plain(language: str, site: str) -> Reader:
    return Reader(language, site=site)


_ENTRY = re.compile(r"[\w-]{22}", re.ASCII)


def entry_in(request: AnyRequest) -> str | None:
    """What might be an entry; whether it is one is asked where it shall open something."""
    sent = request.query_params.get("entry", "")
    return sent if _ENTRY.fullmatch(sent) else None


@dataclass(frozen=True, slots=True)
class Rendered:
    language: str
    body: bytes


def rendered(template: str, reader: Reader, **values: Any) -> Rendered:
    """The template filled with `values`, `reader` and `static`, which knows the address of each asset."""
    filled = environment(reader.language).get_template(template)
    return Rendered(reader.language, filled.render(reader=reader, static=assets().address, **values).encode())


def page(
    template: str, reader: Reader, *, status: int = 200, headers: Mapping[str, str] | None = None, **values: Any
) -> Response[bytes]:
    """For one reader only; pages for many are kept: see http/cached."""
    written = rendered(template, reader, **values)
    sent = {
        "Content-Language": reader.language,
        "Vary": "Accept-Language",
        "Cache-Control": "no-cache",
        **(headers or {}),
    }
    return Response(written.body, status_code=status, media_type="text/html", headers=sent)


def wants_page(request: AnyRequest) -> bool:
    """Whether a browser asks for something to look at; programs ask below /api and for JSON."""
    path: str = request.scope["path"]
    return not f"{path}/".startswith("/api/") and "text/html" in request.headers.get("accept", "")


def as_pages(handler: Callable[[AnyRequest, Any], Response[bytes]]) -> Callable[[AnyRequest, Any], Response[bytes]]:
    """A handler of errors that answers programs with problem+json; people get the same as a page."""

    @wraps(handler)
    def answer(request: AnyRequest, error: Any) -> Response[bytes]:
        given = handler(request, error)
        if given.status_code == _TOO_LARGE:  # the rest of the body has not been read
            given.headers["Connection"] = "close"
        return _problem_page(request, given) if wants_page(request) else given

    return answer


def _problem_page(request: AnyRequest, given: Response[bytes]) -> Response[bytes]:
    """What happened and how to go on; nothing of the address or of what was sent is repeated."""
    status = given.status_code or 500
    problem: dict[str, str] = msgspec.json.decode(given.content, type=dict[str, Any])
    reader = Reader.of(request)
    speech = sentences_in(reader.language)
    heading = speech.say(_HEADINGS.get(status, _HEADINGS[409]))
    sentence = speech.say(_SENTENCES[status]) if status in _SENTENCES else problem.get("detail", "")
    kept = {
        name: value for name, value in given.headers.items() if name.lower() in {"allow", "retry-after", "connection"}
    }
    headers = {**PRIVATE, **kept}
    return page("problem.html", reader, status=status, headers=headers, heading=heading, sentence=sentence)
