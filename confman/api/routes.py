"""All handlers under /api/v1."""

from litestar.types import ControllerRouterHandler

from confman.api import registering

HANDLERS: list[ControllerRouterHandler] = [registering.register]
