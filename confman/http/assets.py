"""Stylesheets, fonts and scripts: under names that change with their content, so that browsers keep them for ever."""

import gzip
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath

from confman.kernel.files import ASSETS, folder

MEDIA_TYPES: Mapping[str, str] = {".css": "text/css", ".js": "text/javascript", ".woff2": "font/woff2"}
_WEIGHTS: Mapping[str, int] = {"Regular": 400, "Medium": 500, "SemiBold": 600}
_PREFIX = "/static/"


@dataclass(frozen=True, slots=True)
class Asset:
    """`gzipped` is None where it would save nothing. `address`: where browsers find it."""

    address: str
    media_type: str
    content: bytes
    gzipped: bytes | None


@dataclass(frozen=True, slots=True)
class Assets:
    """By address, and by the name templates use: `kern.css`, `pages.css`."""

    by_address: Mapping[str, Asset]
    by_name: Mapping[str, Asset]

    def address(self, name: str) -> str:
        return self.by_name[name].address


@cache
def assets() -> Assets:
    """Read and hashed once per process."""
    found = {name: folder("assets") / name for name in ASSETS}
    contents = {path.name: path.read_bytes() for path in found.values() if path.suffix in MEDIA_TYPES}
    fonts = [_asset(name, content) for name, content in contents.items() if name.endswith(".woff2")]
    faces = "".join(_faces(fonts)).encode()
    named = {
        "kern.css": _asset("kern.css", faces + contents["kern.min.css"]),
        "pages.css": _asset("pages.css", (folder("templates") / "pages.css").read_bytes()),
    }
    return Assets({asset.address: asset for asset in (*fonts, *named.values())}, named)


def _asset(name: str, content: bytes) -> Asset:
    path = PurePosixPath(name)
    digest = hashlib.sha256(content).hexdigest()[:16]
    gzipped = None if path.suffix == ".woff2" else gzip.compress(content, mtime=0)
    return Asset(f"{_PREFIX}{path.stem}-{digest}{path.suffix}", MEDIA_TYPES[path.suffix], content, gzipped)


def _faces(fonts: list[Asset]) -> Iterator[str]:
    """KERN names its family and leaves it to the page where its fonts lie; text is readable before they are there."""
    for font in fonts:
        weight = next(weight for name, weight in _WEIGHTS.items() if f"-{name}-" in font.address)
        yield (
            f"@font-face{{font-family:'Fira Sans';src:url('{font.address}') format('woff2');"
            f"font-weight:{weight};font-style:normal;font-display:swap}}\n"
        )
