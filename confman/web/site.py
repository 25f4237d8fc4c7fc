"""What a site has beside its pages: who runs it, and files that browsers and robots ask for."""

from litestar import Response
from litestar.di import NamedDependency

from confman.http.node import Node
from confman.http.pages import AnyRequest, Reader, page
from confman.http.routing import readable
from confman.usecases import site
from confman.usecases.programme import said
from confman.web.icon import icon

_FOR_A_DAY = {"Cache-Control": "public, max-age=86400"}


@readable("/imprint")
async def imprint(request: AnyRequest, node: NamedDependency[Node]) -> Response[bytes]:
    """Who answers for these pages, and how to reach them."""
    reader = Reader.of(request)
    hosts = [(row, said(row["imprint"], reader.language)) for row in await node.work.read(site.hosts)]
    return page("legal/imprint.html", reader, here="/imprint", hosts=hosts)


@readable("/favicon.ico", sync_to_thread=False)
def favicon() -> Response[bytes]:
    return Response(icon(), media_type="image/x-icon", headers=_FOR_A_DAY)
