"""What several pages say of events."""

from typing import Any

from confman.usecases.events import Row
from confman.usecases.programme import Said, said


def webcal(base_url: str) -> str:
    """The address under which calendar programs offer to subscribe."""
    return "webcal" + base_url[base_url.index(":") :]


def moment(row: Row, language: str) -> dict[str, Any]:
    """When an event is, for `words.when`."""
    found = {name: row[name] for name in ("starts_on", "ends_on", "starts_at", "ends_at")}
    return {**found, "date_text": said(row["date_text"], language) if row["date_text"] else None}


def paragraphs(text: Said) -> list[Said]:
    """A text of several, which are parted by empty lines."""
    return [(paragraph.strip(), text[1]) for paragraph in text[0].split("\n\n") if paragraph.strip()]
