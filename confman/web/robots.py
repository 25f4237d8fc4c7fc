"""What robots ask for: where they may go, which pages there are, and whom to tell of a weakness."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from litestar import Response
from litestar.di import NamedDependency

from confman.http.conditional import conditional
from confman.http.node import Node
from confman.http.pages import AnyRequest
from confman.http.routing import readable
from confman.kernel.i18n import LANGUAGES
from confman.usecases import site
from confman.usecases.shelf import Shown, look

_FOR_A_DAY = {"Cache-Control": "public, max-age=86400"}
_VALID = timedelta(days=180)
_PAGES = ("/", "/archive", "/imprint", "/privacy", "/accessibility")
_MOST_ADDRESSES = 50_000  # what the standard allows in one file


@readable("/robots.txt", sync_to_thread=False)
def robots(node: NamedDependency[Node]) -> Response[bytes]:
    """Calendars stay open, because some that fetch them obey this. Personal pages say noindex, which must be read."""
    text = f"User-agent: *\nDisallow: /api/\n\nSitemap: {node.settings.base_url}/sitemap.xml\n"
    return Response(text.encode(), media_type="text/plain", headers=_FOR_A_DAY)


@readable("/.well-known/security.txt")
async def security(node: NamedDependency[Node]) -> Response[bytes]:
    """RFC 9116; it runs out half a year from today."""
    base_url, today = node.settings.base_url, node.clock().replace(hour=0, minute=0, second=0, microsecond=0)
    contacts = [f"mailto:{row['email']}" for row in await node.work.read(site.hosts) if row["email"]]
    lines = [f"Contact: {contact}" for contact in dict.fromkeys(contacts or [f"mailto:{node.settings.mail_from}"])]
    lines += [
        f"Expires: {today + _VALID:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(LANGUAGES)}",
        f"Canonical: {base_url}/.well-known/security.txt",
    ]
    return Response("\n".join([*lines, ""]).encode(), media_type="text/plain", headers=_FOR_A_DAY)


@readable("/sitemap.xml")
async def sitemap(request: AnyRequest, node: NamedDependency[Node]) -> Response[bytes]:
    """Every public page in each language."""
    seen = await node.work.read(partial(look, node.shelves), node.clock(), None)
    return conditional(request, _sitemap(node.settings.base_url, seen.facts).encode(), "application/xml")


def _sitemap(base_url: str, shown: Shown) -> str:
    addresses = [("", path) for path in _PAGES] + list(dict.fromkeys(_addresses(shown)))
    entries = "".join(_entry(base_url, path, day) for day, path in addresses[:_MOST_ADDRESSES])
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:xhtml="http://www.w3.org/1999/xhtml">\n{entries}</urlset>\n'
    )


def _addresses(shown: Shown) -> Iterator[tuple[str, str]]:
    """Series and projects of visible events, and these, the latest first: (day of the last change, path)."""
    visible: list[Any] = list(shown.shelf.visible(shown.now))
    for listed in visible:
        if listed.row["series_slug"]:
            yield "", f"/series/{listed.row['series_slug']}"
        yield from (("", f"/projects/{slug}") for slug in listed.projects)
    for listed in reversed(visible):
        changed_at: datetime = listed.row["changed_at"]
        yield changed_at.date().isoformat(), f"/events/{listed.row['slug']}"


def _entry(base_url: str, path: str, day: str) -> str:
    alternates = "".join(
        f'<xhtml:link rel="alternate" hreflang="{language}" href={quoteattr(f"{base_url}{path}?lang={language}")}/>'
        for language in LANGUAGES
    )
    changed = f"<lastmod>{day}</lastmod>" if day else ""
    return f"<url><loc>{escape(base_url + path)}</loc>{changed}{alternates}</url>\n"
