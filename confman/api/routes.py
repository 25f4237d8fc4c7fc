"""All handlers under /api."""

from litestar import Router
from litestar.types import ControllerRouterHandler

from confman.api import documents, events, registering, registrations
from confman.http.routing import options

VERSION_1: list[ControllerRouterHandler] = [
    events.listed,
    events.shown,
    events.availability,
    options("/events/{slug:str}/registrations", "GET", "HEAD", "POST"),
    options("/events/{slug:str}/registrations/{code:str}", "GET", "HEAD", "PATCH", "DELETE"),
    registering.register,
    registrations.listed,
    registrations.shown,
    registrations.change,
    registrations.cancel,
]
HANDLERS: list[ControllerRouterHandler] = [
    Router("/v1", route_handlers=VERSION_1),
    documents.description,
    documents.documentation,
]
