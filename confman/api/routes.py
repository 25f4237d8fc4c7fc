"""All handlers under /api."""

from litestar import Router
from litestar.types import ControllerRouterHandler

from confman.api import documents, events, registering, registrations

VERSION_1: list[ControllerRouterHandler] = [
    events.listed,
    events.shown,
    events.availability,
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
