"""The team's cookies; visitors get none. All are for this very host, out of reach of scripts and other sites' forms."""

from enum import StrEnum

from litestar.datastructures import Cookie

from confman.http.node import Node
from confman.http.pages import AnyRequest

_LONGEST = 128


class CookieName(StrEnum):
    SESSION = "confman"
    FORM = "confman-form"  # of the browser that has the sign-in page open
    DEVICE = "confman-device"  # of a browser that somebody has signed in with before


def name_of(node: Node, which: CookieName) -> str:
    """Browsers keep `__Host-` cookies to the one host that set them, over https; without it that is this machine."""
    return f"__Host-{which}" if _is_https(node) else str(which)


def told(request: AnyRequest, node: Node, which: CookieName) -> str:
    """What the browser sent; empty where there is none, or none that could be ours."""
    sent = request.cookies.get(name_of(node, which), "")
    return sent if len(sent) <= _LONGEST and sent.isascii() else ""


def cookie(node: Node, which: CookieName, value: str, *, seconds: int | None = None) -> Cookie:
    """`seconds` None: until the browser is closed."""
    return Cookie(
        key=name_of(node, which),
        value=value,
        path="/",
        max_age=seconds,
        secure=_is_https(node),
        httponly=True,
        samesite="lax",
    )


def gone(node: Node, which: CookieName) -> Cookie:
    return cookie(node, which, "", seconds=0)


def _is_https(node: Node) -> bool:
    return node.settings.base_url.startswith("https:")
