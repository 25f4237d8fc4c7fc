"""Which files are handed out: known by their ending and by how they begin, under a name that harms no system.

What a browser could run is none of them (HTML, SVG, scripts); each is sent under the type that stands here.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

LONGEST_NAME = 120
_UNSAFE = re.compile(r"[^\w.-]+")
_DOTS = re.compile(r"\.{2,}")


@dataclass(frozen=True, slots=True)
class Kind:
    """`begins`: the first bytes of such a file, one of them; empty for text in UTF-8."""

    media_type: str
    begins: tuple[bytes, ...] = ()

    def fits(self, content: bytes) -> bool:
        if self.begins:
            return content.startswith(self.begins)
        try:
            return b"\0" not in content and bool(content.decode())
        except UnicodeDecodeError:
            return False


_OFFICE, _OPEN = "application/vnd.openxmlformats-officedocument", "application/vnd.oasis.opendocument"
_ZIP = (b"PK\x03\x04",)

KINDS: Mapping[str, Kind] = {
    "pdf": Kind("application/pdf", (b"%PDF-",)),
    "docx": Kind(f"{_OFFICE}.wordprocessingml.document", _ZIP),
    "xlsx": Kind(f"{_OFFICE}.spreadsheetml.sheet", _ZIP),
    "pptx": Kind(f"{_OFFICE}.presentationml.presentation", _ZIP),
    "odt": Kind(f"{_OPEN}.text", _ZIP),
    "ods": Kind(f"{_OPEN}.spreadsheet", _ZIP),
    "odp": Kind(f"{_OPEN}.presentation", _ZIP),
    "zip": Kind("application/zip", _ZIP),
    "png": Kind("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "jpg": Kind("image/jpeg", (b"\xff\xd8\xff",)),
    "jpeg": Kind("image/jpeg", (b"\xff\xd8\xff",)),
    "webp": Kind("image/webp", (b"RIFF",)),
    "txt": Kind("text/plain"),
    "csv": Kind("text/csv"),
}
"""By ending, in small letters."""

LOGOS = ("png", "jpg", "jpeg", "webp")
_LABELS = {kind.media_type: ending.upper() for ending, kind in reversed(list(KINDS.items()))}


def ending_of(name: str) -> str:
    """What follows the last dot, in small letters; empty where there is none."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def label_of(media_type: str | None, name: str | None) -> str:
    """PDF, PPTX: how people call such a file; empty where nobody has said."""
    return _LABELS.get(media_type or "") or ending_of(name or "").upper()


def safe_name(name: str) -> str:
    """The name as it is offered for saving: letters, digits and `_.-`, at most LONGEST_NAME, with its ending."""
    plain = _DOTS.sub(".", _UNSAFE.sub("-", unicodedata.normalize("NFC", name)))
    stem, dot, ending = plain.strip("-.").rpartition(".")
    if not dot:
        return ending[:LONGEST_NAME]
    return f"{stem[: LONGEST_NAME - len(ending) - 1].strip('-.') or 'document'}.{ending}"
