"""The files that pages are made of besides their words."""

from typing import Any

from litestar import Request, Response
from litestar.params import FromPath

from confman.domain.errors import NotFound
from confman.http.assets import assets
from confman.http.conditional import takes_gzip
from confman.http.routing import readable

_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}


@readable("/static/{name:str}", sync_to_thread=False)
def static(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    """Files under names that change with their content."""
    asset = assets().by_address.get(f"/static/{name}")
    if asset is None:
        raise NotFound
    if asset.gzipped is None:
        return Response(asset.content, media_type=asset.media_type, headers=_FOR_EVER)
    headers = {**_FOR_EVER, "Vary": "Accept-Encoding"}
    if not takes_gzip(request):
        return Response(asset.content, media_type=asset.media_type, headers=headers)
    headers["Content-Encoding"] = "gzip"
    return Response(asset.gzipped, media_type=asset.media_type, headers=headers)
