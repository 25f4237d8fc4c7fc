"""What is to come and what was: the index and the archive, each with filters in its address."""

from dataclasses import asdict
from functools import partial
from typing import Any

from litestar import Response
from litestar.di import NamedDependency

from confman.http.cached import Ask, cached
from confman.http.conditional import conditional
from confman.http.forms import Filled, Sent
from confman.http.node import Node
from confman.http.pages import AnyRequest, Reader, Rendered, rendered
from confman.http.routing import readable
from confman.usecases import listing
from confman.usecases.listing import LONGEST_QUERY, Filter
from confman.usecases.shelf import Shown, look
from confman.web.events import webcal

ON_A_PAGE = 100
_FIELDS = {"series": "series", "project": "project", "kind": "kind", "city": "city", "search": "text"}
"""Names in the address, and what each is of the filter."""
_LONGEST_NUMBER = 6


@readable("/")
async def index(request: AnyRequest, node: NamedDependency[Node]) -> Response[bytes]:
    """What is to come by its day; what has none yet comes last."""
    wanted, reader = _filter(request), Reader.shared(request)

    def write(shown: Shown) -> Rendered:
        coming = listing.coming(shown.shelf.visible(shown.now), shown.now)
        made = listing.entries(reader.language, shown)
        return rendered(
            "events/index.html",
            reader,
            entries=[made(each) for each in coming if wanted.takes(each)],
            facets=listing.facets(coming, reader.language),
            base=node.settings.base_url,
            webcal=webcal(node.settings.base_url),
            **_asked(wanted),
        )

    return await _answer(request, node, Ask(("index", reader), partial(look, node.shelves), write), wanted)


@readable("/archive")
async def archive(request: AnyRequest, node: NamedDependency[Node]) -> Response[bytes]:
    """What is over, the latest first, by years."""
    wanted, reader, asked_for = _filter(request), Reader.shared(request), _number(request)

    def write(shown: Shown) -> Rendered:
        past = listing.past(shown.shelf.visible(shown.now), shown.now)
        found = [each for each in past if wanted.takes(each)]
        pages = max(1, -(-len(found) // ON_A_PAGE))
        number = min(asked_for, pages)
        on_page = found[(number - 1) * ON_A_PAGE : number * ON_A_PAGE]
        return rendered(
            "events/archive.html",
            reader,
            years=listing.by_year(on_page, listing.entries(reader.language, shown)),
            count=len(found),
            number=number,
            pages=pages,
            facets=listing.facets(past, reader.language),
            **_asked(wanted),
        )

    ask = Ask(("archive", reader), partial(look, node.shelves), write)
    return await _answer(request, node, ask, wanted, is_first=asked_for == 1)


async def _answer(
    request: AnyRequest, node: Node, ask: Ask, wanted: Filter, *, is_first: bool = True
) -> Response[bytes]:
    """Kept where nothing is asked for; else written anew, and sent only where the reader has another one."""
    if wanted.is_empty() and is_first:
        return await cached(request, node.pages, ask)
    seen = await node.work.read(ask.look, node.clock(), None)
    written = ask.write(seen.facts)
    headers = {"Content-Language": written.language, "Vary": "Accept-Language"}
    return conditional(request, written.body, "text/html", headers=headers)


def _filter(request: AnyRequest) -> Filter:
    """The first of each name; what is too long for any value finds nothing."""
    asked = {field: request.query_params.getall(name, [""])[0].strip() for name, field in _FIELDS.items()}
    return Filter(**{field: text[: LONGEST_QUERY + 1] for field, text in asked.items()})


def _asked(wanted: Filter) -> dict[str, Any]:
    """The filter as the form shows it again, and as addresses carry it on."""
    fields = {name: asdict(wanted)[field] for name, field in _FIELDS.items()}
    query = {name: text for name, text in fields.items() if text}
    return {"form": Filled(Sent({name: (text,) for name, text in query.items()})), "query": query}


def _number(request: AnyRequest) -> int:
    asked = request.query_params.getall("page", ["1"])[0]
    is_number = asked.isascii() and asked.isdigit() and len(asked) <= _LONGEST_NUMBER
    return max(1, int(asked)) if is_number else 1
