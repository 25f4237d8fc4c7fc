"""THE table of who may ask for what: each route and method of the service, and nothing else.

`app` refuses to start where a route is not in it, so that nobody can add one and forget to say whom it is for. Routes
below /manage are declared by `http/counter`, which looks their right up here and enforces it.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from confman.domain.roles import Right


class Open(StrEnum):
    """Routes that do not ask for a right of the team."""

    ANYBODY = "anybody"
    LINK = "link"  # whoever has the link: its token is checked before anything else
    TOKEN = "token"  # noqa: S105 - no secret: programs with an organiser's token
    SIGNED_IN = "signed in"  # any member, whatever their role


Access = Open | Right
_EVENT: Final = "/manage/events/{slug:str}"
_SHEET: Final = f"{_EVENT}/attendance/{{part:str}}/{{half_day:str}}"

_PERSON: Final = f"{_EVENT}/registrations/{{code:str}}"


def _reads(access: Access, *paths: str) -> dict[tuple[str, str], Access]:
    return {(path, method): access for path in paths for method in ("GET", "HEAD")}


def _writes(access: Access, *paths: str) -> dict[tuple[str, str], Access]:
    return {(path, "POST"): access for path in paths}


def _both(access: Access, *paths: str) -> dict[tuple[str, str], Access]:
    return _reads(access, *paths) | _writes(access, *paths)


POLICY: Final[Mapping[tuple[str, str], Access]] = {
    # visitors
    **_reads(Open.ANYBODY, "/", "/archive", "/series/{slug:str}", "/projects/{slug:str}", "/events/{slug:str}"),
    **_reads(Open.ANYBODY, "/documents/{key:str}/{name:str}", "/logos/{content_hash:str}"),
    **_both(Open.ANYBODY, "/events/{slug:str}/link", "/events/{slug:str}/entry", "/events/{slug:str}/registration"),
    **_reads(Open.ANYBODY, "/calendar.ics", "/events/{slug:str}/calendar.ics", "/hosts/{slug:str}/calendar.ics"),
    **_reads(Open.ANYBODY, "/projects/{slug:str}/calendar.ics", "/series/{slug:str}/calendar.ics"),
    **_reads(Open.ANYBODY, "/imprint", "/privacy", "/accessibility", "/robots.txt", "/.well-known/security.txt"),
    **_reads(Open.ANYBODY, "/sitemap.xml", "/favicon.ico", "/static/{name:str}"),
    **_reads(Open.ANYBODY, "/health/live", "/health/ready", "/metrics"),
    # attendees
    **_both(Open.LINK, "/events/{slug:str}/registration/received/{receipt:str}", "/address/{token:str}"),
    **_reads(Open.LINK, "/r/{manage:str}", "/r/{manage:str}/data.json", "/r/{manage:str}/badge.pdf"),
    **_reads(Open.LINK, "/my/{feed:str}/calendar.ics", "/T/{ticket:str}", "/t/{ticket:str}"),
    **_writes(Open.LINK, "/r/{manage:str}/confirmation", "/r/{manage:str}/cancellation", "/r/{manage:str}/return"),
    **_writes(Open.LINK, "/r/{manage:str}/choices", "/r/{manage:str}/details", "/r/{manage:str}/consents"),
    **_writes(Open.LINK, "/r/{manage:str}/calendar", "/r/{manage:str}/address", "/r/{manage:str}/erasure"),
    # programs
    **_reads(Open.ANYBODY, "/api/openapi.json", "/api/docs", "/api/v1/events", "/api/v1/events/{slug:str}"),
    **_reads(Open.ANYBODY, "/api/v1/events/{slug:str}/availability"),
    **_writes(Open.ANYBODY, "/api/v1/events/{slug:str}/registrations"),  # more of them with a token
    **_reads(Open.TOKEN, "/api/v1/events/{slug:str}/registrations"),
    **_reads(Open.TOKEN, "/api/v1/events/{slug:str}/registrations/{code:str}"),
    ("/api/v1/events/{slug:str}/registrations/{code:str}", "PATCH"): Open.TOKEN,
    ("/api/v1/events/{slug:str}/registrations/{code:str}", "DELETE"): Open.TOKEN,
    # the team
    **_both(Open.ANYBODY, "/manage/signin", "/manage/password"),
    **_writes(Open.ANYBODY, "/manage/signin/code"),
    **_both(Open.LINK, "/manage/password/{token:str}"),
    **_writes(Open.SIGNED_IN, "/manage/signout", "/manage/account/signouts"),
    **_reads(Open.SIGNED_IN, "/manage/account"),
    **_writes(Open.SIGNED_IN, "/manage/account/name", "/manage/account/password"),
    **_both(Open.SIGNED_IN, "/manage/account/second-factor"),
    **_writes(Open.SIGNED_IN, "/manage/account/second-factor/codes", "/manage/account/second-factor/removal"),
    **_reads(Open.SIGNED_IN, "/manage"),
    **_reads(Right.NUMBERS, _EVENT),
    **_both(Right.ACT, f"{_EVENT}/registrations/new"),
    **_reads(Right.PEOPLE, f"{_EVENT}/registrations", f"{_EVENT}/registrations/addresses", _PERSON),
    **_both(Right.ACT, f"{_PERSON}/details", f"{_PERSON}/places", f"{_PERSON}/cancellation", f"{_PERSON}/return"),
    **_writes(Right.ACT, f"{_PERSON}/confirmation", f"{_PERSON}/letters"),
    **_reads(Right.PEOPLE, f"{_EVENT}/speakers", f"{_EVENT}/speakers/{{speaker:str}}"),
    **_writes(Right.ACT, f"{_EVENT}/speakers", f"{_EVENT}/speakers/{{speaker:str}}"),
    **_writes(Right.ACT, f"{_EVENT}/bulk/move", f"{_EVENT}/bulk/cancel", f"{_EVENT}/bulk/letter"),
    **_reads(Right.PEOPLE, f"{_EVENT}/bulk/{{action:str}}"),
    **_writes(Right.ACT, f"{_EVENT}/bulk/{{action:str}}/undo", f"{_EVENT}/letters/retries"),
    **_reads(Right.PEOPLE, f"{_EVENT}/letters", f"{_EVENT}/letters/{{letter:str}}"),
    **_both(Right.NEEDS, f"{_EVENT}/needs"),
    **_reads(Right.PEOPLE, f"{_EVENT}/kitchen"),
    **_reads(Right.PEOPLE, f"{_EVENT}/registrations.csv", f"{_EVENT}/registrations.xlsx", f"{_EVENT}/badges.pdf"),
    **_both(Right.PEOPLE, f"{_EVENT}/downloads"),
    **_reads(Right.PEOPLE, f"{_EVENT}/downloads/badges", f"{_EVENT}/downloads/{{key:str}}"),
    **_reads(Right.PEOPLE, f"{_EVENT}/downloads/{{key:str}}/file"),
    **_writes(Right.PEOPLE, f"{_EVENT}/downloads/{{key:str}}/removal"),
    **_reads(Right.ATTENDANCE, f"{_EVENT}/attendance", _SHEET),
    **_writes(Right.ATTENDANCE, f"{_SHEET}/beginning", f"{_SHEET}/entries", f"{_SHEET}/undo"),
    **_writes(Right.ATTENDANCE, f"{_SHEET}/walk-ins", f"{_SHEET}/finish"),
}


def unlisted(routes: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The pairs of path and method that are missing here; OPTIONS tells nothing and is not asked for."""
    return sorted(route for route in routes if route not in POLICY and route[1] != "OPTIONS")
