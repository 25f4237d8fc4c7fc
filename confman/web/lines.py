"""The pages of a series and of a project."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath

from confman.http.cached import Ask, cached
from confman.http.node import Node
from confman.http.pages import AnyRequest, Reader, Rendered, rendered
from confman.http.routing import readable
from confman.kernel.i18n import N_
from confman.usecases import listing
from confman.usecases.documents import offered
from confman.usecases.events import Row
from confman.usecases.lines import LinePage, look_at_project, look_at_series
from confman.usecases.programme import Said, said
from confman.web.events import paragraphs, webcal

ROLES: Mapping[str, str] = {
    "lead": N_("Led by"),
    "organiser": N_("Held by"),
    "partner": N_("Partners"),
    "funder": N_("Funded by"),
    "supporter": N_("Supported by"),
}
"""What bodies are, in the order in which pages name them."""


@readable("/series/{slug:str}")
async def series_page(request: AnyRequest, slug: FromPath[str], node: NamedDependency[Node]) -> Response[bytes]:
    reader = Reader.shared(request)

    def write(page: LinePage) -> Rendered:
        made, row = listing.entries(reader.language, page.shown), page.row
        return rendered(
            "events/series.html",
            reader,
            **_about(page, reader.language),
            entries=[(each.row["number"], made(each)) for each in page.listed],
            item_label=said(row["item_label"], reader.language)[0],
            project=(row["project_slug"], said(row["project_titles"], reader.language)),
            base=node.settings.base_url,
            webcal=webcal(node.settings.base_url),
        )

    look = partial(look_at_series, node.shelves, slug)
    return await cached(request, node.pages, Ask(("series", slug, reader), look, write))


@readable("/projects/{slug:str}")
async def project_page(request: AnyRequest, slug: FromPath[str], node: NamedDependency[Node]) -> Response[bytes]:
    reader = Reader.shared(request)

    def write(page: LinePage) -> Rendered:
        language, row, now = reader.language, page.row, page.shown.now
        made = listing.entries(language, page.shown)
        own = [each for each in page.listed if each.row["kind"] != "appearance"]
        elsewhere = [each for each in page.listed if each.row["kind"] == "appearance"]
        return rendered(
            "events/project.html",
            reader,
            **_about(page, language),
            subtitle=said(row["subtitles"], language),
            aims=paragraphs(said(row["aims"], language)),
            topics=[_topic(each, language) for each in page.topics],
            coming=[made(each) for each in listing.coming(own, now)],
            years=listing.by_year(listing.past(own, now), made),
            elsewhere=[made(each) for each in (*listing.coming(elsewhere, now), *listing.past(elsewhere, now))],
            series=[(each["slug"], said(each["titles"], language)) for each in page.series],
            roles=by_role(page.bodies),
            **_funding(row, language),
            contact=_contact(row),
            base=node.settings.base_url,
            webcal=webcal(node.settings.base_url),
        )

    look = partial(look_at_project, node.shelves, slug)
    return await cached(request, node.pages, Ask(("project", slug, reader), look, write))


def by_role(bodies: Iterable[Row]) -> list[tuple[str, list[Row]]]:
    """Bodies under the words for their roles, which are still to be said in a language."""
    several = list(bodies)
    grouped = ((says, [body for body in several if body["role"] == role]) for role, says in ROLES.items())
    return [(says, found) for says, found in grouped if found]


def _about(page: LinePage, language: str) -> dict[str, Any]:
    row = page.row
    title: Said = said(row["titles"], language, row["slug"])
    return {
        "row": row,
        "title": title,
        "about": paragraphs(said(row["texts"], language)),
        "documents": offered(page.documents, language, page.shown.now),
    }


def _topic(row: Row, language: str) -> tuple[Said, list[Said]]:
    return said(row["titles"], language, row["slug"]), paragraphs(said(row["texts"], language))


def _funding(row: Row, language: str) -> dict[str, Any]:
    """The code where the wording does not name it."""
    wording, code = said(row["funder_wording"], language), row["funding_code"]
    return {"funder": paragraphs(wording), "funding_code": None if code and code in wording[0] else code}


def _contact(row: Row) -> dict[str, str | None]:
    """The project's own, else that of its host."""
    own = {name: row[f"contact_{name}"] for name in ("name", "email", "phone")}
    return (
        own if any(own.values()) else {"name": row["host_name"], "email": row["host_email"], "phone": row["host_phone"]}
    )
