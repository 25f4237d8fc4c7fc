"""All handlers of pages and calendars."""

from litestar.types import ControllerRouterHandler

from confman.http.routing import options
from confman.web import calendars, entry, event_page, events, metrics, registration, site, static

HANDLERS: list[ControllerRouterHandler] = [
    events.index,
    event_page.event_page,
    options("/events/{slug:str}/entry", "GET", "HEAD", "POST"),
    entry.ask,
    entry.enter,
    calendars.of_all,
    calendars.of_event,
    calendars.of_host,
    calendars.of_project,
    calendars.of_series,
    registration.see,
    registration.confirm,
    registration.cancel,
    registration.ticket,
    site.imprint,
    site.privacy,
    site.robots,
    site.favicon,
    static.static,
    metrics.metrics,
]
