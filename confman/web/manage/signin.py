"""Signing in and out."""

from litestar import Response
from litestar.di import NamedDependency

from confman.http.counter import SIGN_IN, Desk, cookie_name, counter_form, see_other
from confman.http.forms import Filled
from confman.http.node import Node
from confman.http.pages import PRIVATE, AnyRequest, Reader, page
from confman.http.routing import readable
from confman.usecases import signins


@readable(SIGN_IN)
async def see(request: AnyRequest, node: NamedDependency[Node]) -> Response[bytes]:  # noqa: ARG001 - as all handlers
    return page("manage/signin.html", Reader.of(request), headers=PRIVATE, form=Filled())


@counter_form("/manage/signout")
async def sign_out(desk: Desk) -> Response[bytes]:
    name = cookie_name(desk.node)
    await desk.node.work.write(signins.end, desk.request.cookies[name])
    return see_other(desk.reader.link(SIGN_IN), {"Set-Cookie": f"{name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"})
